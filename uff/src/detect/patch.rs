//! Sets of connected pixels: bounds, outline, shape, surroundings.

use ndarray::Array2;

use crate::model::Region;

/// Pixels of a row that touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Row.
    pub row: usize,
    /// First column.
    pub column: usize,
    /// Number of columns.
    pub length: usize,
}

/// Connected pixels of a picture, as runs in reading order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    runs: Vec<Run>,
    bounds: Region,
    pixels: usize,
}

impl Patch {
    /// Makes a patch of pixels `(row, column)`; none of no pixels.
    pub(super) fn new(mut pixels: Vec<(usize, usize)>) -> Option<Self> {
        pixels.sort_unstable();
        pixels.dedup();
        let (first, last) = (pixels.first()?.0, pixels.last()?.0);
        let left = pixels.iter().map(|p| p.1).min()?;
        let right = pixels.iter().map(|p| p.1).max()?;
        let mut runs: Vec<Run> = Vec::new();
        for (row, column) in &pixels {
            match runs.last_mut().filter(|run| run.row == *row && run.column + run.length == *column) {
                Some(run) => run.length += 1,
                None => runs.push(Run { row: *row, column: *column, length: 1 }),
            }
        }
        let bounds = Region { row: first, column: left, rows: last - first + 1, columns: right - left + 1 };
        Some(Self { runs, bounds, pixels: pixels.len() })
    }

    /// Returns the smallest rectangle that holds the pixels.
    pub fn bounds(&self) -> &Region {
        &self.bounds
    }

    /// Returns the pixels as runs, top to bottom and left to right.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Returns the number of pixels.
    pub fn len(&self) -> usize {
        self.pixels
    }

    /// Returns whether there are no pixels, which does not happen.
    pub fn is_empty(&self) -> bool {
        self.pixels == 0
    }

    /// Iterates over the pixels `(row, column)`.
    pub fn pixels(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.runs.iter().flat_map(|run| (run.column..run.column + run.length).map(|column| (run.row, column)))
    }

    /// Returns whether a pixel `(row, column)` is of the patch.
    pub(crate) fn holds(&self, (row, column): (usize, usize)) -> bool {
        let of_row = self.runs.iter().filter(|run| run.row == row);
        of_row.into_iter().any(|run| (run.column..run.column + run.length).contains(&column))
    }

    /// Returns the share of the bounding rectangle that the pixels fill, 0 to 1.
    pub(super) fn fill(&self) -> f64 {
        self.pixels as f64 / (self.bounds.rows * self.bounds.columns) as f64
    }

    /// Returns whether the patch is at least three pixels wide and no more than five times as long as wide: no line.
    pub(super) fn is_compact(&self) -> bool {
        let (short, long) = (self.bounds.rows.min(self.bounds.columns), self.bounds.rows.max(self.bounds.columns));
        short >= 3 && long <= 5 * short
    }

    /// Returns the pixels around: those more than `gap` and at most `gap + width` pixels away, inside the picture.
    pub(super) fn ring(&self, shape: (usize, usize), gap: usize, width: usize) -> Vec<(usize, usize)> {
        let reach = gap + width;
        let (top, left) = (self.bounds.row.saturating_sub(reach), self.bounds.column.saturating_sub(reach));
        let bottom = (self.bounds.row + self.bounds.rows + reach).min(shape.0);
        let right = (self.bounds.column + self.bounds.columns + reach).min(shape.1);
        let mut far = Array2::from_elem((bottom - top, right - left), reach + 1);
        for (row, column) in self.pixels() {
            far[(row - top, column - left)] = 0;
        }
        // Chessboard distance by two sweeps.
        let (rows, columns) = far.dim();
        for backwards in [false, true] {
            for step in 0..rows * columns {
                let at = if backwards { rows * columns - 1 - step } else { step };
                let (row, column) = (at / columns, at % columns);
                let beside = if backwards {
                    [(row + 1, column + 1), (row + 1, column), (row + 1, column.wrapping_sub(1)), (row, column + 1)]
                } else {
                    [
                        (row.wrapping_sub(1), column.wrapping_sub(1)),
                        (row.wrapping_sub(1), column),
                        (row.wrapping_sub(1), column + 1),
                        (row, column.wrapping_sub(1)),
                    ]
                };
                let least = beside.iter().filter_map(|p| far.get(*p)).min().map_or(usize::MAX, |d| d.saturating_add(1));
                let here = &mut far[(row, column)];
                *here = (*here).min(least);
            }
        }
        let around = far.indexed_iter().filter(|(_, distance)| (gap + 1..=reach).contains(*distance));
        around.map(|((row, column), _)| (row + top, column + left)).collect()
    }

    /// Returns by how much two bounding rectangles overlap: shared area over the area of both.
    pub(super) fn overlap(&self, other: &Self) -> f64 {
        let (shared, a, b) = self.shared(other);
        shared / (a + b - shared)
    }

    /// Returns the share of the smaller bounding rectangle that lies in the other one.
    pub(crate) fn nested(&self, other: &Self) -> f64 {
        let (shared, a, b) = self.shared(other);
        shared / a.min(b)
    }

    fn shared(&self, other: &Self) -> (f64, f64, f64) {
        let (a, b) = (&self.bounds, &other.bounds);
        let common = |a: usize, la: usize, b: usize, lb: usize| (a + la).min(b + lb).saturating_sub(a.max(b)) as f64;
        let shared = common(a.row, a.rows, b.row, b.rows) * common(a.column, a.columns, b.column, b.columns);
        (shared, (a.rows * a.columns) as f64, (b.rows * b.columns) as f64)
    }
}

/// Finds the connected sets (sides and corners touch) of at least `least` pixels for which `inside` holds.
pub(crate) fn patches(mask: &Array2<bool>, least: usize) -> Vec<Patch> {
    let mut seen = Array2::from_elem(mask.raw_dim(), false);
    let mut found = Vec::new();
    for (start, inside) in mask.indexed_iter() {
        if !inside || seen[start] {
            continue;
        }
        seen[start] = true;
        let mut open = vec![start];
        let mut pixels = Vec::new();
        while let Some((row, column)) = open.pop() {
            pixels.push((row, column));
            for down in [row.wrapping_sub(1), row, row + 1] {
                for next in [column.wrapping_sub(1), column, column + 1].map(|c| (down, c)) {
                    if mask.get(next) == Some(&true) && !seen[next] {
                        seen[next] = true;
                        open.push(next);
                    }
                }
            }
        }
        if pixels.len() >= least.max(1) {
            found.extend(Patch::new(pixels));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_bounds_and_ring_of_a_square() {
        let mask = Array2::from_shape_fn((9, 9), |(r, c)| (3..6).contains(&r) && (3..6).contains(&c));
        let found = patches(&mask, 1);
        let patch = &found[0];
        assert_eq!((found.len(), patch.len(), patch.runs().len()), (1, 9, 3));
        assert_eq!(*patch.bounds(), Region { row: 3, column: 3, rows: 3, columns: 3 });
        assert_eq!(patch.fill(), 1.0);
        // Two rings of 7 × 7 less 3 × 3 at gap 0; the outer one alone at gap 1; cut by the border of the picture.
        assert_eq!(patch.ring((9, 9), 0, 2).len(), 49 - 9);
        assert_eq!(patch.ring((9, 9), 1, 1).len(), 49 - 25);
        assert_eq!(patch.ring((9, 7), 1, 1).len(), 42 - 25);
    }

    #[test]
    fn corners_touch_and_small_sets_are_left_out() {
        let picture = ["#..#", ".#..", "...."];
        let mask = Array2::from_shape_fn((3, 4), |(r, c)| picture[r].as_bytes()[c] == b'#');
        let sizes: Vec<usize> = patches(&mask, 1).iter().map(Patch::len).collect();
        assert_eq!(sizes, [2, 1]);
        assert_eq!(patches(&mask, 2).len(), 1);
    }
}
