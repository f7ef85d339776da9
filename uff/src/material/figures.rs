//! Figures of a whole view, by which a scan is found again among others.

use super::class::MaterialClass;
use crate::error::Error;
use crate::error::Result;
use crate::model::Block;
use crate::model::Region;
use crate::model::Samples;

/// What the material arrays of a view come to, over the pixels whose class is decided: air, and what is too thin or lets nothing
/// pass, is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct MaterialFigures {
    /// Index of the view.
    pub view: u32,
    /// Pixels whose class is decided; never 0.
    pub pixels: u64,
    /// Share of the pixels that are of a class, 0 to 1: organic, light, metal, heavy, in the order of
    /// [`MaterialClass::ALL`] after "undecided".
    pub shares: [f64; 4],
    /// Mean effective atomic number; none without such an array.
    pub z: Option<f64>,
    /// Mean areal density, g/cm²; none without such an array.
    pub areal_density: Option<f64>,
}

impl MaterialFigures {
    /// Returns the share of a class; 0 for undecided.
    pub fn share(&self, class: MaterialClass) -> f64 {
        let index = usize::from(class.code()).checked_sub(1);
        index.and_then(|index| self.shares.get(index)).copied().unwrap_or(0.0)
    }
}

/// Sum and number of the values of an array.
#[derive(Default)]
struct Mean {
    sum: f64,
    count: u64,
}

impl Mean {
    fn add(&mut self, values: &Block, classes: &ndarray::Array2<u8>) {
        let Block::F32(values) = values else { return };
        for (value, class) in values.iter().zip(classes) {
            if *class != 0 && value.is_finite() {
                self.sum += f64::from(*value);
                self.count += 1;
            }
        }
    }

    fn value(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

/// Computes the figures of a view from its arrays `[row, column]`: class codes, and atomic numbers and areal densities of the same
/// shape as far as there are any. None when no pixel is decided, or where the arrays are not what they should be.
///
/// # Errors
/// Whatever reading says.
pub fn material_figures(
    view: u32,
    class: &dyn Samples,
    z: Option<&dyn Samples>,
    areal_density: Option<&dyn Samples>,
) -> Result<Option<MaterialFigures>> {
    /// Rows read at a time: those of a chunk.
    const BAND: usize = 256;
    let (rows, columns) = class.shape();
    let same = |array: Option<_>| array.filter(|a: &&dyn Samples| a.shape() == (rows, columns));
    let (z, areal_density) = (same(z), same(areal_density));
    let (mut counts, mut mean_z, mut mean_density) = ([0_u64; 5], Mean::default(), Mean::default());
    for row in (0..rows).step_by(BAND) {
        let region = Region { row, column: 0, rows: BAND.min(rows - row), columns };
        let Block::U8(classes) = class.read(&region)? else { return Ok(None) };
        for code in &classes {
            counts[usize::from(MaterialClass::from_code(*code).code())] += 1;
        }
        for (array, mean) in [(z, &mut mean_z), (areal_density, &mut mean_density)] {
            if let Some(array) = array {
                mean.add(&array.read(&region)?, &classes);
            }
        }
    }
    let [_, decided @ ..] = counts;
    let pixels: u64 = decided.iter().sum();
    let shares = decided.map(|count| count as f64 / pixels as f64);
    let (z, areal_density) = (mean_z.value(), mean_density.value());
    Ok::<_, Error>((pixels > 0).then_some(MaterialFigures { view, pixels, shares, z, areal_density }))
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// By hand: of eight pixels, two are air; of the six others three are organic, one light and two metal.
    #[test]
    fn figures_are_those_of_the_decided_pixels() {
        let class = Block::U8(array![[0, 1, 1, 1], [2, 3, 3, 0]]);
        let z = Block::F32(array![[0.0, 6.0, 7.0, 8.0], [13.0, 26.0, f32::NAN, 99.0]]);
        let density = Block::F32(array![[f32::NAN, 10.0, 20.0, 30.0], [40.0, 50.0, 60.0, f32::NAN]]);
        let found = material_figures(2, &class, Some(&z), Some(&density)).expect("read").expect("decided pixels");
        assert_eq!((found.view, found.pixels), (2, 6));
        assert_eq!(found.shares, [0.5, 1.0 / 6.0, 1.0 / 3.0, 0.0]);
        assert_eq!(found.share(MaterialClass::Metal), 1.0 / 3.0);
        assert_eq!(found.share(MaterialClass::Undecided), 0.0);
        assert_eq!((found.z, found.areal_density), (Some(12.0), Some(35.0)));
    }

    #[test]
    fn there_are_none_where_nothing_is_decided_and_no_means_of_another_shape() {
        let air = Block::U8(array![[0, 0], [0, 0]]);
        assert_eq!(material_figures(0, &air, None, None).expect("read"), None);
        let (class, other) = (Block::U8(array![[1, 1]]), Block::F32(array![[6.0]]));
        let found = material_figures(0, &class, Some(&other), None).expect("read").expect("decided pixels");
        assert_eq!((found.z, found.areal_density), (None, None));
        let wrong = Block::F32(array![[1.0]]);
        assert_eq!(material_figures(0, &wrong, None, None).expect("read"), None);
    }
}
