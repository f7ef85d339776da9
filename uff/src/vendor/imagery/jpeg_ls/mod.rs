//! JPEG-LS (ISO/IEC 14495-1, ITU-T T.87): lossless images of one component and 2 to 16 bits.
//!
//! Handled: preset coding parameters (C.2.4.1.1), oversize images (C.2.4.1.4), restart intervals (C.2.5). Refused by name:
//! near-lossless coding, whose samples are not those that were measured; point transforms, mapping tables, more than one
//! component or scan; a MAXVAL other than that of the bits, or a RESET above 255, which the standard allows but CharLS 2.4
//! states without using. CharLS, DCMTK and GDCM write the streams that are handled.

mod bits;
mod context;
mod head;
mod preset;
mod scan;

use ndarray::Array2;

use self::bits::entropy_coded;
use self::head::Frame;
use self::scan::Scan;
use super::Fault;
use super::Head;
use super::fault::damaged;
use super::segments::Segments;
use crate::limits::Budget;
use crate::model::Block;

/// End of the image.
const EOI: u8 = 0xD9;
/// First of the eight restart markers.
const RESTART: u8 = 0xD0;

/// Reads the headers up to the scan.
pub(super) fn head(stream: &[u8]) -> Result<Head, Fault> {
    Ok(Frame::read(stream)?.0.head)
}

/// Decodes a stream.
pub(super) fn decode(stream: &[u8], budget: &Budget) -> Result<Block, Fault> {
    let (frame, scan) = Frame::read(stream)?;
    if let Some(loss) = frame.head.loss {
        return Err(Fault::Lossy(loss));
    }
    let shape = frame.head.shape();
    let count = usize::try_from(frame.head.samples()).unwrap_or(usize::MAX);
    let made = if frame.head.bits > 8 {
        let mut samples: Vec<u16> = budget.vec(count, "a decoded JPEG-LS image")?;
        rows(&frame, scan, budget, |row| samples.extend_from_slice(row))?;
        Array2::from_shape_vec(shape, samples).map(Block::U16)
    } else {
        let mut samples: Vec<u8> = budget.vec(count, "a decoded JPEG-LS image")?;
        rows(&frame, scan, budget, |row| samples.extend(row.iter().map(|v| *v as u8)))?;
        Array2::from_shape_vec(shape, samples).map(Block::U8)
    };
    made.map_err(|e| damaged(e.to_string()))
}

/// Decodes the rows of a scan, which starts with its entropy-coded data, interval by interval.
fn rows(frame: &Frame, scan: &[u8], budget: &Budget, mut take: impl FnMut(&[u16])) -> Result<(), Fault> {
    let work = Scan::memory(frame);
    budget.charge(work, "decoding a JPEG-LS image")?;
    let (rows, interval) = (frame.head.rows, frame.restart_interval.unwrap_or(frame.head.rows));
    let mut rest = scan;
    let mut decoder = Scan::new(frame);
    let mut done = 0;
    let mut restarts = 0_u8;
    while done < rows {
        let (coded, after) = entropy_coded(rest);
        let count = interval.min(rows - done);
        decoder.interval(coded, count, &mut take)?;
        done += count;
        let mut segments = Segments::at(after);
        let marker = segments.marker()?;
        let expected = if done < rows { RESTART + restarts } else { EOI };
        if marker != expected {
            return Err(damaged(format!("the marker FF{marker:02X} after {done} of {rows} rows")));
        }
        restarts = (restarts + 1) % 8;
        rest = segments.rest();
    }
    budget.release(work);
    Ok(())
}
