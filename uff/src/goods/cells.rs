//! The load on a grid: means over squares of some 200 mm, in which the noise of single pixels is gone.

use ndarray::Array2;
use ndarray::s;

use crate::detect::Stow;
use crate::detect::Walls;
use crate::material::MaterialClass;
use crate::material::Solver;
use crate::model::Region;

/// Side of a cell, mm: small beside a pallet, large beside a pixel.
const SIDE: f64 = 200.0;
/// Side of a cell in pixels where the size of a pixel is unknown.
const PIXELS: usize = 12;
/// Share of its pixels that must show load for a cell to be full: it may hold a gap between goods, but no edge of the load.
const FULL: f64 = 0.8;

/// α of the load below which its material is not told, where the empty vehicle is known: registration errs at every edge.
const THIN: f64 = 0.7;
/// The same where it is not: what walls of several sheets take off is known as a median.
const THIN_UNKNOWN: f64 = 1.5;
/// Areal density that an α means at least, over that of a usual material: hydrogen attenuates most for its mass.
const LEAST: f64 = 0.85;

/// Mean over a square of the bay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Pixels in all.
    pub pixels: usize,
    /// Pixels that show load.
    pub shown: usize,
    /// Of these, pixels that let too little through to be measured.
    pub opaque: usize,
    /// Mean areal density of the load where it is shown, g/cm²; of opaque pixels the least that it can be. 0 without load.
    pub lambda: f64,
    /// Class of what is measured of the load as one piece, or undecided.
    pub class: MaterialClass,
}

/// Grid of cells over the bay.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells {
    /// The bay in the view.
    pub bay: Region,
    /// Rows and columns of pixels of a cell.
    pub side: [usize; 2],
    /// The cells, `[row, column]`.
    pub cells: Array2<Cell>,
}

impl Cell {
    /// Returns whether load covers the cell.
    pub fn is_full(&self) -> bool {
        self.shown as f64 >= FULL * self.pixels as f64
    }

    /// Returns the matter of the cell, g/cm² times pixels.
    pub fn matter(&self) -> f64 {
        self.lambda * self.shown as f64
    }
}

impl Cells {
    /// Reads a load.
    pub(super) fn of(stow: &Stow, solver: &Solver) -> Self {
        let side = stow.pitch.map_or([PIXELS; 2], |pitch| pitch.map(|mm| ((SIDE / mm).round() as usize).max(1)));
        let bay = stow.bay;
        let shape = (bay.rows.div_ceil(side[0]), bay.columns.div_ceil(side[1]));
        let cells =
            Array2::from_shape_fn(shape, |(row, column)| cell(stow, solver, (row * side[0], column * side[1]), side));
        Self { bay, side, cells }
    }

    /// Returns the pixels of a cell in the view.
    pub fn region(&self, (row, column): (usize, usize)) -> Region {
        let (top, left) = (row * self.side[0], column * self.side[1]);
        Region {
            row: self.bay.row + top,
            column: self.bay.column + left,
            rows: self.side[0].min(self.bay.rows.saturating_sub(top)),
            columns: self.side[1].min(self.bay.columns.saturating_sub(left)),
        }
    }
}

fn cell(stow: &Stow, solver: &Solver, (top, left): (usize, usize), side: [usize; 2]) -> Cell {
    let rows = top..(top + side[0]).min(stow.high.nrows());
    let columns = left..(left + side[1]).min(stow.high.ncols());
    let part = s![rows.clone(), columns];
    let (loaded, dark) = (stow.loaded.slice(part), stow.dark.slice(part));
    let high = stow.high.slice(part);
    let low = stow.low.as_ref().map_or(high, |low| low.slice(part));
    let pixels = loaded.len();
    let row = stow.bay.row + (rows.start + rows.end) / 2;
    // What an opaque pixel holds, by its high energy alone as far as that goes.
    let per_alpha = solver.solve(stow.opaque, stow.opaque, 1.0, row).lambda.unwrap_or(0.0) / stow.opaque;
    let (mut sums, mut measured, mut opaque, mut hidden) = ([0.0; 2], 0usize, 0usize, 0.0);
    for (at, _) in loaded.indexed_iter().filter(|(_, here)| **here) {
        let (high, low) = (f64::from(high[at]), f64::from(low[at]));
        match dark[at] {
            true => {
                opaque += 1;
                hidden += LEAST * per_alpha * high.clamp(0.0, stow.opaque);
            }
            false if high.is_finite() && low.is_finite() => {
                measured += 1;
                sums = [sums[0] + high, sums[1] + low];
            }
            false => {}
        }
    }
    let (shown, count) = (measured + opaque, measured as f64);
    let nothing = Cell { pixels, shown, opaque, lambda: hidden / shown.max(1) as f64, class: MaterialClass::Undecided };
    if measured == 0 {
        return nothing;
    }
    let (high, low) = (sums[0] / count, sums[1] / count);
    let solution = solver.solve(high, low, 1.0 / count, row);
    let lambda = (solution.lambda.unwrap_or(0.0) * count + hidden) / shown as f64;
    let thin = if stow.walls == Walls::Reference { THIN } else { THIN_UNKNOWN };
    let told = high >= thin && 2 * measured > shown;
    Cell { lambda, class: if told { solution.class } else { MaterialClass::Undecided }, ..nothing }
}
