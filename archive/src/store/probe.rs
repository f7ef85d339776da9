//! What a store can do, found out by trying.

use futures::TryStreamExt;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion};

use super::{Created, ObjectLock, Store};
use crate::error::{Code, Error, Result};

/// File that is written for the probe, and removed.
const PROBE: &str = "probe";

/// What a store was seen to do. Whether it keeps its promises under a race, or for decades, cannot be seen from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// The second of two creates is refused. The archive relies on it.
    pub creates_once: bool,
    /// A replacement is refused when the file is not the one that was read. The archive does not need it.
    pub replaces_what_was_read: bool,
    /// Byte ranges are given. The archive relies on it.
    pub gives_ranges: bool,
    /// A listing shows what was just written.
    pub lists_at_once: bool,
    /// What is replaced or removed stays as an older version: an erasure ends with the versions of the store.
    pub keeps_versions: bool,
    /// How it keeps files from being changed or removed.
    pub object_lock: ObjectLock,
}

impl Store {
    /// Tries what the store can do, with a file that is removed afterwards.
    ///
    /// # Errors
    /// `archive.store`, `archive.store_access`.
    pub async fn probe(&self) -> Result<Abilities> {
        let path = self.path(PROBE)?;
        let failed = |e| self.failed(PROBE, e);
        self.delete(PROBE).await?;
        self.create(PROBE, "0123456789").await?;
        let creates_once = self.create(PROBE, "abc").await? == Created::Exists;
        let ranges = self.ranges(PROBE, &[2..5, 9..10]).await;
        let gives_ranges = ranges.is_ok_and(|got| got == [&b"234"[..], b"9"]);
        let object_lock = self.object_lock().await?;
        let listed: Vec<_> = self.list("").try_collect().await?;
        let lists_at_once = listed.iter().any(|entry| entry.path == PROBE);
        let read = self.inner.get_opts(&path, GetOptions::default()).await.map_err(failed)?.meta;
        let replace = |version: UpdateVersion| {
            let options = PutOptions { mode: PutMode::Update(version), ..PutOptions::default() };
            self.inner.put_opts(&path, "second".into(), options)
        };
        let first = UpdateVersion { e_tag: read.e_tag, version: read.version.clone() };
        let right = replace(first.clone()).await;
        let replaces_what_was_read = right.is_ok() && replace(first).await.is_err();
        let keeps_versions = match read.version {
            None => false,
            Some(version) => {
                self.delete(PROBE).await?;
                let older = GetOptions { version: Some(version), ..GetOptions::default() };
                self.inner.get_opts(&path, older).await.is_ok()
            }
        };
        match self.inner.delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(e) => return Err(Error::new(Code::Store, "the probe cannot be removed").cause(e)),
        }
        Ok(Abilities { creates_once, replaces_what_was_read, gives_ranges, lists_at_once, keeps_versions, object_lock })
    }
}
