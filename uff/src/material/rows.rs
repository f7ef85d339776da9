//! Work on images row by row, on all threads.

use std::borrow::Cow;

use ndarray::Array2;
use ndarray::ArrayView2;
use ndarray::Axis;
use rayon::prelude::*;

/// Computes an image of `shape` row by row; `fill` gets the number of the row and its values to set.
pub(super) fn fill_rows(shape: (usize, usize), fill: impl Fn(usize, &mut [f32]) + Sync) -> Array2<f32> {
    let mut image = Array2::zeros(shape);
    bands_mut(&mut image, 1).enumerate().for_each(|(row, out)| fill(row, out));
    image
}

/// Returns a row of an image, as it lies in memory where it lies in one piece.
pub(crate) fn line<'a, T: Clone>(image: &ArrayView2<'a, T>, row: usize) -> Cow<'a, [T]> {
    let line = (*image).index_axis_move(Axis(0), row);
    line.to_slice().map_or_else(|| Cow::Owned(line.to_vec()), Cow::Borrowed)
}

/// Returns a block of a line from a pixel on; where the line ends within, its end is copied into `padding`.
#[inline(always)]
pub(crate) fn block_of<'a, T: Copy, const N: usize>(
    line: &'a [T],
    first: usize,
    padding: &'a mut [T; N],
) -> &'a [T; N] {
    let rest = line.get(first..).unwrap_or_default();
    match rest.first_chunk() {
        Some(block) => block,
        None => {
            padding.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            padding
        }
    }
}

/// Iterates in parallel over bands of `rows` rows of an image in standard layout; the last may have fewer.
pub(crate) fn bands_mut<T: Send>(image: &mut Array2<T>, rows: usize) -> impl IndexedParallelIterator<Item = &mut [T]> {
    let length = rows.max(1) * image.ncols().max(1);
    image.as_slice_mut().unwrap_or_default().par_chunks_mut(length)
}
