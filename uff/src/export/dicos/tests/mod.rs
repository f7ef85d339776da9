//! Round trips through the reader, and the files as another implementation reads them.

mod derived;
mod stacks;

use std::sync::Arc;

use dicom_core::Tag;
use ndarray::Array2;

use super::Dicos;
use crate::export::Exporter;
use crate::export::Folder;
use crate::limits::Budget;
use crate::model::Block;
use crate::model::Bundle;
use crate::model::Channel;
use crate::model::ChannelRole;
use crate::model::Findings;
use crate::model::GroundTruth;
use crate::model::HumanFinding;
use crate::model::ImageRegion;
use crate::model::Loss;
use crate::model::LossKind;
use crate::model::MachineFinding;
use crate::model::PlaneKey;
use crate::model::Quantity;
use crate::model::Samples;
use crate::model::ScanId;
use crate::model::Timestamp;
use crate::model::Verdict;
use crate::model::View;
use crate::model::identifier::ChannelId;
use crate::model::identifier::ContainerNumber;
use crate::units::Energy;
use crate::units::Probability;
use crate::vendor::Delivery;
use crate::vendor::ReadOptions;
use crate::vendor::VendorReader;

const ROWS: usize = 70;
const COLUMNS: usize = 33;

fn scan() -> Bundle {
    let mut bundle = Bundle::default();
    bundle.scan.identity.scan_id = "01234567-89ab-8cde-8f01-23456789abcd".parse::<ScanId>().unwrap();
    bundle.scan.identity.start = Some(Timestamp::parse("2026-11-22T03:14:15.25+01:00").unwrap());
    bundle.scan.identity.scanner_scan_id = Some("OP64-0071-20260914-0017".into());
    bundle.scan.object.containers = vec![ContainerNumber::new("CSQU3054383")];
    let mut view = View { rows: ROWS as u32, columns: COLUMNS as u32, ..View::default() };
    for (n, (role, quantity, energy)) in [
        (ChannelRole::High, Quantity::RawCounts, 6000.0),
        (ChannelRole::Low, Quantity::RawCounts, 3500.0),
        (ChannelRole::Mono, Quantity::LogAttenuation, 6000.0),
    ]
    .into_iter()
    .enumerate()
    {
        let id = ChannelId::new(&role.to_string()).unwrap();
        let float = quantity == Quantity::LogAttenuation;
        let at = |(r, c): (usize, usize)| 40_000 + 11 * r * COLUMNS + 11 * c + n;
        let block = match float {
            true => Block::F32(Array2::from_shape_fn((ROWS, COLUMNS), |p| at(p) as f32 / 7.0)),
            false => Block::U16(Array2::from_shape_fn((ROWS, COLUMNS), |p| at(p) as u16)),
        };
        let (sample_type, bit_depth) = (block.sample_type(), (!float).then_some(16));
        view.channels.push(Channel {
            id: id.clone(),
            role,
            quantity,
            sample_type,
            bit_depth,
            energy: Some(Energy::new(energy).unwrap()),
            measurement_grade: true,
            ..Channel::default()
        });
        bundle.planes.insert(PlaneKey::samples(0, id), Arc::new(block));
    }
    bundle.scan.views.push(view);
    let region = ImageRegion { row: 3, column: 4, rows: 10, columns: 20, ..ImageRegion::default() };
    let machine = |category: &str, regions: Vec<ImageRegion>| MachineFinding {
        algorithm: "Deep Finder".into(),
        version: Some("2.1".into()),
        time: Some(Timestamp::parse("2026-11-22T03:15:00Z").unwrap()),
        category: category.into(),
        probability: Some(Probability::new(0.9).unwrap()),
        regions,
        ..MachineFinding::default()
    };
    bundle.scan.findings = Some(Findings {
        machine: vec![
            machine("weapon", vec![region.clone(), region.clone()]),
            machine("contraband: cigarettes", Vec::new()),
        ],
        human: vec![HumanFinding {
            level: 1,
            verdict: Verdict::Suspect,
            staff: Some("Officer 7".into()),
            comment: Some("two lines\r\nof text".into()),
            regions: vec![region.clone()],
            ..HumanFinding::default()
        }],
        truth: vec![GroundTruth { label: "steel block".into(), regions: vec![region], ..GroundTruth::default() }],
        ..Findings::default()
    });
    bundle
}

fn written(bundle: &Bundle) -> (tempfile::TempDir, Vec<String>, Vec<Loss>) {
    let scratch = tempfile::tempdir().unwrap();
    let mut folder = Folder::new(scratch.path());
    let losses = Dicos.export(bundle, &mut folder, &Budget::default()).unwrap();
    let names = folder.names().to_vec();
    (scratch, names, losses)
}

#[test]
fn samples_findings_and_facts_come_back() {
    let bundle = scan();
    let (scratch, names, losses) = written(&bundle);
    assert_eq!(
        names,
        [
            "view0-high.dcs",
            "view0-low.dcs",
            "view0-mono.dcs",
            "report1-machine.dcs",
            "report2-operator.dcs",
            "report3-ground-truth.dcs"
        ]
    );
    let delivery = Delivery::open(scratch.path(), &Budget::default()).unwrap();
    let again = crate::vendor::dicos::Dicos.read(&delivery, &ReadOptions::default(), &Budget::default()).unwrap();
    assert_eq!(again.planes.len(), 3);
    for (key, samples) in &bundle.planes {
        assert_eq!(again.planes[key].read_all().unwrap(), samples.read_all().unwrap(), "{key}");
    }
    assert_eq!(again.scan.views, bundle.scan.views);
    assert_eq!(again.scan.object.containers, bundle.scan.object.containers);
    assert_eq!(again.scan.identity.start, bundle.scan.identity.start);
    assert_eq!(again.scan.identity.scanner_scan_id, bundle.scan.identity.scanner_scan_id);
    let (found, expected) = (again.scan.findings.unwrap(), bundle.scan.findings.unwrap());
    assert_eq!(found.machine, expected.machine);
    assert_eq!(found.human, expected.human);
    assert_eq!(
        (&found.truth[0].label, &found.truth[0].regions),
        (&expected.truth[0].label, &expected.truth[0].regions)
    );
    let rounded: Vec<_> =
        losses.iter().filter(|l| l.kind != LossKind::Invented && !l.reason.ends_with("has no place for it")).collect();
    assert!(rounded.is_empty(), "{rounded:?}");
}

/// The library that encodes the elements parses the files on its own way back, samples included.
#[test]
fn another_parser_reads_the_files() {
    let (scratch, names, _) = written(&scan());
    for name in &names {
        let object = dicom_object::open_file(scratch.path().join(name)).unwrap();
        let text = |tag| object.element(tag).unwrap().to_str().unwrap().trim().to_owned();
        assert_eq!(text(Tag(0x20, 0x0D)), format!("2.25.{}", 0x0123_4567_89ab_8cde_8f01_2345_6789_abcd_u128));
        assert!(text(Tag(0x8, 0x18)).len() <= 64);
        if name == "view0-low.dcs" {
            assert_eq!((text(Tag(0x18, 0x60)), text(Tag(0x8, 0x8))), ("3500".into(), "ORIGINAL\\LOW ENERGY".into()));
            let samples = object.element(Tag(0x7FE0, 0x10)).unwrap().to_multi_int::<u16>().unwrap();
            assert!(samples.iter().copied().eq((0..ROWS * COLUMNS).map(|i| (40_001 + 11 * i) as u16)));
        }
    }
}

#[test]
fn what_no_file_can_hold_is_refused() {
    let mut bundle = scan();
    let wide: Arc<dyn Samples> = Arc::new(Block::U8(Array2::zeros((1, 65_536))));
    bundle.planes.insert(PlaneKey::samples(0, ChannelId::new("high").unwrap()), wide);
    let scratch = tempfile::tempdir().unwrap();
    let refused = |bundle: &Bundle| {
        let mut folder = Folder::new(scratch.path());
        Dicos.export(bundle, &mut folder, &Budget::default()).map(|_| ()).unwrap_err().code()
    };
    assert_eq!(refused(&bundle), crate::Code::ExportUnsupported);
    assert_eq!(refused(&Bundle::default()), crate::Code::ExportUnsupported);
    assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0);
}
