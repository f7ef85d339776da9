//! What `uff compare` found.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Bounds, Failure, Version};

/// A line of `uff compare --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum CompareLine {
    /// The comparison of two scans.
    Comparison(Box<ComparisonInfo>),
    /// An item that differs.
    Item(Box<ItemInfo>),
    /// A place at which it cannot be told whether the load changed: the scans differ as they also do at edges, or when
    /// their sources stand at different places.
    Unclear(Box<ItemInfo>),
    /// The command failed.
    Failure(Failure),
}

/// The comparison of two scans.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComparisonInfo {
    /// Version of this object.
    pub version: Version,
    /// First input as given.
    pub first: String,
    /// Second input as given.
    pub second: String,
    /// View of the first scan.
    pub first_view: u32,
    /// View of the second scan.
    pub second_view: u32,
    /// `same`, `different` or `unrelated`.
    pub verdict: String,
    /// Share of the matter that both show alike, 0 to 1.
    pub similarity: f64,
    /// Number of items that differ; each follows as a line.
    pub items: usize,
    /// Number of places at which it cannot be told whether the load changed; each follows as a line.
    pub unclear: usize,
    /// How the second scan lies over the first.
    pub registration: RegistrationInfo,
    /// What was corrected and what is left; absent when the scans are unrelated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photometry: Option<PhotometryInfo>,
    /// What was assumed for want of data.
    pub notes: Vec<String>,
    /// Picture of the difference, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// Picture to swipe, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swipe: Option<String>,
}

/// How the second scan lies over the first; pixels from the first edges of each, after the flips.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationInfo {
    /// Whether the second scan is upside down.
    pub rows_flipped: bool,
    /// Whether the second scan shows the object from its other end.
    pub columns_flipped: bool,
    /// Row of the second scan at row 0 of the first.
    pub row_shift: f64,
    /// Rows of the second scan per row of the first.
    pub row_scale: f64,
    /// Column of the second scan at column 0 of the first.
    pub column_shift: f64,
    /// Columns of the second scan per column of the first, on average.
    pub column_scale: f64,
    /// Largest deviation from an even speed, columns of the second scan.
    pub unevenness: f64,
    /// Correlation of the fine structure, -1 to 1.
    pub correlation: f64,
    /// Correlation of the best other way to lay the scans over each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<f64>,
    /// Share of the first scan that the second covers, 0 to 1.
    pub overlap: f64,
    /// What may be left between parts of the picture along rows of detectors, pixels of the first scan.
    pub row_tolerance: f64,
    /// The same along the scan.
    pub column_tolerance: f64,
}

/// What was corrected between the scanners and what is left.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PhotometryInfo {
    /// Relative gain of the second scan's areal densities.
    pub gain: f64,
    /// Its change per 100 g/cm².
    pub gain_bend: f64,
    /// Largest correction of level, in log attenuation.
    pub drift: f64,
    /// Relative error of the areal densities against each other after correction.
    pub model_error: f64,
    /// Factor by which the spread of the whole picture exceeded what was expected.
    pub inflation: f64,
}

/// An item that differs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemInfo {
    /// Version of this object.
    pub version: Version,
    /// Number in the pictures, from 1.
    pub number: usize,
    /// `added`, `removed`, `moved` or `changed-material`.
    pub kind: String,
    /// Place in the first scan: of the item, or where it will be.
    pub first: PlaceInfo,
    /// Place in the second scan: of the item, or where it was.
    pub second: PlaceInfo,
    /// Mean change of areal density, g/cm²; of a moved item, at its new place.
    pub change: f64,
    /// Its standard deviation.
    pub sigma: f64,
    /// Change of mass, kg; of a moved item, its mass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mass_kg: Option<f64>,
    /// Its standard deviation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sigma_mass_kg: Option<f64>,
    /// Class in the first scan, or `undecided`.
    pub before: String,
    /// Class in the second scan, or `undecided`.
    pub after: String,
    /// Significance in standard deviations.
    pub significance: f64,
    /// Probability that noise makes nothing like it anywhere in the picture, 0 to 1.
    pub confidence: f64,
    /// Why it is listed.
    pub reason: String,
}

/// Place in one scan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceInfo {
    /// Smallest rectangle, in pixels of the scan as stored.
    pub bounds: Bounds,
    /// Middle, mm below the upper edge in the object plane.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub down_mm: Option<f64>,
    /// Middle, mm along the scan from the first column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub along_mm: Option<f64>,
}
