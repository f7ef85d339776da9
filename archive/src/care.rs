//! What care remembers in the store of an archive: of what it is a replica, where it was moved, how far a scrub came.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};
use crate::id::ArchiveId;
use crate::store::Store;
use crate::versioned;

/// Format number of what this software writes.
pub(crate) const FORMAT: u32 = 1;

/// Says of what archive this is a replica.
pub(crate) const REPLICA: &str = "replica.json";
/// Says where the archive is now.
pub(crate) const MOVED: &str = "moved.json";
/// Says how far a scrub came.
pub(crate) const SCRUB: &str = "scrub.json";

/// Content of [`REPLICA`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReplicaState {
    pub(crate) format: u32,
    pub(crate) archive: ArchiveId,
    /// Entries of the custody log whose scans are here.
    pub(crate) entries: u64,
}

/// Content of [`MOVED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MovedTo {
    pub(crate) format: u32,
    /// Location of the archive now.
    pub(crate) to: String,
}

/// Reads what is remembered; nothing when nothing is.
///
/// # Errors
/// `archive.corrupt`, `archive.version`; `archive.store`.
pub(crate) async fn recall<T: DeserializeOwned>(care: &Store, path: &str) -> Result<Option<T>> {
    let Some(bytes) = care.document(path).await? else { return Ok(None) };
    let name = format!("{}/{path}", care.name());
    versioned::read(&bytes, FORMAT, "what care remembers", &name).map(Some)
}

/// Remembers something.
///
/// # Errors
/// `archive.store`, `archive.internal`.
pub(crate) async fn remember<T: Serialize>(care: &Store, path: &str, what: &T) -> Result<()> {
    let bytes = serde_json::to_vec_pretty(what);
    let bytes = bytes.map_err(|e| Error::new(Code::Internal, "what care remembers cannot be written").cause(e))?;
    care.replace(path, bytes).await
}

/// Refuses to use an archive that is only a replica, or that was moved.
///
/// # Errors
/// `archive.replica`, `archive.moved`; `archive.store`.
pub(crate) async fn check(care: &Store) -> Result<()> {
    let (replica, moved) = futures::join!(recall::<ReplicaState>(care, REPLICA), recall::<MovedTo>(care, MOVED));
    if let Some(moved) = moved? {
        return Err(Error::new(Code::Moved, "the archive was moved").file(care.name()).found(moved.to));
    }
    match replica? {
        None => Ok(()),
        Some(state) => Err(Error::new(Code::Replica, "this is a replica").file(care.name()).found(state.archive)),
    }
}
