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

/// How closely samples are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Each stored chunk has the checksum that is stored with it; the samples are not decoded. Arrays without checksums are
    /// looked at as in [`Depth::Digests`]. Finds what a disk or a line changed, at a fraction of the cost.
    Checksums,
    /// The decoded samples of each array have the digest that the integrity list records.
    Digests,
}

/// Refuses a file with a dataset that is not what was written.
pub(super) fn check(file: &Inner, depth: Depth) -> Result<()> {
    let name = &file.name;
    let mut rest = recorded(file)?;
    let (mut claimed, mut stored) = (0_u64, 0_u64);
    for dataset in datasets(file) {
        let path = format!("/{}", dataset.path());
        let recorded = rest.remove(&path);
        let array = file.arrays.get(dataset.path()).filter(|_| depth == Depth::Checksums);
        let computed = match array {
            Some(array) if array.is_checked_as_stored()? => {
                stored = stored.saturating_add(array.stored_bytes()?);
                claim(file, dataset, &mut claimed)
                    .and_then(|()| check_overlap(stored, file.file.stored_bytes()))
                    .and_then(|()| check_array(array))
                    .map(|()| None)
            }
            _ => computed(file, dataset, &mut claimed, &mut |_| ()).map(Some),
        };
        let (expected, found) = match (computed, recorded) {
            (Err(e), _) if e.kind() == Kind::Io => return Err(e),
            (Err(e), Some(recorded)) => (format!("SHA-256 {recorded}"), e.to_string()),
            (Err(e), None) => ("readable content".to_owned(), e.to_string()),
            (Ok(Some(computed)), Some(recorded)) if computed != recorded => {
                (format!("SHA-256 {recorded}"), format!("SHA-256 {computed}"))
            }
            (Ok(_), _) => continue,
        };
        return Err(not_as_written(name, &path).expected(expected).found(found));
    }
    match rest.first_key_value() {
        Some((path, digest)) => {
            let e = not_as_written(name, path).expected(format!("SHA-256 {digest}"));
            Err(e.found("no such dataset"))
        }
        None => Ok(()),
    }
}

fn not_as_written(name: &str, path: &str) -> Error {
    Error::new(Code::UffDigest, "the file is not what was written").file(name).at(path)
}

fn datasets(file: &Inner) -> impl Iterator<Item = &Dataset> {
    let datasets = file.objects.iter().filter_map(|o| o.dataset.as_ref());
    datasets.filter(|d| d.path() != layout::INTEGRITY)
}

/// Adds what a dataset claims to hold, and refuses more than the file can hold.
fn claim(file: &Inner, dataset: &Dataset, claimed: &mut u64) -> Result<()> {
    *claimed = claimed.saturating_add(dataset.byte_length().unwrap_or(0));
    check_density(*claimed, file.file.stored_bytes())
}

/// Computes the digest of a dataset, unless the datasets so far claim more than the file can hold.
fn computed(file: &Inner, dataset: &Dataset, claimed: &mut u64, checked: &mut dyn FnMut(u64)) -> Result<Sha256> {
    claim(file, dataset, claimed)?;
    digest(file, dataset, checked)
}

/// Checks every dataset but the integrity list itself.
pub(super) fn verify(file: &Inner, progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<DatasetVerdict>> {
    let datasets: Vec<&Dataset> = datasets(file).collect();
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
        let verdict = match (computed(file, dataset, &mut claimed, &mut count), recorded) {
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
    let mut digest = SampleDigest::default();
    for_each_piece(array, &mut |region| {
        for_each_le_piece(&array.read(region)?, &mut |bytes| {
            digest.update_bytes(bytes);
            checked(bytes.len() as u64);
            Ok(())
        })
    })?;
    Ok(digest.finish())
}

/// Refuses chunks that lie upon each other: few bytes would be read again and again.
fn check_overlap(claimed: u64, stored: u64) -> Result<()> {
    match claimed <= stored {
        true => Ok(()),
        false => Err(Error::new(Code::Hdf5Structure, "the chunks of the arrays lie upon each other")
            .expected(format!("at most the {stored} bytes of the file"))
            .found(format!("{claimed} bytes"))),
    }
}

/// Checks the checksums of the chunks of an array.
fn check_array(array: &StoredArray) -> Result<()> {
    for_each_piece(array, &mut |region| array.check(region))
}

/// Goes through an array from its first sample to its last, in pieces of bounded size.
fn for_each_piece(array: &StoredArray, act: &mut dyn FnMut(&Region) -> Result<()>) -> Result<()> {
    /// Samples of an array of one axis in a piece.
    const PIECE: usize = 4 << 20;
    let (rows, columns) = array.grid()?.shape();
    let (band, piece) = if rows == 1 { (1, PIECE) } else { (layout::CHUNK, columns.max(1)) };
    for row in (0..rows).step_by(band) {
        for column in (0..columns).step_by(piece) {
            act(&Region { row, column, rows: band.min(rows - row), columns: piece.min(columns - column) })?;
        }
    }
    Ok(())
}
