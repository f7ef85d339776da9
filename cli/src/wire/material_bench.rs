//! What `uff bench material` measured.

use schemars::JsonSchema;
use serde::Serialize;

use super::Version;

/// Accuracy of the material analysis in one setting.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaterialBench {
    /// Version of this object.
    pub version: Version,
    /// Energies and noise.
    pub setting: String,
    /// Seed of the noise.
    pub seed: u64,
    /// The figures beside their goals.
    pub goals: Vec<MaterialGoal>,
    /// The plates.
    pub plates: Vec<MaterialPlate>,
    /// Pixels by true class and class found.
    pub classes: Vec<ClassCount>,
    /// Calibrated model of the transmission less the truth, by material and thickness.
    pub residuals: Vec<ModelResidual>,
    /// Plates that a material of another class looks like, on the other side of the fold.
    pub folded: Vec<FoldedPlate>,
    /// Stated against found confidence, by stated confidence.
    pub reliability: Vec<ReliabilityBin>,
}

/// A figure and its goal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaterialGoal {
    /// What is measured.
    pub what: String,
    /// What was found; absent where nothing can be measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<f64>,
    /// `at least` or `at most`.
    pub bound: String,
    /// The goal; absent where there is none in this setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<f64>,
    /// Whether it is met.
    pub met: bool,
}

/// What was found on a plate of known matter.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaterialPlate {
    /// Material.
    pub material: String,
    /// Areal density, g/cm².
    pub lambda: f64,
    /// Effective atomic number.
    pub z: f64,
    /// Root mean square error of Z of single pixels.
    pub z_rmse: f64,
    /// Cramér–Rao bound of Z for a pixel.
    pub cramer_rao: f64,
    /// Share of the pixels in the true class.
    pub right: f64,
    /// Share in another class.
    pub wrong: f64,
    /// Median of the areal density found less the true one, as a share of it.
    pub lambda_error: f64,
}

/// Pixels of one true class, by the class they were given.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClassCount {
    /// True class.
    pub truth: String,
    /// Pixels left undecided.
    pub undecided: u64,
    /// Pixels found organic.
    pub organic: u64,
    /// Pixels found light.
    pub light: u64,
    /// Pixels found metal.
    pub metal: u64,
    /// Pixels found heavy.
    pub heavy: u64,
}

/// Calibrated model less truth in α.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelResidual {
    /// Material.
    pub material: String,
    /// Areal density, g/cm².
    pub lambda: f64,
    /// Difference at high energy.
    pub high: f64,
    /// Difference at low energy.
    pub low: f64,
}

/// A plate whose pair of attenuations a material of another class shows as well.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoldedPlate {
    /// Material.
    pub material: String,
    /// Areal density, g/cm².
    pub lambda: f64,
    /// Effective atomic number.
    pub z: f64,
    /// Atomic number of the other material.
    pub twin_z: f64,
    /// Share of the pixels that were given its class.
    pub right: f64,
    /// Share that was given another class.
    pub wrong: f64,
}

/// Pixels for which about the same confidence was stated.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReliabilityBin {
    /// Pixels.
    pub pixels: u64,
    /// Mean stated confidence.
    pub stated: f64,
    /// Share of the pixels that are right.
    pub found: f64,
}
