//! The calibrated model of the transmission against the truth, by material and thickness.

use super::MATERIALS;
use super::Plate;
use super::THICKNESSES;
use super::TrueBeam;
use super::of_plate;
use crate::accuracy::report::Residual;
use crate::error::Result;
use crate::material::RowBeams;
use crate::physics::Material;
use crate::units::ArealDensity;

/// Compares α of the model with that of the truth.
pub(super) fn measure(truth: &(TrueBeam, TrueBeam), model: &RowBeams) -> Result<Vec<Residual>> {
    let one = |plate: Plate| {
        let (name, lambda) = plate;
        let slab = [(&Material::named(name)?, ArealDensity::new(lambda)?)];
        let [high, low] = of_plate(truth, &plate)?;
        let (high, low) = (model.high.alpha(&slab)? + high.ln(), model.low.alpha(&slab)? + low.ln());
        Ok(Residual { material: name.to_owned(), lambda, high, low })
    };
    MATERIALS.into_iter().flat_map(|name| THICKNESSES.map(|lambda| (name, lambda))).map(one).collect()
}
