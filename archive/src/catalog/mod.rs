//! The catalogue: search fields and chunk maps of all scans, always rebuildable from the stored bytes.

use async_trait::async_trait;
use jiff::Timestamp;
use uff::format::ChunkMap;
use uff::model::ScanId;

use crate::error::Result;
use crate::facts::Facts;
use crate::query::{Count, Page, Query, Stats};
use crate::record::Record;
use crate::store::digest::Sha512;

mod columns;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod sqlite;
mod statement;
mod stats;
pub mod term;

#[cfg(feature = "postgres")]
pub use postgres::PostgresCatalog;
pub use sqlite::SqliteCatalog;

/// All the catalogue knows of one scan.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Search fields and files.
    pub record: Record,
    /// Where the chunks of the UFF file lie.
    pub chunk_map: ChunkMap,
    /// Where the scan lies in the store.
    pub place: Place,
    /// What became of it since it was archived.
    pub facts: Facts,
}

/// Where a scan lies in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// When the first version was archived, to the second.
    pub archived: Timestamp,
    /// Newest version of the object.
    pub head: u32,
    /// Digest of the newest inventory.
    pub inventory: Sha512,
    /// Path of the UFF file, relative to its object; empty for a deleted scan.
    pub uff_path: String,
}

/// Row without its chunk map.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Search fields and files.
    pub record: Record,
    /// Where the scan lies in the store.
    pub place: Place,
    /// What became of it since it was archived.
    pub facts: Facts,
}

/// The turn of one process among all that share a catalogue. It ends when it is dropped, and with the process.
#[async_trait]
pub trait Turn: Send {
    /// Makes sure that it has not ended unnoticed, such as by a broken connection.
    ///
    /// # Errors
    /// `archive.catalog`.
    async fn check(&mut self) -> Result<()>;

    /// Ends it.
    ///
    /// # Errors
    /// `archive.catalog`.
    async fn end(self: Box<Self>) -> Result<()>;
}

/// Where rows are kept and searched; every implementation passes `testing::catalog_suite`.
#[async_trait]
pub trait Catalog: Send + Sync {
    /// Adds rows, or replaces those of the same scans, all or none; durable when it returns.
    ///
    /// # Errors
    /// `archive.catalog`; `limit.count` for a scan with too many terms.
    async fn put_all(&self, rows: &[Row]) -> Result<()>;

    /// Adds one row, as [`Catalog::put_all`].
    ///
    /// # Errors
    /// As [`Catalog::put_all`].
    async fn put(&self, row: &Row) -> Result<()> {
        self.put_all(std::slice::from_ref(row)).await
    }

    /// Returns the row of a scan without its chunk map.
    ///
    /// # Errors
    /// `archive.catalog`, `archive.catalog_damaged`.
    async fn entry(&self, scan: ScanId) -> Result<Option<Entry>>;

    /// Returns the whole row of a scan.
    ///
    /// # Errors
    /// As [`Catalog::entry`].
    async fn row(&self, scan: ScanId) -> Result<Option<Row>>;

    /// Answers a query: one page, newest scans first.
    ///
    /// # Errors
    /// `archive.query` for a query that makes no sense; as [`Catalog::entry`].
    async fn search(&self, query: &Query) -> Result<Page>;

    /// Counts what a query finds on all its pages, wherever it continues from; no further than
    /// [`MAX_COUNT`](crate::query::MAX_COUNT).
    ///
    /// # Errors
    /// As [`Catalog::search`].
    async fn count(&self, query: &Query) -> Result<Count>;

    /// Counts what there is; reads everything once.
    ///
    /// # Errors
    /// `archive.catalog`.
    async fn stats(&self) -> Result<Stats>;

    /// Waits for the turn to write what all processes share; none for a catalogue that gives no turns, which one machine
    /// has for itself.
    ///
    /// # Errors
    /// `archive.catalog`.
    async fn turn(&self) -> Result<Option<Box<dyn Turn>>> {
        Ok(None)
    }

    /// Returns the identifiers that follow `after`, in ascending order, at most `limit`.
    ///
    /// # Errors
    /// `archive.catalog`.
    async fn scans(&self, after: Option<ScanId>, limit: u32) -> Result<Vec<ScanId>>;
}
