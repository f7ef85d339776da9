//! Compares what three places say of each scan, without reading content: the storage root, the catalogue, the custody log.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use uff::model::ScanId;

use crate::catalog::Catalog;
use crate::error::{Code, Error, Result};
use crate::log::{DONE, Event, LogReader, VerifierKey};
use crate::store::Store;
use crate::store::digest::Sha512;
use crate::store::ocfl::{object, walk};

/// Scans asked of the catalogue at once.
const PAGE: u32 = 1000;

/// How the places differ about a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// It is stored, and the catalogue has no row: `sweep` adds it.
    NotInCatalog,
    /// The catalogue has a row, and nothing is stored.
    NotStored,
    /// The row is of another version than the stored one: `sweep` mends it.
    OtherInCatalog,
    /// It is stored, and the custody log has no entry: a crash came between. `sweep` adds one.
    NotInLog,
    /// The custody log says that it was put, and nothing is stored.
    LoggedNotStored,
    /// The last entry of the custody log that names an inventory names another one than the stored one. After a crash, `sweep`
    /// adds one.
    OtherInLog,
    /// Its stored inventory cannot be read.
    Unreadable,
}

impl Difference {
    /// Returns the word for reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotInCatalog => "not in catalogue",
            Self::NotStored => "not stored",
            Self::OtherInCatalog => "other in catalogue",
            Self::NotInLog => "not in log",
            Self::LoggedNotStored => "logged, not stored",
            Self::OtherInLog => "other in log",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What comparing came to.
#[derive(Debug, Default)]
pub struct CompareReport {
    /// Scans that are stored.
    pub stored: u64,
    /// Rows of the catalogue.
    pub rows: u64,
    /// Scans that the custody log says were put or changed.
    pub logged: u64,
    /// Where they differ, in the order of the scans.
    pub differences: Vec<(ScanId, Difference)>,
}

/// What one place knows of each scan: the digest of its newest inventory.
pub(crate) type Known = HashMap<ScanId, Sha512>;

/// Compares the places.
///
/// # Errors
/// `archive.log` when the custody log cannot be read; `archive.store`, `archive.catalog`.
pub(crate) async fn compare(
    store: &Store,
    catalog: &Arc<dyn Catalog>,
    log: &LogReader,
    key: &VerifierKey,
    parallel: usize,
) -> Result<CompareReport> {
    let mut logged = logged(log, key).await?;
    let mut rows = rows(catalog).await?;
    let mut report = CompareReport { rows: rows.len() as u64, logged: logged.len() as u64, ..CompareReport::default() };
    let mut found: BTreeMap<ScanId, Vec<Difference>> = BTreeMap::new();
    for directory in walk::top(store).await?.directories {
        let objects = walk::branch(store, &directory).await?.objects;
        let work = objects.into_keys().map(|scan| async move { (scan, object::load(store, scan).await) });
        let mut done = stream::iter(work).buffer_unordered(parallel.max(1));
        while let Some((scan, stored)) = done.next().await {
            report.stored += 1;
            let (row, entry) = (rows.remove(&scan), logged.remove(&scan));
            let differences = found.entry(scan).or_default();
            match stored {
                Ok(Some(stored)) => {
                    differences.extend(match row {
                        None => Some(Difference::NotInCatalog),
                        Some(digest) => (digest != stored.digest).then_some(Difference::OtherInCatalog),
                    });
                    differences.extend(match entry {
                        None => Some(Difference::NotInLog),
                        Some(digest) => (digest != stored.digest).then_some(Difference::OtherInLog),
                    });
                }
                Err(e) if matches!(e.archive_code(), Some(Code::Store | Code::StoreAccess)) => return Err(e),
                // A put that did not come to its end leaves no inventory, and nobody was told of it.
                Ok(None) if row.is_none() && entry.is_none() => {}
                Ok(None) | Err(_) => differences.push(Difference::Unreadable),
            }
        }
    }
    for scan in rows.into_keys() {
        found.entry(scan).or_default().push(Difference::NotStored);
    }
    for scan in logged.into_keys() {
        found.entry(scan).or_default().push(Difference::LoggedNotStored);
    }
    let differences = found.into_iter().flat_map(|(scan, all)| all.into_iter().map(move |one| (scan, one)));
    report.differences = differences.collect();
    Ok(report)
}

/// Returns the inventory that the log names last of each scan.
///
/// # Errors
/// `archive.log`, `archive.proof`, `archive.store`.
pub(crate) async fn logged(log: &LogReader, key: &VerifierKey) -> Result<Known> {
    let size = match log.signed().await? {
        Some(_) => log.checkpoint(key).await?.0.size,
        None => 0,
    };
    let mut known = Known::new();
    let mut entries = log.entries(0..size, size);
    while let Some(entry) = entries.try_next().await? {
        let event = Event::from_entry(&entry.bytes, entry.index)?;
        if let (DONE, Some(scan), Some(inventory)) = (event.outcome.as_str(), event.scan, event.inventory) {
            known.insert(scan, inventory);
        }
    }
    Ok(known)
}

/// Returns the inventory that the catalogue has of each scan.
async fn rows(catalog: &Arc<dyn Catalog>) -> Result<Known> {
    let mut known = Known::new();
    let mut after = None;
    loop {
        let page = catalog.scans(after, PAGE).await?;
        for scan in &page {
            let gone = || Error::new(Code::Catalog, "a row vanished while it was read").file(scan);
            let entry = match catalog.entry(*scan).await {
                // A row that cannot be read says nothing that is true of the scan.
                Err(e) if e.archive_code() == Some(Code::CatalogDamaged) => Sha512::of(b""),
                entry => entry?.ok_or_else(gone)?.place.inventory,
            };
            known.insert(*scan, entry);
        }
        after = page.last().copied();
        if page.len() < PAGE as usize {
            return Ok(known);
        }
    }
}
