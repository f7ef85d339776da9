use super::*;
use crate::limits::Budget;
use crate::model::identifier::{ChannelId, Identifier};
use crate::model::{Block, LossKind, ObjectKind, PlaneKey, PlanePart};
use crate::testing::{GANTRY_COLUMNS as COLUMNS, GANTRY_ROWS as ROWS, gantry_sample as sample};

#[test]
fn every_sample_is_where_the_scanner_wrote_it() {
    let reading = profile(PROFILE).read(&gantry(), &Budget::default()).unwrap();
    for (number, channel) in [(0, "high"), (1, "low")] {
        for (part, first, count) in
            [(PlanePart::Dark, 0, 2), (PlanePart::Air, 2, 2), (PlanePart::Samples, 4, COLUMNS as usize)]
        {
            let key = PlaneKey::Channel { view: 0, channel: ChannelId::new(channel).unwrap(), part };
            let Block::U16(block) = reading.bundle.planes[&key].read_all().unwrap() else { panic!("type") };
            assert_eq!(block.dim(), (usize::from(ROWS), count));
            for ((row, line), found) in block.indexed_iter() {
                assert_eq!(*found, sample(number, row as u32, (first + line) as u32), "{key} {row} {line}");
            }
        }
    }
    assert_eq!(reading.bundle.planes.len(), 6);
    // Header and line headers are what is left of the pixel file.
    let (raw, _) = gantry().find("scan.raw").unwrap();
    let rest = reading.bundle.blobs.get(&format!("vendor/originals/{raw}")).unwrap().len();
    assert_eq!(rest, 32 + 4 * 2 * u64::from(COLUMNS + 4));
}

#[test]
fn sidecar_fields_go_to_the_model_and_nothing_is_lost() {
    let reading = profile(PROFILE).read(&gantry(), &Budget::default()).unwrap();
    let scan = &reading.bundle.scan;
    assert_eq!(scan.identity.start.unwrap().to_string(), "2026-11-22T03:14:15+01:00");
    assert_eq!(scan.views[0].geometry.as_ref().unwrap().pitch_rows.unwrap().get(), 4.5);
    assert_eq!(scan.object.kind, ObjectKind::Truck);
    let plates: Vec<_> =
        scan.object.plates.iter().map(|p| (p.number.written(), p.country.as_ref().map(|c| c.written()))).collect();
    assert_eq!(plates, [("KR 123AB", Some("PL")), ("WX 9", None)]);
    assert_eq!(scan.views[0].channels[0].energy.unwrap().get(), 6000.0);
    assert_eq!(scan.views[0].channels[1].calibration.as_ref().unwrap().dark_lines, Some(2));
    let kept: Vec<_> = scan.vendor.iter().map(|v| (v.origin.as_str(), v.text.as_deref().unwrap())).collect();
    assert_eq!(
        kept,
        [
            ("scan.raw: bytes 12 to 19 (operator)", "J. Doe"),
            ("scan.xml: Scan/@job", "17"),
            ("scan.xml: Scan/Belt/@speed", "0.4"),
            ("scan.xml: Scan/Belt", "on"),
        ]
    );
    let invented: Vec<_> = scan.provenance.losses.iter().map(|l| (&l.kind, l.subject.as_str())).collect();
    assert_eq!(
        invented,
        [
            (&LossKind::Invented, "view[0]"),
            (&LossKind::Invented, "identity/start"),
            (&LossKind::Invented, "system/manufacturer"),
        ]
    );
    assert_eq!(scan.provenance.profile.as_deref(), Some("test-gantry 1"));
    let origin = |target: &str| reading.filled.iter().find(|f| f.target == target).map(|f| f.origin.as_str());
    assert_eq!(origin("field pulses"), Some("scan.raw: bytes 8 to 11"));
    assert_eq!(origin("object/plate[1]/number"), Some("scan.xml: Scan/Plate[2]"));
}

#[test]
fn a_value_that_does_not_fit_is_kept_and_reported() {
    let odd = SIDECAR.replace(">T<", ">Q<").replace("22.11.2026", "31.02.2026");
    let delivery = delivery(&[("scan.xml", odd.as_bytes()), ("scan.raw", &pixel_file())]);
    let scan = profile(PROFILE).read(&delivery, &Budget::default()).unwrap().bundle.scan;
    assert_eq!((scan.object.kind, scan.identity.start), (ObjectKind::Other, None));
    let dropped: Vec<_> =
        scan.provenance.losses.iter().filter(|l| l.kind == LossKind::Dropped).map(|l| l.subject.as_str()).collect();
    assert_eq!(dropped, ["scan.xml: Scan/Date and scan.xml: Scan/Time", "scan.xml: Scan/Type"]);
    assert!(scan.vendor.iter().any(|v| v.text.as_deref() == Some("31.02.2026 03:14:15")));

    let strict = PROFILE.replace("codes = {", "required = true\ncodes = {");
    let e = profile(&strict).read(&delivery, &Budget::default()).err().unwrap();
    assert_eq!(e.code(), crate::Code::InputValue);
    assert!(e.to_string().contains("expected one of the codes C, T"), "{e}");
}

#[test]
fn recognition_is_by_content() {
    let profile = profile(PROFILE);
    let renamed = delivery(&[("b.bin", SIDECAR.as_bytes()), ("a.bin", &pixel_file())]);
    assert!(profile.recognizes(&renamed).unwrap().unwrap().contains("root element Scan in urn:gantry in b.bin"));
    assert!(profile.read(&renamed, &Budget::default()).is_ok());
    let other = SIDECAR.replace("urn:gantry", "urn:other");
    let foreign = delivery(&[("scan.xml", other.as_bytes()), ("scan.raw", &pixel_file())]);
    assert_eq!(profile.recognizes(&foreign).unwrap(), None);
    let two = delivery(&[("a", &pixel_file()), ("b", &pixel_file()), ("c", SIDECAR.as_bytes())]);
    assert_eq!(profile.read(&two, &Budget::default()).err().unwrap().code(), crate::Code::InputAmbiguous);
    let lone = delivery(&[("a", &pixel_file())]);
    assert_eq!(profile.read(&lone, &Budget::default()).err().unwrap().code(), crate::Code::InputMissingFile);
}
