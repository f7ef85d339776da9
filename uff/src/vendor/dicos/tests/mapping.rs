//! Views, energies and facts.

use super::*;
use crate::model::ChannelRole;
use crate::model::LossKind;
use crate::model::ObjectKind;
use crate::model::identifier::Identifier;

fn flavour(name: &str) -> Vec<u8> {
    DicomWriter::EXPLICIT.text((0x8, 0x0008), "CS", &format!("ORIGINAL\\{name}"))
}

#[test]
fn energies_of_a_view_are_its_channels() {
    let w = DicomWriter::EXPLICIT;
    let image = |name: &str, kilovolts: &str, view: u16, number: u16| {
        let before = [flavour(name), w.text((0x18, 0x0060), "DS", kilovolts)];
        let view = w.short((0x6100, 0x0024), &[view]);
        projection(PROCESSING, &before, &[view], (1, 2), &[number, number])
    };
    let bundle = read_all(&[
        ("a", image("LOW ENERGY", "3500", 2, 1)),
        ("b", image("HIGH ENERGY", "6000", 2, 2)),
        ("c", image("HIGH ENERGY", "6000", 1, 3)),
        ("d", image("LOW ENERGY", "3500", 1, 4)),
        ("e", image("Z_EFFECTIVE", "0", 1, 5)),
    ])
    .unwrap();
    let ids = |view: usize| bundle.scan.views[view].channels.iter().map(|c| c.id.to_string()).collect::<Vec<_>>();
    assert_eq!(
        (ids(0), ids(1)),
        (vec!["high".into(), "low".into(), "z-effective".into()], vec!["low".into(), "high".into()])
    );
    let Block::U16(high) = samples(&bundle, 1, "high") else { panic!("type") };
    assert_eq!(high[[0, 0]], 2);
    let high = &bundle.scan.views[0].channels[0];
    assert_eq!((high.role.clone(), high.energy.map(|e| e.mev())), (ChannelRole::High, Some(6.0)));
    assert_eq!(bundle.scan.system.sources[0].energies.iter().map(|e| e.get()).collect::<Vec<_>>(), [6000.0, 3500.0]);
}

#[test]
fn views_without_a_number_are_paired_in_their_order_and_that_is_noted() {
    let image = |name: &str, n: u16| projection(PROCESSING, &[flavour(name)], &[], (1, 2), &[n, n]);
    let bundle = read_all(&[
        ("a", image("HIGH ENERGY", 1)),
        ("b", image("HIGH ENERGY", 2)),
        ("c", image("LOW ENERGY", 3)),
        ("d", image("LOW ENERGY", 4)),
    ])
    .unwrap();
    let Block::U16(low) = samples(&bundle, 1, "low") else { panic!("type") };
    assert_eq!((bundle.scan.views.len(), low[[0, 0]]), (2, 4));
    assert!(bundle.scan.provenance.losses.iter().any(|l| l.reason.contains("paired in their order")));
}

#[test]
fn facts_find_their_places_and_the_rest_is_kept() {
    let w = DicomWriter::EXPLICIT;
    let other = [w.text((0x10, 0x0020), "LO", "KR 123"), w.text((0x10, 0x0021), "LO", "PLATE PL")].concat();
    let before = [
        w.text((0x8, 0x0005), "CS", "ISO_IR 100"),
        w.text((0x8, 0x002A), "DT", "20261122031415.5+0100"),
        w.text((0x8, 0x0070), "LO", "Gantry Works"),
        w.element((0x8, 0x0080), "LO", b"D\xFCsseldorf"),
        w.text((0x8, 0x1010), "SH", "Lane 3"),
        w.text((0x10, 0x0020), "LO", "CSQU3054383"),
        w.open_sequence((0x10, 0x1002), &[other]),
        w.text((0x18, 0x1020), "LO", "4.1\\4.2"),
        w.element((0x18, 0x9073), "FD", &2.5_f64.to_le_bytes()),
        w.text((0x20, 0x0010), "SH", "job 17"),
        w.text((0x28, 0x0030), "DS", "4.5\\3.25"),
    ];
    let after = [
        w.floats((0x4010, 0x1062), &[0.9]),
        w.text((0x4010, 0x1042), "CS", "CARGO"),
        w.text((0x4010, 0x1048), "CS", "OPERATIONAL"),
    ];
    // The spacing stands between rows and columns and bits; this writer does not sort.
    let bundle = read(projection(PROCESSING, &before, &after, (1, 2), &[1, 2])).unwrap();
    let scan = &bundle.scan;
    assert_eq!(scan.identity.start.unwrap().to_string(), "2026-11-22T03:14:15.5+01:00");
    assert_eq!(scan.identity.end.unwrap().to_string(), "2026-11-22T03:14:18+01:00");
    let site = scan.identity.site.as_ref().unwrap();
    assert_eq!((site.name.as_deref(), site.lane.as_deref()), (Some("Düsseldorf"), Some("Lane 3")));
    assert_eq!(scan.identity.scanner_scan_id.as_deref(), Some("job 17"));
    assert_eq!(scan.system.software.as_deref(), Some("4.1; 4.2"));
    assert_eq!(scan.object.kind, ObjectKind::Container);
    assert_eq!(scan.object.containers[0].written(), "CSQU3054383");
    let plate = &scan.object.plates[0];
    assert_eq!((plate.number.written(), plate.country.as_ref().map(|c| c.written())), ("KR 123", Some("PL")));
    let geometry = scan.views[0].geometry.as_ref().unwrap();
    assert_eq!((geometry.pitch_rows.unwrap().get(), geometry.pitch_columns.unwrap().get()), (4.5, 3.25));
    let vendor: Vec<_> = scan.vendor.iter().map(|v| (v.origin.as_str(), v.text.as_deref().unwrap())).collect();
    assert!(vendor.contains(&("a.dcs (4010,1062) BeltHeight", "0.9")), "{vendor:?}");
    assert!(vendor.contains(&("a.dcs (4010,1048) ScanType", "OPERATIONAL")), "{vendor:?}");
}

/// Software of the field writes `unknown` and 0 where DICOS demands a value.
#[test]
fn placeholders_are_no_facts() {
    let w = DicomWriter::EXPLICIT;
    let unknown = |tag| w.text(tag, "LO", "unknown");
    let before = [
        unknown((0x8, 0x0070)),
        unknown((0x8, 0x0080)),
        unknown((0x10, 0x0020)),
        w.element((0x18, 0x9309), "FD", &0_f64.to_le_bytes()),
        w.text((0x20, 0x000D), "UI", "2.25.16"),
        unknown((0x20, 0x0010)),
    ];
    let scan = read(projection(PROCESSING, &before, &[], (1, 1), &[1])).unwrap().scan;
    assert_eq!((scan.identity.scanner_scan_id.as_deref(), scan.identity.site), (Some("2.25.16"), None));
    assert_eq!((scan.system.manufacturer, scan.views[0].geometry.clone()), (None, None));
}

#[test]
fn a_time_without_offset_is_noted() {
    let w = DicomWriter::EXPLICIT;
    let scan = |more: &[Vec<u8>]| {
        let stated = [w.text((0x8, 0x0020), "DA", "20261122"), w.text((0x8, 0x0030), "TM", "0314")];
        let bundle = read(projection(
            PROCESSING,
            &[&stated, more].concat(),
            &[w.text((0x28, 0x1040), "CS", "LIN")],
            (1, 1),
            &[1],
        ))
        .unwrap();
        (
            bundle.scan.identity.start.unwrap().to_string(),
            bundle.scan.provenance.losses.iter().any(|l| l.kind == LossKind::Invented),
        )
    };
    assert_eq!(scan(&[]), ("2026-11-22T03:14:00Z".into(), true));
    assert_eq!(scan(&[w.text((0x8, 0x0201), "SH", "+0530")]), ("2026-11-22T03:14:00+05:30".into(), false));
}

#[test]
fn a_time_that_cannot_be_read_is_noted_and_kept_as_text() {
    let w = DicomWriter::EXPLICIT;
    let before = [w.text((0x8, 0x0020), "DA", "20261322"), w.text((0x8, 0x0030), "TM", "0314")];
    let bundle = read(projection(PROCESSING, &before, &[], (1, 1), &[1])).unwrap();
    assert_eq!(bundle.scan.identity.start, None);
    assert!(
        bundle.scan.provenance.losses.iter().any(|l| l.kind == LossKind::Dropped && l.reason.contains("StudyDate"))
    );
    assert!(bundle.scan.vendor.iter().any(|v| v.text.as_deref() == Some("20261322")));
}

/// DICONDE uses the classes of DICOM; its component attributes (group 0014) tell it from medicine.
#[test]
fn industrial_images_are_read_and_medical_ones_refused() {
    let w = DicomWriter::EXPLICIT;
    let medical = "1.2.840.10008.5.1.4.1.1.1.1.1";
    let component = [
        w.text((0x8, 0x0080), "LO", "Foundry"),
        w.text((0x10, 0x0010), "PN", "Turbine blade"),
        w.text((0x14, 0x0028), "ST", "Casting Ltd"),
    ];
    let bundle = read(projection(medical, &component, &[], (1, 2), &[1, 2])).unwrap();
    assert_eq!(bundle.scan.identity.operator_organisation.as_deref(), Some("Foundry"));
    let texts: Vec<_> = bundle.scan.vendor.iter().filter_map(|v| v.text.as_deref()).collect();
    assert!(texts.contains(&"Turbine blade") && texts.contains(&"Casting Ltd"), "{texts:?}");
    assert_eq!(refused(projection(medical, &component[..2], &[], (1, 2), &[1, 2])).0, Code::InputForeign);
}

#[test]
fn other_classes_and_mixed_scans_are_refused_by_name() {
    for class in ["1.2.840.10008.5.1.4.1.1.501.5", "1.2.840.10008.5.1.4.1.1.501.6", "1.2.840.10008.5.1.4.1.1.4"] {
        let (code, message) = refused(projection(class, &[], &[], (1, 1), &[1]));
        assert_eq!(code, Code::DicomUnsupported);
        assert!(message.contains(class), "{message}");
    }
    let w = DicomWriter::EXPLICIT;
    let of = |uid: &str| projection(PROCESSING, &[w.text((0x20, 0x000D), "UI", uid)], &[], (1, 1), &[1]);
    let e = read_all(&[("a", of("2.25.10")), ("b", of("2.25.12"))]).map(|_| ()).unwrap_err();
    assert_eq!(e.code(), Code::InputAmbiguous);
}
