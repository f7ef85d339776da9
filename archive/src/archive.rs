//! The archive: all that applications use.
//!
//! ```no_run
//! # async fn example() -> archive::Result<()> {
//! use archive::{Archive, ArchiveConfig, Filter, PutRequest, Query, Scheme};
//!
//! let archive = Archive::init(&"scans".parse()?, ArchiveConfig::default()).await?;
//! let receipt = archive.put(PutRequest::from_path("truck.uff".as_ref())?).await?;
//! let page = archive.search(&Query::default().with(Filter::new(Scheme::Container, "CSQU3054383"))).await?;
//! assert_eq!(page.hits.first().map(|hit| hit.record.scan_id), Some(receipt.record.scan_id));
//! # Ok(())
//! # }
//! ```

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use uff::format::UffFile;
use uff::model::{Block, PlaneKey, Region, ScanId};

use crate::audit::{ScanVerdict, VerifySummary, verify_all, verify_one};
use crate::catalog::{Catalog, SqliteCatalog};
use crate::config::{ArchiveConfig, CatalogLocation, Location};
use crate::error::{Code, Error, Result};
use crate::id::ArchiveId;
use crate::ingest::{Ingest, PutReceipt, PutRequest};
use crate::query::{Hit, Page, Query};
use crate::record::StoredFile;
use crate::reindex::{ReindexReport, reindex};
use crate::retrieve::{FileRef, Metadata, Retrieve};
use crate::store::ocfl::root;
use crate::store::{Store, open};
use crate::sweep::{SweepOptions, SweepReport, sweep};

/// An archive: bytes in a store, and the catalogue of them. Clones share both.
#[derive(Clone)]
pub struct Archive {
    id: ArchiveId,
    store: Store,
    catalog: Arc<dyn Catalog>,
    config: Arc<ArchiveConfig>,
}

impl Archive {
    /// Makes an archive at an empty location.
    ///
    /// # Errors
    /// `archive.exists` when there is one; `archive.location`, `archive.store`, `archive.store_ability`,
    /// `archive.catalog`; `archive.catalog_foreign` when the catalogue path holds another archive's.
    pub async fn init(location: &Location, config: ArchiveConfig) -> Result<Self> {
        let catalog = catalog_location(location, &config)?;
        let store = open(location, true)?;
        let id = root::init(&store).await?;
        let catalog = match catalog {
            CatalogLocation::Sqlite(path) => SqliteCatalog::create(&path, id).await?,
            CatalogLocation::Memory => SqliteCatalog::in_memory(id).await?,
        };
        Ok(Self { id, store, catalog: Arc::new(catalog), config: Arc::new(config) })
    }

    /// Opens an archive.
    ///
    /// # Errors
    /// `archive.absent` when there is none; `archive.version` for one of another format; `archive.catalog_absent`
    /// unless the catalogue may be made, `archive.catalog_version`, `archive.catalog_foreign`; `archive.location`,
    /// `archive.store`, `archive.catalog`.
    pub async fn open(location: &Location, config: ArchiveConfig) -> Result<Self> {
        let catalog = catalog_location(location, &config)?;
        let store = open(location, false)?;
        let id = root::open(&store).await?;
        let catalog = match catalog {
            CatalogLocation::Sqlite(path) if config.create_catalog => SqliteCatalog::create(&path, id).await?,
            CatalogLocation::Sqlite(path) => SqliteCatalog::open(&path, id).await?,
            CatalogLocation::Memory => SqliteCatalog::in_memory(id).await?,
        };
        Ok(Self { id, store, catalog: Arc::new(catalog), config: Arc::new(config) })
    }

    /// Makes an archive in a store and opens it with an empty catalogue in memory, or opens the one that is there.
    ///
    /// # Errors
    /// As [`Archive::init`] and [`Archive::open`].
    pub async fn in_store(store: Store, config: ArchiveConfig) -> Result<Self> {
        let id = match root::open(&store).await {
            Err(e) if e.archive_code() == Some(Code::Absent) => root::init(&store).await?,
            found => found?,
        };
        let catalog = Arc::new(SqliteCatalog::in_memory(id).await?);
        Ok(Self { id, store, catalog, config: Arc::new(config) })
    }

    /// Returns the identity of the archive.
    pub fn id(&self) -> ArchiveId {
        self.id
    }

    /// Returns the location of the bytes, for messages.
    pub fn name(&self) -> &str {
        self.store.name()
    }

    /// Archives a scan. Putting the same files again changes nothing and says so.
    ///
    /// # Errors
    /// What opening and verifying the UFF file says; `archive.delivery` when the delivery is not the one it was made
    /// from; `archive.conflict` when other bytes are stored under its identifier; `archive.source_changed`,
    /// `archive.store`, `archive.catalog`.
    pub async fn put(&self, request: PutRequest) -> Result<PutReceipt> {
        let ingest = Ingest {
            store: &self.store,
            catalog: &self.catalog,
            archive: self.id,
            limits: &self.config.limits,
            read_back: self.config.read_back,
        };
        ingest.put(request).await
    }

    /// Answers a query.
    ///
    /// # Errors
    /// `archive.query` when it makes no sense; `archive.catalog`.
    pub async fn search(&self, query: &Query) -> Result<Page> {
        self.catalog.search(query).await
    }

    /// Returns what the catalogue knows of a scan.
    ///
    /// # Errors
    /// `archive.no_such_scan`, `archive.catalog`.
    pub async fn show(&self, scan: ScanId) -> Result<Hit> {
        let entry = self.catalog.entry(scan).await?;
        let entry = entry.ok_or_else(|| Error::new(Code::NoSuchScan, "the archive holds no such scan").file(scan))?;
        Ok(Hit { record: entry.record, archived: entry.place.archived })
    }

    /// Copies a file of a scan to a path that must not exist; nothing is there unless every byte is right.
    ///
    /// # Errors
    /// `archive.no_such_scan`, `archive.no_such_file`, `target.exists`, `archive.corrupt`, `archive.missing`,
    /// `archive.inventory`, `archive.store`, `io.*`.
    pub async fn save(&self, scan: ScanId, file: &FileRef, target: &Path) -> Result<StoredFile> {
        self.retrieve().save(scan, file, target).await
    }

    /// Copies a file of a scan into a writer and gives the writer back. Only when this succeeds are the bytes proved:
    /// damage is noticed when the last byte has been written.
    ///
    /// # Errors
    /// As [`Archive::save`].
    pub async fn copy<W>(&self, scan: ScanId, file: &FileRef, out: W) -> Result<(StoredFile, W)>
    where
        W: Write + Send + 'static,
    {
        self.retrieve().copy(scan, file, out).await
    }

    /// Reads the metadata of a scan without fetching its samples.
    ///
    /// # Errors
    /// `archive.no_such_scan`, `archive.missing`, `archive.corrupt`, `archive.store`; what opening the file says.
    pub async fn metadata(&self, scan: ScanId) -> Result<Metadata> {
        self.retrieve().metadata(scan).await
    }

    /// Opens the UFF file of a scan where it lies. Read it on threads for blocking work only, while the runtime runs.
    ///
    /// # Errors
    /// As [`Archive::metadata`].
    pub async fn file(&self, scan: ScanId) -> Result<UffFile> {
        self.retrieve().open(scan).await
    }

    /// Reads a region of a plane at an overview level (0 is full size, 1 is ÷2), fetching only the chunks it lies in.
    ///
    /// # Errors
    /// `archive.no_such_scan`, `uff.no_such_channel`, `uff.region`, `hdf5.checksum`, `archive.missing`,
    /// `archive.store`.
    pub async fn region(&self, scan: ScanId, key: &PlaneKey, level: u32, region: &Region) -> Result<Block> {
        self.retrieve().region(scan, key, level, region).await
    }

    /// Digests everything again and hands out a verdict per scan as it is reached.
    ///
    /// # Errors
    /// `archive.store` when the store cannot be listed; `archive.catalog`. Damage is in the verdicts.
    pub async fn verify(&self, on_scan: &mut (dyn FnMut(ScanVerdict) + Send)) -> Result<VerifySummary> {
        verify_all(&self.store, &self.catalog, self.config.parallel, on_scan).await
    }

    /// Digests one scan again.
    ///
    /// # Errors
    /// `archive.no_such_scan` when neither store nor catalogue knows it; as [`Archive::verify`].
    pub async fn verify_scan(&self, scan: ScanId) -> Result<ScanVerdict> {
        verify_one(&self.store, &self.catalog, scan).await
    }

    /// Builds the catalogue again from the stored bytes alone.
    ///
    /// # Errors
    /// `archive.store`, `archive.catalog`. What could not be recovered is in the report.
    pub async fn reindex(&self) -> Result<ReindexReport> {
        reindex(&self.store, &self.catalog, self.config.parallel).await
    }

    /// Clears up after crashes.
    ///
    /// # Errors
    /// `archive.store`, `archive.catalog`. What could not be put in order is in the report.
    pub async fn sweep(&self, options: &SweepOptions) -> Result<SweepReport> {
        sweep(&self.store, &self.catalog, self.config.parallel, options).await
    }

    fn retrieve(&self) -> Retrieve<'_> {
        Retrieve { store: &self.store, catalog: &self.catalog, limits: &self.config.limits }
    }
}

fn catalog_location(location: &Location, config: &ArchiveConfig) -> Result<CatalogLocation> {
    config.catalog.clone().map_or_else(|| location.default_catalog(), Ok)
}
