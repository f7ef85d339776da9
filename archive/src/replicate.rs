//! Keeps a replica of an archive at another location: store and forward, resumed after any time.
//!
//! The custody log tells what changed since the last time, so that nothing has to be listed. Scans about which somebody has
//! to decide go first. Objects are copied version by version, content first; then the log, whose checkpoint comes last and only
//! when it continues the one that the replica has. What fails is tried again the next time.

use std::collections::HashSet;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use uff::model::ScanId;

use crate::care::{self, REPLICA, ReplicaState};
use crate::catalog::{Catalog, Entry};
use crate::error::{Code, Error, Result};
use crate::id::ArchiveId;
use crate::log::{Action, Checkpoint, DONE, Event, LogReader, VerifierKey, continues};
use crate::retention;
use crate::store::ocfl::{copy, root, walk};
use crate::store::{Places, Store};

/// Words of verdicts that wait for another person.
const OPEN_VERDICTS: [&str; 4] = ["suspect", "refer", "rescan", "undecided"];

/// How to replicate.
#[derive(Debug, Clone, Default)]
pub struct ReplicateOptions {
    /// Compares every stored scan, not only those that the custody log names since the last time.
    pub full: bool,
}

/// What replicating came to.
#[derive(Debug, Default)]
pub struct ReplicateReport {
    /// Scans that were copied, or brought to their newest version.
    pub copied: u64,
    /// Scans that the replica had already.
    pub unchanged: u64,
    /// Bytes of content that were written.
    pub bytes: u64,
    /// Entries of the custody log that the replica has now.
    pub entries: u64,
    /// Scans that could not be copied, and why; they are tried again the next time.
    pub failed: Vec<(ScanId, Error)>,
}

/// What replicating needs to know of the archive.
pub(crate) struct Replicate<'a> {
    pub(crate) from: &'a Places,
    pub(crate) to: &'a Places,
    pub(crate) catalog: &'a Arc<dyn Catalog>,
    pub(crate) archive: ArchiveId,
    pub(crate) key: &'a VerifierKey,
    pub(crate) parallel: usize,
    pub(crate) read_back: bool,
}

impl Replicate<'_> {
    /// Brings the replica up to date.
    ///
    /// # Errors
    /// `archive.exists` when the location holds another archive, or this one itself; `archive.log_fork` when the replica has a
    /// log that this one does not continue; `archive.store`. What is wrong with single scans is in the report.
    pub(crate) async fn run(&self, options: &ReplicateOptions) -> Result<ReplicateReport> {
        let mut state = self.begin().await?;
        let log = LogReader::new(self.from.log.clone());
        let signed = log.checkpoint(self.key).await?;
        let checkpoint = &signed.0;
        let before = self.before(&log, checkpoint).await?;
        let changed = match options.full {
            true => self.stored().await?,
            false => changed(&log, state.entries, checkpoint.size).await?,
        };
        let mut report = ReplicateReport::default();
        let ordered = self.in_order(changed).await?;
        let mut work =
            stream::iter(ordered)
                .map(|scan| async move {
                    (scan, copy::copy(&self.from.storage, &self.to.storage, scan, self.read_back).await)
                })
                .buffered(self.parallel.max(1));
        while let Some((scan, outcome)) = work.next().await {
            match outcome {
                Ok(copied) => {
                    report.copied += u64::from(!copied.unchanged);
                    report.unchanged += u64::from(copied.unchanged);
                    report.bytes += copied.bytes;
                }
                Err(e) if matches!(e.archive_code(), Some(Code::Store | Code::StoreAccess)) => return Err(e),
                Err(e) => report.failed.push((scan, e)),
            }
        }
        retention::copy(&self.from.retention, &self.to.retention).await?;
        log.copy(&self.to.log, before, &signed).await?;
        report.entries = checkpoint.size;
        if report.failed.is_empty() {
            state.entries = checkpoint.size;
            care::remember(&self.to.care, REPLICA, &state).await?;
        }
        Ok(report)
    }

    /// Reads how far the replica came, and begins one where there is none.
    async fn begin(&self) -> Result<ReplicaState> {
        let itself = || Error::new(Code::Exists, "the location holds the archive itself").file(self.to.storage.name());
        if let Some(state) = care::recall::<ReplicaState>(&self.to.care, REPLICA).await? {
            if state.archive != self.archive {
                let e = Error::new(Code::Exists, "the location holds a replica of another archive");
                return Err(e.file(self.to.storage.name()).expected(self.archive).found(state.archive));
            }
            root::copy(&self.from.storage, &self.to.storage).await?;
            return Ok(state);
        }
        match root::open(&self.to.storage).await {
            Ok(there) if there == self.archive => return Err(itself()),
            Ok(_) => root::copy(&self.from.storage, &self.to.storage).await?,
            Err(e) if e.archive_code() == Some(Code::Absent) => {}
            Err(e) => return Err(e),
        }
        let state = ReplicaState { format: care::FORMAT, archive: self.archive, entries: 0 };
        care::remember(&self.to.care, REPLICA, &state).await?;
        root::copy(&self.from.storage, &self.to.storage).await?;
        Ok(state)
    }

    /// Makes sure that the log continues the one that the replica has; returns how many entries that has.
    async fn before(&self, log: &LogReader, checkpoint: &Checkpoint) -> Result<u64> {
        let there = LogReader::new(self.to.log.clone());
        if there.signed().await?.is_none() {
            return Ok(0);
        }
        let (before, _) = there.checkpoint(self.key).await?;
        continues(log, &before, checkpoint).await?;
        Ok(before.size)
    }

    /// Lists every scan that is stored.
    async fn stored(&self) -> Result<HashSet<ScanId>> {
        let mut scans = HashSet::new();
        for directory in walk::top(&self.from.storage).await?.directories {
            scans.extend(walk::branch(&self.from.storage, &directory).await?.objects.into_keys());
        }
        Ok(scans)
    }

    /// Orders scans: those under legal hold, those of which a verdict waits for another person, those without verdict, the
    /// others; the newest first.
    async fn in_order(&self, scans: HashSet<ScanId>) -> Result<Vec<ScanId>> {
        let mut keyed = Vec::with_capacity(scans.len());
        for scan in scans {
            let entry = match self.catalog.entry(scan).await {
                Err(e) if e.archive_code() == Some(Code::CatalogDamaged) => None,
                entry => entry?,
            };
            let (urgency, time) = entry.as_ref().map_or((0, None), |e| (urgency(e), Some(time(e))));
            keyed.push((std::cmp::Reverse((urgency, time)), scan));
        }
        keyed.sort_unstable();
        Ok(keyed.into_iter().map(|(_, scan)| scan).collect())
    }
}

fn urgency(entry: &Entry) -> u8 {
    let verdicts = &entry.record.verdicts;
    if !entry.facts.holds.is_empty() {
        3
    } else if verdicts.iter().any(|verdict| OPEN_VERDICTS.contains(&verdict.as_str())) {
        2
    } else {
        u8::from(verdicts.is_empty())
    }
}

fn time(entry: &Entry) -> Timestamp {
    entry.record.time().map_or(entry.place.archived, |time| time.instant())
}

/// Returns the scans that the log names as changed in a range of entries.
async fn changed(log: &LogReader, from: u64, size: u64) -> Result<HashSet<ScanId>> {
    let unchanging = [Action::Read, Action::Verify];
    let mut scans = HashSet::new();
    let mut entries = log.entries(from..size, size);
    while let Some(entry) = entries.try_next().await? {
        let event = Event::from_entry(&entry.bytes, entry.index)?;
        if event.outcome == DONE && !unchanging.contains(&event.action) {
            scans.extend(event.scan);
        }
    }
    Ok(scans)
}

/// Opens the storage root of a replica of an archive.
///
/// # Errors
/// `archive.absent` when there is none; `archive.exists` when it is of another archive.
pub(crate) async fn storage_of(replica: &Places, archive: ArchiveId) -> Result<Store> {
    match root::open(&replica.storage).await? {
        there if there == archive => Ok(replica.storage.clone()),
        there => {
            let e = Error::new(Code::Exists, "the replica is of another archive").file(replica.storage.name());
            Err(e.expected(archive).found(there))
        }
    }
}
