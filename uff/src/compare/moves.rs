//! Pairs of areas that are one item at two places.

use super::items::Area;

/// Largest ratio of the masses of a pair beside their standard deviation, and with it.
const MASS_RATIO: f64 = 1.35;
const MOST_RATIO: f64 = 1.6;
/// Largest ratio of the heights, widths and areas of a pair.
const SIZE_RATIO: f64 = 1.5;
/// Largest ratio of the atomic numbers of a pair.
const Z_RATIO: f64 = 2.0;
/// Cells by which sides may differ in any case.
const SIDE_CELLS: f64 = 2.0;
/// Largest ratio of the mean areal densities of a pair beside two standard deviations of it, and with them: from one
/// place to another the rays of a fan cross an item a little more or less slantwise.
const DENSITY_RATIO: f64 = 1.15;
const MOST_DENSITY_RATIO: f64 = 1.6;

/// Pairs removed with added areas of like mass, size and material, the likest first; returns their places in `areas`
/// as (removed, added).
pub(super) fn pairs(areas: &[Area]) -> Vec<(usize, usize)> {
    let mut possible = Vec::new();
    for (i, removed) in areas.iter().enumerate().filter(|a| a.1.total < 0.0) {
        for (j, added) in areas.iter().enumerate().filter(|a| a.1.total > 0.0) {
            if let Some(unlike) = unlikeness(removed, added) {
                possible.push((unlike, i, j));
            }
        }
    }
    possible.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut kept: Vec<(usize, usize)> = Vec::new();
    for (_, i, j) in possible {
        if !kept.iter().any(|k| k.0 == i || k.1 == j) {
            kept.push((i, j));
        }
    }
    kept
}

/// Returns how much two areas differ; none when they cannot be one item.
fn unlikeness(removed: &Area, added: &Area) -> Option<f64> {
    let (mass_a, mass_b) = (-removed.total, added.total);
    let mass = (mass_a / mass_b).ln().abs();
    let doubt = (removed.total_sigma / mass_a).hypot(added.total_sigma / mass_b);
    if mass > (MASS_RATIO.ln() + doubt).min(MOST_RATIO.ln()) {
        return None;
    }
    let density = (removed.change / added.change).abs().ln().abs();
    let doubt = (removed.sigma / removed.change).hypot(added.sigma / added.change);
    if density > (DENSITY_RATIO.ln() + 2.0 * doubt).min(MOST_DENSITY_RATIO.ln()) {
        return None;
    }
    let side = |a: usize, b: usize| {
        let (a, b) = (a as f64, b as f64);
        let ratio = (a / b).ln().abs();
        (ratio <= SIZE_RATIO.ln() || (a - b).abs() <= SIDE_CELLS).then_some(ratio)
    };
    let rows = side(removed.bounds.rows, added.bounds.rows)?;
    let columns = side(removed.bounds.columns, added.bounds.columns)?;
    let size = (removed.size as f64 / added.size as f64).ln().abs();
    if size > 1.5 * SIZE_RATIO.ln() {
        return None;
    }
    let material = match (removed.z, added.z) {
        (Some(a), Some(b)) => (a / b).ln().abs(),
        _ => 0.0,
    };
    if material > Z_RATIO.ln() {
        return None;
    }
    Some(mass + density + rows + columns + size + material)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::MaterialClass;
    use crate::model::Region;

    fn area(total: f64, rows: usize, columns: usize) -> Area {
        Area {
            cells: Vec::new(),
            bounds: Region { row: 0, column: 0, rows, columns },
            centre: (0.0, 0.0),
            change: total / (rows * columns) as f64,
            sigma: 0.1,
            total,
            total_sigma: 0.05 * total.abs(),
            significance: 9.0,
            size: rows * columns,
            z: None,
            before: MaterialClass::Undecided,
            after: MaterialClass::Undecided,
        }
    }

    #[test]
    fn like_areas_pair_and_unlike_ones_do_not() {
        let (gone, same, flat) = (area(-100.0, 10, 12), area(110.0, 11, 12), area(105.0, 3, 40));
        assert_eq!(pairs(&[gone.clone(), flat, same.clone()]), [(0, 2)]);
        let heavy = area(180.0, 10, 12);
        assert_eq!(pairs(&[gone.clone(), heavy]), []);
        let (lead, water) = (Area { z: Some(70.0), ..gone.clone() }, Area { z: Some(7.5), ..same.clone() });
        assert_eq!(pairs(&[lead, water]), []);
        // As heavy, but denser over less.
        let dense = Area { sigma: 0.02, ..area(104.0, 10, 9) };
        assert_eq!(pairs(&[Area { sigma: 0.02, ..gone.clone() }, dense.clone()]), []);
        // How dense it is may be known worse than that.
        assert_eq!(pairs(&[gone.clone(), Area { sigma: 0.2, ..dense }]), [(0, 1)]);
        // One area pairs once, with the likest.
        assert_eq!(pairs(&[gone, same, area(-108.0, 11, 12)]), [(2, 1)]);
    }
}
