//! Material arrays: what another implementation reads in the files, and what comes back.

use std::path::Path;
use std::sync::Arc;

use dicom_core::Tag;
use dicom_object::DefaultDicomObject;
use dicom_object::InMemDicomObject;
use ndarray::Array2;

use crate::export::Exporter;
use crate::export::Folder;
use crate::export::dicos::Dicos;
use crate::limits::Budget;
use crate::model::Block;
use crate::model::Bundle;
use crate::model::Channel;
use crate::model::ChannelRole;
use crate::model::Loss;
use crate::model::LossKind;
use crate::model::MaterialProduct;
use crate::model::Parameter;
use crate::model::PlaneKey;
use crate::model::Quantity;
use crate::model::Sha256;
use crate::model::View;
use crate::model::identifier::ChannelId;
use crate::vendor::Delivery;
use crate::vendor::ReadOptions;
use crate::vendor::VendorReader;

const SHAPE: (usize, usize) = (7, 5);

/// A view with a pair and two arrays derived from it.
fn scan() -> Bundle {
    let mut bundle = Bundle::default();
    let mut view = View { rows: 7, columns: 5, name: Some("left".into()), ..View::default() };
    for (name, role) in [("high", ChannelRole::High), ("low", ChannelRole::Low)] {
        let id = ChannelId::new(name).unwrap();
        let block = Block::U16(Array2::from_shape_fn(SHAPE, |(r, c)| (100 * r + c) as u16));
        bundle.planes.insert(PlaneKey::samples(0, id.clone()), Arc::new(block));
        let (bit_depth, measurement_grade) = (Some(16), true);
        view.channels.push(Channel { id, role, bit_depth, measurement_grade, ..Channel::default() });
    }
    let parameter = Parameter { name: "thin".into(), value: "0.02".into(), ..Parameter::default() };
    view.material = Some(MaterialProduct {
        method: "lookup-inversion".into(),
        version: "1".into(),
        high: ChannelId::new("high").unwrap(),
        low: ChannelId::new("low").unwrap(),
        parameters: vec![parameter],
        ..MaterialProduct::default()
    });
    bundle.scan.views.push(view);
    let density = Block::F32(Array2::from_shape_fn(SHAPE, |(r, c)| if r == 0 { f32::NAN } else { (r * 5 + c) as f32 }));
    let class = Block::U8(Array2::from_shape_fn(SHAPE, |(r, c)| ((r + c) % 5) as u8));
    for (quantity, block) in [(Quantity::ArealDensity, density), (Quantity::MaterialClass, class)] {
        bundle.planes.insert(PlaneKey::Material { view: 0, quantity }, Arc::new(block));
    }
    bundle
}

fn written(bundle: &Bundle, at: &Path) -> (Vec<String>, Vec<Loss>) {
    let mut folder = Folder::new(at);
    let losses = Dicos.export(bundle, &mut folder, &Budget::default()).unwrap();
    (folder.names().to_vec(), losses)
}

fn read(at: &Path) -> Bundle {
    let delivery = Delivery::open(at, &Budget::default()).unwrap();
    crate::vendor::dicos::Dicos.read(&delivery, &ReadOptions::default(), &Budget::default()).unwrap()
}

fn text(object: &InMemDicomObject, tag: (u16, u16)) -> String {
    object.element(Tag(tag.0, tag.1)).unwrap().to_str().unwrap().trim_end_matches(['\0', ' ']).to_owned()
}

fn items(object: &InMemDicomObject, tag: (u16, u16)) -> Vec<InMemDicomObject> {
    object.element(Tag(tag.0, tag.1)).unwrap().items().unwrap().to_vec()
}

#[test]
fn another_parser_finds_flavour_unit_and_source_images() {
    let scratch = tempfile::tempdir().unwrap();
    let (names, _) = written(&scan(), scratch.path());
    assert_eq!(names, ["view0-high.dcs", "view0-low.dcs", "material0-areal-density.dcs", "material0-class.dcs"]);
    let open = |name: &str| -> DefaultDicomObject { dicom_object::open_file(scratch.path().join(name)).unwrap() };
    let (high, low, density) = (open(&names[0]), open(&names[1]), open(&names[2]));
    assert_eq!(text(&density, (0x8, 0x8)), "DERIVED\\DENSITY");
    assert_eq!(text(&density, (0x28, 0x1054)), "AREAL_DENSITY");
    assert_eq!((text(&density, (0x28, 0x1053)), text(&density, (0x28, 0x1052))), ("1".into(), "0".into()));
    assert_eq!(text(&density, (0x8, 0x2111)), "lookup-inversion, version 1\r\nthin = 0.02");
    let sources: Vec<_> = items(&density, (0x8, 0x2112)).iter().map(|s| text(s, (0x8, 0x1155))).collect();
    assert_eq!(sources, [text(&high, (0x8, 0x18)), text(&low, (0x8, 0x18))]);
    let mapping = items(&density, (0x40, 0x9096)).remove(0);
    let unit = items(&mapping, (0x40, 0x08EA)).remove(0);
    assert_eq!((text(&unit, (0x8, 0x100)), text(&unit, (0x8, 0x102))), ("g/cm2".into(), "UCUM".into()));
    let found = density.element(Tag(0x7FE0, 0x13)).unwrap().to_multi_float32().unwrap();
    assert!(found[..5].iter().all(|v| v.is_nan()));
    assert_eq!(found[5..], (5..35).map(|v| v as f32).collect::<Vec<_>>());
    assert_eq!(text(&open(&names[3]), (0x8, 0x8)), "DERIVED\\MULTI ENERGY");
}

#[test]
fn arrays_come_back_with_their_record_and_digest() {
    let bundle = scan();
    let scratch = tempfile::tempdir().unwrap();
    let (_, losses) = written(&bundle, scratch.path());
    let lost: Vec<_> = losses.iter().filter(|l| l.subject.contains("material")).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let again = read(scratch.path());
    assert_eq!(again.planes.keys().collect::<Vec<_>>(), bundle.planes.keys().collect::<Vec<_>>());
    for (key, samples) in &bundle.planes {
        let found = again.planes[key].read_all().unwrap();
        assert_eq!(found.to_le_bytes(), samples.read_all().unwrap().to_le_bytes(), "{key}");
    }
    let (found, expected) =
        (again.scan.views[0].material.clone().unwrap(), bundle.scan.views[0].material.clone().unwrap());
    assert_eq!(MaterialProduct { products: Vec::new(), ..found.clone() }, expected);
    let key = PlaneKey::Material { view: 0, quantity: Quantity::ArealDensity };
    let digest = Sha256::of(&bundle.planes[&key].read_all().unwrap().to_le_bytes());
    assert_eq!(again.scan.digest_of(&key), Some(digest));
    let vendor: Vec<_> = again.scan.vendor.iter().map(|item| item.origin.as_str()).collect();
    assert!(!vendor.iter().any(|o| o.contains("(0008,2112)") || o.contains("(0040,9096)")), "{vendor:?}");
}

/// Without both source images an image says less than a material array must.
#[test]
fn arrays_without_the_images_of_their_pair_stay_away_or_are_channels() {
    let mut bundle = scan();
    let scratch = tempfile::tempdir().unwrap();
    written(&bundle, scratch.path());
    std::fs::remove_file(scratch.path().join("view0-low.dcs")).unwrap();
    let again = read(scratch.path());
    assert!(again.scan.views[0].material.is_none());
    assert_eq!(again.scan.views[0].channels[1].quantity, Quantity::ArealDensity);

    bundle.scan.views[0].material.as_mut().unwrap().low = ChannelId::new("gone").unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let (names, losses) = written(&bundle, scratch.path());
    assert_eq!(names.len(), 2);
    for subject in ["scan/view/material", "samples of view 0 material class"] {
        assert!(losses.iter().any(|l| l.kind == LossKind::Dropped && l.subject == subject), "{subject}: {losses:?}");
    }
}
