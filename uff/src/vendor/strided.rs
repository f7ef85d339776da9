//! Samples read in place from a file in which they lie at regular distances.
//!
//! Planes, lines alternating between energies, pixels alternating between channels, lines with headers: all of them
//! are sample `[row, column]` at `offset + row * row_stride + column * column_stride`. Runs of samples are read with
//! few calls and decoded into rows; a file that stores line after line is transposed block by block.

use std::sync::Arc;

use ndarray::Array2;

use crate::error::{Code, Error, Result};
use crate::model::{Block, ByteOrder, Region, SampleType, Samples};
use crate::source::ReadAt;

/// Bytes read at once; fits the second-level cache together with what is decoded from it.
const BUFFER: usize = 256 << 10;

/// Lines transposed at once: a cache line of 16-bit samples.
pub(super) const LINES: usize = 32;

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

    fn gather<T: Sample>(&self, region: &Region) -> Result<Array2<T>> {
        let count = region.rows.saturating_mul(region.columns);
        let mut out: Vec<T> = Vec::new();
        out.try_reserve_exact(count).map_err(|e| no_memory(count * T::SIZE, e))?;
        let p = &self.place;
        let first = p.offset + region.row as u64 * p.row_stride + region.column as u64 * p.column_stride;
        if p.row_stride >= p.column_stride {
            self.rows(region, first, &mut out)?;
        } else {
            out.resize(count, T::default());
            self.transposed(region, first, &mut out)?;
        }
        Array2::from_shape_vec((region.rows, region.columns), out)
            .map_err(|e| Error::new(Code::Internal, "decoded samples do not fill the region").cause(e))
    }

    /// Reads a file that stores row after row, appending to `out`: memory is touched only when its samples come.
    fn rows<T: Sample>(&self, region: &Region, first: u64, out: &mut Vec<T>) -> Result<()> {
        let p = &self.place;
        if p.column_stride == T::SIZE as u64 && p.row_stride == (region.columns * T::SIZE) as u64 {
            let all = region.rows * region.columns;
            let part = (BUFFER / T::SIZE).min(all);
            let rest = all % part;
            let (parts, bytes) = (all / part, part * T::SIZE);
            self.stretches(first, parts, bytes as u64, bytes, |_, bytes| decode(bytes, T::SIZE, p, grow(out, part)))?;
            let end = first + (parts * bytes) as u64;
            let last = usize::from(rest > 0);
            return self.stretches(end, last, 0, rest * T::SIZE, |_, bytes| decode(bytes, T::SIZE, p, grow(out, rest)));
        }
        let (step, len) = stretch::<T>(p.column_stride, region.columns)?;
        self.stretches(first, region.rows, p.row_stride, len, |_, bytes| {
            decode(bytes, step, p, grow(out, region.columns));
        })
    }

    /// Reads a file that stores column after column.
    fn transposed<T: Sample>(&self, region: &Region, first: u64, out: &mut [T]) -> Result<()> {
        let p = &self.place;
        let (step, len) = stretch::<T>(p.row_stride, region.rows)?;
        let lines = LINES.min(region.columns);
        let mut tile: Vec<T> = Vec::new();
        tile.try_reserve_exact(lines * region.rows).map_err(|e| no_memory(lines * region.rows * T::SIZE, e))?;
        tile.resize(lines * region.rows, T::default());
        self.stretches(first, region.columns, p.column_stride, len, |column, bytes| {
            let slot = column % LINES;
            if let Some(line) = tile.get_mut(slot * region.rows..(slot + 1) * region.rows) {
                decode(bytes, step, p, line);
            }
            if slot + 1 == LINES || column + 1 == region.columns {
                scatter(&tile, slot + 1, column - slot, region, out);
            }
        })
    }

    /// Calls `each` with `count` stretches of `len` bytes, `stride` apart, reading many at once where they lie densely.
    fn stretches(
        &self,
        first: u64,
        count: usize,
        stride: u64,
        len: usize,
        mut each: impl FnMut(usize, &[u8]),
    ) -> Result<()> {
        if count == 0 {
            return Ok(());
        }
        let dense = stride <= 4 * len as u64 && stride as usize <= BUFFER;
        let batch = if dense && stride > 0 { (BUFFER / stride as usize).max(1) } else { 1 }.min(count);
        let span = (batch - 1) * stride as usize * usize::from(dense) + len;
        let mut buffer = Vec::new();
        buffer.try_reserve_exact(span).map_err(|e| no_memory(span, e))?;
        buffer.resize(span, 0u8);
        let mut index = 0;
        while index < count {
            let here = batch.min(count - index);
            let used = (here - 1) * stride as usize + len;
            let bytes = buffer.get_mut(..used).unwrap_or_default();
            self.source.read_exact_at(first + index as u64 * stride, bytes)?;
            for i in 0..here {
                let start = i * stride as usize;
                each(index + i, bytes.get(start..start + len).unwrap_or_default());
            }
            index += here;
        }
        Ok(())
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
        match &self.place.sample_type {
            SampleType::U8 => self.gather(region).map(Block::U8),
            SampleType::U16 => self.gather(region).map(Block::U16),
            SampleType::U32 => self.gather(region).map(Block::U32),
            SampleType::F32 => self.gather(region).map(Block::F32),
            SampleType::F64 => self.gather(region).map(Block::F64),
            SampleType::Unlisted(name) => Err(Error::new(Code::Internal, "samples of an unknown type").found(name)),
        }
    }
}

fn no_memory(bytes: usize, cause: std::collections::TryReserveError) -> Error {
    Error::new(Code::LimitBytes, "no memory for samples").found(format!("{bytes} bytes")).cause(cause)
}

/// Returns the step from sample to sample and the length of a stretch of `count` samples, in bytes.
fn stretch<T: Sample>(stride: u64, count: usize) -> Result<(usize, usize)> {
    let step = if count > 1 { usize::try_from(stride).unwrap_or(usize::MAX) } else { T::SIZE };
    let len = step.checked_mul(count - 1).and_then(|n| n.checked_add(T::SIZE));
    len.map(|len| (step, len))
        .ok_or_else(|| Error::new(Code::LimitBytes, "a line of samples exceeds the address space"))
}

/// Appends `count` samples and returns them, to be filled.
pub(super) fn grow<T: Copy + Default>(out: &mut Vec<T>, count: usize) -> &mut [T] {
    let start = out.len();
    out.resize(start + count, T::default());
    out.get_mut(start..).unwrap_or_default()
}

/// Decodes samples that lie `step` bytes apart.
fn decode<T: Sample>(bytes: &[u8], step: usize, place: &Placement, out: &mut [T]) {
    match place.byte_order {
        ByteOrder::Big => spread(bytes, step, T::big, out),
        _ => spread(bytes, step, T::little, out),
    }
}

fn spread<T: Sample>(bytes: &[u8], step: usize, one: impl Fn(&[u8]) -> T, out: &mut [T]) {
    // A step known when this is compiled lets several samples be decoded at once.
    match step / T::SIZE {
        _ if !step.is_multiple_of(T::SIZE) => out.iter_mut().zip(bytes.chunks(step)).for_each(|(o, b)| *o = one(b)),
        1 => out.iter_mut().zip(bytes.chunks_exact(T::SIZE)).for_each(|(o, b)| *o = one(b)),
        2 => out.iter_mut().zip(bytes.chunks(2 * T::SIZE)).for_each(|(o, b)| *o = one(b)),
        3 => out.iter_mut().zip(bytes.chunks(3 * T::SIZE)).for_each(|(o, b)| *o = one(b)),
        _ => out.iter_mut().zip(bytes.chunks(step)).for_each(|(o, b)| *o = one(b)),
    }
}

/// Rows and lines that are transposed at once, out of registers.
const BLOCK: usize = 8;

/// Writes `lines` decoded lines as columns from `column` on.
pub(super) fn scatter<T: Copy + Default>(tile: &[T], lines: usize, column: usize, region: &Region, out: &mut [T]) {
    for (block, targets) in out.chunks_mut(region.columns * BLOCK).enumerate() {
        let row = block * BLOCK;
        for line in (0..lines).step_by(BLOCK) {
            let first = line * region.rows + row;
            if line + BLOCK <= lines && transpose(tile, first, region, column + line, targets).is_some() {
                continue;
            }
            for (offset, target) in targets.chunks_exact_mut(region.columns).enumerate() {
                let from = tile.iter().skip(first + offset).step_by(region.rows);
                let target = target.get_mut(column + line..column + lines.min(line + BLOCK)).unwrap_or_default();
                target.iter_mut().zip(from).for_each(|(t, s)| *t = *s);
            }
        }
    }
}

/// Transposes a block of [`BLOCK`] rows and lines; nothing happens where the image is not that high.
fn transpose<T: Copy + Default>(
    tile: &[T],
    first: usize,
    region: &Region,
    column: usize,
    targets: &mut [T],
) -> Option<()> {
    if targets.len() < BLOCK * region.columns {
        return None;
    }
    let mut block = [[T::default(); BLOCK]; BLOCK];
    for (i, line) in block.iter_mut().enumerate() {
        *line = *tile.get(first + i * region.rows..)?.first_chunk()?;
    }
    for (i, target) in targets.chunks_exact_mut(region.columns).enumerate() {
        let turned: [T; BLOCK] = std::array::from_fn(|k| block[k][i]);
        target.get_mut(column..column + BLOCK)?.copy_from_slice(&turned);
    }
    Some(())
}

/// Number that a sample is made of.
trait Sample: Copy + Default {
    const SIZE: usize;
    /// Decodes the first bytes, least significant first; too few bytes give the default.
    fn little(bytes: &[u8]) -> Self;
    /// Decodes the first bytes, most significant first; too few bytes give the default.
    fn big(bytes: &[u8]) -> Self;
}

macro_rules! sample {
    ($($ty:ty),+) => { $(
        impl Sample for $ty {
            const SIZE: usize = size_of::<$ty>();
            #[inline]
            fn little(bytes: &[u8]) -> Self {
                bytes.first_chunk().map_or_else(Self::default, |b| Self::from_le_bytes(*b))
            }
            #[inline]
            fn big(bytes: &[u8]) -> Self {
                bytes.first_chunk().map_or_else(Self::default, |b| Self::from_be_bytes(*b))
            }
        }
    )+ };
}

sample!(u8, u16, u32, f32, f64);

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
