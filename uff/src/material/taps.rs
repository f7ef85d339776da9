//! Shifts along the scan.
//!
//! The second of two pulses that alternate shows the object half a column further on. For a comparison pixel by pixel
//! its samples are brought onto the grid of the first by linear interpolation, and the other channel is blurred by as
//! much as interpolation blurs, so that edges do not get coloured fringes. Stored samples are never altered.

use ndarray::Array2;
use ndarray::s;

use crate::model::Region;

/// Weights of neighbouring columns.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Taps {
    /// Column of the first weight against that of the result.
    first: isize,
    weights: Vec<f32>,
    /// Variance that the shift and the blur add to the point spread, in columns².
    variance: f64,
}

impl Taps {
    /// Returns the weights for a channel whose column 0 lies at `shift` on the grid of the view.
    pub(super) fn shifted(shift: f64) -> Self {
        // A shift of more than a few columns is a mistake of the delivery; it is limited so that no one reads for ever.
        let place = -shift.clamp(-64.0, 64.0);
        let whole = place.floor();
        let share = place - whole;
        let weights = if share < 1e-6 { vec![1.0] } else { vec![(1.0 - share) as f32, share as f32] };
        Self { first: whole as isize, weights, variance: if share < 1e-6 { 0.0 } else { share * (1.0 - share) } }
    }

    /// Returns how much the weights blur, as a variance in columns².
    pub(super) fn variance(&self) -> f64 {
        self.variance
    }

    /// Blurs by a variance in columns²; nothing happens where it is not positive.
    pub(super) fn widen(&mut self, variance: f64) {
        if variance < 1e-6 {
            return;
        }
        let side = (variance / 2.0) as f32;
        let mut weights = vec![0.0; self.weights.len() + 2];
        for (at, weight) in self.weights.iter().enumerate() {
            for (offset, share) in [side, 1.0 - 2.0 * side, side].into_iter().enumerate() {
                if let Some(sum) = weights.get_mut(at + offset) {
                    *sum += weight * share;
                }
            }
        }
        (self.first, self.weights) = (self.first - 1, weights);
        self.variance += variance;
    }

    /// Returns whether every column stays as it is.
    pub(super) fn is_plain(&self) -> bool {
        self.first == 0 && self.weights == [1.0]
    }

    /// Returns the region to read for a region of an image of `columns` columns.
    pub(super) fn reach(&self, region: &Region, columns: usize) -> Region {
        let start = self.source(region.column, 0, columns);
        let last = region.column + region.columns.saturating_sub(1);
        let end = self.source(last, self.weights.len().saturating_sub(1), columns) + 1;
        Region { column: start, columns: end - start, ..*region }
    }

    /// Combines columns of `values`, the first of which is column `first` of the image, for a region.
    pub(super) fn apply(&self, values: &Array2<f32>, first: usize, region: &Region, columns: usize) -> Array2<f32> {
        let mut out = Array2::zeros((region.rows, region.columns));
        for (k, weight) in self.weights.iter().enumerate() {
            for column in 0..region.columns {
                let from = self.source(region.column + column, k, columns) - first;
                out.slice_mut(s![.., column]).scaled_add(*weight, &values.slice(s![.., from]));
            }
        }
        out
    }

    /// Returns the column of the image that weight `k` takes for a column; the first and last stand for those outside.
    fn source(&self, column: usize, k: usize, columns: usize) -> usize {
        let last = columns.saturating_sub(1) as isize;
        (column as isize + self.first + k as isize).clamp(0, last) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(taps: &Taps, line: &[f32], region: Region) -> Vec<f32> {
        let wide = taps.reach(&region, line.len());
        let values = Array2::from_shape_fn((1, wide.columns), |(_, c)| line[wide.column + c]);
        taps.apply(&values, wide.column, &region, line.len()).into_raw_vec_and_offset().0
    }

    #[test]
    fn a_shifted_ramp_comes_back_onto_the_grid() {
        // Column j of the channel shows place j + shift; a ramp v(x) = 10 x is sampled there.
        for shift in [0.0, 0.5, -0.5, 0.25, 1.0, -2.75] {
            let line: Vec<f32> = (0..20).map(|j| 10.0 * (j as f32 + shift)).collect();
            let taps = Taps::shifted(f64::from(shift));
            let found = apply(&taps, &line, Region { row: 0, column: 6, rows: 1, columns: 7 });
            let expected: Vec<f32> = (6..13).map(|c| 10.0 * c as f32).collect();
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-3), "{shift}: {found:?}");
        }
        assert!(Taps::shifted(0.0).is_plain() && !Taps::shifted(1.0).is_plain());
    }

    #[test]
    fn two_channels_become_equally_sharp() {
        let mut high = Taps::shifted(0.0);
        let low = Taps::shifted(0.5);
        high.widen(low.variance() - high.variance());
        let mut impulse = vec![0.0; 11];
        impulse[5] = 1.0;
        let spread = |taps: &Taps| {
            let all = apply(taps, &impulse, Region { row: 0, column: 0, rows: 1, columns: 11 });
            let sum: f32 = all.iter().sum();
            let mean = all.iter().enumerate().map(|(i, v)| i as f32 * v).sum::<f32>();
            (sum, all.iter().enumerate().map(|(i, v)| (i as f32 - mean).powi(2) * v).sum::<f32>())
        };
        let ((sum_high, wide_high), (sum_low, wide_low)) = (spread(&high), spread(&low));
        assert!((sum_high - 1.0).abs() < 1e-6 && (sum_low - 1.0).abs() < 1e-6);
        assert!((wide_high - wide_low).abs() < 1e-5 && (wide_low - 0.25).abs() < 1e-5, "{wide_high} {wide_low}");
    }

    #[test]
    fn the_edge_of_the_image_stands_for_what_lies_beyond() {
        let found = apply(&Taps::shifted(0.5), &[4.0, 8.0, 2.0], Region { row: 0, column: 0, rows: 1, columns: 3 });
        assert_eq!(found, [4.0, 6.0, 5.0]);
    }
}
