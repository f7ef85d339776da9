//! Inverse table: from a pair of attenuations to atomic number, areal density and class.
//!
//! With α_H fixed, q = α_L / α_H − 1 runs along the material axis. Above 1 MeV it falls from organic matter to a
//! minimum near the heavy metals (the fold) and rises again, so that beyond the fold a second material, the twin,
//! shows the same pair. Below 1 MeV it rises along the whole of the (shortened) axis. The table holds, for steps in
//! α_H and in q, the solution before the fold, the twin, and for several noise levels the class of greatest posterior
//! probability under the prior of [`MaterialClass`].
//!
//! Pairs that no material of the axis shows go to the nearest point of the curve in the sense of χ²: the end of the
//! axis or the fold, with the areal density that fits both attenuations best.

use rayon::prelude::*;

use super::class::MaterialClass;
use super::class::node_priors;
use super::forward::Forward;
use super::forward::ROW_STEP;
use super::forward::Sight;

/// Columns per row.
const COLUMNS: usize = 160;
/// Share of the width of the curve that a row reaches beyond each end.
const MARGIN: f64 = 0.5;
/// Noise levels of the class table: σ_q / width of the curve is 2^(level − LEVELS + 2).
const LEVELS: usize = 8;
/// Rows of the class table lie this many rows of the solution table apart.
const CLASS_ROWS: usize = 4;
/// Largest |dZ/dq| kept; next to the fold it has no bound.
const STEEPEST: f64 = 1e6;

/// Logarithm of a likelihood ratio below which a material plays no part.
const NEGLIGIBLE: f64 = -20.0;

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
    /// λ / α_H beyond the fold, g/cm².
    pub(super) twin_lambda: f32,
}

/// Most likely class at a point of the table for one noise level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Verdict {
    pub(super) class: MaterialClass,
    /// Posterior probability of the class, 0 to 1.
    pub(super) confidence: f32,
}

/// Geometry of one row and noise figures at its α_H.
#[derive(Debug, Clone, Copy)]
struct RowFrame {
    /// q of column 0.
    start: f32,
    /// Columns per unit of q.
    per_q: f32,
    /// Smallest and largest q on the axis.
    ends: (f32, f32),
    /// Mean of dα_L/dα_H along the axis.
    slope_ratio: f32,
    /// λ / α_H of aluminium-like matter, used where q says nothing.
    middle_lambda: f32,
}

/// The inverse table.
#[derive(Debug)]
pub(super) struct Inverse {
    frames: Vec<RowFrame>,
    cells: Vec<Cell>,
    verdicts: Vec<Verdict>,
}

/// Place of an α_H between two rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    row: usize,
    share: f32,
}

impl Inverse {
    /// Inverts forward tables; `variances` gives the variances of α_H and α_L at an α_H, which weight the fit of pairs
    /// outside the curve.
    pub(super) fn new(forward: &Forward, variances: impl Fn(f64) -> (f64, f64) + Sync) -> Self {
        let priors = node_priors(&forward.z);
        let rows: Vec<_> = forward
            .rows
            .par_iter()
            .enumerate()
            .map(|(row, sights)| {
                let curve = Curve::new(&forward.z, sights, variances(row as f64 * ROW_STEP));
                let frame = curve.frame();
                let q = |column: usize| f64::from(frame.start) + column as f64 / f64::from(frame.per_q);
                let cells: Vec<Cell> = (0..COLUMNS).map(|c| curve.cell(q(c))).collect();
                let verdicts: Vec<Verdict> = if row % CLASS_ROWS == 0 {
                    (0..LEVELS)
                        .flat_map(|level| (0..COLUMNS).map(move |c| (level, c)))
                        .map(|(level, c)| curve.verdict(q(c), level_width(level) * curve.width(), &priors))
                        .collect()
                } else {
                    Vec::new()
                };
                (frame, cells, verdicts)
            })
            .collect();
        let mut table = Self { frames: Vec::new(), cells: Vec::new(), verdicts: Vec::new() };
        for (frame, cells, verdicts) in rows {
            table.frames.push(frame);
            table.cells.extend(cells);
            table.verdicts.extend(verdicts);
        }
        table
    }

    /// Finds the rows around an α_H; values outside the table go to its first or last row.
    pub(super) fn place(&self, alpha_high: f32) -> Place {
        let last = self.frames.len() - 2;
        let position = (alpha_high / ROW_STEP as f32).max(0.0);
        let row = (position as usize).min(last);
        Place { row, share: (position - row as f32).min(1.0) }
    }

    /// Returns dα_L/dα_H along the axis.
    pub(super) fn slope_ratio(&self, place: Place) -> f32 {
        self.frames[place.row].slope_ratio
    }

    /// Returns λ / α_H of aluminium-like matter.
    pub(super) fn middle_lambda(&self, place: Place) -> f32 {
        let (a, b) = (&self.frames[place.row], &self.frames[place.row + 1]);
        a.middle_lambda + place.share * (b.middle_lambda - a.middle_lambda)
    }

    /// Returns how far `q` lies outside the curve, 0 inside.
    pub(super) fn excess(&self, place: Place, q: f32) -> f32 {
        let (least, most) = self.frames[place.row].ends;
        (least - q).max(q - most).max(0.0)
    }

    /// Interpolates the solution; the twin is that of the nearest cell.
    pub(super) fn solve(&self, place: Place, q: f32) -> Cell {
        let a = self.along(place.row, q);
        let b = self.along(place.row + 1, q);
        let mix = |x: f32, y: f32| x + place.share * (y - x);
        let near = if place.share < 0.5 { &a } else { &b };
        Cell {
            z: mix(a.z, b.z),
            lambda: mix(a.lambda, b.lambda),
            steepness: mix(a.steepness, b.steepness),
            twin_z: near.twin_z,
            twin_lambda: near.twin_lambda,
        }
    }

    fn along(&self, row: usize, q: f32) -> Cell {
        let (column, share) = self.column(row, q);
        let at = row * COLUMNS + column;
        let (a, b) = (&self.cells[at], &self.cells[at + 1]);
        let mix = |x: f32, y: f32| x + share * (y - x);
        let near = if share < 0.5 { a } else { b };
        Cell {
            z: mix(a.z, b.z),
            lambda: mix(a.lambda, b.lambda),
            steepness: mix(a.steepness, b.steepness),
            twin_z: near.twin_z,
            twin_lambda: near.twin_lambda,
        }
    }

    fn column(&self, row: usize, q: f32) -> (usize, f32) {
        let frame = &self.frames[row];
        let position = ((q - frame.start) * frame.per_q).clamp(0.0, (COLUMNS - 1) as f32);
        let column = (position as usize).min(COLUMNS - 2);
        (column, position - column as f32)
    }

    /// Returns the most likely class at `q` with standard deviation `sigma_q`.
    pub(super) fn verdict(&self, place: Place, q: f32, sigma_q: f32) -> Verdict {
        let nearest = place.row + usize::from(place.share >= 0.5);
        let row = nearest / CLASS_ROWS * CLASS_ROWS;
        let (column, share) = self.column(row, q);
        let frame = &self.frames[row];
        let relative = sigma_q / (frame.ends.1 - frame.ends.0);
        let level = (relative.log2() + (LEVELS - 2) as f32).round().clamp(0.0, (LEVELS - 1) as f32) as usize;
        let at = (row / CLASS_ROWS * LEVELS + level) * COLUMNS + column + usize::from(share >= 0.5);
        self.verdicts[at]
    }
}

fn level_width(level: usize) -> f64 {
    2f64.powi(level as i32 - LEVELS as i32 + 2)
}

/// The curve of one row, ready to be inverted.
struct Curve<'a> {
    z: &'a [f64],
    sights: &'a [Sight],
    variances: (f64, f64),
    /// Nodes before the fold, with q strictly monotonic, and those from the fold on.
    before: Vec<usize>,
    beyond: Vec<usize>,
    /// +1 where q falls along the axis before the fold, −1 where it rises.
    sign: f64,
}

impl<'a> Curve<'a> {
    fn new(z: &'a [f64], sights: &'a [Sight], variances: (f64, f64)) -> Self {
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
        let (least, most) = self.ends();
        let start = least - MARGIN * self.width();
        let ratios = self.before.iter().map(|i| self.sights[*i].slope_low / self.sights[*i].slope_high);
        let aluminium = self.z.partition_point(|z| *z < 13.0).min(self.sights.len() - 1);
        RowFrame {
            start: start as f32,
            per_q: ((COLUMNS - 1) as f64 / ((1.0 + 2.0 * MARGIN) * self.width())) as f32,
            ends: (least as f32, most as f32),
            slope_ratio: (ratios.sum::<f64>() / self.before.len() as f64) as f32,
            middle_lambda: self.sights[aluminium].lambda_per_alpha as f32,
        }
    }

    fn cell(&self, q: f64) -> Cell {
        let (z, lambda, steepness) = self.on_branch(&self.before, q, self.sign);
        let twin = self.beyond.len() > 1 && {
            let end = self.sights[self.beyond[self.beyond.len() - 1]].ratio;
            let fold = self.sights[self.beyond[0]].ratio;
            (self.sign * fold..=self.sign * end).contains(&(self.sign * q))
        };
        let (twin_z, twin_lambda, _) = if twin { self.on_branch(&self.beyond, q, -self.sign) } else { (0.0, 0.0, 0.0) };
        Cell {
            z: z as f32,
            lambda: lambda as f32,
            steepness: steepness.min(STEEPEST) as f32,
            twin_z: twin_z as f32,
            twin_lambda: twin_lambda as f32,
        }
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
        let (high, low) = self.variances;
        let excess = q - end.ratio;
        let pull = end.slope_low * excess / low;
        end.lambda_per_alpha + pull / (end.slope_high.powi(2) / high + end.slope_low.powi(2) / low)
    }

    fn verdict(&self, q: f64, sigma: f64, priors: &[f64]) -> Verdict {
        let mut mass = [0.0; MaterialClass::ALL.len()];
        let nearest = self.sights.iter().map(|s| (q - s.ratio).abs()).fold(f64::INFINITY, f64::min);
        for ((z, sight), prior) in self.z.iter().zip(self.sights).zip(priors) {
            let distance = (q - sight.ratio).abs();
            let exponent = 0.5 * (nearest - distance) * (nearest + distance) / (sigma * sigma);
            if exponent > NEGLIGIBLE {
                mass[usize::from(MaterialClass::of_z(*z).code())] += prior * exponent.exp();
            }
        }
        let all: f64 = mass.iter().sum();
        let best = (0..mass.len()).max_by(|a, b| mass[*a].total_cmp(&mass[*b])).unwrap_or(0);
        Verdict { class: MaterialClass::ALL[best], confidence: (mass[best] / all) as f32 }
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
        let inverse = Inverse::new(&forward, |_| (1e-4, 1e-4));
        (high, low, inverse)
    }

    fn pair(high: &Beam, low: &Beam, name: &str, lambda: f64) -> (f32, f32) {
        let slab = [(&Material::parse(name).unwrap(), ArealDensity::new(lambda).unwrap())];
        let (h, l) = (high.alpha(&slab).unwrap(), low.alpha(&slab).unwrap());
        (h as f32, (l / h - 1.0) as f32)
    }

    #[test]
    fn materials_of_the_axis_are_found_exactly() {
        let (high, low, inverse) = table(9000.0, 6000.0);
        for (name, z) in [("C2H4", 4.75), ("C6H10O5", 6.35), ("Al", 13.0), ("Fe", 26.0), ("Zn", 30.0)] {
            for lambda in [12.0, 40.0, 90.0, 140.0] {
                let (h, q) = pair(&high, &low, name, lambda);
                let cell = inverse.solve(inverse.place(h), q);
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
            let cell = inverse.solve(inverse.place(h), q);
            assert!((f64::from(cell.z) - z).abs() < 1.0, "{name}: Z {}", cell.z);
            assert!((f64::from(cell.lambda * h) / 50.0 - 1.0).abs() < tolerance, "{name}: {}", cell.lambda * h);
        }
    }

    #[test]
    fn lead_has_a_twin_and_is_heavy() {
        let (high, low, inverse) = table(9000.0, 6000.0);
        let (h, q) = pair(&high, &low, "Pb", 80.0);
        let place = inverse.place(h);
        let cell = inverse.solve(place, q);
        assert!((cell.twin_z - 82.0).abs() < 3.0, "{}", cell.twin_z);
        assert!((55.0..82.0).contains(&cell.z), "{}", cell.z);
        assert_eq!(inverse.verdict(place, q, 1e-4).class, MaterialClass::Heavy);
    }

    #[test]
    fn noise_turns_certainty_into_the_prior() {
        let (high, low, inverse) = table(6000.0, 4000.0);
        let (h, q) = pair(&high, &low, "Fe", 60.0);
        let place = inverse.place(h);
        let sure = inverse.verdict(place, q, 1e-4);
        assert_eq!(sure.class, MaterialClass::Metal);
        assert!(sure.confidence > 0.95, "{}", sure.confidence);
        assert!(inverse.verdict(place, q, 1.0).confidence < 0.6);
    }

    #[test]
    fn pairs_outside_the_curve_fit_both_attenuations() {
        let (high, low, inverse) = table(9000.0, 6000.0);
        let (h, q) = pair(&high, &low, "C2H4", 50.0);
        let place = inverse.place(h);
        let (_, most) = inverse.frames[place.row].ends;
        assert!(q <= most + 1e-4);
        // More low-energy attenuation than polyethylene shows: still polyethylene, somewhat thicker.
        let cell = inverse.solve(place, q + 0.01);
        assert!((cell.z - 4.75).abs() < 0.05, "{}", cell.z);
        assert!(f64::from(cell.lambda * h) > 50.05 && f64::from(cell.lambda * h) < 51.0, "{}", cell.lambda * h);
        assert!(inverse.excess(place, q + 0.01) > 0.005);
    }
}
