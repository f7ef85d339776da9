//! Predictors: what a strip or tile holds instead of its samples, to compress better.

use crate::error::{Code, Error, Result};
use crate::model::{ByteOrder, SampleType};

/// What stands in place of the samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Predictor {
    /// The samples themselves (1).
    None,
    /// The difference to the sample of the same channel to the left (2; TIFF 6.0 section 14).
    Horizontal,
    /// The bytes of a row sorted by significance, then the difference to the byte on the left (3; Adobe Photoshop TIFF
    /// Technical Note 3).
    FloatingPoint,
}

impl Predictor {
    /// Returns the predictor of a number of the tag.
    ///
    /// # Errors
    /// `tiff.unsupported` for an unknown one, or one that does not go with the type of the samples.
    pub(super) fn of(number: u64, sample_type: &SampleType) -> Result<Self> {
        let whole = matches!(sample_type, SampleType::U8 | SampleType::U16 | SampleType::U32);
        match number {
            1 => Ok(Self::None),
            2 if whole => Ok(Self::Horizontal),
            3 if !whole => Ok(Self::FloatingPoint),
            _ => Err(Error::new(Code::TiffUnsupported, "the predictor is not handled")
                .expected("none, horizontal differences of whole numbers, or the floating-point predictor")
                .found(format!("number {number} for {sample_type}"))),
        }
    }

    /// Puts the samples back into rows of `row` bytes with `channels` samples per pixel.
    pub(super) fn undo(self, rows: &mut [u8], row: usize, channels: usize, kind: &SampleType, order: &ByteOrder) {
        let big = *order == ByteOrder::Big;
        let mut scratch = Vec::new();
        for line in rows.chunks_exact_mut(row.max(1)) {
            match (self, kind.size()) {
                (Self::None, _) => return,
                (Self::Horizontal, 2) => sum::<2>(line, channels, |a, b| {
                    if big {
                        u16::from_be_bytes(a).wrapping_add(u16::from_be_bytes(b)).to_be_bytes()
                    } else {
                        u16::from_le_bytes(a).wrapping_add(u16::from_le_bytes(b)).to_le_bytes()
                    }
                }),
                (Self::Horizontal, 4) => sum::<4>(line, channels, |a, b| {
                    if big {
                        u32::from_be_bytes(a).wrapping_add(u32::from_be_bytes(b)).to_be_bytes()
                    } else {
                        u32::from_le_bytes(a).wrapping_add(u32::from_le_bytes(b)).to_le_bytes()
                    }
                }),
                (Self::Horizontal, _) => sum::<1>(line, channels, |[a], [b]| [a.wrapping_add(b)]),
                (Self::FloatingPoint, size) => {
                    sum::<1>(line, channels, |[a], [b]| [a.wrapping_add(b)]);
                    scratch.clear();
                    scratch.extend_from_slice(line);
                    unsort(&scratch, line, size, big);
                }
            }
        }
    }
}

/// Adds to every sample the one `channels` samples before it.
fn sum<const N: usize>(line: &mut [u8], channels: usize, add: impl Fn([u8; N], [u8; N]) -> [u8; N]) {
    let (samples, _) = line.as_chunks_mut::<N>();
    for i in channels..samples.len() {
        let (done, rest) = samples.split_at_mut(i);
        if let (Some(left), Some(here)) = (done.get(i - channels), rest.first_mut()) {
            *here = add(*here, *left);
        }
    }
}

/// Writes the bytes sorted by significance, most significant first, back as samples.
fn unsort(sorted: &[u8], line: &mut [u8], size: usize, big: bool) {
    let count = line.len() / size;
    for (significance, bytes) in sorted.chunks_exact(count.max(1)).enumerate() {
        let place = if big { significance } else { size - 1 - significance };
        line.iter_mut().skip(place).step_by(size).zip(bytes).for_each(|(to, from)| *to = *from);
    }
}
