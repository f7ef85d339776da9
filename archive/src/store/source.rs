//! A stored file as a random-access source, so that the codec opens it without fetching it whole.

use std::sync::Arc;

use tokio::runtime::Handle;
use uff::source::{FileSource, ReadAt};

use super::Store;
use crate::error::{Code, Error, Result};

/// Opens a stored file of `size` bytes for reading at any offset, on threads for blocking work only.
///
/// # Errors
/// `archive.missing` when it is not there, `archive.corrupt` when it has another size.
pub(crate) async fn source(store: &Store, path: &str, size: u64) -> Result<Arc<dyn ReadAt>> {
    let missing = || Error::new(Code::Missing, "the file is not in the store").file(store.describe(path));
    let found = store.size(path).await?.ok_or_else(missing)?;
    if found != size {
        return Err(Error::new(Code::Corrupt, "the stored file has another size")
            .file(store.describe(path))
            .expected(size)
            .found(found));
    }
    if let Some(directory) = store.directory() {
        let file = directory.join(path);
        let opened = tokio::task::spawn_blocking(move || FileSource::open(file)).await??;
        return Ok(Arc::new(opened));
    }
    let name = store.describe(path);
    Ok(Arc::new(Ranged { store: store.clone(), path: path.to_owned(), size, name, handle: Handle::current() }))
}

struct Ranged {
    store: Store,
    path: String,
    size: u64,
    name: String,
    handle: Handle,
}

impl ReadAt for Ranged {
    fn len(&self) -> u64 {
        self.size
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> uff::Result<()> {
        let end = offset.checked_add(buf.len() as u64).filter(|end| *end <= self.size).ok_or_else(|| {
            uff::Error::new(uff::Code::InputTruncated, "the bytes asked for lie past the end")
                .file(&self.name)
                .at(format!("offset {offset}"))
                .expected(format!("{} bytes", buf.len()))
                .found(format!("{} bytes", self.size.saturating_sub(offset)))
        })?;
        if buf.is_empty() {
            return Ok(());
        }
        let range = offset..end;
        let fetched = self.handle.block_on(self.store.ranges(&self.path, std::slice::from_ref(&range)));
        let failed = |e| uff::Error::new(uff::Code::IoRead, "cannot read from the store").file(&self.name).cause(e);
        match fetched.map_err(failed)?.first() {
            Some(bytes) if bytes.len() == buf.len() => {
                buf.copy_from_slice(bytes);
                Ok(())
            }
            _ => Err(uff::Error::new(uff::Code::IoRead, "the store gave fewer bytes than asked for").file(&self.name)),
        }
    }
}
