//! Fit of a beam's [`Correction`] to measured attenuation of known matter.
//!
//! Method: P. Lalor and A. Danagoulian, arXiv 2302.07131, with Levenberg's damping, and two things more. The thickness of
//! a filter is fitted with the scales of the processes where the source is an accelerator: that a beam is harder or softer
//! than was taken bends α over the thickness of every material alike, which no scale can follow. And each number is pulled
//! towards what it is without calibration by as much as is known of it beforehand, so that three points suffice for four
//! numbers, and points of one material cannot send the other processes astray. Deterministic.

use super::beam::Beam;
use super::beam::Correction;
use super::beam::Processes;
use super::substance::Material;
use crate::error::{Code, Error, Result};
use crate::normal_equations::NormalEquations;
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
/// Least standard deviation of a measured α.
const SIGMA_ALPHA: f64 = 0.003;
/// Points that count in full; more of them share their weight, because what is wrong with the model is wrong with all.
const FULL: f64 = 20.0;
/// Numbers that are fitted: the scales of photoelectric absorption, Compton scatter and pair production, and millimetres
/// of copper.
const SIZE: usize = 4;
/// What they are without calibration.
const USUAL: Vector = [1.0, 1.0, 1.0, 0.0];
/// Standard deviations from that. Evaluations of cross sections differ by 1 to 3 %; the rest is scatter, which looks like
/// less of them. Sources and detectors differ by what some millimetres of copper would make good.
const SIGMA: Vector = [0.2, 0.1, 0.1, 5.0];
/// The same of the copper below 1 MeV: nothing, as thin filters and the photoelectric scale bend α alike there.
const SIGMA_TUBE: f64 = 1e-6;
/// Scales outside this range mean wrong points or a wrong beam, not a correction.
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 0.3..=2.5;
/// So does more copper than this, added or taken away.
const PLAUSIBLE_COPPER: f64 = 25.0;
/// What a fit may leave, as a share of α.
const LARGEST_REST: f64 = 0.1;
const HINT: &str = "Check materials, areal densities in g/cm2 and the nominal energy of the channel.";
const MAX_STEPS: u32 = 100;
/// Most fits one after another, each with what the one before left.
const MAX_ROUNDS: u32 = 10;
/// End-point energy of the softest accelerator, keV.
const ACCELERATOR: f64 = 1000.0;

type Vector = [f64; SIZE];

/// Fits the correction of a beam to at least three measured points; returns it with the root mean square of what is
/// left in α. The correction that `beam` already has is not used.
///
/// # Errors
/// `physics.range` when there are fewer than three points, an α is not positive or not finite, or the fit leaves a tenth of α or ends outside
/// 0.3 to 2.5 for a scale or 25 mm of copper: the points do not belong to this beam then.
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
    let mut sigma = SIGMA;
    if beam.nominal().get() < ACCELERATOR {
        sigma[SIZE - 1] = SIGMA_TUBE;
    }
    let mut system = System { beam, points, prepared, sigma, spread: 0.0 };
    let mut found = USUAL;
    // What the model cannot follow, such as rows that differ, is noise to it: its spread is that of what the last fit left.
    // From above, so that nothing that is only noise is followed on the way.
    for _ in 0..MAX_ROUNDS {
        let spread = system.rms(&found).max(SIGMA_ALPHA);
        if spread == system.spread {
            break;
        }
        system.spread = spread;
        found = system.fit(found);
    }
    let rest = system.rms(&found);
    let mean = (points.iter().map(|p| p.alpha * p.alpha).sum::<f64>() / points.len() as f64).sqrt();
    if rest > LARGEST_REST * mean {
        return Err(Error::new(Code::PhysicsRange, "the calibration points do not belong to this beam")
            .expected(format!("at most {:.0} % of α left unexplained", 100.0 * LARGEST_REST))
            .found(format!("{:.0} %", 100.0 * rest / mean))
            .hint(HINT));
    }
    let [a, b, c, copper] = found;
    if !([a, b, c].iter().all(|s| PLAUSIBLE.contains(s)) && copper.abs() <= PLAUSIBLE_COPPER) {
        return Err(Error::new(Code::PhysicsRange, "the calibration points do not belong to this beam")
            .expected(format!(
                "scales from {} to {}, at most {PLAUSIBLE_COPPER} mm of copper",
                PLAUSIBLE.start(),
                PLAUSIBLE.end()
            ))
            .found(format!("a {a:.3}, b {b:.3}, c {c:.3}, {copper:.1} mm"))
            .hint(HINT));
    }
    Ok((correction(&found), rest))
}

fn correction(&[photoelectric, compton, pair, filtration]: &Vector) -> Correction {
    Correction { photoelectric, compton, pair, filtration }
}

struct System<'a> {
    beam: &'a Beam,
    points: &'a [MeasuredPoint],
    prepared: Vec<Processes>,
    sigma: Vector,
    /// Standard deviation of a measured α.
    spread: f64,
}

impl System<'_> {
    /// Returns the numbers of least loss, from others on.
    fn fit(&self, mut found: Vector) -> Vector {
        let mut loss = self.loss(&found);
        let mut damping = 1e-3;
        for _ in 0..MAX_STEPS {
            let Some(step) = self.linearise(&found).damp(damping).solve() else { break };
            let mut next = found;
            next.iter_mut().zip(step).for_each(|(value, step)| *value += step);
            let next_loss = self.loss(&next);
            if next_loss < loss {
                let gain = loss - next_loss;
                (found, loss, damping) = (next, next_loss, damping * 0.2);
                if gain < 1e-12 * loss {
                    break;
                }
            } else if damping > 1e8 {
                break;
            } else {
                damping *= 10.0;
            }
        }
        found
    }

    /// Returns α of a point, and its derivative by each number.
    fn model(&self, processes: &Processes, lambda: f64, numbers: &Vector) -> (f64, Vector) {
        let correction = correction(numbers);
        let bins = || self.beam.plain().zip(&processes.0);
        let filtered = |copper: f64| correction.filtration * copper;
        let depth = |copper: f64, a| filtered(copper) + correction.total(a) * lambda;
        let least = bins().map(|((_, copper), a)| depth(copper, a)).fold(f64::INFINITY, f64::min);
        let (mut sum, mut slopes) = (0.0, [0.0; SIZE]);
        let (mut open, mut open_slope) = (0.0, 0.0);
        for ((weight, copper), a) in bins() {
            let term = weight * (least - depth(copper, a)).exp();
            sum += term;
            for (slope, part) in slopes.iter_mut().zip([a.photoelectric, a.incoherent, a.pair]) {
                *slope += term * part * lambda;
            }
            slopes[SIZE - 1] += term * copper;
            let before = weight * (-filtered(copper)).exp();
            open += before;
            open_slope += before * copper;
        }
        let mut slopes = slopes.map(|s| s / sum);
        slopes[SIZE - 1] -= open_slope / open;
        (least - (sum / open).ln(), slopes)
    }

    fn rows<'a>(&'a self, numbers: &'a Vector) -> impl Iterator<Item = (f64, Vector)> + 'a {
        self.points.iter().zip(&self.prepared).map(|(point, processes)| {
            let (alpha, slopes) = self.model(processes, point.areal_density.get(), numbers);
            (alpha - point.alpha, slopes)
        })
    }

    /// Returns the weight of a squared residual.
    fn weight(&self) -> f64 {
        self.spread.powi(-2) * (FULL / self.points.len() as f64).min(1.0)
    }

    fn loss(&self, numbers: &Vector) -> f64 {
        let away = numbers.iter().zip(USUAL).zip(self.sigma);
        let pull: f64 = away.map(|((number, usual), sigma)| ((number - usual) / sigma).powi(2)).sum();
        pull + self.weight() * self.rows(numbers).map(|(rest, _)| rest * rest).sum::<f64>()
    }

    fn rms(&self, numbers: &Vector) -> f64 {
        (self.rows(numbers).map(|(rest, _)| rest * rest).sum::<f64>() / self.points.len() as f64).sqrt()
    }

    /// Returns the normal equations of the next step.
    fn linearise(&self, numbers: &Vector) -> NormalEquations {
        let mut system = NormalEquations::new(SIZE);
        for (i, number) in numbers.iter().enumerate() {
            system.add(&[(i, 1.0)], USUAL[i] - number, self.sigma[i].powi(-2));
        }
        for (rest, slopes) in self.rows(numbers) {
            let terms: Vec<(usize, f64)> = slopes.into_iter().enumerate().collect();
            system.add(&terms, -rest, self.weight());
        }
        system
    }
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
        let truth = Correction { photoelectric: 1.2, compton: 0.97, pair: 1.05, filtration: -2.0 };
        let (found, rms) = fit_correction(&beam, &points(&beam.clone().with_correction(truth))).unwrap();
        assert!((found.photoelectric - 1.2).abs() < 0.02, "{found:?}");
        assert!((found.compton - 0.97).abs() < 2e-3 && (found.pair - 1.05).abs() < 3e-3, "{found:?}");
        assert!((found.filtration + 2.0).abs() < 0.3, "{found:?}");
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
