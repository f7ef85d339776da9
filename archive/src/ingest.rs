//! Puts a scan into the archive: checked, content first, inventory last, catalogue row after that.

use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use uff::format::{Depth, UffFile};
use uff::limits::{Budget, Limits};
use uff::model::{Provenance, ScanId, Sha256};
use uff::source::{FileSource, ReadAt};
use uff::validate::{Severity, ValidateOptions, validate};
use uff::vendor::Delivery;

use crate::catalog::{Catalog, Row};
use crate::draft::{self, Buffers, DraftFile, Holder};
use crate::error::{Code, Error, Result};
use crate::facts::Facts;
use crate::id::{ArchiveId, object_path};
use crate::lock::lock;
use crate::log::{Action, Check, Event, Receipt};
use crate::query::{Filter, MAX_TEXT, Matching, Query, Scheme};
use crate::record::{MaterialRecord, ORIGINAL_DIR, RECORD_PATH, Record, RecordDocument, StoredFile, UFF_PATH};
use crate::reindex::{assemble, put_row, row_of};
use crate::retrieve::deleted;
use crate::store::digest::Sha512;
use crate::store::ocfl::inventory::{Inventory, VersionNumber};
use crate::store::ocfl::object::{self, Commit, Stored};
use crate::store::{Proof, Store};

/// Scans with the same samples that a receipt names at most.
pub const MAX_TWINS: u32 = 10;
/// Time between two scans of one object that are named to each other: longer than it takes to drive through once more.
pub const AGAIN: SignedDuration = SignedDuration::from_mins(30);
/// Numbers of an object by which others of it are looked for.
const MAX_NUMBERS: usize = 8;
/// Longest file name in a content path; the logical path keeps the whole name.
const MAX_NAME: usize = 80;

/// Scan to put into the archive.
#[derive(Clone)]
pub struct PutRequest {
    uff: Arc<dyn ReadAt>,
    delivery: Option<Delivery>,
    check: Check,
}

impl PutRequest {
    /// Asks to archive a UFF file.
    pub fn new(uff: Arc<dyn ReadAt>) -> Self {
        Self { uff, delivery: None, check: Check::default() }
    }

    /// Asks to archive a UFF file on disk.
    ///
    /// # Errors
    /// `io.*`, `usage`.
    pub fn from_path(path: &Path) -> Result<Self> {
        Ok(Self::new(Arc::new(FileSource::open(path)?)))
    }

    /// Adds the original delivery, which is kept byte-exact beside the UFF file.
    #[must_use]
    pub fn with_delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = Some(delivery);
        self
    }

    /// Sets how closely the file is looked at.
    #[must_use]
    pub fn checked(mut self, check: Check) -> Self {
        self.check = check;
        self
    }
}

/// What became of a put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutOutcome {
    /// The scan was added.
    Stored,
    /// The archive held the same bytes already; nothing changed.
    AlreadyStored,
}

/// Confirmation that a scan is archived: given only when its bytes, its inventory, its row and its entry in the custody
/// log are durable.
#[derive(Debug, Clone, PartialEq)]
pub struct PutReceipt {
    /// What became of it.
    pub outcome: PutOutcome,
    /// What the catalogue holds of the scan.
    pub record: Record,
    /// When the scan was archived first.
    pub archived: Timestamp,
    /// Path of the scan's OCFL object in the storage root.
    pub object_path: String,
    /// SHA-512 of the inventory, which covers every stored byte.
    pub inventory_sha512: Sha512,
    /// Other scans with the same samples, up to [`MAX_TWINS`]: delivered again under other names, or with other metadata.
    pub twins: Vec<ScanId>,
    /// Other scans of the same object by the same scanner, at most [`AGAIN`] before or after, up to [`MAX_TWINS`]: scanned again,
    /// or delivered again with samples that were changed. Objects are the same that have a container number, a plate, a railcar
    /// number or a VIN in common.
    pub again: Vec<ScanId>,
    /// The entry of the custody log that says so.
    pub custody: Receipt,
}

/// Scans that resemble one.
#[derive(Default)]
pub(crate) struct Near {
    twins: Vec<ScanId>,
    again: Vec<ScanId>,
}

/// What became of a put, before the custody log has it.
pub(crate) struct Put {
    pub(crate) outcome: PutOutcome,
    pub(crate) row: Row,
    pub(crate) near: Near,
    pub(crate) check: Check,
}

impl Put {
    /// Returns the entry of the custody log.
    pub(crate) fn event(&self) -> Event {
        let action = match self.outcome {
            PutOutcome::Stored => Action::Put,
            PutOutcome::AlreadyStored => Action::PutAgain,
        };
        Event {
            scan: Some(self.row.record.scan_id),
            sha256: Some(self.row.record.uff.sha256),
            inventory: Some(self.row.place.inventory),
            checked: Some(self.check),
            ..Event::now(action)
        }
    }

    /// Confirms it.
    pub(crate) fn receipt(self, custody: Receipt) -> PutReceipt {
        PutReceipt {
            twins: self.near.twins,
            again: self.near.again,
            outcome: self.outcome,
            archived: self.row.place.archived,
            object_path: object_path(self.row.record.scan_id),
            inventory_sha512: self.row.place.inventory,
            record: self.row.record,
            custody,
        }
    }
}

/// What a put needs to know of the archive.
pub(crate) struct Ingest<'a> {
    pub(crate) store: &'a Store,
    pub(crate) retention: &'a Store,
    pub(crate) catalog: &'a Arc<dyn Catalog>,
    pub(crate) archive: ArchiveId,
    pub(crate) limits: &'a Limits,
    pub(crate) read_back: bool,
    pub(crate) buffers: &'a Buffers,
}

/// A scan checked.
struct Checked {
    uff: UffFile,
    source: Arc<dyn ReadAt>,
    delivery: Option<Delivery>,
    holder: Holder,
}

/// A scan checked and hashed.
struct Prepared {
    document: RecordDocument,
    files: Vec<DraftFile>,
}

impl Ingest<'_> {
    /// Archives a scan.
    ///
    /// # Errors
    /// What opening and verifying the UFF file says; `archive.delivery`, `archive.conflict`, `archive.store`,
    /// `archive.catalog`. After any of them the archive holds either all of the scan or nothing that counts.
    pub(crate) async fn put(&self, request: PutRequest) -> Result<Put> {
        let (limits, check, holder) = (self.limits.clone(), request.check, Holder::new(self.buffers.clone()));
        let checked = tokio::task::spawn_blocking(move || check_request(request, limits, holder)).await??;
        let scan = checked.uff.scan().identity.scan_id;
        let stored = object::load_or_complete(self.store, scan).await?;
        let mut staging = draft::Staging {
            // What is stored already is not written again.
            store: stored.is_none().then(|| self.store.clone()),
            directory: format!("{}/{}/content", object_path(scan), VersionNumber::FIRST),
            proof: Proof::of(self.read_back),
            left: draft::Staging::MOST,
        };
        let prepared = tokio::task::spawn_blocking(move || prepare(checked, &mut staging)).await??;
        if let Some(stored) = stored {
            return self.settle(scan, &prepared, stored, check).await;
        }
        let inventory = Inventory::first(scan, self.archive, draft::created(), &draft::content(&prepared.files));
        let rest = draft::store(self.store, scan, &inventory, &prepared.files, self.read_back).await?;
        match object::commit(self.store, scan, &inventory, rest).await? {
            Commit::Won(stored) => {
                let row = assemble(prepared.document, Facts::default(), &stored);
                let row = put_row(self.store, self.catalog, row, stored.inventory.head).await?;
                lock(self.store, self.retention, &row, &stored.inventory, false).await?;
                let near = self.near(&row.record).await?;
                Ok(Put { outcome: PutOutcome::Stored, row, near, check })
            }
            Commit::Lost(stored) => {
                draft::withdraw(self.store, scan, &prepared.files, &stored.inventory).await?;
                self.settle(scan, &prepared, stored, check).await
            }
        }
    }

    /// Finds other scans with the same samples, or of the same object.
    async fn near(&self, record: &Record) -> Result<Near> {
        let mut near = Near::default();
        let most = Query { limit: MAX_TWINS + 1, ..Query::default() };
        if let Some(image) = &record.image {
            self.others(record, most.clone().with(Filter::image(image)), &mut near.twins).await?;
        }
        let (Some(scanner), Some(time)) = (record.scanner.serial.as_deref(), record.time()) else { return Ok(near) };
        let (from, until) = (time.instant().checked_sub(AGAIN).ok(), time.instant().checked_add(AGAIN).ok());
        let numbers = [(Scheme::Container, &record.containers), (Scheme::Plate, &record.plates)];
        let numbers = numbers.into_iter().chain([(Scheme::Railcar, &record.railcars)]);
        let numbers = numbers.flat_map(|(scheme, all)| all.iter().map(move |number| (scheme, number)));
        let numbers = numbers.chain(record.vin.iter().map(|vin| (Scheme::Vin, vin)));
        let can_be_asked = |text: &str| text.len() <= MAX_TEXT && text.contains(char::is_alphanumeric);
        let numbers = numbers.filter(|(_, number)| can_be_asked(&number.canonical)).take(MAX_NUMBERS);
        for (scheme, number) in numbers.filter(|_| can_be_asked(scanner)) {
            let object = Filter::new(scheme, &number.canonical).matching(Matching::Exact);
            let query = Query { from, until, ..most.clone() }.with(object).with(Filter::new(Scheme::Serial, scanner));
            self.others(record, query, &mut near.again).await?;
        }
        near.again.retain(|scan| !near.twins.contains(scan));
        Ok(near)
    }

    /// Adds what a query finds beside a scan, each once, up to [`MAX_TWINS`].
    async fn others(&self, record: &Record, query: Query, found: &mut Vec<ScanId>) -> Result<()> {
        for hit in self.catalog.search(&query).await?.hits {
            let scan = hit.record.scan_id;
            if scan != record.scan_id && !found.contains(&scan) && found.len() < MAX_TWINS as usize {
                found.push(scan);
            }
        }
        Ok(())
    }

    /// Answers a put of a scan that is stored already, and repairs its row where a crash left none.
    async fn settle(&self, scan: ScanId, prepared: &Prepared, stored: Stored, check: Check) -> Result<Put> {
        let row = row_of(self.store, scan, &stored).await?;
        if let Some(tombstone) = &row.facts.tombstone {
            return Err(deleted(scan, tombstone));
        }
        for DraftFile { file, .. } in prepared.files.iter().filter(|f| f.file.logical != RECORD_PATH) {
            let found = stored.inventory.file(&file.logical).map(|(digest, _)| digest);
            if found != Some(file.digests.sha512) && !row.facts.has_erased(&file.digests.sha256) {
                return Err(Error::new(Code::Conflict, "the archive holds other bytes under this scan identifier")
                    .file(scan)
                    .expected(found.map_or("no such file".to_owned(), |d| format!("{} with SHA-512 {d}", file.logical)))
                    .found(format!("{} with SHA-512 {}", file.logical, file.digests.sha512)));
            }
        }
        if self.catalog.row(scan).await?.as_ref() != Some(&row) {
            self.catalog.put(&row).await?;
        }
        lock(self.store, self.retention, &row, &stored.inventory, false).await?;
        let near = self.near(&row.record).await?;
        Ok(Put { outcome: PutOutcome::AlreadyStored, row, near, check })
    }
}

/// Opens and verifies the UFF file, and checks the delivery against it.
fn check_request(request: PutRequest, limits: Limits, mut holder: Holder) -> Result<Checked> {
    let PutRequest { uff: file, delivery, check } = request;
    if check == Check::Rules {
        validated(&file, &limits)?;
    }
    let source = holder.hold(file)?;
    let uff = UffFile::open(source.clone(), &Budget::new(limits))?;
    uff.check(match check {
        Check::Checksums => Depth::Checksums,
        Check::Digests | Check::Rules => Depth::Digests,
    })?;
    if uff.scan().identity.scan_id == ScanId::default() {
        let e = uff::Error::new(uff::Code::UffMissing, "the file has no scan identifier");
        return Err(e.file(source.name()).expected("a UUID other than zero").into());
    }
    if let Some(delivery) = &delivery {
        check_delivery(&uff.scan().provenance, delivery)?;
    }
    Ok(Checked { uff, source, delivery, holder })
}

/// Hashes everything, and begins to store it.
fn prepare(checked: Checked, staging: &mut draft::Staging) -> Result<Prepared> {
    let Checked { uff, source, delivery, mut holder } = checked;
    let delivered = delivery.as_ref().map(Delivery::files).unwrap_or_default();
    let mut files = vec![DraftFile::begin(UFF_PATH.into(), UFF_PATH.into(), source, staging)?];
    for (index, file) in delivered.iter().enumerate() {
        let logical = format!("{ORIGINAL_DIR}{}", file.name());
        let content = format!("{ORIGINAL_DIR}{:04}-{}", index + 1, plain_name(file.name()));
        let prepared = DraftFile::begin(logical, content, holder.hold(file.source().clone())?, staging)?;
        if prepared.file.digests.sha256 != file.digest() {
            return Err(
                Error::new(Code::SourceChanged, "the file changed since the delivery was opened").file(file.name())
            );
        }
        files.push(prepared);
    }
    let mut stored = files.iter().map(|DraftFile { file, .. }| StoredFile {
        name: file.logical.strip_prefix(ORIGINAL_DIR).unwrap_or(&file.logical).to_owned(),
        size: file.digests.size,
        sha256: file.digests.sha256,
    });
    let internal = || Error::new(Code::Internal, "the UFF file was not prepared");
    let material = uff.material_figures()?.iter().map(MaterialRecord::from).collect();
    let record = Record::new(uff.scan(), stored.next().ok_or_else(internal)?, stored.collect()).with_material(material);
    crate::catalog::term::terms(&record, &Facts::default())?;
    let document = RecordDocument { record, chunk_map: uff.chunk_map()? };
    files.push(DraftFile::document(RECORD_PATH, document.to_json()?));
    draft::place(&mut files, VersionNumber::FIRST);
    Ok(Prepared { document, files })
}

/// Refuses a file in which validation finds a failure.
fn validated(uff: &Arc<dyn ReadAt>, limits: &Limits) -> Result<()> {
    // What reads samples is done in any case.
    let options = ValidateOptions { quick: true, ..ValidateOptions::default() };
    let report = validate(uff.clone(), &options, &Budget::new(limits.clone()));
    match report.findings().iter().find(|finding| finding.severity == Severity::Failure) {
        None => Ok(()),
        Some(finding) => Err(Error::new(Code::Invalid, "the file is not valid")
            .file(uff.name())
            .found(format!("{} at {}", finding.code, finding.place))),
    }
}

/// Refuses a delivery that is not the one the UFF file was made from.
fn check_delivery(provenance: &Provenance, delivery: &Delivery) -> Result<()> {
    let wrong = |message: &str| Error::new(Code::Delivery, message).file(delivery.name());
    let mut recorded: Vec<(&str, Sha256)> = provenance.sources.iter().map(|s| (s.name.as_str(), s.digest)).collect();
    recorded.sort_unstable();
    let given: Vec<(&str, Sha256)> = delivery.files().iter().map(|f| (f.name(), f.digest())).collect();
    if let Some((name, digest)) = given.iter().find(|file| !recorded.contains(file)) {
        let expected = recorded.iter().find(|(n, _)| n == name).map(|(_, digest)| format!("SHA-256 {digest}"));
        return Err(wrong("a file is not one the scan was made from")
            .expected(expected.unwrap_or_else(|| "a name listed in the UFF file".into()))
            .found(format!("{name} with SHA-256 {digest}")));
    }
    match recorded.iter().find(|file| !given.contains(file)) {
        Some((name, _)) => Err(wrong("the delivery lacks a file the scan was made from").expected(name)),
        None => Ok(()),
    }
}

/// Turns a name of the delivery into one that every store and file system takes; the inventory keeps the real one.
fn plain_name(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    let start = last.chars().count().saturating_sub(MAX_NAME);
    last.chars().skip(start).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_names_are_plain_and_short() {
        assert_eq!(plain_name("data/high.raw"), "high.raw");
        assert_eq!(plain_name("ł#1 *?.raw"), "__1___.raw");
        assert_eq!(plain_name(&format!("{}.xml", "x".repeat(300))).len(), MAX_NAME);
    }
}
