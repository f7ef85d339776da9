//! Fit of a beam's [`Correction`] to measured attenuation of known matter.
//!
//! Method: P. Lalor and A. Danagoulian, arXiv 2302.07131, with Levenberg's damping and a weak pull of each scale
//! towards 1, so that points of one material cannot send the other processes astray. Deterministic.

use super::attenuation::Attenuation;
use super::beam::Beam;
use super::beam::Correction;
use super::beam::Processes;
use super::substance::Material;
use crate::error::{Code, Error, Result};
use crate::units::ArealDensity;

/// Measured attenuation of a known thickness of a known material.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredPoint {
    /// Material.
    pub material: Material,
    /// Thickness.
    pub areal_density: ArealDensity,
    /// Measured α = −ln T.
    pub alpha: f64,
}

/// Fewest points a correction is fitted to.
const FEWEST: usize = 3;
/// Standard deviation of a measured α, the unit of the residuals.
const SIGMA_ALPHA: f64 = 0.003;
/// Standard deviations of the scales of photoelectric absorption, Compton scatter and pair production about 1.
const SIGMA_SCALE: [f64; 3] = [0.5, 0.2, 0.2];
/// Scales outside this range mean wrong points or a wrong beam, not a correction.
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 0.3..=2.5;
const MAX_STEPS: u32 = 100;

type Vector = [f64; 3];

/// Fits the correction of a beam to at least three measured points; returns it with the root mean square of what is
/// left in α. The correction that `beam` already has is not used.
///
/// # Errors
/// `physics.range` when there are fewer than three points, an α is not positive or not finite, or the fit ends outside
/// 0.3 to 2.5 for a scale: the points do not belong to this beam then.
pub fn fit_correction(beam: &Beam, points: &[MeasuredPoint]) -> Result<(Correction, f64)> {
    if points.len() < FEWEST {
        return Err(Error::new(Code::PhysicsRange, "too few calibration points")
            .expected(format!("at least {FEWEST}, of different materials"))
            .found(points.len()));
    }
    if let Some(wrong) = points.iter().find(|p| !(p.alpha.is_finite() && p.alpha > 0.0)) {
        return Err(Error::new(Code::PhysicsRange, "impossible attenuation of a calibration point")
            .at(wrong.material.name())
            .expected("a positive number")
            .found(wrong.alpha));
    }
    let prepared = points.iter().map(|p| beam.processes(&p.material)).collect::<Result<Vec<_>>>()?;
    let system = System { beam, points, prepared };
    let mut scales: Vector = [1.0; 3];
    let mut loss = system.loss(&scales);
    let mut damping = 1e-3;
    for _ in 0..MAX_STEPS {
        let (normal, gradient) = system.linearise(&scales);
        let step = solve(normal, gradient, damping);
        let next: Vector = std::array::from_fn(|i| scales[i] + step[i]);
        let next_loss = system.loss(&next);
        if next_loss < loss {
            let gain = loss - next_loss;
            (scales, loss, damping) = (next, next_loss, damping * 0.2);
            if gain < 1e-12 * loss {
                break;
            }
        } else if damping > 1e8 {
            break;
        } else {
            damping *= 10.0;
        }
    }
    if !scales.iter().all(|s| PLAUSIBLE.contains(s)) {
        return Err(Error::new(Code::PhysicsRange, "the calibration points do not belong to this beam")
            .expected(format!("scales from {} to {}", PLAUSIBLE.start(), PLAUSIBLE.end()))
            .found(format!("a {:.3}, b {:.3}, c {:.3}", scales[0], scales[1], scales[2]))
            .hint("Check materials, areal densities in g/cm2 and the nominal energy of the channel."));
    }
    Ok((correction(&scales), system.rms(&scales)))
}

fn correction(&[photoelectric, compton, pair]: &Vector) -> Correction {
    Correction { photoelectric, compton, pair }
}

struct System<'a> {
    beam: &'a Beam,
    points: &'a [MeasuredPoint],
    prepared: Vec<Processes>,
}

impl System<'_> {
    /// Returns α of a point under `scales`, and its derivative by each scale.
    fn model(&self, processes: &Processes, lambda: f64, scales: &Vector) -> (f64, Vector) {
        let correction = correction(scales);
        let depth = |a: &Attenuation| correction.total(a) * lambda;
        let least = processes.0.iter().map(depth).fold(f64::INFINITY, f64::min);
        let mut sum = 0.0;
        let mut slopes: Vector = [0.0; 3];
        for (weight, a) in self.beam.weights().iter().zip(&processes.0) {
            let term = weight * (least - depth(a)).exp();
            sum += term;
            for (slope, part) in slopes.iter_mut().zip([a.photoelectric, a.incoherent, a.pair]) {
                *slope += term * part * lambda;
            }
        }
        (least - sum.ln(), slopes.map(|s| s / sum))
    }

    fn rows<'a>(&'a self, scales: &'a Vector) -> impl Iterator<Item = (f64, Vector)> + 'a {
        self.points.iter().zip(&self.prepared).map(|(point, processes)| {
            let (alpha, slopes) = self.model(processes, point.areal_density.get(), scales);
            (alpha - point.alpha, slopes)
        })
    }

    fn loss(&self, scales: &Vector) -> f64 {
        let pull: f64 = scales.iter().zip(SIGMA_SCALE).map(|(s, sigma)| ((s - 1.0) / sigma).powi(2)).sum();
        pull + self.rows(scales).map(|(rest, _)| (rest / SIGMA_ALPHA).powi(2)).sum::<f64>()
    }

    fn rms(&self, scales: &Vector) -> f64 {
        (self.rows(scales).map(|(rest, _)| rest * rest).sum::<f64>() / self.points.len() as f64).sqrt()
    }

    /// Returns the normal matrix and the negative gradient.
    fn linearise(&self, scales: &Vector) -> ([Vector; 3], Vector) {
        let mut normal = [[0.0; 3]; 3];
        let mut gradient = [0.0; 3];
        for i in 0..3 {
            normal[i][i] = SIGMA_SCALE[i].powi(-2);
            gradient[i] = (1.0 - scales[i]) / SIGMA_SCALE[i].powi(2);
        }
        for (rest, slopes) in self.rows(scales) {
            for i in 0..3 {
                gradient[i] -= rest * slopes[i] / SIGMA_ALPHA.powi(2);
                for j in 0..3 {
                    normal[i][j] += slopes[i] * slopes[j] / SIGMA_ALPHA.powi(2);
                }
            }
        }
        (normal, gradient)
    }
}

/// Solves (N + damping · diag N) x = g for a symmetric positive definite N, by Cramer's rule.
fn solve(mut n: [Vector; 3], g: Vector, damping: f64) -> Vector {
    for (i, row) in n.iter_mut().enumerate() {
        row[i] *= 1.0 + damping;
    }
    let det = |m: &[Vector; 3]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let whole = det(&n);
    std::array::from_fn(|column| {
        let mut m = n;
        for (row, value) in m.iter_mut().zip(g) {
            row[column] = value;
        }
        det(&m) / whole
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Energy;

    fn points(beam: &Beam) -> Vec<MeasuredPoint> {
        let mut points = Vec::new();
        for name in ["graphite", "iron", "lead"] {
            for lambda in [30.0, 100.0] {
                let material = Material::named(name).unwrap();
                let areal_density = ArealDensity::new(lambda).unwrap();
                let alpha = beam.alpha(&[(&material, areal_density)]).unwrap();
                points.push(MeasuredPoint { material, areal_density, alpha });
            }
        }
        points
    }

    #[test]
    fn known_correction_is_found_again() {
        let beam = Beam::accelerator(Energy::new(9000.0).unwrap()).unwrap();
        let truth = Correction { photoelectric: 1.2, compton: 0.97, pair: 1.05 };
        let (found, rms) = fit_correction(&beam, &points(&beam.clone().with_correction(truth))).unwrap();
        assert!((found.photoelectric - 1.2).abs() < 0.02, "{found:?}");
        assert!((found.compton - 0.97).abs() < 2e-3 && (found.pair - 1.05).abs() < 3e-3, "{found:?}");
        assert!(rms < 1e-3, "{rms}");
    }

    #[test]
    fn points_of_another_spectrum_are_absorbed() {
        // Lalor and Danagoulian: an end-point wrong by some percent leaves about 0.01 in alpha after the fit.
        let assumed = Beam::accelerator(Energy::new(6000.0).unwrap()).unwrap();
        let actual = Beam::accelerator(Energy::new(6300.0).unwrap()).unwrap();
        let measured = points(&actual);
        let before = measured.iter().map(|p| {
            let alpha = assumed.alpha(&[(&p.material, p.areal_density)]).unwrap();
            (alpha - p.alpha).abs()
        });
        assert!(before.fold(0.0, f64::max) > 0.05);
        let (_, rms) = fit_correction(&assumed, &measured).unwrap();
        assert!(rms < 0.01, "{rms}");
    }

    #[test]
    fn nonsense_is_refused() {
        let beam = Beam::accelerator(Energy::new(6000.0).unwrap()).unwrap();
        let mut few = points(&beam);
        few.truncate(2);
        assert!(fit_correction(&beam, &few).is_err());
        let mut wrong = points(&beam);
        wrong[0].alpha = f64::NAN;
        assert!(fit_correction(&beam, &wrong).is_err());
        let mut ten_times = points(&beam);
        ten_times.iter_mut().for_each(|p| p.alpha *= 10.0);
        assert!(fit_correction(&beam, &ten_times).is_err());
    }
}
