//! Times of entries of the custody log on the local disk, each durable and signed, beside SQLite: the peer is a table of
//! entries in write-ahead mode with `synchronous = FULL`, each inserted by a transaction of its own.
//!
//! An entry is made as in service, by asking for a scan that is not there. `entries at once` are what many clients cause:
//! they share checkpoints. Verifying is measured from the page cache.

#![allow(clippy::expect_used, missing_docs)]

use std::hint::black_box;

use archive::{Archive, ArchiveConfig};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::Runtime;
use uff::model::ScanId;

/// Entries at once.
const MANY: u64 = 1000;

fn custody(c: &mut Criterion) {
    let runtime = Runtime::new().expect("threads");
    let directory = tempfile::tempdir().expect("a directory");
    let location = directory.path().into();
    let archive = runtime.block_on(Archive::init(&location, ArchiveConfig::default())).expect("an archive");
    let nobody: ScanId = "8d2e4b50-0000-8000-8000-000000000001".parse().expect("a UUID");
    let mut group = c.benchmark_group("custody");
    group.sample_size(20).throughput(Throughput::Elements(1));
    let sqlite = rusqlite::Connection::open(directory.path().join("peer.sqlite")).expect("a database");
    sqlite
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE entry (json TEXT NOT NULL)")
        .expect("a table");
    let json = "x".repeat(200);
    group.bench_function("SQLite, one entry", |b| {
        b.iter(|| sqlite.execute("INSERT INTO entry (json) VALUES (?1)", [&json]).expect("inserted"));
    });
    group.bench_function("one entry", |b| b.iter(|| runtime.block_on(archive.metadata(nobody)).is_err()));
    group.throughput(Throughput::Elements(MANY));
    group.bench_function("entries at once", |b| {
        b.iter(|| {
            let asked = (0..MANY).map(|_| archive.metadata(nobody));
            runtime.block_on(futures::future::join_all(asked)).iter().filter(|asked| asked.is_err()).count()
        });
    });
    let verify = || runtime.block_on(archive.log().verify(archive.log_key(), &[])).expect("read");
    let report = verify();
    assert!(report.is_sound());
    group.throughput(Throughput::Elements(report.entries));
    group.bench_function("verify", |b| b.iter(|| black_box(verify())));
    group.finish();
}

criterion_group!(benches, custody);
criterion_main!(benches);
