//! The catalogue in PostgreSQL: many processes on many machines, and whose turn it is to write the custody log.
//!
//! The schema of the connection (`search_path`) holds one catalogue. A write is durable when it returns, as the server is
//! set up (`synchronous_commit`). Connections are encrypted unless the server is on this machine or the URL says otherwise.

mod connect;
mod migrate;
mod rows;
mod search;
mod turn;

use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::{Object, Pool};
use uff::model::ScanId;

use super::{Catalog, Entry, Row, Turn};
use crate::config::PostgresUrl;
use crate::error::{Code, Error, Result};
use crate::id::ArchiveId;
use crate::query::{Count, Page, Query, Stats};

/// Connections of one process at most; what comes above waits.
const CONNECTIONS: usize = 16;
/// Longest wait for a connection.
const WAIT: Duration = Duration::from_secs(30);

/// Catalogue in a PostgreSQL database.
#[derive(Clone)]
pub struct PostgresCatalog {
    pool: Pool,
    archive: ArchiveId,
    name: String,
}

impl PostgresCatalog {
    /// Makes the catalogue of an archive, or opens it when it exists.
    ///
    /// # Errors
    /// `archive.catalog`, `archive.catalog_version`, `archive.catalog_foreign`.
    pub async fn create(url: &PostgresUrl, archive: ArchiveId) -> Result<Self> {
        let catalog = Self::connect(url, archive)?;
        let mut client = catalog.client().await?;
        migrate::migrate(&mut client, archive).await.map_err(|e| e.file(&catalog.name))?;
        drop(client);
        Ok(catalog)
    }

    /// Opens the catalogue of an archive.
    ///
    /// # Errors
    /// `archive.catalog_absent` when the database has none; as [`PostgresCatalog::create`].
    pub async fn open(url: &PostgresUrl, archive: ArchiveId) -> Result<Self> {
        let catalog = Self::connect(url, archive)?;
        let mut client = catalog.client().await?;
        if !migrate::exists(&client).await.map_err(|e| e.file(&catalog.name))? {
            return Err(Error::new(Code::CatalogAbsent, "there is no catalogue").file(catalog.name));
        }
        migrate::migrate(&mut client, archive).await.map_err(|e| e.file(&catalog.name))?;
        drop(client);
        Ok(catalog)
    }

    /// Returns the database's plan for a query, line by line, to find out why one is slow.
    ///
    /// # Errors
    /// `archive.query`, `archive.catalog`.
    pub async fn explain(&self, query: &Query) -> Result<Vec<String>> {
        search::explain(&self.client().await?, query).await.map_err(|e| e.file(&self.name))
    }

    fn connect(url: &PostgresUrl, archive: ArchiveId) -> Result<Self> {
        Ok(Self { pool: connect::pool(url, CONNECTIONS, WAIT)?, archive, name: url.to_string() })
    }

    async fn client(&self) -> Result<Object> {
        let failed = |e| {
            let e = Error::new(Code::Catalog, "no connection to the catalogue").file(&self.name).cause(e);
            e.hint("Check that the database answers, its name and user, and the password in PGPASSWORD.")
        };
        self.pool.get().await.map_err(failed)
    }
}

#[async_trait]
impl Catalog for PostgresCatalog {
    async fn put_all(&self, rows: &[Row]) -> Result<()> {
        rows::put_all(&mut self.client().await?, rows).await.map_err(|e| e.file(&self.name))
    }

    async fn entry(&self, scan: ScanId) -> Result<Option<Entry>> {
        rows::entry(&self.client().await?, scan).await.map_err(|e| e.file(&self.name))
    }

    async fn row(&self, scan: ScanId) -> Result<Option<Row>> {
        rows::row(&self.client().await?, scan).await.map_err(|e| e.file(&self.name))
    }

    async fn search(&self, query: &Query) -> Result<Page> {
        search::search(&mut self.client().await?, query).await.map_err(|e| e.file(&self.name))
    }

    async fn count(&self, query: &Query) -> Result<Count> {
        search::count(&mut self.client().await?, query).await.map_err(|e| e.file(&self.name))
    }

    async fn stats(&self) -> Result<Stats> {
        rows::stats(&self.client().await?).await.map_err(|e| e.file(&self.name))
    }

    async fn scans(&self, after: Option<ScanId>, limit: u32) -> Result<Vec<ScanId>> {
        rows::scans(&self.client().await?, after, limit).await.map_err(|e| e.file(&self.name))
    }

    async fn turn(&self) -> Result<Option<Box<dyn Turn>>> {
        let turn = turn::take(self.client().await?, self.archive).await.map_err(|e| e.file(&self.name))?;
        Ok(Some(Box::new(turn)))
    }
}

fn failed(e: tokio_postgres::Error) -> Error {
    let message = match e.as_db_error() {
        // The server's own words, without the values of the statement, which its detail may repeat.
        Some(db) => format!("the database says: {}", db.message()),
        None => "the catalogue cannot be read or written".to_owned(),
    };
    Error::new(Code::Catalog, message).cause(e)
}
