//! The difference of two registered scans, in g/cm², and how significant it is.
//!
//! Both scans are read with the same atomic number at each place, so that the noise of the material does not enter:
//! with a wrong one, both areal densities err alike. The variance of a difference has four parts: quantum and
//! electronic noise of both scans; the registration, as the range that a shift within the tolerance explains; the model,
//! as what the areal densities of both scanners differ by over the whole picture; and whatever spread is still left in
//! the picture as a whole (the empirical null of B. Efron, J. Am. Stat. Assoc. 99 (2004) 96).

use ndarray::{Array2, Zip};

use super::contrast::{Relief, Sums};
use super::exposure::{Exposure, Substance};
use super::fine::Grid;
use super::photometric::{Gain, Levels, median};
use super::registration::Registered;
use super::resample::{Cells, pick, resample};
use super::tolerance::Tolerance;
use crate::error::Result;
use crate::material::{MaterialClass, NoiseModel};

/// Atomic number taken where neither scan tells: between organic matter and steel, where the error is least.
const UNKNOWN_Z: f32 = 13.0;
/// Largest atomic number with which areal densities are read; above, the scale hardly changes and is often folded.
const MOST_Z: f32 = 40.0;
/// Half widths, in cells, of the windows over which differences are averaged.
const WINDOWS: [usize; 4] = [0, 1, 3, 6];
/// Window on which the model error is measured.
const MODEL_WINDOW: usize = 3;
/// Error of two scanners against each other where it cannot be measured: g/cm², and as a share of the areal density.
const USUAL_ERROR: (f64, f64) = (0.1, 0.03);
/// Areal density from which on a cell shows matter, g/cm².
const MATTER: f32 = 1.0;
/// Standard deviations of the electronic noise below which nothing is measured.
const DARK_SIGMAS: f64 = 3.0;

/// The difference of two scans on the grid of the coarser one, laid over the first; arrays are `[row, column]`.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Size of a cell in pixels of the first scan.
    pub cell: (f64, f64),
    /// Areal density of the first scan, g/cm²; NaN without data.
    pub first: Array2<f32>,
    /// Areal density of the second, on the scale of the first.
    pub second: Array2<f32>,
    /// Second minus first, g/cm²; NaN where one has no data.
    pub change: Array2<f32>,
    /// Standard deviation of the change of a single cell.
    pub sigma: Array2<f32>,
    /// Part of `sigma` that is alike all over an item and does not average out: the error of the scanners against each
    /// other.
    pub steady: Array2<f32>,
    /// Part of `sigma` that the registration leaves at edges.
    pub edges: Array2<f32>,
    /// Change in standard deviations, of the window over which it is largest; NaN where there is none.
    pub significance: Array2<f32>,
    /// Shifts that the registration leaves in the picture as a whole, in cells down and along.
    pub tolerance: (f64, f64),
    /// Material of the first and of the second scan, where there is one.
    pub substances: (Option<Substance>, Option<Substance>),
    /// Gain of the second scan's areal densities that was taken out.
    pub gain: Gain,
    /// Largest correction of level, in α.
    pub drift: f32,
    /// Relative error of the areal densities against each other after all corrections.
    pub model_error: f64,
    /// Share of the object's cells that are thicker than the weaker scanner sees through, 0 to 1: nothing is compared there.
    pub opaque: f64,
    /// Factor by which the spread of the whole picture exceeded what was expected.
    pub inflation: f64,
}

impl Difference {
    /// Takes the difference. Against an empty `reference` most of the picture may differ, so that it tells neither the
    /// gain nor the errors of the scanners against each other: the usual ones are taken.
    pub(super) fn new(a: &Exposure, registered: &Registered, reference: bool) -> Result<Self> {
        let Registered { registration, first, second, turned, grid, left } = registered;
        let mapping = &registration.mapping;
        let (rows, columns) = grid.over_first(first.shape(), true);
        let mut one = Side::new(first, &rows, &columns, a.noise);
        let (rows, columns) = grid.over_second(second.shape(), mapping, true);
        let mut two = Side::new(second, &rows, &columns, turned.noise);
        let levels = Levels::new(&one.alpha, &two.alpha);
        levels.correct(&mut two.alpha);

        let row = |r: f64| r * grid.cell.0;
        let column = |c: f64| c * grid.cell.1;
        let of_first = a.substance.as_ref().map(|s| on_grid(s, grid, row, column));
        let of_second = turned.substance.as_ref();
        let of_second = of_second.map(|s| on_grid(s, grid, |r| mapping.row(row(r)), |c| mapping.column(column(c))));
        let z = shared_z(grid.shape, of_first.as_ref(), of_second.as_ref());
        let doubt = doubt(first, &one.alpha, second, &two.alpha, &z);
        let z = z.mapv(|z| if z.is_nan() { UNKNOWN_Z } else { z });
        one.read(first, &z);
        two.read(second, &z);
        let opaque = clip(&mut one, &mut two);

        let noise = root(&one.variance, &two.variance);
        let moved = edges(&one.lambda, left);
        let usable = Zip::from(&one.lambda).and(&moved).map_collect(|l, m| l.is_finite() && *m < 0.1 * l.abs() + 0.5);
        let gain = match reference {
            true => Gain::default(),
            false => Gain::fit(&one.lambda, &two.lambda, &noise, &usable),
        };
        // (b − a) / ((a + b) / 2) = g  ⇒  a = b (2 − g) / (2 + g).
        two.lambda.mapv_inplace(|l| {
            let g = gain.at(f64::from(l));
            (f64::from(l) * (2.0 - g) / (2.0 + g)) as f32
        });
        // Misplaced matter shows its edge in both scans, near the same place; what came or went shows its own in one only.
        let mut moved = moved;
        moved.zip_mut_with(&edges(&two.lambda, left), |a, b| *a = a.min(*b));

        let change = &two.lambda - &one.lambda;
        let mean = (&one.lambda + &two.lambda) / 2.0;
        let (floor, model_error) = match reference {
            true => USUAL_ERROR,
            false => model(&change, &mean, &noise, &usable),
        };
        let steady = Zip::from(&mean).and(&doubt).map_collect(|l, d| {
            (floor.powi(2) + (model_error * f64::from(*l)).powi(2) + f64::from(*d).powi(2)).sqrt() as f32
        });
        let lasting = root(&steady.mapv(|s| s * s), &moved.mapv(|m| m * m));
        let (significance, inflation) = significance(&change, &noise, &lasting, (!reference).then_some(&usable));
        let sigma = root(&noise.mapv(|n| n * n), &lasting.mapv(|s| s * s)).mapv(|s| s * inflation as f32);
        Ok(Self {
            cell: grid.cell,
            first: one.lambda,
            second: two.lambda,
            change,
            sigma,
            steady: steady.mapv(|s| s * inflation as f32),
            edges: moved.mapv(|m| m * inflation as f32),
            significance,
            tolerance: left.overall,
            substances: (of_first, of_second),
            gain,
            drift: levels.largest(),
            model_error,
            opaque,
            inflation,
        })
    }
}

/// One scan on the grid.
struct Side {
    alpha: Array2<f32>,
    /// Variance of α, then of λ.
    variance: Array2<f32>,
    lambda: Array2<f32>,
    /// λ from which on nothing is measured.
    ceiling: Array2<f32>,
    opaque: f32,
}

impl Side {
    fn new(relief: &Relief, rows: &Cells, columns: &Cells, noise: NoiseModel) -> Self {
        let cells = resample(&relief.transmission, rows, columns);
        let (quantum, electronic) = (noise.quantum as f32, noise.electronic as f32);
        // Averaging over a cell lets deeper parts be seen than a single pixel does, by the root of its gain.
        let gain = cells.gain.iter().copied().filter(|g| *g > 0.0).fold(1.0f32, f32::min);
        let dark = (DARK_SIGMAS as f32 * electronic * gain.sqrt()).max(3.4e-4);
        let variance = Zip::from(&cells.values).and(&cells.gain).map_collect(|t, g| {
            let t = t.max(dark);
            (quantum * t + electronic * electronic) * g / (t * t)
        });
        let alpha = cells.values.mapv(|t| if t.is_nan() { f32::NAN } else { -t.max(dark).ln() });
        let empty = Array2::zeros(alpha.raw_dim());
        Self { alpha, variance, lambda: empty.clone(), ceiling: empty, opaque: -dark.ln() }
    }

    fn read(&mut self, relief: &Relief, z: &Array2<f32>) {
        Zip::from(&mut self.lambda).and(&mut self.variance).and(&mut self.ceiling).and(&self.alpha).and(z).for_each(
            |lambda, variance, ceiling, alpha, z| {
                *ceiling = relief.thickness.at(self.opaque, *z).0;
                let (value, slope) = if alpha.is_nan() { (f32::NAN, 0.0) } else { relief.thickness.at(*alpha, *z) };
                *lambda = value;
                *variance *= slope * slope;
            },
        );
    }
}

/// Cuts both scans at the smaller of their ceilings: beyond, the weaker scanner does not tell. Returns the share of the
/// cells with matter that are cut in both.
fn clip(one: &mut Side, two: &mut Side) -> f64 {
    let (mut cut, mut all) = (0usize, 0usize);
    Zip::from(&mut one.lambda).and(&mut two.lambda).and(&one.ceiling).and(&two.ceiling).for_each(|a, b, ca, cb| {
        let most = ca.min(*cb);
        if !a.is_nan() && !b.is_nan() {
            all += usize::from(a.min(*b) > MATTER);
            cut += usize::from(a.min(*b) >= most);
            (*a, *b) = (a.min(most), b.min(most));
        }
    });
    cut as f64 / all.max(1) as f64
}

fn on_grid(
    substance: &Substance,
    grid: &Grid,
    row: impl Fn(f64) -> f64 + Copy,
    column: impl Fn(f64) -> f64 + Copy,
) -> Substance {
    Substance {
        z: pick(&substance.z, grid.shape, row, column, 0.0),
        class: pick(&substance.class, grid.shape, row, column, MaterialClass::Undecided.code()),
        confidence: pick(&substance.confidence, grid.shape, row, column, 0),
    }
}

/// Standard deviation that the common atomic number leaves: two beams do not err quite alike with a wrong one. Where it
/// is told it may be off by a third; where it is not, it may be that of organic matter or of steel.
fn doubt(a: &Relief, alpha_a: &Array2<f32>, b: &Relief, alpha_b: &Array2<f32>, z: &Array2<f32>) -> Array2<f32> {
    Zip::from(alpha_a).and(alpha_b).and(z).map_collect(|alpha_a, alpha_b, z| {
        let change = |z: f32| b.thickness.at(*alpha_b, z).0 - a.thickness.at(*alpha_a, z).0;
        let apart = match z.is_nan() {
            true => (change(26.0) - change(7.0)) / 2.0,
            false => change(1.3 * z) - change(*z),
        };
        if apart.is_nan() { 0.0 } else { apart.abs() }
    })
}

/// Atomic number with which both scans are read: the mean of what they say, over a few cells; NaN where they do not say.
fn shared_z(shape: (usize, usize), a: Option<&Substance>, b: Option<&Substance>) -> Array2<f32> {
    let mut told = Array2::from_elem(shape, f32::NAN);
    for ((row, column), value) in told.indexed_iter_mut() {
        let of = |s: Option<&Substance>| s.and_then(|s| s.z.get((row, column)).copied()).filter(|z| *z > 0.0);
        *value = match (of(a), of(b)) {
            (Some(a), Some(b)) => (a.min(MOST_Z) + b.min(MOST_Z)) / 2.0,
            (Some(z), None) | (None, Some(z)) => z.min(MOST_Z),
            (None, None) => f32::NAN,
        };
    }
    let sums = Sums::new(&told);
    Array2::from_shape_fn(shape, |(row, column)| {
        let near = sums.mean(row, column, (2, 2));
        if near.is_nan() { sums.mean(row, column, (6, 6)) } else { near }
    })
}

/// Standard deviation that the registration leaves: what a shift within the tolerance explains.
fn edges(lambda: &Array2<f32>, tolerance: &Tolerance) -> Array2<f32> {
    tolerance.explained(&lambda.mapv(|l| if l.is_nan() { 0.0 } else { l }))
}

fn root(a: &Array2<f32>, b: &Array2<f32>) -> Array2<f32> {
    Zip::from(a).and(b).map_collect(|a, b| (a + b).sqrt())
}

/// Error of the two scanners against each other that noise does not explain: in air and thin parts absolute, in thicker
/// ones a share of the areal density. Medians, so that what was added or removed does not count.
fn model(change: &Array2<f32>, mean: &Array2<f32>, noise: &Array2<f32>, usable: &Array2<bool>) -> (f64, f64) {
    let half = (MODEL_WINDOW, MODEL_WINDOW);
    let sums = Sums::new(change);
    let left = averaged(MODEL_WINDOW);
    let (mut thin, mut thick) = (Vec::new(), Vec::new());
    for ((cell, usable), lambda) in usable.indexed_iter().zip(mean) {
        if !usable || lambda.is_nan() {
            continue;
        }
        let mean = sums.mean(cell.0, cell.1, half);
        let noise = noise.get(cell).copied().unwrap_or_default() * left;
        let excess = mean.abs() / 0.6745;
        match *lambda {
            l if l < 5.0 => thin.push((excess, noise)),
            l if l > 15.0 => thick.push((excess / l, noise / l)),
            _ => {}
        }
    }
    let beyond = |pairs: &[(f32, f32)]| {
        let total = median(pairs.iter().map(|p| p.0).collect(), 50)?;
        let noise = median(pairs.iter().map(|p| p.1).collect(), 50)?;
        Some(f64::from((total * total - noise * noise).max(0.0).sqrt()))
    };
    (beyond(&thin).unwrap_or(0.0).min(1.0), beyond(&thick).unwrap_or(0.01).clamp(0.002, 0.2))
}

/// Standard deviation of the mean over a window as a share of that of a cell, whose noise is that of white noise
/// smoothed by 1 2 1.
fn averaged(half: usize) -> f32 {
    let size = 2 * half + 1;
    let mut kernel = vec![0.0f32; size + 2];
    for at in 0..size {
        for (k, weight) in [0.25, 0.5, 0.25].into_iter().enumerate() {
            kernel[at + k] += weight / size as f32;
        }
    }
    // Per axis the share of the variance is Σ kernel² / Σ (1 2 1)², and there are two axes.
    kernel.iter().map(|w| w * w).sum::<f32>() / 0.375
}

/// Returns the change in standard deviations, of the window over which it is largest, and the largest factor by which
/// the cells that lie `still` spread more than they should.
fn significance(
    change: &Array2<f32>,
    noise: &Array2<f32>,
    steady: &Array2<f32>,
    still: Option<&Array2<bool>>,
) -> (Array2<f32>, f64) {
    let (changes, noises, steadies) = (Sums::new(change), Sums::new(&noise.mapv(|n| n * n)), Sums::new(steady));
    let mut best = change.mapv(|c| if c.is_nan() { f32::NAN } else { 0.0 });
    let mut inflation = 1.0f64;
    for half in WINDOWS {
        let left = averaged(half);
        let full = ((2 * half + 1) * (2 * half + 1)) as f32;
        let z = Array2::from_shape_fn(change.dim(), |(row, column)| {
            if change[(row, column)].is_nan() {
                return f32::NAN;
            }
            let window = (half, half);
            // A window that is cut off by the edge of the picture averages over fewer cells.
            let share = full / changes.window(row, column, window).1 as f32;
            let variance = noises.mean(row, column, window) * left * left * share;
            changes.mean(row, column, window) / (variance + steadies.mean(row, column, window).powi(2)).sqrt()
        });
        let unexpected = still.map_or(1.0, |still| spread(&z, still)).max(1.0);
        inflation = inflation.max(unexpected);
        Zip::from(&mut best).and(&z).for_each(|best, z| {
            let z = z / unexpected as f32;
            if z.abs() > best.abs() {
                *best = z;
            }
        });
    }
    (best, inflation)
}

/// Standard deviation of the middle of a distribution, of the cells that lie still.
fn spread(z: &Array2<f32>, usable: &Array2<bool>) -> f64 {
    let sizes = z.iter().zip(usable).filter(|(z, u)| **u && z.is_finite()).map(|(z, _)| z.abs()).collect();
    median(sizes, 50).map_or(1.0, |m| f64::from(m) / 0.6745)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_over_windows_have_less_noise() {
        assert!((averaged(0) - 1.0).abs() < 1e-6);
        // A wide window sees white noise of one cell before smoothing: 1 / width per axis, over 0.375.
        assert!((averaged(20) - 1.0 / 41.0 / 0.375).abs() < 0.002);
    }

    #[test]
    fn a_patch_stands_out_over_a_window() {
        let mut change = Array2::from_shape_fn((60, 60), |(r, c)| (((r * 31 + c * 17) % 7) as f32 - 3.0) / 2.0);
        change.slice_mut(ndarray::s![20..34, 20..34]).mapv_inplace(|v| v + 3.0);
        let (ones, still) = (Array2::from_elem((60, 60), 1.0f32), Array2::from_elem((60, 60), true));
        let (z, _) = significance(&change, &ones, &Array2::from_elem((60, 60), 0.05), Some(&still));
        assert!(z[[27, 27]] > 8.0 && z[[5, 50]].abs() < 4.0, "{} {}", z[[27, 27]], z[[5, 50]]);
    }
}
