//! Keeps UFF scans as evidence in object storage and finds them again.
//!
//! Bytes lie in an OCFL 1.1 storage root on any object store, one object per scan, so that any OCFL tool validates and
//! restores them without this software. A catalogue, which can always be built again from the bytes alone, answers
//! searches and holds where the chunks of each file lie. Content is written first, the inventory last, the catalogue
//! row after that; what a crash leaves behind is completed or removed by [`Archive::sweep`].
//!
//! Every write, read and check of a scan is in a custody log, in which changes show ([`log`]).
//!
//! Layers, each importing only those before it: [`error`], [`id`]; [`record`], [`config`]; [`query`], [`store`];
//! [`catalog`], [`log`]; `ingest`, `retrieve`, `verify`, `sweep`, `settings`; [`archive`], the facade that applications use.

pub mod archive;
pub mod catalog;
pub mod config;
pub mod error;
pub mod id;
mod ingest;
pub mod log;
pub mod query;
pub mod record;
mod reindex;
mod retrieve;
mod settings;
pub mod store;
mod sweep;
#[cfg(feature = "testing")]
pub mod testing;
mod verify;

pub use crate::archive::Archive;
pub use crate::config::{CatalogLocation, Location};
pub use crate::error::{Code, Error, Result};
pub use crate::ingest::{PutOutcome, PutReceipt, PutRequest};
pub use crate::query::{Count, Cursor, Filter, Hit, Matching, Page, Query, Scheme};
pub use crate::record::{Record, StoredFile};
pub use crate::reindex::ReindexReport;
pub use crate::retrieve::{FileRef, Metadata};
pub use crate::settings::ArchiveConfig;
pub use crate::sweep::{SweepOptions, SweepReport};
pub use crate::verify::{CatalogVerdict, FileState, FileVerdict, ScanVerdict, VerifySummary};
