//! JPEG lossless samples (ISO/IEC 10918-1, annex H; PS3.5, 8.2.1 and A.4).
//!
//! The headers of a stream are checked before the decoder sees it: one frame header of process 14 with one component
//! of the size and precision that the DICOM file states, one scan. A decoder that fails on what is left is a damaged
//! stream.

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use jpeg_decoder::Decoder;
use jpeg_decoder::PixelFormat;
use ndarray::Array2;

use super::part10::Part10;
use super::part10::missing;
use super::pixels::Pixels;
use super::pixels::unsupported;
use super::tags;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Block;

/// Memory per pixel while a frame is decoded: differences of 4 bytes, samples of 2 and their bytes.
const DECODING: u64 = 8;

/// Decodes the frames of a file.
///
/// # Errors
/// `dicom.structure`, `dicom.unsupported`, `input.size_mismatch`, `limit.bytes`.
pub(super) fn frames(file: &Part10, pixels: &Pixels, budget: &Budget) -> Result<Vec<Block>> {
    if pixels.tag != tags::PIXEL_DATA || pixels.components != 1 || pixels.allocated > 16 {
        return Err(unsupported("only grey JPEG samples of 8 or 16 bits are handled").at(tags::shown(pixels.tag)));
    }
    let streams = streams(file, pixels)?;
    let samples = u64::from(pixels.rows) * u64::from(pixels.columns);
    let mut blocks = Vec::new();
    for stream in streams {
        let size = stream.iter().map(|(_, length)| length).sum::<u64>();
        let mut bytes: Vec<u8> = budget.vec(usize::try_from(size).unwrap_or(usize::MAX), "a JPEG stream")?;
        for (offset, length) in stream {
            let start = bytes.len();
            bytes.resize(start + length as usize, 0);
            file.source.read_exact_at(offset, bytes.get_mut(start..).unwrap_or_default())?;
        }
        budget.charge(samples.saturating_mul(DECODING), "decoding a JPEG frame")?;
        budget.charge(samples.saturating_mul(u64::from(pixels.allocated / 8)), "samples of a JPEG frame")?;
        check(&bytes, pixels)?;
        blocks.push(decode(&bytes, pixels)?);
        budget.release(samples.saturating_mul(DECODING).saturating_add(size));
    }
    Ok(blocks)
}

/// Returns the fragments of each frame. The first fragment is the table of offsets, which may be empty; without it
/// there is one fragment per frame, or all belong to the only frame.
fn streams(file: &Part10, pixels: &Pixels) -> Result<Vec<Vec<(u64, u64)>>> {
    let a = file.attributes();
    let element = a.fields.get(&pixels.tag).ok_or_else(|| missing(pixels.tag))?;
    let fragments = element.fragments.as_deref().unwrap_or_default();
    let Some((_, fragments)) = fragments.split_first() else {
        return Err(missing(pixels.tag));
    };
    let frames = pixels.frames as usize;
    if frames == 1 && !fragments.is_empty() {
        return Ok(vec![fragments.to_vec()]);
    }
    if fragments.len() == frames {
        return Ok(fragments.iter().map(|f| vec![*f]).collect());
    }
    Err(unsupported("frames that are split into several fragments are not handled")
        .at(tags::shown(pixels.tag))
        .expected(format!("{frames} fragments"))
        .found(fragments.len()))
}

/// Checks the headers of a stream up to its scan.
fn check(stream: &[u8], pixels: &Pixels) -> Result<()> {
    let damaged = |what: &str| Error::new(Code::DicomStructure, what).at(tags::shown(pixels.tag));
    let Some(mut rest) = stream.strip_prefix(&[0xFF, 0xD8]) else {
        return Err(damaged("the JPEG stream has no start"));
    };
    let mut precision = None;
    loop {
        let [0xFF, marker, high, low, after @ ..] = rest else {
            return Err(damaged("the JPEG stream ends before its scan"));
        };
        let (marker, length) = (*marker, usize::from(u16::from_be_bytes([*high, *low])));
        let body = length.checked_sub(2).and_then(|n| after.get(..n));
        let Some(body) = body else { return Err(damaged("a JPEG segment is longer than the stream")) };
        match (marker, body) {
            (0xC3, [bits, h1, h0, w1, w0, components, ..]) => {
                let shape = (u32::from(u16::from_be_bytes([*h1, *h0])), u32::from(u16::from_be_bytes([*w1, *w0])));
                if precision.is_some() || *components != 1 {
                    return Err(damaged("the JPEG stream is not one grey image"));
                }
                if shape != (pixels.rows, pixels.columns) || u32::from(*bits) > pixels.allocated || *bits < 2 {
                    return Err(Error::new(
                        Code::InputSizeMismatch,
                        "the JPEG image has another size than the file says",
                    )
                    .at(tags::shown(pixels.tag))
                    .expected(format!("{} by {}, {} bits", pixels.rows, pixels.columns, pixels.allocated))
                    .found(format!("{} by {}, {bits} bits", shape.0, shape.1)));
                }
                precision = Some(*bits);
            }
            (0xC0..=0xC2 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF, _) => {
                return Err(unsupported("the JPEG process is not lossless process 14")
                    .at(tags::shown(pixels.tag))
                    .found(format!("marker FF{marker:02X}")));
            }
            (0xDA, [1, _, _, predictor, _, transform]) => {
                return match precision {
                    Some(bits) if (1..=7).contains(predictor) && transform & 15 == 0 && bits >= 2 => Ok(()),
                    _ => Err(damaged("the JPEG scan is not lossless")),
                };
            }
            (0xC3 | 0xDA, _) => return Err(damaged("a JPEG header has the wrong length")),
            _ => {}
        }
        rest = after.get(body.len()..).unwrap_or_default();
    }
}

fn decode(stream: &[u8], pixels: &Pixels) -> Result<Block> {
    let damaged = || Error::new(Code::DicomStructure, "the JPEG stream is damaged").at(tags::shown(pixels.tag));
    let work = || -> std::result::Result<_, jpeg_decoder::Error> {
        let mut decoder = Decoder::new(stream);
        let bytes = decoder.decode()?;
        Ok((bytes, decoder.info()))
    };
    let (bytes, info) = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => done,
        Ok(Err(e)) => return Err(damaged().cause(e)),
        Err(_) => return Err(damaged()),
    };
    let shape = pixels.shape();
    let wide = info.is_some_and(|i| i.pixel_format == PixelFormat::L16);
    let made = match (pixels.allocated, wide) {
        (8, false) => Array2::from_shape_vec(shape, bytes).map(Block::U8),
        (16, true) => {
            let numbers = bytes.as_chunks::<2>().0.iter().map(|b| u16::from_ne_bytes(*b)).collect();
            Array2::from_shape_vec(shape, numbers).map(Block::U16)
        }
        (16, false) => Array2::from_shape_vec(shape, bytes.into_iter().map(u16::from).collect()).map(Block::U16),
        _ => return Err(damaged()),
    };
    made.map_err(|e| damaged().cause(e))
}
