//! Signs that a scan is not what its metadata say.

use ndarray::Array2;
use ndarray::ArrayView2;

/// Fewest pixels that a verdict rests on.
const FEWEST: usize = 100;
/// α between which channels are compared: enough matter, enough signal.
const COMPARED: std::ops::Range<f32> = 0.5..5.0;
/// Relative difference of α from which on the order of two channels is beyond doubt.
const CLEARLY: f32 = 0.02;
/// α of rows that show nothing but air, and the fewest rows for a verdict on drift.
const AIR: (f32, usize) = (0.05, 4);
/// Smallest drift worth a word.
const DRIFT: f32 = 0.005;
/// Columns over which the signal in air is averaged.
const PIECE: usize = 64;

/// Returns whether the low-energy channel attenuates less than the high-energy one, which no matter does: the channels
/// are swapped.
pub(super) fn swapped(high: &Array2<f32>, low: &Array2<f32>) -> bool {
    let ratios = high.iter().zip(low).filter(|(h, l)| COMPARED.contains(*h) && COMPARED.contains(*l));
    let mut ratios: Vec<f32> = ratios.map(|(h, l)| l / h - 1.0).collect();
    if ratios.len() < FEWEST {
        return false;
    }
    let middle = ratios.len() / 2;
    *ratios.select_nth_unstable_by(middle, f32::total_cmp).1 < -CLEARLY
}

/// Returns by how much the signal in air changes along the scan, as a share, where that is plainly more than noise.
/// `alpha` holds pieces of the scan beside each other.
pub(super) fn drift(alpha: &Array2<f32>) -> Option<f32> {
    let pieces: Vec<ArrayView2<'_, f32>> =
        alpha.axis_chunks_iter(ndarray::Axis(1), PIECE).filter(|p| p.ncols() == PIECE).collect();
    let levels: Vec<Vec<(f32, f32)>> = pieces.iter().map(|p| p.rows().into_iter().map(moments).collect()).collect();
    let air: Vec<usize> = (0..alpha.nrows())
        .filter(|row| levels.iter().all(|l| l.get(*row).is_some_and(|(mean, _)| mean.abs() < AIR.0)))
        .collect();
    if pieces.len() < 2 || air.len() < AIR.1 {
        return None;
    }
    let of_piece = |rows: &Vec<(f32, f32)>| {
        let count = air.len() as f32;
        let mean = air.iter().filter_map(|r| rows.get(*r)).map(|m| m.0).sum::<f32>() / count;
        let variance = air.iter().filter_map(|r| rows.get(*r)).map(|m| m.1).sum::<f32>() / count;
        (mean, (variance / (count * PIECE as f32)).sqrt())
    };
    let means: Vec<(f32, f32)> = levels.iter().map(of_piece).collect();
    let (least, most) = means.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), m| (a.min(m.0), b.max(m.0)));
    let error = means.iter().map(|m| m.1).fold(0.0, f32::max);
    Some(most - least).filter(|span| *span > DRIFT && *span > 8.0 * error)
}

fn moments(row: ndarray::ArrayView1<'_, f32>) -> (f32, f32) {
    let count = row.len() as f32;
    let mean = row.sum() / count;
    (mean, row.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::noise::tests::deviates;

    #[test]
    fn swapped_channels_are_noticed_and_right_ones_are_not() {
        let high = Array2::from_shape_fn((20, 40), |(r, c)| if c < 20 { 0.0 } else { 0.6 + 0.1 * r as f32 });
        let low = high.mapv(|a| 1.15 * a);
        assert!(swapped(&low, &high) && !swapped(&high, &low) && !swapped(&high, &high));
        assert!(!swapped(&low.mapv(|a| 0.1 * a), &high.mapv(|a| 0.1 * a)), "too thin to tell");
    }

    #[test]
    fn drift_is_told_from_noise() {
        let mut deviate = deviates(9);
        let mut image = |drift: f32| {
            Array2::from_shape_fn((40, 640), |(r, c)| {
                let matter = if r > 20 { 1.0 } else { 0.0 };
                matter + drift * c as f32 / 640.0 + 0.014 * deviate() as f32
            })
        };
        let found = drift(&image(0.03)).unwrap();
        assert!((found - 0.027).abs() < 0.003, "{found}");
        assert_eq!(drift(&image(0.0)), None);
    }
}
