//! Response of the detectors: mean signal per photon.

use super::layer::Layer;
use crate::error::Result;
use crate::units::{ArealDensity, Energy, Millimetres};

/// Mean signal a photon leaves in a detector, as a function of its energy.
#[derive(Debug, Clone, PartialEq)]
pub enum Detector {
    /// A scintillator that gives light in proportion to the energy it absorbs:
    /// D(E) = E (1 − exp(−µ t)) µ_en / µ. Scatter into and out of neighbouring elements is left out.
    Scintillator(Layer),
    /// A layer of a sandwich that is not the first: as a scintillator, behind other layers and filters.
    Behind {
        /// Layers in front, from the source on.
        front: Vec<Layer>,
        /// The layer that is read.
        layer: Box<Detector>,
    },
    /// The energy itself: an ideal calorimeter.
    Calorimeter,
    /// One count per photon: an ideal counter.
    Counter,
}

impl Detector {
    /// Returns a detector of cadmium tungstate; scanners of accelerators mostly have 30 mm.
    ///
    /// # Errors
    /// `input.value` for a negative thickness.
    pub fn cadmium_tungstate(thickness: Millimetres) -> Result<Self> {
        Layer::of("cadmium-tungstate", thickness).map(Self::Scintillator)
    }

    /// Returns a detector of caesium iodide; the rear layers of tube scanners mostly have 4 mm.
    ///
    /// # Errors
    /// `input.value` for a negative thickness.
    pub fn caesium_iodide(thickness: Millimetres) -> Result<Self> {
        Layer::of("caesium-iodide", thickness).map(Self::Scintillator)
    }

    /// Returns a screen of gadolinium oxysulphide of the given mass per area, phosphor alone; the front layers of tube
    /// scanners mostly have 0.1 g/cm².
    ///
    /// # Errors
    /// None in practice; the material is a known one.
    pub fn gadolinium_oxysulfide(areal_density: ArealDensity) -> Result<Self> {
        let layer = Layer::of("gadolinium-oxysulfide", Millimetres::new(0.0)?)?;
        Ok(Self::Scintillator(Layer { areal_density, ..layer }))
    }

    /// Returns the two detectors, rear then front, of a sandwich: both scintillators are read, the filter is between.
    pub fn sandwich(front: Layer, filter: Vec<Layer>, rear: Layer) -> (Self, Self) {
        let before = std::iter::once(front.clone()).chain(filter).collect();
        (Self::Behind { front: before, layer: Box::new(Self::Scintillator(rear)) }, Self::Scintillator(front))
    }

    /// Returns the two detectors, rear (high energy) then front (low energy), of the usual sandwich of tube scanners:
    /// 0.1 g/cm² of Gd₂O₂S, 0.6 mm of copper, 4 mm of CsI.
    ///
    /// # Errors
    /// None in practice; the materials are known ones.
    pub fn tube_sandwich() -> Result<(Self, Self)> {
        let front = Layer { areal_density: ArealDensity::new(0.1)?, ..Layer::of("Gd2O2S", Millimetres::new(0.0)?)? };
        let filter = vec![Layer::of("copper", Millimetres::new(0.6)?)?];
        Ok(Self::sandwich(front, filter, Layer::of("caesium-iodide", Millimetres::new(4.0)?)?))
    }

    /// Returns the two detectors, rear (high energy) then front (low energy), of a sandwich for accelerators: 5 mm of
    /// CdWO₄, 10 mm of copper, 30 mm of CdWO₄. Vendors differ; calibration points absorb the difference.
    ///
    /// # Errors
    /// None in practice; the materials are known ones.
    pub fn accelerator_sandwich() -> Result<(Self, Self)> {
        let crystal = |thickness| Layer::of("cadmium-tungstate", Millimetres::new(thickness)?);
        Ok(Self::sandwich(crystal(5.0)?, vec![Layer::of("copper", Millimetres::new(10.0)?)?], crystal(30.0)?))
    }

    /// Returns the mean signal of one photon, in keV (in counts for [`Detector::Counter`]).
    ///
    /// # Errors
    /// `physics.range` when the energy lies outside 10 keV to 20 MeV.
    pub fn response(&self, energy: Energy) -> Result<f64> {
        Ok(match self {
            Self::Scintillator(layer) => {
                let a = layer.material.attenuation(energy)?;
                energy.get() * -(-a.total() * layer.areal_density.get()).exp_m1() * a.absorbed / a.total()
            }
            Self::Behind { front, layer } => {
                let mut passing = 1.0;
                for layer in front {
                    passing *= layer.transmission(energy)?;
                }
                passing * layer.response(energy)?
            }
            Self::Calorimeter => energy.get(),
            Self::Counter => 1.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn mm(value: f64) -> Millimetres {
        Millimetres::new(value).unwrap()
    }

    fn response(detector: &Detector, kev: f64) -> f64 {
        detector.response(Energy::new(kev).unwrap()).unwrap()
    }

    #[test]
    fn thin_layer_absorbs_in_proportion_to_its_thickness() {
        let layer = Layer::of("cadmium-tungstate", mm(1e-3)).unwrap();
        let absorbed = layer.material.attenuation(Energy::new(1000.0).unwrap()).unwrap().absorbed;
        let thin = absorbed * layer.areal_density.get();
        assert!((response(&Detector::Scintillator(layer), 1000.0) / (1000.0 * thin) - 1.0).abs() < 1e-4);
        assert!(response(&Detector::cadmium_tungstate(mm(30.0)).unwrap(), 1000.0) < 1000.0);
    }

    /// The same formula with the cross sections of xraylib 4.3.0 (`CS_Total_CP`, `CS_Energy`) at 30, 60, 100 and 160 keV,
    /// in keV.
    #[test]
    fn responses_agree_with_xraylib() {
        let screen = Detector::gadolinium_oxysulfide(ArealDensity::new(0.1).unwrap()).unwrap();
        let cases = [
            (Detector::caesium_iodide(mm(4.0)).unwrap(), [26.656, 34.722, 66.516, 72.53]),
            (screen, [19.146, 15.073, 13.560, 7.931]),
            (Detector::cadmium_tungstate(mm(30.0)).unwrap(), [19.406, 44.446, 51.140, 96.036]),
        ];
        for (detector, values) in cases {
            for (kev, value) in [30.0, 60.0, 100.0, 160.0].into_iter().zip(values) {
                let found = response(&detector, kev);
                assert!((found / value - 1.0).abs() < 0.03, "{detector:?}, {kev} keV: {found} for {value}");
            }
        }
    }

    #[test]
    fn rear_layers_see_less_of_the_soft_photons() {
        for ((rear, front), soft, hard) in [
            (Detector::tube_sandwich().unwrap(), 40.0, 120.0),
            (Detector::accelerator_sandwich().unwrap(), 200.0, 3000.0),
        ] {
            let share = |kev| response(&rear, kev) / response(&front, kev);
            assert!(share(hard) > 5.0 * share(soft), "{} {}", share(hard), share(soft));
        }
    }

    #[test]
    fn outside_the_range_is_an_error() {
        let (rear, front) = Detector::tube_sandwich().unwrap();
        for detector in [rear, front, Detector::cadmium_tungstate(mm(30.0)).unwrap()] {
            for kev in [9.9, 20_001.0] {
                assert_eq!(detector.response(Energy::new(kev).unwrap()).unwrap_err().code(), Code::PhysicsRange);
            }
        }
        assert_eq!(Detector::caesium_iodide(mm(-1.0)).unwrap_err().code(), Code::InputValue);
    }
}
