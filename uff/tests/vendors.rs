//! Nine invented vendors, each read by its profile alone and compared with what NumPy and h5py wrote.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use uff::format::write_original;
use uff::limits::Budget;
use uff::model::Bundle;
use uff::model::LossKind;
use uff::model::SegmentPurpose;
use uff::model::Sha256;
use uff::model::ViewKind;
use uff::vendor::Delivery;
use uff::vendor::ReadOptions;
use uff::vendor::profile::Profile;
use uff::vendor::recognize;

/// Folder with the delivery; the profile has the same name.
const VENDORS: [&str; 9] = [
    "brannvik-gantry",
    "tessaline-portal",
    "halcyr-portal",
    "vesper-van",
    "palmar-handheld",
    "quarrel-x300",
    "longmark-rail",
    "oldfield-export",
    "nordlys-lab",
];

fn samples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../samples")
}

fn options() -> ReadOptions {
    let files = std::fs::read_dir(samples().join("profiles")).unwrap().map(|e| e.unwrap().path());
    let mut profiles: Vec<_> = files.map(|path| Arc::new(Profile::open(&path).unwrap())).collect();
    profiles.sort_by(|a, b| a.name().cmp(b.name()));
    ReadOptions { profiles, ..ReadOptions::default() }
}

fn delivery(vendor: &str) -> Delivery {
    Delivery::open(&samples().join(vendor).join("delivery"), &Budget::default()).unwrap()
}

fn read(vendor: &str) -> Bundle {
    let (delivery, options) = (delivery(vendor), options());
    let recognized = recognize(&delivery, &options).unwrap();
    assert_eq!(recognized.candidate.profile.as_deref(), Some(vendor));
    recognized.reader.read(&delivery, &options, &Budget::default()).unwrap()
}

#[test]
fn every_sample_is_what_the_vendor_wrote() {
    let mut compared = 0;
    for vendor in VENDORS {
        let text = std::fs::read_to_string(samples().join(vendor).join("expected.json")).unwrap();
        let expected: BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
        let bundle = read(vendor);
        let digest = |samples: &dyn uff::model::Samples| Sha256::of(&samples.read_all().unwrap().to_le_bytes());
        let found: BTreeMap<_, _> =
            bundle.planes.iter().map(|(key, samples)| (key.to_string(), digest(&**samples).to_string())).collect();
        // What a lossy JPEG decodes to is not fixed to the bit.
        if vendor != "oldfield-export" {
            assert_eq!(found, expected, "{vendor}");
        }
        compared += expected.len();
    }
    assert_eq!(compared, 25);
}

#[test]
fn every_original_is_rebuilt_and_nothing_is_dropped() {
    for vendor in VENDORS {
        let bundle = read(vendor);
        let dropped: Vec<_> = bundle.scan.provenance.losses.iter().filter(|l| l.kind == LossKind::Dropped).collect();
        assert!(dropped.is_empty(), "{vendor}: {dropped:?}");
        let delivery = delivery(vendor);
        for (source, file) in bundle.scan.provenance.sources.iter().zip(delivery.files()) {
            let mut rebuilt = Vec::new();
            write_original(&bundle, source, &mut rebuilt).unwrap();
            assert_eq!(Sha256::of(&rebuilt), file.digest(), "{vendor}: {}", file.name());
        }
    }
}

#[test]
fn papers_and_setup_reach_the_model() {
    let scans: BTreeMap<_, _> = VENDORS.iter().map(|v| (*v, read(v).scan)).collect();
    let start = |vendor: &str| scans[vendor].identity.start.unwrap().to_string();
    // Times by Python's datetime and zoneinfo.
    assert_eq!(start("brannvik-gantry"), "2026-10-03T22:41:07+02:00");
    assert_eq!(start("tessaline-portal"), "2026-10-03T21:00:00.5Z");
    assert_eq!(start("halcyr-portal"), "2026-09-18T09:12:33+08:00");
    assert_eq!(start("vesper-van"), "2026-08-07T15:20:44+03:00");
    assert_eq!(start("palmar-handheld"), "2026-06-11T18:33:55+03:00");
    assert_eq!(start("quarrel-x300"), "2026-11-12T09:00:00Z");
    assert_eq!(start("longmark-rail"), "2026-05-02T04:10:00+03:00");
    assert_eq!(start("oldfield-export"), "2019-03-14T11:02:00Z");
    assert_eq!(start("nordlys-lab"), "2026-10-06T09:03:27.25Z");

    let plate = |vendor: &str| scans[vendor].object.plates[0].number.to_string();
    assert_eq!(plate("brannvik-gantry"), "ÄBC 123");
    assert_eq!(plate("halcyr-portal"), "粤B 12345");
    assert_eq!(plate("oldfield-export"), "AB12 CDE");
    let site = |vendor: &str| scans[vendor].identity.site.clone().unwrap().name;
    assert_eq!(site("halcyr-portal").as_deref(), Some("深圳文锦渡"));
    assert_eq!(site("vesper-van").as_deref(), Some("Козловичи"));
    assert_eq!(site("quarrel-x300").as_deref(), Some("Ærøskøbing"));

    assert_eq!(scans["brannvik-gantry"].views[0].channels[1].column_shift, Some(0.5));
    assert_eq!(scans["tessaline-portal"].views.len(), 2);
    let segments = &scans["halcyr-portal"].views[0].segments;
    assert_eq!((segments[0].columns, segments[1].first_column), (72, 72));
    assert_eq!(segments[0].purpose, SegmentPurpose::OccupiedCab);
    assert_eq!(scans["vesper-van"].views[2].kind, ViewKind::BackscatterTop);
    assert_eq!(scans["vesper-van"].media.len(), 1);
    assert_eq!(scans["longmark-rail"].views[0].columns, 3200);
    assert_eq!(scans["longmark-rail"].object.railcars.len(), 3);
    assert!(!scans["oldfield-export"].views[0].channels[0].measurement_grade);

    let nordlys = &scans["nordlys-lab"];
    let energies: Vec<_> = nordlys.views[0].channels.iter().map(|c| c.energy.unwrap().mev()).collect();
    assert_eq!(energies, [6.0, 4.0]);
    let list = |texts: Vec<String>| texts.join(" ");
    assert_eq!(list(nordlys.object.containers.iter().map(ToString::to_string).collect()), "CSQU3054383 MSKU9070323");
    assert_eq!(list(nordlys.object.seals.iter().map(ToString::to_string).collect()), "NO-448213 ML-GX7714");
    let kept = |origin: &str| {
        let item = nordlys.vendor.iter().find(|v| v.origin == format!("NLX-2026-0042.h5: {origin}"));
        item.and_then(|v| v.text.clone()).unwrap_or_else(|| panic!("{origin}: {:?}", nordlys.vendor))
    };
    assert_eq!(kept("/scan@operator"), "Åse Nygård");
    assert_eq!(kept("/scan@pulse_counter"), "9223372036854775850");
    assert_eq!(kept("/scan@interlock_ok"), "true");
    assert_eq!(kept("/scan/seals[1]/party"), "carrier");
    assert_eq!(kept("/rig/tank_temperature"), "f32, 300; kept in the file");
}
