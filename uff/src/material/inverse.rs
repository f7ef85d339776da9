//! Inverse table: from a pair of attenuations to atomic number, areal density and class.
//!
//! With α_H fixed, q = α_L / α_H − 1 runs along the material axis. Above 1 MeV it falls from organic matter to a
//! minimum near the heavy metals (the fold) and rises again, so that beyond the fold a second material, the twin,
//! shows the same pair. Below 1 MeV it rises along the whole of the (shortened) axis. The table holds, for steps in
//! α_H and in q, the solution before the fold, the twin, and for several noise levels the class of greatest posterior
//! probability under the [prior](super::prior).
//!
//! Pairs that no material of the axis shows go to the nearest point of the curve in the sense of χ²: the end of the
//! axis or the fold, with the areal density that fits both attenuations best.

use fearless_simd::Level;
use fearless_simd::dispatch;
use fearless_simd::f32x4;
use fearless_simd::prelude::*;
use rayon::prelude::*;

use super::class::MaterialClass;
use super::forward::CLASS_ROWS;
use super::forward::FINE;
use super::forward::Forward;
use super::forward::ROW_STEP;
use super::forward::Sight;
use super::forward::class_rows;
use super::odds::Odds;
use super::odds::Verdict;
use super::prior::BISMUTH;
use super::whole::whole;

/// Columns per row.
const COLUMNS: usize = 160;
/// Share of the width of the curve that a row reaches beyond each end.
const MARGIN: f64 = 0.5;
/// Noise levels of the class table: (σ_q / width of the curve)² is 2^(level − LEVELS + 3.5), or next to that.
const LEVELS: usize = 20;
/// Most columns that get one class, at wide noise.
const WIDEST_STEP: usize = 16;
/// Standard deviations of q within which a pair that matter of two classes shows, before and beyond the fold, leaves a class
/// open.
const FOLD_SIGMAS: f64 = 4.0;
/// Largest |dZ/dq| kept; next to the fold it has no bound.
const STEEPEST: f64 = 1e6;

/// Beyond bismuth nothing is stable: such matter is no reason to leave a class open. Thin organic matter at 6 and 4 MeV looks
/// like uranium.
pub(super) const LAST_STABLE: f64 = BISMUTH as f64 + 0.5;

/// Solution at a point of the table.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell {
    /// Atomic number before the fold.
    pub(super) z: f32,
    /// λ / α_H before the fold, g/cm².
    pub(super) lambda: f32,
    /// |dZ/dq| at constant α_H.
    pub(super) steepness: f32,
    /// Atomic number beyond the fold; 0 when there is none.
    pub(super) twin_z: f32,
}

/// Geometry of one row and noise figures at its α_H.
#[derive(Debug, Clone, Copy)]
struct RowFrame {
    /// q of column 0.
    start: f32,
    /// Columns per unit of q.
    per_q: f32,
    /// Mean of dα_L/dα_H along the axis.
    slope_ratio: f32,
    /// λ / α_H of aluminium-like matter, used where q says nothing.
    middle_lambda: f32,
}

/// The inverse table. A cell stands for an α_H and a place u along the curve, from 0 to [`COLUMNS`] − 1, which is the
/// same share of the width of the curve in every row: folds and ends stand below each other, so that interpolation
/// between rows keeps them.
#[derive(Debug)]
pub(super) struct Inverse {
    frames: Vec<[f32; 4]>,
    cells: Vec<[f32; 4]>,
    /// λ / α_H beyond the fold, g/cm², by cell.
    twin_lambdas: Vec<f32>,
    verdicts: Vec<Verdict>,
    last_class_row: u32,
}

/// Place of a pair in the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) row: u32,
    /// Share of the way to the next row.
    pub(super) down: f32,
    pub(super) column: u32,
    /// Share of the way to the next column.
    pub(super) across: f32,
    /// dα_L/dα_H along the axis.
    pub(super) slope_ratio: f32,
    /// λ / α_H of aluminium-like matter.
    pub(super) middle_lambda: f32,
}

impl Inverse {
    /// Inverts forward tables; `of_high` and `of_low` give the variance of each α at that α; they weight the fit of pairs
    /// outside the curve.
    pub(super) fn new(
        forward: &Forward,
        of_high: impl Fn(f64) -> f64 + Sync,
        of_low: impl Fn(f64) -> f64 + Sync,
    ) -> Self {
        let mut odds = vec![None; forward.rows.len()];
        for (class_row, row) in class_rows(forward.rows.len()).enumerate() {
            odds[row] = Some(Odds::of_row(forward, row, class_row));
        }
        let rows: Vec<_> = forward
            .rows
            .par_iter()
            .zip(odds)
            .enumerate()
            .map(|(row, (sights, odds))| {
                let alpha = row as f64 * ROW_STEP;
                let curve = Curve::new(&forward.z, sights, |q| (of_high(alpha), of_low(alpha * (1.0 + q))));
                let frame = curve.frame();
                let q = |column: usize| f64::from(frame.start) + column as f64 / f64::from(frame.per_q);
                let cells: Vec<(Cell, f32)> = (0..COLUMNS).map(|c| curve.cell(q(c))).collect();
                let verdicts = odds.map(|odds| verdicts(&odds, &frame, &curve)).unwrap_or_default();
                (frame, cells, verdicts)
            })
            .collect();
        let mut table = Self {
            frames: Vec::new(),
            cells: Vec::new(),
            twin_lambdas: Vec::new(),
            verdicts: Vec::new(),
            last_class_row: 0,
        };
        for (frame, cells, verdicts) in rows {
            table.frames.push([frame.start, frame.per_q, frame.slope_ratio, frame.middle_lambda]);
            table.cells.extend(cells.iter().map(|(c, _)| [c.z, c.lambda, c.steepness, c.twin_z]));
            table.twin_lambdas.extend(cells.iter().map(|(_, twin)| *twin));
            table.verdicts.extend(verdicts);
        }
        table.last_class_row = (table.verdicts.len() / (LEVELS * COLUMNS)) as u32 - 1;
        table
    }

    /// Returns the number of rows, [`ROW_STEP`] apart, and the least and the greatest q of any.
    pub(super) fn extent(&self) -> (usize, (f32, f32)) {
        let ends = self.frames.iter().map(|[start, per_q, ..]| (*start, start + (COLUMNS - 1) as f32 / per_q));
        let nowhere = (f32::INFINITY, f32::NEG_INFINITY);
        (self.frames.len(), ends.fold(nowhere, |(a, b), (start, end)| (a.min(start), b.max(end))))
    }

    /// Finds a pair in the table; an α_H outside goes to the first or last row, a q outside to the first or last
    /// column.
    pub(super) fn place(&self, alpha_high: f32, q: f32) -> Place {
        let (row, down) = self.row(alpha_high);
        let frame = dispatch!(Level::new(), simd => self.frame(simd, row, down));
        let [start, per_q, slope_ratio, middle_lambda] = frame;
        let (_, column, across) = column(q, start, per_q);
        Place { row, down, column, across, slope_ratio, middle_lambda }
    }

    /// Returns the row before an α_H, and the share of the way to the next one.
    #[inline(always)]
    pub(super) fn row(&self, alpha_high: f32) -> (u32, f32) {
        let last = self.frames.len() as u32 - 2;
        let position = (alpha_high * (1.0 / ROW_STEP as f32)).max(0.0);
        let row = whole(position).min(last);
        (row, (position - row as f32).min(1.0))
    }

    /// Interpolates the geometry of a row: start, columns per unit of q, slope ratio, λ / α_H of aluminium-like matter.
    #[inline(always)]
    pub(super) fn frame<S: Simd>(&self, simd: S, row: u32, down: f32) -> [f32; 4] {
        let row = row as usize;
        let [upper, lower] = [&self.frames[row], &self.frames[row + 1]];
        let (upper, lower) = (f32x4::from_slice(simd, upper), f32x4::from_slice(simd, lower));
        let mut frame = [0.0; 4];
        (upper + (lower - upper) * down).store_slice(&mut frame);
        frame
    }

    /// Interpolates the solution; the twin is that of the nearest cell.
    #[inline(always)]
    pub(super) fn cell<S: Simd>(&self, simd: S, (row, down): (u32, f32), (column, across): (u32, f32)) -> [f32; 4] {
        let first = row as usize * COLUMNS + column as usize;
        let (upper, lower) = (&self.cells[first..first + 2], &self.cells[first + COLUMNS..first + COLUMNS + 2]);
        let (left, right) = (f32x4::from_slice(simd, &upper[0]), f32x4::from_slice(simd, &upper[1]));
        let above = left + (right - left) * across;
        let (left, right) = (f32x4::from_slice(simd, &lower[0]), f32x4::from_slice(simd, &lower[1]));
        let below = left + (right - left) * across;
        let mut cell = [0.0; 4];
        (above + (below - above) * down).store_slice(&mut cell);
        let nearest = if down >= 0.5 { lower } else { upper };
        cell[3] = nearest[usize::from(across >= 0.5)][3];
        cell
    }

    /// Interpolates the solution at a place; the twin is that of the nearest cell.
    pub(super) fn solve(&self, place: &Place) -> Cell {
        let (down, across) = ((place.row, place.down), (place.column, place.across));
        let [z, lambda, steepness, twin_z] = dispatch!(Level::new(), simd => self.cell(simd, down, across));
        Cell { z, lambda, steepness, twin_z }
    }

    /// Returns λ / α_H of the twin at the nearest cell.
    pub(super) fn twin_lambda(&self, (row, down): (u32, f32), (column, across): (u32, f32)) -> f32 {
        let (row, column) = (row + u32::from(down >= 0.5), column + u32::from(across >= 0.5));
        self.twin_lambdas[row as usize * COLUMNS + column as usize]
    }

    /// Returns where the most likely class of a place stands, for a variance of q; see [`Inverse::verdict`].
    #[inline(always)]
    pub(super) fn class_index(
        &self,
        (row, down): (u32, f32),
        (column, across): (u32, f32),
        per_q: f32,
        variance_q: f32,
    ) -> u32 {
        let row = class_row(row + u32::from(down >= 0.5), self.last_class_row);
        let relative = per_q * (1.0 / UNITS as f32);
        // The exponent of a number is the whole part of its binary logarithm.
        let square = variance_q * relative * relative;
        let exponent = (square.to_bits() >> 23) as i32 - 127;
        let level = (exponent + LEVELS as i32 - 3).clamp(0, LEVELS as i32 - 1) as u32;
        (row * LEVELS as u32 + level) * COLUMNS as u32 + column + u32::from(across >= 0.5)
    }

    /// Returns the most likely class that stands at an index.
    #[inline(always)]
    pub(super) fn verdict(&self, index: u32) -> Verdict {
        self.verdicts[index as usize]
    }
}

/// Returns where a q lies along the curve of a row, not limited to the table, the column before it, and the share of the
/// way to the next one.
#[inline(always)]
pub(super) fn column(q: f32, start: f32, per_q: f32) -> (f32, u32, f32) {
    let u = (q - start) * per_q;
    let inside = u.clamp(0.0, (COLUMNS - 1) as f32);
    let column = whole(inside).min(COLUMNS as u32 - 2);
    (u, column, inside - column as f32)
}

/// Returns the square of the distance from the curve in q, 0 on it.
#[inline(always)]
pub(super) fn excess_squared(u: f32, per_q: f32) -> f32 {
    let first = (MARGIN * UNITS) as f32;
    let last = ((1.0 + MARGIN) * UNITS) as f32;
    let excess = (first - u).max(u - last).max(0.0) / per_q;
    excess * excess
}

/// Columns that the width of the curve takes.
const UNITS: f64 = (COLUMNS - 1) as f64 / (1.0 + 2.0 * MARGIN);

/// Returns the row of the class table nearest to a row of the solution table.
#[inline(always)]
fn class_row(row: u32, last: u32) -> u32 {
    let (fine, apart) = (FINE as u32, CLASS_ROWS as u32);
    (row.min(fine) + (row.saturating_sub(fine) + apart / 2) / apart).min(last)
}

/// Tabulates the most likely classes of a row: by noise level, then by column. There is none where, within the noise, a pair
/// lies that matter on both sides of the fold shows, of two classes.
fn verdicts<V: Fn(f64) -> (f64, f64)>(odds: &Odds, frame: &RowFrame, curve: &Curve<'_, V>) -> Vec<Verdict> {
    let q = |column: usize| frame.start + column as f32 / frame.per_q;
    let folded: Vec<usize> = (0..COLUMNS).filter(|column| curve.is_folded(f64::from(q(*column)))).collect();
    let to_folded: Vec<f64> = (0..COLUMNS)
        .map(|column| folded.iter().map(|f| f.abs_diff(column) as f64).fold(f64::INFINITY, f64::min))
        .collect();
    let mut verdicts = Vec::with_capacity(LEVELS * COLUMNS);
    for level in 0..LEVELS {
        let sigma = level_width(level) * curve.width();
        let odds = odds.with_noise(sigma);
        // Where noise is wide, neighbouring columns differ in nothing.
        let step = ((sigma * f64::from(frame.per_q)) as usize / 4).clamp(1, WIDEST_STEP);
        for first in (0..COLUMNS).step_by(step) {
            let middle = q(first + (step - 1) / 2);
            let verdict = dispatch!(Level::new(), _simd => odds.verdict(middle));
            verdicts.extend(std::iter::repeat_n(verdict, step.min(COLUMNS - first)));
        }
        let reach = FOLD_SIGMAS * sigma * f64::from(frame.per_q) + 0.5;
        for (verdict, distance) in verdicts.iter_mut().skip(level * COLUMNS).zip(&to_folded) {
            if *distance <= reach {
                verdict.class = MaterialClass::Undecided;
            }
        }
    }
    verdicts
}

fn level_width(level: usize) -> f64 {
    2f64.powf((level as f64 - LEVELS as f64 + 3.5) / 2.0)
}

/// The curve of one row, ready to be inverted.
struct Curve<'a, V> {
    z: &'a [f64],
    sights: &'a [Sight],
    /// Variances of α_H and of α_L at a q.
    variances: V,
    /// Nodes before the fold, with q strictly monotonic, and those from the fold on.
    before: Vec<usize>,
    beyond: Vec<usize>,
    /// +1 where q falls along the axis before the fold, −1 where it rises.
    sign: f64,
}

impl<'a, V: Fn(f64) -> (f64, f64)> Curve<'a, V> {
    fn new(z: &'a [f64], sights: &'a [Sight], variances: V) -> Self {
        let q = |i: usize| sights[i].ratio;
        let iron = z.partition_point(|z| *z < 25.0).min(sights.len() - 1);
        let sign = if q(0) > q(iron) { 1.0 } else { -1.0 };
        let fold = (0..sights.len()).min_by(|a, b| (sign * q(*a)).total_cmp(&(sign * q(*b)))).unwrap_or(0);
        let mut before: Vec<usize> = Vec::new();
        for i in 0..=fold {
            if before.last().is_none_or(|last| sign * q(i) < sign * q(*last)) {
                before.push(i);
            }
        }
        let mut beyond: Vec<usize> = Vec::new();
        for i in fold..sights.len() {
            if beyond.last().is_none_or(|last| sign * q(i) > sign * q(*last)) {
                beyond.push(i);
            }
        }
        Self { z, sights, variances, before, beyond, sign }
    }

    fn ends(&self) -> (f64, f64) {
        let all = self.sights.iter().map(|s| s.ratio);
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), q| (a.min(q), b.max(q)))
    }

    fn width(&self) -> f64 {
        let (least, most) = self.ends();
        (most - least).max(1e-9)
    }

    fn frame(&self) -> RowFrame {
        let (least, _) = self.ends();
        let start = least - MARGIN * self.width();
        let ratios = self.before.iter().map(|i| self.sights[*i].slope_low / self.sights[*i].slope_high);
        let aluminium = self.z.partition_point(|z| *z < 13.0).min(self.sights.len() - 1);
        RowFrame {
            start: start as f32,
            per_q: (UNITS / self.width()) as f32,
            slope_ratio: (ratios.sum::<f64>() / self.before.len() as f64) as f32,
            middle_lambda: self.sights[aluminium].lambda_per_alpha as f32,
        }
    }

    /// Returns the solution at a q, and λ / α_H of its twin.
    fn cell(&self, q: f64) -> (Cell, f32) {
        let (z, lambda, steepness) = self.on_branch(&self.before, q, self.sign);
        let twin = self.beyond.len() > 1 && {
            let end = self.sights[self.beyond[self.beyond.len() - 1]].ratio;
            let fold = self.sights[self.beyond[0]].ratio;
            (self.sign * fold..=self.sign * end).contains(&(self.sign * q))
        };
        let (twin_z, twin_lambda, _) = if twin { self.on_branch(&self.beyond, q, -self.sign) } else { (0.0, 0.0, 0.0) };
        let steepness = steepness.min(STEEPEST) as f32;
        (Cell { z: z as f32, lambda: lambda as f32, steepness, twin_z: twin_z as f32 }, twin_lambda as f32)
    }

    /// Returns whether matter before and beyond the fold shows a q and is of two classes; what is next to never met does not
    /// count.
    fn is_folded(&self, q: f64) -> bool {
        let (cell, _) = self.cell(q);
        let (own, twin) = (f64::from(cell.z), f64::from(cell.twin_z));
        twin > 0.0 && twin < LAST_STABLE && MaterialClass::of_z(own) != MaterialClass::of_z(twin)
    }

    /// Interpolates Z, λ/α_H and |dZ/dq| on a branch along which `sign`·q falls.
    fn on_branch(&self, branch: &[usize], q: f64, sign: f64) -> (f64, f64, f64) {
        let ratio = |k: usize| sign * self.sights[branch[k]].ratio;
        let target = sign * q;
        let next = branch.partition_point(|i| sign * self.sights[*i].ratio >= target);
        let (a, b) = (next.clamp(1, branch.len().max(2) - 1) - 1, next.clamp(1, branch.len().max(2) - 1));
        let Some((&i, &j)) = branch.get(a).zip(branch.get(b)) else {
            let only = branch.first().copied().unwrap_or(0);
            return (self.z[only], self.sights[only].lambda_per_alpha, STEEPEST);
        };
        let steepness = ((self.z[j] - self.z[i]) / (ratio(b) - ratio(a))).abs();
        let t = (target - ratio(a)) / (ratio(b) - ratio(a));
        if (0.0..=1.0).contains(&t) {
            let mix = |x: f64, y: f64| x + t * (y - x);
            let lambda = mix(self.sights[i].lambda_per_alpha, self.sights[j].lambda_per_alpha);
            return (mix(self.z[i], self.z[j]), lambda, steepness);
        }
        let end = if t < 0.0 { i } else { j };
        (self.z[end], self.nearest(&self.sights[end], q), steepness)
    }

    /// Returns λ / α_H of the material `end` that fits a pair outside the curve best.
    fn nearest(&self, end: &Sight, q: f64) -> f64 {
        let (high, low) = (self.variances)(end.ratio);
        let excess = q - end.ratio;
        let pull = end.slope_low * excess / low;
        end.lambda_per_alpha + pull / (end.slope_high.powi(2) / high + end.slope_low.powi(2) / low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physics::{Beam, Material};
    use crate::units::{ArealDensity, Energy};

    fn table(high: f64, low: f64) -> (Beam, Beam, Inverse) {
        let beam = |kev| Beam::accelerator(Energy::new(kev).unwrap()).unwrap();
        let (high, low) = (beam(high), beam(low));
        let forward = Forward::new(&high, &low, 7.0).unwrap();
        let inverse = Inverse::new(&forward, |_| 1e-4, |_| 1e-4);
        (high, low, inverse)
    }

    fn pair(high: &Beam, low: &Beam, name: &str, lambda: f64) -> (f32, f32) {
        let slab = [(&Material::parse(name).unwrap(), ArealDensity::new(lambda).unwrap())];
        let (h, l) = (high.alpha(&slab).unwrap(), low.alpha(&slab).unwrap());
        (h as f32, (l / h - 1.0) as f32)
    }

    fn verdict(inverse: &Inverse, p: &Place, variance_q: f32) -> Verdict {
        let [_, per_q, ..] = dispatch!(Level::new(), simd => inverse.frame(simd, p.row, p.down));
        inverse.verdict(inverse.class_index((p.row, p.down), (p.column, p.across), per_q, variance_q))
    }

    #[test]
    fn materials_of_the_axis_are_found_exactly() {
        let (high, low, inverse) = table(9000.0, 6000.0);
        for (name, z) in [("C2H4", 4.75), ("C6H10O5", 6.35), ("Al", 13.0), ("Fe", 26.0), ("Zn", 30.0)] {
            for lambda in [12.0, 40.0, 90.0, 140.0] {
                let (h, q) = pair(&high, &low, name, lambda);
                let cell = inverse.solve(&inverse.place(h, q));
                assert!((f64::from(cell.z) - z).abs() < 0.25, "{name} {lambda}: {}", cell.z);
                let found = f64::from(cell.lambda * h);
                assert!((found / lambda - 1.0).abs() < 5e-3, "{name} {lambda}: {found}");
            }
        }
    }

    #[test]
    fn matter_off_the_axis_is_close() {
        // Graphite has 6 % fewer electrons per gram than the axis at its Z; water 6 % more.
        let (high, low, inverse) = table(9000.0, 6000.0);
        for (name, z, tolerance) in [("C", 6.0, 0.07), ("H2O", 6.6, 0.07), ("NaCl", 14.6, 0.03), ("CaCO3", 12.6, 0.05)]
        {
            let (h, q) = pair(&high, &low, name, 50.0);
            let cell = inverse.solve(&inverse.place(h, q));
            assert!((f64::from(cell.z) - z).abs() < 1.0, "{name}: Z {}", cell.z);
            assert!((f64::from(cell.lambda * h) / 50.0 - 1.0).abs() < tolerance, "{name}: {}", cell.lambda * h);
        }
    }

    #[test]
    fn lead_has_a_twin_and_is_heavy() {
        let (high, low, inverse) = table(9000.0, 6000.0);
        let (h, q) = pair(&high, &low, "Pb", 80.0);
        let place = inverse.place(h, q);
        let cell = inverse.solve(&place);
        assert!((cell.twin_z - 82.0).abs() < 3.0, "{}", cell.twin_z);
        assert!((55.0..82.0).contains(&cell.z), "{}", cell.z);
        assert_eq!(verdict(&inverse, &place, 1e-8).class, MaterialClass::Heavy);
    }

    /// At 6 and 4 MeV thin steel looks like Z 53, which is heavy, and thick steel like nothing else; see `accuracy`.
    #[test]
    fn what_both_sides_of_the_fold_show_is_left_open() {
        let (high, low, inverse) = table(6000.0, 4000.0);
        let class = |lambda: f64, variance_q: f32| {
            let (h, q) = pair(&high, &low, "Fe", lambda);
            verdict(&inverse, &inverse.place(h, q), variance_q).class
        };
        assert_eq!((class(12.0, 1e-8), class(60.0, 1e-8)), (MaterialClass::Undecided, MaterialClass::Metal));
        // So much noise hides how far a plate is from where its kind and heavy metals look alike.
        assert_eq!(
            [1e-8, 1e-2].map(|variance| class(30.0, variance)),
            [MaterialClass::Metal, MaterialClass::Undecided]
        );
    }

    #[test]
    fn noise_turns_certainty_into_the_prior() {
        let (high, low, inverse) = table(6000.0, 4000.0);
        let (h, q) = pair(&high, &low, "Fe", 60.0);
        let place = inverse.place(h, q);
        let sure = verdict(&inverse, &place, 1e-8);
        assert_eq!(sure.class, MaterialClass::Metal);
        assert!(sure.confidence > 242, "{}", sure.confidence);
        assert!(verdict(&inverse, &place, 1.0).confidence < 153);
    }

    #[test]
    fn pairs_outside_the_curve_fit_both_attenuations() {
        let (high, low, inverse) = table(9000.0, 6000.0);
        let (h, q) = pair(&high, &low, "C2H4", 50.0);
        let distance = |q: f32| {
            let (row, down) = inverse.row(h);
            let frame = dispatch!(Level::new(), simd => inverse.frame(simd, row, down));
            excess_squared(column(q, frame[0], frame[1]).0, frame[1])
        };
        assert!(distance(q) < 1e-8);
        // More low-energy attenuation than polyethylene shows: still polyethylene, somewhat thicker.
        let place = inverse.place(h, q + 0.01);
        let cell = inverse.solve(&place);
        assert!((cell.z - 4.75).abs() < 0.05, "{}", cell.z);
        assert!(f64::from(cell.lambda * h) > 50.05 && f64::from(cell.lambda * h) < 51.0, "{}", cell.lambda * h);
        assert!(distance(q + 0.01) > 0.005 * 0.005);
    }
}
