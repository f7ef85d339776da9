//! Crashes at every write, and stores in trouble: what is left is completed or removed, and the scan can be put again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use archive::store::Store;
use archive::testing::faults::{Fault, FaultyStore, FlakyStore};
use archive::testing::scans::Sample;
use archive::testing::settings;
use archive::{Archive, ArchiveConfig, PutOutcome, SweepOptions};
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;

const NOW: SweepOptions = SweepOptions { older_than: Duration::ZERO, dry_run: false };

async fn archive(inner: Arc<dyn ObjectStore>) -> Archive {
    Archive::in_store(Store::new(inner, Path::default(), "test"), settings()).await.unwrap()
}

/// Puts a scan through a store that dies after each number of writes, until one put survives.
/// Returns the number of writes a whole put takes.
async fn crash_everywhere(fault: Fault, fresh: impl Fn() -> Arc<dyn ObjectStore>) -> u32 {
    for writes in 0..1000 {
        let inner = fresh();
        archive(inner.clone()).await;
        let sample = Sample::new(1);
        let faulty = Arc::new(FaultyStore::new(inner.clone(), writes, fault));
        let outcome = archive(faulty.clone()).await.put(sample.request()).await;
        if !faulty.has_failed() {
            assert_eq!(outcome.unwrap().outcome, PutOutcome::Stored);
            return writes;
        }
        assert!(outcome.is_err(), "a put whose write {writes} failed is not acknowledged");

        // First way out: sweep, then put again.
        let after = archive(inner.clone()).await;
        after.sweep(&NOW).await.unwrap();
        let summary = after.verify(&mut |_| ()).await.unwrap();
        assert!(summary.is_sound(), "after {writes} writes: {summary:?}");
        let receipt = after.put(sample.request()).await.unwrap();
        let was_decided = summary.scans == 1;
        assert_eq!(receipt.outcome == PutOutcome::AlreadyStored, was_decided, "after {writes} writes");
        assert!(after.verify_scan(sample.id()).await.unwrap().is_sound());
        let swept = after.sweep(&NOW).await.unwrap();
        assert!(swept.removed.is_empty() && swept.completed.is_empty(), "{swept:?}");

        // Second way out: put again without sweeping, other bytes first where nothing was decided.
        let inner = fresh();
        archive(inner.clone()).await;
        let faulty = Arc::new(FaultyStore::new(inner.clone(), writes, fault));
        assert!(archive(faulty).await.put(sample.request()).await.is_err());
        let after = archive(inner).await;
        match after.put(sample.altered().request()).await {
            Ok(_) => assert!(!was_decided),
            Err(e) => assert_eq!((e.code(), was_decided), ("archive.conflict", true)),
        }
        after.sweep(&NOW).await.unwrap();
        let summary = after.verify(&mut |_| ()).await.unwrap();
        assert!(summary.is_sound() && summary.scans == 1, "after {writes} writes: {summary:?}");
    }
    panic!("no put survived");
}

#[tokio::test(flavor = "multi_thread")]
async fn crash_after_any_write_in_memory() {
    for fault in [Fault::Request, Fault::Response] {
        let writes = crash_everywhere(fault, || Arc::new(InMemory::new())).await;
        assert!(writes > 5, "a put takes more than {writes} writes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn crash_after_any_write_on_the_local_disk() {
    let directory = tempfile::tempdir().unwrap();
    let count = std::sync::atomic::AtomicU32::new(0);
    let fresh = || {
        let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let root = directory.path().join(number.to_string());
        std::fs::create_dir(&root).unwrap();
        Arc::new(LocalFileSystem::new_with_prefix(root).unwrap()) as Arc<dyn ObjectStore>
    };
    crash_everywhere(Fault::Response, fresh).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn young_leftovers_and_dry_runs_touch_nothing() {
    let inner: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    archive(inner.clone()).await;
    let faulty = Arc::new(FaultyStore::new(inner.clone(), 2, Fault::Request));
    let sample = Sample::new(1);
    assert!(archive(faulty).await.put(sample.request()).await.is_err());
    let after = archive(inner).await;
    assert!(after.sweep(&SweepOptions::default()).await.unwrap().removed.is_empty());
    let would = after.sweep(&SweepOptions { dry_run: true, ..NOW }).await.unwrap().removed;
    assert!(!would.is_empty());
    assert_eq!(after.sweep(&NOW).await.unwrap().removed, would);
}

#[tokio::test(flavor = "multi_thread")]
async fn staging_files_of_a_killed_process_are_removed() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::init(&directory.path().into(), ArchiveConfig::default()).await.unwrap();
    let sample = Sample::new(1);
    let receipt = archive.put(sample.request()).await.unwrap();
    let staging = directory.path().join("storage").join(receipt.object_path).join("v1/content/scan.uff#1");
    std::fs::write(&staging, "half").unwrap();
    assert_eq!(archive.sweep(&NOW).await.unwrap().removed.len(), 1);
    assert!(!staging.exists());
    assert!(archive.verify(&mut |_| ()).await.unwrap().is_sound());
}

/// A store that fails now and then at every kind of call. Nothing that was acknowledged is lost, and when the trouble is over
/// everything is put in order. `UFF_SEEDS` states how many stores there are, each with other trouble.
#[tokio::test(flavor = "multi_thread")]
async fn trouble_of_the_store_loses_nothing_that_was_acknowledged() {
    let (mut faults, mut stored, mut held, mut refused) = (0, 0, 0, std::collections::BTreeMap::<&str, u32>::new());
    let seeds = std::env::var("UFF_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    for seed in 0..seeds {
        let inner: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        archive(inner.clone()).await;
        let flaky = Arc::new(FlakyStore::new(inner.clone(), seed, 40));
        let config = ArchiveConfig { actor: Some("anna".into()), ..settings() };
        flaky.calm_down();
        let in_trouble = Archive::in_store(Store::new(flaky.clone(), Path::default(), "test"), config).await.unwrap();
        flaky.trouble_again();
        let (mut there, mut holds) = (Vec::new(), Vec::new());
        for number in 0..8 {
            let sample = Sample::sized(number, (40, 60));
            match in_trouble.put(sample.request()).await {
                Ok(_) => there.push(sample),
                Err(e) => *refused.entry(e.code()).or_default() += 1,
            }
            let Some(sample) = there.last() else { continue };
            match in_trouble.hold(sample.id(), "Court", "case").await {
                Ok((hold, _)) => holds.push((sample.id(), hold)),
                Err(e) => *refused.entry(e.code()).or_default() += 1,
            }
            match in_trouble.copy(sample.id(), &archive::FileRef::Uff, Vec::new()).await {
                Ok((_, bytes)) => assert!(bytes == sample.uff.to_vec(), "what is given out is right"),
                Err(e) => *refused.entry(e.code()).or_default() += 1,
            }
            if let Err(e) = in_trouble.sweep(&NOW).await {
                *refused.entry(e.code()).or_default() += 1;
            }
        }
        flaky.calm_down();
        faults += flaky.faults();
        let after = archive(inner.clone()).await;
        after.sweep(&NOW).await.unwrap();
        let mut damage = Vec::new();
        let summary = after.verify(&mut |v| damage.extend((!v.is_sound()).then_some(v))).await.unwrap();
        assert!(summary.is_sound(), "seed {seed}: {summary:?} {damage:?}");
        for sample in &there {
            let bytes = after.copy(sample.id(), &archive::FileRef::Uff, Vec::new()).await.unwrap().1;
            assert!(bytes == sample.uff.to_vec(), "seed {seed}: acknowledged, and given back");
        }
        for (scan, hold) in &holds {
            let facts = after.show(*scan).await.unwrap().facts;
            assert!(facts.holds.iter().any(|h| h.id == *hold), "seed {seed}: the hold of {scan} is lost");
        }
        assert!(after.log().verify(after.log_key(), &[]).await.unwrap().problems.is_empty(), "seed {seed}");
        assert!(after.compare().await.unwrap().differences.is_empty(), "seed {seed}");
        (stored, held) = (stored + there.len(), held + holds.len());
    }
    println!("{faults} faults, {stored} scans and {held} holds acknowledged, refused: {refused:?}");
    assert!(faults > 50 && stored > 30 && held > 30 && !refused.is_empty());
}
