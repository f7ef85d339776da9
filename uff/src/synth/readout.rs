//! What the detector makes of a transmitted beam: quanta, noise, dark level, gain and 16 bits.
//!
//! A sample of row r in column c reads dark(r) + gain(r) · air · p(c) · q / N + e, rounded and cut to 0…65535: q is
//! Poisson with mean N · p(c) · T, N the equivalent quanta per sample in air, p(c) the dose of the pulse around 1, and e
//! normal electronic noise. In air-normalised units the variance at transmission T is therefore T / N + (e / air)²,
//! the model of [`Noise`](crate::model::Noise).

use ndarray::Array2;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::random::Random;
use super::scanner::Detector;

/// Which of the two beams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// High energy.
    High = 0,
    /// Low energy.
    Low = 1,
}

/// What is in the beam, for the streams of random numbers.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Pulses = 1,
    Object = 2,
    Dark = 3,
    Air = 4,
    Gain = 5,
}

/// Detector line with its own gains and dark levels, read at one energy.
pub(super) struct Readout<'a> {
    detector: &'a Detector,
    side: Side,
    seed: u64,
    /// Dark level and gain per row.
    rows: Vec<(f64, f64)>,
    air: f64,
    quanta: f64,
}

impl<'a> Readout<'a> {
    /// Builds the detector line; gains and dark levels are the same for both energies.
    pub(super) fn new(detector: &'a Detector, side: Side, rows: u32, seed: u64) -> Self {
        let module = |row: u32| Random::new(seed, &[Purpose::Gain as u64, 0, u64::from(row / detector.module_rows)]);
        let single = |row: u32| Random::new(seed, &[Purpose::Gain as u64, 1, u64::from(row)]);
        let levels = |row: u32| {
            let (mut shared, mut own) = (module(row), single(row));
            let dark = detector.dark + detector.dark_spread * (shared.symmetric() + own.symmetric()) / 2.0;
            (dark, 1.0 + detector.gain_spread * (shared.symmetric() + own.symmetric()) / 2.0)
        };
        let (air, quanta) = match side {
            Side::High => (detector.air_high, detector.quanta_high),
            Side::Low => (detector.air_low, detector.quanta_low),
        };
        Self { detector, side, seed, rows: (0..rows).map(levels).collect(), air, quanta }
    }

    /// Reads the picture of a transmission `[row, column]`.
    pub(super) fn object(&self, transmission: &Array2<f32>) -> Array2<u16> {
        self.read(Purpose::Object, transmission.ncols(), |row, column| {
            transmission.get((row, column)).map_or(1.0, |t| f64::from(*t))
        })
    }

    /// Reads lines without object, `[row, line]`.
    pub(super) fn air(&self) -> Array2<u16> {
        self.read(Purpose::Air, self.detector.air_lines as usize, |_, _| 1.0)
    }

    /// Reads lines without beam, `[row, line]`.
    pub(super) fn dark(&self) -> Array2<u16> {
        self.read(Purpose::Dark, self.detector.dark_lines as usize, |_, _| 0.0)
    }

    fn read(&self, purpose: Purpose, lines: usize, transmission: impl Fn(usize, usize) -> f64 + Sync) -> Array2<u16> {
        let mut pulses = Random::new(self.seed, &[Purpose::Pulses as u64, purpose as u64, self.side as u64]);
        let doses: Vec<f64> =
            (0..lines).map(|_| (1.0 + self.detector.pulse_jitter * pulses.normal()).max(0.0)).collect();
        let row_of = |(row, (dark, gain)): (usize, &(f64, f64))| -> Vec<u16> {
            let mut noise = Random::new(self.seed, &[purpose as u64, self.side as u64, row as u64]);
            let sample = |(column, dose): (usize, &f64)| {
                let quanta = noise.poisson(self.quanta * dose * transmission(row, column));
                let reading = dark + gain * self.air * quanta / self.quanta + self.detector.electronic * noise.normal();
                // The cast cuts to 0…65535, as the converter does.
                reading.round() as u16
            };
            doses.iter().enumerate().map(sample).collect()
        };
        let read: Vec<Vec<u16>> = self.rows.par_iter().enumerate().map(row_of).collect();
        let mut samples = Array2::zeros((self.rows.len(), lines));
        samples.iter_mut().zip(read.iter().flatten()).for_each(|(out, sample)| *out = *sample);
        samples
    }
}

/// Adds what is scattered once into the same detector line: `share` of −T ln T, spread along the line.
///
/// First-order scatter grows with the matter passed and is weakened by the same matter, hence −T ln T; it vanishes in
/// air. The kernel is a box of a tenth of the line applied twice, which makes a triangle.
pub(super) fn scatter(transmission: &mut Array2<f32>, share: f64) {
    if share <= 0.0 {
        return;
    }
    let half = transmission.nrows() / 20;
    let born = transmission.mapv(|t| if t > 0.0 { -(f64::from(t) * f64::from(t).ln()) as f32 } else { 0.0 });
    let spread = blur_columns(&blur_columns(&born, half), half);
    transmission.zip_mut_with(&spread, |t, s| *t += share as f32 * s);
}

/// Mean over `half` rows to either side; rows outside count as nothing.
fn blur_columns(image: &Array2<f32>, half: usize) -> Array2<f32> {
    let (rows, columns) = image.dim();
    let mut sums = vec![0.0f64; columns];
    let mut blurred = Array2::zeros((rows, columns));
    let norm = 1.0 / (2 * half + 1) as f64;
    for row in 0..rows + half {
        for (sign, at) in [(1.0, Some(row)), (-1.0, row.checked_sub(2 * half + 1))] {
            if let Some(at) = at.filter(|at| *at < rows) {
                sums.iter_mut().zip(image.row(at)).for_each(|(sum, v)| *sum += sign * f64::from(*v));
            }
        }
        if let Some(middle) = row.checked_sub(half) {
            blurred.row_mut(middle).iter_mut().zip(&sums).for_each(|(out, sum)| *out = (sum * norm).max(0.0) as f32);
        }
    }
    blurred
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Budget;
    use crate::synth::Scene;

    fn detector() -> Detector {
        let steps = Scene::from_toml(crate::synth::preset("steps").unwrap(), "steps", &Budget::default()).unwrap();
        Detector { gain_spread: 0.0, dark_spread: 0.0, pulse_jitter: 0.0, ..steps.scanner.detector }
    }

    #[test]
    fn variance_is_that_of_the_model() {
        let detector = detector();
        for (side, air, quanta) in
            [(Side::High, detector.air_high, detector.quanta_high), (Side::Low, detector.air_low, detector.quanta_low)]
        {
            for t in [1.0, 0.3, 0.01, 0.0004] {
                let read = Readout::new(&detector, side, 200, 5).object(&Array2::from_elem((200, 500), t as f32));
                let normalised: Vec<f64> = read.iter().map(|v| (f64::from(*v) - detector.dark) / air).collect();
                let n = normalised.len() as f64;
                let mean = normalised.iter().sum::<f64>() / n;
                let variance = normalised.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
                // Rounding to whole counts adds 1/12.
                let model = t / quanta + (detector.electronic.powi(2) + 1.0 / 12.0) / air.powi(2);
                assert!((variance / model - 1.0).abs() < 0.03, "{side:?} {t}: {variance} against {model}");
                assert!((mean - t).abs() < 5.0 * (model / n).sqrt() + 1e-6, "{side:?} {t}: mean {mean}");
            }
        }
    }

    #[test]
    fn readings_are_cut_to_sixteen_bits() {
        let bright = Detector { dark: 0.0, air_high: 65_400.0, quanta_high: 100.0, electronic: 40.0, ..detector() };
        let readout = Readout::new(&bright, Side::High, 50, 1);
        assert!(readout.air().iter().any(|v| *v == u16::MAX));
        assert!(readout.dark().iter().any(|v| *v == 0));
    }

    #[test]
    fn gains_are_shared_by_both_energies_and_taken_out_by_dark_and_air() {
        let uneven = Detector { gain_spread: 0.2, dark_spread: 100.0, dark: 500.0, ..detector() };
        let line = |side| Readout::new(&uneven, side, 40, 9);
        assert_eq!(line(Side::High).rows, line(Side::Low).rows);
        let gains: Vec<f64> = line(Side::High).rows.iter().map(|r| r.1).collect();
        assert!(gains.iter().any(|g| (g - 1.0).abs() > 0.05) && gains.iter().all(|g| (g - 1.0).abs() <= 0.2));
    }

    #[test]
    fn scatter_vanishes_in_air_and_conserves_what_is_born() {
        let mut air = Array2::from_elem((100, 3), 1.0f32);
        scatter(&mut air, 0.1);
        assert!(air.iter().all(|t| *t == 1.0));
        let mut one = Array2::from_elem((101, 1), 1.0f32);
        one[(50, 0)] = 0.5;
        scatter(&mut one, 0.2);
        let added: f32 = one.iter().sum::<f32>() - 100.5;
        assert!((added - 0.2 * 0.5 * 2f32.ln()).abs() < 1e-4, "{added}");
        assert!(one[(40, 0)] > one[(0, 0)]);
    }
}
