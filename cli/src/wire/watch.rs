//! What `uff watch` did.

use schemars::JsonSchema;
use serde::Serialize;

use super::Failure;
use super::Version;

/// A line of `uff watch --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum WatchLine {
    /// The watch began.
    Watching(Watching),
    /// One delivery was converted.
    Converted(WatchedDelivery),
    /// One delivery failed and was put aside.
    Failed(FailedDelivery),
    /// The place of the targets does not take them; the delivery went back and is tried again.
    Waiting(Waiting),
    /// The watch ended.
    Stopped(WatchSummary),
    /// The command failed.
    Failure(Failure),
}

/// The watch began.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Watching {
    /// Version of this object.
    pub version: Version,
    /// Folder that deliveries are put into.
    pub folder: String,
    /// Folder of the targets.
    pub out: String,
}

/// A delivery that was converted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WatchedDelivery {
    /// Version of this object.
    pub version: Version,
    /// Name of the folder, or of the files without their endings.
    pub name: String,
    /// File written.
    pub target: String,
    /// Whether the file was there already, converted from the same delivery.
    pub before: bool,
    /// Identifier of the scan (UUID).
    pub scan_id: String,
    /// SHA-256 of the delivery.
    pub delivery_digest: String,
    /// Bytes of the delivery.
    pub delivery_bytes: u64,
    /// Where the delivery is now.
    pub moved_to: String,
    /// Duration in seconds.
    pub seconds: f64,
}

/// A delivery that failed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FailedDelivery {
    /// Version of this object.
    pub version: Version,
    /// Name of the folder, or of the files without their endings.
    pub name: String,
    /// Where the delivery is now; the reason stands beside it as `NAME.reason.json`.
    pub moved_to: String,
    /// Why.
    pub reason: Failure,
}

/// What stands in the way of every delivery.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Waiting {
    /// Version of this object.
    pub version: Version,
    /// The delivery that met it.
    pub name: String,
    /// What it is.
    pub reason: Failure,
}

/// What became of all deliveries.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct WatchSummary {
    /// Version of this object.
    pub version: Version,
    /// Deliveries converted.
    pub converted: usize,
    /// Deliveries whose target was there already.
    pub before: usize,
    /// Deliveries that failed.
    pub failed: usize,
    /// Deliveries that had not settled when the watch ended.
    pub unsettled: usize,
}
