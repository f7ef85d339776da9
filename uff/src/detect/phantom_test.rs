//! Detectors on an analytic phantom: slabs whose attenuation the beams give, with noise of known size.

use std::sync::Arc;

use ndarray::Array2;

use super::DetectOptions;
use super::Detection;
use super::Kind;
use super::Subject;
use super::Zone;
use super::detect;
use crate::limits::Budget;
use crate::material::AnalysisOptions;
use crate::material::analyze_view;
use crate::model::Block;
use crate::model::Bundle;
use crate::model::Calibration;
use crate::model::Channel;
use crate::model::ChannelRole;
use crate::model::Geometry;
use crate::model::PlaneKey;
use crate::model::Quantity;
use crate::model::Region;
use crate::model::SampleType;
use crate::model::Samples;
use crate::model::View;
use crate::model::identifier::ChannelId;
use crate::physics::Beam;
use crate::physics::Material;
use crate::units::ArealDensity;
use crate::units::Energy;
use crate::units::Millimetres;

/// Rectangle of the picture and what it adds to the beam, g/cm² of a material; negative takes away.
type Slab = (Region, &'static str, f64);

const ROWS: usize = 90;
const COLUMNS: usize = 200;

const fn region(row: usize, column: usize, rows: usize, columns: usize) -> Region {
    Region { row, column, rows, columns }
}

/// Vehicle: a floor along the bay, walls, a tank below.
fn vehicle() -> Vec<Slab> {
    vec![
        (region(70, 10, 2, 180), "steel", 120.0),
        (region(8, 10, 62, 2), "steel", 15.0),
        (region(8, 188, 62, 2), "steel", 15.0),
        (region(8, 10, 2, 180), "steel", 15.0),
        (region(76, 60, 8, 30), "polyethylene", 12.0),
        (region(76, 130, 10, 10), "iron", 30.0),
    ]
}

/// Two uniform loads with a gap between them.
fn loaded() -> Vec<Slab> {
    let mut slabs = vehicle();
    slabs.push((region(25, 14, 45, 80), "cellulose", 40.0));
    slabs.push((region(25, 100, 45, 80), "cellulose", 40.0));
    slabs
}

/// Sees the slabs at 6 and 4 MeV, 40 000 quanta per sample in air.
fn subject(slabs: &[Slab], seed: u64) -> Subject {
    let mut bundle = Bundle::default();
    let pitch = Some(Millimetres::new(25.0).unwrap());
    let geometry = Geometry { pitch_rows: pitch, pitch_columns: pitch, ..Geometry::default() };
    let mut view =
        View { rows: ROWS as u32, columns: COLUMNS as u32, geometry: Some(geometry.clone()), ..View::default() };
    let mut state = seed;
    // Sum of twelve uniform numbers: a normal one, nearly.
    let mut random = || -> f64 {
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1u32 << 31)
        };
        (0..12).map(|_| uniform()).sum::<f64>() - 6.0
    };
    for (name, role, kev) in [("high", ChannelRole::High, 6000.0), ("low", ChannelRole::Low, 4000.0)] {
        let beam = Beam::usual(Energy::new(kev).unwrap()).unwrap();
        let image = Array2::from_shape_fn((ROWS, COLUMNS), |at| {
            let inside = |r: &Region| {
                (r.row..r.row + r.rows).contains(&at.0) && (r.column..r.column + r.columns).contains(&at.1)
            };
            let mut amounts: Vec<(&str, f64)> = Vec::new();
            for (_, name, amount) in slabs.iter().filter(|s| inside(&s.0)) {
                match amounts.iter_mut().find(|a| a.0 == *name) {
                    Some(known) => known.1 += amount,
                    None => amounts.push((name, *amount)),
                }
            }
            let materials: Vec<(Material, ArealDensity)> =
                amounts.iter().map(|a| (Material::named(a.0).unwrap(), ArealDensity::new(a.1).unwrap())).collect();
            let layers: Vec<(&Material, ArealDensity)> = materials.iter().map(|m| (&m.0, m.1)).collect();
            let t = beam.transmission(&layers).unwrap();
            let sigma = (t / 40_000.0 + 4e-5f64.powi(2)).sqrt();
            (100.0 + 60_000.0 * (t + sigma * random())).round().clamp(0.0, 65_535.0) as u16
        });
        let id = ChannelId::new(name).unwrap();
        bundle.planes.insert(PlaneKey::samples(0, id.clone()), Arc::new(Block::U16(image)) as Arc<dyn Samples>);
        view.channels.push(Channel {
            id,
            role,
            quantity: Quantity::RawCounts,
            sample_type: SampleType::U16,
            energy: Some(Energy::new(kev).unwrap()),
            calibration: Some(Calibration {
                dark_level: Some(100.0),
                air_level: Some(60_100.0),
                ..Calibration::default()
            }),
            ..Channel::default()
        });
    }
    bundle.scan.views.push(view);
    let analysis = analyze_view(&bundle, 0, &AnalysisOptions::default(), &Budget::default()).unwrap();
    Subject::of_analysis(&analysis, Some(&geometry)).unwrap()
}

/// Returns the findings whose middle lies in a region.
fn at<'a>(found: &'a [Detection], region: &Region) -> Vec<&'a Detection> {
    let middle = |d: &&Detection| {
        let b = d.patch.bounds();
        let (row, column) = (b.row + b.rows / 2, b.column + b.columns / 2);
        (region.row..region.row + region.rows).contains(&row)
            && (region.column..region.column + region.columns).contains(&column)
    };
    found.iter().filter(middle).collect()
}

#[test]
fn an_ordinary_load_is_nothing_to_tell() {
    let (loaded, empty) = (subject(&loaded(), 1), subject(&vehicle(), 2));
    let found = detect(&loaded, &DetectOptions { reference: Some(&empty), ..DetectOptions::default() }).unwrap();
    assert!(found.found.is_empty(), "{:?}", found.found.iter().map(|d| &d.reason).collect::<Vec<_>>());
    let load = found.load.unwrap();
    assert!((load.lambda - 40.0).abs() < 1.0 && load.evenness() == super::homogeneity::Evenness::Uniform, "{load:?}");
    assert_eq!(found.bay.map(|b| b.row + b.rows), Some(70));
}

#[test]
fn what_is_hidden_is_found_where_it_is_and_measured() {
    let (block, hole, opaque) = (region(40, 40, 10, 12), region(38, 120, 14, 20), region(50, 150, 9, 12));
    let tank = region(76, 60, 8, 30);
    let mut slabs = loaded();
    slabs.push((block, "lead", 25.0));
    slabs.push((hole, "cellulose", -25.0));
    slabs.push((opaque, "steel", 500.0));
    slabs.push((region(78, 66, 5, 12), "polyethylene", 15.0));
    let (scan, empty) = (subject(&slabs, 3), subject(&vehicle(), 4));
    let found = detect(&scan, &DetectOptions { reference: Some(&empty), ..DetectOptions::default() }).unwrap().found;
    let reasons: Vec<&String> = found.iter().map(|d| &d.reason).collect();
    assert_eq!(found.len(), 4, "{reasons:?}");

    let heavy = at(&found, &block)[0];
    assert!(matches!(heavy.kind, Kind::Dense | Kind::MetalInOrganic) && heavy.zone == Zone::Load, "{reasons:?}");
    // 120 pixels of 6.25 cm² with 25 g/cm² are 18.8 kg. The mixture is measured as one material of middle Z, which weakens
    // this beam less per gram than lead does.
    assert!((25.0..32.0).contains(&heavy.measures.excess), "{:?}", heavy.measures);
    assert!((18.8..24.0).contains(&heavy.measures.mass.unwrap()), "{:?}", heavy.measures);

    let void = at(&found, &hole)[0];
    assert_eq!(void.kind, Kind::Void);
    assert!((void.measures.excess + 25.0).abs() < 2.0, "{:?}", void.measures);

    let dark = at(&found, &opaque)[0];
    assert!(dark.kind == Kind::DarkZone && dark.measures.lambda < 540.0 && dark.measures.lambda > 150.0, "{reasons:?}");

    let filling = at(&found, &tank)[0];
    assert_eq!(filling.kind, Kind::Cavity);
    assert!((filling.measures.excess - 15.0).abs() < 2.0, "{:?}", filling.measures);
}
