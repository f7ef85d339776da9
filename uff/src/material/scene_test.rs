//! Scenes of known materials with realistic noise: how many pixels get the right class, how far off is λ, and is the
//! stated uncertainty honest?

use ndarray::{Array2, s};

use super::noise::tests::deviates;
use super::*;
use crate::physics::{Beam, Material};
use crate::units::{ArealDensity, Energy};

/// Blocks of 32 x 32 pixels side by side: material, areal density in g/cm², class.
const BLOCKS: [(&str, f64, MaterialClass); 8] = [
    ("polyethylene", 45.0, MaterialClass::Organic),
    ("wood", 60.0, MaterialClass::Organic),
    ("water", 80.0, MaterialClass::Organic),
    ("aluminium", 60.0, MaterialClass::Light),
    ("limestone", 80.0, MaterialClass::Light),
    ("steel", 60.0, MaterialClass::Metal),
    ("copper", 80.0, MaterialClass::Metal),
    ("lead", 60.0, MaterialClass::Heavy),
];
const SIZE: usize = 32;

struct Scene {
    high: Array2<f32>,
    low: Array2<f32>,
    inversion: Inversion,
}

/// Renders the blocks with air noise of the given shares, and an inversion that knows noise and beams.
fn scene(high: &Beam, low: &Beam, noise: (f64, f64), blocks: &[(&str, f64, MaterialClass)]) -> Scene {
    let mut deviate = deviates(7);
    let mut image = |beam: &Beam, noise: f64| {
        let transmissions: Vec<f64> = blocks
            .iter()
            .map(|(name, lambda, _)| {
                let slab = (&Material::named(name).unwrap(), ArealDensity::new(*lambda).unwrap());
                beam.transmission(&[slab]).unwrap()
            })
            .collect();
        Array2::from_shape_fn((SIZE, SIZE * blocks.len()), |(_, column)| {
            let t = transmissions[column / SIZE];
            -(t + noise * t.sqrt() * deviate()).max(1e-6).ln() as f32
        })
    };
    let model = |noise: f64| NoiseModel::new(noise * noise, 1e-5).unwrap();
    let mut options = InversionOptions::new(model(noise.0), model(noise.1));
    options.model_error_relative = InversionOptions::CALIBRATED;
    let inversion = Inversion::new(high, low, options).unwrap();
    Scene { high: image(high, noise.0), low: image(low, noise.1), inversion }
}

/// Returns the share of pixels with the right class, and of the decided ones.
fn accuracy(map: &MaterialMap, blocks: &[(&str, f64, MaterialClass)]) -> (f64, f64) {
    let (mut right, mut decided) = (0, 0);
    for ((_, column), code) in map.class.indexed_iter() {
        let class = MaterialClass::from_code(*code);
        right += usize::from(class == blocks[column / SIZE].2);
        decided += usize::from(class != MaterialClass::Undecided);
    }
    let (of_all, of_decided) = (right as f64 / map.class.len() as f64, right as f64 / decided as f64);
    eprintln!("right class: {of_all:.3} of all pixels, {of_decided:.3} of the decided");
    (of_all, of_decided)
}

fn accelerators(high: f64, low: f64) -> (Beam, Beam) {
    let beam = |mev| Beam::accelerator(Energy::from_mev(mev).unwrap()).unwrap();
    (beam(high), beam(low))
}

#[test]
fn little_noise_gives_the_right_class_and_mass() {
    let (high, low) = accelerators(10.0, 6.0);
    let scene = scene(&high, &low, (0.003, 0.003), &BLOCKS);
    let map = scene.inversion.analyze(&scene.high.view(), &scene.low.view(), 0).unwrap();
    let (of_all, of_decided) = accuracy(&map, &BLOCKS);
    assert!(of_all > 0.95 && of_decided > 0.98, "{of_all} {of_decided}");
    for (block, (name, lambda, _)) in BLOCKS.iter().enumerate() {
        let mean = map.lambda.slice(s![4..28, block * SIZE + 4..(block + 1) * SIZE - 4]).mean().unwrap();
        assert!((f64::from(mean) / lambda - 1.0).abs() < 0.09, "{name}: {mean} for {lambda}");
    }
}

/// Noise of real container scans at 6/4 MeV, 1.35 % and 1.95 % in air.
#[test]
fn field_noise_leaves_pixels_undecided_rather_than_wrong() {
    let (high, low) = accelerators(6.0, 4.0);
    let scene = scene(&high, &low, (0.0135, 0.0195), &BLOCKS);
    let map = scene.inversion.analyze(&scene.high.view(), &scene.low.view(), 0).unwrap();
    let (of_all, of_decided) = accuracy(&map, &BLOCKS);
    assert!(of_all > 0.9 && of_decided > 0.93, "{of_all} {of_decided}");
}

/// Below 1 MeV: one tube of 160 kV and a sandwich detector.
#[test]
fn baggage_energies_tell_plastic_from_aluminium_and_steel() {
    let blocks = [
        ("polyethylene", 5.0, MaterialClass::Organic),
        ("water", 8.0, MaterialClass::Organic),
        ("sugar", 10.0, MaterialClass::Organic),
        ("aluminium", 3.0, MaterialClass::Light),
        ("glass", 4.0, MaterialClass::Light),
        ("steel", 1.5, MaterialClass::Metal),
        ("copper", 1.0, MaterialClass::Metal),
    ];
    let (high, low) = Beam::tube_sandwich(Energy::new(160.0).unwrap()).unwrap();
    let scene = scene(&high, &low, (0.005, 0.005), &blocks);
    let map = scene.inversion.analyze(&scene.high.view(), &scene.low.view(), 0).unwrap();
    let (of_all, of_decided) = accuracy(&map, &blocks);
    assert!(of_all > 0.9 && of_decided > 0.95, "{of_all} {of_decided}");
    for (block, (name, lambda, _)) in blocks.iter().enumerate() {
        let mean = map.lambda.slice(s![4..28, block * SIZE + 4..(block + 1) * SIZE - 4]).mean().unwrap();
        assert!((f64::from(mean) / lambda - 1.0).abs() < 0.1, "{name}: {mean} for {lambda}");
    }
}

/// Scatter of single pixels against the Cramér–Rao bound that the inversion states.
#[test]
fn stated_uncertainty_is_that_of_the_pixels() {
    let (high, low) = accelerators(10.0, 6.0);
    let blocks = [("iron", 60.0, MaterialClass::Metal)];
    let scene = scene(&high, &low, (0.002, 0.002), &blocks);
    let (mut sum, mut squares, mut bound, mut lambda) = (0.0, 0.0, 0.0, (0.0, 0.0, 0.0));
    for (h, l) in scene.high.iter().zip(&scene.low) {
        let one = scene.inversion.solve(f64::from(*h), f64::from(*l), 1.0, 0);
        let (z, λ) = (one.z.unwrap(), one.lambda.unwrap());
        (sum, squares) = (sum + z, squares + z * z);
        bound += scene.inversion.cramer_rao_z(f64::from(*h), f64::from(*l), 1.0, 0);
        lambda = (lambda.0 + λ, lambda.1 + λ * λ, lambda.2 + one.sigma_lambda);
    }
    let count = scene.high.len() as f64;
    let deviation = |sum: f64, squares: f64| (squares / count - (sum / count).powi(2)).sqrt();
    let (found, stated) = (deviation(sum, squares), bound / count);
    assert!((0.85..1.2).contains(&(found / stated)), "Z scatters by {found}, bound {stated}");
    let (found, stated) = (deviation(lambda.0, lambda.1), lambda.2 / count);
    assert!((0.6..1.2).contains(&(found / stated)), "lambda scatters by {found}, stated {stated}");
}

#[test]
fn tile_with_halo_equals_the_crop_of_the_whole() {
    let (high, low) = accelerators(9.0, 6.0);
    let scene = scene(&high, &low, (0.01, 0.01), &BLOCKS);
    let whole = scene.inversion.analyze(&scene.high.view(), &scene.low.view(), 0).unwrap();
    let halo = scene.inversion.halo();
    let (rows, columns) = (10..22, 50..150);
    let around = s![rows.start - halo..rows.end + halo, columns.start - halo..columns.end + halo];
    let tile = scene.inversion.analyze(&scene.high.slice(around), &scene.low.slice(around), rows.start - halo).unwrap();
    let (outer, inner) = (s![rows.clone(), columns.clone()], s![halo..halo + 12, halo..halo + 100]);
    assert_eq!(whole.z.slice(outer), tile.z.slice(inner));
    assert_eq!(whole.lambda.slice(outer), tile.lambda.slice(inner));
    assert_eq!(whole.class.slice(outer), tile.class.slice(inner));
    assert_eq!(whole.confidence.slice(outer), tile.confidence.slice(inner));
    assert_eq!(whole.flags.slice(outer), tile.flags.slice(inner));
}

#[test]
fn what_cannot_be_told_is_flagged() {
    let (high, low) = accelerators(6.0, 4.0);
    let noise = NoiseModel::new(1e-4, 1e-3).unwrap();
    let inversion = Inversion::new(&high, &low, InversionOptions::new(noise, noise)).unwrap();
    let flags = |h: f64, l: f64| inversion.solve(h, l, 1.0, 0).flags;
    assert_eq!(flags(0.05, 0.06), Flags::THIN);
    assert_eq!(flags(-0.2, -0.2), Flags::THIN | Flags::NEGATIVE);
    assert_eq!(flags(f64::INFINITY, f64::INFINITY), Flags::OPAQUE);
    assert_eq!(flags(f64::NAN, 1.0), Flags::NO_DATA);
    assert!(flags(2.0, 3.5).contains(Flags::OUTSIDE));
    assert!(inversion.solve(f64::INFINITY, 7.0, 1.0, 0).lambda.unwrap() > 100.0);
    assert_eq!(inversion.solve(f64::NAN, 1.0, 1.0, 0).lambda, None);
}

#[test]
fn impossible_options_and_swapped_beams_are_refused() {
    let (high, low) = accelerators(6.0, 4.0);
    let noise = NoiseModel::new(1e-4, 0.0).unwrap();
    let options = InversionOptions::new(noise, noise);
    let code = |high: &Beam, low: &Beam, options| Inversion::new(high, low, options).map(|_| ()).unwrap_err().code();
    assert_eq!(code(&low, &high, options), crate::Code::MaterialOptions);
    for wrong in [
        InversionOptions { min_confidence: 1.5, ..options },
        InversionOptions { opaque: f64::NAN, ..options },
        InversionOptions { smoothing: Bilateral { radius: 1000, ..Bilateral::default() }, ..options },
    ] {
        assert_eq!(code(&high, &low, wrong), crate::Code::MaterialOptions);
    }
}
