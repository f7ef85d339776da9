//! Edge-keeping smoothing of an attenuation pair before inversion.
//!
//! A joint bilateral filter guided by α_H: neighbours count in proportion to how near their α_H is to that of the
//! pixel, so that edges between objects stay and noise inside them averages out. Run along rows, then along columns
//! (T. Q. Pham, L. J. van Vliet, ICME 2005), with a compact weight (1 − (Δ/c)²)² in place of a Gaussian. Pixels whose
//! α is not finite neither give nor take.
//!
//! The result at a pixel depends only on pixels at most [`Bilateral::radius`] rows and columns away, summed in a fixed
//! order: a tile computed with that halo equals the crop of the whole to the bit.

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use super::rows::fill_rows;
use super::rows::rows_mut;

/// Parameters of the filter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bilateral {
    /// Pixels that the filter reaches to each side; 0 leaves the image as it is.
    pub radius: usize,
    /// Difference of α_H at which neighbours count as another object, where noise is low.
    pub range: f64,
    /// The same in standard deviations of α_H, where noise is high; the larger of the two holds.
    pub range_sigmas: f64,
}

impl Default for Bilateral {
    /// Reaches 7 pixels; 0.05 or 3 standard deviations.
    fn default() -> Self {
        Self { radius: 7, range: 0.05, range_sigmas: 3.0 }
    }
}

/// Smoothed attenuation pair `[row, column]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Smoothed {
    /// α at high energy.
    pub high: Array2<f32>,
    /// α at low energy.
    pub low: Array2<f32>,
    /// Variance of a smoothed value as a share of that of a pixel, 0 to 1.
    pub gain: Array2<f32>,
}

impl Bilateral {
    /// Ratio of the reach of the compact weight to the standard deviation of the Gaussian it stands for.
    const REACH: f64 = 2.5;

    /// Filters a pair of images of one shape; `sigma` gives the standard deviation of α_H at an α_H.
    pub fn apply(
        &self,
        high: &ArrayView2<'_, f32>,
        low: &ArrayView2<'_, f32>,
        sigma: impl Fn(f32) -> f32 + Sync,
    ) -> Smoothed {
        let reach = fill_rows(high.dim(), |row, out| {
            for (out, alpha) in out.iter_mut().zip(high.row(row)) {
                let width = (self.range.max(self.range_sigmas * f64::from(sigma(*alpha))) * Self::REACH) as f32;
                *out = if alpha.is_finite() { (width * width).recip() } else { f32::INFINITY };
            }
        });
        let whole = Smoothed { high: high.to_owned(), low: low.to_owned(), gain: Array2::ones(high.raw_dim()) };
        if self.radius == 0 {
            return whole;
        }
        let along_rows = self.pass(&whole, high, &reach);
        let turned =
            Smoothed { high: turn(&along_rows.high), low: turn(&along_rows.low), gain: turn(&along_rows.gain) };
        let along_columns = self.pass(&turned, &turn(&high.to_owned()).view(), &turn(&reach));
        Smoothed { high: turn(&along_columns.high), low: turn(&along_columns.low), gain: turn(&along_columns.gain) }
    }

    /// Filters along rows; `guide` is the unfiltered α_H and `reach` holds 1 / c² for each pixel.
    fn pass(&self, from: &Smoothed, guide: &ArrayView2<'_, f32>, reach: &Array2<f32>) -> Smoothed {
        let mut to = Smoothed {
            high: Array2::zeros(guide.raw_dim()),
            low: Array2::zeros(guide.raw_dim()),
            gain: Array2::zeros(guide.raw_dim()),
        };
        let rows = rows_mut(&mut to.high).zip(rows_mut(&mut to.low)).zip(rows_mut(&mut to.gain));
        rows.enumerate().for_each(|(row, ((high, low), gain))| {
            let line = Line {
                guide: &guide.row(row).to_vec(),
                reach: &reach.row(row).to_vec(),
                high: &from.high.row(row).to_vec(),
                low: &from.low.row(row).to_vec(),
                gain: &from.gain.row(row).to_vec(),
            };
            for (column, ((high, low), gain)) in high.iter_mut().zip(low.iter_mut()).zip(gain.iter_mut()).enumerate() {
                (*high, *low, *gain) = line.filter(column, self.radius);
            }
        });
        to
    }
}

/// One row of the images a pass reads.
struct Line<'a> {
    guide: &'a [f32],
    reach: &'a [f32],
    high: &'a [f32],
    low: &'a [f32],
    gain: &'a [f32],
}

impl Line<'_> {
    fn filter(&self, column: usize, radius: usize) -> (f32, f32, f32) {
        let (centre, reach) = (self.guide[column], self.reach[column]);
        if !centre.is_finite() || !self.low[column].is_finite() {
            return (self.high[column], self.low[column], self.gain[column]);
        }
        let window = column.saturating_sub(radius)..(column + radius + 1).min(self.guide.len());
        let (mut sum, mut high, mut low, mut gain) = (0.0f32, 0.0f32, 0.0f32, 0.0f32);
        let taps = self.guide[window.clone()]
            .iter()
            .zip(&self.high[window.clone()])
            .zip(&self.low[window.clone()])
            .zip(&self.gain[window]);
        for (((guide, h), l), g) in taps {
            let difference = guide - centre;
            // Not finite on either side gives NaN or −∞, and with `max` no weight at all.
            let near = (1.0 - difference * difference * reach).max(0.0);
            let weight = if l.is_finite() { near * near } else { 0.0 };
            if weight > 0.0 {
                sum += weight;
                high += weight * h;
                low += weight * l;
                gain += weight * weight * g;
            }
        }
        (high / sum, low / sum, gain / (sum * sum))
    }
}

/// Transposes into standard layout.
fn turn(a: &Array2<f32>) -> Array2<f32> {
    a.t().as_standard_layout().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::noise::tests::deviates;
    use ndarray::s;

    fn scene(sigma: f64) -> (Array2<f32>, Array2<f32>) {
        let mut deviate = deviates(5);
        let mut image = |scale: f64| {
            Array2::from_shape_fn((60, 90), |(r, c)| {
                let level = if r > 30 { 2.0 } else { 1.0 } + if c > 45 { 0.5 } else { 0.0 };
                (level * scale + sigma * deviate()) as f32
            })
        };
        (image(1.0), image(1.15))
    }

    #[test]
    fn noise_falls_as_the_gain_says_and_edges_stay() {
        let (high, low) = scene(0.01);
        let smoothed = Bilateral::default().apply(&high.view(), &low.view(), |_| 0.01);
        let flat = s![8..22, 8..36];
        let spread = |a: &Array2<f32>| a.slice(flat).iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
        let std = |v: Vec<f64>| {
            let mean = v.iter().sum::<f64>() / v.len() as f64;
            (v.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / v.len() as f64).sqrt()
        };
        let (before, after) = (std(spread(&low)), std(spread(&smoothed.low)));
        let gain = f64::from(smoothed.gain.slice(flat).mean().unwrap()).sqrt();
        assert!(after < 0.15 * before, "{before} {after}");
        assert!((0.6..1.6).contains(&(after / before / gain)), "{} for {gain}", after / before);
        assert!((smoothed.high[[10, 45]] - 1.0).abs() < 0.01 && (smoothed.high[[10, 46]] - 1.5).abs() < 0.01);
    }

    #[test]
    fn tile_with_halo_equals_the_crop_to_the_bit() {
        let (high, low) = scene(0.02);
        let filter = Bilateral { radius: 3, ..Bilateral::default() };
        let sigma = |a: f32| 0.01 * a;
        let whole = filter.apply(&high.view(), &low.view(), sigma);
        let tile = filter.apply(&high.slice(s![17..46, 27..70]), &low.slice(s![17..46, 27..70]), sigma);
        assert_eq!(whole.high.slice(s![20..43, 30..67]), tile.high.slice(s![3..26, 3..40]));
        assert_eq!(whole.low.slice(s![20..43, 30..67]), tile.low.slice(s![3..26, 3..40]));
        assert_eq!(whole.gain.slice(s![20..43, 30..67]), tile.gain.slice(s![3..26, 3..40]));
    }

    #[test]
    fn pixels_without_value_do_not_spread() {
        let (mut high, mut low) = scene(0.0);
        high[[10, 10]] = f32::INFINITY;
        low[[10, 12]] = f32::NAN;
        let smoothed = Bilateral::default().apply(&high.view(), &low.view(), |_| 0.01);
        assert_eq!(smoothed.high[[10, 10]], f32::INFINITY);
        assert!(smoothed.low[[10, 12]].is_nan());
        assert!((smoothed.high[[10, 11]] - 1.0).abs() < 1e-5 && (smoothed.low[[10, 11]] - 1.15).abs() < 1e-5);
    }
}
