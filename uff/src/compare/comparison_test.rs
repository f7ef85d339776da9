//! Comparison of loads drawn from formulas, so that every place and mass is known without a simulator.

use ndarray::Array2;

use super::{ChangeKind, CompareOptions, CompareVerdict, Comparison, Exposure, compare};
use crate::error::{Code, Result};
use crate::limits::Budget;
use crate::material::{MaterialClass, NoiseModel};
use crate::model::ViewKind;
use crate::physics::{Beam, Material};
use crate::units::Energy;

/// Rectangle of matter: left, top, width and height in mm, and areal density in g/cm².
type Slab = [f64; 5];

fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x1234_5678_9abc_def1);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn unit(seed: u64) -> f64 {
    (mixed(seed) >> 11) as f64 / (1u64 << 53) as f64
}

/// Some forty slabs in a frame, on a picture of 6000 mm by 2000 mm.
fn load(seed: u64) -> Vec<Slab> {
    let mut slabs = vec![[500.0, 1700.0, 5000.0, 60.0, 25.0], [500.0, 300.0, 5000.0, 30.0, 12.0]];
    for k in 0..40u64 {
        let at = |i: u64| unit(seed * 1000 + k * 10 + i);
        let (width, height) = (80.0 + 400.0 * at(2), 60.0 + 250.0 * at(3));
        slabs.push([500.0 + 4600.0 * at(0), 340.0 + 1100.0 * at(1), width, height, 2.0 + 25.0 * at(4)]);
    }
    slabs
}

/// How a picture is taken.
#[derive(Clone, Copy)]
struct Camera {
    rows: usize,
    columns: usize,
    /// Size of a pixel, mm, as true along rows and columns, and what is stated of the latter.
    pitch: (f64, f64),
    stated: f64,
    /// Place of the first edge, mm.
    at: (f64, f64),
    /// Amplitude of one swing of the position along the scan, mm.
    swing: f64,
    mev: f64,
    seed: u64,
}

/// Size of a pixel of [`CAMERA`], mm.
const PIXEL: f64 = 100.0 / 3.0;

const CAMERA: Camera = Camera {
    rows: 60,
    columns: 180,
    pitch: (PIXEL, PIXEL),
    stated: PIXEL,
    at: (0.0, 0.0),
    swing: 0.0,
    mev: 6.0,
    seed: 1,
};

impl Camera {
    /// Takes a picture of steel slabs; each pixel averages the transmission of 2 × 2 rays.
    fn take(&self, slabs: &[Slab]) -> Exposure {
        let beam = Beam::accelerator(Energy::from_mev(self.mev).unwrap()).unwrap();
        let steel = beam.absorber(&Material::named("steel").unwrap()).unwrap();
        let table: Vec<f64> = (0..3000).map(|k| (-beam.alpha_and_slope(&steel, f64::from(k) * 0.1).0).exp()).collect();
        let noise = NoiseModel::new(2e-5, 1e-5).unwrap();
        let mut alpha = Array2::zeros((self.rows, self.columns));
        for (r, mut line) in alpha.rows_mut().into_iter().enumerate() {
            let sums = self.transmissions(slabs, r, &table);
            for (c, (value, sum)) in line.iter_mut().zip(sums).enumerate() {
                // Normal noise (G. E. P. Box, M. E. Muller).
                let key = self.seed * 1_000_003 + (r * self.columns + c) as u64;
                let (size, turn) = (1.0 - unit(2 * key), std::f64::consts::TAU * unit(2 * key + 1));
                let normal = (-2.0 * size.ln()).sqrt() * turn.cos();
                *value = -(sum + (noise.quantum * sum).sqrt() * normal).max(1e-6).ln() as f32;
            }
        }
        Exposure {
            kind: ViewKind::Side,
            alpha,
            noise,
            beam: Some(beam),
            substance: None,
            pitch: Some((self.pitch.0, self.stated)),
            notes: Vec::new(),
        }
    }
}

fn compared(a: &Exposure, b: &Exposure) -> Result<Comparison> {
    compare(a, b, &CompareOptions::default(), &Budget::default())
}

impl Camera {
    /// Mean transmission of the rays of each pixel of a row.
    fn transmissions(&self, slabs: &[Slab], row: usize, table: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns];
        for i in 0..2u32 {
            let y = self.at.0 + (row as f64 + (f64::from(i) + 0.5) / 2.0) * self.pitch.0;
            let met: Vec<&Slab> = slabs.iter().filter(|s| (s[1]..s[1] + s[3]).contains(&y)).collect();
            for (c, sum) in sums.iter_mut().enumerate() {
                for j in 0..2u32 {
                    let place = c as f64 + (f64::from(j) + 0.5) / 2.0;
                    let turn = std::f64::consts::TAU * place / self.columns as f64;
                    let x = self.at.1 + place * self.pitch.1 + self.swing * turn.sin();
                    let lambda: f64 = met.iter().filter(|s| (s[0]..s[0] + s[2]).contains(&x)).map(|s| s[4]).sum();
                    *sum += table[((lambda * 10.0).round() as usize).min(table.len() - 1)] / 4.0;
                }
            }
        }
        sums
    }
}

const CAME: Slab = [2600.0, 420.0, 300.0, 240.0, 9.0];
const WENT: Slab = [4000.0, 900.0, 260.0, 320.0, 12.0];

#[test]
fn one_item_came_and_one_went_and_nothing_else() {
    let second = Camera {
        rows: 78,
        columns: 168,
        pitch: (80.0 / 3.0, 40.0),
        stated: 38.0,
        at: (-40.0, -330.0),
        swing: 30.0,
        mev: 9.0,
        seed: 2,
    };
    let a = CAMERA.take(&[load(5), vec![WENT]].concat());
    let b = second.take(&[load(5), vec![CAME]].concat());
    let found = compared(&a, &b).unwrap();
    assert_eq!(found.verdict, CompareVerdict::Different);
    let kinds: Vec<ChangeKind> = found.items.iter().map(|i| i.kind).collect();
    assert_eq!(kinds, [ChangeKind::Removed, ChangeKind::Added], "{:?}", found.items);
    for (item, slab, sign) in [(&found.items[0], WENT, -1.0), (&found.items[1], CAME, 1.0)] {
        let (row, column) = item.first.centre;
        let truth = ((slab[1] + slab[3] / 2.0) / PIXEL, (slab[0] + slab[2] / 2.0) / PIXEL);
        assert!((row - truth.0).abs() < 0.7 && (column - truth.1).abs() < 0.7, "{row} {column} for {truth:?}");
        // λ is that of aluminium here, where the slabs are of steel: a few per cent.
        let (mass, sigma) = item.mass.unwrap();
        let kilograms = sign * slab[2] * slab[3] / 100.0 * slab[4] / 1000.0;
        assert!((mass / kilograms - 1.0).abs() < 0.15 && sigma < 0.2 * mass.abs(), "{mass} {sigma} for {kilograms}");
        assert_eq!((item.before, item.after), (MaterialClass::Undecided, MaterialClass::Undecided));
        // In the second scan the place is that of its own pixels.
        let down = (slab[1] + slab[3] / 2.0 + 40.0) / (80.0 / 3.0);
        assert!((item.second.centre.0 - down).abs() < 1.0, "{:?}", item.second);
    }
}

#[test]
fn two_scans_of_one_load_do_not_differ() {
    let other = Camera { at: (7.0, -131.0), pitch: (PIXEL, 36.0), swing: 40.0, seed: 9, ..CAMERA };
    let found = compared(&CAMERA.take(&load(3)), &other.take(&load(3))).unwrap();
    assert_eq!(found.verdict, CompareVerdict::Same, "{:?}", found.items);
    assert!((found.similarity, found.unclear.len()) == (1.0, 0), "{:?}", found.unclear);
    let mapping = &found.registration.mapping;
    for column in [24.0, 90.0, 156.0] {
        let back = 36.0 * mapping.column(column);
        let swing = 40.0 * (std::f64::consts::TAU * mapping.column(column) / 180.0).sin();
        let x = back + swing - 131.0;
        assert!((x / PIXEL - column).abs() < 0.3, "{column}: {}", x / PIXEL);
    }
}

#[test]
fn a_scan_from_the_other_end_is_turned() {
    let a = CAMERA.take(&load(4));
    let b = Camera { seed: 3, ..CAMERA }.take(&[load(4), vec![CAME]].concat()).turned(false, true);
    let found = compared(&a, &b).unwrap();
    assert!(found.registration.columns_flipped && !found.registration.rows_flipped);
    assert_eq!(found.items.len(), 1, "{:?}", found.items);
    let centre = (CAME[0] + CAME[2] / 2.0) / PIXEL;
    assert!((found.items[0].first.centre.1 - centre).abs() < 0.7);
    assert!((found.items[0].second.centre.1 - (180.0 - centre)).abs() < 0.7, "{:?}", found.items[0].second);
}

#[test]
fn a_moved_item_is_one_item() {
    let at = |x: f64| [x, 420.0, 300.0, 240.0, 16.0];
    let a = CAMERA.take(&[load(6), vec![at(1200.0)]].concat());
    let b = Camera { seed: 4, at: (0.0, 90.0), ..CAMERA }.take(&[load(6), vec![at(3900.0)]].concat());
    let found = compared(&a, &b).unwrap();
    assert_eq!(found.items.iter().map(|i| i.kind).collect::<Vec<_>>(), [ChangeKind::Moved], "{:?}", found.items);
    assert!((found.items[0].first.centre.1 - 1350.0 / PIXEL).abs() < 0.7, "{:?}", found.items[0].first);
    assert!((found.items[0].second.centre.1 - 3960.0 / PIXEL).abs() < 0.7, "{:?}", found.items[0].second);
}

#[test]
fn what_cannot_be_compared_is_refused_with_figures() {
    let a = CAMERA.take(&load(1));
    let top = Exposure { kind: ViewKind::Top, ..a.clone() };
    assert_eq!(compared(&a, &top).map(|c| c.verdict).unwrap_err().code(), Code::CompareViews);
    let other = Camera { seed: 5, ..CAMERA }.take(&load(77)[2..]);
    match compared(&a, &other) {
        Ok(found) => {
            assert_eq!(found.verdict, CompareVerdict::Unrelated);
            assert!(found.similarity == 0.0 && found.items.is_empty() && found.registration.correlation < 0.4);
        }
        Err(e) => assert!(matches!(e.code(), Code::CompareNoOverlap | Code::CompareAmbiguous), "{e}"),
    }
    let small = Budget::new(crate::limits::Limits { memory: 1000, ..Default::default() });
    assert_eq!(compare(&a, &a, &CompareOptions::default(), &small).map(|_| ()).unwrap_err().code(), Code::LimitBytes);
}

#[test]
fn a_load_that_repeats_fits_in_two_ways() {
    let row: Vec<Slab> = (0..19).map(|k| [200.0 + 300.0 * f64::from(k), 600.0, 150.0, 500.0, 15.0]).collect();
    let a = CAMERA.take(&row);
    let e = compared(&a, &Camera { seed: 8, ..CAMERA }.take(&row)).map(|c| c.verdict).unwrap_err();
    assert_eq!(e.code(), Code::CompareAmbiguous);
    assert!(e.finding().is_some_and(|f| f.contains(" and ")), "{e}");
}

#[test]
fn against_an_empty_reference_the_load_is_what_was_added() {
    let empty = load(2)[..2].to_vec();
    let frame: Vec<Slab> = (0..9u32)
        .map(|k| [520.0 + 610.0 * f64::from(k) + 300.0 * unit(u64::from(k)), 330.0, 45.0, 1400.0, 6.0])
        .collect();
    let goods: Slab = [1500.0, 1100.0, 900.0, 500.0, 14.0];
    let reference = CAMERA.take(&[empty.clone(), frame.clone()].concat());
    let loaded = Camera { seed: 6, at: (0.0, 60.0), ..CAMERA }.take(&[empty, frame, vec![goods]].concat());
    let options = CompareOptions { reference: true };
    let found = compare(&reference, &loaded, &options, &Budget::default()).unwrap();
    assert_eq!(found.items.len(), 1, "{:?}", found.items);
    let mass = found.items[0].mass.unwrap().0;
    assert!(found.items[0].kind == ChangeKind::Added && (mass / 63.0 - 1.0).abs() < 0.15, "{mass}");
}
