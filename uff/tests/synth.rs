//! The simulator against tables, geometry and its own promise of equal bytes.
#![allow(clippy::unwrap_used, clippy::panic)]

use ndarray::{Array2, s};
use uff::limits::{Budget, Limits};
use uff::physics::{Beam, Material};
use uff::synth::{ObjectTruth, Recording, Rectangle, RenderOptions, Rendering, Scene, presets, render};
use uff::units::{ArealDensity, Energy};

const MATERIALS: [&str; 5] = ["polyethylene", "graphite", "aluminium", "iron", "lead"];
const STEPS: [f64; 9] = [10.0, 20.0, 35.0, 50.0, 70.0, 90.0, 110.0, 130.0, 150.0];

fn steps() -> Rendering {
    render(&Scene::preset("steps").unwrap(), &RenderOptions::default(), &Budget::default()).unwrap()
}

/// Transmission by the lines of the recording itself: (sample − dark) / (air − dark), row by row.
fn transmission(recording: &Recording) -> Array2<f64> {
    let level = |lines: &Array2<u16>, row: usize| {
        lines.row(row).iter().map(|v| f64::from(*v)).sum::<f64>() / lines.ncols() as f64
    };
    Array2::from_shape_fn(recording.samples.dim(), |(row, column)| {
        let dark = level(&recording.dark, row);
        (f64::from(recording.samples[(row, column)]) - dark) / (level(&recording.air, row) - dark)
    })
}

fn mean(image: &Array2<f64>, r: Rectangle) -> f64 {
    image.slice(s![r.row..r.row + r.rows, r.column..r.column + r.columns]).mean().unwrap()
}

fn object<'a>(scan: &'a Rendering, name: &str) -> &'a ObjectTruth {
    scan.truth.objects.iter().find(|o| o.name == name).unwrap_or_else(|| panic!("no object {name}"))
}

#[test]
fn attenuation_of_every_step_is_that_of_the_beam() {
    let scan = steps();
    for (recording, mev, quanta) in [
        (&scan.high, scan.scanner.high_mev, scan.scanner.detector.quanta_high),
        (&scan.low, scan.scanner.low_mev, scan.scanner.detector.quanta_low),
    ] {
        let beam = Beam::usual(Energy::from_mev(mev).unwrap()).unwrap();
        let measured = transmission(recording);
        for name in MATERIALS {
            for areal_density in STEPS {
                let core = object(&scan, &format!("{name}-{areal_density}")).core.clone().unwrap();
                assert!((core.areal_density - areal_density).abs() < 0.01, "{name} {}", core.areal_density);
                let layer = (&Material::named(name).unwrap(), ArealDensity::new(areal_density).unwrap());
                let expected = beam.transmission(&[layer]).unwrap();
                let pixels = (core.rectangle.rows * core.rectangle.columns) as f64;
                // Quanta of the pixels; then pulse jitter and calibration lines; then the dark lines.
                let sigma = (expected / quanta / pixels).sqrt() + 2.5e-4 * expected + 2e-6;
                let found = mean(&measured, core.rectangle);
                assert!(
                    (found - expected).abs() < 4.5 * sigma,
                    "{name} {areal_density} at {mev} MeV: {found} {expected}"
                );
            }
        }
    }
}

#[test]
fn air_transmits_everything() {
    let scan = steps();
    let above = Rectangle { row: 0, column: 0, rows: 12, columns: 480 };
    for recording in [&scan.high, &scan.low] {
        let air = mean(&transmission(recording), above);
        assert!((air - 1.0).abs() < 2e-3, "{air}");
    }
    assert!(scan.areal_density.slice(s![0..12, ..]).iter().all(|v| *v == 0.0));
}

#[test]
fn objects_lie_where_the_scene_puts_them() {
    let scan = steps();
    // 4 mm per pixel: centre at x = 161 mm, 180 mm wide; z from 40 to 180 mm of 960 mm.
    let first = object(&scan, "polyethylene-10").rectangle.unwrap();
    assert_eq!(first, Rectangle { row: 195, column: 18, rows: 35, columns: 45 });
    assert_eq!(object(&scan, "lead-150").z_eff, 82.0);
    assert_eq!(scan.truth.objects.len(), MATERIALS.len() * STEPS.len());
}

#[test]
fn bytes_do_not_depend_on_the_number_of_threads() {
    for name in presets() {
        let scene = Scene::preset(name).unwrap();
        let options = RenderOptions { seed: 11, rows: Some(60), columns: Some(150), rays: 1 };
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| render(&scene, &options, &Budget::default()).unwrap())
        };
        let alone = run(1);
        assert_eq!(alone, run(3), "{name}");
        let other = render(&scene, &RenderOptions { seed: 12, ..options.clone() }, &Budget::default()).unwrap();
        assert_ne!(alone.high.samples, other.high.samples, "{name}");
        assert_eq!(alone.truth.objects, other.truth.objects, "{name}: the scene must not depend on the seed");
    }
}

#[test]
fn what_is_hidden_shows_and_holes_take_matter_away() {
    for (scene, names) in [
        ("truck", &["bricks-in-frame", "packages-in-roll", "cigarettes", "pistol"][..]),
        ("container", &["packages-in-gearbox", "packages-in-pipe", "cavity", "lead-block"]),
    ] {
        let options = RenderOptions { rays: 1, ..Default::default() };
        let scan = render(&Scene::preset(scene).unwrap(), &options, &Budget::default()).unwrap();
        for name in names {
            let found = object(&scan, name);
            assert!(found.rectangle.is_some_and(|r| r.rows * r.columns >= 20), "{scene} {name}: {found:?}");
            assert!(found.core.is_some(), "{scene} {name}");
        }
        if scene == "container" {
            let core = object(&scan, "cavity").core.clone().unwrap();
            let iron = core.layers.iter().find(|l| l.object == "counterweight-hollow").unwrap();
            // 170 mm of cast iron at 7.15 g/cm³ less 110 mm of hole; the fan lengthens the path by less than 1 %.
            assert!((iron.areal_density / (6.0 * 7.15) - 1.0).abs() < 0.01, "{}", iron.areal_density);
        }
    }
}

#[test]
fn pictures_larger_than_the_budget_are_refused() {
    let scene = Scene::preset("steps").unwrap();
    let options = RenderOptions { rows: Some(100_000), columns: Some(100_000), ..Default::default() };
    let small = Budget::new(Limits { memory: 1 << 20, ..Limits::default() });
    assert_eq!(render(&scene, &options, &small).unwrap_err().code(), uff::Code::LimitBytes);
    let none = RenderOptions { rays: 0, ..Default::default() };
    assert_eq!(render(&scene, &none, &small).unwrap_err().code(), uff::Code::Usage);
}
