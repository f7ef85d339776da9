//! Care: scrubbing and mending from a replica, replication, comparison, moving to another place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use archive::catalog::{Catalog, SqliteCatalog};
use archive::store;
use archive::testing::damage::{Random, files};
use archive::testing::scans::Sample;
use archive::{
    Archive, ArchiveConfig, Damage, Difference, FileRef, Location, Policy, PutOutcome, Repair, ReplicateOptions,
    Result, ScrubOptions, ScrubReport, StoreOptions,
};
use uff::model::ScanId;
use uff::redact::DataKind;

const REPAIR: ScrubOptions = ScrubOptions { share: 1.0, rate: None, restart: false, from_memory: true, repair: true };

/// An archive on the local disk with a place for a replica, removed when dropped.
struct Site {
    archive: Archive,
    directory: tempfile::TempDir,
}

impl Site {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::init(&Self::at(&directory, "site"), by("anna")).await.unwrap();
        Self { archive, directory }
    }

    fn at(directory: &tempfile::TempDir, name: &str) -> Location {
        Location::Directory(directory.path().join(name))
    }

    fn location(&self, name: &str) -> Location {
        Self::at(&self.directory, name)
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.directory.path().join(inside)
    }

    async fn replicate(&self) -> Result<archive::ReplicateReport> {
        self.archive.replicate(&self.location("replica"), &ReplicateOptions::default()).await
    }

    async fn scrub(&self, options: &ScrubOptions, replica: bool) -> (ScrubReport, Vec<Damage>) {
        let mut found = Vec::new();
        let location = replica.then(|| self.location("replica"));
        let report = self.archive.scrub(options, location.as_ref(), &mut |damage| found.push(damage)).await;
        (report.unwrap(), found)
    }
}

fn by(actor: &str) -> ArchiveConfig {
    ArchiveConfig { actor: Some(actor.into()), ..ArchiveConfig::default() }
}

fn code<T>(outcome: Result<T>) -> &'static str {
    outcome.err().map_or("none", |e| e.code())
}

/// Each kind of damage, at random places of every stored file: all of it is found, and all of it is mended.
#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_damage_is_found_and_mended_from_the_replica() {
    let site = Site::new().await;
    let samples: Vec<Sample> = (0..3).map(Sample::new).collect();
    for sample in &samples {
        site.archive.put(sample.request()).await.unwrap();
    }
    // One with three versions, one redacted.
    let due = "[[rule]]\nname = 'due'\nimage = '10y'\nplates = '0d'";
    site.archive.set_policy(Policy::from_toml(due, "policy").unwrap()).await.unwrap();
    let (hold, _) = site.archive.hold(samples[0].id(), "x", "y").await.unwrap();
    site.archive.release(samples[0].id(), hold).await.unwrap();
    site.archive.redact(samples[1].id(), &BTreeSet::from([DataKind::Plates])).await.unwrap();
    site.replicate().await.unwrap();
    let root = site.path("site/storage");
    let sound = files(&root);
    let of_objects: Vec<&(String, Vec<u8>)> = sound.iter().filter(|(name, _)| name.contains("urn")).collect();
    assert!(of_objects.len() > 30, "{}", of_objects.len());

    let mut random = Random::new(1);
    let mut found_of = std::collections::BTreeMap::<&str, (u32, u32)>::new();
    for (name, bytes) in &of_objects {
        for kind in ["flip", "truncation", "growth", "deletion", "exchange"] {
            let path = root.join(name);
            let mut damaged = bytes.clone();
            let mut others = Vec::new();
            match kind {
                "flip" => damaged[random.below(bytes.len())] ^= 1 << random.below(8),
                "truncation" => damaged.truncate(random.below(bytes.len())),
                "growth" => damaged.push(0),
                "exchange" => {
                    let other = of_objects[random.below(of_objects.len())];
                    if other.1 == *bytes {
                        continue;
                    }
                    std::fs::write(root.join(&other.0), bytes).unwrap();
                    damaged = other.1.clone();
                    others.push(&other.0);
                }
                _ => {}
            }
            match kind {
                "deletion" => std::fs::remove_file(&path).unwrap(),
                _ => std::fs::write(&path, &damaged).unwrap(),
            }
            let count = found_of.entry(kind).or_default();
            count.0 += 1;
            let (report, found) = site.scrub(&REPAIR, true).await;
            let failed = found.iter().find(|d| !matches!(d.repair, Repair::Mended(_)));
            assert!(failed.is_none(), "{kind} of {name} {others:?}: {failed:?}");
            assert!(report.damaged >= 1 && report.is_sound(), "{kind} of {name}: {report:?}");
            count.1 += 1;
            assert!(files(&root) == sound, "{kind} of {name} is mended byte for byte");
        }
    }
    println!("damage made and found: {found_of:?}");
    let (report, found) = site.scrub(&REPAIR, false).await;
    assert!(report.is_sound() && found.is_empty());
    let report = site.archive.log().verify(site.archive.log_key(), &[]).await.unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lost_altogether_comes_back_and_what_belongs_to_nothing_is_named() {
    let site = Site::new().await;
    let sample = Sample::new(1);
    let path = site.archive.put(sample.request()).await.unwrap().object_path;
    site.replicate().await.unwrap();
    let object = site.path("site/storage").join(path);
    std::fs::remove_dir_all(&object).unwrap();
    std::fs::write(site.path("site/storage/stray"), "x").unwrap();

    let (report, found) = site.scrub(&ScrubOptions { repair: false, ..REPAIR }, true).await;
    assert_eq!((report.damaged, report.mended, report.stray.as_slice()), (1, 0, &["stray".to_owned()][..]));
    assert!(matches!(found[0].repair, Repair::None));
    let (_, found) = site.scrub(&REPAIR, false).await;
    assert!(matches!(&found[0].repair, Repair::Failed(e) if e.code() == "archive.inventory"), "{:?}", found[0].repair);
    let (report, _) = site.scrub(&REPAIR, true).await;
    assert_eq!((report.damaged, report.mended), (1, 1));
    std::fs::remove_file(site.path("site/storage/stray")).unwrap();
    assert!(site.archive.verify(&mut |_| ()).await.unwrap().is_sound());
    assert_eq!(site.archive.copy(sample.id(), &FileRef::Uff, Vec::new()).await.unwrap().1, sample.uff.to_vec());

    // Content that the replica has damaged as well is not taken for sound.
    let damage = |root: &str| {
        let found = files(&site.path(root)).into_iter().find(|(name, _)| name.ends_with("scan.uff")).unwrap();
        let mut bytes = found.1;
        bytes[100] ^= 1;
        std::fs::write(site.path(root).join(found.0), bytes).unwrap();
    };
    damage("site/storage");
    damage("replica/storage");
    let (report, found) = site.scrub(&REPAIR, true).await;
    assert_eq!((report.damaged, report.mended), (1, 0));
    assert!(matches!(&found[0].repair, Repair::Failed(e) if e.code() == "archive.corrupt"), "{:?}", found[0].repair);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scrub_that_was_stopped_goes_on_and_a_share_looks_at_some() {
    let site = Site::new().await;
    for number in 0..12 {
        site.archive.put(Sample::sized(number, (8, 8)).request()).await.unwrap();
    }
    let whole = site.scrub(&ScrubOptions { from_memory: false, ..REPAIR }, false).await.0;
    assert_eq!((whole.scans, whole.damaged, whole.resumed), (12, 0, false));
    assert!(whole.bytes > 0 && whole.files >= 12 * 6);

    // Dropped in the middle, as by a signal.
    let mut directories: Vec<_> =
        std::fs::read_dir(site.path("site/storage")).unwrap().map(|e| e.unwrap().path()).collect();
    directories.retain(|d| d.is_dir() && !d.ends_with("extensions"));
    directories.sort();
    let last = directories.last().unwrap();
    let hidden = site.path("hidden");
    let slow = ScrubOptions { rate: Some(1), from_memory: true, ..REPAIR };
    std::fs::rename(last, &hidden).unwrap();
    let mut nothing = |_| ();
    let stopped = site.archive.scrub(&slow, None, &mut nothing);
    assert!(tokio::time::timeout(std::time::Duration::from_millis(300), stopped).await.is_err(), "a byte a second");
    std::fs::rename(&hidden, last).unwrap();
    assert!(!site.path("site/care/scrub.json").exists(), "nothing was done in that time");

    // How far it came is what is remembered.
    let state = serde_json::json!({
        "format": 1, "share": 1.0, "done": directories[5].file_name().unwrap().to_str().unwrap(),
        "report": { "started": "2026-01-01T00:00:00Z", "scans": 6, "damaged": 0, "mended": 0, "files": 36, "bytes": 1,
                    "stray": [] }
    });
    std::fs::write(site.path("site/care/scrub.json"), state.to_string()).unwrap();
    let report = site.scrub(&REPAIR, false).await.0;
    assert!(report.resumed && report.started.to_string().starts_with("2026-01-01"));
    let done_before = directories.iter().take(6).map(|d| std::fs::read_dir(d).unwrap().count() as u64).sum::<u64>();
    assert_eq!(report.scans, 6 + 12 - done_before);
    assert!(!site.path("site/care/scrub.json").exists(), "it is done");

    let some = site.scrub(&ScrubOptions { share: 0.3, ..REPAIR }, false).await.0;
    assert!(some.scans < 12, "{}", some.scans);
    assert_eq!(
        code(site.archive.scrub(&ScrubOptions { share: 0.0, ..REPAIR }, None, &mut |_| ()).await),
        "archive.query"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_follows_by_the_log_and_forgets_what_was_erased() {
    let site = Site::new().await;
    let (one, two) = (Sample::new(1), Sample::new(2));
    site.archive.put(one.request()).await.unwrap();
    let first = site.replicate().await.unwrap();
    assert_eq!((first.copied, first.unchanged, first.entries), (1, 0, 2));
    assert!(first.bytes > one.uff.len() as u64);
    let again = site.replicate().await.unwrap();
    assert_eq!((again.copied, again.bytes), (0, 0), "nothing changed");
    site.archive.put(two.request()).await.unwrap();
    site.archive.hold(one.id(), "x", "y").await.unwrap();
    assert_eq!(site.replicate().await.unwrap().copied, 2);
    assert!(files(&site.path("site/storage")) == files(&site.path("replica/storage")), "byte for byte");
    assert!(!site.path("replica/custody.key").exists(), "the secret key stays at home");

    // A deletion reaches the replica.
    site.archive.request_deletion(two.id(), "x").await.unwrap();
    Archive::open(&site.location("site"), by("jan")).await.unwrap().delete(two.id()).await.unwrap();
    site.replicate().await.unwrap();
    assert!(files(&site.path("site/storage")) == files(&site.path("replica/storage")), "byte for byte");
    let log = archive::log::LogReader::open(&site.location("replica"), &StoreOptions::default()).unwrap();
    assert!(log.verify(site.archive.log_key(), &[]).await.unwrap().problems.is_empty());

    // The replica is not the archive, unless somebody says so.
    assert_eq!(code(Archive::open(&site.location("replica"), by("anna")).await), "archive.replica");
    let itself = site.archive.replicate(&site.location("site"), &ReplicateOptions::default()).await;
    assert_eq!(code(itself), "archive.exists");
    let other = Site::new().await;
    let foreign = other.archive.replicate(&site.location("replica"), &ReplicateOptions::default()).await;
    assert_eq!(code(foreign), "archive.exists");
    let mut nothing = |_: Damage| ();
    let wrong = other.archive.scrub(&REPAIR, Some(&site.location("replica")), &mut nothing).await;
    assert_eq!(code(wrong), "archive.exists");
    std::fs::remove_file(site.path("replica/care/replica.json")).unwrap();
    std::fs::copy(site.path("site/custody.key"), site.path("replica/custody.key")).unwrap();
    let config = ArchiveConfig { create_catalog: true, ..by("anna") };
    let taken_over = Archive::open(&site.location("replica"), config).await.unwrap();
    assert!(taken_over.reindex().await.unwrap().is_complete());
    assert_eq!(taken_over.put(one.request()).await.unwrap().outcome, PutOutcome::AlreadyStored);
}

/// A copy that was cut short left a version that the source has erased since: nothing of it stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_was_cut_short_before_an_erasure_is_brought_to_it() {
    let site = Site::new().await;
    let sample = Sample::new(1);
    let due = "[[rule]]\nname = 'due'\nimage = '10y'\nplates = '0d'";
    site.archive.set_policy(Policy::from_toml(due, "policy").unwrap()).await.unwrap();
    let path = site.archive.put(sample.request()).await.unwrap().object_path;
    site.replicate().await.unwrap();
    let (hold, _) = site.archive.hold(sample.id(), "x", "y").await.unwrap();
    let [from, to] = ["site/storage", "replica/storage"].map(|root| site.path(root).join(&path));
    std::fs::create_dir_all(to.join("v2/content/0123456789abcdef")).unwrap();
    std::fs::copy(from.join("v2/inventory.json"), to.join("v2/inventory.json")).unwrap();
    std::fs::write(to.join("v2/content/0123456789abcdef/record.json"), "half a copy").unwrap();
    site.archive.release(sample.id(), hold).await.unwrap();
    site.archive.redact(sample.id(), &BTreeSet::from([DataKind::Plates])).await.unwrap();
    let report = site.replicate().await.unwrap();
    assert_eq!((report.copied, report.failed.len()), (1, 0), "{:?}", report.failed);
    assert!(files(&site.path("site/storage")) == files(&site.path("replica/storage")), "byte for byte");

    // Cut short between the sidecar and the inventory of the object, which was that of the first version.
    let (inventory, first) = (to.join("inventory.json"), to.join("first.json"));
    std::fs::copy(to.join("v1/inventory.json"), &first).unwrap();
    for name in ["v2/inventory.json", "v2/inventory.json.sha512", "v3/inventory.json", "v3/inventory.json.sha512"] {
        std::fs::remove_file(to.join(name)).unwrap();
    }
    std::fs::rename(&first, &inventory).unwrap();
    let report = site.archive.replicate(&site.location("replica"), &ReplicateOptions { full: true }).await.unwrap();
    assert_eq!(report.failed.len(), 0, "{:?}", report.failed);
    assert!(files(&site.path("site/storage")) == files(&site.path("replica/storage")), "byte for byte");

    // Cut short after the inventory of the object was there.
    std::fs::remove_dir_all(to.join("v1")).unwrap();
    std::fs::remove_file(to.join("v3/inventory.json")).unwrap();
    let report = site.archive.replicate(&site.location("replica"), &ReplicateOptions { full: true }).await.unwrap();
    assert_eq!((report.copied, report.failed.len()), (1, 0), "{:?}", report.failed);
    assert!(files(&site.path("site/storage")) == files(&site.path("replica/storage")), "byte for byte");
}

/// Damage at home is not carried to the replica, and does not keep the other scans from going there.
/// A version that was decided, of which a crash kept the catalogue from being told: it is mended, and not taken back.
#[tokio::test(flavor = "multi_thread")]
async fn damage_in_a_version_that_the_catalogue_does_not_know_is_mended() {
    let site = Site::new().await;
    let sample = Sample::new(1);
    site.archive.put(sample.request()).await.unwrap();
    let catalog = SqliteCatalog::open(&site.path("site/catalog.sqlite"), site.archive.id()).await.unwrap();
    let before = catalog.row(sample.id()).await.unwrap().unwrap();
    site.archive.hold(sample.id(), "x", "y").await.unwrap();
    let after = catalog.row(sample.id()).await.unwrap();
    site.replicate().await.unwrap();
    catalog.put(&before).await.unwrap();
    let root = site.path("site/storage");
    let facts = files(&root)
        .into_iter()
        .map(|(path, _)| path)
        .find(|path| path.contains("/v2/content/") && path.ends_with("facts.json"));
    let facts = root.join(facts.unwrap());
    let mut bytes = std::fs::read(&facts).unwrap();
    bytes[10] ^= 1;
    std::fs::write(&facts, bytes).unwrap();
    let (report, found) = site.scrub(&REPAIR, true).await;
    assert_eq!((report.damaged, report.mended), (1, 1), "{found:?}");
    assert_eq!(catalog.row(sample.id()).await.unwrap(), after, "the catalogue knows the version now");
    let (report, found) = site.scrub(&REPAIR, true).await;
    assert_eq!(report.damaged, 0, "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_not_replicated() {
    let site = Site::new().await;
    let samples: Vec<Sample> = (0..3).map(Sample::new).collect();
    for sample in &samples {
        site.archive.put(sample.request()).await.unwrap();
    }
    let root = site.path("site/storage");
    let (name, sound) = files(&root).into_iter().find(|(name, _)| name.ends_with("scan.uff")).unwrap();
    let mut bytes = sound.clone();
    bytes[7] ^= 1;
    std::fs::write(root.join(&name), bytes).unwrap();
    let report = site.replicate().await.unwrap();
    assert_eq!((report.copied, report.failed.len()), (2, 1));
    assert_eq!(report.failed[0].1.code(), "archive.corrupt");
    std::fs::write(root.join(&name), sound).unwrap();
    let report = site.replicate().await.unwrap();
    assert_eq!((report.copied, report.unchanged, report.failed.len()), (1, 2, 0), "tried again");
    assert!(files(&root) == files(&site.path("replica/storage")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_three_places_say_is_compared() {
    let site = Site::new().await;
    let samples: Vec<Sample> = (0..5).map(|n| Sample::sized(n, (8, 8))).collect();
    let mut objects = Vec::new();
    for sample in &samples {
        objects.push(site.archive.put(sample.request()).await.unwrap().object_path);
    }
    let report = site.archive.compare().await.unwrap();
    assert_eq!((report.stored, report.rows, report.logged, report.differences.len()), (5, 5, 5, 0));

    let db = rusqlite::Connection::open(site.path("site/catalog.sqlite")).unwrap();
    let of = |scan: ScanId| scan.uuid().as_bytes().to_vec();
    db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    db.execute("DELETE FROM scan WHERE scan_id = ?1", [of(samples[0].id())]).unwrap();
    let other =
        "UPDATE scan SET inventory_sha512 = (SELECT inventory_sha512 FROM scan WHERE scan_id = ?2) WHERE scan_id = ?1";
    db.execute(other, [of(samples[1].id()), of(samples[2].id())]).unwrap();
    std::fs::remove_dir_all(site.path("site/storage").join(&objects[3])).unwrap();
    std::fs::write(site.path("site/storage").join(&objects[4]).join("inventory.json"), "{}").unwrap();
    // One that no entry tells of: stored by hand from another archive.
    let other = Site::new().await;
    let stranger = Sample::sized(9, (8, 8));
    let path = other.archive.put(stranger.request()).await.unwrap().object_path;
    let to = site.path("site/storage").join(&path);
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    std::fs::rename(other.path("site/storage").join(&path), &to).unwrap();

    let found: BTreeSet<(ScanId, Difference)> = site.archive.compare().await.unwrap().differences.into_iter().collect();
    let expected = BTreeSet::from([
        (samples[0].id(), Difference::NotInCatalog),
        (samples[1].id(), Difference::OtherInCatalog),
        (samples[3].id(), Difference::NotStored),
        (samples[3].id(), Difference::LoggedNotStored),
        (samples[4].id(), Difference::Unreadable),
        (stranger.id(), Difference::NotInCatalog),
        (stranger.id(), Difference::NotInLog),
    ]);
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_moves_whole_and_the_old_place_says_where_to() {
    let site = Site::new().await;
    let samples: Vec<Sample> = (0..3).map(Sample::new).collect();
    for sample in &samples[..2] {
        site.archive.put(sample.request()).await.unwrap();
    }
    let key = site.archive.log_key().clone();
    let to = site.location("new");
    let (there, report) = site.archive.migrate(&to, by("anna"), &mut |_| ()).await.unwrap();
    assert_eq!((report.copied, report.verified.scans), (2, 2));
    assert_eq!(there.id(), site.archive.id());
    assert!(files(&site.path("site/storage")) == files(&site.path("new/storage")), "byte for byte");

    // The old place takes nothing more, not even from processes that had it open.
    assert_eq!(code(Archive::open(&site.location("site"), by("anna")).await), "archive.moved");
    let late = site.archive.put(samples[2].request()).await.unwrap_err();
    assert_eq!(late.code(), "archive.moved");
    assert_eq!(code(site.archive.copy(samples[0].id(), &FileRef::Uff, Vec::new()).await), "archive.moved");

    let opened = Archive::open(&to, by("anna")).await.unwrap();
    opened.put(samples[2].request()).await.unwrap();
    assert_eq!(opened.log_key(), &key, "one log, one key");
    assert!(opened.log().verify(&key, &[]).await.unwrap().problems.is_empty());
    assert!(opened.verify(&mut |_| ()).await.unwrap().is_sound());
    assert!(opened.compare().await.unwrap().differences.is_empty());
}

/// Killed when the old place had said where the archive is, and the new one did not know of it yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_was_cut_short_is_ended() {
    let site = Site::new().await;
    let sample = Sample::new(1);
    site.archive.put(sample.request()).await.unwrap();
    let (from, to) = (site.location("site"), site.location("new"));
    assert!(Archive::end_migration(&from, &to, by("anna")).await.unwrap().is_none(), "it was not moved");
    site.archive.migrate(&to, by("anna"), &mut |_| ()).await.unwrap();
    let state = serde_json::json!({ "format": 1, "archive": site.archive.id(), "entries": 1 });
    std::fs::write(site.path("new/care/replica.json"), state.to_string()).unwrap();
    assert_eq!(code(Archive::open(&to, by("anna")).await), "archive.replica");
    assert!(Archive::end_migration(&from, &site.location("replica"), by("anna")).await.unwrap().is_none());
    let there = Archive::end_migration(&from, &to, by("anna")).await.unwrap().unwrap();
    assert_eq!(there.put(sample.request()).await.unwrap().outcome, PutOutcome::AlreadyStored);
    assert_eq!(code(Archive::open(&from, by("anna")).await), "archive.moved");
}

/// What is damaged does not move.
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_with_damage_stays_where_it_is() {
    let site = Site::new().await;
    let sample = Sample::new(1);
    site.archive.put(sample.request()).await.unwrap();
    let root = site.path("site/storage");
    let (name, mut bytes) = files(&root).into_iter().find(|(name, _)| name.ends_with("scan.uff")).unwrap();
    bytes[7] ^= 1;
    std::fs::write(root.join(&name), &bytes).unwrap();
    let outcome = site.archive.migrate(&site.location("new"), by("anna"), &mut |_| ()).await;
    assert_eq!(code(outcome), "archive.corrupt");
    site.archive.put(Sample::new(2).request()).await.unwrap();
    bytes[7] ^= 1;
    std::fs::write(root.join(&name), &bytes).unwrap();
    let (_, report) = site.archive.migrate(&site.location("new"), by("anna"), &mut |_| ()).await.unwrap();
    assert_eq!(report.verified.scans, 2);
}

/// The stores of a location hold what an archive is made of, and nothing else is made.
#[tokio::test]
async fn places_are_divided() {
    let directory = tempfile::tempdir().unwrap();
    let places = store::open(&directory.path().into(), true, &StoreOptions::default()).unwrap();
    for (place, name) in
        [(places.storage, "storage"), (places.log, "log"), (places.retention, "retention"), (places.care, "care")]
    {
        assert!(place.name().ends_with(name), "{}", place.name());
    }
}
