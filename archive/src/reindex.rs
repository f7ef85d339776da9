//! Builds the catalogue again from the stored bytes alone.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, stream};
use uff::model::{ScanId, Sha256};

use crate::catalog::term::terms;
use crate::catalog::{Catalog, Place, Row};
use crate::error::{Code, Error, Result};
use crate::facts::{FACTS_PATH, Facts};
use crate::id::object_path;
use crate::record::{RECORD_PATH, RecordDocument, UFF_PATH};
use crate::store::Store;
use crate::store::digest::Sha512;
use crate::store::ocfl::inventory::{Inventory, VersionNumber};
use crate::store::ocfl::object::{self, Stored};
use crate::store::ocfl::walk;

/// Rows written in one transaction.
const BATCH: usize = 256;

/// What building the catalogue again came to.
#[derive(Debug, Default)]
pub struct ReindexReport {
    /// Scans the catalogue now holds a fresh row of.
    pub indexed: u64,
    /// Scans with stored bytes of which no row could be made, and why.
    pub failed: Vec<(ScanId, Error)>,
    /// Scans the catalogue lists but the store has no object of; their rows are kept, as the only trace of them.
    pub without_bytes: Vec<ScanId>,
}

impl ReindexReport {
    /// Tells whether every scan was recovered.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.without_bytes.is_empty()
    }
}

/// Reads the record of every object and puts its row into the catalogue.
///
/// # Errors
/// `archive.store`, `archive.catalog`; what is wrong with single scans is in the report.
pub(crate) async fn reindex(store: &Store, catalog: &Arc<dyn Catalog>, parallel: usize) -> Result<ReindexReport> {
    let mut report = ReindexReport::default();
    let mut seen = HashSet::new();
    for directory in walk::top(store).await?.directories {
        let scans: Vec<ScanId> = walk::branch(store, &directory).await?.objects.into_keys().collect();
        seen.extend(scans.iter().copied());
        let work = scans.into_iter().map(|scan| async move { (scan, restore(store, scan).await) });
        let mut rows = Vec::with_capacity(BATCH);
        let mut done = stream::iter(work).buffer_unordered(parallel.max(1));
        while let Some((scan, outcome)) = done.next().await {
            match outcome {
                Ok(row) => rows.push(row),
                Err(e) => report.failed.push((scan, e)),
            }
            if rows.len() >= BATCH {
                catalog.put_all(&rows).await?;
                report.indexed += rows.len() as u64;
                rows.clear();
            }
        }
        catalog.put_all(&rows).await?;
        report.indexed += rows.len() as u64;
    }
    report.failed.sort_by_key(|(scan, _)| *scan);
    report.without_bytes = without_bytes(store, catalog, &seen).await?;
    Ok(report)
}

async fn restore(store: &Store, scan: ScanId) -> Result<Row> {
    let absent = || Error::new(Code::Inventory, "the object has no inventory").file(object_path(scan));
    let stored = object::load_or_complete(store, scan).await?.ok_or_else(absent)?;
    let row = row_of(store, scan, &stored).await?;
    // A row the catalogue would refuse must not take its batch with it.
    terms(&row.record, &row.facts)?;
    Ok(row)
}

/// Lists scans the catalogue holds and the store does not; `seen` are those known to have bytes.
///
/// # Errors
/// `archive.store`, `archive.catalog`.
pub(crate) async fn without_bytes(
    store: &Store,
    catalog: &Arc<dyn Catalog>,
    seen: &HashSet<ScanId>,
) -> Result<Vec<ScanId>> {
    const PAGE: u32 = 1000;
    let mut lost = Vec::new();
    let mut after = None;
    loop {
        let page = catalog.scans(after, PAGE).await?;
        for scan in page.iter().filter(|scan| !seen.contains(scan)) {
            // It may have been put after its part of the store was listed.
            if walk::object(store, *scan).await?.is_empty() {
                lost.push(*scan);
            }
        }
        after = page.last().copied();
        if page.len() < PAGE as usize {
            return Ok(lost);
        }
    }
}

/// Makes the row of a scan from its inventory and its record.
///
/// # Errors
/// `archive.missing` when the record is not there; `archive.corrupt` when it is not what the inventory says;
/// `archive.version` when it has another format.
pub(crate) async fn row_of(store: &Store, scan: ScanId, stored: &Stored) -> Result<Row> {
    let lacks = |path: &str| {
        Error::new(Code::Inventory, "the inventory lists no such file").file(object_path(scan)).expected(path)
    };
    let inventory = &stored.inventory;
    let (path, bytes) = document(store, scan, inventory, RECORD_PATH).await?.ok_or_else(|| lacks(RECORD_PATH))?;
    let RecordDocument { record, chunk_map } = RecordDocument::from_json(&bytes, &path)?;
    let facts = match document(store, scan, inventory, FACTS_PATH).await? {
        Some((path, bytes)) => Facts::from_json(&bytes, &path)?,
        None => Facts::default(),
    };
    let row = assemble(RecordDocument { record, chunk_map }, facts, stored);
    if row.place.uff_path.is_empty() && row.facts.tombstone.is_none() {
        return Err(lacks(UFF_PATH));
    }
    let uff_digest: Option<Sha256> = inventory.sha256(&row.place.uff_path);
    if row.record.scan_id != scan || uff_digest.is_some_and(|digest| digest != row.record.uff.sha256) {
        let e = Error::new(Code::Corrupt, "the record is of another scan or another file");
        return Err(e.file(&path));
    }
    Ok(row)
}

/// Makes the row of a scan of what its documents and its inventory say.
pub(crate) fn assemble(document: RecordDocument, facts: Facts, stored: &Stored) -> Row {
    let inventory = &stored.inventory;
    let place = Place {
        archived: inventory.created().unwrap_or_default(),
        head: inventory.head.get(),
        inventory: stored.digest,
        uff_path: inventory.file(UFF_PATH).map_or_else(String::new, |(_, path)| path.to_owned()),
    };
    Row { record: document.record, chunk_map: document.chunk_map, place, facts }
}

/// Puts the row of a version into the catalogue, as [`put_row`].
///
/// # Errors
/// As [`row_of`]; `archive.catalog`.
pub(crate) async fn current_row(
    store: &Store,
    catalog: &Arc<dyn Catalog>,
    scan: ScanId,
    stored: &Stored,
) -> Result<Row> {
    let row = row_of(store, scan, stored).await?;
    put_row(store, catalog, row, stored.inventory.head).await
}

/// Puts the row of a version into the catalogue, and that of a newer one where another writer added it meanwhile. Returns the
/// one that is there then.
///
/// # Errors
/// As [`row_of`]; `archive.catalog`.
pub(crate) async fn put_row(
    store: &Store,
    catalog: &Arc<dyn Catalog>,
    mut row: Row,
    mut head: VersionNumber,
) -> Result<Row> {
    let scan = row.record.scan_id;
    loop {
        catalog.put(&row).await?;
        // Whoever is late may have put an older row in the place of a newer one: it is put right here.
        match object::complete(store, scan, head.next()?).await? {
            Some(newest) => {
                row = row_of(store, scan, &newest).await?;
                head = newest.inventory.head;
            }
            None => return Ok(row),
        }
    }
}

/// Reads a document of a scan and checks its digest; nothing when the inventory lists none. Returns its path as well.
///
/// # Errors
/// `archive.missing`, `archive.corrupt`; `archive.store`.
async fn document(
    store: &Store,
    scan: ScanId,
    inventory: &Inventory,
    logical: &str,
) -> Result<Option<(String, Bytes)>> {
    let Some((digest, content)) = inventory.file(logical) else { return Ok(None) };
    let path = format!("{}/{content}", object_path(scan));
    let missing = || Error::new(Code::Missing, "a document of the scan is not in the store").file(&path);
    let bytes = store.document(&path).await?.ok_or_else(missing)?;
    match Sha512::of(&bytes) {
        found if found == digest => Ok(Some((path, bytes))),
        found => {
            let e = Error::new(Code::Corrupt, "a document of the scan is not the one that was stored").file(&path);
            Err(e.expected(digest).found(found))
        }
    }
}
