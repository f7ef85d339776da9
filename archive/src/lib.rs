//! Keeps UFF scans as evidence in object storage and finds them again.
//!
//! Bytes lie in an OCFL 1.1 storage root on any object store, one object per scan, so that any OCFL tool validates and
//! restores them without this software. A catalogue, which can always be built again from the bytes alone, answers
//! searches and holds where the chunks of each file lie. Content is written first, the inventory last, the catalogue
//! row after that; what a crash leaves behind is completed or removed by [`Archive::sweep`].
//!
//! Layers, each importing only those before it: [`error`], [`id`]; [`record`], [`config`]; [`query`], [`store`];
//! [`catalog`]; `ingest`, `retrieve`, `audit`, `sweep`; [`archive`], the facade that applications use.

pub mod archive;
mod audit;
pub mod catalog;
pub mod config;
pub mod error;
pub mod id;
mod ingest;
pub mod query;
pub mod record;
mod reindex;
mod retrieve;
pub mod store;
mod sweep;
#[cfg(feature = "testing")]
pub mod testing;

pub use crate::archive::Archive;
pub use crate::audit::{CatalogVerdict, FileState, FileVerdict, ScanVerdict, VerifySummary};
pub use crate::config::{ArchiveConfig, CatalogLocation, Location};
pub use crate::error::{Code, Error, Result};
pub use crate::ingest::{PutOutcome, PutReceipt, PutRequest};
pub use crate::query::{Cursor, Filter, Hit, Matching, Page, Query, Scheme};
pub use crate::record::{Record, StoredFile};
pub use crate::reindex::ReindexReport;
pub use crate::retrieve::{FileRef, Metadata};
pub use crate::sweep::{SweepOptions, SweepReport};
