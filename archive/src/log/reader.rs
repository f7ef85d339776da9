//! Reads a log: its checkpoint, its entries, and proofs of them. Needs neither catalogue nor secret key.

use std::ops::Range;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};

use super::CHECKPOINT;
use super::checkpoint::Checkpoint;
use super::note::{Note, VerifierKey};
use super::proof::Proof;
use super::tiles::{Kind, Tile, Tiles, WIDTH, count, entries, levels, read};
use super::tree::{Hash, consistency, inclusion};
use super::verify::{LogReport, Seen, verify};
use crate::config::{Location, StoreOptions};
use crate::error::{Code, Error, Result};
use crate::store::{Store, open};

/// Entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// How many entries precede it.
    pub index: u64,
    /// Its bytes, as they were hashed.
    pub bytes: Bytes,
}

/// Custody log of an archive, to be read.
#[derive(Clone)]
pub struct LogReader {
    store: Store,
}

impl LogReader {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// Opens the log of an archive without opening the archive.
    ///
    /// # Errors
    /// `archive.location`, `archive.absent`, `archive.store`.
    pub fn open(location: &Location, options: &StoreOptions) -> Result<Self> {
        Ok(Self { store: open(location, false, options)?.log })
    }

    /// Returns where the log lies, for messages.
    pub fn name(&self) -> &str {
        self.store.name()
    }

    /// Reads the checkpoint as it stands; nothing when the log has not begun.
    ///
    /// # Errors
    /// `archive.store`, `archive.store_access`.
    pub async fn signed(&self) -> Result<Option<Bytes>> {
        self.store.document(CHECKPOINT).await
    }

    /// Reads the checkpoint.
    ///
    /// # Errors
    /// `archive.log` when there is none; `archive.proof` when it is not signed by the key; `archive.store`.
    pub async fn checkpoint(&self, key: &VerifierKey) -> Result<(Checkpoint, Note)> {
        let missing = || Error::new(Code::Log, "the custody log has no checkpoint").file(self.store.name());
        let bytes = self.signed().await?.ok_or_else(missing)?;
        Checkpoint::open(&bytes, key).map_err(|e| e.file(format!("{}/{CHECKPOINT}", self.store.name())))
    }

    /// Reads entries of a log of that size, in order, a bundle of 256 at a time.
    pub fn entries(&self, range: Range<u64>, size: u64) -> BoxStream<'_, Result<LogEntry>> {
        let range = range.start..range.end.min(size);
        let bundles = range.start / WIDTH..range.end.div_ceil(WIDTH);
        stream::iter(bundles)
            .then(move |index| async move {
                let outside = || Error::new(Code::Internal, "a bundle lies outside the log").file(self.store.name());
                let tile = Tile::of(Kind::Entries, index, size).ok_or_else(outside)?;
                let found = entries(tile, &read(&self.store, tile).await?, self.store.name())?;
                Ok((index * WIDTH..).zip(found).map(|(index, bytes)| LogEntry { index, bytes }).collect::<Vec<_>>())
            })
            .flat_map(move |bundle: Result<Vec<LogEntry>>| match bundle {
                Ok(found) => {
                    let range = range.clone();
                    stream::iter(found).filter(move |e| std::future::ready(range.contains(&e.index))).map(Ok).boxed()
                }
                Err(e) => stream::once(async { Err(e) }).boxed(),
            })
            .boxed()
    }

    /// Proves that an entry is in the log under a checkpoint.
    ///
    /// # Errors
    /// `archive.proof` when the log is shorter; `archive.log` when it is damaged; `archive.store`.
    pub async fn prove(&self, index: u64, (checkpoint, note): &(Checkpoint, Note)) -> Result<Proof> {
        let size = checkpoint.size;
        let found = self.entries(index..index.saturating_add(1), size).next().await;
        let entry = found.ok_or_else(|| {
            let e = Error::new(Code::Proof, "the custody log has no such entry").file(self.store.name());
            e.expected(format!("an index below {size}")).found(index).hint("List its entries with `uff audit log`.")
        })??;
        let path = Tiles::new(&self.store, size).hash(&inclusion(index, size)).await?;
        Ok(Proof { entry: entry.bytes, index, path, note: note.clone() })
    }

    /// Reads what proves that the log of one size continues that of a smaller one.
    ///
    /// # Errors
    /// `archive.log` when a tile is missing or has another size; `archive.store`.
    pub async fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>> {
        Tiles::new(&self.store, new).hash(&consistency(old, new)).await
    }

    /// Copies the log, as far as a checkpoint covers it, into another store that has the first `before` entries: tiles first,
    /// the checkpoint last.
    ///
    /// # Errors
    /// `archive.log` when a tile is missing or has another size; `archive.store`.
    pub(crate) async fn copy(&self, to: &Store, before: u64, (checkpoint, note): &(Checkpoint, Note)) -> Result<()> {
        let size = checkpoint.size;
        let levels = (0..levels(size)).map(Kind::Hashes);
        for kind in levels.chain([Kind::Entries]) {
            for index in count(kind, before) / WIDTH..count(kind, size).div_ceil(WIDTH) {
                let outside = || Error::new(Code::Internal, "a tile lies outside the log").file(self.store.name());
                let tile = Tile::of(kind, index, size).ok_or_else(outside)?;
                to.replace(&tile.to_string(), read(&self.store, tile).await?).await?;
            }
        }
        to.replace(CHECKPOINT, Bytes::from(note.to_string())).await
    }

    /// Hashes every entry again and compares tiles, checkpoint, and what was seen of the log before.
    ///
    /// # Errors
    /// `archive.store`, `archive.store_access`. What is wrong with the log is in the report.
    pub async fn verify(&self, key: &VerifierKey, seen: &[Seen]) -> Result<LogReport> {
        verify(&self.store, key, seen).await
    }
}
