//! The losses of an export, as they are written beside it.

use serde::Serialize;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Loss;
use crate::model::ScanId;
use crate::model::Sha256;

/// What an export could not hold or had to change: content of `TARGET.losses.json`, explained by
/// `schemas/losses.schema.json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LossReport<'a> {
    /// Version of this document.
    pub version: u32,
    /// Name of the file or folder written.
    pub target: String,
    /// Format written.
    pub format: &'a str,
    /// Identifier of the scan.
    pub scan_id: ScanId,
    /// SHA-256 of the delivery.
    pub delivery_digest: Sha256,
    /// Losses on the way into the scan, then those on the way out.
    pub losses: &'a [Loss],
}

impl LossReport<'_> {
    /// Version of the document that is written now.
    pub const VERSION: u32 = 1;

    /// Ending of the name, after that of the target.
    pub const ENDING: &'static str = "losses.json";

    /// Returns the document.
    ///
    /// # Errors
    /// `internal` when it has no JSON form.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        let fail = |e| Error::new(Code::Internal, "the losses have no JSON form").cause(e);
        let mut text = serde_json::to_vec_pretty(self).map_err(fail)?;
        text.push(b'\n');
        Ok(text)
    }
}
