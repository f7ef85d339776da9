//! Sample types as they are stored: byte order and the shuffle filter.

use ndarray::Array2;

use crate::error::Result;
use crate::model::Block;

/// Number stored as a sample.
pub trait Sample: Copy + Default + Send + Sync + PartialEq + 'static {
    /// Bytes of a sample.
    const SIZE: usize;
    /// Whether every value is a number: there is no NaN.
    const ALWAYS_VALID: bool;

    /// Copies samples into the planes of a shuffled chunk: byte `k` of sample `i` goes to `k * chunk + at + i`, where
    /// `chunk` is the number of samples of the chunk.
    fn shuffle(samples: &[Self], planes: &mut [u8], chunk: usize, at: usize);

    /// Copies samples out of the planes of a shuffled chunk, the reverse of [`Sample::shuffle`].
    fn unshuffle(planes: &[u8], chunk: usize, at: usize, samples: &mut [Self]);

    /// Reads samples in little-endian or big-endian order.
    fn from_bytes(bytes: &[u8], big_endian: bool, samples: &mut [Self]);

    /// Writes samples in little-endian order.
    fn to_le(samples: &[Self], bytes: &mut [u8]);

    /// Wraps an array.
    fn block(array: Array2<Self>) -> Block;

    /// Borrows the array of a block of this type.
    fn array(block: &Block) -> Option<&Array2<Self>>;

    /// Returns the mean of four samples; integers round half up.
    fn mean(samples: [Self; 4]) -> Self;

    /// Converts to a 64-bit number.
    fn to_f64(self) -> f64;

    /// Converts from a 64-bit number: integers round half away from zero and saturate.
    fn from_f64(value: f64) -> Self;
}

macro_rules! sample {
    ($($ty:ident $variant:ident $bits:ident $to:expr, $from:expr, $round:expr, $mean:expr;)+) => { $(
        impl Sample for $ty {
            const SIZE: usize = size_of::<$ty>();
            const ALWAYS_VALID: bool = $ty::MIN as f64 == 0.0;

            fn shuffle(samples: &[Self], planes: &mut [u8], chunk: usize, at: usize) {
                for k in 0..Self::SIZE {
                    let start = k * chunk + at;
                    let Some(plane) = planes.get_mut(start..start + samples.len()) else { return };
                    for (byte, sample) in plane.iter_mut().zip(samples) {
                        *byte = ($to(*sample) >> (8 * k)) as u8;
                    }
                }
            }

            fn unshuffle(planes: &[u8], chunk: usize, at: usize, samples: &mut [Self]) {
                const CELL: usize = 512;
                let mut at = at;
                for cell in samples.chunks_mut(CELL) {
                    let mut bits = [0 as $bits; CELL];
                    for k in 0..Self::SIZE {
                        let start = k * chunk + at;
                        let Some(plane) = planes.get(start..start + cell.len()) else { return };
                        for (bit, byte) in bits.iter_mut().zip(plane) {
                            *bit |= $bits::from(*byte) << (8 * k);
                        }
                    }
                    for (sample, bit) in cell.iter_mut().zip(bits) {
                        *sample = $from(bit);
                    }
                    at += cell.len();
                }
            }

            fn from_bytes(bytes: &[u8], big_endian: bool, samples: &mut [Self]) {
                let (cells, _) = bytes.as_chunks::<{ size_of::<$ty>() }>();
                if big_endian {
                    samples.iter_mut().zip(cells).for_each(|(s, c)| *s = $ty::from_be_bytes(*c));
                } else {
                    samples.iter_mut().zip(cells).for_each(|(s, c)| *s = $ty::from_le_bytes(*c));
                }
            }

            fn to_le(samples: &[Self], bytes: &mut [u8]) {
                let (cells, _) = bytes.as_chunks_mut::<{ size_of::<$ty>() }>();
                cells.iter_mut().zip(samples).for_each(|(c, s)| *c = s.to_le_bytes());
            }

            fn block(array: Array2<Self>) -> Block {
                Block::$variant(array)
            }

            fn array(block: &Block) -> Option<&Array2<Self>> {
                match block {
                    Block::$variant(array) => Some(array),
                    _ => None,
                }
            }

            fn mean(samples: [Self; 4]) -> Self {
                $mean(samples)
            }

            fn to_f64(self) -> f64 {
                self as f64
            }

            fn from_f64(value: f64) -> Self {
                $round(value)
            }
        }
    )+ };
}

sample! {
    u8 U8 u8 |s: u8| s, |b: u8| b, |v: f64| v.round() as u8, |s: [u8; 4]| ((s.map(u32::from).iter().sum::<u32>() + 2) >> 2) as u8;
    u16 U16 u16 |s: u16| s, |b: u16| b, |v: f64| v.round() as u16, |s: [u16; 4]| ((s.map(u32::from).iter().sum::<u32>() + 2) >> 2) as u16;
    u32 U32 u32 |s: u32| s, |b: u32| b, |v: f64| v.round() as u32, |s: [u32; 4]| ((s.map(u64::from).iter().sum::<u64>() + 2) >> 2) as u32;
    f32 F32 u32 f32::to_bits, f32::from_bits, |v: f64| v as f32, |s: [f32; 4]| (s.map(f64::from).iter().sum::<f64>() / 4.0) as f32;
    f64 F64 u64 f64::to_bits, f64::from_bits, |v: f64| v, |s: [f64; 4]| s.iter().sum::<f64>() / 4.0;
}

/// Runs the same expression with a type alias bound to the Rust type of a [`SampleType`](crate::model::SampleType).
macro_rules! with_sample {
    ($sample_type:expr, $ty:ident => $body:expr, else $other:expr) => {
        match $sample_type {
            $crate::model::SampleType::U8 => {
                type $ty = u8;
                $body
            }
            $crate::model::SampleType::U16 => {
                type $ty = u16;
                $body
            }
            $crate::model::SampleType::U32 => {
                type $ty = u32;
                $body
            }
            $crate::model::SampleType::F32 => {
                type $ty = f32;
                $body
            }
            $crate::model::SampleType::F64 => {
                type $ty = f64;
                $body
            }
            $crate::model::SampleType::Unlisted(_) => $other,
        }
    };
}
pub(crate) use with_sample;

/// Calls `take` with the samples of a block row by row in little-endian bytes, in pieces of at most 64 KiB.
///
/// # Errors
/// Whatever `take` says.
pub fn for_each_le_piece(block: &Block, take: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
    fn run<T: Sample>(array: &Array2<T>, take: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        const PIECE: usize = 1 << 16;
        let mut bytes = vec![0; PIECE];
        for row in array.rows() {
            let whole = row.to_slice();
            let copied: Vec<T>;
            let samples = match whole {
                Some(samples) => samples,
                None => {
                    copied = row.to_vec();
                    &copied
                }
            };
            for piece in samples.chunks(PIECE / T::SIZE) {
                if let Some(bytes) = bytes.get_mut(..piece.len() * T::SIZE) {
                    T::to_le(piece, bytes);
                    take(bytes)?;
                }
            }
        }
        Ok(())
    }
    crate::with_block!(block, array => run(array, take))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn unshuffling_gives_back_what_was_shuffled(samples in proptest::collection::vec(any::<f64>(), 1..1500)) {
            let n = samples.len() + 5;
            let mut planes = vec![0; 8 * n];
            f64::shuffle(&samples, &mut planes, n, 3);
            let mut back = vec![0.0; samples.len()];
            f64::unshuffle(&planes, n, 3, &mut back);
            prop_assert_eq!(samples.iter().map(|s| s.to_bits()).collect::<Vec<_>>(), back.iter().map(|s| s.to_bits()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn shuffling_groups_bytes_by_significance_as_hdf5_does() {
        let mut planes = vec![0; 6];
        u16::shuffle(&[0x0102, 0x0304, 0x0506], &mut planes, 3, 0);
        assert_eq!(planes, [2, 4, 6, 1, 3, 5]);
        let unshuffled = hdf5_reader::filters::shuffle::unshuffle(&planes, 2);
        assert_eq!(unshuffled, [2, 1, 4, 3, 6, 5]);
    }

    #[test]
    fn both_byte_orders_are_read() {
        let mut samples = [0_u16; 2];
        u16::from_bytes(&[1, 2, 3, 4], true, &mut samples);
        assert_eq!(samples, [0x0102, 0x0304]);
        u16::from_bytes(&[1, 2, 3, 4], false, &mut samples);
        assert_eq!(samples, [0x0201, 0x0403]);
    }
}
