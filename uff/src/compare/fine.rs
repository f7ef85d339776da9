//! Fine registration: Gauss–Newton steps on the contrast of both scans (B. D. Lucas, T. Kanade, IJCAI 1981), robust
//! against what was added or removed, with a polyline along the scan for the varying speed.

use ndarray::Array2;
use rayon::prelude::*;

use super::contrast::{Relief, correlation, high_pass};
use super::mapping::Mapping;
use super::resample::Cells;
use crate::normal_equations::NormalEquations;

/// Residuals beyond this many standard deviations count for nothing (J. W. Tukey's biweight).
const BIWEIGHT: f64 = 4.685;
/// Standard deviation of the change of speed from one piece of the polyline to the next, relative.
const SPEED_CHANGE: f64 = 0.02;
/// Step, in cells, below which the iteration ends.
const SMALL_STEP: f64 = 0.003;
/// Standard deviation, in cells, of the places at the first step on a grid, and of what each further step leaves of it:
/// as far off as that, an edge is misplaced and not something that came or went.
const ASTRAY: (f64, f64) = (1.0, 0.5);
/// Standard deviation of the places, in cells, from which on the iteration may end.
const SETTLED: f64 = 0.1;
/// Unknowns beside the knots: gain and offset of the contrast, shift and scale of the rows.
const FIXED: usize = 4;

/// Cells laid over the first scan: their number and their size in its pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grid {
    pub(super) shape: (usize, usize),
    pub(super) cell: (f64, f64),
}

impl Grid {
    /// Lays the coarser of the two pixels over the first scan, and no more than `most` columns.
    pub(super) fn new(size: (usize, usize), scale: (f64, f64), most: usize) -> Self {
        let natural = |size: usize, scale: f64| ((size as f64 / (1.0 / scale).max(1.0)).floor() as usize).max(1);
        let (rows, columns) = (natural(size.0, scale.0), natural(size.1, scale.1));
        let fewer = columns.min(most.max(2));
        let rows = ((rows as f64 * fewer as f64 / columns as f64).ceil() as usize).max(32.min(rows));
        Self { shape: (rows, fewer), cell: (size.0 as f64 / rows as f64, size.1 as f64 / fewer as f64) }
    }

    /// Cells over the first scan.
    pub(super) fn over_first(&self, size: (usize, usize), smooth: bool) -> (Cells, Cells) {
        let rows = Cells::new(self.shape.0, size.0, smooth, |e| e * self.cell.0);
        (rows, Cells::new(self.shape.1, size.1, smooth, |e| e * self.cell.1))
    }

    /// The same cells over the second scan.
    pub(super) fn over_second(&self, size: (usize, usize), mapping: &Mapping, smooth: bool) -> (Cells, Cells) {
        let rows = Cells::new(self.shape.0, size.0, smooth, |e| mapping.row(e * self.cell.0));
        (rows, Cells::new(self.shape.1, size.1, smooth, |e| mapping.column(e * self.cell.1)))
    }
}

/// Both scans on one grid, as contrast.
pub(super) struct Overlay {
    pub(super) first: Array2<f32>,
    pub(super) second: Array2<f32>,
}

impl Overlay {
    pub(super) fn new(a: &Relief, b: &Relief, mapping: &Mapping, grid: &Grid) -> Self {
        let (rows, columns) = grid.over_first(a.shape(), true);
        let first = a.contrast(&rows, &columns);
        let second = first.clone();
        let mut overlay = Self { first, second };
        overlay.lay(b, mapping, grid);
        overlay
    }

    /// Lays the second scan over the first by another mapping.
    fn lay(&mut self, b: &Relief, mapping: &Mapping, grid: &Grid) {
        let (rows, columns) = grid.over_second(b.shape(), mapping, true);
        self.second = b.contrast(&rows, &columns);
    }

    /// Correlation of what varies over less than a twelfth of the picture, and the share of the grid both cover.
    pub(super) fn agreement(&self) -> (f64, f64) {
        let half = ((self.first.nrows() / 8).max(2), (self.first.ncols() / 24).max(2));
        let shared = |a: &Array2<f32>, b: &Array2<f32>| {
            let mut a = a.clone();
            a.zip_mut_with(b, |a, b| *a = if b.is_nan() { f32::NAN } else { *a });
            high_pass(&a, half)
        };
        let both = self.first.iter().zip(&self.second).filter(|(a, b)| !a.is_nan() && !b.is_nan()).count();
        let value = correlation(&shared(&self.first, &self.second), &shared(&self.second, &self.first));
        (value, both as f64 / self.first.len().max(1) as f64)
    }

    /// Residual, and gradients of the second scan along rows and columns, of a cell.
    pub(super) fn at(&self, row: usize, column: usize) -> Option<(f64, f64, f64, f64)> {
        let b = |r: usize, c: usize| self.second.get((r, c)).copied().map(f64::from).filter(|v| !v.is_nan());
        let a = f64::from(*self.first.get((row, column))?);
        let (up, down) = (b(row.checked_sub(1)?, column)?, b(row + 1, column)?);
        let (left, right) = (b(row, column.checked_sub(1)?)?, b(row, column + 1)?);
        (!a.is_nan()).then_some((a, b(row, column)?, (down - up) / 2.0, (right - left) / 2.0))
    }
}

/// Refines a mapping on one grid in at most `steps` steps; with `even`, the knots stay on one line.
pub(super) fn refine(a: &Relief, b: &Relief, mapping: &Mapping, grid: &Grid, steps: usize, even: bool) -> Mapping {
    let mut mapping = mapping.clone();
    let mut overlay = Overlay::new(a, b, &mapping, grid);
    let mut fit = Fit { gain: 1.0, offset: 0.0, spread: f64::INFINITY, astray: ASTRAY.0 };
    for _ in 0..steps {
        fit.spread = residual_spread(&overlay, fit.gain, fit.offset).min(fit.spread * 2.0);
        let Some(step) = solve(&overlay, &mapping, grid, &fit, even) else { break };
        (fit.gain, fit.offset) = (step.gain, step.offset);
        let largest = apply(&mut mapping, &step, grid);
        if largest < SMALL_STEP && fit.astray <= SETTLED {
            break;
        }
        fit.astray *= ASTRAY.1;
        overlay.lay(b, &mapping, grid);
    }
    mapping
}

/// How well the scans fit at one step.
struct Fit {
    /// Gain and offset of the contrast.
    gain: f64,
    offset: f64,
    /// Standard deviation of the residuals.
    spread: f64,
    /// Standard deviation of the places, in cells.
    astray: f64,
}

struct Step {
    gain: f64,
    offset: f64,
    /// Shift of the rows in the middle and at the lower edge against it, cells.
    rows: (f64, f64),
    /// Shift of each knot, cells.
    knots: Vec<f64>,
}

/// Median absolute residual, scaled to a standard deviation, over the cells that show anything.
fn residual_spread(overlay: &Overlay, gain: f64, offset: f64) -> f64 {
    let residual = |(a, b): (&f32, &f32)| (gain * f64::from(*a) + offset - f64::from(*b)).abs();
    let shows = |a: &f32, b: &f32| !a.is_nan() && !b.is_nan() && a.min(*b) < 0.97;
    let cells = overlay.first.iter().zip(&overlay.second).filter(|(a, b)| shows(a, b));
    let mut all: Vec<f64> = cells.map(residual).collect();
    if all.is_empty() {
        return 0.01;
    }
    let middle = all.len() / 2;
    (*all.select_nth_unstable_by(middle, f64::total_cmp).1 / 0.6745).max(1e-3)
}

fn solve(overlay: &Overlay, mapping: &Mapping, grid: &Grid, fit: &Fit, even: bool) -> Option<Step> {
    let Fit { gain, offset, spread, astray } = *fit;
    let (rows, columns) = overlay.first.dim();
    let knots = mapping.columns.len();
    let size = FIXED + knots;
    let pieces = (knots - 1) as f64;
    let one_row = |row: usize| {
        let mut system = NormalEquations::new(size);
        let lever = 2.0 * (row as f64 + 0.5) / rows as f64 - 1.0;
        for column in 0..columns {
            let Some((a, b, by_row, by_column)) = overlay.at(row, column) else { continue };
            let misplaced = astray * by_row.hypot(by_column);
            let rest = (gain * a + offset - b) / (BIWEIGHT * spread.hypot(misplaced));
            if rest.abs() >= 1.0 {
                continue;
            }
            let weight = (1.0 - rest * rest).powi(2);
            let place = (column as f64 + 0.5) / columns as f64 * pieces;
            let knot = (place as usize).min(knots - 2);
            let share = place - knot as f64;
            system.add(
                &[
                    (0, -a),
                    (1, -1.0),
                    (2, by_row),
                    (3, by_row * lever),
                    (FIXED + knot, by_column * (1.0 - share)),
                    (FIXED + knot + 1, by_column * share),
                ],
                -b,
                weight,
            );
        }
        system
    };
    let lines: Vec<NormalEquations> = (1..rows.saturating_sub(1)).into_par_iter().map(one_row).collect();
    let mut system = lines.iter().fold(NormalEquations::new(size), NormalEquations::merge);
    // Speeds of neighbouring pieces are alike: second differences of the knots are near 0. The sign of the equation for
    // a step is that of what is left of the bend.
    let cells_of = |b: f64| b / (mapping.column_scale() * grid.cell.1);
    let tolerance = SPEED_CHANGE * columns as f64 / pieces;
    let stiffness = if even { 1e6 } else { 1.0 } * (spread / tolerance).powi(2);
    for (k, three) in mapping.columns.windows(3).enumerate() {
        let bend = cells_of(three[0].1 - 2.0 * three[1].1 + three[2].1);
        system.add(&[(FIXED + k, 1.0), (FIXED + k + 1, -2.0), (FIXED + k + 2, 1.0)], -bend, stiffness);
    }
    // Rows and gain are weakly held where they are, so that a scan without contrast along an axis stays put.
    system.add(&[(2, 1.0)], 0.0, spread * spread);
    system.add(&[(3, 1.0)], 0.0, spread * spread * 10.0);
    system.add(&[(0, 1.0)], gain, spread * spread);
    for k in 0..knots {
        system.add(&[(FIXED + k, 1.0)], 0.0, spread * spread * 0.1);
    }
    let x = system.solve()?;
    Some(Step { gain: x[0], offset: x[1], rows: (x[2], x[3]), knots: x[FIXED..].to_vec() })
}

/// Moves a mapping by a step and returns its largest shift in cells. A step is cut to two cells.
fn apply(mapping: &mut Mapping, step: &Step, grid: &Grid) -> f64 {
    let largest = step.knots.iter().fold((step.rows.0.abs() + step.rows.1.abs()).max(0.0), |most, k| most.max(k.abs()));
    let damping = if largest > 2.0 { 2.0 / largest } else { 1.0 };
    let pixels = grid.cell.0 * mapping.rows.1 * damping;
    let half = grid.shape.0 as f64 / 2.0 * grid.cell.0;
    // Shift at a row a: (r0 + r1 · (a / half − 1)) cells.
    mapping.rows.0 += pixels * (step.rows.0 - step.rows.1);
    mapping.rows.1 += pixels * step.rows.1 / half;
    let pixels = grid.cell.1 * mapping.column_scale() * damping;
    mapping.columns.iter_mut().zip(&step.knots).for_each(|(knot, shift)| knot.1 += pixels * shift);
    // The order of the columns is never reversed, whatever the data say.
    let least = 0.5 * mapping.column_scale().max(1e-6);
    for k in 1..mapping.columns.len() {
        let (before, width) = (mapping.columns[k - 1], mapping.columns[k].0 - mapping.columns[k - 1].0);
        mapping.columns[k].1 = mapping.columns[k].1.max(before.1 + least * width);
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::thickness::Thickness;

    /// Wall that ends an object whose other parts are faint, before columns of air: areal density, g/cm², at a place.
    fn object(row: usize, x: f64) -> f32 {
        let faint = ((x / 5.0) as usize * 7 + row / 4 * 5) % 11;
        match x {
            x if (10.0..14.0).contains(&x) => 50.0,
            x if x > 40.0 => 0.5 * faint as f32,
            _ => 0.0,
        }
    }

    fn picture(place: impl Fn(f64) -> f64) -> Relief {
        let transmission = Array2::from_shape_fn((40, 120), |(row, column)| {
            let ray = |k: u32| (-0.042 * object(row, place(column as f64 + (f64::from(k) + 0.5) / 4.0))).exp();
            (0..4).map(ray).sum::<f32>() / 4.0
        });
        Relief { transmission, thickness: Thickness::new(None).unwrap() }
    }

    #[test]
    fn a_strong_edge_far_off_is_misplaced_and_not_something_that_came() {
        let first = picture(|x| x);
        // Up to column 40 the object passes faster: its wall is seen 1.6 columns further on.
        let second = picture(|x| if x < 40.0 { (x - 2.25) / (37.75 / 40.0) } else { x });
        let start = Mapping::affine((0.0, 1.0), (0.0, 1.0), 120, 7);
        let grid = Grid::new(first.shape(), (1.0, 1.0), usize::MAX);
        let found = refine(&first, &second, &start, &grid, 12, false);
        for (at, truth) in [(12.0, 13.575), (60.0, 60.0), (100.0, 100.0)] {
            assert!((found.column(at) - truth).abs() < 0.15, "{at}: {} for {truth}", found.column(at));
        }
    }
}
