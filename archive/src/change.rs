//! What becomes of a scan after it is archived: holds, longer keeping, redaction, deletion in two persons' hands.
//!
//! Each change is a version of the scan's object. Two writers that change one scan at the same time both want the next
//! version; the one that comes second looks again at what the first one did and decides anew, so that a hold and a deletion
//! never pass each other unseen. What cannot be undone is noted in the custody log before it is done, and after.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use uff::error::Direction;
use uff::format::{ChunkMap, UffFile, WriteOptions, write};
use uff::limits::{Budget, Limits};
use uff::model::{ScanId, Sha256};
use uff::redact::{DataKind, redact};
use uff::source::{FileSource, ReadAt};
use uuid::Uuid;

use crate::catalog::{Catalog, Row};
use crate::draft::{self, DraftFile};
use crate::error::{Code, Error, Result};
use crate::facts::{DeletionRequest, FACTS_PATH, Facts, Hold, MAX_HOLDS, Redaction, Tombstone, stated};
use crate::id::{ArchiveId, object_path};
use crate::lock::{lock, lock_by};
use crate::log::{Action, BEGUN, Custody, Event, Receipt};
use crate::record::{ORIGINAL_DIR, RECORD_PATH, Record, RecordDocument, StoredFile, UFF_PATH};
use crate::reindex::{current_row, row_of};
use crate::retention::{Kept, Policies, Until};
use crate::retrieve::{deleted, no_such_scan};
use crate::store::digest::{Digests, Sha512};
use crate::store::ocfl::inventory::{Change, Inventory};
use crate::store::ocfl::object::{self, Commit};
use crate::store::{Store, source};
use crate::subject::Subject;

/// Times that another writer may be first before the change is given up.
const ATTEMPTS: usize = 20;

/// Confirmation of a change: its version, its row and its entry in the custody log are durable.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeReceipt {
    /// The scan.
    pub scan: ScanId,
    /// What is known of it now.
    pub facts: Facts,
    /// SHA-512 of the inventory, which covers every stored byte.
    pub inventory_sha512: Sha512,
    /// The entry of the custody log that says so.
    pub custody: Receipt,
}

/// What changing a scan needs to know of the archive.
pub(crate) struct Changes<'a> {
    pub(crate) store: &'a Store,
    pub(crate) retention: &'a Store,
    pub(crate) catalog: &'a Arc<dyn Catalog>,
    pub(crate) custody: &'a Custody,
    pub(crate) archive: ArchiveId,
    pub(crate) limits: &'a Limits,
    pub(crate) read_back: bool,
}

/// Newest version of a scan.
struct Current {
    row: Row,
    inventory: Inventory,
}

/// Version that is wanted.
struct Draft {
    message: &'static str,
    facts: Facts,
    /// Files that change, beside the facts.
    files: Vec<DraftFile>,
    /// Logical paths that go.
    without: Vec<String>,
    /// Logical paths whose content goes from every version.
    erase: Vec<String>,
    event: Event,
}

impl Draft {
    fn of(message: &'static str, facts: Facts, event: Event) -> Self {
        Self { message, facts, files: Vec::new(), without: Vec::new(), erase: Vec::new(), event }
    }
}

impl Changes<'_> {
    /// Places a legal hold.
    pub(crate) async fn hold(&self, scan: ScanId, holder: &str, reason: &str) -> Result<(Uuid, ChangeReceipt)> {
        let hold = Hold {
            id: Uuid::new_v4(),
            holder: stated("holder of the hold", holder)?,
            reason: stated("reason of the hold", reason)?,
            placed: draft::created(),
            by: self.custody.actor()?.to_owned(),
        };
        let id = hold.id;
        let receipt = self.change(scan, async |current| {
            let mut facts = current.row.facts.clone();
            if facts.holds.len() >= MAX_HOLDS {
                let e = Error::new(Code::Fact, "the scan has too many holds").file(scan);
                return Err(e.expected(format!("at most {MAX_HOLDS}")));
            }
            facts.holds.push(hold.clone());
            Ok(Draft::of("Legal hold", facts, Event { hold: Some(id), ..Event::now(Action::Hold) }))
        });
        Ok((id, receipt.await?))
    }

    /// Releases a legal hold.
    pub(crate) async fn release(&self, scan: ScanId, hold: Uuid) -> Result<ChangeReceipt> {
        self.custody.actor()?;
        self.change(scan, async |current| {
            let mut facts = current.row.facts.clone();
            let before = facts.holds.len();
            facts.holds.retain(|h| h.id != hold);
            if facts.holds.len() == before {
                let e = Error::new(Code::Fact, "the scan has no such hold").file(scan).found(hold);
                return Err(e.hint("See its holds with `uff archive show`."));
            }
            let event = Event { hold: Some(hold), ..Event::now(Action::Release) };
            Ok(Draft::of("Legal hold released", facts, event))
        })
        .await
    }

    /// Keeps data of a scan until a time, at least.
    pub(crate) async fn extend(
        &self,
        scan: ScanId,
        subjects: &BTreeSet<Subject>,
        until: Timestamp,
    ) -> Result<ChangeReceipt> {
        self.custody.actor()?;
        if subjects.is_empty() {
            return Err(Error::new(Code::Fact, "nothing is named that is to be kept for longer").file(scan));
        }
        self.change(scan, async |current| {
            let mut facts = current.row.facts.clone();
            for subject in subjects {
                let kept = facts.keep_until.entry(*subject).or_insert(until);
                if *kept > until {
                    let e = Error::new(Code::Retained, format!("{subject} is kept for longer already")).file(scan);
                    return Err(e.expected(format!("a time after {kept}")).found(until));
                }
                *kept = until;
            }
            let kinds = subjects.iter().copied().collect();
            let event = Event { kinds, until: Some(until), ..Event::now(Action::Extend) };
            Ok(Draft::of("Kept for longer", facts, event))
        })
        .await
    }

    /// Asks, as the first of two persons, that a scan be deleted.
    pub(crate) async fn request_deletion(&self, scan: ScanId, reason: &str) -> Result<ChangeReceipt> {
        let by = self.custody.actor()?.to_owned();
        let reason = stated("reason of the deletion", reason)?;
        let policies = Policies::load(self.retention).await?;
        self.change(scan, async |current| {
            check_deletable(scan, &current.row, &policies)?;
            let mut facts = current.row.facts.clone();
            if let Some(request) = &facts.deletion_request {
                let e = Error::new(Code::Approval, "the deletion is requested already").file(scan);
                return Err(e.found(format!("a request of {} by {}", request.time, request.by)));
            }
            facts.deletion_request =
                Some(DeletionRequest { reason: reason.clone(), time: draft::created(), by: by.clone() });
            Ok(Draft::of("Deletion requested", facts, Event::now(Action::RequestDeletion)))
        })
        .await
    }

    /// Withdraws the request to delete a scan; anyone may.
    pub(crate) async fn withdraw_deletion(&self, scan: ScanId) -> Result<ChangeReceipt> {
        self.custody.actor()?;
        self.change(scan, async |current| {
            let mut facts = current.row.facts.clone();
            if facts.deletion_request.take().is_none() {
                return Err(Error::new(Code::Approval, "nobody asked that the scan be deleted").file(scan));
            }
            Ok(Draft::of("Request of deletion withdrawn", facts, Event::now(Action::WithdrawDeletion)))
        })
        .await
    }

    /// Deletes a scan, as the second of two persons. A tombstone stays.
    pub(crate) async fn delete(&self, scan: ScanId) -> Result<ChangeReceipt> {
        let by = self.custody.actor()?.to_owned();
        let policies = Policies::load(self.retention).await?;
        self.change(scan, async |current| {
            check_deletable(scan, &current.row, &policies)?;
            let row = &current.row;
            let refused = |message: &str| Error::new(Code::Approval, message).file(scan);
            let request = row.facts.deletion_request.clone();
            let request = request.ok_or_else(|| {
                refused("nobody asked that the scan be deleted").expected("a request of another person")
            })?;
            if request.by == by {
                return Err(refused("the person who asked for the deletion cannot approve it"));
            }
            let erased = files_of(&current.inventory, |_| true);
            let tombstone =
                Tombstone { request, time: draft::created(), by: by.clone(), replaces: row.place.inventory, erased };
            let facts = Facts { tombstone: Some(tombstone), ..Facts::default() };
            let document = RecordDocument { record: row.record.of_deleted(), chunk_map: ChunkMap::default() };
            let names: Vec<String> = current.inventory.names().into_iter().cloned().collect();
            Ok(Draft {
                files: vec![DraftFile::document(RECORD_PATH, document.to_json()?)],
                without: names.clone(),
                erase: names,
                ..Draft::of("scan deleted", facts, Event::now(Action::Delete))
            })
        })
        .await
    }

    /// Takes data whose time is up out of a scan.
    pub(crate) async fn redact(&self, scan: ScanId, kinds: &BTreeSet<DataKind>) -> Result<ChangeReceipt> {
        let by = self.custody.actor()?.to_owned();
        let policies = Policies::load(self.retention).await?;
        if kinds.is_empty() {
            return Err(Error::new(Code::Fact, "nothing is named that is to be taken out").file(scan));
        }
        self.change(scan, async |current| {
            let row = &current.row;
            check_held(scan, &row.facts)?;
            for kind in kinds {
                let kept = policies.kept(Subject::Data(*kind), &row.record, row.place.archived, &row.facts);
                if !kept.until.has_passed(Timestamp::now()) {
                    let e = Error::new(Code::Retained, format!("the time of {kind} has not come")).file(scan);
                    return Err(e.expected(format!("after {}", kept.until)));
                }
                if row.facts.is_redacted(*kind) {
                    return Err(Error::new(Code::Fact, format!("{kind} were taken out already")).file(scan));
                }
            }
            let time = draft::created();
            let (uff, document) = self.redacted(scan, row, kinds, time).await?;
            let goes = |name: &str| name != FACTS_PATH;
            let mut facts = row.facts.clone();
            facts.redactions.push(Redaction {
                kinds: kinds.iter().copied().collect(),
                time,
                by: by.clone(),
                replaces: row.place.inventory,
                erased: files_of(&current.inventory, goes),
            });
            let names = current.inventory.names().into_iter();
            let erase: Vec<String> = names.filter(|name| goes(name)).cloned().collect();
            let originals = erase.iter().filter(|name| name.starts_with(ORIGINAL_DIR)).cloned().collect();
            let event_kinds = kinds.iter().map(|kind| Subject::Data(*kind)).collect();
            Ok(Draft {
                files: vec![uff, DraftFile::document(RECORD_PATH, document.to_json()?)],
                without: originals,
                erase,
                ..Draft::of("data whose time is up", facts, Event { kinds: event_kinds, ..Event::now(Action::Redact) })
            })
        })
        .await
    }

    /// Writes the UFF file anew without some kinds of data.
    async fn redacted(
        &self,
        scan: ScanId,
        row: &Row,
        kinds: &BTreeSet<DataKind>,
        time: Timestamp,
    ) -> Result<(DraftFile, RecordDocument)> {
        let path = format!("{}/{}", object_path(scan), row.place.uff_path);
        let stored = source(self.store, &path, row.record.uff.size).await?;
        let (kinds, limits) = (kinds.clone(), self.limits.clone());
        // The samples stay, and with them what the load is made of.
        let material = row.record.material.clone();
        tokio::task::spawn_blocking(move || {
            let budget = Budget::new(limits);
            let file = UffFile::open(stored, &budget)?;
            let mut bundle = file.bundle()?;
            redact(&mut bundle, &kinds, &format!("redacted on {time}: its time was up"))?;
            let (rewritten, written) = Rewritten::new(|out| {
                let options = WriteOptions { metadata: file.metadata_version(), ..WriteOptions::default() };
                write(&bundle, out, &options, &budget)
            })?;
            let uff = DraftFile::new(UFF_PATH.into(), UFF_PATH.into(), Arc::new(rewritten))?;
            let Digests { size, sha256, .. } = uff.file.digests;
            let kept = StoredFile { name: UFF_PATH.into(), size, sha256 };
            let record = Record::new(&written.scan, kept, Vec::new()).with_material(material);
            Ok((uff, RecordDocument { record, chunk_map: written.chunk_map }))
        })
        .await?
    }

    /// Has the store itself keep what policies keep. Tells whether anything is kept for longer than before.
    pub(crate) async fn lock(&self, scan: ScanId, policies: &Policies) -> Result<bool> {
        let stored = object::load_or_complete(self.store, scan).await?.ok_or_else(|| no_such_scan(scan))?;
        let row = row_of(self.store, scan, &stored).await?;
        lock_by(policies, self.store, &row, &stored.inventory, false).await
    }

    /// Adds the version that `decide` wants, as often as another writer is first.
    async fn change(&self, scan: ScanId, decide: impl AsyncFn(&Current) -> Result<Draft>) -> Result<ChangeReceipt> {
        for _ in 0..ATTEMPTS {
            let stored = object::load_or_complete(self.store, scan).await?.ok_or_else(|| no_such_scan(scan))?;
            let row = row_of(self.store, scan, &stored).await?;
            if let Some(tombstone) = &row.facts.tombstone {
                return Err(deleted(scan, tombstone));
            }
            let current = Current { row, inventory: stored.inventory };
            let mut draft = decide(&current).await?;
            draft.files.push(DraftFile::document(FACTS_PATH, draft.facts.to_json()?));
            draft::place(&mut draft.files, current.inventory.head.next()?);
            let content = draft::content(&draft.files);
            let change =
                Change { message: draft.message, files: &content, without: &draft.without, erase: &draft.erase };
            let inventory = current.inventory.next(self.archive, draft::created(), &change)?;
            let rest = draft::store(self.store, scan, &inventory, &draft.files, self.read_back).await?;
            let event = Event { scan: Some(scan), replaces: Some(current.row.place.inventory), ..draft.event.clone() };
            if !draft.erase.is_empty() {
                self.custody.note(Event { outcome: BEGUN.to_owned(), ..event.clone() }).await?;
            }
            match object::commit(self.store, scan, &inventory, rest).await? {
                Commit::Won(stored) => {
                    let row = current_row(self.store, self.catalog, scan, &stored).await?;
                    let is_released = row.facts.holds.is_empty() && !current.row.facts.holds.is_empty();
                    lock(self.store, self.retention, &row, &stored.inventory, is_released).await?;
                    let sha256 = row.facts.tombstone.is_none().then_some(row.record.uff.sha256);
                    let event = Event { inventory: Some(stored.digest), sha256, time: Timestamp::now(), ..event };
                    let custody = self.custody.note(event).await?;
                    return Ok(ChangeReceipt { scan, facts: draft.facts, inventory_sha512: stored.digest, custody });
                }
                Commit::Lost(stored) => {
                    draft::withdraw(self.store, scan, &draft.files, &stored.inventory).await?;
                }
            }
        }
        Err(Error::new(Code::Conflict, "others change the scan again and again").file(scan).hint("Try again later."))
    }
}

/// Returns the digests of the files of all versions whose logical path is asked for.
fn files_of(inventory: &Inventory, asked: impl Fn(&str) -> bool) -> Vec<Sha256> {
    let content = inventory.names().into_iter().filter(|name| asked(name));
    let digests = content.flat_map(|name| inventory.history(name)).filter_map(|path| inventory.sha256(path));
    digests.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Refuses what a legal hold forbids.
fn check_held(scan: ScanId, facts: &Facts) -> Result<()> {
    match facts.holds.first() {
        None => Ok(()),
        Some(hold) => Err(Error::new(Code::Held, "the scan is under legal hold")
            .file(scan)
            .found(format!("hold {} of {}", hold.id, hold.placed))),
    }
}

/// Refuses a deletion that a hold or a binding period forbids.
fn check_deletable(scan: ScanId, row: &Row, policies: &Policies) -> Result<()> {
    check_held(scan, &row.facts)?;
    let Kept { locked, .. } = policies.kept(Subject::Image, &row.record, row.place.archived, &row.facts);
    match locked.filter(|until: &Until| !until.has_passed(Timestamp::now())) {
        None => Ok(()),
        Some(until) => Err(Error::new(Code::Retained, "a rule in compliance mode keeps the scan")
            .file(scan)
            .expected(format!("after {until}"))),
    }
}

/// File that is gone when it is dropped.
struct Rewritten {
    source: FileSource,
    _file: tempfile::NamedTempFile,
}

impl Rewritten {
    fn new<T>(write: impl FnOnce(&mut std::fs::File) -> uff::Result<T>) -> Result<(Self, T)> {
        let directory = std::env::temp_dir();
        let failed = |e| uff::Error::io(Direction::Write, &directory, e);
        let mut file = tempfile::NamedTempFile::new_in(&directory).map_err(failed)?;
        let written = write(file.as_file_mut())?;
        Ok((Self { source: FileSource::open(file.path())?, _file: file }, written))
    }
}

impl ReadAt for Rewritten {
    fn len(&self) -> u64 {
        self.source.len()
    }

    fn name(&self) -> &str {
        self.source.name()
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> uff::Result<()> {
        self.source.read_exact_at(offset, buf)
    }
}
