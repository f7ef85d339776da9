//! Keeps UFF scans as evidence in object storage and finds them again.
//!
//! Bytes lie in an OCFL 1.1 storage root on any object store, one object per scan, so that any OCFL tool validates and
//! restores them without this software. A catalogue, which can always be built again from the bytes alone, answers
//! searches and holds where the chunks of each file lie. Content is written first, the inventory last, the catalogue
//! row after that; what a crash leaves behind is completed or removed by [`Archive::sweep`].
//!
//! Every write, read and check of a scan is in a custody log, in which changes show ([`log`]).
//!
//! What becomes of a scan later (holds, redaction, deletion: [`facts`]) is a version of its object, and how long it is kept
//! follows from a policy ([`retention`]).
//!
//! Layers, each importing only those before it: [`error`], [`id`], `versioned`; [`subject`], [`record`], [`config`]; [`store`]; [`facts`],
//! `care`; [`query`], [`retention`]; [`catalog`], [`log`]; `draft`, `reindex`, `settings`; `retrieve`, `ingest`, `verify`,
//! `compare`, `sweep`; `change`, `replicate`, `scrub`; `expire`; [`archive`], the facade that applications use; `migrate`.

pub mod archive;
mod care;
pub mod catalog;
mod change;
mod compare;
pub mod config;
mod draft;
pub mod error;
mod expire;
pub mod facts;
pub mod id;
mod ingest;
mod lock;
pub mod log;
mod migrate;
pub mod query;
pub mod record;
mod reindex;
mod replicate;
pub mod retention;
mod retrieve;
mod scrub;
mod settings;
pub mod store;
pub mod subject;
mod sweep;
#[cfg(feature = "testing")]
pub mod testing;
mod verify;
mod versioned;

pub use crate::archive::Archive;
pub use crate::change::ChangeReceipt;
pub use crate::compare::{CompareReport, Difference};
pub use crate::config::{CatalogLocation, Location, StoreOptions};
pub use crate::error::{Code, Error, Result};
pub use crate::expire::{ExpireOptions, ExpireReport};
pub use crate::facts::Facts;
pub use crate::ingest::{AGAIN, MAX_TWINS, PutOutcome, PutReceipt, PutRequest};
pub use crate::migrate::MigrateReport;
pub use crate::query::{Count, Cursor, Filter, Hit, Matching, Page, Query, Scheme, Stats};
pub use crate::record::{MaterialFigure, MaterialRecord, Record, StoredFile};
pub use crate::reindex::ReindexReport;
pub use crate::replicate::{ReplicateOptions, ReplicateReport};
pub use crate::retention::{Kept, Policies, Policy, Until};
pub use crate::retrieve::{FileRef, Metadata};
pub use crate::scrub::{Damage, Repair, ScrubOptions, ScrubReport};
pub use crate::settings::ArchiveConfig;
pub use crate::store::Abilities;
pub use crate::subject::Subject;
pub use crate::sweep::{SweepOptions, SweepReport};
pub use crate::verify::{CatalogVerdict, FileState, FileVerdict, ScanVerdict, VerifySummary};
