//! Bremsstrahlung of linear accelerators and betatrons.

use super::element::Element;
use super::layer::Layer;
use super::spectrum::ELECTRON_KEV;
use super::spectrum::Spectrum;
use super::substance::Material;
use crate::error::{Code, Error, Result};
use crate::units::{ArealDensity, Energy, Millimetres};

/// Bins of the spectrum.
const BINS: u32 = 150;

/// Target that the electrons strike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// Material.
    pub element: Element,
    /// What of it, window included, the photons still have to pass.
    pub thickness: ArealDensity,
}

/// An accelerator that makes photons in a target, in the forward direction.
///
/// The shape is the Schiff formula integrated over the angle (H. W. Koch, J. W. Motz, Rev. Mod. Phys. 31 (1959) 920,
/// formula 3BS(b)) with the screening of the target's Z, behind what photons still have to pass of target and window,
/// then the filters. Electrons that have lost energy are left out: they scatter out of the forward direction.
/// Attenuation curves of carbon, iron and lead from 10 to 100 g/cm² computed with the usual target agree within 2.5 %
/// with those of Monte Carlo spectra at 6 and 9 MeV. Valid from 1 to 20 MeV.
#[derive(Debug, Clone, PartialEq)]
pub struct Accelerator {
    /// End-point energy.
    pub end_point: Energy,
    /// Target.
    pub target: Target,
    /// Filters behind the target, from the source on.
    pub filters: Vec<Layer>,
}

impl Accelerator {
    /// Describes the usual linear accelerator: 1 mm of tungsten for target and window, no further filter.
    ///
    /// # Errors
    /// None in practice; the range of the end-point is checked by [`Accelerator::spectrum`].
    pub fn linac(end_point: Energy) -> Result<Self> {
        let target = Target { element: Element::new(74)?, thickness: ArealDensity::new(1.93)? };
        Ok(Self { end_point, target, filters: Vec::new() })
    }

    /// Describes the usual betatron: electrons graze the edge of a thin tantalum target inside the chamber, of which
    /// photons pass 0.1 mm, and 5 mm of its glass wall.
    ///
    /// # Errors
    /// None in practice; the range of the end-point is checked by [`Accelerator::spectrum`].
    pub fn betatron(end_point: Energy) -> Result<Self> {
        let target = Target { element: Element::new(73)?, thickness: ArealDensity::new(0.1665)? };
        Ok(Self { end_point, target, filters: vec![Layer::of("borosilicate-glass", Millimetres::new(5.0)?)?] })
    }

    /// Computes the spectrum in 150 bins.
    ///
    /// # Errors
    /// `physics.range` outside 1 to 20 MeV, or when the filters leave nothing.
    pub fn spectrum(&self) -> Result<Spectrum> {
        let end = self.end_point.get();
        if !(1000.0..=super::MAX_KEV).contains(&end) {
            return Err(Error::new(Code::PhysicsRange, "no accelerator spectrum at this end-point energy")
                .expected("1 to 20 MeV")
                .found(self.end_point));
        }
        let width = (end - super::MIN_KEV) / f64::from(BINS);
        let energies: Vec<f64> = (0..BINS).map(|i| super::MIN_KEV + width * (f64::from(i) + 0.5)).collect();
        let photons = energies.iter().map(|&e| schiff(self.target.element, end, e)).collect();
        let target = Material::from_element(self.target.element);
        let bare = Spectrum::from_kev(energies, photons)?.filtered(&target, self.target.thickness)?;
        bare.behind(&self.filters)
    }
}

/// Schiff spectrum integrated over the angle, photons per energy, arbitrary scale; energies in keV.
fn schiff(target: Element, kinetic: f64, photon: f64) -> f64 {
    const SCREENING: f64 = 111.0;
    let z_third = f64::from(target.z()).cbrt();
    let before = kinetic + ELECTRON_KEV;
    let after = before - photon;
    if photon >= kinetic {
        return 0.0;
    }
    let ratio = after / before;
    let b = 2.0 * before * after * z_third / (SCREENING * ELECTRON_KEV * photon);
    let m = (ELECTRON_KEV * photon / (2.0 * before * after)).powi(2) + (z_third / SCREENING).powi(2);
    let first = (1.0 + ratio * ratio - 2.0 / 3.0 * ratio) * (-m.ln() + 1.0 - 2.0 / b * b.atan());
    let b2 = b * b;
    let second =
        2.0 / b2 * (1.0 + b2).ln() + 4.0 * (2.0 - b2) / (3.0 * b2 * b) * b.atan() - 8.0 / (3.0 * b2) + 2.0 / 9.0;
    ((first + ratio * second) / photon).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mev(value: f64) -> Energy {
        Energy::from_mev(value).unwrap()
    }

    #[test]
    fn spectrum_ends_at_its_end_point_and_hardens_behind_a_filter() {
        let spectrum = Accelerator::linac(mev(6.0)).unwrap().spectrum().unwrap();
        let (last, photons) = spectrum.bins().last().unwrap();
        assert!(last < 6000.0 && photons > 0.0);
        let mut filtered = Accelerator::linac(mev(6.0)).unwrap();
        filtered.filters = Layer::read_all("100 g/cm2 Fe").unwrap();
        let hard = filtered.spectrum().unwrap();
        assert!(hard.mean() > 1.3 * spectrum.mean(), "{} {}", hard.mean(), spectrum.mean());
    }

    /// Near the end-point only the electrons' full energy counts, so target and wall leave the shape alone.
    #[test]
    fn thin_target_is_softer_and_ends_alike() {
        let linac = Accelerator::linac(mev(7.5)).unwrap().spectrum().unwrap();
        let betatron = Accelerator::betatron(mev(7.5)).unwrap().spectrum().unwrap();
        assert!(betatron.mean() < linac.mean(), "{} {}", betatron.mean(), linac.mean());
        let tail = |s: &Spectrum| {
            let bins: Vec<_> = s.bins().collect();
            bins[149].1 / bins[120].1
        };
        assert!((tail(&betatron) / tail(&linac) - 1.0).abs() < 0.03, "{} {}", tail(&betatron), tail(&linac));
    }

    #[test]
    fn outside_the_range_is_an_error() {
        for end in [0.999, 20.001] {
            let error = Accelerator::linac(mev(end)).unwrap().spectrum().unwrap_err();
            assert_eq!(error.code(), Code::PhysicsRange);
        }
        let mut wall = Accelerator::linac(mev(6.0)).unwrap();
        wall.filters = Layer::read_all("90000 g/cm2 W").unwrap();
        assert_eq!(wall.spectrum().unwrap_err().code(), Code::PhysicsRange);
    }
}
