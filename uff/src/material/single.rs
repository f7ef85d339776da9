//! Areal density from one energy, under an assumption about the material.
//!
//! One attenuation does not say what a load is made of. If the material is taken as known, it says how much of it there
//! is; above 1 MeV a wrong assumption costs a few percent up to iron, below 300 keV it can cost a factor of ten.

use super::class::MaterialClass;
use super::flags::Flags;
use super::map::LineMut;
use super::noise::NoiseModel;
use crate::error::Result;
use crate::physics::Beam;
use crate::physics::Material;

/// Distance of two steps of the table in α.
const STEP: f64 = 0.05;

/// Areal density of one material by its attenuation.
#[derive(Debug)]
pub struct SingleEnergy {
    material: String,
    noise: NoiseModel,
    opaque: f64,
    /// λ in g/cm² and dλ/dα, by step of α.
    table: Vec<[f32; 2]>,
}

/// Areal density that one attenuation means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Amount {
    pub(super) lambda: f32,
    pub(super) sigma_lambda: f32,
    pub(super) flags: Flags,
}

impl SingleEnergy {
    /// Prepares the table for a beam and the material that a load is taken for.
    ///
    /// # Errors
    /// `physics.range`, which the checks on the beam already rule out.
    pub fn new(beam: &Beam, material: &Material, noise: NoiseModel) -> Result<Self> {
        let absorber = beam.absorber(material)?;
        let opaque = noise.opaque_alpha(8.0);
        let steps = (opaque / STEP).ceil() as usize + 2;
        let (mut lambda, mut table) = (0.0, Vec::with_capacity(steps));
        for step in 0..steps {
            let target = step as f64 * STEP;
            // Newton steps from the last α on; α grows with λ and is nearly straight.
            for _ in 0..20 {
                let (alpha, slope) = beam.alpha_and_slope(&absorber, lambda);
                if (alpha - target).abs() < 1e-9 {
                    break;
                }
                lambda += (target - alpha) / slope;
            }
            let slope = beam.alpha_and_slope(&absorber, lambda).1;
            table.push([lambda as f32, slope.recip() as f32]);
        }
        Ok(Self { material: material.name().to_owned(), noise, opaque, table })
    }

    /// Returns the name of the material that a load is taken for.
    pub fn material(&self) -> &str {
        &self.material
    }

    /// Returns the noise in force.
    pub fn noise(&self) -> &NoiseModel {
        &self.noise
    }

    /// Returns the α from which on nothing is measured.
    pub fn opaque(&self) -> f64 {
        self.opaque
    }

    /// Answers for a stretch of a row.
    pub(super) fn line(&self, alpha: &[f32], out: LineMut<'_>) {
        out.z.fill(0.0);
        out.class.fill(MaterialClass::Undecided.code());
        out.confidence.fill(0);
        for ((lambda, flags), alpha) in out.lambda.iter_mut().zip(out.flags).zip(alpha) {
            let amount = self.amount(*alpha, 1.0);
            (*lambda, *flags) = (amount.lambda, amount.flags.bits());
        }
    }

    /// Returns the areal density of an α; `gain` as in [`Inversion::solve`](super::Inversion::solve).
    pub(super) fn amount(&self, alpha: f32, gain: f32) -> Amount {
        if alpha.is_nan() {
            return Amount { lambda: f32::NAN, sigma_lambda: f32::NAN, flags: Flags::NO_DATA };
        }
        let (limit, flags) = match alpha >= self.opaque as f32 {
            true => (self.opaque as f32, Flags::OPAQUE),
            false => (alpha, Flags::ASSUMED),
        };
        let place = (limit / STEP as f32).max(0.0);
        let step = (place as usize).min(self.table.len() - 2);
        let share = (place - step as f32).min(1.0);
        let [lambda, per_alpha]: [f32; 2] =
            std::array::from_fn(|i| self.table[step][i] + share * (self.table[step + 1][i] - self.table[step][i]));
        let sigma = self.noise.sigma_alpha(f64::from(limit)) as f32 * gain.sqrt();
        let negative = if alpha < -4.0 * sigma { Flags::NEGATIVE } else { Flags::NONE };
        Amount { lambda, sigma_lambda: per_alpha * sigma, flags: flags | negative }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::ArealDensity;
    use crate::units::Energy;

    fn steel(kev: f64) -> (Beam, SingleEnergy) {
        let beam = Beam::usual(Energy::new(kev).unwrap()).unwrap();
        let noise = NoiseModel::new(1e-4, 1e-4).unwrap();
        let single = SingleEnergy::new(&beam, &Material::named("steel").unwrap(), noise).unwrap();
        (beam, single)
    }

    #[test]
    fn the_assumed_material_is_measured_exactly() {
        let (beam, single) = steel(6000.0);
        for lambda in [0.0, 7.0, 60.0, 150.0] {
            let slab = [(&Material::named("steel").unwrap(), ArealDensity::new(lambda).unwrap())];
            let found = single.amount(beam.alpha(&slab).unwrap() as f32, 1.0);
            assert!((f64::from(found.lambda) - lambda).abs() < 2e-3 * lambda + 1e-3, "{lambda}: {found:?}");
            assert_eq!(found.flags, Flags::ASSUMED);
        }
    }

    #[test]
    fn a_wrong_assumption_costs_what_the_physics_say() {
        // NIST, SRD 126: µ/ρ of water and iron at 2 MeV (the mean energy of a 6 MeV beam) are 0.0494 and 0.0426 cm²/g.
        let (beam, single) = steel(6000.0);
        let slab = [(&Material::named("water").unwrap(), ArealDensity::new(40.0).unwrap())];
        let found = f64::from(single.amount(beam.alpha(&slab).unwrap() as f32, 1.0).lambda);
        assert!((found / 40.0 - 0.0494 / 0.0426).abs() < 0.08, "{found}");
    }

    #[test]
    fn what_no_radiation_passes_is_a_lower_bound() {
        let (_, single) = steel(6000.0);
        let found = single.amount(f32::INFINITY, 1.0);
        assert_eq!(found.flags, Flags::OPAQUE);
        assert_eq!(found.lambda, single.amount(single.opaque as f32, 1.0).lambda);
        assert!(single.amount(f32::NAN, 1.0).lambda.is_nan());
        assert!(single.amount(-0.5, 1.0).flags.contains(Flags::NEGATIVE) && single.amount(-0.5, 1.0).lambda == 0.0);
    }
}
