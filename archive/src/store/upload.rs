//! Stores content under paths that its digests are part of, and proves that it arrived.

use std::sync::Arc;

use bytes::Bytes;
use object_store::{ObjectStoreExt, WriteMultipart};
use sha2::Digest;
use tokio::runtime::Handle;
use uff::model::Sha256;
use uff::source::ReadAt;

use super::digest::Digests;
use super::{Ahead, ContentReader, Created, Group, NewFile, Proof, Store, other_bytes};
use crate::error::{Code, Error, Result};

/// Content up to this size is held in memory and written by one conditional request.
pub(crate) const MAX_HELD: u64 = 64 << 20;
/// Small contents that are stored together at most.
const MAX_TOGETHER: usize = 64;
/// Size of the parts of larger content.
const PART: usize = 8 << 20;
/// Parts on their way at one time.
const IN_FLIGHT: usize = 4;

/// Content to be stored under a path that is derived from its digests: whatever lies there already has the same content or is
/// damaged.
pub(crate) struct Content {
    pub(crate) path: String,
    pub(crate) source: Arc<dyn ReadAt>,
    pub(crate) expected: Digests,
    /// The file where it is on its way already.
    pub(crate) ahead: Option<Ahead>,
}

/// Stores contents and checks that each had `expected` size and digests while it was read.
///
/// With `read_back`, the stored bytes are read again and compared; without, only their size is.
///
/// # Errors
/// `archive.source_changed` when a source gave other bytes; `archive.corrupt` when the store gave other bytes back;
/// `archive.store`, `archive.store_access`; whatever reading a source says.
pub(crate) async fn upload(store: &Store, contents: Vec<Content>, read_back: bool) -> Result<()> {
    let rest = prepare(store, contents, read_back).await?;
    then(store, rest, Vec::new()).await.map(drop)
}

/// Stores contents as [`upload`] does, but for small ones at the end: they are left to be stored [with what follows](then).
///
/// # Errors
/// As [`upload`].
pub(crate) async fn prepare(store: &Store, contents: Vec<Content>, read_back: bool) -> Result<Group> {
    let proof = Proof::of(read_back);
    let (small, large): (Vec<_>, Vec<_>) = contents.into_iter().partition(|c| c.expected.size <= MAX_HELD);
    for Content { path, source, expected, .. } in large {
        if !holds(store, &path, expected).await? {
            in_parts(store, &path, source, expected).await?;
        }
        let arrived = match read_back {
            true => holds(store, &path, expected).await?,
            false => store.size(&path).await? == Some(expected.size),
        };
        if !arrived {
            return Err(other_bytes().file(store.describe(&path)));
        }
    }
    let (mut together, mut size) = (Vec::new(), 0);
    for Content { path, source, expected, ahead } in small {
        if size + expected.size > MAX_HELD || together.len() == MAX_TOGETHER {
            then(store, Group { files: std::mem::take(&mut together), proof }, Vec::new()).await?;
            size = 0;
        }
        size += expected.size;
        let bytes = match held(&source) {
            // What is in memory is what was digested.
            Some(bytes) => bytes,
            None => tokio::task::spawn_blocking(move || read_whole(&*source, expected)).await??,
        };
        together.push(NewFile { place: path, bytes, ahead });
    }
    Ok(Group { files: together, proof })
}

/// Stores small contents, and other files after them. Returns what became of those others.
///
/// # Errors
/// As [`upload`].
pub(crate) async fn then(store: &Store, contents: Group, others: Vec<Group>) -> Result<Vec<Vec<Created>>> {
    let groups = std::iter::once(contents.clone()).chain(others.iter().cloned()).collect();
    let mut created = store.create_in_order(groups).await?.into_iter();
    let outcomes = contents.files.into_iter().zip(created.next().unwrap_or_default());
    let there: Vec<_> = outcomes.filter(|(_, created)| *created == Created::Exists).map(|(file, _)| file).collect();
    if there.is_empty() {
        return Ok(created.collect());
    }
    // All come to their end also when one fails.
    let restored = there.into_iter().map(|file| restore(store, file.place, file.bytes));
    futures::future::join_all(restored).await.into_iter().collect::<Result<()>>()?;
    store.create_in_order(others).await
}

/// Makes sure that a file which lay there before has the bytes it should have.
async fn restore(store: &Store, path: String, bytes: Bytes) -> Result<()> {
    if store.has(&path, &bytes).await? {
        return Ok(());
    }
    // Damaged leftover of an unfinished put: no inventory refers to it.
    store.replace(&path, bytes.clone()).await?;
    if store.has(&path, &bytes).await? { Ok(()) } else { Err(other_bytes().file(store.describe(&path))) }
}

/// Returns the bytes of a source that is in memory, without a copy.
pub(crate) fn held(source: &Arc<dyn ReadAt>) -> Option<Bytes> {
    source.bytes()?;
    Some(Bytes::from_owner(Held(source.clone())))
}

/// Source that is in memory.
struct Held(Arc<dyn ReadAt>);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        self.0.bytes().unwrap_or_default()
    }
}

/// Tells whether a file with that content is stored.
async fn holds(store: &Store, path: &str, expected: Digests) -> Result<bool> {
    if store.size(path).await? != Some(expected.size) {
        return Ok(false);
    }
    let mut reader = ContentReader::open(store, path).await?;
    let found = tokio::task::spawn_blocking(move || {
        let (mut hasher, mut size) = (sha2::Sha256::new(), 0);
        loop {
            match reader.next()? {
                [] => return Ok::<_, Error>((Sha256::from_bytes(hasher.finalize().into()), size)),
                piece => {
                    size += piece.len() as u64;
                    hasher.update(piece);
                }
            }
        }
    });
    Ok(found.await?? == (expected.sha256, expected.size))
}

fn read_whole(source: &dyn ReadAt, expected: Digests) -> Result<Bytes> {
    let mut bytes = vec![0; expected.size as usize];
    let changed = source.len() != expected.size;
    if !changed {
        source.read_exact_at(0, &mut bytes)?;
    }
    if changed || Digests::of(&bytes) != expected {
        return Err(source_changed(source));
    }
    Ok(bytes.into())
}

async fn in_parts(store: &Store, path: &str, source: Arc<dyn ReadAt>, expected: Digests) -> Result<()> {
    let location = store.path(path)?;
    let upload = store.inner.put_multipart(&location).await.map_err(|e| store.failed(path, e))?;
    let mut writer = WriteMultipart::new_with_chunk_size(upload, PART);
    let handle = Handle::current();
    let (owned, name) = (store.clone(), path.to_owned());
    let (writer, outcome) = tokio::task::spawn_blocking(move || {
        let outcome = send_parts(&mut writer, &handle, &*source, expected).map_err(|e| match e {
            Failure::Store(e) => owned.failed(&name, e),
            Failure::Other(e) => e,
        });
        (writer, outcome)
    })
    .await?;
    match outcome {
        Ok(()) => writer.finish().await.map(drop).map_err(|e| store.failed(path, e)),
        Err(e) => {
            // What cannot be aborted is an unfinished upload, which the store forgets or `sweep` removes.
            let _ = writer.abort().await;
            Err(e)
        }
    }
}

enum Failure {
    Store(object_store::Error),
    Other(Error),
}

fn send_parts(
    writer: &mut WriteMultipart,
    handle: &Handle,
    source: &dyn ReadAt,
    expected: Digests,
) -> Result<(), Failure> {
    // One of the two digests is enough to tell that nothing changed.
    let (mut hasher, mut offset) = (sha2::Sha256::new(), 0);
    while offset < expected.size {
        let count = (expected.size - offset).min(PART as u64) as usize;
        let mut part = vec![0; count];
        source.read_exact_at(offset, &mut part).map_err(|e| Failure::Other(e.into()))?;
        hasher.update(&part);
        handle.block_on(writer.wait_for_capacity(IN_FLIGHT)).map_err(Failure::Store)?;
        writer.put(part.into());
        offset += count as u64;
    }
    let found = Sha256::from_bytes(hasher.finalize().into());
    match source.len() == expected.size && found == expected.sha256 {
        true => Ok(()),
        false => Err(Failure::Other(source_changed(source))),
    }
}

fn source_changed(source: &dyn ReadAt) -> Error {
    Error::new(Code::SourceChanged, "the file changed while it was being stored").file(source.name())
}

#[cfg(test)]
mod tests {
    use object_store::local::LocalFileSystem;
    use object_store::memory::InMemory;

    use super::super::digest::Hasher;
    use super::*;

    /// Source too large to be held, whose bytes follow from their place; from a byte on they are others.
    struct Large {
        size: u64,
        others_from: u64,
    }

    impl ReadAt for Large {
        fn len(&self) -> u64 {
            self.size
        }

        fn name(&self) -> &str {
            "large"
        }

        fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> uff::Result<()> {
            for (place, byte) in (offset..).zip(buf) {
                *byte = (place >> 12) as u8 ^ u8::from(place >= self.others_from);
            }
            Ok(())
        }
    }

    #[tokio::test]
    async fn large_content_goes_in_parts_and_a_source_that_changes_leaves_nothing() {
        let size = MAX_HELD + 4097;
        let mut hasher = Hasher::default();
        let mut piece = vec![0; 4096];
        for offset in (0..size).step_by(4096) {
            piece.truncate((size - offset) as usize);
            Large { size, others_from: size }.read_exact_at(offset, &mut piece).expect("read");
            hasher.update(&piece);
        }
        let expected = hasher.finish();
        let folder = tempfile::tempdir().expect("a directory");
        let files = LocalFileSystem::new_with_prefix(folder.path()).expect("opened");
        let stores = [
            Store::new(Arc::new(InMemory::new()), Default::default(), "memory"),
            Store::on_disk(files, folder.path().to_owned()),
        ];
        for store in stores {
            for others_from in [size - 1, size] {
                let source = Arc::new(Large { size, others_from });
                let content = Content { path: "a/large".into(), source, expected, ahead: None };
                let stored = upload(&store, vec![content], true).await;
                let found = store.size("a/large").await.expect("asked");
                match others_from == size {
                    true => assert_eq!((stored.is_ok(), found), (true, Some(size)), "{}", store.name()),
                    false => {
                        assert_eq!(stored.expect_err("changed").code(), "archive.source_changed");
                        assert_eq!(found, None, "{}", store.name());
                    }
                }
            }
            assert!(holds(&store, "a/large", expected).await.expect("read"));
        }
    }
}
