//! Statistics of a region: what the analyst reads off a marked rectangle.

use ndarray::{ArrayView2, s};

use super::class::MaterialClass;
use super::inversion::Solution;
use super::map::MaterialMap;
use super::solver::Solver;
use crate::error::{Code, Error, Result};
use crate::model::Region;

/// Mean, median and standard deviation of the finite values of a region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Number of finite values.
    pub count: usize,
    /// Mean.
    pub mean: f64,
    /// Median.
    pub median: f64,
    /// Standard deviation of the values (not of their mean).
    pub deviation: f64,
}

/// What a region shows.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionStatistics {
    /// The region.
    pub region: Region,
    /// α at high energy.
    pub alpha_high: Spread,
    /// α at low energy; the same as at high energy where there is one energy only.
    pub alpha_low: Spread,
    /// Atomic number of the pixels that have one; none when no pixel has.
    pub z: Option<Spread>,
    /// Areal density of the pixels in g/cm².
    pub lambda: Option<Spread>,
    /// Pixels of each class, in the order of [`MaterialClass::ALL`].
    pub classes: [usize; 5],
    /// Solution for the mean attenuations: the answer if the region is one piece of one material. Its standard
    /// deviations are Cramér–Rao bounds for the mean, model error included.
    pub whole: Solution,
    /// Smallest standard deviation of Z that any method can reach on this region if it is one material.
    pub cramer_rao_z: f64,
    /// Mass in kg: Σ λ · pixel area; none without the pixel area or where a pixel has no λ. Opaque pixels count with
    /// their lower bound.
    pub mass: Option<f64>,
    /// Standard deviation of the mass in kg, from that of the areal density of the region as a whole: noise and model
    /// error. What the pixel area is uncertain by is not known and not in it.
    pub sigma_mass: Option<f64>,
}

/// Computes the statistics of a region of a view. `alpha_high` and `alpha_low` are the unsmoothed attenuations of the
/// whole view, `pixel_area` is in cm² in the object plane.
///
/// # Errors
/// `uff.region` when the region is empty or outside; `material.not_measurable` when it holds no measured pixel.
pub fn region_statistics(
    solver: &Solver,
    map: &MaterialMap,
    alpha: (&ArrayView2<'_, f32>, &ArrayView2<'_, f32>),
    region: &Region,
    pixel_area: Option<f64>,
) -> Result<RegionStatistics> {
    region.check(map.z.dim())?;
    region.check(alpha.0.dim())?;
    region.check(alpha.1.dim())?;
    let window = s![region.row..region.row + region.rows, region.column..region.column + region.columns];
    let (high, low) = (alpha.0.slice(window), alpha.1.slice(window));
    let pairs: Vec<(f64, f64)> = high
        .iter()
        .zip(&low)
        .map(|(h, l)| (f64::from(*h), f64::from(*l)))
        .filter(|(h, l)| h.is_finite() && l.is_finite())
        .collect();
    let nothing = || Error::new(Code::MaterialNotMeasurable, "the region holds no measured pixel");
    let alpha_high = spread(pairs.iter().map(|p| p.0)).ok_or_else(nothing)?;
    let alpha_low = spread(pairs.iter().map(|p| p.1)).ok_or_else(nothing)?;
    let mut classes = [0; 5];
    for code in map.class.slice(window) {
        classes[usize::from(MaterialClass::from_code(*code).code())] += 1;
    }
    let lambda = map.lambda.slice(window);
    let sum: f64 = lambda.iter().map(|v| f64::from(*v)).sum();
    let row = region.row + region.rows / 2;
    let gain = 1.0 / pairs.len() as f64;
    let whole = solver.solve(alpha_high.mean, alpha_low.mean, gain, row);
    let mass = pixel_area.filter(|_| sum.is_finite()).map(|area| sum * area / 1000.0);
    let relative = whole.lambda.filter(|l| *l > 0.0).map(|l| whole.sigma_lambda / l).filter(|share| share.is_finite());
    Ok(RegionStatistics {
        region: *region,
        z: spread(map.z.slice(window).iter().filter(|z| **z > 0.0).map(|z| f64::from(*z))),
        lambda: spread(lambda.iter().map(|v| f64::from(*v))),
        classes,
        whole,
        cramer_rao_z: solver.cramer_rao_z(alpha_high.mean, alpha_low.mean, gain, row),
        mass,
        sigma_mass: mass.zip(relative).map(|(mass, share)| mass * share),
        alpha_high,
        alpha_low,
    })
}

/// Summarises the finite values, if there are any.
pub(super) fn spread(values: impl Iterator<Item = f64>) -> Option<Spread> {
    let mut values: Vec<f64> = values.filter(|v| v.is_finite()).collect();
    if values.is_empty() {
        return None;
    }
    let count = values.len();
    let mean = values.iter().sum::<f64>() / count as f64;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count as f64;
    let (_, median, _) = values.select_nth_unstable_by(count / 2, f64::total_cmp);
    Some(Spread { count, mean, median: *median, deviation: variance.sqrt() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::{Inversion, InversionOptions, NoiseModel};
    use crate::physics::{Beam, Material};
    use crate::units::{ArealDensity, Energy};
    use ndarray::Array2;

    #[test]
    fn plate_of_iron_has_its_mass() {
        let beam = |kev| Beam::accelerator(Energy::new(kev).unwrap()).unwrap();
        let (high, low) = (beam(9000.0), beam(6000.0));
        let noise = NoiseModel::new(1e-5, 1e-5).unwrap();
        let inversion = Inversion::new(&high, &low, InversionOptions::new(noise, noise)).unwrap();
        let slab = [(&Material::named("iron").unwrap(), ArealDensity::new(50.0).unwrap())];
        let h = Array2::from_elem((20, 30), high.alpha(&slab).unwrap() as f32);
        let l = Array2::from_elem((20, 30), low.alpha(&slab).unwrap() as f32);
        let inversion = Solver::Pair(Box::new(inversion));
        let mut map = MaterialMap::default();
        let all = Region { row: 0, column: 0, rows: h.nrows(), columns: h.ncols() };
        inversion.analyze((&h.view(), &l.view()), 0, &all, &mut map).unwrap();
        let region = Region { row: 5, column: 5, rows: 10, columns: 20 };
        let found = region_statistics(&inversion, &map, (&h.view(), &l.view()), &region, Some(0.25)).unwrap();
        // 200 pixels of 0.25 cm² at 50 g/cm².
        assert!((found.mass.unwrap() - 2.5).abs() < 0.02, "{:?}", found.mass);
        let share = found.sigma_mass.unwrap() / found.mass.unwrap();
        assert!((share / (found.whole.sigma_lambda / found.whole.lambda.unwrap()) - 1.0).abs() < 1e-9 && share < 0.02);
        assert!((found.whole.z.unwrap() - 26.0).abs() < 0.5 && found.classes[3] == 200);
        assert!(found.z.unwrap().deviation < 1e-3 && found.cramer_rao_z < found.whole.sigma_z);
        let outside = Region { row: 15, ..region };
        let error = region_statistics(&inversion, &map, (&h.view(), &l.view()), &outside, None);
        assert_eq!(error.unwrap_err().code(), Code::UffRegion);
    }

    #[test]
    fn spread_leaves_out_what_is_not_finite() {
        let found = spread([1.0, f64::NAN, 2.0, 6.0, f64::INFINITY].into_iter()).unwrap();
        assert_eq!((found.count, found.mean, found.median), (3, 3.0, 2.0));
        assert_eq!(spread([f64::NAN].into_iter()), None);
    }
}
