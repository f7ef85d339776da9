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

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use uff::format::UffFile;
use uff::model::{Block, PlaneKey, Region, ScanId, Sha256};
use uff::redact::DataKind;
use uuid::Uuid;

use crate::care;
#[cfg(feature = "postgres")]
use crate::catalog::PostgresCatalog;
use crate::catalog::{Catalog, SqliteCatalog};
use crate::change::{ChangeReceipt, Changes};
use crate::compare::{CompareReport, compare};
use crate::config::{CatalogLocation, Location, beside};
use crate::draft::Buffers;
use crate::error::{Code, Error, Result};
use crate::expire::{ExpireOptions, ExpireReport, expire};
use crate::id::ArchiveId;
use crate::ingest::{Ingest, PutReceipt, PutRequest};
#[cfg(feature = "testing")]
use crate::log::CustodyKey;
use crate::log::{Action, Custody, CustodyKeySource, Event, LogReader, Proof, Receipt, Turns, VerifierKey};
use crate::query::{Count, Hit, Page, Query, Stats};
use crate::record::StoredFile;
use crate::reindex::{ReindexReport, reindex};
use crate::replicate::{Replicate, ReplicateOptions, ReplicateReport, storage_of};
use crate::retention::{Policies, Policy};
use crate::retrieve::{FileRef, Metadata, Retrieve};
use crate::scrub::{Damage, Scrub, ScrubOptions, ScrubReport};
use crate::settings::ArchiveConfig;
use crate::store::ocfl::root;
use crate::store::{Abilities, Places, Store, open};
use crate::subject::Subject;
use crate::sweep::{SweepOptions, SweepReport, sweep};
use crate::verify::{ScanVerdict, VerifySummary, verify_all, verify_one};

/// An archive: bytes in a store, and the catalogue of them. Clones share both.
#[derive(Clone)]
pub struct Archive {
    pub(crate) id: ArchiveId,
    pub(crate) places: Places,
    store: Store,
    catalog: Arc<dyn Catalog>,
    pub(crate) custody: Arc<Custody>,
    config: Arc<ArchiveConfig>,
    buffers: Buffers,
}

/// File beside the catalogue that holds the key of the custody log.
pub(crate) const KEY: &str = "custody.key";
/// File beside the catalogue by whose lock processes take turns in writing the custody log.
const TURN: &str = "custody.lock";

impl Archive {
    /// Makes an archive at an empty location.
    ///
    /// # Errors
    /// `archive.exists` when there is one; `archive.location`, `archive.store`, `archive.store_ability`,
    /// `archive.catalog`; `archive.catalog_foreign` when the catalogue path holds another archive's.
    pub async fn init(location: &Location, config: ArchiveConfig) -> Result<Self> {
        let place = catalog_location(location, &config)?;
        let places = open(location, true, &config.store)?;
        let id = root::init(&places.storage).await?;
        let catalog = catalog(&place, id, true).await?;
        let beside = |name| beside(location, &place, name);
        let archive = Self::assemble(id, places, catalog, config, Some(&place), (beside(KEY), beside(TURN))).await?;
        archive.custody.note(Event::now(Action::Init)).await?;
        Ok(archive)
    }

    /// Opens an archive.
    ///
    /// # Errors
    /// `archive.absent` when there is none; `archive.version` for one of another format; `archive.catalog_absent`
    /// unless the catalogue may be made, `archive.catalog_version`, `archive.catalog_foreign`; `archive.location`,
    /// `archive.store`, `archive.catalog`; `archive.log_key` when the key of the custody log is not there.
    pub async fn open(location: &Location, config: ArchiveConfig) -> Result<Self> {
        let place = catalog_location(location, &config)?;
        let places = open(location, false, &config.store)?;
        let id = root::open(&places.storage).await?;
        care::check(&places.care).await?;
        let catalog = catalog(&place, id, config.create_catalog).await?;
        let beside = |name| beside(location, &place, name);
        Self::assemble(id, places, catalog, config, Some(&place), (beside(KEY), beside(TURN))).await
    }

    /// Makes an archive in a store and opens it with an empty catalogue in memory, or opens the one that is there.
    ///
    /// # Errors
    /// As [`Archive::init`] and [`Archive::open`].
    pub async fn in_store(store: Store, config: ArchiveConfig) -> Result<Self> {
        let places = Places::of(&store);
        let id = match root::open(&places.storage).await {
            Err(e) if e.archive_code() == Some(Code::Absent) => root::init(&places.storage).await?,
            found => found?,
        };
        let catalog = catalog(&CatalogLocation::Memory, id, true).await?;
        Self::assemble(id, places, catalog, config, None, (None, None)).await
    }

    /// Opens an archive in stores that are open, with a catalogue that is made where it is not there.
    pub(crate) async fn at(
        id: ArchiveId,
        places: Places,
        place: &CatalogLocation,
        config: ArchiveConfig,
    ) -> Result<Self> {
        let catalog = catalog(place, id, true).await?;
        Self::assemble(id, places, catalog, config, Some(place), (None, None)).await
    }

    /// Builds the catalogue again, without noting it.
    pub(crate) async fn reindexed(&self) -> Result<ReindexReport> {
        reindex(&self.store, &self.catalog, self.config.parallel).await
    }

    /// Verifies everything, without noting it.
    pub(crate) async fn verified(&self, on_scan: &mut (dyn FnMut(ScanVerdict) + Send)) -> Result<VerifySummary> {
        verify_all(&self.store, &self.catalog, self.config.parallel, on_scan).await
    }

    async fn assemble(
        id: ArchiveId,
        places: Places,
        catalog: Arc<dyn Catalog>,
        config: ArchiveConfig,
        place: Option<&CatalogLocation>,
        (key, turn): (Option<PathBuf>, Option<PathBuf>),
    ) -> Result<Self> {
        if let (CustodyKeySource::Beside, None, Some(CatalogLocation::Postgres(_))) = (&config.custody_key, &key, place)
        {
            let e = Error::new(Code::LogKey, "the key of the custody log has no place").file(places.log.name());
            return Err(
                e.hint("Name the file of the key, the same for every process (--custody-key, UFF_CUSTODY_KEY).")
            );
        }
        let key = match &config.custody_key {
            CustodyKeySource::Held(key) => Ok(key.as_ref().clone()),
            CustodyKeySource::File(path) => Err(Some(path.as_path())),
            CustodyKeySource::Beside => Err(key.as_deref()),
            #[cfg(feature = "testing")]
            CustodyKeySource::Seed(seed) => Ok(CustodyKey::from_seed(id, *seed)?),
        };
        let turns = Turns { catalog: catalog.clone(), file: turn, care: places.care.clone() };
        let custody = Custody::open(places.log.clone(), id, key, turns, config.actor.as_deref()).await?;
        let (custody, config) = (Arc::new(custody), Arc::new(config));
        Ok(Self { id, store: places.storage.clone(), places, catalog, custody, config, buffers: Buffers::default() })
    }

    /// Returns the identity of the archive.
    pub fn id(&self) -> ArchiveId {
        self.id
    }

    /// Finds out what the store can do, by trying.
    ///
    /// # Errors
    /// `archive.store`, `archive.store_access`.
    pub async fn abilities(&self) -> Result<Abilities> {
        self.places.care.probe().await
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
            retention: &self.places.retention,
            catalog: &self.catalog,
            archive: self.id,
            limits: &self.config.limits,
            read_back: self.config.read_back,
            buffers: &self.buffers,
        };
        let put = self.noted(Action::Put, None, ingest.put(request).await).await?;
        let custody = self.custody.note(put.event()).await?;
        Ok(put.receipt(custody))
    }

    /// Returns the custody log, to be read.
    pub fn log(&self) -> &LogReader {
        self.custody.reader()
    }

    /// Returns the key that checks what the archive signs. Keep it where the archive cannot change it.
    pub fn log_key(&self) -> &VerifierKey {
        self.custody.key().public()
    }

    /// Returns the name under which the custody log knows a person.
    pub fn pseudonym(&self, person: &str) -> String {
        self.custody.key().pseudonym(person)
    }

    /// Turns a receipt into a proof that stands alone.
    ///
    /// # Errors
    /// `archive.log`, `archive.store`.
    pub async fn prove(&self, receipt: &Receipt) -> Result<Proof> {
        self.custody.prove(receipt).await
    }

    /// Answers a query.
    ///
    /// # Errors
    /// `archive.query` when it makes no sense; `archive.catalog`.
    pub async fn search(&self, query: &Query) -> Result<Page> {
        self.catalog.search(query).await
    }

    /// Counts what a query finds on all its pages, no further than [`MAX_COUNT`](crate::query::MAX_COUNT).
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub async fn count(&self, query: &Query) -> Result<Count> {
        self.catalog.count(query).await
    }

    /// Returns what the catalogue knows of a scan.
    ///
    /// # Errors
    /// `archive.no_such_scan`, `archive.catalog`.
    pub async fn show(&self, scan: ScanId) -> Result<Hit> {
        let entry = self.catalog.entry(scan).await?;
        let entry = entry.ok_or_else(|| Error::new(Code::NoSuchScan, "the archive holds no such scan").file(scan))?;
        Ok(Hit { record: entry.record, archived: entry.place.archived, facts: entry.facts })
    }

    /// Puts a retention policy in force, from now on, for all scans.
    ///
    /// # Errors
    /// `archive.actor`, `archive.store`.
    pub async fn set_policy(&self, policy: Policy) -> Result<Receipt> {
        let added = match self.custody.actor() {
            Ok(_) => Policies::add(&self.places.retention, policy).await,
            Err(e) => Err(e),
        };
        let bytes = self.noted(Action::Policy, None, added).await?;
        self.custody.note(Event { sha256: Some(Sha256::of(&bytes)), ..Event::now(Action::Policy) }).await
    }

    /// Returns the retention policies.
    ///
    /// # Errors
    /// `archive.store`, `archive.corrupt`, `archive.version`.
    pub async fn policies(&self) -> Result<Policies> {
        Policies::load(&self.places.retention).await
    }

    /// Places a legal hold on a scan, on behalf of `holder`. While there is one, nothing is redacted and nothing deleted.
    /// Returns the identifier by which it is released.
    ///
    /// # Errors
    /// `archive.no_such_scan`, `archive.deleted`, `archive.actor`, `archive.fact`, `archive.store`, `archive.catalog`.
    pub async fn hold(&self, scan: ScanId, holder: &str, reason: &str) -> Result<(Uuid, ChangeReceipt)> {
        let held = self.changes().hold(scan, holder, reason).await;
        self.noted(Action::Hold, Some(scan), held).await
    }

    /// Releases a legal hold.
    ///
    /// # Errors
    /// As [`Archive::hold`]; `archive.fact` when the scan has no such hold.
    pub async fn release(&self, scan: ScanId, hold: Uuid) -> Result<ChangeReceipt> {
        let released = self.changes().release(scan, hold).await;
        self.noted(Action::Release, Some(scan), released).await
    }

    /// Keeps data of a scan until a time, at least.
    ///
    /// # Errors
    /// As [`Archive::hold`]; `archive.retained` when they are kept for longer already.
    pub async fn extend(&self, scan: ScanId, subjects: &BTreeSet<Subject>, until: Timestamp) -> Result<ChangeReceipt> {
        let extended = self.changes().extend(scan, subjects, until).await;
        self.noted(Action::Extend, Some(scan), extended).await
    }

    /// Takes data whose time is up out of a scan, in every version of it; the image stays as it is, the original delivery goes.
    ///
    /// # Errors
    /// As [`Archive::hold`]; `archive.held`, `archive.retained`.
    pub async fn redact(&self, scan: ScanId, kinds: &BTreeSet<DataKind>) -> Result<ChangeReceipt> {
        let redacted = self.changes().redact(scan, kinds).await;
        self.noted(Action::Redact, Some(scan), redacted).await
    }

    /// Asks, as the first of two persons, that a scan be deleted.
    ///
    /// # Errors
    /// As [`Archive::hold`]; `archive.held`, `archive.retained`; `archive.approval` when that was asked already.
    pub async fn request_deletion(&self, scan: ScanId, reason: &str) -> Result<ChangeReceipt> {
        let requested = self.changes().request_deletion(scan, reason).await;
        self.noted(Action::RequestDeletion, Some(scan), requested).await
    }

    /// Withdraws the request that a scan be deleted.
    ///
    /// # Errors
    /// As [`Archive::hold`]; `archive.approval` when nobody asked.
    pub async fn withdraw_deletion(&self, scan: ScanId) -> Result<ChangeReceipt> {
        let withdrawn = self.changes().withdraw_deletion(scan).await;
        self.noted(Action::WithdrawDeletion, Some(scan), withdrawn).await
    }

    /// Deletes a scan, as the second of two persons. Its tombstone stays, and the scan cannot be put again.
    ///
    /// # Errors
    /// As [`Archive::hold`]; `archive.held`, `archive.retained`; `archive.approval` unless another person asked for it.
    pub async fn delete(&self, scan: ScanId) -> Result<ChangeReceipt> {
        let deleted = self.changes().delete(scan).await;
        self.noted(Action::Delete, Some(scan), deleted).await
    }

    /// Looks for data whose time is up: redacts where the image stays, and requests deletion where the whole scan goes.
    ///
    /// # Errors
    /// `archive.actor`, `archive.store`, `archive.catalog`. What could not be done is in the report.
    pub async fn expire(&self, options: &ExpireOptions) -> Result<ExpireReport> {
        let expired = expire(&self.changes(), options).await;
        let report = self.noted(Action::Expire, None, expired).await?;
        let damaged = Some(report.failed.len() as u64);
        self.custody.note(Event { scans: Some(report.scans), damaged, ..Event::now(Action::Expire) }).await?;
        Ok(report)
    }

    /// Copies a file of a scan to a path that must not exist; nothing is there unless every byte is right.
    ///
    /// # Errors
    /// `archive.no_such_scan`, `archive.no_such_file`, `target.exists`, `archive.corrupt`, `archive.missing`,
    /// `archive.inventory`, `archive.store`, `io.*`.
    pub async fn save(&self, scan: ScanId, file: &FileRef, target: &Path) -> Result<StoredFile> {
        let saved = self.retrieve().save(scan, file, target).await;
        self.noted(Action::Read, Some(scan), saved).await
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
        let copied = self.retrieve().copy(scan, file, out).await;
        self.noted(Action::Read, Some(scan), copied).await
    }

    /// Reads the metadata of a scan without fetching its samples.
    ///
    /// # Errors
    /// `archive.no_such_scan`, `archive.missing`, `archive.corrupt`, `archive.store`; what opening the file says.
    pub async fn metadata(&self, scan: ScanId) -> Result<Metadata> {
        let metadata = self.retrieve().metadata(scan).await;
        self.noted(Action::Read, Some(scan), metadata).await
    }

    /// Opens the UFF file of a scan where it lies. Read it on threads for blocking work only, while the runtime runs.
    ///
    /// # Errors
    /// As [`Archive::metadata`].
    pub async fn file(&self, scan: ScanId) -> Result<UffFile> {
        let file = self.retrieve().file(scan).await;
        self.noted(Action::Read, Some(scan), file).await
    }

    /// Reads a region of a plane at an overview level (0 is full size, 1 is ÷2), fetching only the chunks it lies in.
    ///
    /// # Errors
    /// `archive.no_such_scan`, `uff.no_such_channel`, `uff.region`, `hdf5.checksum`, `archive.missing`,
    /// `archive.store`.
    pub async fn region(&self, scan: ScanId, key: &PlaneKey, level: u32, region: &Region) -> Result<Block> {
        let samples = self.retrieve().region(scan, key, level, region).await;
        self.noted(Action::Read, Some(scan), samples).await
    }

    /// Digests everything again and hands out a verdict per scan as it is reached.
    ///
    /// # Errors
    /// `archive.store` when the store cannot be listed; `archive.catalog`. Damage is in the verdicts.
    pub async fn verify(&self, on_scan: &mut (dyn FnMut(ScanVerdict) + Send)) -> Result<VerifySummary> {
        let verified = self.verified(on_scan).await;
        let summary = self.noted(Action::Verify, None, verified).await?;
        let (scans, damaged) = (Some(summary.scans), Some(summary.damaged));
        self.custody.note(Event { scans, damaged, ..Event::now(Action::Verify) }).await?;
        Ok(summary)
    }

    /// Digests one scan again.
    ///
    /// # Errors
    /// `archive.no_such_scan` when neither store nor catalogue knows it; as [`Archive::verify`].
    pub async fn verify_scan(&self, scan: ScanId) -> Result<ScanVerdict> {
        let verified = verify_one(&self.store, &self.catalog, scan).await;
        let verdict = self.noted(Action::Verify, Some(scan), verified).await?;
        let damaged = Some(u64::from(!verdict.is_sound()));
        let event = Event { scan: Some(scan), scans: Some(1), damaged, ..Event::now(Action::Verify) };
        self.custody.note(event).await?;
        Ok(verdict)
    }

    /// Builds the catalogue again from the stored bytes alone.
    ///
    /// # Errors
    /// `archive.store`, `archive.catalog`. What could not be recovered is in the report.
    pub async fn reindex(&self) -> Result<ReindexReport> {
        let built = self.reindexed().await;
        let report = self.noted(Action::Reindex, None, built).await?;
        let damaged = Some((report.failed.len() + report.without_bytes.len()) as u64);
        let event = Event { scans: Some(report.indexed), damaged, ..Event::now(Action::Reindex) };
        self.custody.note(event).await?;
        Ok(report)
    }

    /// Clears up after crashes.
    ///
    /// # Errors
    /// `archive.store`, `archive.catalog`. What could not be put in order is in the report.
    pub async fn sweep(&self, options: &SweepOptions) -> Result<SweepReport> {
        let swept = sweep(&self.store, &self.catalog, &self.custody, self.config.parallel, options).await;
        let report = self.noted(Action::Sweep, None, swept).await?;
        self.custody.note(Event::now(Action::Sweep)).await?;
        Ok(report)
    }

    /// Reads stored bytes again from where they lie, and mends what is damaged where `options` say so: inventories from each other,
    /// content from the replica. Hands out what is damaged as it is found. One that is stopped goes on the next time.
    ///
    /// # Errors
    /// `archive.query` for a share that is none; `archive.absent`, `archive.exists` when the replica is none of this archive;
    /// `archive.store`, `archive.catalog`. Damage is handed out.
    pub async fn scrub(
        &self,
        options: &ScrubOptions,
        replica: Option<&Location>,
        on_damage: &mut (dyn FnMut(Damage) + Send),
    ) -> Result<ScrubReport> {
        let scrubbed = async {
            let replica = match replica {
                Some(location) => Some(storage_of(&open(location, false, &self.config.store)?, self.id).await?),
                None => None,
            };
            let scrub = Scrub {
                store: &self.store,
                care: &self.places.care,
                replica: replica.as_ref(),
                catalog: &self.catalog,
                custody: &self.custody,
                parallel: self.config.parallel,
            };
            scrub.run(options, on_damage).await
        };
        let report = self.noted(Action::Scrub, None, scrubbed.await).await?;
        let damaged = Some(report.damaged);
        self.custody.note(Event { scans: Some(report.scans), damaged, ..Event::now(Action::Scrub) }).await?;
        Ok(report)
    }

    /// Brings a replica of the archive at another location up to date, and makes it where there is none.
    ///
    /// # Errors
    /// `archive.exists` when the location holds another archive, or this one itself; `archive.log_fork` when the replica has a
    /// log that this one does not continue; `archive.store`. What is wrong with single scans is in the report.
    pub async fn replicate(&self, to: &Location, options: &ReplicateOptions) -> Result<ReplicateReport> {
        let replicated = async { self.replication(&open(to, true, &self.config.store)?).run(options).await };
        let report = self.noted(Action::Replicate, None, replicated.await).await?;
        let damaged = Some(report.failed.len() as u64);
        self.custody.note(Event { scans: Some(report.copied), damaged, ..Event::now(Action::Replicate) }).await?;
        Ok(report)
    }

    pub(crate) fn replication<'a>(&'a self, to: &'a Places) -> Replicate<'a> {
        Replicate {
            from: &self.places,
            to,
            catalog: &self.catalog,
            archive: self.id,
            key: self.log_key(),
            parallel: self.config.parallel,
            read_back: self.config.read_back,
        }
    }

    /// Compares what storage, catalogue and custody log say of each scan, without reading content. Keeps about 200 bytes per scan
    /// in memory.
    ///
    /// # Errors
    /// `archive.log`, `archive.store`, `archive.catalog`.
    pub async fn compare(&self) -> Result<CompareReport> {
        let compared = compare(&self.store, &self.catalog, self.log(), self.log_key(), self.config.parallel).await;
        let report = self.noted(Action::Compare, None, compared).await?;
        let damaged = Some(report.differences.len() as u64);
        self.custody.note(Event { scans: Some(report.stored), damaged, ..Event::now(Action::Compare) }).await?;
        Ok(report)
    }

    fn changes(&self) -> Changes<'_> {
        Changes {
            store: &self.store,
            retention: &self.places.retention,
            catalog: &self.catalog,
            custody: &self.custody,
            archive: self.id,
            limits: &self.config.limits,
            read_back: self.config.read_back,
        }
    }

    fn retrieve(&self) -> Retrieve<'_> {
        Retrieve { store: &self.store, catalog: &self.catalog, limits: &self.config.limits, custody: &self.custody }
    }

    /// Returns figures of what the catalogue holds.
    ///
    /// # Errors
    /// `archive.catalog`.
    pub async fn stats(&self) -> Result<Stats> {
        self.catalog.stats().await
    }

    /// Notes a failure; what succeeded is noted where more is known of it.
    pub(crate) async fn noted<T>(&self, action: Action, scan: Option<ScanId>, outcome: Result<T>) -> Result<T> {
        if let Err(e) = &outcome {
            let event = Event { scan, outcome: e.code().to_owned(), ..Event::now(action) };
            // The failure itself is what the caller has to know; a log that fails as well says so at the next access.
            let _ = self.custody.note(event).await;
        }
        outcome
    }
}

/// Opens a catalogue, which is made where it may be.
async fn catalog(place: &CatalogLocation, archive: ArchiveId, create: bool) -> Result<Arc<dyn Catalog>> {
    Ok(match (place, create) {
        (CatalogLocation::Sqlite(path), true) => Arc::new(SqliteCatalog::create(path, archive).await?),
        (CatalogLocation::Sqlite(path), false) => Arc::new(SqliteCatalog::open(path, archive).await?),
        (CatalogLocation::Memory, _) => Arc::new(SqliteCatalog::in_memory(archive).await?),
        #[cfg(feature = "postgres")]
        (CatalogLocation::Postgres(url), true) => Arc::new(PostgresCatalog::create(url, archive).await?),
        #[cfg(feature = "postgres")]
        (CatalogLocation::Postgres(url), false) => Arc::new(PostgresCatalog::open(url, archive).await?),
        #[cfg(not(feature = "postgres"))]
        (CatalogLocation::Postgres(url), _) => {
            let e = Error::new(Code::Location, "this build knows no PostgreSQL").file(url);
            return Err(e.hint("Build the archive with the feature `postgres`."));
        }
    })
}

pub(crate) fn catalog_location(location: &Location, config: &ArchiveConfig) -> Result<CatalogLocation> {
    config.catalog.clone().map_or_else(|| location.default_catalog(), Ok)
}
