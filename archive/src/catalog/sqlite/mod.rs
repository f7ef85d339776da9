//! The catalogue in SQLite: one file in write-ahead mode, one writer, readers as many as ask.
//!
//! Each call runs on the pool for blocking work. A write is durable when it returns (`synchronous = FULL`).

mod migrate;
mod rows;
mod search;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use uff::model::ScanId;

use self::migrate::migrate;
use super::{Catalog, Entry, Row};
use crate::error::{Code, Error, Result};
use crate::id::ArchiveId;
use crate::query::{Count, Page, Query, Stats};

/// Longest wait for another process that writes.
const BUSY: Duration = Duration::from_secs(30);
/// Connections kept for readers when idle.
const IDLE_READERS: usize = 8;

/// Catalogue in a SQLite database.
#[derive(Clone)]
pub struct SqliteCatalog(Arc<Inner>);

struct Inner {
    name: String,
    /// Where readers open the database; none for one in memory, which has a single connection.
    path: Option<PathBuf>,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl SqliteCatalog {
    /// Makes the catalogue of an archive, or opens it when it exists.
    ///
    /// # Errors
    /// `archive.catalog`, `archive.catalog_version`, `archive.catalog_foreign`.
    pub async fn create(path: &Path, archive: ArchiveId) -> Result<Self> {
        let path = path.to_owned();
        blocking(move || {
            let flags = OpenFlags::default();
            Self::finish(connect(&path, flags)?, Some(path), archive)
        })
        .await
    }

    /// Opens the catalogue of an archive.
    ///
    /// # Errors
    /// `archive.catalog_absent` when there is no file; as [`SqliteCatalog::create`].
    pub async fn open(path: &Path, archive: ArchiveId) -> Result<Self> {
        let path = path.to_owned();
        blocking(move || {
            if !path.is_file() {
                return Err(Error::new(Code::CatalogAbsent, "there is no catalogue").file(path.display()));
            }
            let flags = OpenFlags::default().difference(OpenFlags::SQLITE_OPEN_CREATE);
            Self::finish(connect(&path, flags)?, Some(path), archive)
        })
        .await
    }

    /// Makes a catalogue in memory, gone when dropped.
    ///
    /// # Errors
    /// `archive.catalog`.
    pub async fn in_memory(archive: ArchiveId) -> Result<Self> {
        blocking(move || {
            let mut connection = Connection::open_in_memory()
                .map_err(|e| Error::new(Code::Catalog, "cannot make a catalogue in memory").cause(e))?;
            search::watch(&mut connection)?;
            Self::finish(connection, None, archive)
        })
        .await
    }

    /// Returns the database's plan for a query, line by line, to find out why one is slow.
    ///
    /// # Errors
    /// `archive.query`, `archive.catalog`.
    pub async fn explain(&self, query: &Query) -> Result<Vec<String>> {
        let query = query.clone();
        self.read(move |c| search::explain(c, &query)).await
    }

    fn finish(mut connection: Connection, path: Option<PathBuf>, archive: ArchiveId) -> Result<Self> {
        let name = path.as_ref().map_or_else(|| "catalogue in memory".to_owned(), |p| p.display().to_string());
        let failed = |e| Error::new(Code::Catalog, "cannot set up the catalogue").file(&name).cause(e);
        migrate(&mut connection, &name)?;
        let owner: Option<String> =
            connection.query_row("SELECT id FROM archive", (), |r| r.get(0)).optional().map_err(failed)?;
        match owner {
            Some(owner) if ArchiveId::parse(&owner) == Some(archive) => {}
            Some(owner) => {
                return Err(Error::new(Code::CatalogForeign, "the catalogue belongs to another archive")
                    .file(name)
                    .expected(archive)
                    .found(owner));
            }
            None => {
                let sql = "INSERT OR IGNORE INTO archive (id) VALUES (?1)";
                connection.execute(sql, [archive.to_string()]).map_err(failed)?;
            }
        }
        Ok(Self(Arc::new(Inner { name, path, writer: Mutex::new(connection), readers: Mutex::default() })))
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let inner = self.0.clone();
        blocking(move || work(&mut lock(&inner.writer)).map_err(|e| e.file(&inner.name))).await
    }

    async fn read<T: Send + 'static>(&self, work: impl FnOnce(&Connection) -> Result<T> + Send + 'static) -> Result<T> {
        let inner = self.0.clone();
        blocking(move || {
            let Some(path) = &inner.path else {
                return work(&lock(&inner.writer)).map_err(|e| e.file(&inner.name));
            };
            let idle = lock(&inner.readers).pop();
            let connection = match idle {
                Some(connection) => connection,
                None => connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?,
            };
            let result = work(&connection).map_err(|e| e.file(&inner.name));
            let mut readers = lock(&inner.readers);
            if readers.len() < IDLE_READERS {
                readers.push(connection);
            }
            result
        })
        .await
    }
}

#[async_trait]
impl Catalog for SqliteCatalog {
    async fn put_all(&self, rows: &[Row]) -> Result<()> {
        let rows = rows.to_vec();
        self.write(move |c| rows::put_all(c, &rows)).await
    }

    async fn entry(&self, scan: ScanId) -> Result<Option<Entry>> {
        self.read(move |c| rows::entry(c, scan)).await
    }

    async fn row(&self, scan: ScanId) -> Result<Option<Row>> {
        self.read(move |c| rows::row(c, scan)).await
    }

    async fn search(&self, query: &Query) -> Result<Page> {
        let query = query.clone();
        self.read(move |c| search::search(c, &query)).await
    }

    async fn count(&self, query: &Query) -> Result<Count> {
        let query = query.clone();
        self.read(move |c| search::count(c, &query)).await
    }

    async fn stats(&self) -> Result<Stats> {
        self.read(rows::stats).await
    }

    async fn scans(&self, after: Option<ScanId>, limit: u32) -> Result<Vec<ScanId>> {
        self.read(move |c| rows::scans(c, after, limit)).await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await?
}

/// A panic while the lock was held leaves no half-done work behind: an open transaction rolls back when dropped.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let failed = |e| Error::new(Code::Catalog, "cannot open the catalogue").file(path.display()).cause(e);
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    search::watch(&mut connection)?;
    connection.busy_timeout(BUSY).map_err(failed)?;
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;")
        .map_err(failed)?;
    Ok(connection)
}

fn failed(e: rusqlite::Error) -> Error {
    Error::new(Code::Catalog, "the catalogue cannot be read or written").cause(e)
}
