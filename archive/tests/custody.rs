//! The custody log: everything is in it, nothing can be taken from it unseen, and what it says stands alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path as FsPath, PathBuf};
use std::sync::Arc;

use archive::log::{Action, Checkpoint, Event, LogReader, Note, Part, Problem, Proof, Role, Seen, SignerKey, witness};
use archive::store::Store;
use archive::testing::damage::{Random, files};
use archive::testing::faults::{Fault, FaultyStore};
use archive::testing::scans::Sample;
use archive::testing::settings;
use archive::{Archive, ArchiveConfig, FileRef, PutOutcome, StoreOptions};
use futures::TryStreamExt;
use jiff::Timestamp;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use object_store::path::Path;
use uff::model::identifier::ChannelId;
use uff::model::{PlaneKey, Region};

async fn in_memory(inner: Arc<dyn ObjectStore>) -> Archive {
    Archive::in_store(Store::new(inner, Path::default(), "test"), settings()).await.unwrap()
}

async fn events(archive: &Archive) -> Vec<Event> {
    let (checkpoint, _) = archive.log().checkpoint(archive.log_key()).await.unwrap();
    let entries: Vec<_> = archive.log().entries(0..u64::MAX, checkpoint.size).try_collect().await.unwrap();
    entries.iter().map(|e| Event::from_entry(&e.bytes, e.index).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_access_is_in_the_log_and_no_name_is() {
    let directory = tempfile::tempdir().unwrap();
    let config = ArchiveConfig { actor: Some("Ana Exemplar".into()), ..ArchiveConfig::default() };
    let archive = Archive::init(&directory.path().into(), config).await.unwrap();
    let sample = Sample::new(1);
    let first = archive.put(sample.request()).await.unwrap();
    let again = archive.put(sample.request()).await.unwrap();
    assert_eq!((first.outcome, again.outcome), (PutOutcome::Stored, PutOutcome::AlreadyStored));
    assert_eq!(first.record.scan_id, again.record.scan_id);
    let key = PlaneKey::samples(0, ChannelId::new("high").unwrap());
    let region = Region { row: 0, column: 0, rows: 4, columns: 4 };
    archive.copy(sample.id(), &FileRef::Uff, Vec::new()).await.unwrap();
    let (original, _) = archive.copy(sample.id(), &FileRef::Original("high.raw".into()), Vec::new()).await.unwrap();
    archive.metadata(sample.id()).await.unwrap();
    for _ in 0..3 {
        archive.region(sample.id(), &key, 0, &region).await.unwrap();
    }
    assert!(archive.copy(sample.id(), &FileRef::Original("none".into()), Vec::new()).await.is_err());
    assert!(archive.metadata(Sample::new(9).id()).await.is_err());
    assert!(archive.put(Sample::new(1).altered().request()).await.is_err());
    archive.verify(&mut |_| ()).await.unwrap();
    archive.reindex().await.unwrap();
    archive.sweep(&archive::SweepOptions::default()).await.unwrap();

    let events = events(&archive).await;
    let told: Vec<(&str, bool, Option<&Part>, &str)> =
        events.iter().map(|e| (e.action.as_str(), e.scan.is_some(), e.part.as_ref(), e.outcome.as_str())).collect();
    assert_eq!(
        told,
        [
            ("init", false, None, "done"),
            ("put", true, None, "done"),
            ("put-again", true, None, "done"),
            ("read", true, Some(&Part::Uff), "done"),
            ("read", true, Some(&Part::Original), "done"),
            ("read", true, Some(&Part::Metadata), "done"),
            // One entry stands for all samples that are read within a quarter of an hour.
            ("read", true, Some(&Part::Samples), "done"),
            ("read", true, None, "archive.no_such_file"),
            ("read", true, None, "archive.no_such_scan"),
            ("put", false, None, "archive.conflict"),
            ("verify", false, None, "done"),
            ("reindex", false, None, "done"),
            ("sweep", false, None, "done"),
        ]
    );
    assert_eq!((events[3].sha256, events[4].sha256), (Some(first.record.uff.sha256), Some(original.sha256)));
    assert_eq!(events[1].inventory.map(|d| d.to_string()), Some(first.inventory_sha512.to_string()));
    assert_eq!((events[10].scans, events[10].damaged), (Some(1), Some(0)));
    let pseudonym = archive.pseudonym("Ana Exemplar");
    assert!(events.iter().all(|e| e.actor.as_deref() == Some(pseudonym.as_str())));
    for (file, bytes) in files(&directory.path().join("log")) {
        for name in ["Ana", "Exemplar", "high.raw", "meta/"] {
            assert!(!bytes.windows(name.len()).any(|w| w == name.as_bytes()), "{name} in {file}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn receipt_is_proved_without_the_archive() {
    let archive = in_memory(Arc::new(InMemory::new())).await;
    let sample = Sample::new(1);
    let receipt = archive.put(sample.request()).await.unwrap();
    for number in 2..5 {
        archive.put(Sample::new(number).request()).await.unwrap();
    }
    let text = archive.prove(&receipt.custody).await.unwrap().to_string();
    let key = archive.log_key().clone();
    drop(archive);
    let proof = Proof::parse(text.as_bytes()).unwrap();
    assert_eq!(proof.verify(&key).unwrap().size, receipt.custody.index + 1);
    let event = Event::from_entry(&proof.entry, proof.index).unwrap();
    assert_eq!((event.scan, event.action), (Some(sample.id()), Action::Put));
    assert_eq!(event.inventory.map(|d| d.to_string()), Some(receipt.inventory_sha512.to_string()));
}

/// Entries that are appended at the same time have one place each, in one tree, over the borders of tiles.
#[tokio::test(flavor = "multi_thread")]
async fn entries_of_many_at_once_are_all_there_once() {
    let store = Arc::new(InMemory::new());
    let archive = in_memory(store.clone()).await;
    let scan = Sample::new(9).id();
    let read = (0..1500).map(|_| archive.metadata(scan));
    assert!(futures::future::join_all(read).await.iter().all(Result::is_err));
    let report = archive.log().verify(archive.log_key(), &[]).await.unwrap();
    assert_eq!((report.size, report.entries, report.wrong), (1500, 1500, 0));
    // Partial tiles of full ones are cleared away; the last is partial.
    let paths: BTreeSet<String> = store.list(None).map_ok(|m| m.location.to_string()).try_collect().await.unwrap();
    assert!(paths.contains("log/tile/0/004") && paths.contains("log/tile/entries/004"));
    assert!(paths.contains("log/tile/0/005.p/220") && !paths.iter().any(|p| p.contains("004.p/")));
    // One who opens the archive anew goes on where it ended.
    let again = in_memory(store).await;
    assert!(again.metadata(scan).await.is_err());
    let report = again.log().verify(again.log_key(), &[]).await.unwrap();
    assert_eq!((report.size, report.wrong), (1501, 0));
}

/// Processes that write one log take turns: here two handles that know nothing of each other.
#[tokio::test(flavor = "multi_thread")]
async fn two_writers_of_one_directory_make_one_log() {
    let directory = tempfile::tempdir().unwrap();
    let location = directory.path().into();
    let first = Archive::init(&location, ArchiveConfig::default()).await.unwrap();
    let second = Archive::open(&location, ArchiveConfig::default()).await.unwrap();
    let scan = Sample::new(9).id();
    for _ in 0..20 {
        let (a, b) = futures::join!(first.metadata(scan), second.metadata(scan));
        assert!(a.is_err() && b.is_err());
    }
    let report = first.log().verify(first.log_key(), &[]).await.unwrap();
    assert_eq!((report.size, report.wrong), (41, 0));
}

/// The process dies at each write of an append: what was acknowledged is there, and the log goes on.
#[tokio::test(flavor = "multi_thread")]
async fn crash_at_any_write_loses_nothing_that_was_acknowledged() {
    let scan = Sample::new(9).id();
    for fault in [Fault::Request, Fault::Response] {
        for entries in [0, 3, 255, 256, 300] {
            for writes in 0..20 {
                let inner: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
                let archive = in_memory(inner.clone()).await;
                futures::future::join_all((0..entries).map(|_| archive.metadata(scan))).await;
                let faulty = Arc::new(FaultyStore::new(inner.clone(), writes, fault));
                let dying = in_memory(faulty.clone()).await;
                let acknowledged = dying.verify_scan(Sample::new(1).id()).await;
                assert_eq!(acknowledged.unwrap_err().code(), "archive.no_such_scan");
                let after = in_memory(inner.clone()).await;
                let put = after.put(Sample::new(1).request()).await.unwrap();
                let report = after.log().verify(after.log_key(), &[]).await.unwrap();
                assert!(report.is_sound(), "{entries} entries, {writes} writes: {report:?}");
                assert!(report.size > entries as u64 && put.custody.index == report.size - 1);
                if !faulty.has_failed() {
                    break;
                }
            }
        }
    }
}

/// A damaged log takes no entry, and a put that cannot be noted is not acknowledged.
#[tokio::test(flavor = "multi_thread")]
async fn damaged_log_takes_no_entry() {
    let directory = tempfile::tempdir().unwrap();
    let location = directory.path().into();
    drop(Archive::init(&location, ArchiveConfig::default()).await.unwrap());
    let tile = directory.path().join("log/tile/0/000.p/1");
    let mut bytes = fs::read(&tile).unwrap();
    bytes[0] ^= 1;
    fs::write(&tile, bytes).unwrap();
    let archive = Archive::open(&location, ArchiveConfig::default()).await.unwrap();
    let e = archive.put(Sample::new(1).request()).await.unwrap_err();
    assert_eq!(e.code(), "archive.log");
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_key_is_a_typed_error_and_no_new_one_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let location = directory.path().into();
    drop(Archive::init(&location, ArchiveConfig::default()).await.unwrap());
    let path = directory.path().join("custody.key");
    fs::remove_file(&path).unwrap();
    let e = Archive::open(&location, ArchiveConfig::default()).await.err().unwrap();
    assert_eq!((e.code(), path.exists()), ("archive.log_key", false));
}

/// A log on disk with a past: 700 entries, a checkpoint and a proof kept at 300.
struct Past {
    directory: tempfile::TempDir,
    archive: Archive,
    seen: Vec<Seen>,
}

impl Past {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::init(&directory.path().into(), settings()).await.unwrap();
        let scan = Sample::new(9).id();
        futures::future::join_all((1..300).map(|_| archive.metadata(scan))).await;
        let kept = archive.log().checkpoint(archive.log_key()).await.unwrap();
        let proof = archive.log().prove(120, &kept).await.unwrap();
        let seen = vec![
            Seen { name: "checkpoint".into(), checkpoint: kept.0.clone(), entry: None },
            Seen { name: "proof".into(), checkpoint: kept.0, entry: Some((120, proof.entry)) },
        ];
        futures::future::join_all((300..700).map(|_| archive.metadata(scan))).await;
        Self { directory, archive, seen }
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    async fn problems(&self) -> Vec<Problem> {
        self.archive.log().verify(self.archive.log_key(), &self.seen).await.unwrap().problems
    }
}

/// Parts of the log that the present checkpoint needs; partial tiles of the past may go.
fn needed(log: &FsPath) -> Vec<PathBuf> {
    let wanted = [
        "checkpoint",
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/188",
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/188",
    ];
    let paths: Vec<PathBuf> = wanted.iter().map(|p| log.join(p)).collect();
    let names: Vec<String> = files(log).into_iter().map(|(name, _)| name).collect();
    assert!(paths.iter().all(|p| p.is_file()), "{paths:?} of {names:?}");
    paths
}

/// One byte, a piece cut off, a file gone, two files exchanged: at many places, each is found.
#[tokio::test(flavor = "multi_thread")]
async fn every_damage_of_a_file_is_found() {
    let past = Past::new().await;
    assert!(past.problems().await.is_empty());
    let paths = needed(&past.log());
    let mut random = Random::new(1);
    for path in &paths {
        let whole = fs::read(path).unwrap();
        for _ in 0..40 {
            let mut bytes = whole.clone();
            bytes[random.below(whole.len())] ^= 1 << random.below(8);
            fs::write(path, bytes).unwrap();
            assert!(!past.problems().await.is_empty(), "a flipped bit in {}", path.display());
        }
        for _ in 0..10 {
            fs::write(path, &whole[..random.below(whole.len())]).unwrap();
            assert!(!past.problems().await.is_empty(), "{} cut off", path.display());
        }
        fs::remove_file(path).unwrap();
        assert!(!past.problems().await.is_empty(), "{} gone", path.display());
        fs::write(path, &whole).unwrap();
    }
    for (a, b) in [(1, 2), (5, 6)] {
        let (first, second) = (fs::read(&paths[a]).unwrap(), fs::read(&paths[b]).unwrap());
        fs::write(&paths[a], &second).unwrap();
        fs::write(&paths[b], &first).unwrap();
        assert!(!past.problems().await.is_empty(), "{} exchanged", paths[a].display());
        fs::write(&paths[a], &first).unwrap();
        fs::write(&paths[b], &second).unwrap();
    }
    assert!(past.problems().await.is_empty());
}

/// The entries of a log on disk, in order.
async fn entries(log: &LogReader, size: u64) -> Vec<Vec<u8>> {
    let entries: Vec<_> = log.entries(0..size, size).try_collect().await.unwrap();
    entries.into_iter().map(|e| e.bytes.to_vec()).collect()
}

/// Writes a whole log anew with the true key, as an administrator could who holds it.
async fn rewrite(past: &Past, entries: &[Vec<u8>]) {
    let log = past.log();
    fs::remove_dir_all(&log).unwrap();
    let mut leaves = archive::log::tree::Frontier::default();
    let mut level: Vec<Vec<u8>> = Vec::new();
    let write = |path: String, bytes: Vec<u8>| {
        let path = log.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    for (index, chunk) in entries.chunks(256).enumerate() {
        let suffix = if chunk.len() == 256 { String::new() } else { format!(".p/{}", chunk.len()) };
        let hashes: Vec<_> = chunk.iter().map(|e| archive::log::tree::Hash::of_leaf(e)).collect();
        hashes.iter().for_each(|h| leaves.push(*h));
        write(format!("tile/0/{index:03}{suffix}"), hashes.iter().flat_map(|h| h.0).collect());
        let bundle = chunk.iter().flat_map(|e| [&(e.len() as u16).to_be_bytes()[..], e].concat()).collect();
        write(format!("tile/entries/{index:03}{suffix}"), bundle);
        if chunk.len() == 256 {
            let mut tree = archive::log::tree::Frontier::default();
            hashes.iter().for_each(|h| tree.push(*h));
            level.push(tree.root().0.to_vec());
        }
    }
    if !level.is_empty() {
        write(format!("tile/1/000.p/{}", level.len()), level.concat());
    }
    let origin = past.archive.log_key().name().to_owned();
    let checkpoint = Checkpoint { origin: origin.clone(), size: entries.len() as u64, root: leaves.root() };
    let key = SignerKey::from_seed(&origin, Role::Log, &[7; 32]).unwrap();
    assert_eq!(key.public(), past.archive.log_key());
    let mut note = Note::new(checkpoint.to_string());
    note.sign(&key, Timestamp::UNIX_EPOCH);
    write("checkpoint".into(), note.to_string().into_bytes());
}

/// Whoever holds the key can write the log anew so that it is sound in itself: what was kept elsewhere tells.
#[tokio::test(flavor = "multi_thread")]
async fn rewritten_log_is_found_out_by_what_was_kept() {
    let past = Past::new().await;
    let before = entries(past.archive.log(), 700).await;
    rewrite(&past, &before).await;
    assert!(past.problems().await.is_empty(), "the same log written by another hand");
    let signer = SignerKey::from_seed("witness.example", Role::Witness, &[9; 32]).unwrap();
    let (key, log) = (
        past.archive.log_key().clone(),
        LogReader::open(&past.directory.path().into(), &StoreOptions::default()).unwrap(),
    );
    let (last, note) = witness(&log, &key, None, &signer, Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!((last.size, note.verify(signer.public()).unwrap()), (700, Some(Timestamp::UNIX_EPOCH)));

    // Entries of the same millisecond are alike; the first, of another action, is like none.
    let mut edited = before.clone();
    edited[120] = before[0].clone();
    let mut dropped = before.clone();
    dropped.remove(0);
    let mut reordered = before.clone();
    reordered.swap(0, 200);
    let truncated = before[..200].to_vec();
    let mut forked = before[..250].to_vec();
    forked.push(before[0].clone());
    forked.extend_from_slice(&before[251..]);
    forked.extend_from_slice(&before[..100]);
    for (name, entries) in [
        ("edited", edited),
        ("dropped", dropped),
        ("reordered", reordered),
        ("truncated", truncated),
        ("forked", forked),
    ] {
        rewrite(&past, &entries).await;
        let problems = past.problems().await;
        let expected = |p: &Problem| match name {
            "truncated" => matches!(p, Problem::Truncated { seen, .. } if seen == "checkpoint"),
            "edited" => matches!(p, Problem::Replaced { index: 120, .. }),
            _ => matches!(p, Problem::Forked { seen, .. } if seen == "checkpoint"),
        };
        assert!(problems.iter().any(expected), "{name}: {problems:?}");
        let e = witness(&log, &key, Some(&last), &signer, Timestamp::UNIX_EPOCH).await.unwrap_err();
        assert_eq!(e.code(), "archive.log_fork", "{name}");
    }
    let mut later = before;
    later.extend_from_within(..400);
    rewrite(&past, &later).await;
    assert!(past.problems().await.is_empty());
    let (now, _) = witness(&log, &key, Some(&last), &signer, Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(now.size, 1100);
}
