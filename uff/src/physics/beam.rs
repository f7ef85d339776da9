//! Beams: what a detector makes of a spectrum, and how matter weakens it.
//!
//! A beam is the product of spectrum and detector response per energy bin. Its attenuation by matter is polychromatic
//! Beer–Lambert: T = Σ w(E) exp(−Σ µ(E) λ) with Σ w = 1, α = −ln T. A [`Correction`] scales three processes in µ; it
//! absorbs scatter and the errors of spectrum and response once fitted to measured points (see
//! [`fit`](super::fit_correction); P. Lalor and A. Danagoulian, arXiv 2302.07131).

use fearless_simd::Level;
use fearless_simd::dispatch;

use super::accelerator::Accelerator;
use super::attenuation::Attenuation;
use super::detector::Detector;
use super::exponential::exp;
use super::layer::Layer;
use super::spectrum::Spectrum;
use super::substance::Material;
use super::tube::Tube;
use crate::error::{Code, Error, Result};
use crate::units::{ArealDensity, Energy, Millimetres};

/// What is different about a real beam: scales of three processes, µ = µ_total + (a − 1) µ_photo + (b − 1) µ_compton +
/// (c − 1) µ_pair, and a filter that the beam passes more, or less, than was taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correction {
    /// Scale a of the photoelectric absorption.
    pub photoelectric: f64,
    /// Scale b of the incoherent scatter.
    pub compton: f64,
    /// Scale c of the pair production.
    pub pair: f64,
    /// Copper in the beam beside what was taken, mm; negative where the beam is softer. Below 150 keV it weakens as it
    /// does there, so that what no filter lets through is not made up.
    pub filtration: f64,
}

impl Correction {
    /// Leaves everything as it is.
    pub const NONE: Self = Self { photoelectric: 1.0, compton: 1.0, pair: 1.0, filtration: 0.0 };

    /// Returns the corrected total of an attenuation, cm²/g.
    pub fn total(&self, a: &Attenuation) -> f64 {
        a.coherent + self.photoelectric * a.photoelectric + self.compton * a.incoherent + self.pair * a.pair
    }
}

/// Spectrum as a detector weights it.
#[derive(Debug, Clone, PartialEq)]
pub struct Beam {
    nominal: Energy,
    /// Centre of each bin, keV.
    energies: Vec<f64>,
    /// Share of each bin in the signal without any object; the sum is 1.
    weights: Vec<f64>,
    /// The same before any correction.
    plain: Vec<f64>,
    /// What one millimetre of copper takes out of each bin, as [`Correction::filtration`] counts it.
    copper: Vec<f64>,
    correction: Correction,
}

/// Energy in keV below which [`Correction::filtration`] takes copper as it is there.
const SOFTEST: f64 = 150.0;

/// A material as one beam sees it: µ/ρ per bin of the beam, cm²/g.
#[derive(Debug, Clone, PartialEq)]
pub struct Absorber {
    per_bin: Vec<f64>,
    /// The least of them.
    least: f64,
}

/// A material as one beam sees it, by process, before any [`Correction`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Processes(pub(super) Vec<Attenuation>);

impl Beam {
    /// Combines a spectrum with a detector; `nominal` is the end-point energy.
    ///
    /// # Errors
    /// `physics.range` when the detector sees nothing of the spectrum.
    pub fn new(nominal: Energy, spectrum: &Spectrum, detector: &Detector) -> Result<Self> {
        let mut signal = Vec::new();
        for (kev, photons) in spectrum.bins() {
            signal.push(photons * detector.response(Energy::new(kev)?)?);
        }
        Self::from_signal(nominal, spectrum.bins().map(|bin| bin.0).collect(), signal)
    }

    /// Creates a beam from tables: centre of the bins, photons per bin, mean signal per photon. Bins outside 10 keV to
    /// 20 MeV are left out.
    ///
    /// # Errors
    /// `physics.range` when the lengths differ, energies do not ascend, values are negative or nothing is left.
    pub fn tabulated(nominal: Energy, energies: &[Energy], photons: &[f64], response: &[f64]) -> Result<Self> {
        if energies.len() != photons.len() || energies.len() != response.len() {
            return Err(Error::new(Code::PhysicsRange, "a tabulated beam needs columns of one length")
                .expected(energies.len())
                .found(format!("{} and {}", photons.len(), response.len())));
        }
        let rows = energies.iter().zip(photons.iter().zip(response));
        let inside = rows.filter(|(e, _)| (super::MIN_KEV..=super::MAX_KEV).contains(&e.get()));
        let (kept, signal) = inside.map(|(e, (n, d))| (e.get(), n * d)).unzip();
        Self::from_signal(nominal, kept, signal)
    }

    /// Returns the usual beam of an accelerator scanner: [`Accelerator::linac`] on 30 mm of CdWO₄.
    ///
    /// # Errors
    /// `physics.range` outside 1 to 20 MeV.
    pub fn accelerator(end_point: Energy) -> Result<Self> {
        Self::of_accelerator(&Accelerator::linac(end_point)?)
    }

    /// Returns the beam of an accelerator on 30 mm of CdWO₄.
    ///
    /// # Errors
    /// `physics.range` outside 1 to 20 MeV, or when the filters leave nothing.
    pub fn of_accelerator(source: &Accelerator) -> Result<Self> {
        let detector = Detector::cadmium_tungstate(Millimetres::new(30.0)?)?;
        Self::new(source.end_point, &source.spectrum()?, &detector)
    }

    /// Returns the two beams, high then low, of one source and the two layers of a sandwich, rear then front.
    ///
    /// # Errors
    /// `physics.range` when a layer sees nothing of the spectrum.
    pub fn pair(nominal: Energy, spectrum: &Spectrum, (rear, front): &(Detector, Detector)) -> Result<(Self, Self)> {
        Ok((Self::new(nominal, spectrum, rear)?, Self::new(nominal, spectrum, front)?))
    }

    /// Returns the two beams, high then low, of the usual tube scanner: one tube, behind its window 2 mm of aluminium,
    /// [`Detector::tube_sandwich`]. Cabinets take out what would never leave the object: with the window, 3 mm of
    /// aluminium are near the 2.5 mm that IEC 60601-1-3 demands above 70 kV.
    ///
    /// # Errors
    /// `physics.range` outside 30 to 450 kV.
    pub fn tube_sandwich(voltage: Energy) -> Result<(Self, Self)> {
        let mut tube = Tube::new(voltage)?;
        tube.filters.push(Layer::of("aluminium", Millimetres::new(2.0)?)?);
        Self::pair(voltage, &tube.spectrum()?, &Detector::tube_sandwich()?)
    }

    /// Returns the usual beam of a tube that switches its voltage, filtered by 1 mm of copper, on 30 mm of CdWO₄.
    ///
    /// # Errors
    /// `physics.range` outside 30 to 450 kV.
    pub fn tube(voltage: Energy) -> Result<Self> {
        let mut tube = Tube::new(voltage)?;
        tube.filters.push(Layer::of("copper", Millimetres::new(1.0)?)?);
        Self::of_tube(&tube)
    }

    /// Returns the beam of a tube on 30 mm of CdWO₄.
    ///
    /// # Errors
    /// `physics.range` outside 30 to 450 kV, or when the filters leave nothing.
    pub fn of_tube(source: &Tube) -> Result<Self> {
        let detector = Detector::cadmium_tungstate(Millimetres::new(30.0)?)?;
        Self::new(source.voltage, &source.spectrum()?, &detector)
    }

    /// Returns the usual beam at an end-point energy: an accelerator from 1 MeV on, a tube up to 450 kV.
    ///
    /// # Errors
    /// `physics.range` outside these ranges.
    pub fn usual(nominal: Energy) -> Result<Self> {
        if nominal.get() < 1000.0 { Self::tube(nominal) } else { Self::accelerator(nominal) }
    }

    /// Creates a beam of one energy.
    ///
    /// # Errors
    /// `physics.range` outside 10 keV to 20 MeV.
    pub fn monochromatic(energy: Energy) -> Result<Self> {
        Self::from_signal(energy, vec![energy.get()], vec![1.0])
    }

    fn from_signal(nominal: Energy, energies: Vec<f64>, signal: Vec<f64>) -> Result<Self> {
        let checked = Spectrum::from_kev(energies, signal)?;
        let all: f64 = checked.bins().map(|bin| bin.1).sum();
        let (energies, weights): (Vec<f64>, Vec<f64>) =
            checked.bins().filter(|bin| bin.1 > 0.0).map(|(e, s)| (e, s / all)).unzip();
        let filter = Layer::of("copper", Millimetres::new(1.0)?)?;
        let depth = |kev: &f64| -> Result<f64> {
            let mass_attenuation = filter.material.attenuation(Energy::new(kev.max(SOFTEST))?)?.total();
            Ok(mass_attenuation * filter.areal_density.get())
        };
        let copper = energies.iter().map(depth).collect::<Result<_>>()?;
        Ok(Self { nominal, energies, plain: weights.clone(), weights, copper, correction: Correction::NONE })
    }

    /// Returns the beam with another correction.
    #[must_use]
    pub fn with_correction(mut self, correction: Correction) -> Self {
        let passed = self.plain.iter().zip(&self.copper).map(|(w, depth)| w * (-correction.filtration * depth).exp());
        let passed: Vec<f64> = passed.collect();
        let all: f64 = passed.iter().sum();
        self.weights = passed.into_iter().map(|w| w / all).collect();
        self.correction = correction;
        self
    }

    /// Returns the correction in force.
    pub fn correction(&self) -> Correction {
        self.correction
    }

    /// Returns the nominal end-point energy.
    pub fn nominal(&self) -> Energy {
        self.nominal
    }

    /// Returns the mean energy of the signal without any object, keV.
    pub fn mean_energy(&self) -> f64 {
        self.energies.iter().zip(&self.weights).map(|(e, w)| e * w).sum()
    }

    /// Iterates over the centre of each bin in keV and its share in the signal without any object.
    pub fn bins(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.energies.iter().copied().zip(self.weights.iter().copied())
    }

    /// Returns a material as this beam sees it, correction included; prepare it once, then use it for many pixels.
    ///
    /// # Errors
    /// `physics.range`, which the checks on the beam already rule out.
    pub fn absorber(&self, material: &Material) -> Result<Absorber> {
        let per_bin: Vec<f64> = self.processes(material)?.0.iter().map(|a| self.correction.total(a)).collect();
        let least = per_bin.iter().copied().fold(f64::INFINITY, f64::min);
        Ok(Absorber { per_bin, least })
    }

    pub(super) fn processes(&self, material: &Material) -> Result<Processes> {
        let energies = self.energies.iter().map(|kev| Energy::new(*kev));
        Ok(Processes(energies.map(|e| material.attenuation(e?)).collect::<Result<_>>()?))
    }

    /// Iterates over the share of each bin before any correction, and what one millimetre of copper takes out of it.
    pub(super) fn plain(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.plain.iter().copied().zip(self.copper.iter().copied())
    }

    /// Returns the transmission through prepared layers, each with its areal density in g/cm².
    pub fn transmission_through(&self, layers: &[(&Absorber, f64)]) -> f64 {
        let mut sum = 0.0;
        for (bin, weight) in self.weights.iter().enumerate() {
            let depth: f64 =
                layers.iter().map(|(a, lambda)| a.per_bin.get(bin).copied().unwrap_or_default() * lambda).sum();
            sum += weight * (-depth).exp();
        }
        sum
    }

    /// Returns the transmission T from 0 to 1 through layers of matter.
    ///
    /// # Errors
    /// As [`Beam::absorber`].
    pub fn transmission(&self, layers: &[(&Material, ArealDensity)]) -> Result<f64> {
        let absorbers = layers.iter().map(|(m, _)| self.absorber(m)).collect::<Result<Vec<_>>>()?;
        let pairs: Vec<_> = absorbers.iter().zip(layers.iter().map(|layer| layer.1.get())).collect();
        Ok(self.transmission_through(&pairs))
    }

    /// Returns the log attenuation α = −ln T through layers of matter.
    ///
    /// # Errors
    /// As [`Beam::absorber`].
    pub fn alpha(&self, layers: &[(&Material, ArealDensity)]) -> Result<f64> {
        Ok(-self.transmission(layers)?.ln())
    }

    /// Returns α and its derivative dα/dλ (cm²/g) at `lambda` g/cm² of a prepared material.
    ///
    /// Exact also where T underflows: the least attenuated bin is factored out.
    pub fn alpha_and_slope(&self, absorber: &Absorber, lambda: f64) -> (f64, f64) {
        let (sum, slope) = dispatch!(Level::new(), _simd => self.passing(absorber, lambda));
        (absorber.least * lambda - sum.ln(), slope / sum)
    }

    /// Returns what passes, in relation to the least attenuated bin, and the same weighted with µ/ρ. Sums are of the same
    /// order on every processor.
    #[inline(always)]
    fn passing(&self, Absorber { per_bin, least }: &Absorber, lambda: f64) -> (f64, f64) {
        let (mut sums, mut slopes) = ([0.0; LANES], [0.0; LANES]);
        let mut add = |weights: &[f64; LANES], per_bin: &[f64; LANES]| {
            for i in 0..LANES {
                let term = weights[i] * exp((least - per_bin[i]) * lambda);
                sums[i] += term;
                slopes[i] += term * per_bin[i];
            }
        };
        let (weights, last_weights) = self.weights.as_chunks();
        let (per_bin, last) = per_bin.as_chunks();
        weights.iter().zip(per_bin).for_each(|(weights, per_bin)| add(weights, per_bin));
        let (mut weights, mut per_bin) = ([0.0; LANES], [0.0; LANES]);
        weights.iter_mut().zip(last_weights).for_each(|(to, from)| *to = *from);
        per_bin.iter_mut().zip(last).for_each(|(to, from)| *to = *from);
        add(&weights, &per_bin);
        (sums.iter().sum(), slopes.iter().sum())
    }
}

/// Bins of a beam that are worked on at once.
const LANES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn density(value: f64) -> ArealDensity {
        ArealDensity::new(value).unwrap()
    }

    #[test]
    fn one_energy_follows_beer_and_lambert_exactly() {
        let energy = Energy::new(1000.0).unwrap();
        let beam = Beam::monochromatic(energy).unwrap();
        let iron = Material::named("iron").unwrap();
        let water = Material::named("water").unwrap();
        let mu = |m: &Material| m.attenuation(energy).unwrap().total();
        let alpha = beam.alpha(&[(&iron, density(30.0)), (&water, density(12.0))]).unwrap();
        assert!((alpha - 30.0 * mu(&iron) - 12.0 * mu(&water)).abs() < 1e-12);
        let (same, slope) = beam.alpha_and_slope(&beam.absorber(&iron).unwrap(), 30.0);
        assert!((same - 30.0 * mu(&iron)).abs() < 1e-12 && (slope - mu(&iron)).abs() < 1e-15);
    }

    #[test]
    fn two_energies_give_the_sum_of_two_exponentials() {
        let (soft, hard) = (Energy::new(100.0).unwrap(), Energy::new(2000.0).unwrap());
        let beam = Beam::tabulated(hard, &[soft, hard], &[3.0, 1.0], &[1.0, 2.0]).unwrap();
        let iron = Material::named("iron").unwrap();
        let mu = |e| iron.attenuation(e).unwrap().total();
        let expected = 0.6 * (-10.0 * mu(soft)).exp() + 0.4 * (-10.0 * mu(hard)).exp();
        assert!((beam.transmission(&[(&iron, density(10.0))]).unwrap() - expected).abs() < 1e-12);
    }

    #[test]
    fn slope_is_the_derivative_and_thick_walls_do_not_underflow() {
        let beam = Beam::accelerator(Energy::new(6000.0).unwrap()).unwrap();
        let lead = beam.absorber(&Material::named("lead").unwrap()).unwrap();
        let (low, _) = beam.alpha_and_slope(&lead, 99.99);
        let (high, _) = beam.alpha_and_slope(&lead, 100.01);
        let (_, slope) = beam.alpha_and_slope(&lead, 100.0);
        assert!(((high - low) / 0.02 / slope - 1.0).abs() < 1e-6);
        assert!(beam.alpha_and_slope(&lead, 50_000.0).0 > 1000.0);
        assert!(beam.alpha_and_slope(&lead, 0.0).0.abs() < 1e-12);
    }

    #[test]
    fn correction_scales_its_process_alone() {
        let energy = Energy::new(5000.0).unwrap();
        let lead = Material::named("lead").unwrap();
        let parts = lead.attenuation(energy).unwrap();
        let double = Correction { pair: 2.0, ..Correction::NONE };
        let beam = Beam::monochromatic(energy).unwrap().with_correction(double);
        let alpha = beam.alpha(&[(&lead, density(1.0))]).unwrap();
        assert!((alpha - parts.total() - parts.pair).abs() < 1e-12);
    }

    #[test]
    fn filtration_is_copper_in_the_beam() {
        let mut source = Accelerator::linac(Energy::from_mev(6.0).unwrap()).unwrap();
        let usual = Beam::of_accelerator(&source).unwrap();
        source.filters.push(Layer::of("copper", Millimetres::new(4.0).unwrap()).unwrap());
        let hard = Beam::of_accelerator(&source).unwrap();
        let iron = Material::named("iron").unwrap();
        let alpha = |beam: &Beam| beam.alpha(&[(&iron, density(60.0))]).unwrap();
        let filtered = |mm: f64| usual.clone().with_correction(Correction { filtration: mm, ..Correction::NONE });
        assert!((alpha(&hard) - alpha(&usual)).abs() > 0.02);
        assert!((alpha(&hard) - alpha(&filtered(4.0))).abs() < 1e-3);
        assert_eq!(filtered(4.0).with_correction(Correction::NONE), usual);
    }

    #[test]
    fn tables_of_differing_length_are_refused() {
        let e = Energy::new(100.0).unwrap();
        assert_eq!(Beam::tabulated(e, &[e], &[1.0, 2.0], &[1.0]).unwrap_err().code(), Code::PhysicsRange);
        assert!(Beam::usual(Energy::new(700.0).unwrap()).is_err());
    }
}
