//! Response of the detectors: mean signal per photon.

use super::substance::Material;
use crate::error::Result;
use crate::units::{ArealDensity, Energy};

/// Mean signal a photon leaves in a detector, as a function of its energy.
#[derive(Debug, Clone, PartialEq)]
pub enum Detector {
    /// A scintillator that gives light in proportion to the energy it absorbs:
    /// D(E) = E (1 − exp(−µ t)) µ_en / µ. Scatter into and out of neighbouring elements is left out.
    Scintillator {
        /// Material.
        material: Material,
        /// Thickness along the ray.
        thickness: ArealDensity,
    },
    /// Rear layer of a sandwich: as a scintillator, behind another layer and a filter.
    Behind {
        /// Layers in front, from the source on.
        front: Vec<(Material, ArealDensity)>,
        /// The layer that is read.
        layer: Box<Detector>,
    },
    /// The energy itself: an ideal calorimeter.
    Calorimeter,
    /// One count per photon: an ideal counter.
    Counter,
}

impl Detector {
    /// Returns the usual detector of accelerator scanners: 30 mm of CdWO₄.
    ///
    /// # Errors
    /// None in practice; the material is a known one.
    pub fn cadmium_tungstate() -> Result<Self> {
        let material = Material::named("cadmium-tungstate")?;
        Ok(Self::Scintillator { material, thickness: ArealDensity::new(3.0 * 7.9)? })
    }

    /// Returns the low-energy (front) layer of a tube scanner's sandwich: 0.1 g/cm² of Gd₂O₂S.
    ///
    /// # Errors
    /// None in practice; the material is a known one.
    pub fn sandwich_front() -> Result<Self> {
        let material = Material::named("gadolinium-oxysulfide")?;
        Ok(Self::Scintillator { material, thickness: ArealDensity::new(0.1)? })
    }

    /// Returns the high-energy (rear) layer of a tube scanner's sandwich: 4 mm of CsI behind the front layer and
    /// 0.6 mm of copper.
    ///
    /// # Errors
    /// None in practice; the materials are known ones.
    pub fn sandwich_rear() -> Result<Self> {
        let front = vec![
            (Material::named("gadolinium-oxysulfide")?, ArealDensity::new(0.1)?),
            (Material::named("copper")?, ArealDensity::new(0.06 * 8.96)?),
        ];
        let layer = Self::Scintillator {
            material: Material::named("caesium-iodide")?,
            thickness: ArealDensity::new(0.4 * 4.51)?,
        };
        Ok(Self::Behind { front, layer: Box::new(layer) })
    }

    /// Returns the mean signal of one photon, in keV (in counts for [`Detector::Counter`]).
    ///
    /// # Errors
    /// `physics.range` when the energy lies outside 10 keV to 20 MeV.
    pub fn response(&self, energy: Energy) -> Result<f64> {
        Ok(match self {
            Self::Scintillator { material, thickness } => {
                let a = material.attenuation(energy)?;
                energy.get() * -(-a.total() * thickness.get()).exp_m1() * a.absorbed / a.total()
            }
            Self::Behind { front, layer } => {
                let mut depth = 0.0;
                for (material, thickness) in front {
                    depth += material.attenuation(energy)?.total() * thickness.get();
                }
                (-depth).exp() * layer.response(energy)?
            }
            Self::Calorimeter => energy.get(),
            Self::Counter => 1.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thin_layer_absorbs_in_proportion_to_its_thickness() {
        let energy = Energy::new(1000.0).unwrap();
        let material = Material::named("cadmium-tungstate").unwrap();
        let layer = |t| Detector::Scintillator { material: material.clone(), thickness: ArealDensity::new(t).unwrap() };
        let absorbed = material.attenuation(energy).unwrap().absorbed;
        assert!((layer(1e-4).response(energy).unwrap() / (1000.0 * absorbed * 1e-4) - 1.0).abs() < 1e-4);
        assert!(layer(23.7).response(energy).unwrap() < 1000.0);
    }

    #[test]
    fn rear_layer_sees_less_of_the_soft_photons() {
        let share = |kev: f64| {
            let e = Energy::new(kev).unwrap();
            Detector::sandwich_rear().unwrap().response(e).unwrap()
                / Detector::sandwich_front().unwrap().response(e).unwrap()
        };
        assert!(share(120.0) > 5.0 * share(40.0), "{} {}", share(120.0), share(40.0));
    }
}
