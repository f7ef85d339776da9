//! Edge enhancement: unsharp masking.

use ndarray::Array2;
use ndarray::ArrayView2;
use rayon::prelude::*;

use crate::material::bands_mut;

/// Weights of a Gaussian of 1.5 pixels, from the middle outwards; together, both sides counted, they are 1.
const WEIGHTS: [f32; 5] = [0.266_6, 0.213_5, 0.109_6, 0.036_1, 0.007_5];

/// Adds `strength` times what a blur of 1.5 pixels takes away; the result stays within 0 to 1. What is no number stays
/// none and adds nothing to its neighbours.
pub(super) fn sharpen(image: &ArrayView2<'_, f32>, strength: f32) -> Array2<f32> {
    let across = blur(image);
    let blurred = blur(&across.t());
    let mut out = image.as_standard_layout().into_owned();
    bands_mut(&mut out, 1).enumerate().for_each(|(row, line)| {
        for (value, soft) in line.iter_mut().zip(blurred.column(row)) {
            *value = (*value + strength * (*value - soft)).clamp(0.0, 1.0);
        }
    });
    out
}

/// Blurs along rows; at the border and beside gaps, over what is there.
fn blur(image: &ArrayView2<'_, f32>) -> Array2<f32> {
    let mut out = Array2::zeros(image.raw_dim());
    bands_mut(&mut out, 1).enumerate().for_each(|(row, out)| {
        let line = image.row(row);
        for (at, out) in out.iter_mut().enumerate() {
            let (mut sum, mut weights) = (0.0, 0.0);
            let mut take = |index: Option<usize>, weight: f32| {
                if let Some(value) = index.and_then(|i| line.get(i)).filter(|v| !v.is_nan()) {
                    sum += weight * value;
                    weights += weight;
                }
            };
            take(Some(at), WEIGHTS[0]);
            for (distance, weight) in WEIGHTS.iter().enumerate().skip(1) {
                take(at.checked_sub(distance), *weight);
                take(Some(at + distance), *weight);
            }
            *out = if weights > 0.0 { sum / weights } else { f32::NAN };
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_overshoot_and_even_areas_stay() {
        let image = Array2::from_shape_fn((20, 40), |(_, c)| if c < 20 { 0.3 } else { 0.6 });
        let sharp = sharpen(&image.view(), 1.0);
        assert!((sharp[(10, 5)] - 0.3).abs() < 1e-4 && (sharp[(10, 35)] - 0.6).abs() < 1e-4);
        // The blur at a step leaves half of what the middle weight does not hold: 0.5 − 0.2666/2 of the height.
        let expected = 0.3 * (0.5 - WEIGHTS[0] / 2.0);
        assert!((0.3 - sharp[(10, 19)] - expected).abs() < 1e-3, "{}", sharp[(10, 19)]);
        assert!((sharp[(10, 20)] - 0.6 - expected).abs() < 1e-3, "{}", sharp[(10, 20)]);
        assert!((2.0 * WEIGHTS.iter().sum::<f32>() - WEIGHTS[0] - 1.0).abs() < 1e-3);
    }

    #[test]
    fn gaps_stay_gaps_and_do_not_spread() {
        let mut image = Array2::from_elem((9, 9), 0.5);
        image[(4, 4)] = f32::NAN;
        let sharp = sharpen(&image.view(), 2.0);
        assert!(sharp[(4, 4)].is_nan());
        assert_eq!(sharp.iter().filter(|v| (**v - 0.5).abs() < 1e-6).count(), 80);
    }
}
