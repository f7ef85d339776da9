//! Places where the material changed and the mass did not: goods exchanged for others.

use ndarray::Array2;

use super::difference::Difference;
use super::items::{bounds, grow};
use super::photometric::median;
use crate::material::MaterialClass;

/// Confidence of both classes, 0 to 255, that an exchange needs.
const SURE: u8 = 217;
/// Cells around a cell that must tell the same.
const OPENING: usize = 1;
/// Cells that an area has at least, after the opening.
const LEAST_CELLS: usize = 30;
/// Mean width, in cells across its longer side, that an area has at least: along edges, smoothing and pulses of
/// alternating energy mix materials.
const LEAST_WIDTH: f64 = 4.0;
/// Standard deviations by which the atomic numbers of an area must differ.
const LEAST_SIGNIFICANCE: f64 = 6.0;
/// The same between beams that are not alike, of which each has its own errors.
const LEAST_ELSEWHERE: f64 = 10.0;
/// Largest atomic number that takes part; beyond, numbers are bands.
const MOST_Z: f32 = 45.0;

/// Returns the areas, with the significance of their change of atomic number; none without material in both scans.
pub(super) fn find(difference: &Difference, taken: &Array2<bool>, elsewhere: bool) -> Vec<(Vec<(usize, usize)>, f64)> {
    let (Some(a), Some(b)) = (&difference.substances.0, &difference.substances.1) else { return Vec::new() };
    let decided = |cell: (usize, usize)| {
        let pair = (*a.class.get(cell)?, *b.class.get(cell)?);
        let sure = *a.confidence.get(cell)? >= SURE && *b.confidence.get(cell)? >= SURE;
        let none = MaterialClass::Undecided.code();
        (sure && pair.0 != none && pair.1 != none).then_some(pair)
    };
    let step = |cell: (usize, usize)| {
        let z = |v: f32| if v > 0.0 { Some(v.min(MOST_Z)) } else { None };
        Some(z(*b.z.get(cell)?)? - z(*a.z.get(cell)?)?)
    };
    // What the atomic numbers of both scans differ by where the class is the same: how well they can be compared.
    let same = |cell: &(usize, usize)| decided(*cell).is_some_and(|(a, b)| a == b);
    let cells = || (0..taken.nrows()).flat_map(|r| (0..taken.ncols()).map(move |c| (r, c)));
    let usual: Vec<f32> = cells().filter(same).filter_map(step).collect();
    let Some(middle) = median(usual.clone(), 100) else { return Vec::new() };
    let spread = median(usual.iter().map(|v| (v - middle).abs()).collect(), 100).unwrap_or(1.0) / 0.6745;
    let spread = f64::from(spread.max(0.5));

    let differs = |cell: (usize, usize)| !taken[cell] && decided(cell).is_some_and(|(a, b)| a != b);
    let still = |cell: (usize, usize)| {
        difference.sigma.get(cell).zip(difference.first.get(cell)).is_some_and(|(s, l)| *s < 0.1 * l)
    };
    let kept = Array2::from_shape_fn(taken.dim(), |(r, c)| {
        (r.saturating_sub(OPENING)..=r + OPENING).all(|r| {
            (c.saturating_sub(OPENING)..=c + OPENING)
                .all(|c| taken.get((r, c)).is_some() && differs((r, c)) && still((r, c)))
        })
    });
    let mut seen = Array2::from_elem(taken.dim(), false);
    let mut found = Vec::new();
    for (cell, keep) in kept.indexed_iter() {
        if !keep || seen[cell] {
            continue;
        }
        let area = grow(&mut seen, cell, |c| kept.get(c).copied().unwrap_or_default());
        let steps: Vec<f32> = area.iter().filter_map(|c| step(*c)).collect();
        let size = median(steps, 1).map_or(0.0, |m| f64::from((m - middle).abs()) / spread);
        let around = bounds(&area);
        let wide = area.len() as f64 >= LEAST_WIDTH * around.rows.max(around.columns) as f64;
        if area.len() >= LEAST_CELLS && wide && size >= if elsewhere { LEAST_ELSEWHERE } else { LEAST_SIGNIFICANCE } {
            found.push((area, size));
        }
    }
    found
}
