//! From attenuation to areal density when the material is known or assumed.

use crate::error::Result;
use crate::physics::{Beam, Material};

/// Distance of two entries of a table in α.
const STEP: f32 = 0.01;
/// Largest α that a table reaches; nothing is measured beyond.
const CEILING: f32 = 9.0;
/// Mass attenuation taken for a scan whose energy is not known, cm²/g: matter between 2 and 3 MeV.
const NOMINAL: f32 = 0.042;
/// End-point energy in keV below which the effective atomic number is that of tubes.
const KILOVOLT: f64 = 1000.0;

/// Areal densities of one beam: λ at an attenuation α for four materials between which Z is interpolated.
///
/// Cellulose, aluminium and iron span the atomic numbers at which cargo differs; the last is lead for accelerators and
/// molybdenum for tubes, beyond which the K edge folds the scale.
#[derive(Debug)]
pub(super) struct Thickness {
    /// Atomic number and λ per step of α, by material.
    columns: Vec<(f32, Vec<f32>)>,
}

impl Thickness {
    /// Tabulates a beam; without one every material weakens alike by a nominal 0.042 cm²/g.
    ///
    /// # Errors
    /// `physics.range`, which the checks on the beam already rule out.
    pub(super) fn new(beam: Option<&Beam>) -> Result<Self> {
        let Some(beam) = beam else {
            return Ok(Self { columns: vec![(1.0, entries().map(|alpha| alpha / NOMINAL).collect())] });
        };
        let tube = beam.nominal().get() < KILOVOLT;
        let formulas = if tube { ["C6H10O5", "Al", "Fe", "Mo"] } else { ["C6H10O5", "Al", "Fe", "Pb"] };
        let column = |formula: &str| -> Result<(f32, Vec<f32>)> {
            let material = Material::from_formula(formula)?;
            let z = if tube { material.effective_z_power() } else { material.effective_z_megavolt() };
            let absorber = beam.absorber(&material)?;
            let mut lambda = 0.0;
            let follow = |target: f32| {
                for _ in 0..20 {
                    let (alpha, slope) = beam.alpha_and_slope(&absorber, lambda);
                    lambda += (f64::from(target) - alpha) / slope;
                    if (f64::from(target) - alpha).abs() < 1e-7 {
                        break;
                    }
                }
                lambda as f32
            };
            Ok((z as f32, entries().map(follow).collect()))
        };
        Ok(Self { columns: formulas.into_iter().map(column).collect::<Result<_>>()? })
    }

    /// Returns λ in g/cm² and dλ/dα at an attenuation for an atomic number. Below α = 0 the line through 0 goes on, so
    /// that noise in air stays even; beyond the ceiling λ stays.
    pub(super) fn at(&self, alpha: f32, z: f32) -> (f32, f32) {
        let place = (alpha / STEP).clamp(0.0, CEILING / STEP - 1e-3);
        let index = place as usize;
        let beyond = (alpha / STEP).min(CEILING / STEP) - index as f32;
        let of = |table: &[f32]| {
            let (low, high) = (table.get(index).copied(), table.get(index + 1).copied());
            let (low, high) = (low.unwrap_or_default(), high.unwrap_or_default());
            (low + beyond * (high - low), (high - low) / STEP)
        };
        let after = self.columns.partition_point(|(node, _)| *node <= z);
        let pair = (after.checked_sub(1).and_then(|i| self.columns.get(i)), self.columns.get(after));
        match pair {
            (Some((z0, left)), Some((z1, right))) => {
                let share = (z - z0) / (z1 - z0);
                let ((a, slope_a), (b, slope_b)) = (of(left), of(right));
                (a + share * (b - a), slope_a + share * (slope_b - slope_a))
            }
            (Some((_, only)), None) | (None, Some((_, only))) => of(only),
            (None, None) => (0.0, 0.0),
        }
    }
}

/// The attenuations of the entries of a table.
fn entries() -> impl Iterator<Item = f32> {
    (0..=(CEILING / STEP).round() as u32).map(|i| i as f32 * STEP)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{ArealDensity, Energy};

    #[test]
    fn areal_densities_come_back() {
        for (mev, name, z) in [(6.0, "iron", 26.0), (9.0, "aluminium", 13.0), (6.0, "lead", 82.0)] {
            let beam = Beam::accelerator(Energy::from_mev(mev).unwrap()).unwrap();
            let thickness = Thickness::new(Some(&beam)).unwrap();
            let material = Material::named(name).unwrap();
            for lambda in [0.5, 7.0, 60.0] {
                let alpha = beam.alpha(&[(&material, ArealDensity::new(lambda).unwrap())]).unwrap();
                let (found, _) = thickness.at(alpha as f32, z);
                assert!((f64::from(found) / lambda - 1.0).abs() < 2e-3, "{name} {lambda}: {found}");
            }
        }
    }

    #[test]
    fn noise_in_air_stays_even_and_thick_parts_stay_at_the_ceiling() {
        let beam = Beam::accelerator(Energy::from_mev(6.0).unwrap()).unwrap();
        for thickness in [Thickness::new(Some(&beam)).unwrap(), Thickness::new(None).unwrap()] {
            let (plus, slope) = thickness.at(0.01, 13.0);
            assert!((thickness.at(-0.01, 13.0).0 + plus).abs() < 1e-4 && slope > 10.0);
            assert_eq!(thickness.at(50.0, 13.0).0, thickness.at(f32::INFINITY, 13.0).0);
        }
    }
}
