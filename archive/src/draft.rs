//! Files of a version before it is decided: hashed, given their places, stored, and taken back where another writer was
//! first.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use uff::model::{ScanId, Sha256};
use uff::source::{MemorySource, ReadAt};

use crate::error::Result;
use crate::id::object_path;
use crate::store::digest::{Digests, Hasher};
use crate::store::ocfl::inventory::{ContentFile, Inventory, VersionNumber};
use crate::store::{Ahead, Aligned, Content, Group, MAX_HELD, Proof, Store, held, prepare};

/// Bytes hashed at once.
const PIECE: usize = 1 << 20;
/// Bytes of one put that are held in memory at most: what is there is read once, digested once, and stored as it was digested.
const MOST_HELD: u64 = 128 << 20;
/// Bytes of memory that are kept for the next files at most.
const MOST_KEPT: usize = 256 << 20;
/// Smallest buffer that is kept for the next file.
const WORTH_KEEPING: usize = 256 << 10;

/// File of a version, hashed.
#[derive(Clone)]
pub(crate) struct DraftFile {
    pub(crate) file: ContentFile,
    source: Arc<dyn ReadAt>,
    ahead: Option<Ahead>,
}

/// Directory in which files are written while they are hashed. It has to be above that of their place.
pub(crate) struct Staging {
    /// The store; none where files are to be hashed only.
    pub(crate) store: Option<Store>,
    pub(crate) directory: String,
    pub(crate) proof: Proof,
    /// Files that may still be begun: each keeps a thread busy for a while, and a file open until all are stored.
    pub(crate) left: usize,
}

impl Staging {
    /// Files that one put may have on their way.
    pub(crate) const MOST: usize = 8;

    fn begin(&mut self, name: &str, source: &Arc<dyn ReadAt>) -> Option<Ahead> {
        let store = self.store.as_ref().filter(|_| self.left > 0)?;
        // Directly there: a directory of its own would stay.
        let ahead = store.begin(&format!("{}/{name}", self.directory), held(source)?, self.proof)?;
        self.left -= 1;
        Some(ahead)
    }
}

/// Memory of files that were stored, kept for the next ones: to get it from the operating system anew costs as much as to read
/// them.
#[derive(Clone, Default)]
pub(crate) struct Buffers(Arc<Mutex<Vec<Aligned>>>);

impl Buffers {
    /// Returns a buffer of `size` bytes of any content.
    fn take(&self, size: usize) -> Aligned {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = idle.iter().position(|buffer| buffer.capacity() >= size).filter(|_| size >= WORTH_KEEPING);
        let mut buffer = fitting.map_or_else(Aligned::default, |index| idle.swap_remove(index));
        drop(idle);
        buffer.resize(size);
        buffer
    }

    fn give_back(&self, buffer: Aligned) {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept: usize = idle.iter().map(Aligned::capacity).sum();
        if buffer.capacity() >= WORTH_KEEPING && kept + buffer.capacity() <= MOST_KEPT {
            idle.push(buffer);
        }
    }
}

/// File in memory, in the place where it was read to.
struct InMemory {
    bytes: Aligned,
    name: String,
    buffers: Buffers,
}

impl Drop for InMemory {
    fn drop(&mut self) {
        self.buffers.give_back(std::mem::take(&mut self.bytes));
    }
}

impl ReadAt for InMemory {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> uff::Result<()> {
        let start = usize::try_from(offset).ok();
        let range = start.and_then(|start| Some(start..start.checked_add(buf.len())?));
        let bytes = range.and_then(|range| self.bytes.get(range)).ok_or_else(|| {
            uff::Error::new(uff::Code::InputTruncated, "the bytes asked for lie past the end")
                .file(&self.name)
                .at(format!("offset {offset}"))
                .expected(format!("{} bytes", buf.len()))
        })?;
        buf.copy_from_slice(bytes);
        Ok(())
    }

    fn bytes(&self) -> Option<&[u8]> {
        Some(&self.bytes)
    }
}

/// Memory in which small files are held from the moment they are read.
pub(crate) struct Holder {
    left: u64,
    buffers: Buffers,
}

impl Holder {
    /// Takes the memory from there.
    pub(crate) fn new(buffers: Buffers) -> Self {
        Self { left: MOST_HELD, buffers }
    }

    /// Reads a small file into memory, as long as there is room.
    ///
    /// # Errors
    /// Whatever reading the source says.
    pub(crate) fn hold(&mut self, source: Arc<dyn ReadAt>) -> Result<Arc<dyn ReadAt>> {
        let size = source.len();
        if source.bytes().is_some() || size > MAX_HELD.min(self.left) {
            return Ok(source);
        }
        self.left -= size;
        let (bytes, buffers) = (self.buffers.take(size as usize), self.buffers.clone());
        let mut held = InMemory { bytes, name: source.name().to_owned(), buffers };
        source.read_exact_at(0, &mut held.bytes)?;
        Ok(Arc::new(held))
    }
}

impl DraftFile {
    /// Hashes a file; `content` is its path below the content of the version.
    ///
    /// # Errors
    /// Whatever reading the source says.
    pub(crate) fn new(logical: String, content: String, source: Arc<dyn ReadAt>) -> Result<Self> {
        let digests = hash(&*source)?;
        Ok(Self { file: ContentFile { logical, content, digests }, source, ahead: None })
    }

    /// Hashes a file while it is on its way to the disk already, if it is in memory.
    ///
    /// # Errors
    /// As [`DraftFile::new`].
    pub(crate) fn begin(
        logical: String,
        content: String,
        source: Arc<dyn ReadAt>,
        staging: &mut Staging,
    ) -> Result<Self> {
        let ahead = staging.begin(content.rsplit('/').next().unwrap_or_default(), &source);
        Ok(Self { ahead, ..Self::new(logical, content, source)? })
    }

    /// Takes a document; its path is the same in either sense.
    pub(crate) fn document(path: &str, bytes: Vec<u8>) -> Self {
        let digests = Digests::of(&bytes);
        let file = ContentFile { logical: path.to_owned(), content: path.to_owned(), digests };
        Self { file, source: Arc::new(MemorySource::new(path, bytes)), ahead: None }
    }
}

/// Returns the files as the inventory lists them.
pub(crate) fn content(files: &[DraftFile]) -> Vec<ContentFile> {
    files.iter().map(|f| f.file.clone()).collect()
}

/// Gives each file its content path: below a directory of the version, named by the digest of all that is stored.
pub(crate) fn place(files: &mut [DraftFile], version: VersionNumber) {
    let lines: String = files.iter().map(|f| format!("{}  {}\n", f.file.digests.sha256, f.file.logical)).collect();
    let digest = Sha256::of(lines.as_bytes()).to_string();
    for DraftFile { file, .. } in files {
        file.content = format!("{version}/content/{}/{}", &digest[..16], file.content);
    }
}

/// Stores the files that the inventory keeps: of those with equal content, one. The last ones are left to be stored with the
/// inventory.
///
/// # Errors
/// `archive.source_changed`, `archive.corrupt`, `archive.store`; whatever reading a source says.
pub(crate) async fn store(
    store: &Store,
    scan: ScanId,
    inventory: &Inventory,
    files: &[DraftFile],
    read_back: bool,
) -> Result<Group> {
    let kept =
        files.iter().filter(|f| inventory.holds(&f.file.content)).map(|DraftFile { file, source, ahead }| Content {
            path: format!("{}/{}", object_path(scan), file.content),
            source: source.clone(),
            expected: file.digests,
            ahead: ahead.clone(),
        });
    prepare(store, kept.collect(), read_back).await
}

/// Removes content of a version that another writer decided, as far as that version does not use it.
///
/// # Errors
/// `archive.store`, `archive.store_access`.
pub(crate) async fn withdraw(store: &Store, scan: ScanId, files: &[DraftFile], decided: &Inventory) -> Result<()> {
    for DraftFile { file, .. } in files {
        if !decided.holds(&file.content) {
            store.delete(&format!("{}/{}", object_path(scan), file.content)).await?;
        }
    }
    Ok(())
}

/// Returns the time a version is made, to the second, as inventories state it.
pub(crate) fn created() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default()
}

fn hash(source: &dyn ReadAt) -> Result<Digests> {
    if let Some(bytes) = source.bytes() {
        return Ok(Digests::of(bytes));
    }
    let mut hasher = Hasher::default();
    let mut buffer = vec![0; PIECE];
    let mut offset = 0;
    while offset < source.len() {
        let count = (source.len() - offset).min(PIECE as u64) as usize;
        let piece = &mut buffer[..count];
        source.read_exact_at(offset, piece)?;
        hasher.update(piece);
        offset += count as u64;
    }
    Ok(hasher.finish())
}
