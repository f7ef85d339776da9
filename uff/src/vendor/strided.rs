//! Samples read in place from a file in which they lie at regular distances.
//!
//! Planes, lines alternating between energies, pixels alternating between channels, lines with headers: all of them
//! are sample `[row, column]` at `offset + row * row_stride + column * column_stride`.

use std::sync::Arc;

use ndarray::Array2;

use super::lines::Line;
use super::lines::Lines;
use super::sample::Gather;
use super::sample::Sample;
use crate::error::{Code, Error, Result};
use crate::model::{Block, ByteOrder, Region, SampleType, Samples};
use crate::source::ReadAt;

/// Where the samples of one array lie in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Rows and columns.
    pub shape: (usize, usize),
    /// Type of a sample.
    pub sample_type: SampleType,
    /// Byte order of a sample.
    pub byte_order: ByteOrder,
    /// Byte offset of sample `[0, 0]`.
    pub offset: u64,
    /// Bytes from one row to the next.
    pub row_stride: u64,
    /// Bytes from one column to the next.
    pub column_stride: u64,
}

impl Placement {
    /// Returns the offset behind the last byte, or nothing when it exceeds 64 bits or samples overlap.
    ///
    /// Samples that do not overlap cannot claim more memory than the file has bytes.
    pub fn end(&self) -> Option<u64> {
        let size = self.sample_type.size() as u64;
        let (rows, columns) = (self.shape.0 as u64, self.shape.1 as u64);
        if size == 0 || rows == 0 || columns == 0 {
            return None;
        }
        let mut axes = [(self.row_stride, rows), (self.column_stride, columns)];
        axes.sort();
        let mut span = size;
        for (stride, count) in axes {
            if count > 1 && stride < span {
                return None;
            }
            span = stride.checked_mul(count - 1)?.checked_add(span)?;
        }
        self.offset.checked_add(span)
    }
}

/// [`Samples`] that lie at regular distances in a file.
pub struct StridedSamples {
    source: Arc<dyn ReadAt>,
    place: Placement,
}

impl StridedSamples {
    /// Places samples in a source.
    ///
    /// # Errors
    /// `input.size_mismatch` when they do not lie inside the source; `profile.value` when they overlap.
    pub fn new(source: Arc<dyn ReadAt>, place: Placement) -> Result<Self> {
        let wrong = |code, message| Error::new(code, message).file(source.name());
        let Some(end) = place.end() else {
            return Err(wrong(Code::ProfileValue, "the samples overlap, or there are none").found(format!(
                "{:?} samples, strides {} and {}",
                place.shape, place.row_stride, place.column_stride
            )));
        };
        if end > source.len() {
            return Err(wrong(Code::InputSizeMismatch, "the samples do not fit into the file")
                .expected(format!("at least {end} bytes"))
                .found(format!("{} bytes", source.len())));
        }
        Ok(Self { source, place })
    }

    /// Returns where the samples lie.
    pub fn placement(&self) -> &Placement {
        &self.place
    }

    /// Reads a region into columns from `column` on of an image of which every row is `width` samples.
    pub(super) fn fill<T: Sample>(
        &self,
        region: &Region,
        (image, width): (&mut [T], usize),
        column: usize,
    ) -> Result<()> {
        let (lines, decode) = self.lines(region);
        lines.fill(self.source.as_ref(), (image, width), (column, region.columns), decode)
    }

    /// Returns the lines of a region, and how their samples are decoded.
    fn lines<T: Sample>(&self, region: &Region) -> (Lines, impl Fn(&Line<'_>, usize, &mut [T]) + Sync + use<T>) {
        let p = &self.place;
        let first = p.offset + region.row as u64 * p.row_stride + region.column as u64 * p.column_stride;
        let by_rows = p.row_stride >= p.column_stride;
        let ((count, major), (length, minor)) = match by_rows {
            true => ((region.rows, p.row_stride), (region.columns, p.column_stride)),
            false => ((region.columns, p.column_stride), (region.rows, p.row_stride)),
        };
        let step = if length > 1 { usize::try_from(minor).unwrap_or(usize::MAX) } else { T::SIZE };
        let span = (length as u64 - 1).saturating_mul(step as u64).saturating_add(T::SIZE as u64);
        let lines = Lines { first: 8 * first, stride: 8 * major, length: span.saturating_mul(8), count, rows: by_rows };
        let big = p.byte_order == ByteOrder::Big;
        (lines, move |line, from, out| T::decode(line.bytes.get(from * step..).unwrap_or_default(), step, big, out))
    }
}

impl Samples for StridedSamples {
    fn shape(&self) -> (usize, usize) {
        self.place.shape
    }

    fn sample_type(&self) -> SampleType {
        self.place.sample_type.clone()
    }

    fn read(&self, region: &Region) -> Result<Block> {
        region.check(self.place.shape)?;
        self.block(&self.place.sample_type, region)
    }
}

impl Gather for StridedSamples {
    fn gather<T: Sample>(&self, region: &Region) -> Result<Array2<T>> {
        let (lines, decode) = self.lines(region);
        lines.assemble(self.source.as_ref(), region, decode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemorySource;
    use proptest::prelude::*;

    fn place(shape: (usize, usize), offset: u64, row_stride: u64, column_stride: u64) -> Placement {
        Placement {
            shape,
            sample_type: SampleType::U16,
            byte_order: ByteOrder::Little,
            offset,
            row_stride,
            column_stride,
        }
    }

    proptest! {
        /// Every layout is read by the definition: one sample at a time at its own offset.
        #[test]
        fn strided_read_follows_the_definition(
            rows in 1usize..70, columns in 1usize..70, channels in 1u64..4, header in 0u64..9,
            by_line in any::<bool>(), pixel in any::<bool>(), big in any::<bool>(),
            cut in (0.0..1.0f64, 0.0..1.0f64, 0.0..1.0f64, 0.0..1.0f64),
        ) {
            let (minor_count, major_count) = if by_line { (rows, columns) } else { (columns, rows) };
            let minor = if pixel { 2 * channels } else { 2 };
            let line = header + minor_count as u64 * minor;
            let major = if pixel { line } else { line * channels };
            let (row_stride, column_stride) = if by_line { (minor, major) } else { (major, minor) };
            let mut p = place((rows, columns), 3, row_stride, column_stride);
            if big { p.byte_order = ByteOrder::Big; }
            let len = 3 + major * major_count as u64;
            let bytes: Vec<u8> = (0..len).map(|i| (i.wrapping_mul(2654435761) >> 7) as u8).collect();
            let region = {
                let pick = |a: f64, b: f64, n: usize| {
                    let start = (a * n as f64) as usize;
                    (start, 1 + (b * (n - start - 1) as f64) as usize)
                };
                let (row, r) = pick(cut.0, cut.1, rows);
                let (column, c) = pick(cut.2, cut.3, columns);
                Region { row, column, rows: r, columns: c }
            };
            let samples = StridedSamples::new(Arc::new(MemorySource::new("m", bytes.clone())), p.clone()).unwrap();
            let Block::U16(got) = samples.read(&region).unwrap() else { panic!("type") };
            for ((r, c), v) in got.indexed_iter() {
                let at = 3 + (region.row + r) * row_stride as usize + (region.column + c) * column_stride as usize;
                let pair = [bytes[at], bytes[at + 1]];
                prop_assert_eq!(*v, if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) });
            }
        }
    }

    #[test]
    fn long_lines_are_read_in_several_batches() {
        let bytes: Vec<u8> = (0..1_200_000u32).map(|i| (i % 251) as u8).collect();
        let source = Arc::new(MemorySource::new("m", bytes.clone()));
        for p in
            [place((3, 200_000), 0, 400_000, 2), place((200_000, 3), 0, 2, 400_000), place((2, 9), 0, 600_000, 60_000)]
        {
            let samples = StridedSamples::new(source.clone(), p.clone()).unwrap();
            let Block::U16(all) = samples.read_all().unwrap() else { panic!("type") };
            for ((r, c), v) in all.indexed_iter() {
                let at = r * p.row_stride as usize + c * p.column_stride as usize;
                assert_eq!(*v, u16::from_le_bytes([bytes[at], bytes[at + 1]]));
            }
        }
    }

    #[test]
    fn samples_outside_the_file_or_upon_each_other_are_refused() {
        let source = Arc::new(MemorySource::new("m", vec![0u8; 100]));
        let code = |p: Placement| StridedSamples::new(source.clone(), p).err().map(|e| e.code());
        assert_eq!(code(place((5, 10), 0, 20, 2)), None);
        assert_eq!(code(place((5, 10), 1, 20, 2)), Some(Code::InputSizeMismatch));
        assert_eq!(code(place((1 << 40, 1 << 20), 0, 0, 0)), Some(Code::ProfileValue));
        assert_eq!(code(place((5, 10), 0, 18, 2)), Some(Code::ProfileValue));
        assert_eq!(code(place((5, 10), 0, 20, 1)), Some(Code::ProfileValue));
        assert_eq!(code(place((0, 10), 0, 20, 2)), Some(Code::ProfileValue));
        assert_eq!(code(place((2, 2), 0, u64::MAX, 2)), Some(Code::ProfileValue));
        assert_eq!(code(place((1, 1), u64::MAX, 0, 0)), Some(Code::ProfileValue));
    }
}
