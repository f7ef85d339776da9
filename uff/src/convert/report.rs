//! What a conversion did.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::input::Input;
use crate::model::{Bundle, Loss, PlaneKey, Samples, ScanId, Sha256};
use crate::vendor::Delivery;

/// Step of a conversion, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Finding the reader.
    Recognize,
    /// Reading metadata and placing the samples.
    Read,
    /// Deriving material channels.
    Derive,
    /// Writing the file.
    Write,
    /// Waiting until the file is on the disk.
    Sync,
    /// Reading the file back, comparing it and rebuilding the originals.
    Verify,
    /// Giving the file its name.
    Publish,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 7] =
        [Self::Recognize, Self::Read, Self::Derive, Self::Write, Self::Sync, Self::Verify, Self::Publish];

    /// Returns the step as one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recognize => "recognize",
            Self::Read => "read",
            Self::Derive => "derive",
            Self::Write => "write",
            Self::Sync => "sync",
            Self::Verify => "verify",
            Self::Publish => "publish",
        }
    }
}

/// How long a step took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StepTime {
    /// The step.
    pub step: Step,
    /// Its duration; in seconds when serialized.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub took: Duration,
}

fn seconds<S: Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(took.as_secs_f64())
}

/// An array of the scan and its size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaneSize {
    /// Which array, in words.
    pub plane: String,
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Type of a sample.
    pub sample_type: String,
}

/// A file that a conversion wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrittenFile {
    /// Name.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes.
    pub digest: Sha256,
}

/// What a conversion did.
#[derive(Debug, Clone, Serialize)]
pub struct ConvertReport {
    /// The file written, or the folder when the format wrote several.
    pub target: PathBuf,
    /// Format written: `uff`, or the name of an exporter.
    pub format: String,
    /// Files written, sorted by name.
    pub files: Vec<WrittenFile>,
    /// File beside the target that lists the losses; a UFF file keeps them in its provenance.
    pub losses_file: Option<PathBuf>,
    /// Identifier of the scan.
    pub scan_id: ScanId,
    /// Reader used.
    pub reader: String,
    /// Name and version of the profile, when one was used.
    pub profile: Option<String>,
    /// Why this reader.
    pub recognized_by: String,
    /// Why the radiation data attached belong to the scan, when some were.
    pub radiation: Option<String>,
    /// Digest of the delivery.
    pub delivery_digest: Sha256,
    /// Number of files of the delivery.
    pub delivery_files: usize,
    /// Bytes of the delivery.
    pub delivery_bytes: u64,
    /// Arrays of the scan.
    pub planes: Vec<PlaneSize>,
    /// Bytes of all files written.
    pub bytes: u64,
    /// SHA-256 of the file written; of a folder, of the lines "digest, two spaces, name, newline" of its files, sorted
    /// by name.
    pub digest: Sha256,
    /// Original files that are kept whole, because they could not be rebuilt from samples and rest.
    pub kept_whole: Vec<String>,
    /// What was dropped, rounded or invented.
    pub losses: Vec<Loss>,
    /// Duration of each step.
    pub times: Vec<StepTime>,
}

/// What a conversion wrote, and where.
pub(super) struct Output {
    /// The file, or the folder of several.
    pub(super) target: PathBuf,
    /// Name of the format.
    pub(super) format: &'static str,
    /// Files, sorted by name.
    pub(super) files: Vec<WrittenFile>,
    /// File beside the target that lists the losses.
    pub(super) losses_file: Option<PathBuf>,
    /// Original files that are kept whole.
    pub(super) kept_whole: Vec<String>,
    /// What was dropped, rounded or invented.
    pub(super) losses: Vec<Loss>,
}

impl ConvertReport {
    /// Makes the report of what was read from a delivery and written to an output.
    pub(super) fn new(delivery: &Delivery, input: Input, output: Output, times: Vec<StepTime>) -> Self {
        let Input { bundle, recognized, radiation } = input;
        let Output { target, format, files, losses_file, kept_whole, losses } = output;
        Self {
            target,
            format: format.to_owned(),
            bytes: files.iter().map(|f| f.bytes).sum(),
            digest: digest(&files),
            files,
            losses_file,
            scan_id: bundle.scan.identity.scan_id,
            reader: recognized.reader.name().to_owned(),
            profile: bundle.scan.provenance.profile.clone(),
            recognized_by: recognized.candidate.why,
            radiation,
            delivery_digest: delivery.digest(),
            delivery_files: delivery.files().len(),
            delivery_bytes: delivery.size(),
            planes: planes(&bundle),
            kept_whole,
            losses,
            times,
        }
    }
}

/// Lists the arrays of a scan.
fn planes(bundle: &Bundle) -> Vec<PlaneSize> {
    let size = |(key, samples): (&PlaneKey, &Arc<dyn Samples>)| {
        let (rows, columns) = samples.shape();
        PlaneSize { plane: key.to_string(), rows, columns, sample_type: samples.sample_type().to_string() }
    };
    bundle.planes.iter().map(size).collect()
}

/// Returns the digest of the only file, or of the lines about all of them.
fn digest(files: &[WrittenFile]) -> Sha256 {
    match files {
        [only] => only.digest,
        files => {
            let lines: String = files.iter().map(|f| format!("{}  {}\n", f.digest, f.name)).collect();
            Sha256::of(lines.as_bytes())
        }
    }
}
