//! Checking samples against the digests recorded in the file.

use std::collections::BTreeMap;

use crate::error::Code;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::h5::Dataset;
use crate::h5::check_density;
use crate::h5::for_each_le_piece;
use crate::model::Region;
use crate::model::Sha256;

use super::integrity;
use super::integrity::SampleDigest;
use super::layout;
use super::reader::Inner;
use super::region::StoredArray;

/// Result of checking one dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetVerdict {
    /// Path of the dataset, with a leading slash.
    pub path: String,
    /// Digest that the integrity list records, if it lists the dataset.
    pub recorded: Option<Sha256>,
    /// What came out.
    pub verdict: Verdict,
}

/// Outcome of a check of one dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The decoded samples have the recorded digest.
    Intact,
    /// The decoded samples have another digest.
    Differs {
        /// Digest of what the file holds now.
        computed: Sha256,
    },
    /// The dataset cannot be read: a chunk fails its checksum or the structure is damaged.
    Unreadable {
        /// Stable code of the failure.
        code: Code,
        /// The failure in words.
        message: String,
    },
    /// The integrity list names a dataset that the file lacks.
    Missing,
    /// The dataset is not listed.
    Unlisted {
        /// Digest of what the file holds now.
        computed: Sha256,
    },
}

/// Checks every dataset but the integrity list itself.
pub(super) fn verify(file: &Inner, progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<DatasetVerdict>> {
    let datasets = file.objects.iter().filter_map(|o| o.dataset.as_ref());
    let datasets: Vec<&Dataset> = datasets.filter(|d| d.path() != layout::INTEGRITY).collect();
    let total = datasets.iter().fold(0_u64, |sum, d| sum.saturating_add(d.byte_length().unwrap_or(0)));
    let mut recorded = recorded(file)?;
    let mut verdicts = Vec::new();
    let mut done = 0;
    let mut claimed = 0_u64;
    for dataset in datasets {
        let path = format!("/{}", dataset.path());
        let recorded = recorded.remove(&path);
        let mut count = |bytes| {
            done += bytes;
            progress(done, total);
        };
        claimed = claimed.saturating_add(dataset.byte_length().unwrap_or(0));
        let possible = check_density(claimed, file.file.stored_bytes());
        let computed = possible.and_then(|()| digest(file, dataset, &mut count));
        let verdict = match (computed, recorded) {
            (Err(e), _) if e.kind() == Kind::Io => return Err(e),
            (Err(e), _) => Verdict::Unreadable { code: e.code(), message: e.to_string() },
            (Ok(computed), None) => Verdict::Unlisted { computed },
            (Ok(computed), Some(recorded)) if computed == recorded => Verdict::Intact,
            (Ok(computed), Some(_)) => Verdict::Differs { computed },
        };
        verdicts.push(DatasetVerdict { path, recorded, verdict });
    }
    let missing = |(path, digest)| DatasetVerdict { path, recorded: Some(digest), verdict: Verdict::Missing };
    verdicts.extend(recorded.into_iter().map(missing));
    Ok(verdicts)
}

/// Reads the integrity list; a file without one has nothing recorded.
fn recorded(file: &Inner) -> Result<BTreeMap<String, Sha256>> {
    match file.objects.iter().find(|o| o.path == layout::INTEGRITY).and_then(|o| o.dataset.as_ref()) {
        Some(dataset) => integrity::decode(&dataset.read_texts()?, &file.budget),
        None => Ok(BTreeMap::new()),
    }
}

fn digest(file: &Inner, dataset: &Dataset, checked: &mut dyn FnMut(u64)) -> Result<Sha256> {
    match file.arrays.get(dataset.path()) {
        Some(array) => digest_array(array, checked),
        None if dataset.holds_addresses() => {
            Err(Error::new(Code::Hdf5Unsupported, "variable-length data have no digest")
                .at(format!("/{}", dataset.path())))
        }
        None => {
            let length = dataset.byte_length().unwrap_or(u64::MAX);
            let bytes = dataset.read_bytes()?;
            file.budget.release(length);
            checked(length);
            Ok(Sha256::of(&bytes))
        }
    }
}

/// Digests an array piece by piece, so that memory stays bounded whatever its size.
fn digest_array(array: &StoredArray, checked: &mut dyn FnMut(u64)) -> Result<Sha256> {
    /// Samples of an array of one axis that are read at a time.
    const PIECE: usize = 4 << 20;
    let (rows, columns) = array.grid()?.shape();
    let (band, piece) = if rows == 1 { (1, PIECE) } else { (layout::CHUNK, columns.max(1)) };
    let mut digest = SampleDigest::default();
    for row in (0..rows).step_by(band) {
        for column in (0..columns).step_by(piece) {
            let region = Region { row, column, rows: band.min(rows - row), columns: piece.min(columns - column) };
            let block = array.read(&region)?;
            for_each_le_piece(&block, &mut |bytes| {
                digest.update_bytes(bytes);
                checked(bytes.len() as u64);
                Ok(())
            })?;
        }
    }
    Ok(digest.finish())
}
