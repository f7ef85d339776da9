//! Whose turn it is, among all processes that share the catalogue: an advisory lock of a session.

use async_trait::async_trait;
use deadpool_postgres::Object;
use uff::model::Sha256;

use super::failed;
use crate::catalog::Turn;
use crate::error::{Code, Error, Result};
use crate::id::ArchiveId;

/// The turn of this process; it ends with the session of the database, whatever happens to the process.
pub(super) struct PostgresTurn {
    /// The session; none when the turn has ended.
    client: Option<Object>,
    key: i64,
}

/// Waits for the turn.
///
/// # Errors
/// `archive.catalog`.
pub(super) async fn take(client: Object, archive: ArchiveId) -> Result<PostgresTurn> {
    let digest = Sha256::of(archive.uuid().as_bytes());
    let key = digest.as_bytes().first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes));
    // Should the wait be cut off, the lock may be given all the same: the session goes then, and the lock with it.
    let mut turn = PostgresTurn { client: Some(client), key };
    turn.session()?.execute("SELECT pg_advisory_lock($1)", &[&key]).await.map_err(failed)?;
    Ok(turn)
}

impl PostgresTurn {
    fn session(&mut self) -> Result<&Object> {
        self.client.as_ref().ok_or_else(|| Error::new(Code::Internal, "the turn has ended"))
    }
}

#[async_trait]
impl Turn for PostgresTurn {
    async fn check(&mut self) -> Result<()> {
        self.session()?.execute("SELECT 1", &[]).await.map(drop).map_err(failed)
    }

    async fn end(mut self: Box<Self>) -> Result<()> {
        let key = self.key;
        self.session()?.execute("SELECT pg_advisory_unlock($1)", &[&key]).await.map_err(failed)?;
        self.client = None;
        Ok(())
    }
}

impl Drop for PostgresTurn {
    fn drop(&mut self) {
        // Not given back to the pool: the session ends, and the lock with it.
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}
