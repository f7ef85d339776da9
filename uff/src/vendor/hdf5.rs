//! HDF5 files of other software: how they are told from UFF files, and what is said when no profile describes one.

use super::Delivery;
use super::DeliveryFile;
use super::uff::SIGNATURE;
use super::uff::is_uff;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::Dataset;
use crate::h5::File;
use crate::h5::Shape;
use crate::limits::Budget;
use crate::limits::Limits;

/// First offset at which a signature may stand behind a block of another program; the next ones double it.
const USER_BLOCK: u64 = 512;

/// Datasets that a message lists.
const LISTED: usize = 12;

/// Returns the budget for looking into a file that may not be the right one.
pub(super) fn glance() -> Budget {
    Budget::new(Limits { memory: 256 << 20, items: 100_000, ..Limits::default() })
}

/// Returns whether a file is HDF5, but no UFF file.
///
/// # Errors
/// `io.*` when the file cannot be read.
pub(super) fn is_foreign(file: &DeliveryFile) -> Result<bool> {
    Ok(has_signature(file)? && !is_uff(file)?)
}

fn has_signature(file: &DeliveryFile) -> Result<bool> {
    let mut offset = 0;
    while offset + SIGNATURE.len() as u64 <= file.size() {
        let mut found = [0; SIGNATURE.len()];
        file.source().read_exact_at(offset, &mut found)?;
        if found == SIGNATURE {
            return Ok(true);
        }
        offset = if offset == 0 { USER_BLOCK } else { offset.saturating_mul(2) };
    }
    Ok(false)
}

/// Explains what is in a delivery that holds HDF5 files which no profile describes; nothing when it holds none.
///
/// # Errors
/// `io.*` when a file cannot be read.
pub(super) fn undescribed(delivery: &Delivery) -> Result<Option<Error>> {
    for file in delivery.files() {
        if !is_foreign(file)? {
            continue;
        }
        let error = Error::new(Code::InputUnrecognized, "the file is HDF5, but no known profile describes it")
            .file(file.name())
            .expected("a profile with a file of format hdf5 that recognises it");
        return Ok(Some(match datasets(file) {
            Ok(found) => error.found(format!("the datasets {}", listed(&found))).hint(
                "Name the folder of the profile with --profiles, or let `uff profile new` draft one; UFF files of this \
                 project are HDF5, too, and need none.",
            ),
            Err(damage) => error.found("a damaged file").cause(damage).hint("Fetch the file again."),
        }));
    }
    Ok(None)
}

fn datasets(file: &DeliveryFile) -> Result<Vec<Dataset>> {
    let entries = File::open(file.source().clone(), &glance())?.entries()?;
    Ok(entries.into_iter().filter_map(|entry| entry.dataset).collect())
}

/// Lists datasets with type and size, the largest first.
pub(super) fn listed(datasets: &[Dataset]) -> String {
    let mut datasets: Vec<&Dataset> = datasets.iter().collect();
    datasets.sort_by_key(|d| std::cmp::Reverse(d.shape().elements()));
    let more = datasets.len().saturating_sub(LISTED);
    let mut shown: Vec<String> =
        datasets.iter().take(LISTED).map(|d| format!("/{} ({})", d.path(), described(d))).collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    if shown.is_empty() { "(none)".to_owned() } else { shown.join(", ") }
}

/// Describes a dataset, such as `u16 big-endian, 112 × 400`.
pub(super) fn described(dataset: &Dataset) -> String {
    let shape = match dataset.shape() {
        Shape::Null => "empty".to_owned(),
        Shape::Scalar => "one value".to_owned(),
        Shape::Axes(axes) => axes.iter().map(u64::to_string).collect::<Vec<_>>().join(" × "),
    };
    format!("{}, {shape}", dataset.describe_type())
}
