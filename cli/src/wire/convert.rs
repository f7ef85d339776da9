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
    /// One delivery was converted before.
    Skipped(Skipped),
    /// One delivery failed.
    Failure(Failure),
    /// All deliveries were treated; stands last, when there were several.
    Summary(ConvertSummary),
}

/// A delivery that was converted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Converted {
    /// Version of this object.
    pub version: Version,
    /// Delivery as given, or as found in a folder.
    pub input: String,
    /// File written, or folder when the format wrote several.
    pub target: String,
    /// Format written.
    pub format: String,
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
    /// SHA-256 of the file written; of a folder, of the lines "digest, two spaces, name, newline" of its files, sorted
    /// by name.
    pub digest: String,
    /// Files written.
    pub files: Vec<ConvertedFile>,
    /// Arrays of the scan.
    pub planes: Vec<PlaneInfo>,
    /// Files of the delivery that are kept whole, because samples and remaining bytes do not give them back.
    pub kept_whole: Vec<String>,
    /// What was dropped, rounded or invented.
    pub losses: Vec<LossInfo>,
    /// File beside the target that lists the losses; a UFF file keeps them itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub losses_file: Option<String>,
    /// How long each step took.
    pub steps: Vec<StepInfo>,
}

/// A file that was written.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConvertedFile {
    /// Name.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256.
    pub digest: String,
}

/// A delivery that was converted before.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Skipped {
    /// Version of this object.
    pub version: Version,
    /// Delivery as given, or as found in a folder.
    pub input: String,
    /// What stands there already.
    pub target: String,
    /// Format.
    pub format: String,
    /// SHA-256 of the delivery.
    pub delivery_digest: String,
}

/// What became of all deliveries.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConvertSummary {
    /// Version of this object.
    pub version: Version,
    /// Deliveries converted.
    pub converted: usize,
    /// Deliveries that were converted before.
    pub skipped: usize,
    /// Deliveries that failed, and places that could not be looked at.
    pub failed: usize,
    /// Files in the folders searched that belong to no delivery.
    pub others: Vec<String>,
    /// Bytes of the deliveries converted.
    pub delivery_bytes: u64,
    /// Bytes written.
    pub bytes: u64,
    /// Duration in seconds.
    pub seconds: f64,
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
