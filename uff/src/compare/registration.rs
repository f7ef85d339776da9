//! Registration: how the second scan lies over the first.

use super::coarse::{Candidate, Scales, search};
use super::contrast::Relief;
use super::exposure::Exposure;
use super::fine::{Grid, Overlay, refine};
use super::mapping::Mapping;
use super::tolerance;
use crate::error::{Code, Error, Result};

/// Ways to lay one scan over the other that are looked at closely.
const CANDIDATES: usize = 6;
/// Columns of the first grid; each further one has twice as many.
const FIRST_COLUMNS: usize = 128;
/// Most columns of a grid on which positions are refined.
const MOST_COLUMNS: usize = 2048;
/// Gauss–Newton steps per grid.
const STEPS: usize = 12;
/// Columns of the first scan per piece of the polyline, at least.
const PIECE: usize = 24;
/// Most pieces of the polyline.
const MOST_PIECES: usize = 16;
/// Share of the first scan, and of the second, that must be covered by the other.
const LEAST_OVERLAP: f64 = 0.25;
/// Correlation that a registration needs before it is believed.
const LEAST_CORRELATION: f64 = 0.4;
/// The same against an empty reference, where the load is in one scan only.
const LEAST_CORRELATION_EMPTY: f64 = 0.2;
/// Lead in correlation that the best way needs over the next.
const LEAST_LEAD: f64 = 0.03;

/// Scale and shift of the rows, in pixels, within which both scans are of one scanner.
const SAME_SCALE: f64 = 0.005;
const SAME_SHIFT: f64 = 1.0;

/// How the second scan lies over the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Registration {
    /// Whether the second scan shows the object upside down.
    pub rows_flipped: bool,
    /// Whether the second scan shows the object from its other end.
    pub columns_flipped: bool,
    /// Where the first scan lies in the second, after the flips.
    pub mapping: Mapping,
    /// Correlation of the fine structure of both, −1 to 1.
    pub correlation: f64,
    /// The same for the best other way to lay the scans over each other; none when there is no other.
    pub runner_up: Option<f64>,
    /// Share of the first scan that the second covers, 0 to 1.
    pub overlap: f64,
    /// What shifts are left between parts of the picture along rows and columns, in pixels of the first scan.
    pub tolerance: (f64, f64),
    /// Rows and columns of the second scan.
    pub second: (usize, usize),
}

impl Registration {
    /// Returns where a position of the first scan lies in the second, as that scan is stored, in pixels from its first
    /// edges.
    pub fn in_second(&self, row: f64, column: f64) -> (f64, f64) {
        let (row, column) = (self.mapping.row(row), self.mapping.column(column));
        let turned = |flip: bool, size: usize, at: f64| if flip { size as f64 - at } else { at };
        (turned(self.rows_flipped, self.second.0, row), turned(self.columns_flipped, self.second.1, column))
    }

    /// Returns whether the rows of both scans look at the object from one place, as of one scanner: same rows, not turned.
    pub fn same_rows(&self) -> bool {
        let (shift, scale) = self.mapping.rows;
        !self.rows_flipped && (scale - 1.0).abs() < SAME_SCALE && shift.abs() < SAME_SHIFT
    }

    /// Returns whether the scans fit together well enough for their differences to mean something; against an empty
    /// `reference` less in common is enough.
    pub fn is_believable(&self, reference: bool) -> bool {
        self.correlation >= if reference { LEAST_CORRELATION_EMPTY } else { LEAST_CORRELATION }
    }
}

/// A registration and the turned second scan it holds for.
pub(super) struct Registered {
    pub(super) registration: Registration,
    pub(super) first: Relief,
    pub(super) second: Relief,
    pub(super) turned: Exposure,
    /// Cells of the coarser scan over the first.
    pub(super) grid: Grid,
    /// Shifts that may be left at each cell, in cells.
    pub(super) left: tolerance::Tolerance,
}

/// One way, refined on the first grid.
struct Way {
    candidate: Candidate,
    mapping: Mapping,
    correlation: f64,
    overlap: f64,
}

/// Finds how the second exposure lies over the first.
///
/// # Errors
/// `compare.views` for views of different kinds; `compare.no_overlap` when too little of one is in the other;
/// `compare.ambiguous` when two ways fit alike.
pub(super) fn register(a: &Exposure, b: &Exposure, reference: bool) -> Result<Registered> {
    if a.kind != b.kind {
        return Err(Error::new(Code::CompareViews, "the views show the object from different sides")
            .expected(a.kind.to_string())
            .found(b.kind.to_string()));
    }
    let first = Relief::new(a)?;
    let mut second = Relief::new(b)?;
    let scales = Scales::new((first.shape(), a.pitch), (second.shape(), b.pitch));
    let found = search(&first, &second, &scales, CANDIDATES);
    let mut ways: Vec<Way> = Vec::new();
    let mut turned = ((false, false), second);
    for candidate in found {
        turned = turn_to(turned, candidate.flips, b)?;
        ways.push(look(&first, &turned.1, candidate));
    }
    ways.sort_by(|x, y| y.correlation.total_cmp(&x.correlation));
    let mut ways = ways.into_iter();
    let Some(best) = ways.next() else {
        return Err(no_overlap(0.0, "nothing in common"));
    };
    let width = first.shape().1 as f64;
    let runner_up = ways.filter(|w| differs(w, &best, width)).map(|w| w.correlation).reduce(f64::max);
    let flips = best.candidate.flips;
    second = turn_to(turned, flips, b)?.1;
    let best_guess = best.correlation;
    let (mapping, grid) = finish(&first, &second, best.mapping);
    let overlay = Overlay::new(&first, &second, &mapping, &grid);
    let (correlation, overlap) = overlay.agreement();
    let left = tolerance::Tolerance::measure(&overlay);
    let registration = Registration {
        rows_flipped: flips.0,
        columns_flipped: flips.1,
        tolerance: (left.overall.0 * grid.cell.0, left.overall.1 * grid.cell.1),
        second: second.shape(),
        mapping,
        correlation,
        runner_up,
        overlap,
    };
    let of_second = overlap * first.shape().1 as f64 * registration.mapping.column_scale() / second.shape().1 as f64;
    if overlap < LEAST_OVERLAP || of_second < LEAST_OVERLAP {
        return Err(no_overlap(overlap, &format!("{:.0} % of the first scan", 100.0 * overlap)));
    }
    if let Some(next) = runner_up.filter(|next| registration.is_believable(reference) && best_guess - next < LEAST_LEAD)
    {
        return Err(Error::new(Code::CompareAmbiguous, "the scans fit together in two ways")
            .expected(format!("one way that leads by {LEAST_LEAD} in correlation"))
            .found(format!("{best_guess:.3} and {next:.3}")));
    }
    Ok(Registered { registration, first, second, turned: b.turned(flips.0, flips.1), grid, left })
}

fn no_overlap(overlap: f64, found: &str) -> Error {
    let hint = if overlap > 0.0 {
        "Compare scans of the whole object."
    } else {
        "Check that both scans show the same object."
    };
    Error::new(Code::CompareNoOverlap, "the scans do not cover each other")
        .expected(format!("at least {:.0} % of both in common", 100.0 * LEAST_OVERLAP))
        .found(found)
        .hint(hint)
}

type Turned = ((bool, bool), Relief);

fn turn_to(turned: Turned, flips: (bool, bool), b: &Exposure) -> Result<Turned> {
    if turned.0 == flips {
        return Ok(turned);
    }
    let transmission = super::exposure::turn(&b.alpha, flips.0, flips.1).mapv(|alpha| (-alpha).exp());
    Ok((flips, Relief { transmission, thickness: turned.1.thickness }))
}

/// Refines a way on the first grid, without the polyline.
fn look(first: &Relief, second: &Relief, candidate: Candidate) -> Way {
    let start = Mapping::affine(candidate.rows, candidate.columns, first.shape().1, 2);
    let grid = Grid::new(first.shape(), (candidate.rows.1, candidate.columns.1), FIRST_COLUMNS);
    let mapping = refine(first, second, &start, &grid, STEPS, true);
    let (correlation, overlap) = Overlay::new(first, second, &mapping, &grid).agreement();
    Way { candidate, mapping, correlation: correlation * overlap.min(1.0).sqrt(), overlap }
}

/// Returns whether two ways are really two: other flips, or apart by more than a thirtieth of the picture.
fn differs(one: &Way, other: &Way, width: f64) -> bool {
    let apart = |at: f64| (one.mapping.column(at) - other.mapping.column(at)).abs();
    one.overlap > 0.0
        && (one.candidate.flips != other.candidate.flips
            || apart(0.0).max(apart(width)) > width / 30.0 * other.mapping.column_scale())
}

/// Refines the chosen way from grid to grid, with the polyline.
fn finish(first: &Relief, second: &Relief, start: Mapping) -> (Mapping, Grid) {
    let width = first.shape().1;
    let pieces = (width / PIECE).clamp(2, MOST_PIECES);
    let columns = (start.column(0.0), start.column_scale());
    let mut mapping = Mapping::affine(start.rows, columns, width, pieces + 1);
    let scale = |m: &Mapping| (m.rows.1, m.column_scale());
    let whole = Grid::new(first.shape(), scale(&mapping), usize::MAX);
    let mut most = FIRST_COLUMNS;
    loop {
        let grid = Grid::new(first.shape(), scale(&mapping), most);
        mapping = refine(first, second, &mapping, &grid, STEPS, false);
        if most >= MOST_COLUMNS || most >= whole.shape.1 {
            break;
        }
        most *= 2;
    }
    (mapping, whole)
}
