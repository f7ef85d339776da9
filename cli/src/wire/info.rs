//! What `uff info` tells of a file.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{Failure, LossInfo, Version};

/// A line of `uff info --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum InfoLine {
    /// One file.
    Info(Box<Info>),
    /// One file failed.
    Failure(Failure),
}

/// Summary of a UFF file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// Version of this object.
    pub version: Version,
    /// Path as given.
    pub file: String,
    /// Size in bytes.
    pub size: u64,
    /// What kind of UFF the file is.
    pub profile: String,
    /// Version of the HDF5 layout, major and minor.
    pub layout_version: String,
    /// Version of the metadata document, major and minor.
    pub metadata_version: String,
    /// Identifier of the scan (UUID).
    pub scan_id: String,
    /// Container numbers as written, with what is wrong with them.
    pub containers: Vec<NumberInfo>,
    /// Number plates as written, with what is wrong with them.
    pub plates: Vec<NumberInfo>,
    /// Views in the order of the file.
    pub views: Vec<ViewInfo>,
    /// What was dropped, rounded or invented on the way from the delivery.
    pub losses: Vec<LossInfo>,
    /// Verdict of a validation that reads no samples.
    pub quick_verdict: QuickVerdict,
    /// The whole metadata, named as in the metadata document's schema in camel case; absent values are left out.
    #[schemars(with = "serde_json::Map<String, Value>")]
    pub scan: Value,
}

/// A number that names the object.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NumberInfo {
    /// As written.
    pub written: String,
    /// As searched for: upper case, without separators.
    pub canonical: String,
    /// What is wrong with it, in words; empty when it is sound.
    pub issues: Vec<String>,
}

/// A view.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ViewInfo {
    /// Index in the file.
    pub index: u32,
    /// Which projection.
    pub kind: String,
    /// How the radiation reached the detector.
    pub modality: String,
    /// Rows: detector elements.
    pub rows: u32,
    /// Columns: lines of the scan.
    pub columns: u32,
    /// Size of a pixel between rows, mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pitch_rows_mm: Option<f64>,
    /// Size of a pixel between columns, mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pitch_columns_mm: Option<f64>,
    /// Arrays of samples.
    pub channels: Vec<ChannelInfo>,
    /// Derived material arrays; empty when none are stored.
    pub material: Vec<String>,
}

/// A channel.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelInfo {
    /// Name, unique in its view.
    pub id: String,
    /// What it is for.
    pub role: String,
    /// What a sample means.
    pub quantity: String,
    /// Type of a stored sample.
    pub sample_type: String,
    /// Significant bits of an integer sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bit_depth: Option<u32>,
    /// End-point energy of the beam, keV.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub energy_kev: Option<f64>,
    /// Dark and air lines stored.
    pub calibration_lines: u32,
    /// Levels: 1 with no overview.
    pub levels: u32,
}

/// Verdict of a validation that reads no samples.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct QuickVerdict {
    /// `pass`, `warn` or `fail`.
    pub verdict: String,
    /// Number of failures.
    pub failures: usize,
    /// Number of warnings.
    pub warnings: usize,
}
