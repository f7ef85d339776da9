//! What every catalogue must do.

use jiff::{SignedDuration, Timestamp};
use uff::model::identifier::{ContainerNumber, Plate};
use uff::model::{ObjectKind, PlateReading, Scan, ScanId};

use super::rows::{self, EPOCH, STEP, container, plate, row, scan_id};
use crate::catalog::Catalog;
use crate::facts::{DeletionRequest, Hold, Tombstone};
use crate::query::{Count, Filter, Matching, Query, Scheme};
use crate::record::{IdentifierRecord, MAX_FIGURE, MaterialFigure};

/// Runs the whole suite on an empty catalogue.
pub async fn run(catalog: &dyn Catalog) {
    empty(catalog).await;
    for number in 0..COUNT {
        catalog.put(&row(number)).await.unwrap();
    }
    rows_come_back(catalog).await;
    identifiers(catalog).await;
    classes_combine(catalog).await;
    material_figures_lie_in_ranges(catalog).await;
    calibrations_of_a_scanner_by_time(catalog).await;
    pages_cover_everything_once(catalog).await;
    counts_are_those_of_all_pages(catalog).await;
    time_ranges(catalog).await;
    figures(catalog).await;
    text_is_only_ever_text(catalog).await;
    any_script_is_searchable(catalog).await;
    wrong_check_digits_and_lookalikes(catalog).await;
    replacing_leaves_no_old_terms(catalog).await;
    tombstones(catalog).await;
}

const COUNT: u32 = 300;

async fn found(catalog: &dyn Catalog, query: Query) -> Vec<ScanId> {
    catalog.search(&query).await.unwrap().hits.iter().map(|hit| hit.record.scan_id).collect()
}

fn one(scheme: Scheme, text: impl Into<String>) -> Query {
    Query::default().with(Filter::new(scheme, text))
}

async fn empty(catalog: &dyn Catalog) {
    let page = catalog.search(&Query::default()).await.unwrap();
    assert!(page.hits.is_empty() && page.next.is_none());
    assert_eq!(catalog.row(scan_id(0)).await.unwrap(), None);
    assert_eq!(catalog.entry(scan_id(0)).await.unwrap(), None);
    assert_eq!(catalog.scans(None, 10).await.unwrap(), []);
}

async fn counts_are_those_of_all_pages(catalog: &dyn Catalog) {
    let from = Timestamp::from_second(EPOCH + 10 * STEP).ok();
    let range = Query { from, until: Timestamp::from_second(EPOCH + 60 * STEP).ok(), ..Query::default() };
    let site = |query: Query| query.with(Filter::new(Scheme::Site, rows::SITES[1]));
    let queries = [
        Query::default(),
        range.clone(),
        site(Query::default()),
        site(range.clone()),
        site(range).with(Filter::new(Scheme::Lane, "Lane 1")),
        one(Scheme::Container, container(7)),
        Query::default().with(Filter::any(plate(7)).matching(Matching::Lookalike)),
        one(Scheme::Container, "none"),
    ];
    for query in queries {
        let all = Query { limit: 1000, ..query.clone() };
        let expected = Count { scans: found(catalog, all).await.len() as u64, capped: false };
        assert_eq!(catalog.count(&query).await.unwrap(), expected, "{query:?}");
        let after = catalog.search(&Query { limit: 1, ..query.clone() }).await.unwrap().next;
        assert_eq!(catalog.count(&Query { after, ..query }).await.unwrap(), expected, "wherever it continues from");
    }
    assert!(catalog.count(&Query { limit: 0, ..Query::default() }).await.is_err());
}

async fn rows_come_back(catalog: &dyn Catalog) {
    for number in [0, 7, COUNT - 1] {
        let expected = row(number);
        assert_eq!(catalog.row(scan_id(number)).await.unwrap(), Some(expected.clone()));
        let entry = catalog.entry(scan_id(number)).await.unwrap().unwrap();
        assert_eq!((entry.record, entry.place), (expected.record, expected.place));
    }
    let mut all: Vec<ScanId> = (0..COUNT).map(scan_id).collect();
    all.sort_unstable();
    let first = catalog.scans(None, 200).await.unwrap();
    let rest = catalog.scans(first.last().copied(), 200).await.unwrap();
    assert_eq!([first, rest].concat(), all);
}

async fn identifiers(catalog: &dyn Catalog) {
    let number = 42;
    let spaced = format!("{} {}", &container(number)[..4], &container(number)[4..].to_lowercase());
    for query in [
        one(Scheme::Container, container(number)),
        one(Scheme::Container, spaced),
        one(Scheme::Plate, plate(number).to_lowercase().replace(' ', ".")),
        one(Scheme::ScannerScan, "scn 42"),
        one(Scheme::Mrn, format!("26PL{number:013}0")),
        Query::default().with(Filter::any(container(number))),
        Query::default().with(Filter::any(plate(number))),
        one(Scheme::Container, container(number)).with(Filter::new(Scheme::Plate, plate(number))),
    ] {
        assert_eq!(found(catalog, query.clone()).await, [scan_id(number)], "{query:?}");
    }
    assert!(found(catalog, one(Scheme::Plate, container(number))).await.is_empty());
    let both = one(Scheme::Container, container(1)).with(Filter::new(Scheme::Container, container(2)));
    assert!(found(catalog, both).await.is_empty());
    let prefix = Filter::new(Scheme::Container, "test 00001").matching(Matching::Prefix);
    let expected: Vec<ScanId> = (10..20).rev().map(scan_id).collect();
    assert_eq!(found(catalog, Query::default().with(prefix)).await, expected);
}

async fn classes_combine(catalog: &dyn Catalog) {
    let query =
        one(Scheme::Site, "plgdn").with(Filter::object(&ObjectKind::Car)).with(Filter::new(Scheme::Lane, "lane 2"));
    let expected: Vec<ScanId> = (0..COUNT).rev().filter(|n| n % 20 == 10).map(scan_id).collect();
    assert!(!expected.is_empty());
    assert_eq!(found(catalog, query).await, expected);
}

async fn material_figures_lie_in_ranges(catalog: &dyn Catalog) {
    let figure = |figure, least, most| Query::default().with(Filter::material(figure, least, most));
    let scans = |numbers: &mut dyn Iterator<Item = u32>| numbers.map(scan_id).collect::<Vec<_>>();
    let organic = found(catalog, figure(MaterialFigure::Organic, 9, 11)).await;
    assert_eq!(organic, scans(&mut [44, 40, 36].into_iter()), "newest first, both ends included");
    assert_eq!(found(catalog, figure(MaterialFigure::Metal, 100, 100)).await, [scan_id(0)]);
    assert_eq!(found(catalog, figure(MaterialFigure::Heavy, 1, MAX_FIGURE)).await, []);
    let every = Query { limit: 1000, ..figure(MaterialFigure::ArealDensity, 0, MAX_FIGURE) };
    assert_eq!(found(catalog, every).await, scans(&mut (0..COUNT).rev().filter(|n| n % 4 == 0)));
    let z = found(catalog, figure(MaterialFigure::Z, 9, 12)).await;
    assert_eq!(z, scans(&mut (0..COUNT).rev().filter(|n| n % 4 == 0 && n / 4 >= 66)), "9 is below 10");
    let both = figure(MaterialFigure::Organic, 0, 20).with(Filter::material(MaterialFigure::ArealDensity, 40, 60));
    assert_eq!(found(catalog, both.with(Filter::object(&ObjectKind::Car))).await, [60, 40].map(scan_id));
    for wrong in [
        figure(MaterialFigure::Z, 5, 4),
        figure(MaterialFigure::Z, 0, MAX_FIGURE + 1),
        one(Scheme::Material, "organic"),
        Query::default().with(Filter::any("1").matching(Matching::Within(0, 1))),
        Query::default().with(Filter::new(Scheme::Material, "weight").matching(Matching::Within(0, 1))),
    ] {
        assert_eq!(catalog.search(&wrong).await.unwrap_err().code(), "archive.query", "{wrong:?}");
    }
}

async fn calibrations_of_a_scanner_by_time(catalog: &dyn Catalog) {
    let scanner = || one(Scheme::Serial, "X-3").with(Filter::calibrates(0));
    let expected: Vec<ScanId> = [243, 183, 123, 63, 3].map(scan_id).to_vec();
    assert_eq!(found(catalog, scanner()).await, expected, "newest first");
    let at = Timestamp::from_second(EPOCH + 150 * STEP).unwrap();
    let in_force = Query { until: Some(at), limit: 1, ..scanner() };
    assert_eq!(found(catalog, in_force).await, [scan_id(123)]);
    let none = [
        one(Scheme::Serial, "X-4").with(Filter::calibrates(0)),
        one(Scheme::Serial, "X-3").with(Filter::calibrates(1)),
    ];
    for query in none {
        assert_eq!(found(catalog, query).await, []);
    }
}

async fn pages_cover_everything_once(catalog: &dyn Catalog) {
    let all: Vec<ScanId> = (0..COUNT).rev().map(scan_id).collect();
    let of_site: Vec<ScanId> = (0..COUNT).rev().filter(|n| n % 5 == 1).map(scan_id).collect();
    for (query, expected) in [(Query::default(), all), (one(Scheme::Site, "NLRTM"), of_site)] {
        let mut seen = Vec::new();
        let mut query = Query { limit: 7, ..query };
        loop {
            let page = catalog.search(&query).await.unwrap();
            assert!(page.hits.len() <= 7);
            seen.extend(page.hits.iter().map(|hit| hit.record.scan_id));
            match page.next {
                // The text form is what travels between pages.
                Some(next) => query.after = Some(next.to_string().parse().unwrap()),
                None => break,
            }
        }
        assert_eq!(seen, expected);
    }
}

async fn time_ranges(catalog: &dyn Catalog) {
    let at = |number: i64| Timestamp::from_second(EPOCH + STEP * number).unwrap();
    let query = Query { from: Some(at(10)), until: Some(at(13)), ..Query::default() };
    assert_eq!(found(catalog, query.clone()).await, [12, 11, 10].map(scan_id));
    let with_site = query.with(Filter::new(Scheme::Site, rows::SITES[1]));
    assert_eq!(found(catalog, with_site).await, [scan_id(11)]);
    let moment = SignedDuration::from_micros(1);
    let query = Query { from: Some(at(10) + moment), until: Some(at(11) + moment), ..Query::default() };
    assert_eq!(found(catalog, query).await, [scan_id(11)]);

    let mut timeless = Scan::default();
    timeless.identity.scan_id = scan_id(1_000_001);
    timeless.object.containers.push(ContainerNumber::new("TIMELESS"));
    catalog.put(&rows::row_of(&timeless)).await.unwrap();
    assert_eq!(found(catalog, one(Scheme::Container, "TIMELESS")).await, [scan_id(1_000_001)]);
    let ever = Query { until: Some(Timestamp::MAX), limit: 1000, ..Query::default() };
    assert_eq!(found(catalog, ever).await.len(), COUNT as usize);
    let last = Query { limit: 1000, ..Query::default() };
    assert_eq!(found(catalog, last).await.last(), Some(&scan_id(1_000_001)));
}

async fn figures(catalog: &dyn Catalog) {
    let stats = catalog.stats().await.unwrap();
    let timeless = 1;
    assert_eq!((stats.scans, stats.deleted), (u64::from(COUNT) + timeless, 0));
    assert_eq!(stats.uff_bytes, stats.scans * (8 << 20));
    assert_eq!(stats.first, Timestamp::from_second(EPOCH).ok());
    assert_eq!(stats.last, Timestamp::from_second(EPOCH + STEP * i64::from(COUNT - 1)).ok());
    assert_eq!(stats.months.iter().map(|(_, scans)| scans).sum::<u64>(), u64::from(COUNT));
    let of = |scheme, key: &str| stats.groups.iter().find(|(s, k, _)| (*s, k.as_str()) == (scheme, key)).map(|g| g.2);
    assert_eq!(of(Scheme::Site, "NLRTM"), Some(u64::from(COUNT) / 5));
    assert_eq!(of(Scheme::Object, "CAR"), Some(u64::from(COUNT) / 10));
    assert_eq!(of(Scheme::Serial, "X7"), Some(u64::from(COUNT) / 12));
}

/// A deleted scan is found by its state alone, and counted apart.
async fn tombstones(catalog: &dyn Catalog) {
    let before = catalog.stats().await.unwrap();
    let mut held = row(7);
    held.facts.holds.push(Hold {
        id: uuid::Uuid::nil(),
        holder: "Court \"x\"".into(),
        reason: "case".into(),
        placed: Timestamp::UNIX_EPOCH,
        by: "0123".into(),
    });
    catalog.put(&held).await.unwrap();
    assert_eq!(found(catalog, one(Scheme::State, "held")).await, [scan_id(7)]);
    assert_eq!(catalog.row(scan_id(7)).await.unwrap(), Some(held));
    let mut dead = row(8);
    let request = DeletionRequest { reason: "x".into(), time: Timestamp::UNIX_EPOCH, by: "1".into() };
    dead.facts.tombstone = Some(Tombstone {
        request,
        time: Timestamp::UNIX_EPOCH,
        by: "2".into(),
        replaces: dead.place.inventory,
        erased: Vec::new(),
    });
    catalog.put(&dead).await.unwrap();
    assert_eq!(found(catalog, one(Scheme::State, "deleted")).await, [scan_id(8)]);
    assert!(found(catalog, one(Scheme::Container, container(8))).await.is_empty());
    let all = found(catalog, Query { limit: 1000, ..Query::default() }).await;
    assert!(!all.contains(&scan_id(8)) && all.contains(&scan_id(7)));
    let after = catalog.stats().await.unwrap();
    assert_eq!((after.scans, after.deleted), (before.scans - 1, 1));
    catalog.put(&row(7)).await.unwrap();
    catalog.put(&row(8)).await.unwrap();
    assert_eq!(found(catalog, one(Scheme::Container, container(8))).await, [scan_id(8)]);
}

async fn text_is_only_ever_text(catalog: &dyn Catalog) {
    let hostile = [
        "x' OR '1'='1",
        "x\"; DROP TABLE scan; --",
        "%",
        "_a",
        "ZEST*",
        "a\0b",
        "?1",
        ":key",
        "\u{202e}x",
        "x') UNION SELECT * FROM scan --",
    ];
    for text in hostile {
        for matching in [Matching::Exact, Matching::Corrected, Matching::Lookalike, Matching::Prefix] {
            for filter in [Filter::new(Scheme::Container, text), Filter::any(text), Filter::new(Scheme::Site, text)] {
                match catalog.search(&Query::default().with(filter.matching(matching))).await {
                    Ok(page) => assert!(page.hits.is_empty(), "{text}"),
                    Err(e) => assert_eq!(e.code(), "archive.query", "{text}"),
                }
            }
        }
    }
    let mut scan = Scan::default();
    scan.identity.scan_id = scan_id(1_000_002);
    scan.object.plates.push(PlateReading { number: Plate::new("Robert'); DROP TABLE scan;--"), ..Default::default() });
    catalog.put(&rows::row_of(&scan)).await.unwrap();
    assert_eq!(found(catalog, one(Scheme::Plate, "Robert'); DROP TABLE scan;--")).await, [scan_id(1_000_002)]);
    assert_eq!(found(catalog, one(Scheme::Container, container(3))).await, [scan_id(3)]);
}

async fn any_script_is_searchable(catalog: &dyn Catalog) {
    let mut scan = Scan::default();
    scan.identity.scan_id = scan_id(1_000_003);
    for written in ["沪A·12345", "ΑΒΓ-1234", "о777оо 77", "łż 1ß"] {
        scan.object.plates.push(PlateReading { number: Plate::new(written), ..Default::default() });
    }
    catalog.put(&rows::row_of(&scan)).await.unwrap();
    for text in ["沪a12345", "αβγ 1234", "О777ОО77", "ŁŻ1SS"] {
        assert_eq!(found(catalog, one(Scheme::Plate, text)).await, [scan_id(1_000_003)], "{text}");
    }
}

async fn wrong_check_digits_and_lookalikes(catalog: &dyn Catalog) {
    let mut row = row(1_000_004);
    row.record.containers = vec![IdentifierRecord {
        written: "MSKU 000105-1".into(),
        canonical: "MSKU0001051".into(),
        likely: Some("MSKU0001050".into()),
    }];
    catalog.put(&row).await.unwrap();
    let expected = [scan_id(1_000_004)];
    let ask = |text: &str, matching| Query::default().with(Filter::new(Scheme::Container, text).matching(matching));
    assert_eq!(found(catalog, ask("MSKU0001051", Matching::Exact)).await, expected);
    assert!(found(catalog, ask("MSKU0001050", Matching::Exact)).await.is_empty());
    assert_eq!(found(catalog, ask("MSKU0001050", Matching::Corrected)).await, expected);
    assert_eq!(found(catalog, ask("M5KUOOO1O5O", Matching::Lookalike)).await, expected);
    assert!(found(catalog, ask("M5KUOOO1O5O", Matching::Exact)).await.is_empty());
    let plates = Query { limit: 5, ..Query::default() };
    let plate = Filter::new(Scheme::Plate, "6D 004 04").matching(Matching::Lookalike);
    assert!(found(catalog, plates.with(plate)).await.contains(&scan_id(4)));
}

async fn replacing_leaves_no_old_terms(catalog: &dyn Catalog) {
    let mut changed = row(5);
    changed.record.containers.clear();
    changed.place.head = 2;
    catalog.put(&changed).await.unwrap();
    assert!(found(catalog, one(Scheme::Container, container(5))).await.is_empty());
    assert_eq!(catalog.row(scan_id(5)).await.unwrap(), Some(changed));
    catalog.put(&row(5)).await.unwrap();
    assert_eq!(found(catalog, one(Scheme::Container, container(5))).await, [scan_id(5)]);
}
