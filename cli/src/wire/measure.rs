//! What `uff measure` found.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Bounds, Failure, Version};

/// A line of `uff measure --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum MeasureLine {
    /// Values along a line.
    Profile(ProfileLineInfo),
    /// How often values occur in a region.
    Histogram(HistogramInfo),
    /// A target against its background.
    Contrast(ContrastInfo),
    /// A feature of a test object.
    Feature(FeatureInfo),
    /// What a test object says of the scanner.
    Quality(QualityInfo),
    /// The command failed.
    Failure(Failure),
}

/// Values along a line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProfileLineInfo {
    /// Version of this object.
    pub version: Version,
    /// Points from one end to the other.
    pub points: Vec<LinePoint>,
}

/// Values at a point of a line; absent where there are none.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinePoint {
    /// Row of the pixel.
    pub row: usize,
    /// Column of the pixel.
    pub column: usize,
    /// Distance from the start, pixels.
    pub distance: f64,
    /// α at high energy, or at the only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpha_high: Option<f32>,
    /// α at low energy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpha_low: Option<f32>,
    /// Areal density, g/cm².
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lambda: Option<f32>,
    /// Effective atomic number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub z: Option<f32>,
    /// Class.
    pub class: String,
}

/// How often values occur in a region.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HistogramInfo {
    /// Version of this object.
    pub version: Version,
    /// The region.
    pub bounds: Bounds,
    /// What was counted: `transmission`, `lambda` (g/cm²) or `z`.
    pub quantity: String,
    /// Lower end of the first bin.
    pub first: f64,
    /// Width of a bin.
    pub width: f64,
    /// Pixels in each bin.
    pub counts: Vec<u64>,
    /// Pixels without a value.
    pub without: u64,
}

/// A target against its background, at high energy or at the only one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ContrastInfo {
    /// Version of this object.
    pub version: Version,
    /// The target.
    pub target: Bounds,
    /// The background; without the target where that lies in it.
    pub background: Bounds,
    /// The figures.
    pub figures: ContrastFigures,
}

/// Figures of a contrast.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContrastFigures {
    /// Mean transmission of the target.
    pub target_transmission: f64,
    /// Mean transmission of the background.
    pub background_transmission: f64,
    /// Standard deviation of a pixel's transmission in the background.
    pub noise: f64,
    /// (target − background) / background.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative: Option<f64>,
    /// Contrast-to-noise ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnr: Option<f64>,
}

/// A feature of a test object.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FeatureInfo {
    /// Version of this object.
    pub version: Version,
    /// `penetration`, `contrast` or `wire`.
    pub test: String,
    /// Its size in the unit of the test.
    pub size: f64,
    /// Where it is.
    pub target: Bounds,
    /// Its background.
    pub background: Bounds,
    /// The figures.
    pub figures: ContrastFigures,
    /// Whether it counts as seen.
    pub seen: bool,
}

/// What a test object says of the scanner.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QualityInfo {
    /// Version of this object.
    pub version: Version,
    /// `penetration`, `contrast` or `wire`.
    pub test: String,
    /// Size of the hardest feature seen before the first that is not; absent when none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Unit of the value.
    pub unit: String,
    /// Whether the hardest feature of all is seen: the scanner may do better than the test object asks.
    pub at_end: bool,
    /// Contrast-to-noise ratio from which on a feature counts as seen.
    pub limit: f64,
}
