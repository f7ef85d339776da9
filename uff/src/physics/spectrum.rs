//! Photon spectra.

use super::accelerator::Accelerator;
use super::layer::Layer;
use super::substance::Material;
use super::tube::Tube;
use crate::error::{Code, Error, Result};
use crate::units::{ArealDensity, Energy};

/// Rest energy of the electron, keV (CODATA 2018).
pub(super) const ELECTRON_KEV: f64 = 510.998_950;

/// Number of photons per energy bin; only the shape counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    /// Centre of each bin in keV, ascending.
    energies: Vec<f64>,
    /// Photons per bin, not negative, one positive.
    photons: Vec<f64>,
}

impl Spectrum {
    /// Creates a spectrum from the centres of its bins and the photons in each.
    ///
    /// # Errors
    /// `physics.range` when the lengths differ, energies do not ascend within 10 keV to 20 MeV, or the photons are
    /// negative, not finite or all zero.
    pub fn new(energies: &[Energy], photons: &[f64]) -> Result<Self> {
        Self::from_kev(energies.iter().map(|e| e.get()).collect(), photons.to_vec())
    }

    pub(super) fn from_kev(energies: Vec<f64>, photons: Vec<f64>) -> Result<Self> {
        let wrong = |what: &str| Err(Error::new(Code::PhysicsRange, format!("impossible spectrum: {what}")));
        if energies.len() != photons.len() {
            return wrong("energies and photons differ in number");
        }
        let inside = |e: &f64| (super::MIN_KEV..=super::MAX_KEV).contains(e);
        if !energies.iter().all(inside) || !energies.is_sorted_by(|a, b| a < b) {
            return wrong("energies do not ascend within 10 keV to 20 MeV");
        }
        if !photons.iter().all(|n| n.is_finite() && *n >= 0.0) || !photons.iter().any(|n| *n > 0.0) {
            return wrong("photons are negative, not finite or all zero");
        }
        Ok(Self { energies, photons })
    }

    /// Computes the spectrum of the usual linear accelerator ([`Accelerator::linac`]).
    ///
    /// # Errors
    /// `physics.range` outside 1 to 20 MeV.
    pub fn accelerator(end_point: Energy) -> Result<Self> {
        Accelerator::linac(end_point)?.spectrum()
    }

    /// Computes the spectrum of an X-ray tube before any filter but its own window ([`Tube::new`]).
    ///
    /// # Errors
    /// `physics.range` outside 30 to 450 kV.
    pub fn tube(voltage: Energy) -> Result<Self> {
        Tube::new(voltage)?.spectrum()
    }

    /// Returns the spectrum behind a filter.
    ///
    /// # Errors
    /// `physics.range` when the filter leaves nothing.
    pub fn filtered(&self, material: &Material, thickness: ArealDensity) -> Result<Self> {
        let mut photons = Vec::with_capacity(self.photons.len());
        for (kev, n) in self.energies.iter().zip(&self.photons) {
            photons.push(n * (-material.attenuation(Energy::new(*kev)?)?.total() * thickness.get()).exp());
        }
        Self::from_kev(self.energies.clone(), photons)
    }

    /// Returns the spectrum behind layers.
    ///
    /// # Errors
    /// `physics.range` when they leave nothing.
    pub fn behind(&self, layers: &[Layer]) -> Result<Self> {
        layers.iter().try_fold(self.clone(), |spectrum, l| spectrum.filtered(&l.material, l.areal_density))
    }

    /// Adds lines, each an energy in keV and its share of them all, which together have `share` of the photons so far.
    pub(super) fn add_lines(&mut self, lines: &[(f64, f64)], share: f64) {
        let all: f64 = self.photons.iter().sum();
        for (line, part) in lines {
            let bin = self.energies.partition_point(|e| *e + 0.5 <= *line);
            if let Some(photons) = self.photons.get_mut(bin) {
                *photons += all * share * part;
            }
        }
    }

    /// Returns the thickness of a material that halves the air kerma of the spectrum, scatter left out.
    ///
    /// # Errors
    /// `physics.range`, which the checks on the spectrum already rule out.
    pub fn half_value_layer(&self, material: &Material) -> Result<ArealDensity> {
        let air = Material::named("air")?;
        let mut kerma = Vec::with_capacity(self.photons.len());
        for (kev, photons) in self.bins() {
            let energy = Energy::new(kev)?;
            let dose = photons * kev * air.attenuation(energy)?.absorbed;
            kerma.push((material.attenuation(energy)?.total(), dose));
        }
        let all: f64 = kerma.iter().map(|part| part.1).sum();
        let passing = |depth: f64| kerma.iter().map(|(mu, dose)| dose * (-mu * depth).exp()).sum::<f64>() / all;
        let (mut low, mut high) = (0.0, 1.0);
        while passing(high) > 0.5 && high < ArealDensity::MAX / 2.0 {
            high *= 2.0;
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if passing(middle) > 0.5 { low = middle } else { high = middle }
        }
        ArealDensity::new(high)
    }

    /// Iterates over the centre of each bin in keV and the photons in it.
    pub fn bins(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.energies.iter().copied().zip(self.photons.iter().copied())
    }

    /// Returns the mean energy of the photons in keV.
    pub fn mean(&self) -> f64 {
        let (sum, all) = self.bins().fold((0.0, 0.0), |(sum, all), (e, n)| (sum + e * n, all + n));
        sum / all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of one energy, half pass ln 2 / µ.
    #[test]
    fn half_value_layer_of_one_energy() {
        let line = Spectrum::new(&[Energy::new(1000.0).unwrap()], &[1.0]).unwrap();
        let lead = Material::named("lead").unwrap();
        let mu = lead.attenuation(Energy::new(1000.0).unwrap()).unwrap().total();
        let found = line.half_value_layer(&lead).unwrap().get();
        assert!((found * mu / std::f64::consts::LN_2 - 1.0).abs() < 1e-9, "{found}");
    }

    #[test]
    fn nonsense_is_refused() {
        let e = |kev: f64| Energy::new(kev).unwrap();
        assert!(Spectrum::new(&[e(20.0), e(30.0)], &[1.0]).is_err());
        assert!(Spectrum::new(&[e(30.0), e(20.0)], &[1.0, 1.0]).is_err());
        assert!(Spectrum::new(&[e(20.0)], &[0.0]).is_err());
        assert!(Spectrum::new(&[e(20.0)], &[f64::NAN]).is_err());
        assert!(Spectrum::new(&[e(5.0)], &[1.0]).is_err());
        assert!(Spectrum::new(&[], &[]).is_err());
    }
}
