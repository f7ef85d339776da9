//! Digests everything again: every stored byte against its inventory, every inventory against its row.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use futures::{StreamExt, stream};
use sha2::Digest;
use uff::model::{ScanId, Sha256};

use crate::catalog::Catalog;
use crate::error::{Code, Error, Result};
use crate::id::object_path;
use crate::reindex::{row_of, without_bytes};
use crate::store::digest::Sha512;
use crate::store::ocfl::inventory::{Inventory, VersionNumber};
use crate::store::ocfl::object::{self, Stored};
use crate::store::ocfl::{INVENTORY, OBJECT_DECLARATION, SIDECAR, walk};
use crate::store::{ContentReader, Entry, Reading, Store};

/// State of one stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// It is what was recorded.
    Sound,
    /// It is not there.
    Missing,
    /// It is there with other bytes.
    Changed {
        /// Digest recorded.
        expected: String,
        /// Digest found.
        found: String,
    },
    /// Nothing records it.
    Extra,
    /// The store failed to give it.
    Unreadable {
        /// Stable code of the failure.
        code: &'static str,
        /// The failure in words.
        message: String,
    },
}

/// Verdict on one stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileVerdict {
    /// Path in the scan's object.
    pub path: String,
    /// Name under which the newest version shows it, if it does.
    pub name: Option<String>,
    /// What it is.
    pub state: FileState,
}

/// Whether the catalogue says of a scan what its bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatalogVerdict {
    /// It does.
    Sound,
    /// It has no row of the scan.
    Absent,
    /// Its row says something else.
    Differs,
    /// The bytes do not allow to tell.
    Unknown,
}

/// Verdict on one scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanVerdict {
    /// The scan.
    pub scan: ScanId,
    /// Its files, sorted by path.
    pub files: Vec<FileVerdict>,
    /// Its row.
    pub catalog: CatalogVerdict,
    /// Bytes that were digested.
    pub bytes: u64,
}

impl ScanVerdict {
    /// Tells whether everything is what was recorded.
    pub fn is_sound(&self) -> bool {
        self.catalog == CatalogVerdict::Sound && self.files.iter().all(|f| f.state == FileState::Sound)
    }
}

/// What verifying a whole archive came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerifySummary {
    /// Scans looked at.
    pub scans: u64,
    /// Scans of which something is not what was recorded.
    pub damaged: u64,
    /// Files looked at.
    pub files: u64,
    /// Bytes that were digested.
    pub bytes: u64,
    /// Files of the storage root that belong to no scan.
    pub stray: Vec<String>,
}

impl VerifySummary {
    /// Tells whether everything is what was recorded.
    pub fn is_sound(&self) -> bool {
        self.damaged == 0 && self.stray.is_empty()
    }
}

/// Verifies every scan, also those the catalogue alone knows, and hands out each verdict as it is reached.
///
/// # Errors
/// `archive.store` when the store cannot be listed; `archive.catalog`.
pub(crate) async fn verify_all(
    store: &Store,
    catalog: &Arc<dyn Catalog>,
    parallel: usize,
    on_scan: &mut (dyn FnMut(ScanVerdict) + Send),
) -> Result<VerifySummary> {
    let reading = &Reading::default();
    let mut summary = VerifySummary::default();
    let mut count = |verdict: ScanVerdict, summary: &mut VerifySummary| {
        summary.scans += 1;
        summary.damaged += u64::from(!verdict.is_sound());
        summary.files += verdict.files.len() as u64;
        summary.bytes += verdict.bytes;
        on_scan(verdict);
    };
    let mut seen = HashSet::new();
    let top = walk::top(store).await?;
    summary.stray.extend(top.stray.into_iter().map(|e| e.path));
    for directory in top.directories {
        let branch = walk::branch(store, &directory).await?;
        summary.stray.extend(branch.stray.into_iter().map(|e| e.path));
        seen.extend(branch.objects.keys().copied());
        let work = branch.objects.into_iter().map(|(scan, files)| verify_scan(store, catalog, scan, files, reading));
        let mut done = stream::iter(work).buffer_unordered(parallel.max(1));
        while let Some(verdict) = done.next().await {
            count(verdict?, &mut summary);
        }
    }
    for scan in without_bytes(store, catalog, &seen).await? {
        count(verify_scan(store, catalog, scan, Vec::new(), reading).await?, &mut summary);
    }
    Ok(summary)
}

/// Verifies one scan.
///
/// # Errors
/// `archive.no_such_scan` when neither store nor catalogue knows it; `archive.store`, `archive.catalog`.
pub(crate) async fn verify_one(store: &Store, catalog: &Arc<dyn Catalog>, scan: ScanId) -> Result<ScanVerdict> {
    let files = walk::object(store, scan).await?;
    if files.is_empty() && catalog.entry(scan).await?.is_none() {
        return Err(Error::new(Code::NoSuchScan, "the archive holds no such scan").file(scan));
    }
    verify_scan(store, catalog, scan, files, &Reading::default()).await
}

/// Verifies a scan of which the store has these files.
///
/// # Errors
/// `archive.store`, `archive.catalog`. Damage is in the verdict.
pub(crate) async fn verify_scan(
    store: &Store,
    catalog: &Arc<dyn Catalog>,
    scan: ScanId,
    listed: Vec<Entry>,
    reading: &Reading,
) -> Result<ScanVerdict> {
    let mut verdict = ScanVerdict { scan, files: Vec::new(), catalog: CatalogVerdict::Unknown, bytes: 0 };
    let stored = match object::load(store, scan).await {
        Ok(Some(stored)) => stored,
        outcome => {
            // Nothing says what the files should be: report the inventory alone.
            let state = outcome.err().map_or(FileState::Missing, unreadable);
            verdict.files.push(FileVerdict { path: INVENTORY.into(), name: None, state });
            return Ok(verdict);
        }
    };
    let mut expected = expectations(&stored);
    // A listing may not show what was written lately: the store is asked for what it does not show.
    let paths: BTreeSet<String> = listed.into_iter().map(|entry| entry.path).chain(expected.keys().cloned()).collect();
    for path in paths {
        let (state, bytes) = match expected.remove(&path) {
            None => (FileState::Extra, 0),
            Some(wanted) => state_of(store, scan, &stored, &path, &wanted, reading).await?,
        };
        verdict.bytes += bytes;
        verdict.files.push(FileVerdict { path, name: None, state });
    }
    for (name, _, content) in stored.inventory.files() {
        if let Some(file) = verdict.files.iter_mut().find(|f| f.path == content) {
            file.name.get_or_insert_with(|| name.to_owned());
        }
    }
    verdict.catalog = match row_of(store, scan, &stored).await {
        Ok(row) => match catalog.row(scan).await {
            Ok(Some(found)) if found == row => CatalogVerdict::Sound,
            Ok(None) => CatalogVerdict::Absent,
            Ok(Some(_)) => CatalogVerdict::Differs,
            Err(e) if e.archive_code() == Some(Code::CatalogDamaged) => CatalogVerdict::Differs,
            Err(e) => return Err(e),
        },
        Err(_) => CatalogVerdict::Unknown,
    };
    Ok(verdict)
}

/// What a file of an object should be.
enum Expected {
    /// It has this content.
    Content(Wanted),
    /// It is an inventory that says of its version what the newest says of it.
    History(VersionNumber),
    /// It is the sidecar of the inventory of an older version.
    Sidecar(VersionNumber),
}

/// Digest that content should have. Where the inventory lists SHA-256, it alone is computed: either proves the content, and
/// processors compute it about three times as fast as SHA-512.
enum Wanted {
    Sha256(Sha256),
    Sha512(Sha512),
}

fn expectations(stored: &Stored) -> BTreeMap<String, Expected> {
    let inventory = &stored.inventory;
    let mut expected = BTreeMap::new();
    let fixed = |bytes: &[u8]| Expected::Content(Wanted::Sha512(Sha512::of(bytes)));
    let sidecar = || fixed(&object::sidecar(&stored.digest));
    expected.insert(OBJECT_DECLARATION.to_owned(), fixed(b"ocfl_object_1.1\n"));
    expected.insert(INVENTORY.to_owned(), Expected::Content(Wanted::Sha512(stored.digest)));
    expected.insert(SIDECAR.to_owned(), sidecar());
    for version in inventory.versions.keys() {
        // The inventory of the head is a copy of the object's; older ones say what the object's says of their time.
        let (own, beside) = match *version == inventory.head {
            true => (Expected::Content(Wanted::Sha512(stored.digest)), sidecar()),
            false => (Expected::History(*version), Expected::Sidecar(*version)),
        };
        expected.insert(format!("{version}/{INVENTORY}"), own);
        expected.insert(format!("{version}/{SIDECAR}"), beside);
    }
    for (digest, paths) in &inventory.manifest {
        for path in paths {
            let wanted = inventory.sha256(path).map_or(Wanted::Sha512(*digest), Wanted::Sha256);
            expected.insert(path.clone(), Expected::Content(wanted));
        }
    }
    expected
}

/// Returns what a file of an object is, and the bytes that were digested.
async fn state_of(
    store: &Store,
    scan: ScanId,
    stored: &Stored,
    path: &str,
    wanted: &Expected,
    reading: &Reading,
) -> Result<(FileState, u64)> {
    let full = format!("{}/{path}", object_path(scan));
    Ok(match wanted {
        Expected::Content(wanted) => digest(store, &full, wanted, reading).await?,
        Expected::History(version) => (history(store, scan, stored, *version).await, 0),
        Expected::Sidecar(version) => (older_sidecar(store, scan, *version).await, 0),
    })
}

/// Compares the inventory of an older version with what the newest says of it.
async fn history(store: &Store, scan: ScanId, stored: &Stored, version: VersionNumber) -> FileState {
    let path = format!("{}/{version}/{INVENTORY}", object_path(scan));
    let read = async {
        let missing = || Error::new(Code::Missing, "the inventory is gone").file(&path);
        let bytes = store.document(&path).await?.ok_or_else(missing)?;
        Ok((Sha512::of(&bytes), Inventory::from_json(&bytes, scan, &path)?))
    };
    match read.await {
        Ok((_, found)) if found == stored.inventory.at(version) => FileState::Sound,
        Ok((found, _)) => FileState::Changed {
            expected: format!("what the newest inventory says of {version}"),
            found: format!("another history, SHA-512 {found}"),
        },
        Err(e) => unreadable(e),
    }
}

/// Compares the sidecar of an older version with its inventory.
async fn older_sidecar(store: &Store, scan: ScanId, version: VersionNumber) -> FileState {
    let directory = format!("{}/{version}", object_path(scan));
    let read = async {
        let inventory = store.document(&format!("{directory}/{INVENTORY}")).await?.unwrap_or_default();
        let missing = || Error::new(Code::Missing, "the sidecar is gone").file(&directory);
        let found = store.document(&format!("{directory}/{SIDECAR}")).await?.ok_or_else(missing)?;
        Ok((object::sidecar(&Sha512::of(&inventory)), found))
    };
    match read.await {
        Ok((expected, found)) if expected == found => FileState::Sound,
        Ok((expected, found)) => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
            FileState::Changed { expected: text(&expected), found: text(&found) }
        }
        Err(e) => unreadable(e),
    }
}

async fn digest(store: &Store, path: &str, wanted: &Wanted, reading: &Reading) -> Result<(FileState, u64)> {
    let reader = match ContentReader::open_as(store, path, reading).await {
        Ok(reader) => reader,
        Err(e) => return Ok((unreadable(e), 0)),
    };
    let by_sha256 = matches!(wanted, Wanted::Sha256(_));
    let digested = tokio::task::spawn_blocking(move || match by_sha256 {
        true => digest_of::<sha2::Sha256>(reader),
        false => digest_of::<sha2::Sha512>(reader),
    });
    let (found, size) = match digested.await? {
        Ok(found) => found,
        Err(e) => return Ok((unreadable(e), 0)),
    };
    let expected = match wanted {
        Wanted::Sha256(digest) => digest.to_string(),
        Wanted::Sha512(digest) => digest.to_string(),
    };
    let state = match found == expected {
        true => FileState::Sound,
        false => FileState::Changed { expected, found },
    };
    Ok((state, size))
}

/// Computes the digest of what a reader gives, in hexadecimal, and its size.
fn digest_of<D: Digest>(mut reader: ContentReader) -> Result<(String, u64)> {
    let (mut hasher, mut size) = (D::new(), 0);
    loop {
        match reader.next()? {
            [] => return Ok((hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect(), size)),
            piece => {
                size += piece.len() as u64;
                hasher.update(piece);
            }
        }
    }
}

fn unreadable(e: Error) -> FileState {
    match e.archive_code() {
        Some(Code::Missing) => FileState::Missing,
        _ => FileState::Unreadable { code: e.code(), message: e.to_string() },
    }
}
