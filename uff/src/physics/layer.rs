//! Layers of matter in a beam: windows, filters, the fronts of detectors.

use super::catalogue::KnownMaterial;
use super::substance::Material;
use crate::error::{Code, Error, Result};
use crate::units::{ArealDensity, Energy, Millimetres};

/// Longest description accepted, in bytes.
const MAX_LENGTH: usize = 200;

/// A homogeneous layer across the ray.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Material.
    pub material: Material,
    /// Thickness along the ray.
    pub areal_density: ArealDensity,
}

impl Layer {
    /// Creates a layer of a known material, named or by its formula as in `Al`, with the density of the catalogue.
    ///
    /// # Errors
    /// `physics.range` when the catalogue has neither, `input.value` for a negative thickness.
    pub fn of(material: &str, thickness: Millimetres) -> Result<Self> {
        let known = KnownMaterial::find(material).map_or_else(|| Material::named(material), KnownMaterial::material)?;
        let density = known.density().unwrap_or(f64::NAN);
        Ok(Self { material: known, areal_density: ArealDensity::new(thickness.get() / 10.0 * density)? })
    }

    /// Reads layers as people write them: `3 mm W`, `4 mm Al + 0.2 mm Cu`, `tungsten 1.5 mm`; thicknesses in µm, mm, cm
    /// or g/cm2, layers parted by `+`, `;` or a comma and a blank, materials by name or formula of the catalogue.
    ///
    /// # Errors
    /// `input.value` when the text does not say that.
    pub fn read_all(text: &str) -> Result<Vec<Self>> {
        let wrong = |what: &str| {
            let shown: String = text.chars().take(60).collect();
            Error::new(Code::InputValue, format!("not a list of layers: {what}"))
                .expected("thickness, unit and material, such as 4 mm Al + 0.2 mm Cu")
                .found(format!("{shown:?}"))
        };
        if text.len() > MAX_LENGTH {
            return Err(wrong("it is too long"));
        }
        let parts = text.split(['+', ';']).flat_map(|part| part.split(", "));
        parts.map(|part| Self::read(part).ok_or_else(|| wrong(part.trim()))).collect()
    }

    fn read(text: &str) -> Option<Self> {
        let start = text.find(|c: char| c.is_ascii_digit())?;
        // A digit inside a word belongs to a name or formula.
        let before = text.get(..start)?;
        if before.chars().next_back().is_some_and(|c| !c.is_whitespace()) {
            return None;
        }
        let rest = text.get(start..)?;
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let (number, rest) = rest.split_at_checked(end)?;
        let value: f64 = number.parse().ok()?;
        let rest = rest.trim_start();
        let unit = rest.split_whitespace().next()?;
        let after = rest.get(unit.len()..)?;
        let name = match (before.trim(), after.trim()) {
            (name, "") | ("", name) => name,
            _ => return None,
        };
        let known = KnownMaterial::find(name).or_else(|| KnownMaterial::find(&name.to_lowercase()))?;
        let millimetres = match unit {
            "µm" | "um" => value / 1e3,
            "mm" => value,
            "cm" => value * 10.0,
            "g/cm2" | "g/cm²" => {
                let areal_density = ArealDensity::new(value).ok()?;
                return Some(Self { material: known.material().ok()?, areal_density });
            }
            _ => return None,
        };
        Self::of(known.name(), Millimetres::new(millimetres).ok()?).ok()
    }

    /// Returns the share of photons of an energy that pass.
    ///
    /// # Errors
    /// `physics.range` when the energy lies outside 10 keV to 20 MeV.
    pub fn transmission(&self, energy: Energy) -> Result<f64> {
        Ok((-self.material.attenuation(energy)?.total() * self.areal_density.get()).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, f64)> {
        let layers = Layer::read_all(text).unwrap();
        let shown = |l: Layer| (l.material.name().to_owned(), (l.areal_density.get() * 1e4).round() / 1e4);
        layers.into_iter().map(shown).collect()
    }

    #[test]
    fn layers_are_read_as_people_write_them() {
        assert_eq!(read("3 mm W"), [("tungsten".to_owned(), 5.79)]);
        let two = [("aluminium".to_owned(), 1.0796), ("copper".to_owned(), 0.1792)];
        assert_eq!(read("4 mm Al + 0.2 mm Cu"), two);
        assert_eq!(read("Aluminium 0.4 cm; 200 µm copper"), two);
        assert_eq!(read("4 mm Al, 0.2 mm Cu"), two);
        assert_eq!(read("5mm lead"), [("lead".to_owned(), 5.675)]);
        assert_eq!(read("0.1 g/cm2 Gd2O2S"), [("gadolinium-oxysulfide".to_owned(), 0.1)]);
    }

    #[test]
    fn anything_else_is_refused() {
        let long = "1 mm Al + ".repeat(30);
        for text in [
            "",
            "Al",
            "3 W",
            "3 mm",
            "mm Al",
            "3 mm unobtainium",
            "3 mm Al 2",
            "1..2 mm Al",
            "0,2 mm Cu",
            "3 mm Al +",
            &long,
        ] {
            assert_eq!(Layer::read_all(text).unwrap_err().code(), Code::InputValue, "{text:?}");
        }
        assert!(Layer::of("Al", Millimetres::new(-1.0).unwrap()).is_err());
        assert_eq!(Layer::of("Xx", Millimetres::new(1.0).unwrap()).unwrap_err().code(), Code::PhysicsRange);
    }

    #[test]
    fn half_value_layer_lets_half_pass() {
        // NIST, SRD 126: copper at 100 keV, µ/ρ 0.4584 cm²/g, so 0.1687 cm halve the beam.
        let layer = Layer::of("copper", Millimetres::new(1.687).unwrap()).unwrap();
        let passing = layer.transmission(Energy::new(100.0).unwrap()).unwrap();
        assert!((passing - 0.5).abs() < 2e-3, "{passing}");
    }
}
