//! What is known to be in a sample, and how near the analysis comes.

use std::path::Path;

use uff::error::{Code, Direction, Error};
use uff::material::{MaterialClass, ViewAnalysis};
use uff::model::Region;
use uff::synth::{Rectangle, Truth};

use crate::error::Result;

/// Largest share by which an areal density may be off.
pub(super) const TOLERANCE: f64 = 0.10;
/// Areal densities, in g/cm², between which a measurement is expected to come within the tolerance: below, there is
/// too little matter to tell materials apart; above, too little radiation.
const RANGE: std::ops::RangeInclusive<f64> = 5.0..=120.0;
/// Fewest pixels that are measured.
const FEWEST: usize = 16;

/// An object measured where it is known.
pub(super) struct Measured {
    /// Sample.
    pub(super) sample: String,
    /// Object, with its material.
    pub(super) object: String,
    /// Where.
    pub(super) region: Region,
    /// Class that its atomic number belongs to.
    pub(super) class: MaterialClass,
    /// Class found.
    pub(super) class_found: MaterialClass,
    /// Areal density, g/cm².
    pub(super) lambda: f64,
    /// Areal density found, g/cm².
    pub(super) lambda_found: Option<f64>,
}

impl Measured {
    /// Returns by which share the areal density is off.
    pub(super) fn off(&self) -> Option<f64> {
        self.lambda_found.map(|found| found / self.lambda - 1.0)
    }

    /// Returns whether the areal density is within the tolerance.
    pub(super) fn is_near(&self) -> bool {
        self.off().is_some_and(|off| off.abs() <= TOLERANCE)
    }
}

/// Reads what is known; nothing where nothing is written down.
///
/// # Errors
/// `io.read`; `input.value` when it is not what the simulator writes.
pub(super) fn read(path: &Path) -> Result<Option<Truth>> {
    if !path.exists() {
        return Ok(None);
    }
    let bytes = std::fs::read(path).map_err(|e| Error::io(Direction::Read, path, e))?;
    let truth = serde_json::from_slice(&bytes);
    Ok(Some(truth.map_err(|e| Error::new(Code::InputValue, "not a truth file").file(path.display()).cause(e))?))
}

/// Measures every object where the same things lie in the beam all over.
///
/// # Errors
/// `uff.region` when the truth is of another picture.
pub(super) fn compare(sample: &str, truth: &Truth, analysis: &ViewAnalysis) -> Result<Vec<Measured>> {
    let mut all = Vec::new();
    for object in &truth.objects {
        let Some(core) = &object.core else { continue };
        if core.rectangle.rows * core.rectangle.columns < FEWEST || !RANGE.contains(&core.areal_density) {
            continue;
        }
        let region = region(&core.rectangle);
        let found = analysis.measure(&region)?;
        all.push(Measured {
            sample: sample.to_owned(),
            object: format!("{} ({})", object.name, object.material),
            region,
            class: MaterialClass::of_z(core.z_eff),
            class_found: found.whole.class,
            lambda: core.areal_density,
            lambda_found: found.lambda.map(|l| l.median),
        });
    }
    Ok(all)
}

fn region(rectangle: &Rectangle) -> Region {
    Region { row: rectangle.row, column: rectangle.column, rows: rectangle.rows, columns: rectangle.columns }
}
