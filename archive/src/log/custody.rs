//! What an archive does with its log: notes each access under the pseudonym of who asked.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use uff::model::ScanId;

use super::CHECKPOINT;
use super::checkpoint::Checkpoint;
use super::event::{Action, Event, Part};
use super::key::CustodyKey;
use super::note::Note;
use super::proof::Proof;
use super::reader::LogReader;
use super::writer::{Mine, Turns, Writer};
use crate::error::{Code, Error, Result};
use crate::id::ArchiveId;
use crate::store::Store;

/// How long one entry stands for all samples of a scan that a process reads.
const READING: Duration = Duration::from_secs(15 * 60);
/// Scans remembered as being read.
const REMEMBERED: usize = 10_000;

/// Where the key of the custody log comes from.
#[derive(Debug, Clone, Default)]
pub enum CustodyKeySource {
    /// `custody.key` in the directory of the archive, or beside the catalogue of one in object storage.
    #[default]
    Beside,
    /// A file.
    File(PathBuf),
    /// Held by the caller.
    Held(Box<CustodyKey>),
    /// Made out of a seed, so that a store can be opened again and again.
    #[cfg(feature = "testing")]
    Seed([u8; 32]),
}

/// Confirmation that something is in the custody log.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// Index of the entry.
    pub index: u64,
    /// What it says.
    pub event: Event,
    entry: Bytes,
    checkpoint: Arc<(Checkpoint, Note)>,
}

impl PartialEq for Receipt {
    fn eq(&self, other: &Self) -> bool {
        (self.index, &self.entry) == (other.index, &other.entry) && self.checkpoint == other.checkpoint
    }
}

/// Custody log of an open archive.
pub(crate) struct Custody {
    reader: LogReader,
    writer: Writer,
    actor: Option<String>,
    reading: Mutex<HashMap<ScanId, Instant>>,
}

impl Custody {
    /// Opens the log of an archive with its key; one that has not begun yet gets a key where it has none.
    ///
    /// # Errors
    /// `archive.log_key` when the key is not there, is none, or is of another archive; `archive.store`, `io.*`.
    pub(crate) async fn open(
        store: Store,
        archive: ArchiveId,
        key: Result<CustodyKey, Option<&Path>>,
        turns: Turns,
        actor: Option<&str>,
    ) -> Result<Self> {
        let key = match key {
            Ok(key) => key,
            Err(path) => key_for(&store, archive, path).await?,
        };
        let actor = actor.map(|person| key.pseudonym(person));
        let reader = LogReader::new(store.clone());
        Ok(Self { reader, writer: Writer::new(store, key, turns), actor, reading: Mutex::default() })
    }

    pub(crate) fn reader(&self) -> &LogReader {
        &self.reader
    }

    pub(crate) fn key(&self) -> &CustodyKey {
        self.writer.key()
    }

    /// Keeps every process from appending until the turn ends.
    ///
    /// # Errors
    /// `archive.catalog`, `io.*`.
    pub(crate) async fn turn(&self) -> Result<Mine> {
        self.writer.turn().await
    }

    /// Returns who acts: a pseudonym.
    ///
    /// # Errors
    /// `archive.actor` when nobody is named.
    pub(crate) fn actor(&self) -> Result<&str> {
        self.actor.as_deref().ok_or_else(|| Error::new(Code::Actor, "nobody is named who acts"))
    }

    /// Notes an event; durable and signed when it returns.
    ///
    /// # Errors
    /// `archive.log`, `archive.store`, `archive.store_access`.
    pub(crate) async fn note(&self, event: Event) -> Result<Receipt> {
        let event = Event { actor: self.actor.clone(), ..event };
        let entry = event.to_entry()?;
        let appended = self.writer.append(entry.clone()).await?;
        Ok(Receipt { index: appended.index, event, entry, checkpoint: appended.checkpoint })
    }

    /// Notes that samples of a scan are read, unless this process noted it a short while ago.
    ///
    /// # Errors
    /// As [`Custody::note`].
    pub(crate) async fn note_reading(&self, scan: ScanId) -> Result<()> {
        let now = Instant::now();
        let is_recent = |at: &Instant| now.duration_since(*at) < READING;
        if self.reading.lock().unwrap_or_else(PoisonError::into_inner).get(&scan).is_some_and(is_recent) {
            return Ok(());
        }
        self.note(Event { scan: Some(scan), part: Some(Part::Samples), ..Event::now(Action::Read) }).await?;
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        if reading.len() >= REMEMBERED {
            reading.retain(|_, at| is_recent(at));
        }
        if reading.len() < REMEMBERED {
            reading.insert(scan, now);
        }
        Ok(())
    }

    /// Proves offline what a receipt says.
    ///
    /// # Errors
    /// `archive.log`, `archive.store`.
    pub(crate) async fn prove(&self, receipt: &Receipt) -> Result<Proof> {
        self.reader.prove(receipt.index, &receipt.checkpoint).await
    }
}

/// Reads the key of a log, or makes that of one which has not begun.
async fn key_for(store: &Store, archive: ArchiveId, path: Option<&Path>) -> Result<CustodyKey> {
    let load = |path: &Path| {
        let path = path.to_owned();
        tokio::task::spawn_blocking(move || CustodyKey::load(&path, archive))
    };
    if let Some(path) = path
        && let Some(key) = load(path).await??
    {
        return Ok(key);
    }
    if store.size(CHECKPOINT).await?.is_some() {
        let e = Error::new(Code::LogKey, "the key of the custody log is not there").file(store.name());
        return Err(match path {
            Some(path) => e.expected(path.display()),
            None => e,
        });
    }
    let key = CustodyKey::generate(archive)?;
    let Some(path) = path else { return Ok(key) };
    let (saved, owned) = (key.clone(), path.to_owned());
    match tokio::task::spawn_blocking(move || saved.save(&owned)).await? {
        Ok(()) => Ok(key),
        // Another process made one meanwhile.
        Err(e) => load(path).await??.ok_or(e),
    }
}
