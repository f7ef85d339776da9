//! Times of the catalogue's answers with three thousand and with a million scans: what is fast must stay so. In SQLite, and in
//! PostgreSQL where `UFF_TEST_CATALOG` names a database (`tests/servers/postgres.sh` starts one).
//!
//! The SQLite catalogues are generated (`archive::testing::rows`) into `target/bench-data` once and used again; making a million
//! rows takes some minutes, and how many went in per second is printed. Each answer is asked for with other values each
//! time, as many people do, from a database of which the operating system keeps in memory what it likes.

#![allow(clippy::expect_used, clippy::print_stderr, missing_docs)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use archive::catalog::{Catalog, PostgresCatalog, SqliteCatalog};
use archive::id::ArchiveId;
use archive::testing::rows::{EPOCH, SITES, STEP, container, plate, row, scan_id};
use archive::{Filter, Matching, Query, Scheme};
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use tokio::runtime::Runtime;

/// Scans of the two catalogues.
const SIZES: [u32; 2] = [3_000, 1_000_000];
/// Rows of one transaction.
const BATCH: u32 = 2_000;

fn archive() -> ArchiveId {
    ArchiveId::parse("8d2e4b50-0000-8000-8000-000000000001").expect("a UUID")
}

/// Opens the SQLite catalogue of that many scans, made where it is not there.
async fn sqlite(size: u32) -> Arc<dyn Catalog> {
    let directory =
        PathBuf::from(std::env::var_os("CARGO_TARGET_DIR").unwrap_or("../target".into())).join("bench-data");
    std::fs::create_dir_all(&directory).expect("a directory");
    let path = directory.join(format!("catalog-{size}.sqlite"));
    let catalog: Arc<dyn Catalog> = Arc::new(SqliteCatalog::create(&path, archive()).await.expect("a catalogue"));
    if fill(&*catalog, size).await {
        eprintln!("{:.0} bytes each", length(&path) as f64 / f64::from(size));
    }
    catalog
}

/// Opens the PostgreSQL catalogue of that many scans, made where it is not there; none where no database is named.
async fn postgres(size: u32) -> Option<Arc<dyn Catalog>> {
    let url = std::env::var("UFF_TEST_CATALOG").ok()?;
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.expect("a database");
    tokio::spawn(connection);
    client.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS bench_{size}")).await.expect("a schema");
    let url = format!("{url}?options=-csearch_path%3Dbench_{size}").parse().expect("a URL");
    let catalog: Arc<dyn Catalog> = Arc::new(PostgresCatalog::create(&url, archive()).await.expect("a catalogue"));
    if fill(&*catalog, size).await {
        client.batch_execute("VACUUM ANALYZE").await.expect("done");
    }
    Some(catalog)
}

/// Fills a catalogue unless it is full; tells whether it did.
async fn fill(catalog: &dyn Catalog, size: u32) -> bool {
    if catalog.entry(scan_id(size - 1)).await.expect("readable").is_some() {
        return false;
    }
    let started = Instant::now();
    for first in (0..size).step_by(BATCH as usize) {
        let rows: Vec<_> = (first..size.min(first + BATCH)).map(row).collect();
        catalog.put_all(&rows).await.expect("written");
    }
    let rate = f64::from(size) / started.elapsed().as_secs_f64();
    eprintln!("{size} rows made, {rate:.0} per second");
    true
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |m| m.len())
}

fn answers(c: &mut Criterion) {
    let runtime = Runtime::new().expect("threads");
    for size in SIZES {
        answers_of(c, &runtime, "sqlite", size, &*runtime.block_on(sqlite(size)));
        if let Some(catalog) = runtime.block_on(postgres(size)) {
            answers_of(c, &runtime, "postgres", size, &*catalog);
        }
    }
}

fn answers_of(c: &mut Criterion, runtime: &Runtime, database: &str, size: u32, catalog: &dyn Catalog) {
    let mut group = c.benchmark_group(format!("catalog {database} {size}"));
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % u64::from(size)) as u32
    };
    let from = |number: u32, scans: i64| {
        let start = EPOCH + STEP * i64::from(number);
        let (from, until) = (Timestamp::from_second(start).ok(), Timestamp::from_second(start + STEP * scans).ok());
        Query { from, until, ..Query::default() }
    };
    let site = |query: Query, number: u32| query.with(Filter::new(Scheme::Site, SITES[number as usize % 5]));
    type Make<'a> = &'a dyn Fn(u32) -> Query;
    let cases: [(&str, Make<'_>); 8] = [
        ("container", &|n| Query::default().with(Filter::new(Scheme::Container, container(n)))),
        ("container exact", &|n| {
            Query::default().with(Filter::new(Scheme::Container, container(n)).matching(Matching::Exact))
        }),
        ("any number", &|n| Query::default().with(Filter::any(container(n)))),
        ("plate lookalike, first 50", &|n| {
            Query { limit: 50, ..Query::default() }
                .with(Filter::new(Scheme::Plate, plate(n)).matching(Matching::Lookalike))
        }),
        ("date range, first 50", &|n| Query { limit: 50, ..from(n, 5000) }),
        ("date range and site, first 50", &|n| site(Query { limit: 50, ..from(n, 5000) }, n)),
        ("site, first 50", &|n| site(Query { limit: 50, ..Query::default() }, n)),
        ("newest 50", &|_| Query { limit: 50, ..Query::default() }),
    ];
    for (name, make) in cases {
        group.bench_function(name, |b| {
            b.iter(|| runtime.block_on(catalog.search(&make(random()))).expect("an answer").hits.len());
        });
    }
    group.bench_function("count of a site", |b| {
        b.iter(|| runtime.block_on(catalog.count(&site(Query::default(), random()))).expect("an answer").scans);
    });
    group.bench_function("row with chunk map", |b| {
        b.iter(|| runtime.block_on(catalog.row(scan_id(random()))).expect("an answer").is_some());
    });
    group.finish();
}

criterion_group!(benches, answers);
criterion_main!(benches);
