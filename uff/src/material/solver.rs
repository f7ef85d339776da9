//! What turns attenuation into matter: two energies, or one and an assumption.

use ndarray::ArrayView2;
use rayon::prelude::*;

use super::class::MaterialClass;
use super::flags::Flags;
use super::inversion::Inversion;
use super::inversion::Solution;
use super::map::MaterialMap;
use super::rows::bands_mut;
use super::rows::line;
use super::single::SingleEnergy;
use super::uncertainty::Uncertainty;
use crate::error::Result;
use crate::model::Region;

/// Way from attenuation to material.
#[derive(Debug)]
pub enum Solver {
    /// Two energies: atomic number, areal density and class.
    Pair(Box<Inversion>),
    /// One energy: the areal density of an assumed material.
    Single(SingleEnergy),
}

impl Solver {
    /// Returns the number of pixels around a tile that its result depends on.
    pub fn halo(&self) -> usize {
        match self {
            Self::Pair(inversion) => inversion.halo(),
            Self::Single(_) => 0,
        }
    }

    /// Analyses the part `inner` of images of α whose first row is row `first_row` of the view; what lies around is what
    /// smoothing reaches. A single energy looks at `high` alone.
    ///
    /// # Errors
    /// `uff.inconsistent` when the shapes differ.
    pub(super) fn analyze(
        &self,
        (high, low): (&ArrayView2<'_, f32>, &ArrayView2<'_, f32>),
        first_row: usize,
        inner: &Region,
        map: &mut MaterialMap,
    ) -> Result<()> {
        let single = match self {
            Self::Pair(inversion) => return inversion.analyze_part((high, low), first_row, inner, map),
            Self::Single(single) => single,
        };
        map.resize((inner.rows, inner.columns));
        map.bands_mut(1).enumerate().for_each(|(row, mut out)| {
            let alpha = line(high, inner.row + row);
            let part = alpha.get(inner.column..inner.column + inner.columns).unwrap_or_default();
            single.line(part, out.line(0, &(0..inner.columns)));
        });
        Ok(())
    }

    /// Returns how sure the analysis of a pair of images of α is of each pixel; the first row is row `first_row` of the view.
    ///
    /// # Errors
    /// `uff.inconsistent` when the shapes differ.
    pub fn uncertainty(
        &self,
        high: &ArrayView2<'_, f32>,
        low: &ArrayView2<'_, f32>,
        first_row: usize,
    ) -> Result<Uncertainty> {
        match self {
            Self::Pair(inversion) => inversion.uncertainty(high, low, first_row),
            Self::Single(single) => {
                let mut all = Uncertainty::unknown(high.dim());
                let sigma = |alpha: &f32| match single.amount(*alpha, 1.0) {
                    amount if amount.flags.contains(Flags::OPAQUE) => f32::NAN,
                    amount => amount.sigma_lambda,
                };
                bands_mut(&mut all.lambda, 1).enumerate().for_each(|(row, out)| {
                    out.iter_mut().zip(high.row(row)).for_each(|(out, alpha)| *out = sigma(alpha));
                });
                Ok(all)
            }
        }
    }

    /// Solves one pair measured at a row; `gain` as in [`Inversion::solve`].
    pub fn solve(&self, alpha_high: f64, alpha_low: f64, gain: f64, row: usize) -> Solution {
        let single = match self {
            Self::Pair(inversion) => return inversion.solve(alpha_high, alpha_low, gain, row),
            Self::Single(single) => single,
        };
        let amount = single.amount(alpha_high as f32, gain as f32);
        Solution {
            z: None,
            sigma_z: f64::NAN,
            lambda: (!amount.lambda.is_nan()).then_some(f64::from(amount.lambda)),
            sigma_lambda: f64::from(amount.sigma_lambda),
            twin_z: None,
            class: MaterialClass::Undecided,
            confidence: 0.0,
            flags: amount.flags,
        }
    }

    /// Returns the smallest standard deviation of Z that any method can reach; as [`Inversion::cramer_rao_z`], and no
    /// number where one energy says nothing about Z.
    pub fn cramer_rao_z(&self, alpha_high: f64, alpha_low: f64, gain: f64, row: usize) -> f64 {
        match self {
            Self::Pair(inversion) => inversion.cramer_rao_z(alpha_high, alpha_low, gain, row),
            Self::Single(_) => f64::NAN,
        }
    }
}
