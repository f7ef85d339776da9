//! Slices: files made byte by byte are read, written back, and compared by another implementation.

use std::path::Path;

use dicom_core::Tag;
use dicom_object::DefaultDicomObject;

use crate::export::Exporter;
use crate::export::Folder;
use crate::export::dicos::Dicos;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Findings;
use crate::model::GroundTruth;
use crate::model::ImageRegion;
use crate::model::LossKind;
use crate::testing::dicom_file::DicomWriter;
use crate::testing::dicom_file::EXPLICIT_LITTLE;
use crate::testing::dicom_file::dicom_file;
use crate::testing::dicom_file::dicom_image;
use crate::vendor::Delivery;
use crate::vendor::ReadOptions;
use crate::vendor::VendorReader;

const CT: &str = "1.2.840.10008.5.1.4.1.1.501.1";
const W: DicomWriter = DicomWriter::EXPLICIT;

/// Makes a CT file of `frames` slices of 2 by 3 samples; scale and size of a pixel are shared by all of them.
fn volume(frames: u16, number: u16) -> Vec<u8> {
    let samples: Vec<u8> = (0..6 * frames).flat_map(|i| (1000 * number + i).to_le_bytes()).collect();
    let rescale = [
        W.text((0x28, 0x1052), "DS", "-1024"),
        W.text((0x28, 0x1053), "DS", "0.5"),
        W.text((0x28, 0x1054), "LO", "HU"),
    ];
    let measures = W.text((0x28, 0x0030), "DS", "1.5\\2.5");
    let shared = [W.sequence((0x28, 0x9110), &[measures]), W.sequence((0x28, 0x9145), &[rescale.concat()])].concat();
    let image = dicom_image(W, (2, 3), (16, 16));
    // Number of frames stands between photometric interpretation and rows.
    let at = image.windows(4).position(|w| w == [0x28, 0, 0x10, 0]).unwrap();
    let mut elements = image[..at].to_vec();
    if frames > 1 {
        elements.extend(W.text((0x28, 0x0008), "IS", &frames.to_string()));
    }
    elements.extend(&image[at..]);
    let elements = [
        W.text((0x8, 0x0008), "CS", "ORIGINAL\\INTENSITY\\VOLUME\\NONE"),
        W.text((0x8, 0x0016), "UI", CT),
        W.text((0x8, 0x0018), "UI", &format!("2.25.{number}")),
        W.text((0x8, 0x103E), "LO", "Bag"),
        W.text((0x20, 0x000D), "UI", "2.25.77"),
        W.text((0x20, 0x0013), "IS", &number.to_string()),
        elements,
        W.sequence((0x5200, 0x9229), &[shared]),
        W.element((0x7FE0, 0x0010), "OW", &samples),
    ];
    dicom_file(EXPLICIT_LITTLE, CT, &elements)
}

fn read(at: &Path) -> Bundle {
    let delivery = Delivery::open(at, &Budget::default()).unwrap();
    crate::vendor::dicos::Dicos.read(&delivery, &ReadOptions::default(), &Budget::default()).unwrap()
}

fn delivered(files: &[Vec<u8>]) -> Bundle {
    let scratch = tempfile::tempdir().unwrap();
    for (n, file) in files.iter().enumerate() {
        std::fs::write(scratch.path().join(format!("{n}.dcs")), file).unwrap();
    }
    let mut bundle = read(scratch.path());
    // What lies in the folder goes with it.
    for samples in bundle.planes.values_mut() {
        *samples = std::sync::Arc::new(samples.read_all().unwrap());
    }
    bundle
}

/// Exports a scan, compares what comes back, and returns the names of the files with what another parser reads in them.
fn round_trip(bundle: &Bundle) -> Vec<(String, DefaultDicomObject)> {
    let scratch = tempfile::tempdir().unwrap();
    let mut folder = Folder::new(scratch.path());
    let losses = Dicos.export(bundle, &mut folder, &Budget::default()).unwrap();
    let changed: Vec<_> =
        losses.iter().filter(|l| l.kind != LossKind::Invented && l.subject.starts_with("scan/view")).collect();
    assert!(changed.is_empty(), "{changed:?}");
    let again = read(scratch.path());
    assert_eq!(again.scan.views, bundle.scan.views);
    assert_eq!(again.scan.findings, bundle.scan.findings);
    assert_eq!(again.planes.len(), bundle.planes.len());
    for (key, samples) in &bundle.planes {
        assert_eq!(again.planes[key].read_all().unwrap(), samples.read_all().unwrap(), "{key}");
    }
    let open = |name: &String| (name.clone(), dicom_object::open_file(scratch.path().join(name)).unwrap());
    folder.names().iter().map(open).collect()
}

#[test]
fn a_stack_is_written_as_one_file_of_frames() {
    let mut bundle = delivered(&[volume(3, 1)]);
    let view = &bundle.scan.views[2];
    let pitch = view.geometry.as_ref().and_then(|g| g.pitch_columns).map(f64::from);
    assert_eq!((view.name.as_deref(), pitch), (Some("Bag, frame 3"), Some(2.5)));
    let channel = &view.channels[0];
    assert_eq!((channel.scale, channel.offset, channel.unit.as_deref()), (Some(0.5), Some(-1024.0), Some("HU")));
    let region = ImageRegion { view: 1, row: 0, column: 1, rows: 2, columns: 2, ..ImageRegion::default() };
    let truth = GroundTruth { label: "knife".into(), regions: vec![region], ..GroundTruth::default() };
    let findings = Findings { truth: vec![truth], ..Findings::default() };
    bundle.scan.findings = Some(findings);
    if let Some(truth) = bundle.scan.findings.as_mut().and_then(|f| f.truth.first_mut()) {
        truth.origin = crate::model::CodeList::from_code("unstated");
    }
    let files = round_trip(&bundle);
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["view0-mono.dcs", "report1-ground-truth.dcs"]);
    let stack = &files[0].1;
    assert_eq!(stack.element(Tag(0x8, 0x16)).unwrap().to_str().unwrap().trim_end_matches('\0'), CT);
    assert_eq!(stack.element(Tag(0x28, 0x8)).unwrap().to_int::<u32>().unwrap(), 3);
    let samples = stack.element(Tag(0x7FE0, 0x10)).unwrap().to_multi_int::<u16>().unwrap();
    assert_eq!(samples, (1000..1018).collect::<Vec<u16>>());
}

#[test]
fn slices_that_were_files_stay_files() {
    let bundle = delivered(&[volume(1, 1), volume(1, 2)]);
    assert_eq!(bundle.scan.views.iter().map(|v| v.name.as_deref()).collect::<Vec<_>>(), [Some("Bag"), Some("Bag")]);
    assert_eq!(round_trip(&bundle).len(), 2);
}

#[test]
fn two_stacks_stay_apart() {
    let bundle = delivered(&[volume(2, 1), volume(2, 2)]);
    assert_eq!(bundle.scan.views.len(), 4);
    let files = round_trip(&bundle);
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["view0-mono.dcs", "view2-mono.dcs"]);
}
