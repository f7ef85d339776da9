//! X-ray tubes.

use super::element::Element;
use super::layer::Layer;
use super::spectrum::Spectrum;
use super::substance::Material;
use crate::error::{Code, Error, Result};
use crate::units::{ArealDensity, Energy, Millimetres};

/// K lines of tungsten in keV, each with its share of all of them (Kα₂, Kα₁, Kβ₁, Kβ₂).
const LINES: [(f64, f64); 4] = [(57.98, 0.29), (59.32, 0.50), (67.2, 0.16), (69.1, 0.05)];
/// K edge of tungsten, kV: below, the lines are not excited.
const K_EDGE: f64 = 69.5;

/// An X-ray tube with a tungsten target.
///
/// Continuum after Kramers (Phil. Mag. 46 (1923) 836) behind 12 µm of tungsten (self-absorption of the target), then
/// window and filters; K lines whose share of all photons grows as 0.11 (U/69.5 kV − 1)^1.1 up to 0.12 of the
/// continuum. Bins of 1 keV from 10 keV on; valid from 30 to 450 kV. Behind the filters of ISO 4037-1 (narrow series,
/// 40 to 400 kV) the mean energy is that of the standard within 3 %, the half-value layer within 6 %.
#[derive(Debug, Clone, PartialEq)]
pub struct Tube {
    /// Voltage, as the energy of its electrons.
    pub voltage: Energy,
    /// Window of the tube, 1 mm of aluminium where nothing else is known.
    pub window: Layer,
    /// Filters behind the window, from the source on.
    pub filters: Vec<Layer>,
}

impl Tube {
    /// Describes a tube with a window of 1 mm of aluminium and no further filter.
    ///
    /// # Errors
    /// None in practice; the range of the voltage is checked by [`Tube::spectrum`].
    pub fn new(voltage: Energy) -> Result<Self> {
        Ok(Self { voltage, window: Layer::of("aluminium", Millimetres::new(1.0)?)?, filters: Vec::new() })
    }

    /// Computes the spectrum.
    ///
    /// # Errors
    /// `physics.range` outside 30 to 450 kV, or when the filters leave nothing.
    pub fn spectrum(&self) -> Result<Spectrum> {
        let end = self.voltage.get();
        if !(30.0..=450.0).contains(&end) {
            return Err(Error::new(Code::PhysicsRange, "no tube spectrum at this voltage")
                .expected("30 to 450 kV")
                .found(self.voltage));
        }
        let mut energies = Vec::new();
        let mut kev = super::MIN_KEV + 0.5;
        while kev < end {
            energies.push(kev);
            kev += 1.0;
        }
        let photons = energies.iter().map(|e| end / e - 1.0).collect();
        let tungsten = Material::from_element(Element::new(74)?);
        let bare = Spectrum::from_kev(energies, photons)?.filtered(&tungsten, ArealDensity::new(0.0232)?)?;
        let mut spectrum = bare.behind(std::slice::from_ref(&self.window))?;
        if end > K_EDGE {
            let share = (0.11 * (end / K_EDGE - 1.0).powf(1.1)).min(0.12);
            spectrum.add_lines(&LINES, share);
        }
        spectrum.behind(&self.filters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Voltage, filters beside 4 mm of aluminium, mean energy in keV, first half-value layer in mm of copper, of the
    /// narrow series. Mean energies: ISO 4037-1:1996; half-value layers: as measured at NIST (ISO X-Ray Beam Quality
    /// Parameters, table VIII.6); both of 350 and 400 kV, which came later: SpekPy 2.5.4, model `kqp`, 20 degrees.
    const NARROW: [(f64, &str, f64, f64); 11] = [
        (40.0, "0.21 mm Cu", 33.0, 0.082),
        (60.0, "0.6 mm Cu", 48.0, 0.241),
        (80.0, "2 mm Cu", 65.0, 0.59),
        (100.0, "5 mm Cu", 83.0, 1.14),
        (120.0, "1 mm Sn + 5 mm Cu", 100.0, 1.76),
        (150.0, "2.5 mm Sn", 118.0, 2.41),
        (200.0, "1 mm Pb + 3 mm Sn + 2 mm Cu", 164.0, 4.09),
        (250.0, "3 mm Pb + 2 mm Sn", 208.0, 5.34),
        (300.0, "5 mm Pb + 3 mm Sn", 250.0, 6.17),
        (350.0, "7 mm Pb + 4.5 mm Sn", 288.1, 6.73),
        (400.0, "10 mm Pb + 6 mm Sn", 329.1, 7.34),
    ];

    #[test]
    fn filtered_tubes_are_those_of_the_standard() {
        let copper = Material::named("copper").unwrap();
        for (kv, filters, mean, half_value) in NARROW {
            let mut tube = Tube::new(Energy::new(kv).unwrap()).unwrap();
            tube.window = Layer::of("aluminium", Millimetres::new(4.0).unwrap()).unwrap();
            tube.filters = Layer::read_all(filters).unwrap();
            let spectrum = tube.spectrum().unwrap();
            let found = spectrum.half_value_layer(&copper).unwrap().get() / 0.896;
            eprintln!("{kv} kV: mean {:.1} keV for {mean}, {found:.3} mm Cu for {half_value}", spectrum.mean());
            assert!((spectrum.mean() / mean - 1.0).abs() < 0.03, "{kv} kV: mean {}", spectrum.mean());
            assert!((found / half_value - 1.0).abs() < 0.06, "{kv} kV: {found} mm Cu for {half_value}");
        }
    }

    #[test]
    fn outside_the_range_is_an_error() {
        for kv in [29.9, 450.1] {
            let error = Tube::new(Energy::new(kv).unwrap()).unwrap().spectrum().unwrap_err();
            assert_eq!(error.code(), Code::PhysicsRange);
        }
    }
}
