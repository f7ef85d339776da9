//! What is really in a picture: each object's place, material and areal density.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};

/// Truth about a simulated scan, as written to `truth.json`. Rows and columns count from the top left of the upright
/// picture; areal densities are in g/cm².
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// Name of the scene.
    pub scene: String,
    /// What it shows.
    pub title: String,
    /// How the effective atomic numbers are defined.
    pub z_eff: String,
    /// Seed of the noise; absent where the picture was not made by this simulator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Rows of the picture.
    pub rows: usize,
    /// Columns of the picture.
    pub columns: usize,
    /// Objects, in the order of the scene.
    pub objects: Vec<ObjectTruth>,
}

/// Truth about one object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObjectTruth {
    /// Name.
    pub name: String,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// Material of the object, or of its main part; `void` for a hole.
    pub material: String,
    /// Density as packed, g/cm³; 0 for a hole.
    pub density: f64,
    /// Effective atomic number of the material; 0 for a hole.
    pub z_eff: f64,
    /// Smallest rectangle that holds the object; absent where it is hidden completely or outside the picture.
    pub rectangle: Option<Rectangle>,
    /// Rectangle in which the same things lie in the beam all over, for measuring.
    pub core: Option<Core>,
}

/// Part of an object where what lies in the beam is the same all over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Core {
    /// Where.
    pub rectangle: Rectangle,
    /// Objects in the beam, with their mean areal densities.
    pub layers: Vec<LayerTruth>,
    /// Mean areal density of all that lies in the beam, surroundings included.
    pub areal_density: f64,
    /// Effective atomic number of all that lies in the beam.
    pub z_eff: f64,
}

/// Share of one object in a core.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerTruth {
    /// Name of the object.
    pub object: String,
    /// Its material.
    pub material: String,
    /// Its mean areal density in the core, g/cm²; 0 for a hole.
    pub areal_density: f64,
}

/// Rectangle of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rectangle {
    /// First row.
    pub row: usize,
    /// First column.
    pub column: usize,
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
}

impl Truth {
    /// Returns the text of `truth.json`.
    ///
    /// # Errors
    /// `internal` when a number is not finite, which rendering does not produce.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        let mut text = serde_json::to_vec_pretty(self)
            .map_err(|e| Error::new(Code::Internal, "the truth cannot be written").cause(e))?;
        text.push(b'\n');
        Ok(text)
    }
}

/// Returns the largest rectangle of set pixels, the uppermost and leftmost of equals.
pub(super) fn largest_rectangle(mask: &Array2<bool>) -> Option<Rectangle> {
    let mut heights = vec![0usize; mask.ncols() + 1];
    let mut best: Option<Rectangle> = None;
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for (row, line) in mask.outer_iter().enumerate() {
        heights.iter_mut().zip(line).for_each(|(height, set)| *height = if *set { *height + 1 } else { 0 });
        stack.clear();
        for (column, height) in heights.iter().copied().enumerate() {
            let mut start = column;
            while let Some((from, tall)) = stack.pop_if(|top| top.1 >= height) {
                let found = Rectangle { row: row + 1 - tall, column: from, rows: tall, columns: column - from };
                if tall > 0 && best.is_none_or(|b| found.rows * found.columns > b.rows * b.columns) {
                    best = Some(found);
                }
                start = from;
            }
            stack.push((start, height));
        }
    }
    best
}

impl Rectangle {
    /// Returns the rectangle one pixel smaller on each side, where it is large enough.
    pub(super) fn inset(self) -> Self {
        if self.rows.min(self.columns) < 5 {
            return self;
        }
        Self { row: self.row + 1, column: self.column + 1, rows: self.rows - 2, columns: self.columns - 2 }
    }

    /// Returns whether a pixel lies inside.
    pub(super) fn contains(&self, row: usize, column: usize) -> bool {
        (self.row..self.row + self.rows).contains(&row) && (self.column..self.column + self.columns).contains(&column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn largest_rectangle_of_a_bitmap() {
        let picture = ["..#.....", ".###.##.", ".######.", "..#####.", "........"];
        let mask = Array2::from_shape_fn((5, 8), |(r, c)| picture[r].as_bytes()[c] == b'#');
        let found = largest_rectangle(&mask).unwrap();
        assert_eq!(found, Rectangle { row: 2, column: 2, rows: 2, columns: 5 });
        assert_eq!(largest_rectangle(&Array2::from_elem((3, 3), false)), None);
        let all = largest_rectangle(&Array2::from_elem((3, 4), true)).unwrap();
        assert_eq!((all.rows, all.columns), (3, 4));
    }
}
