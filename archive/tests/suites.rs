//! The suites of the archive, run on every store and catalogue that needs no server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use archive::catalog::{Catalog, PostgresCatalog, SqliteCatalog};
use archive::config::PostgresUrl;
use archive::id::ArchiveId;
use archive::store::{self, Store};
use archive::testing::{catalog_suite, store_suite};
use archive::{Facts, Filter, Query, Scheme, StoreOptions};
use object_store::memory::InMemory;
use object_store::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn store_in_memory() {
    store_suite::run(&Store::new(Arc::new(InMemory::new()), Path::default(), "memory")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn store_below_a_prefix() {
    store_suite::run(&Store::new(Arc::new(InMemory::new()), Path::from("some/prefix"), "memory")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn store_on_the_local_disk() {
    let directory = tempfile::tempdir().unwrap();
    store_suite::run(&store::open(&directory.path().into(), true, &StoreOptions::default()).unwrap().storage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn catalogue_in_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("catalog.sqlite");
    let id = ArchiveId::generate();
    let catalog = SqliteCatalog::create(&path, id).await.unwrap();
    catalog_suite::run(&catalog).await;
    let before = catalog.scans(None, 1000).await.unwrap();
    drop(catalog);
    let again = SqliteCatalog::open(&path, id).await.unwrap();
    assert_eq!(again.scans(None, 1000).await.unwrap(), before);
    drop(again);
    let foreign = SqliteCatalog::open(&path, ArchiveId::generate()).await.err().unwrap();
    assert_eq!(foreign.code(), "archive.catalog_foreign");
}

/// A catalogue as the first schema left it, with the row of a scan as it was written then.
#[tokio::test(flavor = "multi_thread")]
async fn catalogue_of_the_first_schema_opens() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("catalog.sqlite");
    let id = ArchiveId::generate();
    let scan = "d362b988-a320-8265-8e90-0d06e0c4ec54".parse().unwrap();
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../migrations/sqlite/0001_scans.sql")).unwrap();
    old.execute_batch(&include_str!("data/catalog-1.sql").replace("ARCHIVE", &id.to_string())).unwrap();
    drop(old);
    let catalog = SqliteCatalog::open(&path, id).await.unwrap();
    let query = Query::default().with(Filter::new(Scheme::Container, "QZKU 448211-5"));
    let hits = catalog.search(&query).await.unwrap().hits;
    assert_eq!(hits.iter().map(|hit| hit.record.scan_id).collect::<Vec<_>>(), [scan]);
    assert_eq!(hits[0].facts, Facts::default());
    assert_eq!(catalog.search(&Query::default()).await.unwrap().hits.len(), 1);
    let row = catalog.row(scan).await.unwrap().unwrap();
    assert_eq!((row.place.head, row.record.uff.size), (1, 1_234_567));
    catalog.put(&row).await.unwrap();
    assert_eq!(catalog.row(scan).await.unwrap(), Some(row));
}

#[tokio::test(flavor = "multi_thread")]
async fn catalogue_in_memory() {
    catalog_suite::run(&SqliteCatalog::in_memory(ArchiveId::generate()).await.unwrap()).await;
}

#[tokio::test]
async fn absent_catalogue_is_a_typed_error() {
    let directory = tempfile::tempdir().unwrap();
    let e = SqliteCatalog::open(&directory.path().join("none.sqlite"), ArchiveId::generate()).await.err().unwrap();
    assert_eq!(e.code(), "archive.catalog_absent");
}

/// Runs on a server where one is named, such as `UFF_TEST_CATALOG=postgres://user@127.0.0.1/database`, each time in a
/// schema of its own.
#[tokio::test(flavor = "multi_thread")]
async fn catalogue_that_the_environment_names() {
    let Ok(url) = std::env::var("UFF_TEST_CATALOG") else {
        eprintln!("skipped: UFF_TEST_CATALOG names no database");
        return;
    };
    let id = ArchiveId::generate();
    let schema = format!("suite_{}", id.uuid().simple());
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    let running = tokio::spawn(connection);
    client.batch_execute(&format!("CREATE SCHEMA {schema}")).await.unwrap();
    let url: PostgresUrl = format!("{url}?options=-csearch_path%3D{schema}").parse().unwrap();
    let absent = PostgresCatalog::open(&url, id).await.err().unwrap();
    assert_eq!(absent.code(), "archive.catalog_absent");
    let catalog = PostgresCatalog::create(&url, id).await.unwrap();
    catalog_suite::run(&catalog).await;
    turns_are_taken_one_by_one(&catalog, &PostgresCatalog::open(&url, id).await.unwrap()).await;
    let foreign = PostgresCatalog::create(&url, ArchiveId::generate()).await.err().unwrap();
    assert_eq!(foreign.code(), "archive.catalog_foreign");
    client.batch_execute(&format!("UPDATE {schema}.catalog SET version = 99")).await.unwrap();
    assert_eq!(PostgresCatalog::open(&url, id).await.err().unwrap().code(), "archive.catalog_version");
    client
        .batch_execute(&format!("DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}; CREATE TABLE {schema}.x ()"))
        .await
        .unwrap();
    assert_eq!(PostgresCatalog::create(&url, id).await.err().unwrap().code(), "archive.catalog_foreign");
    client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).await.unwrap();
    drop(client);
    running.await.unwrap().unwrap();
}

/// Two processes never have the turn at the same time, and one that goes away gives it up.
async fn turns_are_taken_one_by_one(one: &PostgresCatalog, other: &PostgresCatalog) {
    let mut turn = one.turn().await.unwrap().unwrap();
    turn.check().await.unwrap();
    let mut waiting = Box::pin(other.turn());
    let early = tokio::time::timeout(Duration::from_millis(200), &mut waiting).await;
    assert!(early.is_err(), "the turn is taken");
    turn.end().await.unwrap();
    let second = waiting.await.unwrap().unwrap();
    let mut waiting = Box::pin(one.turn());
    assert!(tokio::time::timeout(Duration::from_millis(200), &mut waiting).await.is_err());
    drop(second);
    waiting.await.unwrap().unwrap().end().await.unwrap();
}

/// Runs on a server where one is named, such as `UFF_TEST_STORE=s3://bucket` with `AWS_ENDPOINT` and credentials.
#[tokio::test(flavor = "multi_thread")]
async fn store_that_the_environment_names() {
    let Ok(url) = std::env::var("UFF_TEST_STORE") else {
        eprintln!("skipped: UFF_TEST_STORE names no store");
        return;
    };
    let url = format!("{url}/suites-{}", ArchiveId::generate());
    store_suite::run(&store::open(&url.parse().unwrap(), true, &StoreOptions::default()).unwrap().storage).await;
}
