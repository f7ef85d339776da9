//! Thin layers, which one scanner looks along and the other across.
//!
//! A gap between two tiers of goods, a floor or a sheet shows as a line where the rays run along it, and not at all where
//! they run across it. Between scanners whose sources stand at different places such a line says nothing about the load.

use ndarray::Array2;

use super::items::{bounds, grow};
use crate::model::Region;

/// Most cells that a layer takes down a column, at the blur of a cell and its neighbours.
const FLAT: usize = 6;
/// Most cells that an upright layer takes along a row: the rays do not spread along the scan, but pulses sample a narrow
/// slit differently.
const UPRIGHT: usize = 4;
/// Least cells along a layer, and least times its thickness.
const LONG: (usize, f64) = (10, 2.5);
/// Cells of an area beside its layers that make an item of their own.
const BODY: usize = 12;
/// Cells beyond a body that its rim reaches.
const REACH: usize = 3;

/// Cells of an area, as (row, column).
type Cells = Vec<(usize, usize)>;

/// Splits a connected area into bodies and thin layers. What counts is the part within the contour, `inner`: the area is
/// wider by the windows over which it was averaged.
pub(super) fn split(area: &Cells, inner: &Array2<bool>) -> (Vec<Cells>, Vec<Cells>) {
    let around = bounds(area);
    let local = |(row, column): (usize, usize)| (row - around.row, column - around.column);
    let mut inside = Array2::from_elem((around.rows, around.columns), false);
    let mut core = inside.clone();
    for cell in area {
        inside[local(*cell)] = true;
        core[local(*cell)] = inner.get(*cell).copied().unwrap_or_default();
    }
    let (down, along) = (runs(&core, true), runs(&core, false));
    let long = |length: usize, width: usize| length >= LONG.0 && length as f64 >= LONG.1 * width as f64;
    let thin = |cell: (usize, usize)| {
        let (v, h) = (down[cell], along[cell]);
        core[cell] && (v <= FLAT && long(h, v) || h <= UPRIGHT && long(v, h))
    };
    let mut layer = Array2::from_shape_fn(core.dim(), thin);
    let bodies = parts(&Array2::from_shape_fn(core.dim(), |cell| core[cell] && !layer[cell]));
    let bodies: Vec<Region> = bodies.iter().filter(|body| body.len() >= BODY).map(|body| bounds(body)).collect();
    // The rounded ends of a body are thin, but do not reach far from it.
    let beside = |body: &Region, cell: &(usize, usize)| {
        let near = |at: usize, first: usize, count: usize| at + REACH >= first && at < first + count + REACH;
        near(cell.0, body.row, body.rows) && near(cell.1, body.column, body.columns)
    };
    for part in parts(&layer) {
        if part.iter().all(|cell| bodies.iter().any(|body| beside(body, cell))) {
            part.iter().for_each(|cell| layer[*cell] = false);
        }
    }
    let layers = parts(&layer);
    if layers.is_empty() {
        return (vec![area.clone()], Vec::new());
    }
    if bodies.is_empty() {
        return (Vec::new(), vec![area.clone()]);
    }
    let close = |cell: (usize, usize)| !layer[cell] && bodies.iter().any(|body| beside(body, &cell));
    let rest = Array2::from_shape_fn(core.dim(), |cell| inside[cell] && close(cell));
    let holds = |part: &Cells| part.iter().filter(|cell| core[**cell]).count() >= BODY;
    let back = |cells: Cells| cells.into_iter().map(|(r, c)| (r + around.row, c + around.column)).collect();
    (parts(&rest).into_iter().filter(holds).map(back).collect(), layers.into_iter().map(back).collect())
}

/// Returns the connected parts of a mask.
fn parts(mask: &Array2<bool>) -> Vec<Cells> {
    let mut seen = Array2::from_elem(mask.dim(), false);
    let mut found = Vec::new();
    for (cell, inside) in mask.indexed_iter() {
        if *inside && !seen[cell] {
            found.push(grow(&mut seen, cell, |c| mask.get(c).copied().unwrap_or_default()));
        }
    }
    found
}

/// Returns how many marked cells follow on each other through each cell, down its column or along its row.
fn runs(mask: &Array2<bool>, down: bool) -> Array2<usize> {
    let mut length = Array2::zeros(mask.dim());
    let axis = ndarray::Axis(usize::from(down));
    for (marks, mut lengths) in mask.axis_iter(axis).zip(length.axis_iter_mut(axis)) {
        let mut first = 0;
        while first < marks.len() {
            let run = marks.iter().skip(first).take_while(|m| **m).count();
            lengths.iter_mut().skip(first).take(run).for_each(|l| *l = run);
            first += run.max(1);
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(lines: &[&str]) -> Array2<bool> {
        let cells: Vec<bool> = lines.iter().flat_map(|l| l.bytes().map(|b| b == b'#')).collect();
        Array2::from_shape_vec((lines.len(), lines[0].len()), cells).unwrap()
    }

    fn split_whole(mask: &Array2<bool>) -> (Vec<usize>, Vec<usize>) {
        let cells = mask.indexed_iter().filter(|(_, m)| **m).map(|(cell, _)| cell).collect();
        let (bodies, layers) = split(&cells, mask);
        (bodies.iter().map(Vec::len).collect(), layers.iter().map(Vec::len).collect())
    }

    #[test]
    fn a_layer_is_taken_off_the_item_that_it_touches() {
        let mask = drawn(&[
            "............#####.........................",
            "............#####.........................",
            "##########################################",
            "............#####.........................",
            "............#####.........................",
            "............#####.........................",
            "............#####.........................",
        ]);
        assert_eq!(split_whole(&mask), (vec![35], vec![12, 25]));
        // A slit below its lower edge goes, too.
        let tail = Array2::from_shape_fn((30, 12), |(r, c)| r < 10 || c < 2);
        assert_eq!(split_whole(&tail), (vec![120], vec![40]));
    }

    #[test]
    fn compact_items_and_short_bars_stay() {
        for shape in [(6, 13), (3, 9), (9, 4), (5, 4)] {
            let mask = Array2::from_elem(shape, true);
            assert_eq!(split_whole(&mask), (vec![shape.0 * shape.1], vec![]), "{shape:?}");
        }
        // The ends of a rounded item are thin; it stays whole.
        let round = Array2::from_shape_fn((7, 15), |(r, c)| {
            ((r as f64 - 3.0) / 3.3).powi(2) + ((c as f64 - 7.0) / 7.3).powi(2) <= 1.0
        });
        assert_eq!(split_whole(&round).1, Vec::<usize>::new());
    }

    #[test]
    fn gaps_and_slits_are_layers_within_their_contour() {
        assert_eq!(split_whole(&Array2::from_elem((15, 4), true)), (vec![], vec![60]));
        // Averaged over windows a gap of three rows is significant over nine.
        let cells: Cells = (0..9).flat_map(|r| (0..30).map(move |c| (r, c))).collect();
        let inner = Array2::from_shape_fn((9, 30), |(r, _)| (3..6).contains(&r));
        let (bodies, layers) = split(&cells, &inner);
        assert_eq!((bodies.len(), layers.len(), layers[0].len()), (0, 1, 270));
    }
}
