//! Plans of the catalogue's queries, which decide whether a search stays fast as the archive grows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use archive::catalog::{Catalog, SqliteCatalog};
use archive::id::ArchiveId;
use archive::testing::rows::{EPOCH, container, plate, row};
use archive::{Count, Filter, Matching, Query, Scheme};
use jiff::Timestamp;

const ROWS: u32 = 10_000;

/// Ten thousand scans: no query scans a table, and what is in the order of the answer is not sorted; with and without
/// statistics of the database.
#[tokio::test(flavor = "multi_thread")]
async fn every_query_seeks_in_an_index() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("catalog.sqlite");
    let id = ArchiveId::generate();
    let catalog = SqliteCatalog::create(&path, id).await.unwrap();
    let rows: Vec<_> = (0..ROWS).map(row).collect();
    catalog.put_all(&rows).await.unwrap();
    assert_eq!(catalog.scans(None, ROWS + 1).await.unwrap().len(), ROWS as usize);
    check(&catalog).await;
    drop(catalog);
    rusqlite::Connection::open(&path).unwrap().execute_batch("ANALYZE").unwrap();
    let catalog = SqliteCatalog::open(&path, id).await.unwrap();
    check(&catalog).await;

    // Counting ends where it would begin to take long.
    let all = Query::default();
    assert_eq!(catalog.count(&all).await.unwrap(), Count { scans: 10_000, capped: false });
    catalog.put(&row(ROWS)).await.unwrap();
    assert_eq!(catalog.count(&all).await.unwrap(), Count { scans: 10_000, capped: true });
}

async fn check(catalog: &SqliteCatalog) {
    let range = Query {
        from: Timestamp::from_second(EPOCH + 1000).ok(),
        until: Timestamp::from_second(EPOCH + 90_000).ok(),
        ..Query::default()
    };
    let after = catalog.search(&Query { limit: 1, ..range.clone() }).await.unwrap().next;
    assert!(after.is_some());
    let exact = |scheme, text: String| Filter::new(scheme, text).matching(Matching::Exact);
    let sorted_by_index = [
        range.clone(),
        Query { after, ..range.clone() },
        Query { after, ..Query::default() },
        range.clone().with(Filter::new(Scheme::Site, "PLGDN")),
        Query { after, ..range.clone() }.with(Filter::new(Scheme::Site, "PLGDN")),
        Query::default().with(exact(Scheme::Container, container(7))),
        range.clone().with(exact(Scheme::Plate, plate(7))).with(Filter::new(Scheme::Lane, "Lane 1")),
    ];
    let small_sort = [
        Query::default().with(Filter::new(Scheme::Container, container(7))),
        Query::default().with(Filter::any(container(7)).matching(Matching::Lookalike)),
        Query { after, ..range }.with(Filter::any(plate(7))),
        Query::default().with(Filter::new(Scheme::Container, "TEST0000").matching(Matching::Prefix)),
    ];
    for query in sorted_by_index.iter().chain(&small_sort) {
        let plan = catalog.explain(query).await.unwrap();
        // `d` is what the driving filter gave, not a table.
        let scans = |line: &String| line.starts_with("SCAN") && !line.starts_with("SCAN d");
        assert!(!plan.iter().any(scans), "{query:?}\n{}", plan.join("\n"));
        assert!(plan.iter().any(|line| line.starts_with("SEARCH")), "{query:?}\n{}", plan.join("\n"));
    }
    for query in &sorted_by_index {
        let plan = catalog.explain(query).await.unwrap().join("\n");
        assert!(!plan.contains("TEMP B-TREE"), "{query:?}\n{plan}");
    }
    let all = catalog.explain(&Query::default()).await.unwrap();
    assert_eq!(all, ["SCAN s USING INDEX scan_time"], "an empty query walks the index from its end");
}
