//! Headers and tile-parts of a codestream (ISO/IEC 15444-1, annex A).

use super::super::Fault;
use super::super::Head;
use super::super::fault::damaged;
use super::super::fault::unsupported;
use super::super::segments::Segments;
use super::super::segments::number;
use super::coding::Coding;
use super::coding::Quantization;
use super::tile::Area;

const SOC: u8 = 0x4F;
const SIZ: u8 = 0x51;
const COD: u8 = 0x52;
const QCD: u8 = 0x5C;
const SOT: u8 = 0x90;
const SOD: u8 = 0x93;
const EOC: u8 = 0xD9;

/// A codestream, divided into its tile-parts.
#[derive(Debug)]
pub(super) struct Codestream<'a> {
    pub(super) head: Head,
    /// Area of the image on the reference grid.
    pub(super) image: Area,
    /// First tile on the reference grid; all others follow from it.
    pub(super) tile: Area,
    pub(super) coding: Coding,
    pub(super) quantization: Quantization,
    /// Number of the tile, and packets, of each tile-part.
    pub(super) parts: Vec<(u32, &'a [u8])>,
}

impl<'a> Codestream<'a> {
    /// Reads all headers up to the end of the codestream.
    pub(super) fn read(stream: &'a [u8]) -> Result<Self, Fault> {
        let mut segments = Segments::start(stream, SOC)?;
        if segments.marker()? != SIZ {
            return Err(damaged("no image size at the start"));
        }
        let (mut head, image, tile) = size(segments.body(SIZ)?)?;
        let (mut coding, mut quantization) = (None, None);
        loop {
            match segments.marker()? {
                SOT => break,
                COD => coding = Some(Coding::read(segments.body(COD)?)?),
                QCD => quantization = Some(Quantization::read(segments.body(QCD)?)?),
                marker => other(marker, &mut segments)?,
            }
        }
        let coding = coding.ok_or_else(|| damaged("no coding style"))?;
        let quantization = quantization.ok_or_else(|| damaged("no quantization"))?;
        if !coding.reversible {
            head.loss = Some("the irreversible 9/7 wavelet".to_owned());
        } else if quantization.quantized {
            head.loss = Some("quantized coefficients".to_owned());
        }
        let parts = parts(segments)?;
        Ok(Self { head, image, tile, coding, quantization, parts })
    }
}

/// Skips a segment that changes nothing of how one component is read, and refuses one that does.
fn other(marker: u8, segments: &mut Segments<'_>) -> Result<(), Fault> {
    match marker {
        // CAP, PRF and CPF: extensions. COC and QCC, PLM and TLM, CRG, COM; COD and QCD of a tile.
        0x50 => return Err(unsupported("extended capabilities (CAP), such as high throughput")),
        COD | QCD | 0x53 | 0x5D => return Err(unsupported("coding parameters of a single tile or component")),
        0x5E => return Err(unsupported("a region of interest (RGN)")),
        0x5F => return Err(unsupported("changes of the progression order (POC)")),
        0x60 | 0x61 => return Err(unsupported("packed packet headers (PPM, PPT)")),
        // Markers without a segment.
        0x30..=0x3F => {}
        0x55 | 0x57 | 0x58 | 0x63 | 0x64 => {
            segments.body(marker)?;
        }
        other => return Err(damaged(format!("the marker FF{other:02X} in a header"))),
    }
    Ok(())
}

/// Reads a SIZ segment: the image, its area and that of the first tile.
fn size(body: &[u8]) -> Result<(Head, Area, Area), Fault> {
    let at = |i: usize| number(body, 2 + 4 * i, 4);
    let components = number(body, 34, 2)?;
    if components != 1 {
        return Err(unsupported(format!("{components} components")));
    }
    if number(body, 37, 2)? != 0x0101 {
        return Err(unsupported("a component with fewer samples than the reference grid"));
    }
    let image = Area { left: at(2)?, top: at(3)?, right: at(0)?, bottom: at(1)? };
    let (left, top) = (at(6)?, at(7)?);
    let wrong = || damaged("image and tiles do not fit each other");
    let right = left.checked_add(at(4)?).ok_or_else(wrong)?;
    let bottom = top.checked_add(at(5)?).ok_or_else(wrong)?;
    if left > image.left || top > image.top || right <= image.left || bottom <= image.top {
        return Err(wrong());
    }
    let depth = number(body, 36, 1)?;
    let rows = image.bottom.checked_sub(image.top).ok_or_else(wrong)?;
    let columns = image.right.checked_sub(image.left).ok_or_else(wrong)?;
    let mut head = Head::new(rows, columns, (depth & 0x7F) + 1)?;
    head.signed = depth & 0x80 != 0;
    Ok((head, image, Area { left, top, right, bottom }))
}

/// Reads the tile-parts, starting behind the marker of the first one.
fn parts<'a>(mut segments: Segments<'a>) -> Result<Vec<(u32, &'a [u8])>, Fault> {
    let ended = || damaged("the stream ends before its image does");
    let mut parts = Vec::new();
    loop {
        // The length counts from the first byte of the marker.
        let start = segments.rest();
        let body = segments.body(SOT)?;
        let tile = number(body, 0, 2)?;
        let length = number(body, 2, 4)? as usize;
        loop {
            match segments.marker()? {
                SOD => break,
                marker => other(marker, &mut segments)?,
            }
        }
        let rest = segments.rest();
        let length = match length {
            // Up to the end of the codestream.
            0 => rest.len().checked_sub(2).ok_or_else(ended)?,
            _ => length
                .checked_sub(2 + (start.len() - rest.len()))
                .ok_or_else(|| damaged("a tile-part shorter than its header"))?,
        };
        let (packets, after) = rest.split_at_checked(length).ok_or_else(ended)?;
        parts.push((tile, packets));
        segments = Segments::at(after);
        match segments.marker()? {
            SOT => {}
            EOC => return Ok(parts),
            other => return Err(damaged(format!("the marker FF{other:02X} behind a tile-part"))),
        }
    }
}
