//! Samples of 10, 12 or 14 bits that follow each other without padding, read in place.
//!
//! Sample `[row, column]` occupies `bits` bits from bit `offset + row * row_stride + column * column_stride` on. Bits
//! count from the least significant of each byte (GenICam PFNC `Mono10p`, `Mono12p`, `Mono14p`) or from the most
//! significant (the order of TIFF and DICOM bit streams). Samples are given as unsigned 16-bit numbers.

use std::sync::Arc;

use ndarray::Array2;

use super::strided::LINES;
use super::strided::grow;
use super::strided::scatter;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Block;
use crate::model::Region;
use crate::model::SampleType;
use crate::model::Samples;
use crate::source::ReadAt;

/// Bytes read at once.
const BUFFER: u64 = 256 << 10;

/// Bytes that a block of samples is cut out of, at most.
const LOADED: usize = 32;

/// Bytes behind what was read, so that every block can be loaded whole.
const MARGIN: usize = LOADED;

/// Where packed samples lie in a file; offset and strides count bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BitPlacement {
    /// Rows and columns.
    pub shape: (usize, usize),
    /// Bits of a sample: 10, 12 or 14.
    pub bits: u32,
    /// Whether bits count from the most significant of each byte.
    pub most_first: bool,
    /// First bit of sample `[0, 0]`.
    pub offset: u64,
    /// Bits from one row to the next.
    pub row_stride: u64,
    /// Bits from one column to the next.
    pub column_stride: u64,
}

impl BitPlacement {
    /// Returns the byte offset behind the last bit, or nothing when it exceeds 64 bits or samples overlap.
    pub fn end(&self) -> Option<u64> {
        let mut axes = [(self.row_stride, self.shape.0 as u64), (self.column_stride, self.shape.1 as u64)];
        axes.sort();
        let mut span = u64::from(self.bits);
        for (stride, count) in axes {
            if count == 0 || count > 1 && stride < span {
                return None;
            }
            span = stride.checked_mul(count - 1)?.checked_add(span)?;
        }
        Some(self.offset.checked_add(span)?.div_ceil(8))
    }

    fn mask(&self) -> u64 {
        (1 << self.bits) - 1
    }
}

/// [`Samples`] packed into a bit stream.
pub struct PackedSamples {
    source: Arc<dyn ReadAt>,
    place: BitPlacement,
}

impl PackedSamples {
    /// Places samples in a source.
    ///
    /// # Errors
    /// `input.size_mismatch` when they do not lie inside the source; `profile.value` when they overlap or are not of
    /// 10, 12 or 14 bits.
    pub fn new(source: Arc<dyn ReadAt>, place: BitPlacement) -> Result<Self> {
        let wrong = |code, message| Error::new(code, message).file(source.name());
        let Some(end) = place.end().filter(|_| matches!(place.bits, 10 | 12 | 14)) else {
            return Err(wrong(Code::ProfileValue, "the packed samples overlap, or there are none")
                .expected("samples of 10, 12 or 14 bits")
                .found(format!("{place:?}")));
        };
        if end > source.len() {
            return Err(wrong(Code::InputSizeMismatch, "the samples do not fit into the file")
                .expected(format!("at least {end} bytes"))
                .found(format!("{} bytes", source.len())));
        }
        Ok(Self { source, place })
    }

    /// Reads stored lines and gives each to `each`, still packed.
    fn lines(
        &self,
        first: u64,
        (count, major): (usize, u64),
        (length, minor): (usize, u64),
        mut each: impl FnMut(usize, &PackedLine<'_>),
    ) -> Result<()> {
        let span = (length as u64 - 1) * minor + u64::from(self.place.bits);
        let batch = (8 * BUFFER / major.max(span)).clamp(1, count as u64) as usize;
        let mut buffer = Vec::new();
        for start in (0..count).step_by(batch) {
            let here = batch.min(count - start);
            let from = first + start as u64 * major;
            let bits = (here as u64 - 1) * major + span + from % 8;
            let bytes = bits.div_ceil(8) as usize;
            buffer.clear();
            buffer.resize(bytes + MARGIN, 0);
            self.source.read_exact_at(from / 8, buffer.get_mut(..bytes).unwrap_or_default())?;
            for i in 0..here {
                let at = from % 8 + i as u64 * major;
                each(start + i, &PackedLine { place: &self.place, bytes: &buffer, at, minor });
            }
        }
        Ok(())
    }
}

/// Packed samples of a line, `minor` bits apart from bit `at` of the bytes on.
struct PackedLine<'a> {
    place: &'a BitPlacement,
    bytes: &'a [u8],
    at: u64,
    minor: u64,
}

impl PackedLine<'_> {
    fn decode(&self, out: &mut [u16]) {
        let (bits, most_first) = (self.place.bits, self.place.most_first);
        if self.minor == u64::from(bits) {
            let shift = (self.at % 8) as u32;
            let bytes = self.bytes.get((self.at / 8) as usize..).unwrap_or_default();
            return match (bits, most_first) {
                (10, false) => dense::<10, false>(bytes, shift, out),
                (12, false) => dense::<12, false>(bytes, shift, out),
                (14, false) => dense::<14, false>(bytes, shift, out),
                (10, true) => dense::<10, true>(bytes, shift, out),
                (12, true) => dense::<12, true>(bytes, shift, out),
                (_, _) => dense::<14, true>(bytes, shift, out),
            };
        }
        for (position, sample) in (self.at..).step_by(self.minor.max(1) as usize).zip(out) {
            *sample = self.one(position);
        }
    }

    fn one(&self, position: u64) -> u16 {
        let window = self.bytes.get((position / 8) as usize..).and_then(|b| b.first_chunk::<8>());
        let window = window.copied().unwrap_or_default();
        let shift = (position % 8) as u32;
        let value = match self.place.most_first {
            true => u64::from_be_bytes(window) >> (64 - shift - self.place.bits),
            false => u64::from_le_bytes(window) >> shift,
        };
        (value & self.place.mask()) as u16
    }
}

/// Samples that stand in one load of eight bytes.
const GROUP: usize = 4;

/// Decodes samples without gaps, the first of which starts `shift` bits into the first byte: four at a time out of one
/// load of eight bytes, four loads out of one check of the bounds.
fn dense<const BITS: u32, const MOST_FIRST: bool>(bytes: &[u8], shift: u32, out: &mut [u16]) {
    // Four samples of 10, 12 or 14 bits are whole bytes, so that the shift is the same for all groups.
    let group = (BITS / 2) as usize;
    let mut offset = 0;
    let (blocks, rest) = out.as_chunks_mut::<{ 4 * GROUP }>();
    for block in blocks {
        let Some(loaded) = bytes.get(offset..).and_then(|b| b.first_chunk::<LOADED>()) else { return };
        for (k, samples) in block.as_chunks_mut::<GROUP>().0.iter_mut().enumerate() {
            let mut window = [0; 8];
            window.copy_from_slice(&loaded[k * group..k * group + 8]);
            *samples = spread::<BITS, MOST_FIRST>(window, shift);
        }
        offset += 4 * group;
    }
    for samples in rest.chunks_mut(GROUP) {
        let window = bytes.get(offset..).and_then(|b| b.first_chunk::<8>()).copied().unwrap_or_default();
        let four = spread::<BITS, MOST_FIRST>(window, shift);
        samples.iter_mut().zip(four).for_each(|(to, sample)| *to = sample);
        offset += group;
    }
}

/// Cuts four samples out of eight bytes: the two halves are brought 32 bits apart, then the two samples of each 16.
#[inline(always)]
fn spread<const BITS: u32, const MOST_FIRST: bool>(window: [u8; 8], shift: u32) -> [u16; GROUP] {
    let pair = (1_u64 << (2 * BITS)) - 1;
    let low = ((1_u64 << BITS) - 1) * 0x0000_0001_0000_0001;
    let packed = match MOST_FIRST {
        true => u64::from_be_bytes(window) << shift >> (64 - 4 * BITS),
        false => u64::from_le_bytes(window) >> shift,
    };
    let halves = packed & pair | (packed >> (2 * BITS) & pair) << 32;
    let samples = halves & low | (halves >> BITS & low) << 16;
    let four = [samples as u16, (samples >> 16) as u16, (samples >> 32) as u16, (samples >> 48) as u16];
    if MOST_FIRST { [four[3], four[2], four[1], four[0]] } else { four }
}

impl Samples for PackedSamples {
    fn shape(&self) -> (usize, usize) {
        self.place.shape
    }

    fn sample_type(&self) -> SampleType {
        SampleType::U16
    }

    fn read(&self, region: &Region) -> Result<Block> {
        region.check(self.place.shape)?;
        let p = &self.place;
        let first = p.offset + region.row as u64 * p.row_stride + region.column as u64 * p.column_stride;
        let no_memory = |e| Error::new(Code::LimitBytes, "no memory for samples").cause(e);
        let mut out: Vec<u16> = Vec::new();
        let count = region.rows.saturating_mul(region.columns);
        out.try_reserve_exact(count).map_err(no_memory)?;
        let (rows, columns) = ((region.rows, p.row_stride), (region.columns, p.column_stride));
        if p.row_stride >= p.column_stride {
            self.lines(first, rows, columns, |_, line| line.decode(grow(&mut out, region.columns)))?;
        } else {
            out.resize(count, 0);
            let mut tile = vec![0; LINES.min(region.columns) * region.rows];
            self.lines(first, columns, rows, |column, line| {
                let slot = column % LINES;
                if let Some(target) = tile.get_mut(slot * region.rows..(slot + 1) * region.rows) {
                    line.decode(target);
                }
                if slot + 1 == LINES || column + 1 == region.columns {
                    scatter(&tile, slot + 1, column - slot, region, &mut out);
                }
            })?;
        }
        let filled = Array2::from_shape_vec((region.rows, region.columns), out);
        filled
            .map(Block::U16)
            .map_err(|e| Error::new(Code::Internal, "decoded samples do not fill the region").cause(e))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::MemorySource;

    /// Reads bit by bit, by the definition.
    fn by_definition(bytes: &[u8], p: &BitPlacement, row: usize, column: usize) -> u16 {
        let at = p.offset + row as u64 * p.row_stride + column as u64 * p.column_stride;
        let bit = |i: u64| {
            let (byte, place) = (bytes[(i / 8) as usize], (i % 8) as u32);
            u16::from(byte >> if p.most_first { 7 - place } else { place } & 1)
        };
        (0..u64::from(p.bits)).fold(0, |value, i| match p.most_first {
            true => value << 1 | bit(at + i),
            false => value | bit(at + i) << i,
        })
    }

    proptest! {
        #[test]
        fn packed_read_follows_the_definition(
            rows in 1_usize..50, columns in 1_usize..50, bits in prop::sample::select(vec![10_u32, 12, 14]),
            most_first in any::<bool>(), by_line in any::<bool>(), channels in 1_u64..3, pad in 0_u64..20,
            offset in 0_u64..40, align in any::<bool>(), cut in (0.0..1.0_f64, 0.0..1.0_f64, 0.0..1.0_f64, 0.0..1.0_f64),
        ) {
            let minor = u64::from(bits) * channels;
            let (inner, outer) = if by_line { (rows, columns) } else { (columns, rows) };
            let major = inner as u64 * minor + pad;
            let major = if align { major.next_multiple_of(8) } else { major };
            let (row_stride, column_stride) = if by_line { (minor, major) } else { (major, minor) };
            let offset = if align { offset & !7 } else { offset };
            let p = BitPlacement { shape: (rows, columns), bits, most_first, offset, row_stride, column_stride };
            let len = (offset + major * outer as u64).div_ceil(8);
            let bytes: Vec<u8> = (0..len).map(|i| (i.wrapping_mul(2_654_435_761) >> 7) as u8).collect();
            let pick = |a: f64, b: f64, n: usize| {
                let start = (a * n as f64) as usize;
                (start, 1 + (b * (n - start - 1) as f64) as usize)
            };
            let ((row, r), (column, c)) = (pick(cut.0, cut.1, rows), pick(cut.2, cut.3, columns));
            let samples = PackedSamples::new(Arc::new(MemorySource::new("m", bytes.clone())), p).unwrap();
            let Block::U16(got) = samples.read(&Region { row, column, rows: r, columns: c }).unwrap() else { panic!() };
            for ((i, j), value) in got.indexed_iter() {
                prop_assert_eq!(*value, by_definition(&bytes, &p, row + i, column + j));
            }
        }
    }

    /// GenICam PFNC 2.4, figures of Mono12p and Mono10p: least significant bits first.
    #[test]
    fn the_published_layouts_are_read() {
        let read = |bytes: &[u8], bits, most_first, n| {
            let minor = u64::from(bits);
            let p = BitPlacement {
                shape: (1, n),
                bits,
                most_first,
                offset: 0,
                row_stride: 8 * bytes.len() as u64,
                column_stride: minor,
            };
            match PackedSamples::new(Arc::new(MemorySource::new("m", bytes)), p).unwrap().read_all().unwrap() {
                Block::U16(a) => a.into_raw_vec_and_offset().0,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(read(&[0xbc, 0x3a, 0x12], 12, false, 2), [0xabc, 0x123]);
        assert_eq!(read(&[0xab, 0xc1, 0x23], 12, true, 2), [0xabc, 0x123]);
        assert_eq!(read(&[0xff, 0x03, 0x00, 0x00, 0x40], 10, false, 4), [0x3ff, 0, 0, 0x100]);
    }

    #[test]
    fn samples_outside_the_file_or_upon_each_other_are_refused() {
        let source = Arc::new(MemorySource::new("m", vec![0_u8; 30]));
        let place = |rows, bits, row_stride| BitPlacement {
            shape: (rows, 10),
            bits,
            most_first: false,
            offset: 0,
            row_stride,
            column_stride: 12,
        };
        let code = |p| PackedSamples::new(source.clone(), p).err().map(|e| e.code());
        assert_eq!(code(place(2, 12, 120)), None);
        assert_eq!(code(place(3, 12, 120)), Some(Code::InputSizeMismatch));
        assert_eq!(code(place(2, 12, 119)), Some(Code::ProfileValue));
        assert_eq!(code(place(2, 11, 120)), Some(Code::ProfileValue));
        assert_eq!(code(place(0, 12, 120)), Some(Code::ProfileValue));
    }
}
