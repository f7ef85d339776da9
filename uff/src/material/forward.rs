//! Forward tables: what each material of the axis shows at each high-energy attenuation.

use rayon::prelude::*;

use super::axis::{Node, Regime, axis};
use super::class::MaterialClass;
use super::prior::{Expected, UNKNOWN, expected, unknown};
use crate::error::{Code, Error, Result};
use crate::physics::{Absorber, Beam, Material};

/// Distance of two rows in α_H.
pub(super) const ROW_STEP: f64 = 0.05;
/// Up to this row the class table has a row for each of the solution table: the thinner matter is, the faster the twins
/// of organic matter change with it.
pub(super) const FINE: usize = 32;
/// Beyond, rows of the class table lie this many apart.
pub(super) const CLASS_ROWS: usize = 4;

/// Returns the rows of tables of `rows` rows that the table of classes has too.
pub(super) fn class_rows(rows: usize) -> impl Iterator<Item = usize> {
    (0..rows).filter(|row| *row <= FINE || (row - FINE).is_multiple_of(CLASS_ROWS))
}

/// What one material shows at one α_H.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sight {
    /// Areal density per α_H, g/cm²; the limit at α_H = 0.
    pub(super) lambda_per_alpha: f64,
    /// α_L / α_H − 1; the limit at α_H = 0.
    pub(super) ratio: f64,
    /// dα_H/dλ, cm²/g.
    pub(super) slope_high: f64,
    /// dα_L/dλ, cm²/g.
    pub(super) slope_low: f64,
}

/// Goods that the prior expects.
#[derive(Debug)]
pub(super) struct Goods {
    pub(super) class: MaterialClass,
    /// Label, as that of the axis.
    pub(super) z: f64,
    /// Prior probability.
    pub(super) share: f64,
    /// α_L / α_H − 1 by row of the tables of classes; see [`class_rows`].
    pub(super) ratios: Vec<f64>,
}

/// Forward tables of a pair of beams.
#[derive(Debug)]
pub(super) struct Forward {
    pub(super) regime: Regime,
    /// Labels of the axis, ascending.
    pub(super) z: Vec<f64>,
    /// By row (α_H = row · [`ROW_STEP`]), then by node.
    pub(super) rows: Vec<Vec<Sight>>,
    /// Goods that the prior expects and the axis reaches.
    pub(super) goods: Vec<Goods>,
    /// By node: prior probability of matter that is none of the goods.
    pub(super) unknown: Vec<f64>,
}

impl Forward {
    /// Tabulates a pair of beams up to `alpha_max`.
    ///
    /// # Errors
    /// `material.not_measurable` when the two beams see the axis alike, so that they tell no materials apart.
    pub(super) fn new(high: &Beam, low: &Beam, alpha_max: f64) -> Result<Self> {
        let regime = if low.nominal().get() < 1000.0 { Regime::Kilovolt } else { Regime::Megavolt };
        let nodes = axis(regime)?;
        let rows = (alpha_max / ROW_STEP).ceil() as usize + 1;
        let sights = |material: &Material, rows: &[usize]| -> Result<Vec<Sight>> {
            Ok(column((high, &high.absorber(material)?), (low, &low.absorber(material)?), rows))
        };
        let (all, of_classes): (Vec<usize>, Vec<usize>) = ((0..rows).collect(), class_rows(rows).collect());
        let columns = nodes.par_iter().map(|node| sights(&node.material, &all)).collect::<Result<Vec<_>>>()?;
        let z: Vec<f64> = nodes.iter().map(|n: &Node| n.z).collect();
        let end = z.last().copied().unwrap_or(0.0);
        let within: Vec<_> = expected(regime).iter().filter(|e| e.z <= end).collect();
        let goods = |e: &&Expected| -> Result<Goods> {
            let ratios = sights(&e.material, &of_classes)?.iter().map(|s| s.ratio).collect();
            Ok(Goods { class: e.class, z: e.z, share: (1.0 - UNKNOWN) * e.share, ratios })
        };
        let goods = within.par_iter().map(goods).collect::<Result<Vec<_>>>()?;
        let rows = (0..rows).map(|row| columns.iter().map(|sights| sights[row]).collect()).collect();
        let forward = Self { regime, unknown: unknown(&z), z, rows, goods };
        forward.check(high, low)?;
        Ok(forward)
    }

    fn check(&self, high: &Beam, low: &Beam) -> Result<()> {
        let middle = &self.rows[self.rows.len() / 4];
        let (least, most) =
            middle.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), s| (a.min(s.ratio), b.max(s.ratio)));
        if most - least > 1e-3 {
            return Ok(());
        }
        Err(Error::new(Code::MaterialNotMeasurable, "the two beams see all materials alike")
            .expected("two different energies")
            .found(format!("{} and {}", high.nominal(), low.nominal())))
    }
}

/// Follows one material from α_H = 0 on. The slopes of the last two rows predict λ at the next, Newton steps bring it near,
/// and what is left is made up along the tangent.
fn column((high, of_high): (&Beam, &Absorber), (low, of_low): (&Beam, &Absorber), rows: &[usize]) -> Vec<Sight> {
    let mut lambda = 0.0;
    let (mut alpha, mut slope_high) = high.alpha_and_slope(of_high, lambda);
    let mut slope_before = slope_high;
    let mut sights = Vec::with_capacity(rows.len());
    for row in rows {
        let target = *row as f64 * ROW_STEP;
        let ahead = target - alpha;
        let predicted = lambda + ahead * (1.5 / slope_high - 0.5 / slope_before);
        slope_before = slope_high;
        if ahead.abs() > NEAR {
            lambda = predicted;
            (alpha, slope_high) = high.alpha_and_slope(of_high, lambda);
        }
        for _ in 0..20 {
            if (target - alpha).abs() <= NEAR {
                break;
            }
            lambda += (target - alpha) / slope_high;
            (alpha, slope_high) = high.alpha_and_slope(of_high, lambda);
        }
        let (alpha_low, slope_low) = low.alpha_and_slope(of_low, lambda);
        let rest = (target - alpha) / slope_high;
        let (lambda_per_alpha, ratio) = if *row == 0 {
            (1.0 / slope_high, slope_low / slope_high - 1.0)
        } else {
            ((lambda + rest) / target, (alpha_low + rest * slope_low) / target - 1.0)
        };
        sights.push(Sight { lambda_per_alpha, ratio, slope_high, slope_low });
    }
    sights
}

/// Distance in α_H from which on the tangent is as good as the curve.
const NEAR: f64 = 1e-4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{ArealDensity, Energy};

    #[test]
    fn sights_equal_the_beams() {
        let high = Beam::accelerator(Energy::new(9000.0).unwrap()).unwrap();
        let low = Beam::accelerator(Energy::new(6000.0).unwrap()).unwrap();
        let forward = Forward::new(&high, &low, 4.0).unwrap();
        let node = forward.z.iter().position(|z| *z == 26.0).unwrap();
        let sight = forward.rows[60][node];
        let slab = [(&Material::named("iron").unwrap(), ArealDensity::new(3.0 * sight.lambda_per_alpha).unwrap())];
        assert!((high.alpha(&slab).unwrap() - 3.0).abs() < 1e-6);
        assert!((low.alpha(&slab).unwrap() - 3.0 * (1.0 + sight.ratio)).abs() < 1e-6);
    }

    #[test]
    fn equal_beams_are_refused() {
        let beam = Beam::accelerator(Energy::new(6000.0).unwrap()).unwrap();
        assert_eq!(Forward::new(&beam, &beam, 4.0).unwrap_err().code(), Code::MaterialNotMeasurable);
    }

    /// The fold of the curve of {10, 6} and {6, 4} MeV against the figures of Lalor and Danagoulian's spectra
    /// (arXiv 2301.05783): the atomic number of least α_L at equal α_H.
    #[test]
    fn curve_folds_where_published() {
        let fold = |h: f64, l: f64, alpha: f64| {
            let beam = |mev| Beam::accelerator(Energy::from_mev(mev).unwrap()).unwrap();
            let forward = Forward::new(&beam(h), &beam(l), 5.0).unwrap();
            let row = &forward.rows[(alpha / ROW_STEP).round() as usize];
            let least = (0..row.len()).min_by(|a, b| row[*a].ratio.total_cmp(&row[*b].ratio)).unwrap();
            forward.z[least]
        };
        for (h, l, alpha, z) in
            [(10.0, 6.0, 1.5, 73.0), (10.0, 6.0, 3.0, 78.0), (6.0, 4.0, 1.5, 61.0), (6.0, 4.0, 3.0, 73.0)]
        {
            let found = fold(h, l, alpha);
            assert!((found - z).abs() <= 6.0, "{{{h}, {l}}} at {alpha}: {found} for {z}");
        }
    }
}
