//! What the chunks of a PNG file say about the scan beside its samples.

use super::chunks::Chunk;
use super::text::Text;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::{Loss, LossKind, Scan, Timestamp, VendorItem};
use crate::source::ReadAt;
use crate::units::Millimetres;
use crate::vendor::images::pixel_size;

/// Pixel size between rows and between columns, mm, when the unit of `pHYs` is the metre and it is no usual density.
pub(super) fn pitch(
    chunks: &[Chunk],
    source: &dyn ReadAt,
    budget: &Budget,
) -> Result<(Option<Millimetres>, Option<Millimetres>)> {
    let Some(chunk) = chunks.iter().find(|c| &c.kind.0 == b"pHYs") else { return Ok((None, None)) };
    match chunk.read(source, budget)?.as_slice() {
        [x0, x1, x2, x3, y0, y1, y2, y3, 1] => {
            let size = |bytes: [u8; 4]| pixel_size(f64::from(u32::from_be_bytes(bytes)), 1000.0);
            Ok((size([*y0, *y1, *y2, *y3]), size([*x0, *x1, *x2, *x3])))
        }
        _ => Ok((None, None)),
    }
}

/// Takes over texts and times of a file, and names what else its chunks say.
pub(super) fn describe(
    scan: &mut Scan,
    chunks: &[Chunk],
    name: &str,
    source: &dyn ReadAt,
    budget: &Budget,
) -> Result<()> {
    let mut other: Vec<String> = Vec::new();
    let mut item =
        |origin: String, text| scan.vendor.push(VendorItem { origin, text: Some(text), ..VendorItem::default() });
    for chunk in chunks {
        if let Some(Text { keyword, text }) = Text::read(chunk, source, budget)? {
            match keyword.as_str() {
                "Software" if scan.system.software.is_none() => scan.system.software = Some(text),
                "Creation Time" if scan.identity.start.is_none() && Timestamp::parse(&text).is_ok() => {
                    scan.identity.start = Timestamp::parse(&text).ok();
                }
                _ => item(format!("{name}: {keyword}"), text),
            }
            continue;
        }
        match &chunk.kind.0 {
            b"IHDR" | b"IDAT" => {}
            b"tIME" => match time(&chunk.read(source, budget)?) {
                Some(time) => item(format!("{name}: tIME, last change"), time),
                None => other.push(chunk.kind.to_string()),
            },
            b"pHYs" => {
                let stated = pitch(chunks, source, budget)? != (None, None);
                scan.provenance.losses.push(if stated {
                    let reason = format!("{name}: pHYs is taken for the pixel size in the object plane");
                    loss(LossKind::Invented, "view/geometry".to_owned(), reason)
                } else {
                    let reason = "it says nothing about the object: no unit, or a density of screens and printers";
                    loss(LossKind::Dropped, format!("{name}: pHYs"), reason.to_owned())
                });
            }
            _ => other.push(chunk.kind.to_string()),
        }
    }
    if !other.is_empty() {
        let reason = "they do not change the samples and stay in the original file".to_owned();
        scan.provenance.losses.push(loss(LossKind::Dropped, format!("{name}: {}", other.join(", ")), reason));
    }
    Ok(())
}

fn loss(kind: LossKind, subject: String, reason: String) -> Loss {
    Loss { kind, subject, reason, ..Loss::default() }
}

/// Reads the time of the last change, which is UTC.
fn time(bytes: &[u8]) -> Option<String> {
    let [y0, y1, month, day, hour, minute, second] = bytes else { return None };
    let year = u16::from_be_bytes([*y0, *y1]);
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}
