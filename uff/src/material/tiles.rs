//! Material of a view, region by region.

use ndarray::Array2;
use ndarray::ArrayView2;
use ndarray::s;

use super::map::MaterialMap;
use crate::error::Result;
use crate::model::Region;

/// A view of which the material of any region can be had.
pub trait MaterialTiles {
    /// Returns rows and columns of the view.
    fn shape(&self) -> (usize, usize);

    /// Returns α at high energy, or at the only one, of a region, not smoothed.
    ///
    /// # Errors
    /// `uff.region` when the region is empty or outside; those of reading.
    fn attenuation(&self, region: &Region) -> Result<Array2<f32>>;

    /// Analyses a region into a tile, whose memory is used again; it equals the crop of the whole to the bit.
    ///
    /// # Errors
    /// `uff.region` when the region is empty or outside; those of reading.
    fn read(&self, region: &Region, tile: &mut MaterialTile) -> Result<()>;
}

/// What a region of a view shows.
#[derive(Debug, Default)]
pub struct MaterialTile {
    /// Derived arrays.
    pub map: MaterialMap,
    /// α at high energy, or at the only one, with what smoothing reaches around the region.
    pub(super) high: Array2<f32>,
    /// α at low energy, likewise; the same where there is one energy only.
    pub(super) low: Array2<f32>,
    /// Row and column of α at which the region begins.
    pub(super) corner: (usize, usize),
}

impl MaterialTile {
    /// Returns α at high energy, or at the only one; not smoothed.
    pub fn alpha_high(&self) -> ArrayView2<'_, f32> {
        self.inner(&self.high)
    }

    /// Returns α at low energy, not smoothed; the same as at high energy where there is one energy only.
    pub fn alpha_low(&self) -> ArrayView2<'_, f32> {
        self.inner(&self.low)
    }

    fn inner<'a>(&self, alpha: &'a Array2<f32>) -> ArrayView2<'a, f32> {
        let ((row, column), (rows, columns)) = (self.corner, self.map.z.dim());
        alpha.slice(s![row..row + rows, column..column + columns])
    }

    /// Gives the tile a shape and nothing around it, and returns its arrays to be filled.
    pub(super) fn renew(&mut self, shape: (usize, usize)) -> (&mut MaterialMap, &mut Array2<f32>, &mut Array2<f32>) {
        self.map.resize(shape);
        for alpha in [&mut self.high, &mut self.low].into_iter().filter(|alpha| alpha.dim() != shape) {
            *alpha = Array2::zeros(shape);
        }
        self.corner = (0, 0);
        (&mut self.map, &mut self.high, &mut self.low)
    }

    /// Copies a tile of the same height in from a column on.
    pub(super) fn paste(&mut self, column: usize, part: &Self) {
        let place = s![.., column..column + part.map.z.ncols()];
        self.high.slice_mut(place).assign(&part.alpha_high());
        self.low.slice_mut(place).assign(&part.alpha_low());
        self.map.paste(column, &part.map);
    }
}
