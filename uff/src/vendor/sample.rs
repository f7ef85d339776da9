//! Numbers that samples are made of, as decoders place them.

use ndarray::Array2;

use super::lanes;
use super::lanes::SQUARE;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Block;
use crate::model::Region;
use crate::model::SampleType;

/// Number that a sample is made of.
pub(super) trait Sample: Copy + Default + Send + Sync {
    /// Bytes of a number.
    const SIZE: usize;

    /// Decodes numbers that lie `step` bytes apart, the first at the first byte; missing bytes give the default.
    fn decode(bytes: &[u8], step: usize, big: bool, out: &mut [Self]);

    /// Writes lines as columns: element `row` of line `i` becomes element `[row, column + i]` of an image of `width`
    /// columns.
    fn turn(lines: &[lanes::Line<Self>], image: (&mut [Self], usize), column: usize) {
        turn((lines, 0), image, column);
    }
}

/// What reads numbers of any type.
pub(super) trait Gather {
    /// Reads the numbers of a region.
    fn gather<T: Sample>(&self, region: &Region) -> Result<Array2<T>>;

    /// Reads a region of samples of the given type.
    fn block(&self, sample_type: &SampleType, region: &Region) -> Result<Block> {
        match sample_type {
            SampleType::U8 => self.gather(region).map(Block::U8),
            SampleType::U16 => self.gather(region).map(Block::U16),
            SampleType::U32 => self.gather(region).map(Block::U32),
            SampleType::F32 => self.gather(region).map(Block::F32),
            SampleType::F64 => self.gather(region).map(Block::F64),
            SampleType::Unlisted(name) => Err(Error::new(Code::Internal, "samples of an unknown type").found(name)),
        }
    }
}

/// Writes the elements from `first` on of lines as columns.
fn turn<T: Copy>((lines, first): (&[lanes::Line<T>], usize), (image, width): (&mut [T], usize), column: usize) {
    for (row, target) in image.chunks_exact_mut(width).enumerate() {
        let target = target.get_mut(column..column + lines.len()).unwrap_or_default();
        let from = lines.iter().filter_map(|line| line.samples().get(first + row));
        target.iter_mut().zip(from).for_each(|(to, sample)| *to = *sample);
    }
}

macro_rules! sample {
    ($($ty:ty),+) => { $(
        impl Sample for $ty {
            const SIZE: usize = size_of::<$ty>();

            fn decode(bytes: &[u8], step: usize, big: bool, out: &mut [Self]) {
                match big {
                    true => spread(bytes, step, <$ty>::from_be_bytes, out),
                    false => spread(bytes, step, <$ty>::from_le_bytes, out),
                }
            }
        }
    )+ };
}

sample!(u8, u32, f32, f64);

impl Sample for u16 {
    const SIZE: usize = size_of::<u16>();

    fn decode(bytes: &[u8], step: usize, big: bool, out: &mut [Self]) {
        match (step, big) {
            (2, _) => lanes::contiguous(bytes, big, out),
            (4, _) => lanes::every_other(bytes, big, out),
            (_, true) => spread(bytes, step, u16::from_be_bytes, out),
            (_, false) => spread(bytes, step, u16::from_le_bytes, out),
        }
    }

    fn turn(lines: &[lanes::Line<Self>], (image, width): (&mut [Self], usize), column: usize) {
        let (wide, right) = lines.split_at(lines.len() - lines.len() % 8);
        let tall = image.len() / width / SQUARE * SQUARE;
        let (top, bottom) = image.split_at_mut(tall * width);
        lanes::transpose(wide, (top, width), column);
        turn((right, 0), (top, width), column + wide.len());
        turn((lines, tall), (bottom, width), column);
    }
}

/// Decodes numbers of `N` bytes that lie `step` bytes apart.
fn spread<T: Copy, const N: usize>(bytes: &[u8], step: usize, one: impl Fn([u8; N]) -> T, out: &mut [T]) {
    let decode = |(to, from): (&mut T, &[u8])| {
        if let Some(number) = from.first_chunk() {
            *to = one(*number);
        }
    };
    // A step known when this is compiled lets several numbers be decoded at once.
    match step {
        _ if step == N => out.iter_mut().zip(bytes.as_chunks().0).for_each(|(to, number)| *to = one(*number)),
        _ if step == 2 * N => out.iter_mut().zip(bytes.chunks(2 * N)).for_each(decode),
        _ if step == 3 * N => out.iter_mut().zip(bytes.chunks(3 * N)).for_each(decode),
        _ => out.iter_mut().zip(bytes.chunks(step)).for_each(decode),
    }
}
