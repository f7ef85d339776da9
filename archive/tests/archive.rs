//! The archive as applications use it, on the local disk and on an object store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use archive::log::Check;
use archive::store::Store;
use archive::testing::scans::{SHAPE, Sample, delivery};
use archive::{
    Archive, ArchiveConfig, CatalogLocation, CatalogVerdict, FileRef, FileState, Filter, Location, PutOutcome, Query,
    Scheme,
};
use object_store::memory::InMemory;
use object_store::path::Path;
use uff::format::UffFile;
use uff::limits::Budget;
use uff::model::identifier::ChannelId;
use uff::model::{PlaneKey, Region};

/// An archive on the local disk, removed when dropped.
struct Local {
    archive: Archive,
    directory: tempfile::TempDir,
}

async fn local() -> Local {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::init(&directory.path().into(), ArchiveConfig::default()).await.unwrap();
    Local { archive, directory }
}

async fn in_memory() -> Archive {
    let store = Store::new(Arc::new(InMemory::new()), Path::from("a/prefix"), "memory");
    Archive::in_store(store, ArchiveConfig::default()).await.unwrap()
}

async fn put_search_get(archive: &Archive) {
    let sample = Sample::new(1);
    let receipt = archive.put(sample.request()).await.unwrap();
    assert_eq!(receipt.outcome, PutOutcome::Stored);
    assert_eq!(receipt.record.scan_id, sample.id());

    let number = sample.bundle.scan.object.containers[0].to_string();
    let page = archive.search(&Query::default().with(Filter::new(Scheme::Container, number))).await.unwrap();
    assert_eq!(page.hits.len(), 1);
    assert_eq!(page.hits[0].record, receipt.record);
    assert_eq!(archive.show(sample.id()).await.unwrap(), page.hits[0]);

    let (stored, bytes) = archive.copy(sample.id(), &FileRef::Uff, Vec::new()).await.unwrap();
    assert_eq!(bytes, sample.uff.to_vec());
    assert_eq!(stored, receipt.record.uff);
    for (name, expected) in &sample.files {
        let (_, bytes) = archive.copy(sample.id(), &FileRef::Original(name.clone()), Vec::new()).await.unwrap();
        assert_eq!(bytes, expected.to_vec(), "{name}");
    }
    let e = archive.copy(sample.id(), &FileRef::Original("../x".into()), Vec::new()).await.unwrap_err();
    assert_eq!(e.code(), "archive.no_such_file");
    let e = archive.copy(Sample::new(9).id(), &FileRef::Uff, Vec::new()).await.unwrap_err();
    assert_eq!(e.code(), "archive.no_such_scan");

    let file = UffFile::open(sample.uff_source(), &Budget::default()).unwrap();
    let metadata = archive.metadata(sample.id()).await.unwrap();
    assert_eq!(metadata.scan, *file.scan());
    assert_eq!(metadata.xml, file.metadata_xml());
    assert!(archive.verify_scan(sample.id()).await.unwrap().is_sound());
}

/// Samples fetched by range are those of the file read whole, at every level and over every chunk border.
async fn regions_match_the_whole_file(archive: &Archive) {
    let sample = Sample::new(2);
    archive.put(sample.request()).await.unwrap();
    let file = UffFile::open(sample.uff_source(), &Budget::default()).unwrap();
    for channel in ["high", "low"] {
        let key = PlaneKey::samples(0, ChannelId::new(channel).unwrap());
        let levels = file.levels(&key);
        assert!(levels >= 2, "the sample is large enough for an overview");
        for level in 0..levels {
            let whole = file.overview(&key, level).unwrap().read_all().unwrap();
            let (rows, columns) = whole.shape();
            let regions = [
                Region { row: 0, column: 0, rows, columns },
                Region { row: 0, column: 0, rows: 1, columns: 1 },
                Region { row: rows - 1, column: columns - 1, rows: 1, columns: 1 },
                Region { row: rows / 3, column: columns / 3, rows: rows / 3, columns: columns / 3 },
            ];
            for region in regions {
                let part = archive.region(sample.id(), &key, level, &region).await.unwrap();
                assert_eq!(part, whole.crop(&region).unwrap(), "{channel} level {level} {region:?}");
            }
        }
    }
    let key = PlaneKey::samples(0, ChannelId::new("high").unwrap());
    let outside = Region { row: 0, column: 0, rows: SHAPE.0 + 1, columns: 1 };
    assert_eq!(archive.region(sample.id(), &key, 0, &outside).await.unwrap_err().code(), "uff.region");
    let other = PlaneKey::samples(1, ChannelId::new("high").unwrap());
    let one = Region { row: 0, column: 0, rows: 1, columns: 1 };
    assert_eq!(archive.region(sample.id(), &other, 0, &one).await.unwrap_err().code(), "uff.no_such_channel");
}

async fn same_again_and_conflict(archive: &Archive) {
    let sample = Sample::new(3);
    let first = archive.put(sample.request()).await.unwrap();
    let again = archive.put(sample.request()).await.unwrap();
    assert_eq!(again.outcome, PutOutcome::AlreadyStored);
    assert_eq!((again.archived, &again.inventory_sha512), (first.archived, &first.inventory_sha512));
    let e = archive.put(sample.altered().request()).await.unwrap_err();
    assert_eq!(e.code(), "archive.conflict");
    assert_eq!(archive.show(sample.id()).await.unwrap().record, first.record);
    assert!(archive.verify_scan(sample.id()).await.unwrap().is_sound());
}

async fn racing_puts(archive: &Archive) {
    let sample = Sample::new(4);
    let same = futures::future::join_all((0..4).map(|_| archive.put(sample.request()))).await;
    let stored = same.iter().filter(|r| r.as_ref().unwrap().outcome == PutOutcome::Stored).count();
    assert!(stored >= 1);
    assert!(archive.verify_scan(sample.id()).await.unwrap().is_sound());

    let sample = Sample::new(5);
    let other = sample.altered();
    let (a, b) = futures::join!(archive.put(sample.request()), archive.put(other.request()));
    let codes: Vec<_> = [&a, &b].iter().filter_map(|r| r.as_ref().err().map(|e| e.code())).collect();
    assert_eq!(codes, ["archive.conflict"]);
    let verdict = archive.verify_scan(sample.id()).await.unwrap();
    assert!(verdict.is_sound(), "{verdict:?}");
}

async fn what_is_refused(archive: &Archive) {
    let sample = Sample::new(6);
    let mut damaged = sample.clone();
    let mut bytes = damaged.uff.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    damaged.uff = bytes.into();
    let e = archive.put(damaged.request()).await.unwrap_err();
    assert!(e.code().starts_with("uff.") || e.code().starts_with("hdf5."), "{e}");

    let mut files = sample.files.clone();
    files[0].1 = b"other bytes".to_vec().into();
    let request = archive::PutRequest::new(sample.uff_source()).with_delivery(delivery(&files));
    assert_eq!(archive.put(request).await.unwrap_err().code(), "archive.delivery");
    let request = archive::PutRequest::new(sample.uff_source()).with_delivery(delivery(&sample.files[..2]));
    assert_eq!(archive.put(request).await.unwrap_err().code(), "archive.delivery");
    assert_eq!(archive.show(sample.id()).await.unwrap_err().code(), "archive.no_such_scan");
    assert_eq!(archive.verify_scan(sample.id()).await.unwrap_err().code(), "archive.no_such_scan");
}

async fn suite(archive: &Archive) {
    put_search_get(archive).await;
    regions_match_the_whole_file(archive).await;
    same_again_and_conflict(archive).await;
    racing_puts(archive).await;
    what_is_refused(archive).await;
    let mut seen = 0;
    let summary = archive.verify(&mut |verdict| seen += u64::from(verdict.is_sound())).await.unwrap();
    assert!(summary.is_sound(), "{summary:?}");
    assert_eq!((summary.scans, seen), (5, 5));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_local_disk() {
    suite(&local().await.archive).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_an_object_store() {
    suite(&in_memory().await).await;
}

/// Runs on a server where one is named, such as `UFF_TEST_STORE=s3://bucket` with `AWS_ENDPOINT` and credentials.
#[tokio::test(flavor = "multi_thread")]
async fn in_the_store_that_the_environment_names() {
    let Ok(url) = std::env::var("UFF_TEST_STORE") else {
        eprintln!("skipped: UFF_TEST_STORE names no store");
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let location: Location = format!("{url}/archive-{}", archive::id::ArchiveId::generate()).parse().unwrap();
    let catalog = Some(CatalogLocation::Sqlite(directory.path().join("catalog.sqlite")));
    let config = ArchiveConfig { catalog, ..ArchiveConfig::default() };
    suite(&Archive::init(&location, config.clone()).await.unwrap()).await;
    let again = Archive::open(&location, config).await.unwrap();
    assert!(again.verify(&mut |_| ()).await.unwrap().is_sound());
}

#[tokio::test(flavor = "multi_thread")]
async fn uff_without_its_delivery_is_archived_alone() {
    let archive = in_memory().await;
    let sample = Sample::new(1);
    let receipt = archive.put(archive::PutRequest::new(sample.uff_source())).await.unwrap();
    assert!(receipt.record.original.is_empty());
    assert!(archive.verify_scan(sample.id()).await.unwrap().is_sound());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_samples_under_another_name_are_noticed() {
    let archive = in_memory().await;
    let (sample, mut renamed) = (Sample::new(1), Sample::new(1));
    renamed.files[0].0 = "renamed.raw".into();
    let renamed = renamed.delivered_anew();
    assert_ne!(renamed.id(), sample.id());
    assert!(archive.put(sample.request()).await.unwrap().twins.is_empty());
    assert_eq!(archive.put(renamed.request()).await.unwrap().twins, [sample.id()]);
    assert_eq!(archive.put(sample.request()).await.unwrap().twins, [renamed.id()]);
    assert!(archive.put(Sample::new(2).request()).await.unwrap().twins.is_empty());
}

/// Two scans of one lorry, as it drives through twice: other samples, the same container.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_object_scanned_again_is_noticed() {
    let archive = in_memory().await;
    let at = |number: u32, minutes: i64, change: &dyn Fn(&mut uff::model::Scan)| {
        Sample::new(number).told_anew(&|scan| {
            let start = "2026-11-28T08:00:00Z".parse::<jiff::Timestamp>().unwrap();
            let start = start + jiff::SignedDuration::from_mins(minutes);
            scan.identity.start = Some(uff::model::Timestamp::new(start, jiff::tz::Offset::UTC).unwrap());
            scan.object.containers = vec![uff::model::identifier::ContainerNumber::new("CSQU3054383")];
            scan.system.serial = Some("X-1".into());
            change(scan);
        })
    };
    let nothing = |_: &mut uff::model::Scan| {};
    let first = at(1, 0, &nothing);
    let put = async |sample: &Sample| archive.put(archive::PutRequest::new(sample.uff_source())).await.unwrap();
    assert!(put(&first).await.again.is_empty());
    let again = at(2, 29, &nothing);
    let receipt = put(&again).await;
    assert_eq!((receipt.again, receipt.twins), (vec![first.id()], vec![]));
    assert_eq!(put(&first).await.again, [again.id()]);
    assert!(put(&at(3, 90, &nothing)).await.again.is_empty(), "later it is another visit");
    let elsewhere = at(4, 5, &|scan| scan.system.serial = Some("X-2".into()));
    assert!(put(&elsewhere).await.again.is_empty(), "another scanner");
    let other =
        at(5, 5, &|scan| scan.object.containers = vec![uff::model::identifier::ContainerNumber::new("MSKU6011672")]);
    assert!(put(&other).await.again.is_empty(), "another container");
    // Numbers and serials that nobody can ask for keep nobody from putting a scan.
    let odd = at(6, 5, &|scan| {
        scan.system.serial = Some("-".repeat(3));
        scan.object.containers.push(uff::model::identifier::ContainerNumber::new("?".repeat(4000)));
    });
    assert!(put(&odd).await.again.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_valid_is_refused_where_that_is_asked_for() {
    let archive = in_memory().await;
    let sample = Sample::new(1).contradictory();
    let request = || archive::PutRequest::new(sample.uff_source());
    let e = archive.put(request().checked(Check::Rules)).await.unwrap_err();
    assert_eq!(e.code(), "archive.invalid");
    assert!(e.finding().unwrap().contains("integrity.delivery_digest"), "{e}");
    let receipt = archive.put(request()).await.unwrap();
    assert_eq!(receipt.custody.event.checked, Some(Check::Digests));
    let receipt = archive.put(Sample::new(3).request().checked(Check::Rules)).await.unwrap();
    assert_eq!(receipt.custody.event.checked, Some(Check::Rules));
    let receipt = archive.put(Sample::new(4).request().checked(Check::Checksums)).await.unwrap();
    assert_eq!(receipt.custody.event.checked, Some(Check::Checksums));
}

#[tokio::test(flavor = "multi_thread")]
async fn archive_is_made_once_and_opened_often() {
    let Local { archive, directory } = local().await;
    let location: Location = directory.path().into();
    let sample = Sample::new(1);
    archive.put(sample.request()).await.unwrap();
    let id = archive.id();
    drop(archive);
    let e = Archive::init(&location, ArchiveConfig::default()).await.err().unwrap();
    assert_eq!(e.code(), "archive.exists");
    let archive = Archive::open(&location, ArchiveConfig::default()).await.unwrap();
    assert_eq!(archive.id(), id);
    assert!(archive.show(sample.id()).await.is_ok());

    let nowhere: Location = directory.path().join("nowhere").as_path().into();
    assert_eq!(Archive::open(&nowhere, ArchiveConfig::default()).await.err().unwrap().code(), "archive.absent");
    let marker = directory.path().join("storage/uff-archive.json");
    let text = std::fs::read_to_string(&marker).unwrap();
    std::fs::write(&marker, text.replace("\"format\": 1", "\"format\": 99")).unwrap();
    let e = Archive::open(&location, ArchiveConfig::default()).await.err().unwrap();
    assert_eq!((e.code(), e.expectation(), e.finding()), ("archive.version", Some("1"), Some("99")));
}

#[tokio::test(flavor = "multi_thread")]
async fn directory_with_other_files_is_no_place_for_an_archive() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(directory.path().join("storage/holiday")).unwrap();
    std::fs::write(directory.path().join("storage/holiday/beach.jpg"), "x").unwrap();
    let e = Archive::init(&directory.path().into(), ArchiveConfig::default()).await.err().unwrap();
    assert_eq!(e.code(), "archive.location");
}

#[tokio::test(flavor = "multi_thread")]
async fn catalogue_is_built_again_from_the_bytes_alone() {
    let Local { archive, directory } = local().await;
    let samples: Vec<Sample> = (0..4).map(Sample::new).collect();
    for sample in &samples {
        archive.put(sample.request()).await.unwrap();
    }
    let before = archive.search(&Query::default()).await.unwrap();
    drop(archive);
    for name in ["catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"] {
        let _ = std::fs::remove_file(directory.path().join(name));
    }
    let location: Location = directory.path().into();
    let e = Archive::open(&location, ArchiveConfig::default()).await.err().unwrap();
    assert_eq!(e.code(), "archive.catalog_absent");
    let config = ArchiveConfig { create_catalog: true, ..ArchiveConfig::default() };
    let archive = Archive::open(&location, config).await.unwrap();
    let report = archive.reindex().await.unwrap();
    assert!(report.is_complete(), "{report:?}");
    assert_eq!(report.indexed, 4);
    assert_eq!(archive.search(&Query::default()).await.unwrap().hits, before.hits);
    assert!(archive.verify(&mut |_| ()).await.unwrap().is_sound());
}

/// Every file of an object, damaged in each way a disk or a hand can damage it, is named by `verify`.
#[tokio::test(flavor = "multi_thread")]
async fn verify_names_every_damaged_file() {
    let Local { archive, directory } = local().await;
    let sample = Sample::new(1);
    let receipt = archive.put(sample.request()).await.unwrap();
    let object = directory.path().join("storage").join(&receipt.object_path);
    let files: Vec<String> =
        archive.verify_scan(sample.id()).await.unwrap().files.into_iter().map(|f| f.path).collect();
    assert_eq!(files.len(), 9, "declaration, two inventories with sidecars, UFF, record, two of three originals");
    for path in &files {
        let full = object.join(path);
        let sound = std::fs::read(&full).unwrap();
        let mut flipped = sound.clone();
        flipped[sound.len() / 2] ^= 1;
        for damaged in [Some(flipped), Some(sound[..sound.len() - 1].to_vec()), Some(Vec::new()), None] {
            match &damaged {
                Some(bytes) => std::fs::write(&full, bytes).unwrap(),
                None => std::fs::remove_file(&full).unwrap(),
            }
            let verdict = archive.verify_scan(sample.id()).await.unwrap();
            let inventory_itself =
                !path.contains("content") && !path.starts_with("v1") && path.starts_with("inventory");
            let is_meant = |name: &str| name == path || (inventory_itself && name == "inventory.json");
            let named = verdict.files.iter().find(|f| is_meant(&f.path) && f.state != FileState::Sound);
            let state = &named.unwrap_or_else(|| panic!("{path}: {verdict:?}")).state;
            assert!(!verdict.is_sound());
            if damaged.is_none() && !inventory_itself {
                assert_eq!(*state, FileState::Missing, "{path}");
            }
        }
        std::fs::write(&full, &sound).unwrap();
        assert!(archive.verify_scan(sample.id()).await.unwrap().is_sound(), "{path} is put back");
    }
    std::fs::write(object.join("v1/content/stray"), "x").unwrap();
    let verdict = archive.verify_scan(sample.id()).await.unwrap();
    assert_eq!(verdict.files.iter().filter(|f| f.state == FileState::Extra).count(), 1);
    std::fs::write(directory.path().join("storage/stray"), "x").unwrap();
    assert_eq!(archive.verify(&mut |_| ()).await.unwrap().stray, ["stray"]);

    std::fs::remove_dir_all(&object).unwrap();
    let mut verdicts = Vec::new();
    archive.verify(&mut |v| verdicts.push(v)).await.unwrap();
    assert_eq!(verdicts.len(), 1);
    assert_eq!(verdicts[0].catalog, CatalogVerdict::Unknown);
    assert_eq!(verdicts[0].files[0].state, FileState::Missing);
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_file_is_not_given_out_as_sound() {
    let Local { archive, directory } = local().await;
    let sample = Sample::new(1);
    let receipt = archive.put(sample.request()).await.unwrap();
    let verdict = archive.verify_scan(sample.id()).await.unwrap();
    let uff = verdict.files.iter().find(|f| f.name.as_deref() == Some("scan.uff")).unwrap();
    let path = directory.path().join("storage").join(&receipt.object_path).join(&uff.path);
    let mut bytes = std::fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let target = directory.path().join("out.uff");
    let e = archive.save(sample.id(), &FileRef::Uff, &target).await.unwrap_err();
    assert_eq!(e.code(), "archive.corrupt");
    let left: Vec<_> = std::fs::read_dir(directory.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("out.uff")), "{left:?}");

    bytes[last] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    archive.save(sample.id(), &FileRef::Uff, &target).await.unwrap();
    assert_eq!(std::fs::read(&target).unwrap(), sample.uff.to_vec());
    let e = archive.save(sample.id(), &FileRef::Uff, &target).await.unwrap_err();
    assert_eq!(e.code(), "target.exists");
}
