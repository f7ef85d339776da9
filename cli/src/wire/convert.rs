//! What `uff convert` did.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Failure, LossInfo, Version};

/// A line of `uff convert --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ConvertLine {
    /// One delivery was converted.
    Converted(Box<Converted>),
    /// One delivery failed.
    Failure(Failure),
}

/// A delivery that was converted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Converted {
    /// Version of this object.
    pub version: Version,
    /// Delivery as given.
    pub input: String,
    /// File written.
    pub target: String,
    /// Identifier of the scan (UUID): the same delivery always gets the same.
    pub scan_id: String,
    /// Reader used.
    pub reader: String,
    /// Name and version of the vendor profile, when one was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// What in the content spoke for the reader.
    pub recognized_by: String,
    /// Why the radiation data attached belong to the scan, when some were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radiation: Option<String>,
    /// Files of the delivery.
    pub delivery_files: usize,
    /// Bytes of the delivery.
    pub delivery_bytes: u64,
    /// SHA-256 of the delivery.
    pub delivery_digest: String,
    /// Bytes written.
    pub bytes: u64,
    /// SHA-256 of the file written.
    pub digest: String,
    /// Arrays of the scan.
    pub planes: Vec<PlaneInfo>,
    /// Files of the delivery that are kept whole, because samples and remaining bytes do not give them back.
    pub kept_whole: Vec<String>,
    /// What was dropped, rounded or invented.
    pub losses: Vec<LossInfo>,
    /// How long each step took.
    pub steps: Vec<StepInfo>,
}

/// An array.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaneInfo {
    /// Which, in words.
    pub plane: String,
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Type of a sample.
    pub sample_type: String,
}

/// A step.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StepInfo {
    /// Name.
    pub step: String,
    /// Duration in seconds.
    pub seconds: f64,
}
