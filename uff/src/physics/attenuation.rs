//! Mass attenuation by process.

use std::ops::{Add, Mul};

/// Number of quantities an [`Attenuation`] holds.
pub(super) const COLUMNS: usize = 5;

/// Mass attenuation coefficients µ/ρ of a material at one energy by process, cm²/g.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Attenuation {
    /// Coherent (Rayleigh) scatter.
    pub coherent: f64,
    /// Incoherent (Compton) scatter.
    pub incoherent: f64,
    /// Photoelectric absorption.
    pub photoelectric: f64,
    /// Pair production in the field of nucleus and electrons.
    pub pair: f64,
    /// Mass energy absorption µ_en/ρ: no part of the total, but what a detector sees of it.
    pub absorbed: f64,
}

impl Attenuation {
    /// Index of [`Attenuation::pair`] in the columns of the table.
    pub(super) const PAIR: usize = 3;

    pub(super) fn from_columns([coherent, incoherent, photoelectric, pair, absorbed]: [f64; COLUMNS]) -> Self {
        Self { coherent, incoherent, photoelectric, pair, absorbed }
    }

    /// Returns the total attenuation, coherent scatter included, cm²/g.
    pub fn total(&self) -> f64 {
        self.coherent + self.incoherent + self.photoelectric + self.pair
    }
}

impl Add for Attenuation {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            coherent: self.coherent + other.coherent,
            incoherent: self.incoherent + other.incoherent,
            photoelectric: self.photoelectric + other.photoelectric,
            pair: self.pair + other.pair,
            absorbed: self.absorbed + other.absorbed,
        }
    }
}

impl Mul<f64> for Attenuation {
    type Output = Self;
    fn mul(self, share: f64) -> Self {
        Self {
            coherent: self.coherent * share,
            incoherent: self.incoherent * share,
            photoelectric: self.photoelectric * share,
            pair: self.pair * share,
            absorbed: self.absorbed * share,
        }
    }
}
