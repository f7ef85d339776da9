//! Polychromatic transmission of a pile of materials, fast enough for every ray of a picture.

use crate::error::Result;
use crate::physics::{Beam, Material};
use crate::units::Energy;

/// Largest relative difference of µ inside a group of bins, for every material of the scene.
///
/// Joining bins of a spread d changes α by less than (d α)² / 24, which is 2e-4 of α at α = 8; the picture's own noise
/// is a hundred times that.
const JOINED: f64 = 0.02;

/// A beam and what it sees of each material of a scene, in groups of bins that all materials weaken alike.
#[derive(Debug, Clone)]
pub(super) struct Attenuator {
    /// Share of each group in the signal.
    weights: Vec<f64>,
    /// µ/ρ per material and group, cm²/g.
    absorption: Vec<Vec<f64>>,
}

impl Attenuator {
    /// Prepares a beam for materials.
    ///
    /// # Errors
    /// `physics.range` when a bin lies outside the tables.
    pub(super) fn new(beam: &Beam, materials: &[Material]) -> Result<Self> {
        let correction = beam.correction();
        let mut attenuator = Self { weights: Vec::new(), absorption: vec![Vec::new(); materials.len()] };
        let mut group = Group::default();
        for (kev, weight) in beam.bins() {
            let energy = Energy::new(kev)?;
            let seen = |m: &Material| Ok(correction.total(&m.attenuation(energy)?));
            let bin = materials.iter().map(seen).collect::<Result<Vec<f64>>>()?;
            if !group.takes(&bin) {
                attenuator.close(&group);
                group = Group::default();
            }
            group.add(weight, bin);
        }
        attenuator.close(&group);
        Ok(attenuator)
    }

    fn close(&mut self, group: &Group) {
        let weight: f64 = group.bins.iter().map(|bin| bin.0).sum();
        self.weights.push(weight);
        for (material, absorption) in self.absorption.iter_mut().enumerate() {
            let weighted = group.bins.iter().map(|(w, bin)| w * bin.get(material).copied().unwrap_or_default());
            absorption.push(weighted.sum::<f64>() / weight);
        }
    }

    /// Returns the transmission through materials, each with its areal density in g/cm²; `depth` is a buffer.
    pub(super) fn transmission(&self, passed: &[(usize, f64)], depth: &mut Vec<f64>) -> f64 {
        if passed.is_empty() {
            return 1.0;
        }
        depth.clear();
        depth.resize(self.weights.len(), 0.0);
        for (material, areal_density) in passed {
            for (d, mu) in depth.iter_mut().zip(self.absorption.get(*material).into_iter().flatten()) {
                *d -= mu * areal_density;
            }
        }
        let mut lanes = [0.0; LANES];
        let (whole, rest) = (depth.chunks_exact(LANES), depth.chunks_exact(LANES).remainder());
        let weights = self.weights.chunks_exact(LANES);
        let tail: f64 = rest.iter().zip(weights.remainder()).map(|(d, w)| w * exp_of_negative(*d)).sum();
        for (d, w) in whole.zip(weights) {
            for ((lane, d), w) in lanes.iter_mut().zip(d).zip(w) {
                *lane += w * exp_of_negative(*d);
            }
        }
        lanes.iter().sum::<f64>() + tail
    }
}

/// Neighbouring bins: the share of each and its µ/ρ per material.
#[derive(Default)]
struct Group {
    bins: Vec<(f64, Vec<f64>)>,
}

impl Group {
    fn takes(&self, bin: &[f64]) -> bool {
        self.bins.iter().all(|(_, have)| have.iter().zip(bin).all(|(a, b)| (a - b).abs() <= JOINED * a.min(*b)))
    }

    fn add(&mut self, weight: f64, bin: Vec<f64>) {
        self.bins.push((weight, bin));
    }
}

/// Sums that the compiler may keep side by side.
const LANES: usize = 4;

/// Returns eˣ for x ≤ 0, relative error below 1e-14, and e⁻⁷⁰⁰ for anything less than −700.
///
/// It uses nothing but sums, products and shifts, so it gives the same bits on every machine, which a system's own
/// `exp` does not.
#[inline]
fn exp_of_negative(x: f64) -> f64 {
    /// Adding this leaves the nearest integer in the lowest bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = x.max(-700.0);
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = x - k * LN2_HIGH - k * LN2_LOW;
    // Taylor series to r¹², |r| ≤ ln 2 / 2.
    let mut sum = 1.0 / 479_001_600.0;
    for factor in [
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        sum = sum * r + factor;
    }
    sum * f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::ArealDensity;

    #[test]
    fn exponential_is_that_of_the_standard_library() {
        for step in 0..70_000 {
            let x = -f64::from(step) * 0.01;
            let relative = exp_of_negative(x) / x.exp() - 1.0;
            assert!(relative.abs() < 1e-14, "{x}: {relative}");
        }
        assert!(exp_of_negative(-1e9) < 1e-300);
        assert_eq!(exp_of_negative(0.0), 1.0);
    }

    #[test]
    fn piles_weaken_the_beam_as_the_physics_says() {
        let beam = Beam::accelerator(Energy::from_mev(6.0).unwrap()).unwrap();
        let materials = ["iron", "polyethylene", "lead"].map(|name| Material::named(name).unwrap());
        let attenuator = Attenuator::new(&beam, &materials).unwrap();
        let mut depth = Vec::new();
        for pile in [&[(0, 39.0)][..], &[(1, 60.0), (0, 8.0)], &[(2, 150.0)], &[(0, 10.0), (1, 10.0), (2, 10.0)]] {
            let layers: Vec<_> = pile.iter().map(|(m, l)| (&materials[*m], ArealDensity::new(*l).unwrap())).collect();
            let alpha = -attenuator.transmission(pile, &mut depth).ln();
            let expected = beam.alpha(&layers).unwrap();
            assert!((alpha / expected - 1.0).abs() < 1e-4, "{pile:?}: {alpha} against {expected}");
        }
        assert_eq!(attenuator.transmission(&[], &mut depth), 1.0);
    }
}
