//! JPEG (ISO/IEC 10918-1) of one component.
//!
//! The headers are checked before the decoder sees the stream. Process 14 (annex H) is lossless; every other one alters
//! samples and is decoded for pictures.

use jpeg_decoder::Decoder;
use jpeg_decoder::PixelFormat;
use ndarray::Array2;

use super::Fault;
use super::Head;
use super::codec::guarded;
use super::fault::damaged;
use super::fault::unsupported;
use super::segments::Segments;
use super::segments::number;
use crate::limits::Budget;
use crate::model::Block;

/// Memory per sample while an image is decoded: differences or coefficients of 4 bytes, samples of 2 and their bytes.
const DECODING: u64 = 8;

/// Reads the headers up to the scan.
pub(super) fn head(stream: &[u8]) -> Result<Head, Fault> {
    let mut segments = Segments::start(stream, 0xD8)?;
    let mut found: Option<Head> = None;
    loop {
        let marker = segments.marker()?;
        let body = segments.body(marker)?;
        match marker {
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                if found.is_some() {
                    return Err(damaged("more than one frame header"));
                }
                found = Some(frame(marker, body)?);
            }
            0xDA => {
                let head = found.ok_or_else(|| damaged("no frame header before the scan"))?;
                if head.loss.is_none() {
                    lossless_scan(body)?;
                }
                return Ok(head);
            }
            _ => {}
        }
    }
}

fn frame(marker: u8, body: &[u8]) -> Result<Head, Fault> {
    let components = number(body, 5, 1)?;
    if components != 1 {
        return Err(unsupported(format!("{components} components")));
    }
    let mut head = Head::new(number(body, 1, 2)?, number(body, 3, 2)?, number(body, 0, 1)?)?;
    if marker != 0xC3 {
        head.loss = Some(format!("JPEG process of marker FF{marker:02X}, not lossless process 14"));
    }
    Ok(head)
}

fn lossless_scan(body: &[u8]) -> Result<(), Fault> {
    match body {
        [1, _, _, predictor, _, transform] if (1..=7).contains(predictor) && transform & 15 == 0 => Ok(()),
        _ => Err(damaged("a scan that is not of the lossless process")),
    }
}

/// Decodes a stream.
pub(super) fn decode(stream: &[u8], budget: &Budget) -> Result<Block, Fault> {
    let head = head(stream)?;
    let size = usize::try_from(head.size()).unwrap_or(usize::MAX);
    budget.charge(head.size(), "a decoded JPEG image")?;
    let work = head.samples().saturating_mul(DECODING);
    budget.charge(work, "decoding a JPEG image")?;
    let (bytes, format) = guarded(|| {
        let mut decoder = Decoder::new(stream);
        decoder.set_max_decoding_buffer_size(size);
        let bytes = decoder.decode().map_err(|e| damaged(e.to_string()))?;
        Ok((bytes, decoder.info().map(|info| info.pixel_format)))
    })?;
    budget.release(work);
    let made = match (format, head.sample_size()) {
        (Some(PixelFormat::L8), 1) => Array2::from_shape_vec(head.shape(), bytes).map(Block::U8),
        (Some(PixelFormat::L16), 2) => {
            let numbers = bytes.as_chunks::<2>().0.iter().map(|b| u16::from_ne_bytes(*b)).collect();
            Array2::from_shape_vec(head.shape(), numbers).map(Block::U16)
        }
        (other, _) => return Err(damaged(format!("samples of {} bits decoded as {other:?}", head.bits))),
    };
    made.map_err(|e| damaged(e.to_string()))
}
