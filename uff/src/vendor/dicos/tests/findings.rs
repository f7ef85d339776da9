//! Threat detection reports.

use super::*;
use crate::model::CodeList;
use crate::model::ImageRegion;
use crate::model::LossKind;
use crate::model::TruthOrigin;
use crate::model::Verdict;

/// A view of 10 rows and 20 columns, and a report on it.
fn with_report(kind: &str, decision: &str, threats: &[Vec<u8>], more: &[Vec<u8>]) -> Result<Bundle> {
    let w = DicomWriter::EXPLICIT;
    let uid = w.text((0x8, 0x0018), "UI", "2.25.1000");
    let image = projection(PROCESSING, &[uid], &[w.text((0x28, 0x1040), "CS", "LIN")], (10, 20), &[7; 200]);
    let report = [
        w.sequence((0x4010, 0x1011), threats),
        w.text((0x4010, 0x1027), "CS", kind),
        w.text((0x4010, 0x1029), "LO", "Deep Finder\\2.1"),
        w.text((0x4010, 0x102B), "DT", "20261122031500+0000"),
        w.text((0x4010, 0x1031), "CS", decision),
        more.concat(),
    ];
    read_all(&[("image.dcs", image), ("report.dcs", dicom_file(EXPLICIT_LITTLE, REPORT, &report))])
}

fn threat(shown: &[Vec<u8>], assessment: &[Vec<u8>]) -> Vec<u8> {
    let w = DicomWriter::EXPLICIT;
    let reference = w.sequence((0x8, 0x114A), &[w.text((0x8, 0x1155), "UI", "2.25.1000")]);
    let shown = [&[reference], shown].concat().concat();
    [w.sequence((0x4010, 0x1037), &[shown]), w.sequence((0x4010, 0x1038), &[assessment.concat()])].concat()
}

fn rectangle(row: u32, column: u32, rows: u32, columns: u32) -> ImageRegion {
    ImageRegion { row, column, rows, columns, ..ImageRegion::default() }
}

#[test]
fn detections_of_a_machine_have_category_probability_and_place() {
    let w = DicomWriter::EXPLICIT;
    let bounds = w.floats((0x4010, 0x101D), &[3.0, 2.0, 0.0, 6.0, 4.0, 0.0]);
    let said = [
        w.text((0x4010, 0x1012), "CS", "CONTRABAND"),
        w.text((0x4010, 0x1013), "LT", "cigarettes"),
        w.floats((0x4010, 0x1016), &[0.9]),
    ];
    let cleared = [w.text((0x4010, 0x1012), "CS", "LAPTOP"), w.text((0x4010, 0x1015), "CS", "NO_THREAT")];
    let threats = [threat(std::slice::from_ref(&bounds), &said), threat(std::slice::from_ref(&bounds), &cleared)];
    let bundle = with_report("MACHINE", "ALARM", &threats, &[]).unwrap();
    let findings = bundle.scan.findings.as_ref().unwrap();
    assert_eq!(findings.machine.len(), 1);
    let found = &findings.machine[0];
    assert_eq!((found.algorithm.as_str(), found.version.as_deref()), ("Deep Finder", Some("2.1")));
    assert_eq!((found.category.as_str(), found.probability.map(|p| p.get())), ("contraband: cigarettes", Some(0.9)));
    assert_eq!(found.time.unwrap().to_string(), "2026-11-22T03:15:00Z");
    assert_eq!(found.regions, [rectangle(2, 3, 3, 4)]);
    assert!(
        bundle.scan.provenance.losses.iter().any(|l| l.kind == LossKind::Dropped && l.reason.contains("NO_THREAT"))
    );
}

/// A box of 16 by 4 voxels of which only columns 3 to 9 of rows 1 and 2 are marked, lowest bit first.
#[test]
fn a_bitmap_of_single_bits_narrows_its_box() {
    let w = DicomWriter::EXPLICIT;
    let roi = |bitmap: &[u8], x: f32, height: f32| {
        [
            w.floats((0x4010, 0x1004), &[x, 5.0, 0.0]),
            w.floats((0x4010, 0x1005), &[16.0, height, 0.0]),
            w.element((0x4010, 0x1006), "OB", bitmap),
        ]
        .concat()
    };
    let read = |bitmap: &[u8], x: f32, height: f32| {
        let shown = w.sequence((0x4010, 0x1001), &[roi(bitmap, x, height)]);
        with_report("MACHINE", "ALARM", &[threat(&[shown], &[])], &[])
    };
    let regions = |bundle: &Bundle| bundle.scan.findings.as_ref().unwrap().machine[0].regions.clone();
    let bits = [0, 0, 0b1111_1000, 0b0000_0011, 0b1111_1000, 0b0000_0001, 0, 0];
    let marked = read(&bits, 2.0, 4.0).unwrap();
    assert_eq!(regions(&marked), [rectangle(6, 5, 2, 7)]);
    assert!(marked.scan.provenance.losses.iter().any(|l| l.kind == LossKind::Rounded && l.reason.contains("bitmap")));
    // Without a bitmap the whole box counts; what lies outside the image is cut.
    assert_eq!(regions(&read(&[], 2.0, 4.0).unwrap()), [rectangle(5, 2, 4, 16)]);
    assert_eq!(regions(&read(&[], 10.0, 9.0).unwrap()), [rectangle(5, 10, 5, 10)]);
    assert_eq!(read(&bits[..6], 2.0, 4.0).map(|_| ()).unwrap_err().code(), Code::InputSizeMismatch);
    assert_eq!(read(&bits, -2.0, 4.0).map(|_| ()).unwrap_err().code(), Code::InputValue);
    assert_eq!(read(&bits, f32::NAN, 4.0).map(|_| ()).unwrap_err().code(), Code::InputValue);
}

#[test]
fn an_operator_gives_a_verdict_and_the_truth_has_labels() {
    let w = DicomWriter::EXPLICIT;
    let bounds = w.floats((0x4010, 0x101D), &[0.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
    let item =
        threat(&[bounds], &[w.text((0x4010, 0x1012), "CS", "OTHER"), w.text((0x4010, 0x1013), "LT", "odd shape")]);
    for (decision, verdict) in [("ALARM", Verdict::Suspect), ("CLEAR", Verdict::Clear), ("UNKNOWN", Verdict::Undecided)]
    {
        let bundle = with_report("OPERATOR", decision, std::slice::from_ref(&item), &[]).unwrap();
        let found = &bundle.scan.findings.as_ref().unwrap().human[0];
        assert_eq!((found.verdict.clone(), found.level, found.comment.as_deref()), (verdict, 1, Some("odd shape")));
        assert_eq!(found.regions, [rectangle(0, 0, 2, 2)]);
    }
    let truth = |more: &[Vec<u8>]| {
        with_report("GROUND TRUTH", "ALARM", std::slice::from_ref(&item), more).unwrap().scan.findings.unwrap().truth
    };
    assert_eq!((truth(&[])[0].label.as_str(), truth(&[])[0].origin.code()), ("odd shape", "unstated"));
    assert_eq!(truth(&[w.text((0x4010, 0x2041), "CS", "CTI")])[0].origin, TruthOrigin::ThreatImageProjection);
}

#[test]
fn a_report_needs_type_decision_and_image() {
    assert_eq!(with_report("MACHINE", "", &[], &[]).map(|_| ()).unwrap_err().code(), Code::DicomMissing);
    let w = DicomWriter::EXPLICIT;
    let alone = dicom_file(EXPLICIT_LITTLE, REPORT, &[w.text((0x4010, 0x1027), "CS", "MACHINE")]);
    assert_eq!(refused(alone).0, Code::InputMissingFile);
}
