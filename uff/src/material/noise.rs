//! Noise of transmissions and what it means for attenuation.

use ndarray::ArrayView2;

use crate::error::{Code, Error, Result};
use crate::model::Noise;

/// Noise of a channel: the variance of a transmission T is quantum · T + electronic².
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoiseModel {
    /// Variance per unit transmission, 1 / (detected photons per sample in air).
    pub quantum: f64,
    /// Standard deviation of the electronic noise, as a share of the air signal.
    pub electronic: f64,
}

impl NoiseModel {
    /// Checks and creates a model.
    ///
    /// # Errors
    /// `material.options` when a value is negative, not finite, above 1, or both are zero.
    pub fn new(quantum: f64, electronic: f64) -> Result<Self> {
        let plausible = |v: f64| (0.0..=1.0).contains(&v);
        if plausible(quantum) && plausible(electronic) && quantum + electronic > 0.0 {
            return Ok(Self { quantum, electronic });
        }
        Err(Error::new(Code::MaterialOptions, "impossible noise")
            .expected("quantum and electronic noise from 0 to 1, not both 0")
            .found(format!("quantum {quantum}, electronic {electronic}")))
    }

    /// Returns the standard deviation of α = −ln T; it grows without bound as T falls to the electronic noise.
    pub fn sigma_alpha(&self, alpha: f64) -> f64 {
        let t = (-alpha).exp().min(2.0);
        (self.quantum * t + self.electronic * self.electronic).sqrt() / t
    }

    /// Returns the α from which on the signal is below three standard deviations of the electronic noise; at most
    /// `ceiling`.
    pub fn opaque_alpha(&self, ceiling: f64) -> f64 {
        if self.electronic > 0.0 { (-(3.0 * self.electronic).ln()).clamp(0.0, ceiling) } else { ceiling }
    }

    /// Fits the model to transmissions and the standard deviations of a pixel at them, each weighted by what its own
    /// variance is known to; nothing where fewer than three transmissions above 0 differ by half or where no model fits.
    pub fn fit(measured: &[(f64, f64)]) -> Option<Self> {
        const FEWEST: usize = 3;
        let points: Vec<_> = measured.iter().copied().filter(|(t, sigma)| *t > 0.0 && *sigma > 0.0).collect();
        let (least, most) = points.iter().fold((f64::INFINITY, 0.0_f64), |(a, b), (t, _)| (a.min(*t), b.max(*t)));
        if points.len() < FEWEST || most < 1.5 * least {
            return None;
        }
        // Least squares of variance = quantum · T + electronic², every residual relative to the variance.
        let (mut tt, mut t1, mut ones, mut ty, mut y) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (t, sigma) in points {
            let variance = sigma * sigma;
            let weight = variance.powi(-2);
            tt += weight * t * t;
            t1 += weight * t;
            ones += weight;
            ty += weight * t * variance;
            y += weight * variance;
        }
        let determinant = tt * ones - t1 * t1;
        let (quantum, electronic) = ((ty * ones - t1 * y) / determinant, (tt * y - t1 * ty) / determinant);
        let (quantum, electronic) = match (quantum < 0.0, electronic < 0.0) {
            (_, true) => (ty / tt, 0.0),
            (true, _) => (0.0, y / ones),
            _ => (quantum, electronic),
        };
        Self::new(quantum, electronic.sqrt()).ok()
    }

    /// Estimates the noise from an attenuation image `[row, column]`: the median absolute second difference along rows
    /// of the transmissions, which edges and gradients hardly touch. The electronic part is taken as `electronic`.
    pub fn estimate(alpha: &ArrayView2<'_, f32>, electronic: f64) -> Result<Self> {
        // The second difference of white noise has 6 times its variance; 0.6745 is the median of |N(0, 1)|.
        const SAMPLES: usize = 200_000;
        let step = (alpha.len() / SAMPLES).max(1);
        let mut scaled = Vec::new();
        for row in alpha.rows().into_iter().step_by(step.min(alpha.nrows().max(1))) {
            for ((a, b), c) in row.iter().zip(row.iter().skip(1)).zip(row.iter().skip(2)) {
                let t = |v: &f32| (-f64::from(*v)).exp();
                let (a, b, c) = (t(a), t(b), t(c));
                let quantum = (a - 2.0 * b + c).abs() / b.max(1e-9).sqrt();
                if quantum.is_finite() && b > 10.0 * electronic {
                    scaled.push(quantum);
                }
            }
        }
        let middle = scaled.len() / 2;
        if scaled.is_empty() {
            return Self::new(FLOOR, electronic);
        }
        let (_, median, _) = scaled.select_nth_unstable_by(middle, f64::total_cmp);
        let sigma = *median / 0.6745 / 6.0_f64.sqrt();
        Self::new((sigma * sigma).clamp(FLOOR, 1.0), electronic)
    }
}

/// Smallest quantum noise that an estimate returns: 0.05 % in air. Images without noise are computed or filtered.
const FLOOR: f64 = 2.5e-7;

impl TryFrom<&Noise> for NoiseModel {
    type Error = Error;
    fn try_from(noise: &Noise) -> Result<Self> {
        Self::new(noise.quantum, noise.electronic)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use ndarray::Array2;

    /// Deterministic standard normal deviates (splitmix64 and Box–Muller), for tests.
    pub(in crate::material) fn deviates(seed: u64) -> impl FnMut() -> f64 {
        let mut state = seed;
        let mut uniform = move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        };
        move || (-2.0 * (1.0 - uniform()).ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos()
    }

    #[test]
    fn poisson_noise_grows_with_depth() {
        let noise = NoiseModel::new(1e-4, 0.0).unwrap();
        assert!((noise.sigma_alpha(0.0) - 0.01).abs() < 1e-12);
        assert!((noise.sigma_alpha(2.0) - 0.01 * 1f64.exp()).abs() < 1e-12);
        let real = NoiseModel::new(1e-4, 1e-3).unwrap();
        assert!((real.opaque_alpha(20.0) - -(3e-3f64.ln())).abs() < 1e-12);
    }

    #[test]
    fn noise_is_found_again_across_edges() {
        let mut deviate = deviates(1);
        let image = Array2::from_shape_fn((100, 200), |(_, c)| {
            let t = (-((c / 50) as f64)).exp();
            (-(t + 0.013 * t.sqrt() * deviate()).ln()) as f32
        });
        let found = NoiseModel::estimate(&image.view(), 0.0).unwrap().quantum.sqrt();
        assert!((found / 0.013 - 1.0).abs() < 0.05, "{found}");
    }

    #[test]
    fn model_is_fitted_to_steps() {
        let sigma = |t: f64| (2e-4 * t + 9e-8_f64).sqrt();
        let steps: Vec<_> = [1.0, 0.3, 0.05, 0.002, 0.0].map(|t| (t, sigma(t))).into();
        let found = NoiseModel::fit(&steps).unwrap();
        assert!((found.quantum / 2e-4 - 1.0).abs() < 1e-9 && (found.electronic / 3e-4 - 1.0).abs() < 1e-9, "{found:?}");
        assert_eq!(NoiseModel::fit(&steps[..2]), None);
        assert_eq!(NoiseModel::fit(&[(0.5, 0.01); 5]), None);
        let quantum_only: Vec<_> = [1.0, 0.3, 0.05].map(|t: f64| (t, 0.01 * t)).into();
        assert_eq!(NoiseModel::fit(&quantum_only).unwrap().electronic, 0.0);
    }

    #[test]
    fn image_without_noise_gets_the_floor() {
        let image = Array2::from_elem((10, 10), 1.0f32);
        assert_eq!(NoiseModel::estimate(&image.view(), 0.0).unwrap().quantum, FLOOR);
        let empty = Array2::from_elem((1, 1), f32::NAN);
        assert_eq!(NoiseModel::estimate(&empty.view(), 0.0).unwrap().quantum, FLOOR);
    }
}
