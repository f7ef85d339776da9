//! What registration looks at: a measure of thickness that is alike for all scanners and equally noisy everywhere.

use ndarray::Array2;
use rayon::prelude::*;

use super::exposure::Exposure;
use super::resample::{Cells, resample};
use super::thickness::Thickness;
use crate::error::Result;

/// Atomic number for which the thickness is read: that of iron, so that two energies see steel alike.
const IRON: f32 = 26.0;
/// Areal density, g/cm², over which the measure falls by a factor e. Half the attenuation of megavolt beams in iron
/// makes it the square root of a transmission, of which quantum noise is the same at every thickness.
const DEPTH: f32 = 50.0;

/// A scan as registration sees it.
#[derive(Debug)]
pub(super) struct Relief {
    /// Transmissions `[row, column]`; NaN without data.
    pub(super) transmission: Array2<f32>,
    pub(super) thickness: Thickness,
}

impl Relief {
    pub(super) fn new(exposure: &Exposure) -> Result<Self> {
        let transmission = exposure.alpha.mapv(|alpha| (-alpha).exp());
        Ok(Self { transmission, thickness: Thickness::new(exposure.beam.as_ref())? })
    }

    /// Returns rows and columns.
    pub(super) fn shape(&self) -> (usize, usize) {
        self.transmission.dim()
    }

    /// Returns exp(−λ / 50 g/cm²) of the cells of a grid, λ as if all were iron: 1 in air, 0 where nothing passes, NaN
    /// without data.
    pub(super) fn contrast(&self, rows: &Cells, columns: &Cells) -> Array2<f32> {
        let mut image = resample(&self.transmission, rows, columns).values;
        let width = image.ncols().max(1);
        image.as_slice_mut().unwrap_or_default().par_chunks_mut(width).for_each(|line| {
            for value in line.iter_mut().filter(|v| !v.is_nan()) {
                let alpha = -value.max(1e-6).ln();
                *value = (-self.thickness.at(alpha, IRON).0 / DEPTH).exp();
            }
        });
        image
    }
}

/// Takes out what changes slowly: the mean over `half` rows and columns to either side; missing cells become 0.
pub(super) fn high_pass(image: &Array2<f32>, half: (usize, usize)) -> Array2<f32> {
    let sums = Sums::new(image);
    Array2::from_shape_fn(image.dim(), |(row, column)| {
        let value = image[(row, column)];
        if value.is_nan() { 0.0 } else { value - sums.mean(row, column, half) }
    })
}

/// Sums over rectangles of an image in constant time; NaN takes no part.
pub(super) struct Sums {
    /// Sum and count over everything above and to the left, one row and column larger than the image.
    table: Array2<[f64; 2]>,
}

impl Sums {
    pub(super) fn new(image: &Array2<f32>) -> Self {
        let (rows, columns) = image.dim();
        let mut table = Array2::from_elem((rows + 1, columns + 1), [0.0; 2]);
        for row in 0..rows {
            let mut along = [0.0f64; 2];
            for column in 0..columns {
                let value = image[(row, column)];
                if !value.is_nan() {
                    along = [along[0] + f64::from(value), along[1] + 1.0];
                }
                let above: [f64; 2] = table[(row, column + 1)];
                table[(row + 1, column + 1)] = [above[0] + along[0], above[1] + along[1]];
            }
        }
        Self { table }
    }

    /// Returns sum and count over the window of `half` rows and columns to either side of a cell.
    pub(super) fn window(&self, row: usize, column: usize, half: (usize, usize)) -> (f64, f64) {
        let (rows, columns) = (self.table.nrows() - 1, self.table.ncols() - 1);
        let (top, left) = (row.saturating_sub(half.0), column.saturating_sub(half.1));
        let (bottom, right) = ((row + half.0 + 1).min(rows), (column + half.1 + 1).min(columns));
        let corner = |r: usize, c: usize| self.table[(r, c)];
        let (a, b, c, d) = (corner(bottom, right), corner(top, right), corner(bottom, left), corner(top, left));
        (a[0] - b[0] - c[0] + d[0], a[1] - b[1] - c[1] + d[1])
    }

    /// Returns the mean over a window; NaN where it has no data.
    pub(super) fn mean(&self, row: usize, column: usize, half: (usize, usize)) -> f32 {
        let (sum, count) = self.window(row, column, half);
        if count > 0.0 { (sum / count) as f32 } else { f32::NAN }
    }
}

/// Returns the correlation coefficient of two images of one shape, over the cells where neither is exactly 0.
pub(super) fn correlation(a: &Array2<f32>, b: &Array2<f32>) -> f64 {
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b).filter(|(a, b)| **a != 0.0 && **b != 0.0) {
        let (a, b) = (f64::from(*a), f64::from(*b));
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    if aa > 0.0 && bb > 0.0 { ab / (aa * bb).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn windows_leave_missing_cells_out() {
        let image = array![[1.0f32, 2.0, f32::NAN], [3.0, 4.0, 5.0]];
        let sums = Sums::new(&image);
        assert_eq!(sums.window(0, 1, (1, 1)), (15.0, 5.0));
        assert_eq!(sums.mean(0, 2, (0, 0)).to_bits(), f32::NAN.to_bits());
        assert_eq!(high_pass(&image, (0, 1))[[1, 0]], -0.5);
        assert_eq!(high_pass(&image, (0, 1))[[0, 2]], 0.0);
    }

    #[test]
    fn correlation_knows_no_scale() {
        let a = array![[1.0f32, -2.0, 3.0]];
        assert!((correlation(&a, &a.mapv(|v| 4.0 * v)) - 1.0).abs() < 1e-12);
        assert!((correlation(&a, &a.mapv(|v| -v)) + 1.0).abs() < 1e-12);
    }
}
