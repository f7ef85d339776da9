//! Connected areas of one class: what lies in the picture, largest first.

use ndarray::Array2;

use super::class::MaterialClass;
use super::map::MaterialMap;
use super::statistics::Spread;
use super::statistics::spread;
use crate::model::Region;

/// Pixels of one class that touch along their sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Class of every pixel; never undecided.
    pub class: MaterialClass,
    /// Number of pixels.
    pub pixels: usize,
    /// Smallest rectangle that holds them.
    pub bounds: Region,
    /// Atomic number of the pixels that have one.
    pub z: Option<Spread>,
    /// Areal density of the pixels, g/cm².
    pub lambda: Option<Spread>,
    /// Mass in kg: Σ λ · pixel area; none without the pixel area or where a pixel has no λ.
    pub mass: Option<f64>,
}

/// Finds the segments of at least `least` pixels, those with the most matter (Σ λ) first; `pixel_area` is in cm².
pub fn segments(map: &MaterialMap, least: usize, pixel_area: Option<f64>) -> Vec<Segment> {
    let mut seen = Array2::from_elem(map.class.raw_dim(), false);
    let mut found: Vec<(f64, Segment)> = Vec::new();
    for (start, code) in map.class.indexed_iter() {
        let class = MaterialClass::from_code(*code);
        if class == MaterialClass::Undecided || seen[start] {
            continue;
        }
        let pixels = flood(&map.class, *code, start, &mut seen);
        if pixels.len() >= least.max(1) {
            found.push(measure(map, class, &pixels, pixel_area));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().map(|(_, segment)| segment).collect()
}

/// Collects the pixels of a code that are connected with `start`.
fn flood(class: &Array2<u8>, code: u8, start: (usize, usize), seen: &mut Array2<bool>) -> Vec<(usize, usize)> {
    let mut pixels = Vec::new();
    let mut open = vec![start];
    seen[start] = true;
    while let Some((row, column)) = open.pop() {
        pixels.push((row, column));
        let beside =
            [(row.wrapping_sub(1), column), (row + 1, column), (row, column.wrapping_sub(1)), (row, column + 1)];
        for next in beside {
            if class.get(next) == Some(&code) && !seen[next] {
                seen[next] = true;
                open.push(next);
            }
        }
    }
    pixels
}

fn measure(
    map: &MaterialMap,
    class: MaterialClass,
    pixels: &[(usize, usize)],
    pixel_area: Option<f64>,
) -> (f64, Segment) {
    let bound = |of: fn(&(usize, usize)) -> usize| {
        let all = pixels.iter().map(of);
        let least = all.clone().min().unwrap_or(0);
        (least, all.max().unwrap_or(0) + 1 - least)
    };
    let ((row, rows), (column, columns)) = (bound(|p| p.0), bound(|p| p.1));
    let lambda = || pixels.iter().map(|p| f64::from(map.lambda[*p]));
    let (sum, whole) = (lambda().filter(|l| l.is_finite()).sum::<f64>(), lambda().all(f64::is_finite));
    let segment = Segment {
        class,
        pixels: pixels.len(),
        bounds: Region { row, column, rows, columns },
        z: spread(pixels.iter().map(|p| f64::from(map.z[*p])).filter(|z| *z > 0.0)),
        lambda: spread(lambda()),
        mass: pixel_area.filter(|_| whole).map(|area| sum * area / 1000.0),
    };
    (sum, segment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn map(class: Array2<u8>, lambda: Array2<f32>) -> MaterialMap {
        let shape = class.raw_dim();
        let z = class.mapv(|c| f32::from(c) * 10.0);
        MaterialMap { z, lambda, class, confidence: Array2::zeros(shape), flags: Array2::zeros(shape) }
    }

    #[test]
    fn touching_pixels_of_one_class_are_one_segment_and_corners_do_not_touch() {
        let class = array![[1u8, 1, 0, 3], [0, 1, 3, 0], [1, 0, 0, 3]];
        let found = segments(&map(class, Array2::from_elem((3, 4), 2.0)), 1, Some(50.0));
        let seen: Vec<_> = found.iter().map(|s| (s.class.code(), s.pixels, s.bounds.row, s.bounds.column)).collect();
        assert_eq!(seen, [(1, 3, 0, 0), (3, 1, 0, 3), (3, 1, 1, 2), (1, 1, 2, 0), (3, 1, 2, 3)]);
        assert_eq!((found[0].bounds.rows, found[0].bounds.columns), (2, 2));
        assert_eq!(found[0].mass, Some(0.3));
    }

    #[test]
    fn the_heaviest_comes_first_and_small_ones_are_left_out() {
        let class = array![[1u8, 1, 1, 0, 3, 3, 0, 4]];
        let lambda = array![[1.0f32, 1.0, 1.0, 0.0, 40.0, f32::NAN, 0.0, 500.0]];
        let found = segments(&map(class, lambda), 2, Some(1.0));
        assert_eq!(found.iter().map(|s| s.class.code()).collect::<Vec<_>>(), [3, 1]);
        assert_eq!((found[0].mass, found[1].mass), (None, Some(0.003)));
        assert_eq!(found[0].lambda.map(|l| (l.count, l.mean)), Some((1, 40.0)));
    }
}
