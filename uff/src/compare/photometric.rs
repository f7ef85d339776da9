//! Correction of gain and level between two scanners, and what no correction removes.

use ndarray::Array2;

/// Attenuation below which a cell counts as air in both scans.
const AIR: f32 = 0.05;
/// Cells of air that a row or column needs before its level is corrected.
const LEAST_AIR: usize = 10;
/// Share of the columns (or rows) over which levels are smoothed to either side.
const SMOOTHING: f64 = 0.03;
/// Areal density, g/cm², from which on cells tell of the gain.
const SUBSTANTIAL: f32 = 3.0;
/// Largest gain of areal density between two scanners that is corrected, as a factor.
const MOST_GAIN: f64 = 1.5;

/// Level of the second scan against the first per column and per row, in α: drift of dose and of detectors. Cells of
/// air in both decide; without enough of them the levels stay.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Levels {
    pub(super) rows: Vec<f32>,
    pub(super) columns: Vec<f32>,
}

impl Levels {
    pub(super) fn new(a: &Array2<f32>, b: &Array2<f32>) -> Self {
        let step = |a: &f32, b: &f32| (a.abs() < AIR && b.abs() < 2.0 * AIR).then_some(b - a);
        let mut columns: Vec<Option<f32>> = Vec::with_capacity(a.ncols());
        for (a, b) in a.columns().into_iter().zip(b.columns()) {
            columns.push(median(a.iter().zip(b).filter_map(|(a, b)| step(a, b)).collect(), LEAST_AIR));
        }
        let columns = smooth(&columns);
        let mut rows: Vec<Option<f32>> = Vec::with_capacity(a.nrows());
        for (a, b) in a.rows().into_iter().zip(b.rows()) {
            let steps = a.iter().zip(b).zip(&columns).filter_map(|((a, b), level)| step(a, &(b - level)));
            rows.push(median(steps.collect(), LEAST_AIR));
        }
        Self { rows: smooth(&rows), columns }
    }

    /// Takes the levels out of the second scan.
    pub(super) fn correct(&self, b: &mut Array2<f32>) {
        for (mut line, row) in b.rows_mut().into_iter().zip(&self.rows) {
            line.iter_mut().zip(&self.columns).for_each(|(value, column)| *value -= row + column);
        }
    }

    /// Returns the largest correction.
    pub(super) fn largest(&self) -> f32 {
        self.rows.iter().chain(&self.columns).fold(0.0, |most, v| most.max(v.abs()))
    }
}

/// Fills gaps from their neighbours and takes running medians, then running means.
fn smooth(levels: &[Option<f32>]) -> Vec<f32> {
    let known: Vec<(usize, f32)> = levels.iter().enumerate().filter_map(|(i, v)| v.map(|v| (i, v))).collect();
    let filled: Vec<f32> = (0..levels.len())
        .map(|i| {
            let after = known.partition_point(|k| k.0 < i);
            match (after.checked_sub(1).and_then(|k| known.get(k)), known.get(after)) {
                (Some((i0, v0)), Some((i1, v1))) => v0 + (v1 - v0) * (i - i0) as f32 / (i1 - i0).max(1) as f32,
                (Some((_, v)), None) | (None, Some((_, v))) => *v,
                (None, None) => 0.0,
            }
        })
        .collect();
    let half = ((levels.len() as f64 * SMOOTHING).round() as usize).max(1);
    // Windows stay even about their middle, so that a slope goes on to the ends.
    let reach = |i: usize| half.min(i).min(filled.len() - 1 - i);
    let middle = |i: usize| median(filled[i - reach(i)..=i + reach(i)].to_vec(), 1).unwrap_or_default();
    let medians: Vec<f32> = (0..filled.len()).map(middle).collect();
    let mean = |i: usize| {
        let window = &medians[i - reach(i)..=i + reach(i)];
        window.iter().sum::<f32>() / window.len() as f32
    };
    (0..medians.len()).map(mean).collect()
}

pub(super) fn median(mut values: Vec<f32>, least: usize) -> Option<f32> {
    if values.len() < least.max(1) {
        return None;
    }
    let middle = values.len() / 2;
    Some(*values.select_nth_unstable_by(middle, f32::total_cmp).1)
}

/// Gain of the second scan's areal densities against the first: λ_B = (1 + linear + bend · λ / 100) λ_A.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Gain {
    /// Relative gain at no thickness.
    pub linear: f64,
    /// Change of the relative gain per 100 g/cm².
    pub bend: f64,
}

impl Gain {
    /// Fits the gain by iteratively reweighted least squares with Tukey's biweight to the cells where the scans lie
    /// still: `noise` is the standard deviation of the difference.
    pub(super) fn fit(a: &Array2<f32>, b: &Array2<f32>, noise: &Array2<f32>, usable: &Array2<bool>) -> Self {
        let cells: Vec<[f64; 3]> = a
            .iter()
            .zip(b)
            .zip(noise.iter().zip(usable))
            .filter(|((a, b), (n, u))| **u && **a > SUBSTANTIAL && **b > SUBSTANTIAL && n.is_finite())
            .map(|((a, b), (n, _))| {
                let (a, b) = (f64::from(*a), f64::from(*b));
                [(a + b) / 2.0, (b - a) / ((a + b) / 2.0), f64::from(*n) / ((a + b) / 2.0)]
            })
            .collect();
        let Some(start) = median(cells.iter().map(|c| c[1] as f32).collect(), 50) else {
            return Self::default();
        };
        let mut gain = Self { linear: f64::from(start), bend: 0.0 };
        for _ in 0..15 {
            let rest = |c: &[f64; 3]| c[1] - gain.at(c[0]);
            let spread = median(cells.iter().map(|c| rest(c).abs() as f32).collect(), 1).unwrap_or(0.01);
            let spread = f64::from(spread).max(1e-4) / 0.6745;
            let (mut s, mut sx, mut sxx, mut sy, mut sxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for c in &cells {
                let u = rest(c) / (4.685 * spread.max(c[2]));
                if u.abs() < 1.0 {
                    let weight = (1.0 - u * u).powi(2) / (c[2] * c[2] + spread * spread);
                    let x = c[0] / 100.0;
                    s += weight;
                    sx += weight * x;
                    sxx += weight * x * x;
                    sy += weight * c[1];
                    sxy += weight * x * c[1];
                }
            }
            // The bend is held near 0 where the thicknesses do not differ enough to tell it.
            let held = sxx + s * 1e-3;
            let determinant = s * held - sx * sx;
            if determinant <= 0.0 {
                break;
            }
            gain = Self { linear: (held * sy - sx * sxy) / determinant, bend: (s * sxy - sx * sy) / determinant };
        }
        let most = MOST_GAIN.ln();
        Self { linear: gain.linear.clamp(-most, most), bend: gain.bend.clamp(-most, most) }
    }

    /// Returns the relative difference (λ_B − λ_A) / mean at a mean areal density.
    pub fn at(&self, lambda: f64) -> f64 {
        self.linear + self.bend * lambda / 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drift_is_taken_out_where_there_is_air() {
        let a = Array2::from_shape_fn((40, 60), |(r, c)| if r > 15 && c % 7 == 0 { 2.0 } else { 0.0 });
        let drift = |r: usize, c: usize| 0.03 * (c as f32 / 20.0).sin() + if r > 20 { 0.01 } else { 0.0 };
        let mut b = Array2::from_shape_fn((40, 60), |(r, c)| a[[r, c]] + drift(r, c));
        let levels = Levels::new(&a, &b);
        assert!(levels.largest() > 0.02);
        levels.correct(&mut b);
        let worst = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 0.008, "{worst}");
        let opaque = Array2::from_elem((40, 60), 3.0f32);
        assert_eq!(Levels::new(&opaque, &b).largest(), 0.0);
    }

    #[test]
    fn gain_is_fitted_past_what_was_added() {
        let a = Array2::from_shape_fn((50, 80), |(r, c)| 5.0 + (r + c) as f32);
        let mut b = a.mapv(|v| v * (1.05 + 0.04 * v / 100.0));
        b.slice_mut(ndarray::s![..20, ..40]).mapv_inplace(|v| v + 30.0);
        let gain = Gain::fit(&a, &b, &Array2::from_elem((50, 80), 0.3), &Array2::from_elem((50, 80), true));
        for lambda in [20.0, 60.0, 100.0] {
            let ratio: f64 = 1.05 + 0.04 * lambda / 100.0;
            let expected = (ratio - 1.0) / ((1.0 + ratio) / 2.0);
            assert!((gain.at(lambda * (1.0 + ratio) / 2.0) - expected).abs() < 0.006, "{gain:?} {lambda}");
        }
    }
}
