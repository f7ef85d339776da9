//! How an archive is used.

use uff::limits::Limits;

use crate::config::{CatalogLocation, StoreOptions};
use crate::log::CustodyKeySource;

/// How an archive is used.
#[derive(Debug, Clone)]
pub struct ArchiveConfig {
    /// Where the catalogue lies; none means the place that goes with the location.
    pub catalog: Option<CatalogLocation>,
    /// Makes the catalogue when it is not there; for building it again with [`crate::Archive::reindex`].
    pub create_catalog: bool,
    /// Bounds on what a UFF file may demand.
    pub limits: Limits,
    /// Reads every stored file back and compares its digests before the scan counts as archived.
    pub read_back: bool,
    /// Scans worked on at one time by [`crate::Archive::verify`], [`crate::Archive::reindex`] and
    /// [`crate::Archive::sweep`].
    pub parallel: usize,
    /// Key that signs the custody log.
    pub custody_key: CustodyKeySource,
    /// Settings of the object store, beside those of the environment.
    pub store: StoreOptions,
    /// Who acts; the custody log knows them by a pseudonym.
    pub actor: Option<String>,
}

impl Default for ArchiveConfig {
    fn default() -> Self {
        let parallel = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            catalog: None,
            create_catalog: false,
            limits: Limits::default(),
            read_back: true,
            parallel,
            custody_key: CustodyKeySource::default(),
            store: StoreOptions::default(),
            actor: None,
        }
    }
}
