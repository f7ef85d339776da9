//! Resampling of transmissions by area: every cell of the new grid gets the mean over its footprint, smoothed by the
//! weights 1 2 1 to either side, and how much of a pixel's variance is left in it.

use ndarray::Array2;
use rayon::prelude::*;

/// Least share of a cell's weight that must have data.
const LEAST_COVER: f32 = 0.5;

/// Cells of a grid along one axis: where each lies on the axis of an image, in pixels from its first edge.
#[derive(Debug, Clone)]
pub(super) struct Cells {
    taps: Vec<Taps>,
}

/// Pixels that a cell takes, and how much of each.
#[derive(Debug, Clone, Default)]
struct Taps {
    first: usize,
    weights: Vec<f32>,
    /// Sum of the squares of the weights.
    squares: f32,
}

impl Cells {
    /// Lays `count` cells over an image of `size` pixels; `edge` gives the position of an edge between cells, 0 to
    /// `count`, and may run up to one cell beyond either side. `smooth` adds the weights 1 2 1.
    pub(super) fn new(count: usize, size: usize, smooth: bool, edge: impl Fn(f64) -> f64) -> Self {
        let spread: &[(f64, f64)] = if smooth { &[(-1.0, 0.25), (0.0, 0.5), (1.0, 0.25)] } else { &[(0.0, 1.0)] };
        let taps = (0..count).map(|cell| Taps::new(spread, cell as f64, size, &edge)).collect();
        Self { taps }
    }

    fn len(&self) -> usize {
        self.taps.len()
    }
}

impl Taps {
    fn new(spread: &[(f64, f64)], cell: f64, size: usize, edge: impl Fn(f64) -> f64) -> Self {
        let bounds = |shift: f64| (edge(cell + shift), edge(cell + shift + 1.0));
        let inside = |v: f64| v.clamp(0.0, size as f64);
        let from = spread.iter().map(|s| inside(bounds(s.0).0)).fold(f64::INFINITY, f64::min).floor() as usize;
        let to = spread.iter().map(|s| inside(bounds(s.0).1)).fold(0.0, f64::max).ceil() as usize;
        let mut weights = vec![0.0f32; to.saturating_sub(from)];
        for (shift, share) in spread {
            let (low, high) = bounds(*shift);
            let length = high - low;
            if !(length.is_finite() && length > 0.0) {
                continue;
            }
            for (pixel, weight) in weights.iter_mut().enumerate() {
                let left = (from + pixel) as f64;
                let shared = high.min(left + 1.0) - low.max(left);
                *weight += (share * shared.max(0.0) / length) as f32;
            }
        }
        let squares = weights.iter().map(|w| w * w).sum();
        Self { first: from, weights, squares }
    }

    fn sum(&self, values: impl Fn(usize) -> f32) -> f32 {
        self.weights.iter().enumerate().map(|(i, w)| w * values(self.first + i)).sum()
    }
}

/// Means over the cells of a grid `[row, column]`.
#[derive(Debug, Clone)]
pub(super) struct Resampled {
    /// Means; NaN where less than half of a cell has data.
    pub(super) values: Array2<f32>,
    /// Variance of a mean as a share of that of a pixel.
    pub(super) gain: Array2<f32>,
}

/// Resamples an image; pixels that are NaN take no part.
pub(super) fn resample(image: &Array2<f32>, rows: &Cells, columns: &Cells) -> Resampled {
    let width = columns.len();
    // Along the rows of the image first: sums of the values and of the weights that have any.
    let mut along: Array2<[f32; 2]> = Array2::from_elem((image.nrows(), width), [0.0; 2]);
    along.as_slice_mut().unwrap_or_default().par_chunks_mut(width.max(1)).enumerate().for_each(|(row, out)| {
        let line = image.row(row);
        let value = |i: usize| line.get(i).copied().filter(|v| !v.is_nan());
        for (out, taps) in out.iter_mut().zip(&columns.taps) {
            *out = [taps.sum(|i| value(i).unwrap_or_default()), taps.sum(|i| f32::from(value(i).is_some()))];
        }
    });
    let mut values = Array2::zeros((rows.len(), width));
    let mut gain = Array2::zeros((rows.len(), width));
    let lines = values.as_slice_mut().unwrap_or_default().par_chunks_mut(width.max(1));
    let lines = lines.zip(gain.as_slice_mut().unwrap_or_default().par_chunks_mut(width.max(1)));
    lines.zip(rows.taps.par_iter()).for_each(|((values, gain), taps)| {
        for (column, ((value, gain), across)) in values.iter_mut().zip(gain).zip(&columns.taps).enumerate() {
            let at = |part: usize| taps.sum(|row| along.get((row, column)).map_or(0.0, |pair| pair[part]));
            let (sum, weight) = (at(0), at(1));
            let covered = weight >= LEAST_COVER;
            *value = if covered { sum / weight } else { f32::NAN };
            *gain = taps.squares * across.squares / (weight * weight).max(1e-6);
        }
    });
    Resampled { values, gain }
}

/// Takes the pixel that lies under the middle of each cell; `empty` where there is none.
pub(super) fn pick<T: Copy>(
    image: &Array2<T>,
    shape: (usize, usize),
    row: impl Fn(f64) -> f64,
    column: impl Fn(f64) -> f64,
    empty: T,
) -> Array2<T> {
    let index = |v: f64| if v >= 0.0 { v as usize } else { usize::MAX };
    let columns: Vec<usize> = (0..shape.1).map(|c| index(column(c as f64 + 0.5))).collect();
    Array2::from_shape_fn(shape, |(r, c)| image.get((index(row(r as f64 + 0.5)), columns[c])).copied().unwrap_or(empty))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn cells_get_the_mean_over_their_footprint() {
        let image = array![[1.0f32, 3.0, 5.0, 7.0], [1.0, 3.0, 5.0, 7.0]];
        let halves = resample(&image, &Cells::new(1, 2, false, |e| 2.0 * e), &Cells::new(2, 4, false, |e| 2.0 * e));
        assert_eq!(halves.values, array![[2.0, 6.0]]);
        assert!((halves.gain[[0, 0]] - 0.25).abs() < 1e-6);
        // Half a pixel further: the means of neighbours, the last cell half outside.
        let shifted = resample(&image, &Cells::new(2, 2, false, |e| e), &Cells::new(4, 4, false, |e| e + 0.5));
        assert_eq!(shifted.values.row(0).to_vec(), [2.0, 4.0, 6.0, 7.0]);
        assert!((shifted.gain[[0, 0]] - 0.5).abs() < 1e-6);
    }

    #[test]
    fn missing_pixels_take_no_part() {
        let image = array![[1.0f32, f32::NAN, f32::NAN, f32::NAN]];
        let wide = resample(&image, &Cells::new(1, 1, false, |e| e), &Cells::new(2, 4, false, |e| 2.0 * e));
        assert_eq!(wide.values[[0, 0]], 1.0);
        assert!(wide.values[[0, 1]].is_nan());
        assert_eq!(pick(&image, (1, 2), |r| r, |c| 2.0 * c - 1.0, 9.0).row(0).to_vec()[0], 1.0);
    }

    #[test]
    fn smoothing_keeps_a_flat_image_and_lowers_the_variance() {
        let flat = Array2::from_elem((9, 9), 0.7f32);
        let same = resample(&flat, &Cells::new(9, 9, true, |e| e), &Cells::new(9, 9, true, |e| e));
        assert!(same.values.iter().all(|v| (v - 0.7).abs() < 1e-6));
        assert!((same.gain[[4, 4]] - (6.0f32 / 16.0).powi(2)).abs() < 1e-6);
    }
}
