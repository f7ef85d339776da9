//! Areal density per material along each ray of a row.

use super::ray::Ray;
use super::scanner::Grid;
use super::solid::{Solid, Solids};

/// Part of a ray inside one solid and not hidden by a later one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Layer {
    /// Index of the solid.
    pub(super) solid: usize,
    /// Areal density, g/cm²; 0 in a void.
    pub(super) areal_density: f64,
}

/// Traces whole rows; keeps its buffers between rows.
pub(super) struct Tracer<'a> {
    solids: &'a [Solid],
    grid: &'a Grid,
    /// Rows each solid may cover.
    rows: Vec<std::ops::Range<u32>>,
}

/// Buffers of one thread.
#[derive(Default)]
pub(super) struct Scratch {
    cuts: Vec<Vec<(usize, f64, f64)>>,
    hidden: Vec<(f64, f64)>,
    layers: Vec<Layer>,
}

impl<'a> Tracer<'a> {
    pub(super) fn new(solids: &'a Solids, grid: &'a Grid) -> Self {
        let rows = solids.list.iter().map(|solid| rows_of(solid, grid)).collect();
        Self { solids: &solids.list, grid, rows }
    }

    /// Calls `visit` for each column of a row, from left to right, with the layers that its ray passes.
    pub(super) fn row(&self, row: u32, scratch: &mut Scratch, mut visit: impl FnMut(u32, &[Layer])) {
        scratch.cuts.resize_with(self.grid.columns as usize, Vec::new);
        scratch.cuts.iter_mut().for_each(Vec::clear);
        let ray = self.grid.ray(row);
        for (index, (solid, _)) in self.solids.iter().zip(&self.rows).enumerate().filter(|(_, (_, r))| r.contains(&row))
        {
            for column in self.grid.columns_between(solid.low[0], solid.high[0]) {
                let moved = Ray { origin: [self.grid.x(column), ray.origin[1], ray.origin[2]], ..ray };
                if let (Some((enter, leave)), Some(cuts)) = (solid.cut(&moved), scratch.cuts.get_mut(column as usize)) {
                    cuts.push((index, enter, leave));
                }
            }
        }
        for (column, cuts) in scratch.cuts.iter().enumerate() {
            scratch.hidden.clear();
            scratch.layers.clear();
            for &(index, enter, leave) in cuts.iter().rev() {
                let seen = take(&mut scratch.hidden, enter, leave);
                if seen > 0.0 {
                    let density = self.solids.get(index).map_or(0.0, |s| s.density);
                    scratch.layers.push(Layer { solid: index, areal_density: seen / 10.0 * density });
                }
            }
            visit(column as u32, &scratch.layers);
        }
    }
}

/// Adds an interval to the sorted, disjoint `hidden` ones and returns how much of it was not hidden, mm.
fn take(hidden: &mut Vec<(f64, f64)>, enter: f64, leave: f64) -> f64 {
    let first = hidden.partition_point(|h| h.1 < enter);
    let end = hidden.partition_point(|h| h.0 <= leave);
    let mut joined = (enter, leave);
    let mut seen = leave - enter;
    for h in hidden.iter().take(end).skip(first) {
        seen -= (h.1.min(leave) - h.0.max(enter)).max(0.0);
        joined = (joined.0.min(h.0), joined.1.max(h.1));
    }
    hidden.splice(first..end.max(first), [joined]);
    seen.max(0.0)
}

/// Rows whose rays may meet the bounding box of a solid.
fn rows_of(solid: &Solid, grid: &Grid) -> std::ops::Range<u32> {
    let meets = |row: u32| {
        let ray = grid.ray(row);
        let t = |y: f64| ((y - ray.origin[1]) / ray.direction[1]).clamp(0.0, ray.length);
        let z = [solid.low[1], solid.high[1]].map(|y| ray.origin[2] + t(y) * ray.direction[2]);
        // Heights fall with the row, so both tests are monotonic.
        (z[0].min(z[1]) > solid.high[2], z[0].max(z[1]) < solid.low[2])
    };
    let above = partition(grid.rows, |row| meets(row).0);
    let not_below = partition(grid.rows, |row| !meets(row).1);
    above..not_below.max(above)
}

/// Number of leading rows for which `holds` is true.
fn partition(rows: u32, holds: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, rows);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_solids_hide_earlier_ones() {
        let mut hidden = Vec::new();
        assert_eq!(take(&mut hidden, 4.0, 6.0), 2.0);
        assert_eq!(take(&mut hidden, 8.0, 9.0), 1.0);
        assert_eq!(take(&mut hidden, 0.0, 10.0), 7.0);
        assert_eq!(hidden, [(0.0, 10.0)]);
        assert_eq!(take(&mut hidden, 2.0, 3.0), 0.0);
        assert_eq!(take(&mut hidden, 10.0, 12.0), 2.0);
        assert_eq!(take(&mut hidden, -5.0, -1.0), 4.0);
        assert_eq!(hidden, [(-5.0, -1.0), (0.0, 12.0)]);
    }
}
