//! Coarse registration: shift, scale and flips by correlation of overviews.

use ndarray::Array2;
use rayon::prelude::*;

use super::contrast::{Relief, high_pass};
use super::exposure::turn;
use super::fourier::Spectrum;
use super::resample::Cells;

/// Largest overview of the first scan, cells.
const OVERVIEW: (usize, usize) = (32, 192);
/// Least share of the smaller scan, along each axis, that the other must cover.
const LEAST_OVERLAP: (f64, f64) = (0.5, 0.3);
/// Peaks kept per scale and flip.
const PEAKS: usize = 2;
/// Cells around a peak that belong to it.
const PEAK_WIDTH: (usize, usize) = (3, 5);

/// A way to lay the second scan over the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    /// Whether the second scan is upside down, and left to right.
    pub(super) flips: (bool, bool),
    /// Shift and scale along rows and columns of the second scan, turned: b = shift + scale · a, in pixels.
    pub(super) rows: (f64, f64),
    pub(super) columns: (f64, f64),
    /// Correlation of the overviews, energies of the whole pictures in the denominator.
    pub(super) score: f64,
}

/// Scales to try: pixels of the second scan per pixel of the first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scales {
    pub(super) rows: Vec<f64>,
    pub(super) columns: Vec<f64>,
}

impl Scales {
    /// Chooses the scales: near the ratio of the stated pitches, in which the speed may err by a seventh; without
    /// pitches, near the ratio of the sizes and wider.
    pub(super) fn new(
        (a, pitch_a): ((usize, usize), Option<(f64, f64)>),
        (b, pitch_b): ((usize, usize), Option<(f64, f64)>),
    ) -> Self {
        let around = |middle: f64, step: f64, count: i32| -> Vec<f64> {
            (-count..=count).map(|k| middle * (1.0 + step).powi(k)).collect()
        };
        match pitch_a.zip(pitch_b) {
            Some((pa, pb)) => Self { rows: vec![pa.0 / pb.0], columns: around(pa.1 / pb.1, 0.02, 7) },
            None => Self {
                rows: around(b.0 as f64 / a.0.max(1) as f64, 0.07, 3),
                columns: around(b.1 as f64 / a.1.max(1) as f64, 0.03, 9),
            },
        }
    }
}

/// Returns the most likely ways to lay the second scan over the first, best first, at most `count`.
pub(super) fn search(a: &Relief, b: &Relief, scales: &Scales, count: usize) -> Vec<Candidate> {
    let (rows, columns) = a.shape();
    let cells = (OVERVIEW.0.min(rows), OVERVIEW.1.min(columns));
    if cells.0 < 2 || cells.1 < 2 {
        return Vec::new();
    }
    let cell = (rows as f64 / cells.0 as f64, columns as f64 / cells.1 as f64);
    let first = feature(a, cells, cell);
    let pairs: Vec<(f64, f64)> =
        scales.rows.iter().flat_map(|r| scales.columns.iter().map(move |c| (*r, *c))).collect();
    let found: Vec<Vec<Candidate>> = pairs.par_iter().map(|scale| at_scale(&first, b, cell, *scale)).collect();
    let mut all: Vec<Candidate> = found.into_iter().flatten().collect();
    all.sort_by(|x, y| y.score.total_cmp(&x.score));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in all {
        // Neighbouring scales find the same place; one of them is enough.
        let middle = |c: &Candidate| {
            (c.rows.0 + c.rows.1 * rows as f64 / 2.0, (c.columns.0 + c.columns.1 * columns as f64 / 2.0))
        };
        let near = |k: &Candidate| {
            let (x, y) = (middle(k), middle(&candidate));
            k.flips == candidate.flips
                && (x.0 - y.0).abs() < 2.0 * cell.0 * candidate.rows.1
                && (x.1 - y.1).abs() < 4.0 * cell.1 * candidate.columns.1
        };
        if kept.len() < count && !kept.iter().any(near) {
            kept.push(candidate);
        }
    }
    kept
}

fn at_scale(first: &Array2<f32>, b: &Relief, cell: (f64, f64), scale: (f64, f64)) -> Vec<Candidate> {
    let size = (cell.0 * scale.0, cell.1 * scale.1);
    let (rows, columns) = b.shape();
    let cells = ((rows as f64 / size.0).floor() as usize, (columns as f64 / size.1).floor() as usize);
    let too_many = cells.0 > 8 * OVERVIEW.0 || cells.1 > 8 * OVERVIEW.1;
    if cells.0 < 2 || cells.1 < 2 || too_many {
        return Vec::new();
    }
    let second = feature(b, cells, size);
    let shape = (first.nrows() + cells.0, first.ncols() + cells.1);
    let spectrum = Spectrum::new(first, shape);
    let energy = |image: &Array2<f32>| image.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>();
    let norm = (energy(first) * energy(&second)).sqrt().max(1e-12);
    let mut found = Vec::new();
    for flips in [(false, false), (false, true), (true, false), (true, true)] {
        let surface = spectrum.correlation(&Spectrum::new(&turn(&second, flips.0, flips.1), shape));
        // A turned picture starts at its far edge, which need not be that of a cell.
        let rest = (rows as f64 - cells.0 as f64 * size.0, columns as f64 - cells.1 as f64 * size.1);
        let start = (if flips.0 { rest.0 } else { 0.0 }, if flips.1 { rest.1 } else { 0.0 });
        for ((i, j), value) in peaks(&surface, first.dim(), cells) {
            found.push(Candidate {
                flips,
                rows: (start.0 + i as f64 * size.0, scale.0),
                columns: (start.1 + j as f64 * size.1, scale.1),
                score: f64::from(value) / norm,
            });
        }
    }
    found
}

/// Returns the highest peaks of a correlation surface among the shifts that leave enough overlap.
fn peaks(surface: &Array2<f32>, a: (usize, usize), b: (usize, usize)) -> Vec<((i64, i64), f32)> {
    let signed = |at: usize, size: usize, limit: usize| if at < limit { at as i64 } else { at as i64 - size as i64 };
    let overlap = |shift: i64, a: usize, b: usize| ((a as i64).min(b as i64 - shift) - 0.max(-shift)).max(0) as f64;
    let mut allowed: Vec<((i64, i64), f32)> = Vec::new();
    for ((r, c), value) in surface.indexed_iter() {
        let (i, j) = (signed(r, surface.nrows(), b.0), signed(c, surface.ncols(), b.1));
        let enough = overlap(i, a.0, b.0) >= LEAST_OVERLAP.0 * a.0.min(b.0) as f64
            && overlap(j, a.1, b.1) >= LEAST_OVERLAP.1 * a.1.min(b.1) as f64;
        if enough && *value > 0.0 {
            allowed.push(((i, j), *value));
        }
    }
    allowed.sort_by(|x, y| y.1.total_cmp(&x.1));
    let mut kept: Vec<((i64, i64), f32)> = Vec::new();
    for peak in allowed {
        let near = |k: &((i64, i64), f32)| {
            (k.0.0 - peak.0.0).unsigned_abs() as usize <= PEAK_WIDTH.0
                && (k.0.1 - peak.0.1).unsigned_abs() as usize <= PEAK_WIDTH.1
        };
        if !kept.iter().any(near) {
            kept.push(peak);
        }
        if kept.len() == PEAKS {
            break;
        }
    }
    kept
}

fn feature(relief: &Relief, cells: (usize, usize), size: (f64, f64)) -> Array2<f32> {
    let (rows, columns) = relief.shape();
    let rows = Cells::new(cells.0, rows, false, |e| e * size.0);
    let columns = Cells::new(cells.1, columns, false, |e| e * size.1);
    high_pass(&relief.contrast(&rows, &columns), (OVERVIEW.0 / 8, OVERVIEW.1 / 24))
}
