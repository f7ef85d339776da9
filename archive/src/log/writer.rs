//! Appends entries to the log of an archive: entries and tiles first, the checkpoint last.
//!
//! Entries that arrive while others are being written share the next checkpoint, so that the cost of making them durable
//! is shared as well. Processes take turns by a lock that the operating system takes from the dead. What a crash leaves
//! behind the last checkpoint counts for nothing and is written over.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use jiff::Timestamp;
use tokio::sync::oneshot;

use super::CHECKPOINT;
use super::checkpoint::Checkpoint;
use super::key::CustodyKey;
use super::note::Note;
use super::tiles::{Kind, Tile, WIDTH, add_entry, count, hashes, levels, read};
use super::tree::Hash;
use crate::care::MOVED;
use crate::catalog::{Catalog, Turn};
use crate::error::{Code, Error, Result};
use crate::store::{Created, Entry, Group, Store};

/// Entries that share one checkpoint at most.
const BATCH: usize = 4096;

/// Place of an entry in the log, and the checkpoint that covers it.
#[derive(Debug, Clone)]
pub(crate) struct Appended {
    pub(crate) index: u64,
    pub(crate) checkpoint: Arc<(Checkpoint, Note)>,
}

/// Appends to one log. Clones share the queue.
#[derive(Clone)]
pub(crate) struct Writer(Arc<Inner>);

struct Inner {
    store: Store,
    key: CustodyKey,
    turns: Turns,
    queue: Mutex<Vec<Waiting>>,
    edge: tokio::sync::Mutex<Option<Edge>>,
}

/// What gives the turn to write among processes: the catalogue where it gives turns, else the lock of a file, else
/// nothing, where there is one process.
pub(crate) struct Turns {
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) file: Option<PathBuf>,
    /// Says whether the archive was moved.
    pub(crate) care: Store,
}

/// The turn of this process.
pub(crate) enum Mine {
    Alone,
    File(#[expect(dead_code, reason = "its lock ends when it is closed")] File),
    Catalog(Box<dyn Turn>),
}

impl Mine {
    /// Makes sure that the turn has not ended unnoticed.
    async fn check(&mut self) -> Result<()> {
        match self {
            Self::Catalog(turn) => turn.check().await,
            Self::Alone | Self::File(_) => Ok(()),
        }
    }

    /// Ends it.
    ///
    /// # Errors
    /// `archive.catalog`.
    pub(crate) async fn end(self) -> Result<()> {
        match self {
            Self::Catalog(turn) => turn.end().await,
            Self::Alone | Self::File(_) => Ok(()),
        }
    }
}

struct Waiting {
    entry: Bytes,
    answer: oneshot::Sender<Result<Appended>>,
}

impl Writer {
    pub(crate) fn new(store: Store, key: CustodyKey, turns: Turns) -> Self {
        let (queue, edge) = Default::default();
        Self(Arc::new(Inner { store, key, turns, queue, edge }))
    }

    pub(crate) fn key(&self) -> &CustodyKey {
        &self.0.key
    }

    /// Keeps every process from appending until the turn ends.
    ///
    /// # Errors
    /// `archive.catalog`, `io.*`.
    pub(crate) async fn turn(&self) -> Result<Mine> {
        self.0.turn().await
    }

    /// Appends an entry; durable and signed when it returns.
    ///
    /// # Errors
    /// `archive.log` when the log is damaged: nothing is added to it then; `archive.store`, `archive.store_access`.
    pub(crate) async fn append(&self, entry: Bytes) -> Result<Appended> {
        let (answer, answered) = oneshot::channel();
        lock(&self.0.queue).push(Waiting { entry, answer });
        // On a task of its own: the entries of others are written also when this caller goes away.
        let inner = self.0.clone();
        tokio::spawn(async move { inner.integrate().await });
        let gone = |e| Error::new(Code::Internal, "an entry of the custody log was not written").cause(e);
        answered.await.map_err(gone)?
    }
}

impl Inner {
    /// Writes what waits. Each entry that waits has a call of its own coming, so none is left behind.
    async fn integrate(&self) {
        let mut edge = self.edge.lock().await;
        let batch = {
            let mut queue = lock(&self.queue);
            let count = queue.len().min(BATCH);
            queue.drain(..count).collect::<Vec<_>>()
        };
        if batch.is_empty() {
            return;
        }
        match self.write(&mut edge, &batch).await {
            Ok((first, checkpoint)) => {
                for (index, waiting) in (first..).zip(batch) {
                    // A caller who went away needs no answer.
                    let _ = waiting.answer.send(Ok(Appended { index, checkpoint: checkpoint.clone() }));
                }
            }
            Err(e) => {
                *edge = None;
                let e = Arc::new(e);
                for waiting in batch {
                    let code = e.archive_code().unwrap_or(Code::Store);
                    let told = Error::new(code, "the custody log takes no entry").file(self.store.name());
                    let _ = waiting.answer.send(Err(told.cause(e.clone())));
                }
            }
        }
    }

    async fn write(&self, edge: &mut Option<Edge>, batch: &[Waiting]) -> Result<(u64, Arc<(Checkpoint, Note)>)> {
        let mut turn = self.turn().await?;
        let (stored, moved) = futures::join!(self.store.document(CHECKPOINT), self.turns.care.document(MOVED));
        let stored = stored?;
        if moved?.is_some() {
            return Err(Error::new(Code::Moved, "the archive was moved").file(self.store.name()));
        }
        let current = match edge.take().filter(|edge| edge.signed == stored) {
            Some(edge) => edge,
            None => Edge::load(&self.store, &self.key, stored).await?,
        };
        let (first, is_new) = (current.size, current.signed.is_none());
        let mut next = current;
        let mut files = BTreeMap::new();
        for waiting in batch {
            next.push(&waiting.entry, &mut files)?;
        }
        next.partials(first, &mut files);
        let tiles = Group::new(files.iter().map(|(tile, bytes)| (tile.to_string(), bytes.clone())).collect());
        let origin = self.key.public().name().to_owned();
        let checkpoint = Checkpoint { origin, size: next.size, root: next.root() };
        let mut note = Note::new(checkpoint.to_string());
        note.sign(self.key.signer(), Timestamp::now());
        let signed = Bytes::from(note.to_string());
        let newest = vec![(CHECKPOINT.to_owned(), signed.clone())];
        match (is_new, &turn) {
            // Nobody can take a turn of this kind away.
            (false, Mine::Alone | Mine::File(_)) => {
                self.store.replace_in_order(vec![tiles, Group::new(newest)]).await?;
            }
            _ => {
                self.store.replace_in_order(vec![tiles]).await?;
                turn.check().await?;
                self.publish(signed.clone(), is_new).await?;
            }
        }
        // A checkpoint that was written when the turn had ended may have been written over: the caller is told of a failure.
        turn.check().await?;
        next.signed = Some(signed);
        *edge = Some(next);
        let full: Vec<Tile> = files.into_keys().filter(Tile::is_full).collect();
        self.tidy(&full).await;
        turn.end().await?;
        Ok((first, Arc::new((checkpoint, note))))
    }

    /// Shows a checkpoint; the first one only where there is none.
    async fn publish(&self, signed: Bytes, is_first: bool) -> Result<()> {
        if !is_first {
            return self.store.replace(CHECKPOINT, signed).await;
        }
        match self.store.create(CHECKPOINT, signed).await? {
            Created::New => Ok(()),
            Created::Exists => {
                Err(Error::new(Code::Store, "another process began the custody log").file(self.store.name()))
            }
        }
    }

    /// Waits until no other process writes.
    async fn turn(&self) -> Result<Mine> {
        if let Some(turn) = self.turns.catalog.turn().await? {
            return Ok(Mine::Catalog(turn));
        }
        let Some(path) = self.turns.file.clone() else { return Ok(Mine::Alone) };
        let taken = tokio::task::spawn_blocking(move || {
            let failed = |e| Error::from(uff::Error::io(uff::error::Direction::Write, &path, e));
            let file = File::options().create(true).append(true).open(&path).map_err(failed)?;
            file.lock().map_err(failed)?;
            Ok::<_, Error>(file)
        });
        taken.await?.map(Mine::File)
    }

    /// Removes the partial tiles of full ones. What remains after a failure is harmless.
    async fn tidy(&self, full: &[Tile]) {
        for tile in full {
            let found: Vec<Entry> = self.store.list(&tile.partials()).try_collect().await.unwrap_or_default();
            for entry in found {
                let _ = self.store.delete(&entry.path).await;
            }
        }
    }
}

/// Right edge of the tree: what the next entry changes.
#[derive(Debug, Clone, Default)]
struct Edge {
    /// The checkpoint that covers it, as stored.
    signed: Option<Bytes>,
    size: u64,
    /// Hashes of the last, partial tile of each level.
    levels: Vec<Vec<Hash>>,
    /// Last, partial bundle.
    bundle: BytesMut,
}

impl Edge {
    /// Reads the edge of the log and checks that it has the root that its checkpoint says.
    async fn load(store: &Store, key: &CustodyKey, signed: Option<Bytes>) -> Result<Self> {
        let Some(bytes) = signed else { return Ok(Self::default()) };
        let damaged = |e: Error| Error::new(Code::Log, "the checkpoint of the custody log is not its own").cause(e);
        let (checkpoint, _) = Checkpoint::open(&bytes, key.public()).map_err(|e| damaged(e).file(store.name()))?;
        let size = checkpoint.size;
        let mut edge = Self { signed: Some(bytes), size, ..Self::default() };
        for level in 0..levels(size) {
            let hashes = match partial(Kind::Hashes(level), size) {
                Some(tile) => hashes(tile, &read(store, tile).await?, store.name())?,
                None => Vec::new(),
            };
            edge.levels.push(hashes);
        }
        if let Some(tile) = partial(Kind::Entries, size) {
            edge.bundle.extend_from_slice(&read(store, tile).await?);
        }
        match edge.root() == checkpoint.root {
            true => Ok(edge),
            false => Err(Error::new(Code::Log, "the custody log does not have the root that its checkpoint says")
                .file(store.name())
                .expected(format!("{:?}", checkpoint.root))
                .found(format!("{:?}", edge.root()))),
        }
    }

    /// Adds an entry; tiles that became full are added to `files`.
    fn push(&mut self, entry: &[u8], files: &mut BTreeMap<Tile, Bytes>) -> Result<()> {
        add_entry(&mut self.bundle, entry)?;
        self.size += 1;
        if self.size.is_multiple_of(WIDTH) {
            let tile = Tile { kind: Kind::Entries, index: self.size / WIDTH - 1, width: WIDTH };
            files.insert(tile, self.bundle.split().freeze());
        }
        let mut hash = Some(Hash::of_leaf(entry));
        for level in 0.. {
            let Some(added) = hash.take() else { break };
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(level) else { break };
            hashes.push(added);
            if hashes.len() as u64 == WIDTH {
                let kind = Kind::Hashes(level as u32);
                let full = std::mem::take(hashes);
                let tile = Tile { kind, index: count(kind, self.size) / WIDTH - 1, width: WIDTH };
                files.insert(tile, to_bytes(&full));
                hash = Hash::of_complete(full);
            }
        }
        Ok(())
    }

    /// Adds the partial tiles that grew since the tree had `before` entries.
    fn partials(&self, before: u64, files: &mut BTreeMap<Tile, Bytes>) {
        for (level, hashes) in self.levels.iter().enumerate() {
            let kind = Kind::Hashes(level as u32);
            if let Some(tile) = partial(kind, self.size).filter(|_| count(kind, before) < count(kind, self.size)) {
                files.insert(tile, to_bytes(hashes));
            }
        }
        if let Some(tile) = partial(Kind::Entries, self.size) {
            files.insert(tile, Bytes::copy_from_slice(&self.bundle));
        }
    }

    fn root(&self) -> Hash {
        let mut whole = None;
        for hashes in &self.levels {
            let mut rest = hashes.as_slice();
            while !rest.is_empty() {
                let (left, block) = rest.split_at(rest.len() - (1 << rest.len().trailing_zeros()));
                let Some(hash) = Hash::of_complete(block.to_vec()) else { break };
                whole = Some(whole.map_or(hash, |right| Hash::of_node(&hash, &right)));
                rest = left;
            }
        }
        whole.unwrap_or_else(Hash::of_nothing)
    }
}

/// Returns the partial tile at the end of a level; nothing when its last tile is full.
fn partial(kind: Kind, size: u64) -> Option<Tile> {
    Tile::of(kind, count(kind, size) / WIDTH, size)
}

fn to_bytes(hashes: &[Hash]) -> Bytes {
    hashes.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>().into()
}

/// A panic while the lock was held leaves the queue as it was.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
