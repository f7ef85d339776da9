//! Stored lines of samples, one stretch of a source after another, and the image they make.

use std::ops::Range;

use ndarray::Array2;
use rayon::prelude::*;

use super::lanes;
use super::lanes::CHUNK;
use super::lanes::LINES;
use super::sample::Sample;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Region;
use crate::source::ReadAt;

/// Bytes read at once; fits the second-level cache together with what is decoded from it.
const BUFFER: u64 = 256 << 10;

/// Many lines are read by one call when not more is read than this many times what is needed.
const WASTE: u64 = 4;

/// Samples of a row decoded at once; fits the first-level cache.
const BLOCK: usize = 2048;

/// Rows decoded by one thread at a time.
const BAND: usize = 64;

/// Lines that are asked for before their turn comes; the next line lies where no processor looks for it.
const AHEAD: usize = 8;

/// Lines of equal length at equal distances; offsets and lengths count bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines {
    /// First bit of the first line.
    pub first: u64,
    /// Bits from one line to the next.
    pub stride: u64,
    /// Bits of a line.
    pub length: u64,
    /// Number of lines.
    pub count: usize,
    /// Whether a line is a row of the image; a column otherwise.
    pub rows: bool,
}

/// Bytes in which a line lies.
pub(super) struct Line<'a> {
    /// From the byte on in which the line starts; there may be more behind its end.
    pub bytes: &'a [u8],
    /// Bit of the first byte at which it starts.
    pub bit: u32,
}

impl<'a> Line<'a> {
    fn new(bytes: &'a [u8], at: u64) -> Self {
        Self { bytes: bytes.get((at / 8) as usize..).unwrap_or_default(), bit: (at % 8) as u32 }
    }

    /// Returns the bytes of a range of bits, as far as there are any.
    fn range(&self, bits: &Range<usize>) -> &'a [u8] {
        let (start, end) = (bits.start / 8, (bits.end + self.bit as usize).div_ceil(8));
        self.bytes.get(start..end.min(self.bytes.len())).unwrap_or_default()
    }
}

impl Lines {
    /// Reads the lines of a region; `decode` decodes the samples of a line from the one of the given index on.
    ///
    /// # Errors
    /// `limit.bytes` when there is no memory for the samples; those of the source.
    pub(super) fn assemble<T: Sample>(
        &self,
        source: &dyn ReadAt,
        region: &Region,
        decode: impl Fn(&Line<'_>, usize, &mut [T]) + Sync,
    ) -> Result<Array2<T>> {
        let mut out = reserve(region)?;
        match source.bytes() {
            None if self.rows => self.append(source, &mut out, region.columns, decode)?,
            _ => {
                out.par_extend(rayon::iter::repeat_n(T::default(), region.rows * region.columns));
                self.fill(source, (&mut out, region.columns), (0, region.columns), decode)?;
            }
        }
        image(region, out)
    }

    /// Reads the lines, which are rows of `width` samples, one after the other from a source that does not lie in memory.
    ///
    /// # Errors
    /// Those of the source.
    fn append<T: Sample>(
        &self,
        source: &dyn ReadAt,
        out: &mut Vec<T>,
        width: usize,
        decode: impl Fn(&Line<'_>, usize, &mut [T]),
    ) -> Result<()> {
        let mut block = vec![T::default(); BLOCK.min(width)];
        self.read(source, |_, lines| {
            for (line, from) in lines.iter().flat_map(|l| (0..width).step_by(BLOCK).map(move |f| (l, f))) {
                // Appending touches memory once; filling it first would do so twice.
                let here = block.get_mut(..BLOCK.min(width - from)).unwrap_or_default();
                decode(line, from, here);
                out.extend_from_slice(here);
            }
        })
    }

    /// Reads the lines into `columns`, the first and how many, of an image of which every row is `width` samples.
    ///
    /// # Errors
    /// Those of the source.
    pub(super) fn fill<T: Sample>(
        &self,
        source: &dyn ReadAt,
        (image, width): (&mut [T], usize),
        (column, columns): (usize, usize),
        decode: impl Fn(&Line<'_>, usize, &mut [T]) + Sync,
    ) -> Result<()> {
        if self.rows {
            let fill = |lines: &[Line<'_>], rows: &mut [T]| {
                for (line, row) in lines.iter().zip(rows.chunks_mut(width)) {
                    decode(line, 0, row.get_mut(column..column + columns).unwrap_or_default());
                }
            };
            let Some(bytes) = source.bytes().filter(|_| image.len() > BAND * width) else {
                return self.read(source, |row, lines| fill(lines, image.get_mut(row * width..).unwrap_or_default()));
            };
            let lines = self.in_memory(bytes);
            let bands = image.par_chunks_mut(BAND * width).zip(lines.par_chunks(BAND));
            bands.for_each(|(rows, lines)| fill(lines, rows));
            return Ok(());
        }
        let tile = || vec![lanes::Line::<T>::default(); LINES.min(columns)];
        let pitch = self.length.div_ceil((image.len() / width.max(1)).max(1) as u64) as usize;
        let turn =
            |tile: &mut [lanes::Line<T>], (band, targets): (usize, &mut [T]), first: usize, lines: &[Line<'_>]| {
                let samples = targets.len() / width;
                let bits = band * CHUNK * pitch..(band * CHUNK + samples) * pitch;
                for (i, (line, target)) in lines.iter().zip(&mut *tile).enumerate() {
                    if let Some(next) = lines.get(i + AHEAD) {
                        lanes::prefetch(next.range(&bits));
                    }
                    decode(line, band * CHUNK, target.samples_mut().get_mut(..samples).unwrap_or_default());
                }
                T::turn(tile.get(..lines.len()).unwrap_or_default(), (targets, width), column + first);
            };
        if image.len() <= CHUNK * width {
            let mut tile = tile();
            return self.read(source, |first, lines| turn(&mut tile, (0, &mut *image), first, lines));
        }
        // Bands of rows go to all threads, each with a tile of its own.
        let band = CHUNK * width;
        if let Some(bytes) = source.bytes() {
            let lines = self.in_memory(bytes);
            image.par_chunks_mut(band).enumerate().for_each_init(tile, |tile, (band, targets)| {
                for (group, lines) in lines.chunks(LINES).enumerate() {
                    turn(tile, (band, &mut *targets), group * LINES, lines);
                }
            });
            return Ok(());
        }
        self.read(source, |first, lines| {
            let bands = image.par_chunks_mut(band).enumerate();
            bands.for_each_init(tile, |tile, band| turn(tile, band, first, lines));
        })
    }

    /// Returns the lines of a source that lies in memory.
    fn in_memory<'a>(&self, bytes: &'a [u8]) -> Vec<Line<'a>> {
        (0..self.count).map(|index| Line::new(bytes, self.start(index))).collect()
    }

    /// Returns the first bit of a line.
    fn start(&self, index: usize) -> u64 {
        self.first + index as u64 * self.stride
    }

    /// Gives up to [`LINES`] lines at a time to `each`, with the index of the first.
    ///
    /// A source in memory is not copied; of others, many lines are read by one call where they lie densely.
    fn read(&self, source: &dyn ReadAt, mut each: impl FnMut(usize, &[Line<'_>])) -> Result<()> {
        if let Some(bytes) = source.bytes() {
            let lines = self.in_memory(bytes);
            lines.chunks(LINES).enumerate().for_each(|(group, lines)| each(group * LINES, lines));
            return Ok(());
        }
        let dense = self.stride <= WASTE.saturating_mul(self.length);
        let each_takes = if dense { self.stride } else { self.length };
        let batch = (8 * BUFFER / each_takes.max(1)).clamp(1, LINES as u64) as usize;
        let mut buffer = Vec::new();
        for first in (0..self.count).step_by(batch) {
            let last = self.count.min(first + batch);
            let reads =
                if dense { vec![(first, last)] } else { (first..last).map(|index| (index, index + 1)).collect() };
            let mut places = Vec::with_capacity(batch);
            let mut filled = 0_usize;
            for (from, to) in reads {
                let byte = self.start(from) / 8;
                let size = (self.start(to - 1) + self.length).div_ceil(8) - byte;
                let end = filled.saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
                if buffer.len() < end {
                    buffer.try_reserve_exact(end - buffer.len()).map_err(|e| no_memory(end, e))?;
                    buffer.resize(end, 0_u8);
                }
                source.read_exact_at(byte, buffer.get_mut(filled..end).unwrap_or_default())?;
                places.extend((from..to).map(|index| 8 * filled as u64 + self.start(index) - 8 * byte));
                filled = end;
            }
            let lines: Vec<Line<'_>> = places.into_iter().map(|at| Line::new(&buffer, at)).collect();
            each(first, &lines);
        }
        Ok(())
    }
}

/// Reserves memory for the samples of a region.
///
/// # Errors
/// `limit.bytes` when there is none.
pub(super) fn reserve<T: Sample>(region: &Region) -> Result<Vec<T>> {
    let mut samples = Vec::new();
    let count = region.rows.saturating_mul(region.columns);
    samples.try_reserve_exact(count).map_err(|e| no_memory(count.saturating_mul(T::SIZE), e))?;
    Ok(samples)
}

/// Makes the image of a region out of all its samples, row by row.
pub(super) fn image<T>(region: &Region, samples: Vec<T>) -> Result<Array2<T>> {
    Array2::from_shape_vec((region.rows, region.columns), samples)
        .map_err(|e| Error::new(Code::Internal, "decoded samples do not fill the region").cause(e))
}

fn no_memory(bytes: usize, cause: std::collections::TryReserveError) -> Error {
    Error::new(Code::LimitBytes, "no memory for samples").found(format!("{bytes} bytes")).cause(cause)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::Block;
    use crate::model::ByteOrder;
    use crate::model::SampleType;
    use crate::model::Samples;
    use crate::source::MemorySource;
    use crate::vendor::BitPlacement;
    use crate::vendor::PackedSamples;
    use crate::vendor::Placement;
    use crate::vendor::StridedSamples;

    /// A source that must be read piece by piece, as a file.
    struct Pieces(MemorySource);

    impl ReadAt for Pieces {
        fn len(&self) -> u64 {
            self.0.len()
        }
        fn name(&self) -> &str {
            self.0.name()
        }
        fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
            self.0.read_exact_at(offset, buf)
        }
    }

    fn bytes(count: u64) -> Vec<u8> {
        (0..count).map(|i| (i.wrapping_mul(2_654_435_761) >> 7) as u8).collect()
    }

    fn all<S: Samples>(samples: S) -> Array2<u16> {
        match samples.read_all().unwrap() {
            Block::U16(image) => image,
            other => panic!("{other:?}"),
        }
    }

    /// Images of several blocks, chunks and groups of lines, both ways round, dense and sparse, from memory and piece by
    /// piece, against one sample at a time at its own offset.
    #[test]
    fn large_images_are_read_by_definition() {
        let (tall, wide) = (2 * CHUNK + 37, 2 * LINES + 45);
        for (rows, columns, by_rows) in [(3, 2 * BLOCK + 19, true), (tall, wide, false)] {
            for (channels, planes) in [(1, 1), (2, 1), (1, 2), (1, 9)] {
                let (minor, length) = (2 * channels, if by_rows { columns } else { rows } as u64);
                let major = length * minor * planes + 6;
                let (row_stride, column_stride) = if by_rows { (major, minor) } else { (minor, major) };
                for byte_order in [ByteOrder::Little, ByteOrder::Big] {
                    let place = Placement {
                        shape: (rows, columns),
                        sample_type: SampleType::U16,
                        byte_order: byte_order.clone(),
                        offset: 5,
                        row_stride,
                        column_stride,
                    };
                    let bytes = bytes(place.end().unwrap());
                    let memory = MemorySource::new("m", bytes.clone());
                    let image = all(StridedSamples::new(Arc::new(memory.clone()), place.clone()).unwrap());
                    for ((row, column), sample) in image.indexed_iter() {
                        let at = (5 + row as u64 * row_stride + column as u64 * column_stride) as usize;
                        let pair = [bytes[at], bytes[at + 1]];
                        let expected = match byte_order {
                            ByteOrder::Big => u16::from_be_bytes(pair),
                            _ => u16::from_le_bytes(pair),
                        };
                        assert_eq!(*sample, expected, "{row} {column} {channels} {planes} {byte_order:?}");
                    }
                    let pieces = StridedSamples::new(Arc::new(Pieces(memory)), place).unwrap();
                    assert_eq!(all(pieces), image, "{by_rows} {channels} {planes}");
                }
            }
        }
    }

    #[test]
    fn large_packed_images_are_read_by_definition() {
        for (rows, columns, by_rows) in [(3, 2 * BLOCK + 19, true), (2 * CHUNK + 37, LINES + 45, false)] {
            for (bits, most_first, offset) in [(10, false, 0), (12, true, 4), (14, false, 3), (14, true, 0)] {
                for gap in [0, 24, 50_000] {
                    let (minor, length) = (u64::from(bits), if by_rows { columns } else { rows } as u64);
                    let major = length * minor + gap;
                    let (row_stride, column_stride) = if by_rows { (major, minor) } else { (minor, major) };
                    let place =
                        BitPlacement { shape: (rows, columns), bits, most_first, offset, row_stride, column_stride };
                    let bytes = bytes(place.end().unwrap());
                    let memory = MemorySource::new("m", bytes.clone());
                    let image = all(PackedSamples::new(Arc::new(memory.clone()), place).unwrap());
                    for ((row, column), sample) in image.indexed_iter() {
                        let at = offset + row as u64 * row_stride + column as u64 * column_stride;
                        let bit = |i: u64| {
                            let (byte, place) = (bytes[(i / 8) as usize], (i % 8) as u32);
                            u16::from(byte >> if most_first { 7 - place } else { place } & 1)
                        };
                        let expected = (0..u64::from(bits)).fold(0, |value, i| match most_first {
                            true => value << 1 | bit(at + i),
                            false => value | bit(at + i) << i,
                        });
                        assert_eq!(*sample, expected, "{row} {column} {bits} {most_first} {gap}");
                    }
                    let pieces = PackedSamples::new(Arc::new(Pieces(memory)), place).unwrap();
                    assert_eq!(all(pieces), image, "{by_rows} {bits} {gap}");
                }
            }
        }
    }
}
