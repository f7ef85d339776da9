//! Local contrast: contrast-limited adaptive histogram equalisation.
//!
//! K. Zuiderveld, "Contrast Limited Adaptive Histogram Equalization", Graphics Gems IV (1994). The image is cut into tiles;
//! each gets the mapping that spreads its own histogram evenly, after every bin was clipped to `limit` times the mean
//! so that noise in even areas is not blown up; a pixel's value is interpolated between the mappings of the four nearest
//! tiles.

use ndarray::Array2;
use ndarray::ArrayView2;
use rayon::prelude::*;

use crate::material::bands_mut;

/// Brightness levels that are told apart.
const BINS: usize = 256;
/// Rows and columns of a tile, about.
const TILE: usize = 64;

/// Mapping of a tile: from level to brightness.
type Mapping = [f32; BINS];

/// Spreads a brightness image, 0 to 1, locally; `limit` of 1 leaves it nearly as it is, 4 is strong. What is no number
/// stays none.
pub(super) fn equalize(image: &ArrayView2<'_, f32>, limit: f32) -> Array2<f32> {
    let (rows, columns) = image.dim();
    let grid = (tiles(rows), tiles(columns));
    let mappings: Vec<Mapping> = (0..grid.0 * grid.1)
        .into_par_iter()
        .map(|tile| {
            let (down, across) = (tile / grid.1, tile % grid.1);
            let part = ndarray::s![
                rows * down / grid.0..rows * (down + 1) / grid.0,
                columns * across / grid.1..columns * (across + 1) / grid.1
            ];
            mapping(&image.slice(part), limit)
        })
        .collect();
    let mut out = image.as_standard_layout().into_owned();
    bands_mut(&mut out, 1).enumerate().for_each(|(row, line)| {
        let (upper, lower, down) = between(row, rows, grid.0);
        for (column, value) in line.iter_mut().enumerate() {
            if value.is_nan() {
                continue;
            }
            let level = level(*value);
            let (left, right, across) = between(column, columns, grid.1);
            let at = |r: usize, c: usize| mappings[r * grid.1 + c][level];
            let mix = |r: usize| at(r, left) + across * (at(r, right) - at(r, left));
            let (top, bottom) = (mix(upper), mix(lower));
            *value = top + down * (bottom - top);
        }
    });
    out
}

fn tiles(pixels: usize) -> usize {
    ((pixels + TILE / 2) / TILE).max(1)
}

fn level(brightness: f32) -> usize {
    ((brightness.clamp(0.0, 1.0) * (BINS - 1) as f32).round() as usize).min(BINS - 1)
}

/// Returns the tiles whose centres lie before and behind a pixel, and the share of the way from one to the other.
fn between(pixel: usize, pixels: usize, tiles: usize) -> (usize, usize, f32) {
    let place = (pixel as f32 + 0.5) * tiles as f32 / pixels as f32 - 0.5;
    let first = place.max(0.0) as usize;
    (first.min(tiles - 1), (first + 1).min(tiles - 1), (place - first as f32).clamp(0.0, 1.0))
}

fn mapping(tile: &ArrayView2<'_, f32>, limit: f32) -> Mapping {
    let mut counts = [0.0_f32; BINS];
    tile.iter().filter(|v| !v.is_nan()).for_each(|v| counts[level(*v)] += 1.0);
    let total: f32 = counts.iter().sum();
    if total == 0.0 {
        return std::array::from_fn(|i| i as f32 / (BINS - 1) as f32);
    }
    let most = limit.max(1.0) * total / BINS as f32;
    let excess: f32 = counts.iter_mut().map(|c| std::mem::replace(c, c.min(most)) - c.min(most)).sum();
    let share = excess / BINS as f32;
    let mut below = 0.0;
    std::array::from_fn(|i| {
        // The middle of a bin's own share: an even histogram maps onto itself.
        let here = counts[i] + share;
        let value = below + here * i as f32 / (BINS - 1) as f32;
        below += here;
        value / total
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contrast(image: &ArrayView2<'_, f32>) -> f32 {
        let mean = image.mean().unwrap();
        image.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / image.len() as f32
    }

    #[test]
    fn faint_structure_in_the_dark_becomes_visible() {
        // Stripes of 2 % at a brightness of 0.1 beside a bright half.
        let image = Array2::from_shape_fn((128, 256), |(_, c)| match c {
            0..128 => 0.1 + if c / 8 % 2 == 0 { 0.01 } else { -0.01 },
            _ => 0.9,
        });
        let spread = equalize(&image.view(), 4.0);
        let window = ndarray::s![32..96, 16..80];
        let gain = contrast(&spread.slice(window)) / contrast(&image.slice(window));
        // Bins are clipped to 4 times the mean: contrast grows by at most 4, its square by 16.
        assert!(gain > 2.0 && gain < 17.0, "{gain}");
        assert!(spread.iter().all(|v| (0.0..=1.0).contains(v)));
    }

    #[test]
    fn even_histograms_stay_as_they_are_and_air_stays_white() {
        let ramp = Array2::from_shape_fn((64, 256), |(_, c)| c as f32 / 255.0);
        let wide = Array2::from_shape_fn((64, 64), |(r, c)| ((r * 64 + c) / 16) as f32 / 255.0);
        let same = equalize(&wide.view(), 3.0);
        assert!(wide.iter().zip(&same).all(|(a, b)| (a - b).abs() < 0.01));
        // Each tile of a ramp holds a quarter of the levels: clipped to the mean, they keep a quarter of their say.
        let spread = equalize(&ramp.view(), 1.0);
        assert!(ramp.iter().zip(&spread).all(|(a, b)| (a - b).abs() < 0.19));
        let air = equalize(&Array2::ones((100, 100)).view(), 4.0);
        assert!(air.iter().all(|v| *v > 0.95), "{:?}", air.iter().copied().reduce(f32::min));
    }

    #[test]
    fn odd_sizes_and_missing_pixels_do_no_harm() {
        for size in [(1, 1), (3, 500), (65, 31)] {
            let mut image = Array2::from_shape_fn(size, |(r, c)| ((r * 7 + c * 3) % 11) as f32 / 10.0);
            image[(0, 0)] = f32::NAN;
            let spread = equalize(&image.view(), 2.0);
            assert!(spread[(0, 0)].is_nan() && spread.iter().skip(1).all(|v| v.is_finite()));
        }
    }
}
