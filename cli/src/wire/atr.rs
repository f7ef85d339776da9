//! What `uff atr run` was told.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Bounds, Failure, Version};

/// A line of `uff atr run --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum AtrLine {
    /// What a detector found.
    Report(AtrReport),
    /// A UFF file was written that holds it.
    Written(AtrWritten),
    /// The command failed.
    Failure(Failure),
}

/// What a detector found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AtrReport {
    /// Version of this object.
    pub version: Version,
    /// Name of the algorithm.
    pub name: String,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// What it found.
    pub detections: Vec<AtrDetection>,
}

/// Something that was found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AtrDetection {
    /// Category in the words of the detector.
    pub category: String,
    /// Probability, 0 to 1, if it states one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Index of the view.
    pub view: u32,
    /// Where.
    pub bounds: Bounds,
}

/// A file that was written.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AtrWritten {
    /// Version of this object.
    pub version: Version,
    /// Path of the file.
    pub target: String,
}
