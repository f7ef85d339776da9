//! Samples of 10, 12 or 14 bits that follow each other without padding, read in place.
//!
//! Sample `[row, column]` occupies `bits` bits from bit `offset + row * row_stride + column * column_stride` on. Bits
//! count from the least significant of each byte (GenICam PFNC `Mono10p`, `Mono12p`, `Mono14p`) or from the most
//! significant (the order of TIFF and DICOM bit streams). Samples are given as unsigned 16-bit numbers.

use std::sync::Arc;

use super::lanes::Cutter;
use super::lines::Line;
use super::lines::Lines;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Block;
use crate::model::Region;
use crate::model::SampleType;
use crate::model::Samples;
use crate::source::ReadAt;

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

    /// Decodes the samples of a line from the one of index `from` on, `minor` bits apart.
    fn decode(&self, line: &Line<'_>, cutter: &Cutter, minor: u64, from: usize, out: &mut [u16]) {
        let at = u64::from(line.bit) + from as u64 * minor;
        let mut done = 0;
        if minor == u64::from(self.place.bits) {
            let bytes = line.bytes.get((at / 8) as usize..).unwrap_or_default();
            // Samples from a multiple of four on start at the same bit of a byte as the first of the line.
            done = match line.bit == cutter.shift() && from.is_multiple_of(4) {
                true => cutter.cut(bytes, out),
                false => Cutter::new(self.place.bits, self.place.most_first, (at % 8) as u32).cut(bytes, out),
            };
        }
        let rest = out.get_mut(done..).unwrap_or_default();
        for (index, sample) in rest.iter_mut().enumerate() {
            *sample = self.one(line.bytes, at + (done + index) as u64 * minor);
        }
    }

    /// Reads the sample at a bit; bits behind the bytes are 0.
    fn one(&self, bytes: &[u8], position: u64) -> u16 {
        let from = bytes.get((position / 8) as usize..).unwrap_or_default();
        let mut window = [0; 4];
        window.iter_mut().zip(from).for_each(|(to, byte)| *to = *byte);
        let shift = (position % 8) as u32;
        let value = match self.place.most_first {
            true => u32::from_be_bytes(window) >> (32 - shift - self.place.bits),
            false => u32::from_le_bytes(window) >> shift,
        };
        (value & ((1 << self.place.bits) - 1)) as u16
    }
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
        let rows = p.row_stride >= p.column_stride;
        let ((count, stride), (length, minor)) = match rows {
            true => ((region.rows, p.row_stride), (region.columns, p.column_stride)),
            false => ((region.columns, p.column_stride), (region.rows, p.row_stride)),
        };
        let lines = Lines { first, stride, length: (length as u64 - 1) * minor + u64::from(p.bits), count, rows };
        let cutter = Cutter::new(p.bits, p.most_first, (first % 8) as u32);
        let image = lines.assemble(self.source.as_ref(), region, |line, from, out: &mut [u16]| {
            self.decode(line, &cutter, minor, from, out);
        })?;
        Ok(Block::U16(image))
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
