//! How far the two scans may still be apart after registration.
//!
//! One mapping for the whole picture cannot follow everything: goods at different depths shift against each other when
//! the sources stand at different places, a load sways, a line camera jumps. What is left is measured in tiles; where a
//! tile is better explained by a shift than by a change, its own shift holds around it.

use ndarray::Array2;

use super::fine::Overlay;

/// Side of a tile for the picture as a whole, in cells.
const TILE: usize = 20;
/// Side of a tile for the place itself, and distance of two such tiles, in cells.
const LOCAL: (usize, usize) = (12, 6);
/// Tiles whose shift along an axis is known no better than this, in cells, do not count.
const LEAST_KNOWN: f64 = 0.5;
/// Share of the tiles whose shift lies within the tolerance of the whole.
const COVERED: f64 = 0.95;
/// Share of the difference in a tile that a shift must explain to be one: what came or went is not explained by it.
const LEAST_EXPLAINED: f64 = 0.75;
/// A shift of several cells is found too small by one linear step.
const LINEAR: f64 = 1.5;
/// Least tolerance in cells: what interpolation, and pixels of other sizes, leave at an edge.
const LEAST: f64 = 0.2;
/// Largest tolerance in cells that local differences can claim.
const MOST: f64 = 4.0;

/// Shifts that may be left, in cells along rows and columns.
#[derive(Debug, Clone)]
pub(super) struct Tolerance {
    /// Of the picture as a whole.
    pub(super) overall: (f64, f64),
    /// Of each cell, down and along.
    rows: Array2<f32>,
    columns: Array2<f32>,
}

/// Shift left over in one tile.
#[derive(Debug, Clone, Copy)]
struct Shift {
    /// Along rows and columns, each with its variance.
    rows: (f64, f64),
    columns: (f64, f64),
    /// Share of the difference that it explains.
    explained: f64,
}

impl Tolerance {
    /// Measures what is left between two pictures.
    pub(super) fn measure(overlay: &Overlay) -> Self {
        let shape = overlay.first.dim();
        let (mut along_rows, mut along_columns) = (Vec::new(), Vec::new());
        for top in (0..shape.0).step_by(TILE) {
            for left in (0..shape.1).step_by(TILE) {
                if let Some(shift) = tile(overlay, (top, left), TILE) {
                    along_rows.extend(known(shift.rows));
                    along_columns.extend(known(shift.columns));
                }
            }
        }
        let overall = (spread(&along_rows), spread(&along_columns));
        let mut rows = Array2::from_elem(shape, overall.0 as f32);
        let mut columns = Array2::from_elem(shape, overall.1 as f32);
        // What came is seen in the second scan alone: a shift has to explain each scan from the other.
        let back = Overlay { first: overlay.second.clone(), second: overlay.first.clone() };
        let both = |at: (usize, usize), side: usize| {
            let (there, here) = (tile(overlay, at, side)?, tile(&back, at, side)?);
            let less = |a: (f64, f64), b: (f64, f64)| if a.0.abs() < b.0.abs() { a } else { b };
            Some(Shift {
                rows: less(there.rows, here.rows),
                columns: less(there.columns, here.columns),
                explained: there.explained.min(here.explained),
            })
        };
        let (side, step) = LOCAL;
        for top in (0..shape.0).step_by(step) {
            for left in (0..shape.1).step_by(step) {
                let Some(shift) = both((top, left), side).filter(|s| s.explained > LEAST_EXPLAINED) else {
                    continue;
                };
                for row in top..(top + side).min(shape.0) {
                    for column in left..(left + side).min(shape.1) {
                        let at = (row, column);
                        let reach = |value: f64| (LINEAR * value.abs()).min(MOST) as f32;
                        rows[at] = rows[at].max(reach(shift.rows.0));
                        columns[at] = columns[at].max(reach(shift.columns.0));
                    }
                }
            }
        }
        Self { overall, rows, columns }
    }

    /// Returns the range of an image within the tolerance around each cell: largest minus smallest value that a shift,
    /// parts of a cell included, can bring to it.
    pub(super) fn explained(&self, image: &Array2<f32>) -> Array2<f32> {
        let extreme = |low: bool| {
            let mut out = image.clone();
            for (mut line, reach) in out.rows_mut().into_iter().zip(self.columns.rows()) {
                let values = reached(&line.to_vec(), &reach.to_vec(), low);
                line.iter_mut().zip(values).for_each(|(cell, v)| *cell = v);
            }
            for (mut line, reach) in out.columns_mut().into_iter().zip(self.rows.columns()) {
                let values = reached(&line.to_vec(), &reach.to_vec(), low);
                line.iter_mut().zip(values).for_each(|(cell, v)| *cell = v);
            }
            out
        };
        extreme(false) - extreme(true)
    }
}

/// Returns the smallest or largest value within the reach of each cell of a line.
fn reached(line: &[f32], reach: &[f32], low: bool) -> Vec<f32> {
    let pick = |a: f32, b: f32| if low { a.min(b) } else { a.max(b) };
    let at = |i: usize, k: isize| i.checked_add_signed(k).and_then(|i| line.get(i)).copied();
    let extreme = |(i, (value, reach)): (usize, (&f32, &f32))| {
        let whole = reach.floor() as isize;
        let part = reach - whole as f32;
        let mut best = *value;
        for side in [-1isize, 1] {
            let mut last = *value;
            for k in 1..=whole {
                let Some(next) = at(i, side * k) else { break };
                best = pick(best, next);
                last = next;
            }
            if let Some(next) = at(i, side * (whole + 1)) {
                best = pick(best, last + part * (next - last));
            }
        }
        best
    };
    line.iter().zip(reach).enumerate().map(extreme).collect()
}

/// Solves for the shift of one tile; both axes at once, so that slanting edges do not mislead.
fn tile(overlay: &Overlay, (top, left): (usize, usize), side: usize) -> Option<Shift> {
    let mut cells = Vec::with_capacity(side * side);
    for row in top..top + side {
        cells.extend((left..left + side).filter_map(|column| overlay.at(row, column)));
    }
    if cells.len() < side * side / 2 {
        return None;
    }
    let count = cells.len() as f64;
    let level = cells.iter().map(|(a, b, _, _)| a - b).sum::<f64>() / count;
    let (mut rr, mut rc, mut cc, mut re, mut ce, mut ee) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (a, b, by_row, by_column) in &cells {
        let rest = a - b - level;
        rr += by_row * by_row;
        rc += by_row * by_column;
        cc += by_column * by_column;
        re += by_row * rest;
        ce += by_column * rest;
        ee += rest * rest;
    }
    let determinant = rr * cc - rc * rc;
    if determinant <= 1e-9 * rr * cc || determinant <= 0.0 || ee <= 0.0 {
        return None;
    }
    let (row, column) = ((cc * re - rc * ce) / determinant, (rr * ce - rc * re) / determinant);
    let left_over = cells.iter().map(|(a, b, r, c)| (a - b - level - r * row - c * column).powi(2)).sum::<f64>();
    // Cells are smoothed over their neighbours, so that about one in seven is independent.
    let variance = 7.0 * left_over / count;
    Some(Shift {
        rows: (row, variance * cc / determinant),
        columns: (column, variance * rr / determinant),
        explained: 1.0 - left_over / ee,
    })
}

fn known(shift: (f64, f64)) -> Option<(f64, f64)> {
    (shift.0.is_finite() && shift.1 < LEAST_KNOWN * LEAST_KNOWN && shift.0.abs() < 2.0 * MOST).then_some(shift)
}

/// Returns the shift within which most tiles lie, beyond what their own uncertainty makes of it.
fn spread(shifts: &[(f64, f64)]) -> f64 {
    if shifts.len() < 4 {
        return 0.5;
    }
    let mut sizes: Vec<f64> = shifts.iter().map(|s| (s.0.powi(2) - s.1).max(0.0).sqrt()).collect();
    sizes.sort_by(f64::total_cmp);
    let at = ((sizes.len() - 1) as f64 * COVERED) as usize;
    sizes.get(at).copied().unwrap_or(0.5).clamp(LEAST, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_step_is_explained_by_a_shift_over_it() {
        let step = array![[0.0f32, 0.0, 0.0, 10.0, 10.0, 10.0]];
        let of = |reach: f32| {
            let rows = Array2::zeros(step.raw_dim());
            let columns = Array2::from_elem(step.raw_dim(), reach);
            Tolerance { overall: (0.0, 0.0), rows, columns }.explained(&step).row(0).to_vec()
        };
        assert_eq!(of(0.0), [0.0; 6]);
        assert_eq!(of(0.5), [0.0, 0.0, 5.0, 5.0, 0.0, 0.0]);
        assert_eq!(of(1.5), [0.0, 5.0, 10.0, 10.0, 5.0, 0.0]);
    }

    #[test]
    fn the_shift_of_a_pattern_is_measured() {
        let wave = |shift: f32| {
            Array2::from_shape_fn((60, 80), |(r, c)| ((r as f32 - shift) * 0.5).sin() * (c as f32 * 0.4).cos())
        };
        let found = Tolerance::measure(&Overlay { first: wave(0.0), second: wave(0.4) }).overall;
        assert!((found.0 - 0.4).abs() < 0.08 && found.1 < 0.21, "{found:?}");
    }
}
