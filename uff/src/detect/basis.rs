//! Decomposition of an attenuation pair into organic matter and iron.
//!
//! Whatever lies in the beam weakens both energies as some pair of areal densities of cellulose and iron does (Alvarez &
//! Macovski, Phys. Med. Biol. 21, 1976). Unlike an effective atomic number the two add up along the ray, so that what an
//! object adds to its surroundings can be read as a difference. Iron stands for metals; light metals and minerals share
//! themselves between the two, lead appears as more iron than its mass.

use crate::error::Result;
use crate::material::RowBeams;
use crate::physics::{Absorber, Beam, Material};

/// Shares of iron in the mass, for which the table holds pairs. Beyond, where noise leads, the line through the last two is
/// continued: less than nothing of a material has no beam, as the softest photons would grow without bound.
const SHARES: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];
/// Step of the table in α_H.
const STEP: f64 = 0.1;

/// Table for a view.
#[derive(Debug)]
pub(super) struct Basis {
    /// First row and table, ascending.
    tables: Vec<(usize, Table)>,
}

/// Areal densities, g/cm².
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Parts {
    pub(super) organic: f32,
    pub(super) metal: f32,
}

/// Per step of α_H and share of iron: α_L − α_H and the areal density of both.
#[derive(Debug)]
struct Table(Vec<[(f32, f32); SHARES.len()]>);

impl Basis {
    /// Prepares the tables up to an α_H.
    ///
    /// # Errors
    /// `physics.range` when a beam lies outside the attenuation tables.
    pub(super) fn new(beams: &[RowBeams], opaque: f64) -> Result<Self> {
        let tables = beams.iter().map(|pair| Ok((pair.first_row, Table::new(&pair.high, &pair.low, opaque)?)));
        Ok(Self { tables: tables.collect::<Result<_>>()? })
    }

    /// Splits a pair measured at a row; none where nothing attenuates.
    pub(super) fn split(&self, row: usize, high: f32, low: f32) -> Option<Parts> {
        let next = self.tables.partition_point(|(first, _)| *first <= row);
        let (_, table) = self.tables.get(next.saturating_sub(1))?;
        table.split(high, low)
    }
}

impl Table {
    fn new(high: &Beam, low: &Beam, opaque: f64) -> Result<Self> {
        let (cellulose, iron) = (Material::named("cellulose")?, Material::named("iron")?);
        let of = |beam: &Beam| Ok([beam.absorber(&cellulose)?, beam.absorber(&iron)?]);
        let (in_high, in_low): ([Absorber; 2], [Absorber; 2]) = (of(high)?, of(low)?);
        let alpha = |beam: &Beam, of: &[Absorber; 2], lambda: f64, share: f64| {
            -beam.transmission_through(&[(&of[0], lambda * (1.0 - share)), (&of[1], lambda * share)]).ln()
        };
        let steps = (opaque / STEP).ceil() as usize + 2;
        let mut table = vec![[(0.0, 0.0); SHARES.len()]; steps];
        for (k, share) in SHARES.into_iter().enumerate() {
            let mut lambda = 1.0;
            for (step, line) in table.iter_mut().enumerate().skip(1) {
                let target = step as f64 * STEP;
                // Newton's method from the step before; α is nearly proportional to λ.
                lambda *= if step > 1 { step as f64 / (step - 1) as f64 } else { 1.0 };
                for _ in 0..6 {
                    let here = alpha(high, &in_high, lambda, share);
                    let slope = (alpha(high, &in_high, lambda * 1.001, share) - here) / (0.001 * lambda);
                    lambda += (target - here) / slope;
                }
                line[k] = ((alpha(low, &in_low, lambda, share) - target) as f32, lambda as f32);
            }
        }
        Ok(Self(table))
    }

    fn split(&self, high: f32, low: f32) -> Option<Parts> {
        let place = high / STEP as f32;
        if !(place > 0.0 && low.is_finite()) {
            return None;
        }
        // Below the first step the pair is stretched up to it.
        let stretch = (1.0 / place).max(1.0);
        let (place, difference) = (place * stretch, (low - high) * stretch);
        let step = (place as usize).min(self.0.len().checked_sub(2)?);
        let (line, next) = (&self.0[step], &self.0[step + 1]);
        let t = place - step as f32;
        let at = |k: usize| (line[k].0 + t * (next[k].0 - line[k].0), line[k].1 + t * (next[k].1 - line[k].1));
        // The differences fall with the share of iron above 1 MeV and rise with it below.
        let falling = at(SHARES.len() - 1).0 < at(0).0;
        let beyond = |k: usize| (at(k).0 < difference) == falling;
        let k = (1..SHARES.len() - 1).find(|k| beyond(*k)).unwrap_or(SHARES.len() - 1);
        let ((d0, l0), (d1, l1)) = (at(k - 1), at(k));
        let along = if d1 == d0 { 0.0 } else { ((difference - d0) / (d1 - d0)).clamp(-4.0, 5.0) };
        let share = SHARES[k - 1] as f32 + along * (SHARES[k] - SHARES[k - 1]) as f32;
        let lambda = (l0 + along * (l1 - l0)) / stretch;
        let parts = Parts { organic: lambda * (1.0 - share), metal: lambda * share };
        (parts.organic.is_finite() && parts.metal.is_finite()).then_some(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{ArealDensity, Energy};

    fn beams() -> (Beam, Beam) {
        let beam = |kev| Beam::accelerator(Energy::new(kev).unwrap()).unwrap();
        (beam(6000.0), beam(4000.0))
    }

    #[test]
    fn layers_of_both_are_told_apart() {
        let (high, low) = beams();
        let basis = Basis::new(&[RowBeams { first_row: 0, high: high.clone(), low: low.clone() }], 8.0).unwrap();
        let (cellulose, iron) = (Material::named("cellulose").unwrap(), Material::named("iron").unwrap());
        for (organic, metal) in [(60.0, 0.0), (0.0, 60.0), (40.0, 20.0), (10.0, 90.0), (2.0, 0.5)] {
            let density = |v| ArealDensity::new(v).unwrap();
            let layers = [(&cellulose, density(organic)), (&iron, density(metal))];
            let pair = (high.alpha(&layers).unwrap() as f32, low.alpha(&layers).unwrap() as f32);
            let found = basis.split(3, pair.0, pair.1).unwrap();
            assert!((f64::from(found.organic) - organic).abs() < 0.5, "{organic} {metal}: {found:?}");
            assert!((f64::from(found.metal) - metal).abs() < 0.5, "{organic} {metal}: {found:?}");
        }
        assert_eq!(basis.split(0, 0.0, 0.1), None);
        assert_eq!(basis.split(0, 1.0, f32::INFINITY), None);
        assert_eq!(basis.split(0, f32::NAN, 1.0), None);
    }
}
