//! Work on images row by row, on all threads.

use ndarray::Array2;
use rayon::prelude::*;

/// Computes an image of `shape` row by row; `fill` gets the number of the row and its values to set.
pub(super) fn fill_rows(shape: (usize, usize), fill: impl Fn(usize, &mut [f32]) + Sync) -> Array2<f32> {
    let mut image = Array2::zeros(shape);
    bands_mut(&mut image, 1).enumerate().for_each(|(row, out)| fill(row, out));
    image
}

/// Iterates in parallel over bands of `rows` rows of an image in standard layout; the last may have fewer.
pub(crate) fn bands_mut<T: Send>(image: &mut Array2<T>, rows: usize) -> impl IndexedParallelIterator<Item = &mut [T]> {
    let length = rows.max(1) * image.ncols().max(1);
    image.as_slice_mut().unwrap_or_default().par_chunks_mut(length)
}
