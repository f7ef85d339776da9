//! Files of a version before it is decided: hashed, given their places, stored, and taken back where another writer was
//! first.

use std::sync::Arc;

use futures::{StreamExt, stream};
use jiff::Timestamp;
use uff::model::{ScanId, Sha256};
use uff::source::{MemorySource, ReadAt};

use crate::error::Result;
use crate::id::object_path;
use crate::store::digest::{Digests, Hasher};
use crate::store::ocfl::inventory::{ContentFile, Inventory, VersionNumber};
use crate::store::{MAX_HELD, Store, upload};

/// Files of one scan stored at one time.
const FILES_IN_FLIGHT: usize = 4;
/// Bytes hashed at once.
const PIECE: usize = 1 << 20;
/// Bytes of one put that are held in memory at most: what is there is read once, digested once, and stored as it was digested.
const MOST_HELD: u64 = 64 << 20;

/// File of a version, hashed.
#[derive(Clone)]
pub(crate) struct DraftFile {
    pub(crate) file: ContentFile,
    source: Arc<dyn ReadAt>,
}

/// File in memory, in the place where it was read to.
struct InMemory {
    bytes: Vec<u8>,
    name: String,
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
}

impl Default for Holder {
    fn default() -> Self {
        Self { left: MOST_HELD }
    }
}

impl Holder {
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
        let mut bytes = vec![0; size as usize];
        source.read_exact_at(0, &mut bytes)?;
        Ok(Arc::new(InMemory { bytes, name: source.name().to_owned() }))
    }
}

impl DraftFile {
    /// Hashes a file; `content` is its path below the content of the version.
    ///
    /// # Errors
    /// Whatever reading the source says.
    pub(crate) fn new(logical: String, content: String, source: Arc<dyn ReadAt>) -> Result<Self> {
        let digests = hash(&*source)?;
        Ok(Self { file: ContentFile { logical, content, digests }, source })
    }

    /// Takes a document; its path is the same in either sense.
    pub(crate) fn document(path: &str, bytes: Vec<u8>) -> Self {
        let digests = Digests::of(&bytes);
        let file = ContentFile { logical: path.to_owned(), content: path.to_owned(), digests };
        Self { file, source: Arc::new(MemorySource::new(path, bytes)) }
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

/// Stores the files that the inventory keeps: of those with equal content, one.
///
/// # Errors
/// `archive.source_changed`, `archive.corrupt`, `archive.store`; whatever reading a source says.
pub(crate) async fn store(
    store: &Store,
    scan: ScanId,
    inventory: &Inventory,
    files: &[DraftFile],
    read_back: bool,
) -> Result<()> {
    let kept: Vec<DraftFile> = files.iter().filter(|f| inventory.holds(&f.file.content)).cloned().collect();
    // All come to their end also when one fails: nothing is written behind the back of whoever is told so.
    let outcomes: Vec<Result<()>> = stream::iter(kept)
        .map(|DraftFile { file, source }| async move {
            let path = format!("{}/{}", object_path(scan), file.content);
            upload(store, &path, source, file.digests, read_back).await
        })
        .buffer_unordered(FILES_IN_FLIGHT)
        .collect()
        .await;
    outcomes.into_iter().collect()
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
