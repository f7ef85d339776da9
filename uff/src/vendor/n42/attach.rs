//! Hanging a document onto a scan of the same time and lane.

use jiff::tz::Offset;

use super::matching;
use super::read_document;
use super::record::Recorded;
use super::record::record;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::format::layout;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Loss;
use crate::vendor::DeliveryFile;

/// Name of the document in the group of radiation data.
const KEPT: &str = "n42";

/// How strictly a document must match a scan.
#[derive(Debug, Clone, PartialEq)]
pub struct AttachOptions {
    /// Longest time between the passage through the portal and the scan.
    pub tolerance: jiff::SignedDuration,
}

impl Default for AttachOptions {
    /// Tolerates two minutes: a vehicle drives from the portal to the scanner behind it, and clocks differ a little.
    fn default() -> Self {
        Self { tolerance: jiff::SignedDuration::from_mins(2) }
    }
}

/// What was attached, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// Why the document belongs to the scan, in words.
    pub reason: String,
    /// Number of time series.
    pub series: usize,
    /// Entries of each series.
    pub entries: usize,
    /// Number of alarms.
    pub alarms: usize,
    /// What of the document has no place in the scan.
    pub losses: Vec<Loss>,
}

/// Attaches a document to a scan: the document as bytes, its series, its alarms and the rest of its records; the scan
/// keeps its identity. The scan is unchanged when it fails.
///
/// # Errors
/// `radiation.present` when the scan has radiation data already; `radiation.no_time`, `radiation.time` and
/// `radiation.lane` when the document does not match; as [`Document::parse`](super::Document::parse).
pub fn attach(
    bundle: &mut Bundle,
    file: &DeliveryFile,
    options: &AttachOptions,
    budget: &Budget,
) -> Result<Attachment> {
    if bundle.scan.radiation.is_some() || !bundle.series.is_empty() {
        return Err(Error::new(Code::RadiationPresent, "the scan has radiation data already").file(file.name()));
    }
    let offset = bundle.scan.identity.start.map_or(Offset::UTC, |start| start.offset());
    let document = read_document(file, offset, budget)?;
    let mut recorded = record(&document, budget)?;
    let reason = matching::reason(&bundle.scan, &recorded, options).map_err(|e| e.file(file.name()))?;
    recorded.radiation.reason = Some(reason.clone());
    let attachment = Attachment {
        reason,
        series: recorded.series.len(),
        entries: recorded.series.first().map_or(0, |(_, values)| values.len()),
        alarms: recorded.radiation.alarms.len(),
        losses: recorded.losses.clone(),
    };
    keep(bundle, file, recorded);
    Ok(attachment)
}

/// Puts the document, its records and its series into a bundle.
pub(super) fn keep(bundle: &mut Bundle, file: &DeliveryFile, recorded: Recorded) {
    let mut radiation = recorded.radiation;
    radiation.n42 = Some(KEPT.to_owned());
    radiation.file_name = Some(file.name().to_owned());
    radiation.digest = Some(file.digest());
    bundle.blobs.insert(format!("{}/{KEPT}", layout::RADIATION), file.source().clone());
    bundle.series.extend(recorded.series);
    bundle.scan.radiation = Some(radiation);
    bundle.scan.provenance.losses.extend(recorded.losses);
}
