//! What becomes of scans after they are archived: holds, longer keeping, redaction, deletion in two persons' hands.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use archive::log::{BEGUN, DONE, Event};
use archive::store::Store;
use archive::testing::faults::{Fault, FaultyStore};
use archive::testing::scans::Sample;
use archive::testing::settings;
use archive::{
    Archive, ArchiveConfig, ChangeReceipt, ExpireOptions, FileRef, FileState, Filter, Policy, PutOutcome, Query,
    Result, Scheme, Subject, SweepOptions,
};
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;
use object_store::memory::InMemory;
use object_store::path::Path;
use uff::format::UffFile;
use uff::limits::Budget;
use uff::model::{PlaneKey, ScanId, digest_samples};
use uff::redact::DataKind;
use uff::source::MemorySource;

const NOW: SweepOptions = SweepOptions { older_than: Duration::ZERO, dry_run: false };
/// Everything but the image is due at once.
const DUE: &str = "[[rule]]\nname = 'due'\nimage = '10y'\nplates = '0d'\nnames = '0d'";
/// Everything is due at once.
const OVER: &str = "[[rule]]\nname = 'over'\nimage = '0d'";
const BINDING: &str = "[[rule]]\nname = 'binding'\nmode = 'compliance'\nimage = '10y'";

fn policy(text: &str) -> Policy {
    Policy::from_toml(text, "policy.toml").unwrap()
}

/// Opens the archive in a store as a person.
async fn by(person: &str, inner: &Arc<dyn ObjectStore>) -> Archive {
    let config = ArchiveConfig { actor: Some(person.into()), ..settings() };
    let archive = Archive::in_store(Store::new(inner.clone(), Path::default(), "test"), config).await.unwrap();
    archive.reindex().await.unwrap();
    archive
}

fn store() -> Arc<dyn ObjectStore> {
    Arc::new(InMemory::new())
}

fn code<T>(outcome: Result<T>) -> &'static str {
    outcome.err().map_or("none", |e| e.code())
}

async fn found(archive: &Archive, state: &str) -> Vec<ScanId> {
    let query = Query::default().with(Filter::new(Scheme::State, state));
    archive.search(&query).await.unwrap().hits.iter().map(|hit| hit.record.scan_id).collect()
}

/// Outcomes of an action on a scan, as the log has them.
async fn logged(archive: &Archive, action: &str, scan: ScanId) -> Vec<Event> {
    let (checkpoint, _) = archive.log().checkpoint(archive.log_key()).await.unwrap();
    let entries: Vec<_> = archive.log().entries(0..checkpoint.size, checkpoint.size).try_collect().await.unwrap();
    let events = entries.iter().map(|e| Event::from_entry(&e.bytes, e.index).unwrap());
    events.filter(|e| e.action.as_str() == action && e.scan == Some(scan)).collect()
}

async fn is_sound(archive: &Archive) {
    let mut damage = Vec::new();
    let summary = archive.verify(&mut |v| damage.extend((!v.is_sound()).then_some(v))).await.unwrap();
    assert!(summary.is_sound(), "{summary:?} {damage:?}");
}

/// Tells whether some stored byte sequence holds a text.
async fn is_stored(inner: &Arc<dyn ObjectStore>, text: &[u8]) -> bool {
    let mut listing = inner.list(None);
    while let Some(meta) = listing.next().await {
        let location = meta.unwrap().location;
        let bytes = object_store::ObjectStoreExt::get(inner, &location).await.unwrap().bytes().await.unwrap();
        if bytes.windows(text.len()).any(|window| window == text) {
            return true;
        }
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_beats_everything_until_each_is_released() {
    let inner = store();
    let (anna, jan) = (by("anna", &inner).await, by("jan", &inner).await);
    let sample = Sample::new(1);
    let scan = sample.id();
    anna.put(sample.request()).await.unwrap();
    anna.set_policy(policy(OVER)).await.unwrap();
    anna.request_deletion(scan, "ordered").await.unwrap();
    jan.reindex().await.unwrap();
    let (first, _) = jan.hold(scan, "Court of Gdansk", "case 12/26").await.unwrap();
    let (second, receipt) = anna.hold(scan, "Customs fraud unit", "inquiry").await.unwrap();
    assert_eq!(receipt.facts.holds.len(), 2);
    let names = BTreeSet::from([DataKind::Names]);
    assert_eq!(code(jan.delete(scan).await), "archive.held");
    assert_eq!(code(jan.redact(scan, &names).await), "archive.held");
    assert_eq!(code(jan.request_deletion(scan, "again").await), "archive.held");
    let report = jan.expire(&ExpireOptions::default()).await.unwrap();
    assert_eq!((report.held.as_slice(), report.requested.len()), (&[scan][..], 0));
    assert_eq!(found(&anna, "held").await, [scan]);
    anna.release(scan, first).await.unwrap();
    assert_eq!(code(jan.delete(scan).await), "archive.held");
    assert_eq!(code(anna.release(scan, first).await), "archive.fact");
    anna.release(scan, second).await.unwrap();
    assert!(found(&anna, "held").await.is_empty());
    let hold = &logged(&anna, "hold", scan).await[0];
    assert_eq!((hold.hold, hold.outcome.as_str()), (Some(first), DONE));
    assert!(!is_stored(&inner, b"anna").await, "persons are known by a pseudonym");
    let file = anna.copy(scan, &FileRef::Uff, Vec::new()).await.unwrap().1;
    assert_eq!(file, sample.uff.to_vec(), "the scan is untouched");
    is_sound(&anna).await;
    jan.delete(scan).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_takes_two_persons_and_leaves_a_tombstone_and_a_proof() {
    let inner = store();
    let (anna, jan) = (by("anna", &inner).await, by("jan", &inner).await);
    let (sample, other) = (Sample::new(1), Sample::new(2));
    let scan = sample.id();
    let put = anna.put(sample.request()).await.unwrap();
    anna.put(other.request()).await.unwrap();
    assert_eq!(code(jan.delete(scan).await), "archive.approval");
    anna.request_deletion(scan, "the court ordered it").await.unwrap();
    assert_eq!(code(anna.delete(scan).await), "archive.approval", "not the same person");
    assert_eq!(code(jan.request_deletion(scan, "too").await), "archive.approval");
    jan.withdraw_deletion(scan).await.unwrap();
    assert_eq!(code(jan.delete(scan).await), "archive.approval");
    anna.request_deletion(scan, "the court ordered it, again").await.unwrap();
    let receipt = jan.delete(scan).await.unwrap();
    let tombstone = receipt.facts.tombstone.clone().unwrap();
    assert_eq!(tombstone.request.reason, "the court ordered it, again");
    assert_ne!(tombstone.by, tombstone.request.by);
    assert!(tombstone.erased.contains(&put.record.uff.sha256));
    anna.prove(&receipt.custody).await.unwrap().verify(anna.log_key()).unwrap();

    jan.reindex().await.unwrap();
    for archive in [&jan, &by("auditor", &inner).await] {
        assert_eq!(code(archive.copy(scan, &FileRef::Uff, Vec::new()).await), "archive.deleted");
        assert_eq!(code(archive.metadata(scan).await), "archive.deleted");
        assert_eq!(code(archive.put(sample.request()).await), "archive.deleted");
        assert_eq!(code(archive.hold(scan, "x", "y").await), "archive.deleted");
        assert_eq!(archive.show(scan).await.unwrap().facts, receipt.facts);
        assert_eq!(found(archive, "deleted").await, [scan]);
        let all = archive.search(&Query::default()).await.unwrap();
        assert_eq!(all.hits.iter().map(|h| h.record.scan_id).collect::<Vec<_>>(), [other.id()]);
        assert_eq!(archive.count(&Query::default()).await.unwrap().scans, 1);
        is_sound(archive).await;
    }
    let container = sample.bundle.scan.object.containers[0].to_string();
    for text in [&sample.uff[..64], container.as_bytes(), &sample.files[0].1[..64]] {
        assert!(!is_stored(&inner, text).await, "nothing of it is left");
    }
    let told = logged(&jan, "delete", scan).await;
    let outcomes: Vec<&str> = told.iter().map(|e| e.outcome.as_str()).collect();
    assert_eq!(outcomes[outcomes.len() - 2..], [BEGUN, DONE]);
    assert_eq!(told.last().unwrap().replaces, Some(tombstone.replaces));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_deletes_what_a_binding_rule_keeps() {
    let inner = store();
    let (anna, jan) = (by("anna", &inner).await, by("jan", &inner).await);
    let sample = Sample::new(1);
    let scan = sample.id();
    anna.set_policy(policy(BINDING)).await.unwrap();
    anna.put(sample.request()).await.unwrap();
    // A later policy would have it gone today; the scan was archived under the binding one. Times of scans are whole seconds.
    anna.set_policy(policy(OVER)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let later = Sample::new(2);
    anna.put(later.request()).await.unwrap();
    assert_eq!(code(anna.request_deletion(scan, "please").await), "archive.retained");
    let names = BTreeSet::from([DataKind::Names]);
    assert_eq!(code(anna.redact(scan, &names).await), "archive.retained");
    let report = anna.expire(&ExpireOptions::default()).await.unwrap();
    assert_eq!((report.scans, report.requested.as_slice()), (2, &[later.id()][..]));
    jan.reindex().await.unwrap();
    assert_eq!(jan.expire(&ExpireOptions::default()).await.unwrap().waiting, [later.id()]);
    jan.delete(later.id()).await.unwrap();
    is_sound(&jan).await;

    // Longer is always possible, shorter is not.
    let at = |text: &str| text.parse().unwrap();
    let image = BTreeSet::from([Subject::Image]);
    anna.extend(scan, &image, at("2090-01-01T00:00:00Z")).await.unwrap();
    assert_eq!(code(anna.extend(scan, &image, at("2080-01-01T00:00:00Z")).await), "archive.retained");
    let kept = anna.policies().await.unwrap();
    let hit = anna.show(scan).await.unwrap();
    let kept = kept.kept(Subject::Image, &hit.record, hit.archived, &hit.facts);
    assert_eq!(kept.locked.unwrap().to_string(), "2090-01-01T00:00:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn redaction_takes_the_data_out_of_every_version_and_leaves_the_image() {
    let inner = store();
    let anna = by("anna", &inner).await;
    let sample = Sample::new(1);
    let scan = sample.id();
    let plate = sample.bundle.scan.object.plates[0].number.to_string();
    let put = anna.put(sample.request()).await.unwrap();
    assert_eq!(code(anna.redact(scan, &BTreeSet::from([DataKind::Plates])).await), "archive.retained", "no policy yet");
    anna.set_policy(policy(DUE)).await.unwrap();
    let (hold, _) = anna.hold(scan, "x", "y").await.unwrap();
    anna.release(scan, hold).await.unwrap();
    assert!(is_stored(&inner, plate.as_bytes()).await);
    let would = anna.expire(&ExpireOptions { dry_run: true }).await.unwrap().redacted;
    assert!(is_stored(&inner, plate.as_bytes()).await, "a dry run changes nothing");
    let report = anna.expire(&ExpireOptions::default()).await.unwrap();
    assert_eq!(report.redacted, would);
    assert_eq!(report.redacted, [(scan, vec![DataKind::Plates, DataKind::Names])]);
    assert!(anna.expire(&ExpireOptions::default()).await.unwrap().redacted.is_empty(), "once is enough");
    for text in [plate.as_bytes(), &plate.replace(' ', "").into_bytes(), &sample.files[0].1[..64]] {
        assert!(!is_stored(&inner, text).await, "{}", String::from_utf8_lossy(text));
    }
    is_sound(&anna).await;

    let by_plate = Query::default().with(Filter::new(Scheme::Plate, plate));
    assert!(anna.search(&by_plate).await.unwrap().hits.is_empty());
    assert_eq!(found(&anna, "redacted").await, [scan]);
    let (stored, bytes) = anna.copy(scan, &FileRef::Uff, Vec::new()).await.unwrap();
    assert_ne!(stored.sha256, put.record.uff.sha256);
    let open = |bytes: Vec<u8>| UffFile::open(Arc::new(MemorySource::new("x", bytes)), &Budget::default()).unwrap();
    let (before, after) = (open(sample.uff.to_vec()), open(bytes));
    let digest =
        |file: &UffFile, key: &PlaneKey| digest_samples(&*file.plane(key).unwrap(), &Budget::default()).unwrap();
    assert!(before.planes().count() == 2 && before.planes().eq(after.planes()));
    assert!(before.planes().all(|key| digest(&before, key) == digest(&after, key)));
    assert!(after.scan().object.plates.is_empty());
    assert_eq!(after.scan().object.containers, sample.bundle.scan.object.containers);
    let e = anna.copy(scan, &FileRef::Original("high.raw".into()), Vec::new()).await.unwrap_err();
    assert_eq!(e.code(), "archive.no_such_file");

    // The same delivery again is known, and does not bring back what was taken out.
    assert_eq!(anna.put(sample.request()).await.unwrap().outcome, PutOutcome::AlreadyStored);
    assert_eq!(code(anna.put(sample.altered().request()).await), "archive.conflict");
    let told = logged(&anna, "redact", scan).await;
    assert_eq!(
        told.last().unwrap().replaces,
        anna.show(scan).await.unwrap().facts.redactions.last().map(|r| r.replaces)
    );
    // Holds and deletion go on as before.
    let (hold, _) = anna.hold(scan, "x", "y").await.unwrap();
    anna.release(scan, hold).await.unwrap();
    anna.request_deletion(scan, "x").await.unwrap();
    by("jan", &inner).await.delete(scan).await.unwrap();
    is_sound(&by("auditor", &inner).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_to_be_named() {
    let inner = store();
    let config = settings();
    let archive = Archive::in_store(Store::new(inner, Path::default(), "test"), config).await.unwrap();
    let sample = Sample::new(1);
    archive.put(sample.request()).await.unwrap();
    let scan = sample.id();
    assert_eq!(code(archive.hold(scan, "x", "y").await), "archive.actor");
    assert_eq!(code(archive.request_deletion(scan, "y").await), "archive.actor");
    assert_eq!(code(archive.delete(scan).await), "archive.actor");
    assert_eq!(code(archive.set_policy(policy(OVER)).await), "archive.actor");
    assert_eq!(code(archive.hold(Sample::new(9).id(), "x", "y").await), "archive.actor");
}

/// Holds and a deletion that race: either the deletion was first, or it saw a hold.
#[tokio::test(flavor = "multi_thread")]
async fn a_hold_and_a_deletion_never_pass_each_other() {
    for round in 0..20 {
        // On the disk, where two archives take turns in writing the custody log.
        let directory = tempfile::tempdir().unwrap();
        let (location, config) = (directory.path().into(), |actor: &str| ArchiveConfig {
            actor: Some(actor.into()),
            ..ArchiveConfig::default()
        });
        let anna = Archive::init(&location, config("anna")).await.unwrap();
        let jan = Archive::open(&location, config("jan")).await.unwrap();
        let sample = Sample::new(round);
        let scan = sample.id();
        anna.put(sample.request()).await.unwrap();
        anna.request_deletion(scan, "x").await.unwrap();
        let (held, deleted) = futures::join!(anna.hold(scan, "x", "y"), jan.delete(scan));
        match (&held, &deleted) {
            (Ok(_), Err(e)) => assert_eq!(e.code(), "archive.held"),
            (Err(e), Ok(_)) => assert_eq!(e.code(), "archive.deleted"),
            both => panic!("{both:?}"),
        }
        let after = Archive::open(&location, config("auditor")).await.unwrap();
        assert_eq!(after.show(scan).await.unwrap().facts.tombstone.is_some(), deleted.is_ok());
        after.sweep(&NOW).await.unwrap();
        is_sound(&after).await;
    }
}

/// Many holds at once, by archives that know nothing of each other: none is lost, and everyone ends up with all of them.
#[tokio::test(flavor = "multi_thread")]
async fn changes_at_the_same_time_are_all_kept() {
    let inner = store();
    let sample = Sample::new(1);
    let scan = sample.id();
    let anna = by("anna", &inner).await;
    anna.put(sample.request()).await.unwrap();
    let holders: Vec<String> = (0..8).map(|n| format!("holder {n}")).collect();
    let placed = futures::future::join_all(holders.iter().map(|holder| anna.hold(scan, holder, "x"))).await;
    assert!(placed.iter().all(Result::is_ok));
    let after = by("auditor", &inner).await;
    let mut held: Vec<String> = after.show(scan).await.unwrap().facts.holds.into_iter().map(|h| h.holder).collect();
    held.sort();
    assert_eq!(held, holders);
    assert_eq!(anna.show(scan).await.unwrap().facts, after.show(scan).await.unwrap().facts);
    is_sound(&anna).await;
}

/// Older inventories and their sidecars are covered as well.
#[tokio::test(flavor = "multi_thread")]
async fn damage_of_any_file_of_any_version_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let config = ArchiveConfig { actor: Some("anna".into()), ..ArchiveConfig::default() };
    let archive = Archive::init(&directory.path().into(), config).await.unwrap();
    let sample = Sample::new(1);
    let path = archive.put(sample.request()).await.unwrap().object_path;
    let (hold, _) = archive.hold(sample.id(), "x", "y").await.unwrap();
    archive.release(sample.id(), hold).await.unwrap();
    let object = directory.path().join("storage").join(path);
    let files: Vec<String> =
        archive.verify_scan(sample.id()).await.unwrap().files.into_iter().map(|f| f.path).collect();
    assert_eq!(files.iter().filter(|f| f.ends_with("inventory.json")).count(), 4);
    for file in &files {
        let sound = std::fs::read(object.join(file)).unwrap();
        for place in [0, sound.len() / 3, sound.len() - 1] {
            let mut bytes = sound.clone();
            bytes[place] ^= 1;
            std::fs::write(object.join(file), &bytes).unwrap();
            let verdict = archive.verify_scan(sample.id()).await.unwrap();
            assert!(!verdict.is_sound(), "{file} at {place}");
        }
        std::fs::remove_file(object.join(file)).unwrap();
        let verdict = archive.verify_scan(sample.id()).await.unwrap();
        let state = verdict.files.iter().find(|f| f.path == *file).map(|f| &f.state);
        assert!(!verdict.is_sound() && matches!(state, None | Some(FileState::Missing | FileState::Unreadable { .. })));
        std::fs::write(object.join(file), &sound).unwrap();
        assert!(archive.verify_scan(sample.id()).await.unwrap().is_sound(), "{file} is put back");
    }
}

enum Step {
    Hold,
    Redact,
    Delete,
}

impl Step {
    async fn take(&self, archive: &Archive, scan: ScanId) -> Result<ChangeReceipt> {
        match self {
            Self::Hold => Ok(archive.hold(scan, "x", "y").await?.1),
            Self::Redact => archive.redact(scan, &BTreeSet::from([DataKind::Plates])).await,
            Self::Delete => archive.delete(scan).await,
        }
    }
}

/// A change is cut short after every number of writes. After a sweep the archive is sound, and the change is there or not;
/// done again, it is there.
#[tokio::test(flavor = "multi_thread")]
async fn crash_after_any_write_of_a_change() {
    for (step, fault) in
        [Step::Hold, Step::Redact, Step::Delete].iter().flat_map(|s| [(s, Fault::Request), (s, Fault::Response)])
    {
        let mut survived = false;
        for writes in 0..200 {
            let inner = store();
            let sample = Sample::new(1);
            let scan = sample.id();
            let anna = by("anna", &inner).await;
            anna.put(sample.request()).await.unwrap();
            anna.set_policy(policy(DUE)).await.unwrap();
            if matches!(step, Step::Delete) {
                anna.request_deletion(scan, "x").await.unwrap();
            }
            let faulty = Arc::new(FaultyStore::new(inner.clone(), 1000, fault));
            let dying: Arc<dyn ObjectStore> = faulty.clone();
            let jan = by("jan", &dying).await;
            faulty.fail_after(writes);
            let outcome = step.take(&jan, scan).await;
            if !faulty.has_failed() {
                outcome.unwrap();
                survived = true;
                break;
            }
            let after = by("jan", &inner).await;
            after.sweep(&NOW).await.unwrap();
            is_sound(&after).await;
            let facts = after.show(scan).await.unwrap().facts;
            let done = match step {
                Step::Hold => !facts.holds.is_empty(),
                Step::Redact => !facts.redactions.is_empty(),
                Step::Delete => facts.tombstone.is_some(),
            };
            if outcome.is_ok() {
                assert!(done, "acknowledged after {writes} writes");
            }
            if done && !matches!(step, Step::Hold) {
                assert!(!is_stored(&inner, &sample.files[0].1[..64]).await, "half gone after {writes} writes");
            }
            if !done {
                step.take(&after, scan).await.unwrap();
            }
            let swept = after.sweep(&NOW).await.unwrap();
            assert!(swept.removed.is_empty() && swept.completed.is_empty(), "{swept:?}");
            is_sound(&after).await;
        }
        assert!(survived, "no change survived");
    }
}
