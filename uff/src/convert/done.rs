//! Whether a delivery was converted before.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use serde_json::Value;

use super::ConvertOptions;
use super::ExportTarget;
use super::LossReport;
use crate::error::Result;
use crate::format::UffFile;
use crate::limits::Budget;
use crate::model::Sha256;
use crate::vendor;
use crate::vendor::Delivery;
use crate::vendor::Uff;
use crate::vendor::VendorReader;

/// Largest file of losses looked at, bytes.
const LARGEST: u64 = 64 << 20;

/// Returns whether `target` is a UFF file that was converted from this delivery, as its provenance records. How it was
/// converted is not compared. A target that is no readable UFF file was not.
///
/// # Errors
/// Whatever reading the delivery says, when it is a UFF file itself.
pub fn is_converted(target: &Path, delivery: &Delivery, options: &ConvertOptions) -> Result<bool> {
    let budget = Budget::new(options.limits.clone());
    let Ok(file) = UffFile::open_path(target, &budget) else { return Ok(false) };
    let recorded = &file.scan().provenance;
    if recorded.delivery_digest == Some(delivery.digest()) {
        return Ok(true);
    }
    // A UFF file that is written anew keeps the provenance that it came with.
    let recognized = vendor::recognize(delivery, &options.read)?;
    if recognized.reader.name() != Uff.name() {
        return Ok(false);
    }
    let own = recognized.reader.read(delivery, &options.read, &budget)?.scan;
    Ok(own.identity == file.scan().identity && own.provenance.delivery_digest == recorded.delivery_digest)
}

/// Returns the export of the delivery with this digest into `format` that stands at the target, as the losses beside it
/// record. An export without losses leaves no record and is not found.
pub fn is_exported(target: &ExportTarget, format: &str, digest: Sha256) -> Option<PathBuf> {
    let candidates = match target {
        ExportTarget::Exact(path) => vec![path.clone()],
        ExportTarget::Derived { folder, stem } => derived(folder, stem, format)?,
    };
    candidates.into_iter().find(|target| records(target, format, digest) == Some(true) && target.exists())
}

/// Lists what the export may be called.
fn derived(folder: &Path, stem: &str, format: &str) -> Option<Vec<PathBuf>> {
    let mut names: Vec<String> =
        fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    names.retain(|name| {
        let rest = name.strip_prefix(stem);
        let one = |rest: &str| rest.is_empty() || rest.strip_prefix('.').is_some_and(|ending| !ending.contains('.'));
        rest.is_some_and(|rest| one(rest) || rest.strip_prefix('-') == Some(format))
    });
    Some(names.into_iter().map(|name| folder.join(name)).collect())
}

/// Tells whether the losses beside a target are of the same format and delivery.
fn records(target: &Path, format: &str, digest: Sha256) -> Option<bool> {
    let path = target.with_added_extension(LossReport::ENDING);
    let meta = path.metadata().ok().filter(|meta| meta.is_file() && meta.len() <= LARGEST)?;
    let mut text = Vec::new();
    text.try_reserve_exact(meta.len() as usize).ok()?;
    fs::File::open(&path).ok()?.take(LARGEST).read_to_end(&mut text).ok()?;
    let report: Value = serde_json::from_slice(&text).ok()?;
    Some(report.get("format")? == format && *report.get("deliveryDigest")? == *digest.to_string())
}
