//! Parts of a load that no declared heading explains.

use ndarray::Array2;

use super::cells::Cell;
use super::cells::Cells;
use super::expectation::Expectation;
use super::measured::Measured;
use crate::detect::Patch;
use crate::detect::Robust;
use crate::detect::closed;
use crate::detect::patches;
use crate::material::MaterialClass;

/// Least share of the depth that goods fill: one row of pallets where two would fit.
pub(super) const FILL: f64 = 0.45;
/// Standard deviations by which a density must lie outside a range.
pub(super) const SIGMAS: f64 = 2.0;
/// Largest expected share up to which a class counts as not expected at all.
const NONE: f64 = 0.1;
/// Half a side of the smallest part, cells: the upper edge of a load is blurred over some 400 mm, since the source looks
/// up or down at it.
const HALF: usize = 1;

/// Why a part does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    /// Less dense than any declared goods.
    Lighter,
    /// Denser than any declared goods.
    Denser,
    /// Of a class that no declared goods are of.
    Material(MaterialClass),
}

/// Connected part of the load that no declared heading explains.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Why it does not fit.
    pub misfit: Misfit,
    /// Where it is, pixels of the view.
    pub patch: Patch,
    /// Median density over the depth, kg/m³.
    pub density: f64,
    /// Mass of the part, kg; needs the size of the pixels.
    pub mass: Option<f64>,
    /// Share of the measured mass of the load, 0 to 1.
    pub share: f64,
    /// Class of most of its mass.
    pub class: MaterialClass,
}

impl Misfit {
    /// Returns the word for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lighter => "lighter",
            Self::Denser => "denser",
            Self::Material(_) => "other-material",
        }
    }

    fn holds(self, cell: &Cell, measured: &Measured, headings: &[&Expectation]) -> bool {
        let density = measured.density_of(cell.lambda);
        let slack = SIGMAS * measured.density.map_or(0.0, |d| d.sigma);
        let least = headings.iter().map(|h| FILL * h.density[0]).fold(f64::INFINITY, f64::min);
        let most = headings.iter().map(|h| h.density[1]).fold(0.0, f64::max);
        match self {
            Self::Lighter => cell.opaque == 0 && density * (1.0 + slack) < least,
            Self::Denser => density > most * (1.0 + slack),
            Self::Material(class) => cell.class == class && headings.iter().all(|h| h.share(class)[1] <= NONE),
        }
    }
}

/// Finds the parts that none of the headings explains, the heaviest first.
pub(super) fn parts(measured: &Measured, headings: &[&Expectation]) -> Vec<Part> {
    let materials = MaterialClass::ALL.into_iter().filter(|c| *c != MaterialClass::Undecided).map(Misfit::Material);
    let mut found: Vec<Part> = [Misfit::Lighter, Misfit::Denser]
        .into_iter()
        .chain(materials)
        .flat_map(|misfit| of_misfit(measured, headings, misfit))
        .collect();
    found.sort_by(|a, b| b.share.total_cmp(&a.share));
    // What is of another density and of another material is told once.
    let mut kept: Vec<Part> = Vec::new();
    for part in found {
        if kept.iter().all(|before| before.patch.nested(&part.patch) < 0.5) {
            kept.push(part);
        }
    }
    kept
}

fn of_misfit(measured: &Measured, headings: &[&Expectation], misfit: Misfit) -> Vec<Part> {
    let cells = &measured.cells;
    let misfits = cells.cells.mapv(|cell| cell.is_full() && misfit.holds(&cell, measured, headings));
    let opened = opened(&misfits);
    let mut mask = Array2::from_elem((cells.bay.row + cells.bay.rows, cells.bay.column + cells.bay.columns), false);
    for (at, _) in opened.indexed_iter().filter(|(_, is)| **is) {
        let r = cells.region(at);
        mask.slice_mut(ndarray::s![r.row..r.row + r.rows, r.column..r.column + r.columns]).fill(true);
    }
    patches(&mask, 1).into_iter().map(|patch| describe(measured, &opened, misfit, patch)).collect()
}

/// Leaves of a mask what holds a square of 2 · [`HALF`] + 1 cells.
fn opened(mask: &Array2<bool>) -> Array2<bool> {
    let inverse = mask.mapv(|is| if is { 0.0f32 } else { 1.0 });
    // What lies beyond the border is no part; a frame says so.
    let frame = HALF + 1;
    let mut framed = Array2::from_elem((mask.nrows() + 2 * frame, mask.ncols() + 2 * frame), 1.0f32);
    let inner = ndarray::s![frame..frame + mask.nrows(), frame..frame + mask.ncols()];
    framed.slice_mut(inner).assign(&inverse);
    closed(&framed, HALF).slice(inner).mapv(|value| value < 0.5)
}

fn describe(measured: &Measured, opened: &Array2<bool>, misfit: Misfit, patch: Patch) -> Part {
    let cells = &measured.cells;
    let held = |at: (usize, usize)| {
        let r = cells.region(at);
        opened[at] && patch.holds((r.row, r.column))
    };
    let own: Vec<&Cell> = cells.cells.indexed_iter().filter(|(at, _)| held(*at)).map(|(_, cell)| cell).collect();
    let sum: f64 = own.iter().map(|cell| cell.matter()).sum();
    let all: f64 = cells.cells.iter().map(Cell::matter).sum();
    let of_class = |class: MaterialClass| -> f64 { own.iter().filter(|c| c.class == class).map(|c| c.matter()).sum() };
    let class = MaterialClass::ALL.into_iter().max_by(|a, b| of_class(*a).total_cmp(&of_class(*b)));
    Part {
        misfit,
        density: Robust::of(own.iter().map(|cell| measured.density_of(cell.lambda) as f32)).median,
        mass: measured.pixel_area.map(|area| sum * area / 1000.0),
        share: if all > 0.0 { sum / all } else { 0.0 },
        class: class.unwrap_or(MaterialClass::Undecided),
        patch,
    }
}

/// Returns the share of the measured mass that a heading explains, 0 to 1.
pub(super) fn explained(cells: &Cells, measured: &Measured, heading: &Expectation) -> f64 {
    let misfit = |cell: &Cell| {
        Misfit::Lighter.holds(cell, measured, &[heading])
            || Misfit::Denser.holds(cell, measured, &[heading])
            || (cell.class != MaterialClass::Undecided
                && Misfit::Material(cell.class).holds(cell, measured, &[heading]))
    };
    let full = || cells.cells.iter().filter(|cell| cell.is_full());
    let all: f64 = full().map(Cell::matter).sum();
    let fits: f64 = full().filter(|cell| !misfit(cell)).map(Cell::matter).sum();
    if all > 0.0 { (fits / all).max(0.0) } else { 0.0 }
}
