//! What `uff extract` wrote.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Failure, Version};

/// A line of `uff extract --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ExtractLine {
    /// One file was written.
    Extracted(ExtractedFile),
    /// The command failed.
    Failure(Failure),
}

/// A file that was written.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExtractedFile {
    /// Version of this object.
    pub version: Version,
    /// What it is.
    pub part: ExtractedPart,
    /// Path in the folder, with forward slashes.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 that was recorded when the scan was converted, and that the file was checked against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// What an extracted file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExtractedPart {
    /// The metadata document.
    Metadata,
    /// An array of samples.
    Channel,
    /// A file of the original delivery.
    Original,
    /// A picture or document.
    Media,
    /// Opaque content of the vendor.
    Vendor,
}
