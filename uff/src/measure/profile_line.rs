//! Values along a line.

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::material::MaterialTile;
use crate::material::MaterialView;
use crate::model::Region;

/// Values at a point of a line; no number where there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProfilePoint {
    /// Row of the nearest pixel.
    pub row: usize,
    /// Column of the nearest pixel.
    pub column: usize,
    /// Distance from the start in pixels.
    pub distance: f64,
    /// α at high energy, or at the only one.
    pub alpha_high: f32,
    /// α at low energy.
    pub alpha_low: f32,
    /// Areal density, g/cm².
    pub lambda: f32,
    /// Effective atomic number; 0 where nothing can be said.
    pub z: f32,
    /// Code of the class; see [`MaterialClass`](crate::material::MaterialClass).
    pub class: u8,
}

/// Reads the pixels nearest to a line from one `[row, column]` to another, both included, one per step of a pixel along
/// the longer axis.
///
/// # Errors
/// `uff.region` for an end outside the view; those of reading.
pub fn profile_line(view: &MaterialView, from: (usize, usize), to: (usize, usize)) -> Result<Vec<ProfilePoint>> {
    let (rows, columns) = view.shape();
    for (row, column) in [from, to] {
        if row >= rows || column >= columns {
            return Err(Error::new(Code::UffRegion, "the line leaves the view")
                .expected(format!("rows below {rows}, columns below {columns}"))
                .found(format!("{row},{column}")));
        }
    }
    let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1));
    let along = |a: usize, b: usize, step: usize| a as f64 + (b as f64 - a as f64) * step as f64 / steps.max(1) as f64;
    let mut points = Vec::with_capacity(steps + 1);
    // Pieces of the line, so that a slanting one does not need the whole of its rectangle at once.
    for first in (0..=steps).step_by(PIECE) {
        let last = (first + PIECE - 1).min(steps);
        let place =
            |step: usize| (along(from.0, to.0, step).round() as usize, along(from.1, to.1, step).round() as usize);
        let (a, b) = (place(first), place(last));
        let region = Region {
            row: a.0.min(b.0),
            column: a.1.min(b.1),
            rows: a.0.abs_diff(b.0) + 1,
            columns: a.1.abs_diff(b.1) + 1,
        };
        let tile = view.tile(&region)?;
        for step in first..=last {
            let (row, column) = place(step);
            let (down, across) = (along(from.0, to.0, step) - from.0 as f64, along(from.1, to.1, step) - from.1 as f64);
            points.push(point(&tile, (row, column), (row - region.row, column - region.column), down.hypot(across)));
        }
    }
    Ok(points)
}

/// Pixels of a line read at once.
const PIECE: usize = 512;

fn point(tile: &MaterialTile, (row, column): (usize, usize), at: (usize, usize), distance: f64) -> ProfilePoint {
    ProfilePoint {
        row,
        column,
        distance,
        alpha_high: tile.alpha_high()[at],
        alpha_low: tile.alpha_low()[at],
        lambda: tile.map.lambda[at],
        z: tile.map.z[at],
        class: tile.map.class[at],
    }
}
