//! Material of a view, region by region.

use ndarray::Array2;
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
    /// α at high energy, or at the only one; not smoothed.
    pub alpha_high: Array2<f32>,
    /// α at low energy, not smoothed; the same as `alpha_high` where there is one energy only.
    pub alpha_low: Array2<f32>,
}

impl MaterialTile {
    /// Creates a tile of a shape in which nothing is known.
    pub(super) fn undecided(shape: (usize, usize)) -> Self {
        let (alpha_high, alpha_low) = (Array2::zeros(shape), Array2::zeros(shape));
        Self { map: MaterialMap::undecided(shape), alpha_high, alpha_low }
    }

    /// Gives the tile a shape; what it holds is of no meaning where that is its own.
    pub(super) fn resize(&mut self, shape: (usize, usize)) {
        if self.alpha_high.dim() != shape {
            *self = Self::undecided(shape);
        }
    }

    /// Copies a tile of the same height in from a column on.
    pub(super) fn paste(&mut self, column: usize, part: &Self) {
        let place = s![.., column..column + part.alpha_high.ncols()];
        self.alpha_high.slice_mut(place).assign(&part.alpha_high);
        self.alpha_low.slice_mut(place).assign(&part.alpha_low);
        self.map.paste(column, &part.map);
    }
}
