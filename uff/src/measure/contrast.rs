//! Contrast of a target against its background, in units of the noise.

use ndarray::Array2;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::material::MaterialView;
use crate::model::Region;

/// What a target shows against its background, at high energy or at the only one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// Mean transmission of the target.
    pub target: f64,
    /// Mean transmission of the background.
    pub background: f64,
    /// Standard deviation of a pixel's transmission in the background.
    pub noise: f64,
    /// (target − background) / background; none where nothing passes the background.
    pub relative: Option<f64>,
    /// Contrast-to-noise ratio, |target − background| / noise; none where the background has no noise.
    pub cnr: Option<f64>,
}

/// Compares the transmissions of two regions of a view, of which one may lie in the other: the background is then what
/// is left of it.
///
/// # Errors
/// `uff.region` for a region outside the view, or a background that the target covers; `material.not_measurable` where
/// no pixel is measured; those of reading.
pub fn contrast(view: &MaterialView, target: &Region, background: &Region) -> Result<Contrast> {
    let all = |_: usize, _: usize| true;
    let outside = |row: usize, column: usize| {
        let (row, column) = (background.row + row, background.column + column);
        !(target.row..target.row + target.rows).contains(&row)
            || !(target.column..target.column + target.columns).contains(&column)
    };
    let covered =
        |least: usize, count: usize, from: usize, length: usize| least <= from && from + length <= least + count;
    if covered(target.row, target.rows, background.row, background.rows)
        && covered(target.column, target.columns, background.column, background.columns)
    {
        return Err(Error::new(Code::UffRegion, "the target covers all of its background")
            .found(format!("target {target:?}, background {background:?}"))
            .hint("Choose a background that reaches beyond the target."));
    }
    let target_level = level(&view.attenuation(target)?.0, all);
    let around = view.attenuation(background)?.0;
    let (target_level, around) = target_level
        .zip(level(&around, outside))
        .ok_or_else(|| Error::new(Code::MaterialNotMeasurable, "no pixel is measured in the target or around it"))?;
    let difference = target_level.mean - around.mean;
    Ok(Contrast {
        target: target_level.mean,
        background: around.mean,
        noise: around.deviation,
        relative: (around.mean > 0.0).then(|| difference / around.mean),
        cnr: (around.deviation > 0.0).then(|| difference.abs() / around.deviation),
    })
}

/// Mean and standard deviation of transmissions.
struct Level {
    mean: f64,
    deviation: f64,
}

/// Averages exp(−α) over the pixels that count; opaque ones (α infinite) let nothing pass.
fn level(alpha: &Array2<f32>, counts: impl Fn(usize, usize) -> bool) -> Option<Level> {
    let (mut number, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for ((row, column), alpha) in alpha.indexed_iter() {
        if counts(row, column) && !alpha.is_nan() {
            let t = (-f64::from(*alpha)).exp();
            number += 1.0;
            sum += t;
            squares += t * t;
        }
    }
    let mean = sum / number;
    (number > 0.0).then(|| Level { mean, deviation: (squares / number - mean * mean).max(0.0).sqrt() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Transmissions 0.5 ± 0.1 in turn: mean 0.5, deviation 0.1; opaque pixels count as 0, dead ones not at all.
    #[test]
    fn levels_are_those_of_transmissions() {
        let mut alpha = Array2::from_shape_fn((2, 10), |(_, c)| -(if c % 2 == 0 { 0.6_f32 } else { 0.4 }).ln());
        let all = level(&alpha, |_, _| true).unwrap();
        assert!((all.mean - 0.5).abs() < 1e-6 && (all.deviation - 0.1).abs() < 1e-6);
        alpha[(0, 0)] = f32::NAN;
        alpha[(0, 1)] = f32::INFINITY;
        let first = level(&alpha, |r, c| r == 0 && c < 2).unwrap();
        assert_eq!((first.mean, first.deviation), (0.0, 0.0));
        assert!(level(&alpha, |r, c| r == 0 && c == 0).is_none());
    }
}
