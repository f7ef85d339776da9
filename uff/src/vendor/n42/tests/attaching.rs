//! Attaching a document to a scan: by time and lane, or not at all.

use super::assert_series;
use super::delivery;
use crate::error::Code;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Site;
use crate::model::Timestamp;
use crate::testing::PORTAL_2006;
use crate::testing::PORTAL_2011;
use crate::vendor::n42::AttachOptions;
use crate::vendor::n42::Attachment;
use crate::vendor::n42::attach;

fn scan(start: &str, end: &str, lane: &str) -> Bundle {
    let mut bundle = Bundle::default();
    let time = |text: &str| (!text.is_empty()).then(|| Timestamp::parse(text).unwrap());
    bundle.scan.identity.start = time(start);
    bundle.scan.identity.end = time(end);
    bundle.scan.identity.site = (!lane.is_empty()).then(|| Site { lane: Some(lane.to_owned()), ..Site::default() });
    bundle
}

fn attached(bundle: &mut Bundle, document: &str) -> Result<Attachment> {
    let delivery = delivery(document);
    attach(bundle, &delivery.files()[0], &AttachOptions::default(), &Budget::default())
}

#[test]
fn an_overlap_in_the_same_lane_is_a_match() {
    let mut bundle = scan("2026-11-22T02:14:11Z", "2026-11-22T02:14:40Z", "Lane 03");
    let done = attached(&mut bundle, PORTAL_2011).unwrap();
    assert_eq!((done.series, done.entries, done.alarms, done.losses.len()), (10, 5, 2, 6));
    assert_eq!(
        done.reason,
        "a vehicle was in the portal from 2026-11-22T03:14:10.5+01:00 to 2026-11-22T03:14:11.5+01:00 and the scan ran \
         from 2026-11-22T02:14:11Z to 2026-11-22T02:14:40Z, an overlap of 0.5 s; 120 s apart are tolerated; the \
         lane is the same (Lane 03)"
    );
    let radiation = bundle.scan.radiation.as_ref().unwrap();
    assert_eq!(radiation.reason.as_ref(), Some(&done.reason));
    assert_eq!(radiation.file_name.as_deref(), Some("portal.n42"));
    assert_eq!(radiation.digest, Some(crate::model::Sha256::of(PORTAL_2011.as_bytes())));
    assert_series(&bundle, "occupancy", &[0.0, 0.0, 1.0, 1.0, 0.0]);
    assert_eq!(bundle.scan.provenance.losses, done.losses);
    assert_eq!(bundle.scan.system.manufacturer, None, "the scanner is another device");
    let again = attached(&mut bundle, PORTAL_2011).map(|_| ()).map_err(|e| e.code());
    assert_eq!(again, Err(Code::RadiationPresent));
}

#[test]
fn a_portal_before_or_behind_the_scanner_is_a_match() {
    let before = attached(&mut scan("2026-11-22T03:14:50+01:00", "", ""), PORTAL_2011).unwrap().reason;
    assert!(before.contains("which began 38.5 s later") && before.ends_with("lane 3"), "{before}");
    let behind = scan("2026-11-22T03:13:00+01:00", "2026-11-22T03:13:40+01:00", "");
    let behind = attached(&mut behind.clone(), PORTAL_2011).unwrap().reason;
    assert!(behind.contains("which had ended 30.5 s before"), "{behind}");
}

/// Times without offset are those of the clock on the wall beside the scanner.
#[test]
fn times_without_offset_are_local_to_the_scan() {
    let mut bundle = scan("2026-11-22T03:14:20+01:00", "", "3");
    attached(&mut bundle, PORTAL_2006).unwrap();
    let start = bundle.scan.radiation.and_then(|r| r.start).map(|t| t.to_string());
    assert_eq!(start.as_deref(), Some("2026-11-22T03:14:10+01:00"));
}

#[test]
fn another_time_or_lane_is_refused_and_nothing_changes() {
    for (start, end, lane, code) in [
        ("2026-11-22T03:16:20+01:00", "", "3", Code::RadiationTime),
        ("2026-11-22T03:00:00+01:00", "2026-11-22T03:12:10+01:00", "3", Code::RadiationTime),
        ("2026-11-22T03:14:11Z", "", "3", Code::RadiationTime),
        ("2026-11-22T03:14:11+01:00", "", "4", Code::RadiationLane),
        ("", "", "3", Code::RadiationNoTime),
    ] {
        let mut bundle = scan(start, end, lane);
        let error = attached(&mut bundle, PORTAL_2011).map(|_| start).unwrap_err();
        assert_eq!((error.code(), error.file_name()), (code, Some("portal.n42")), "{error}");
        assert!(bundle.scan.radiation.is_none() && bundle.series.is_empty() && bundle.blobs.iter().count() == 0);
        assert!(bundle.scan.provenance.losses.is_empty());
    }
    let timeless = "<RadInstrumentData xmlns='http://physics.nist.gov/N42/2011/N42'/>";
    let error = attached(&mut scan("2026-11-22T03:14:11Z", "", ""), timeless).map(|_| ()).map_err(|e| e.code());
    assert_eq!(error, Err(Code::RadiationNoTime));
}
