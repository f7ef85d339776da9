//! `uff calibrate`: beams and noise from a simulated step wedge, and what becomes of them.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::driver::{folder, profiles, uff_in};

/// Steps of the wedge as its truth file states them, and the region that is taken for air.
fn steps(truth: &Path, air: &str) -> String {
    let truth: Value = serde_json::from_slice(&fs::read(truth).unwrap()).unwrap();
    let mut table = format!("# from the truth\nmaterial,areal_density,row,column,rows,columns\nair,0,{air}\n");
    for object in truth["objects"].as_array().unwrap().iter().filter(|o| o["core"].is_object()) {
        let (core, number) = (&object["core"], |key: &str| object["core"]["rectangle"][key].as_u64().unwrap());
        let (material, density) = (object["material"].as_str().unwrap(), core["areal_density"].as_f64().unwrap());
        let [row, column, rows, columns] = ["row", "column", "rows", "columns"].map(number);
        writeln!(table, "{material},{density},{row},{column},{rows},{columns}").unwrap();
    }
    table
}

/// The scene states 40 000 and 20 000 quanta per sample in air and electronic noise of 2.5 of 52 000 counts; its beams
/// are the usual ones, so that every process has a scale of 1.
#[test]
fn a_step_wedge_gives_noise_and_beams_and_they_are_kept() {
    let here = folder();
    let run = |arguments: &[&str]| uff_in(here.path(), &[arguments, &["--profiles", &profiles()]].concat());
    uff_in(here.path(), &["synth", "steps", "--rows", "120", "--columns", "240", "--rays", "1"]).exits(0);
    let truth = here.path().join("steps/truth.json");
    fs::write(here.path().join("steps.csv"), steps(&truth, "1,1,4,230")).unwrap();
    let found = run(&["calibrate", "steps/delivery", "--steps", "steps.csv", "--out", "wedge.json", "--json"]).exits(0);
    let found = &found.json()[0];
    let number = |path: &str| found.pointer(path).and_then(Value::as_f64).unwrap();
    let quanta = [number("/noise/high/quantum") * 40_000.0, number("/noise/low/quantum") * 20_000.0];
    assert!(quanta.iter().all(|q| (0.85..1.2).contains(q)), "{quanta:?}");
    assert!((0.2..3.0).contains(&(number("/noise/high/electronic") * 52_000.0 / 2.5)), "{}", found["noise"]);
    for path in ["/beams/0/high/compton", "/beams/0/low/compton"] {
        assert!((number(path) - 1.0).abs() < 0.02, "{path} {}", number(path));
    }
    assert!(number("/residual") < 0.008, "{}", number("/residual"));
    let points = found["points"].as_array().unwrap().len();
    assert!(points > 30, "{points}");
    assert_eq!((found["serial"].as_str(), found["manufacturer"].as_str()), (None, Some("Orsolvik Portal Works")));

    let kept = |arguments: &[&str]| run(arguments).exits(0).json()[0]["calibrationPoints"].as_u64();
    let analyze = ["analyze", "steps/delivery", "--json", "--calibration", "wedge.json"];
    assert_eq!(kept(&analyze), Some(points as u64));
    run(&["convert", "steps/delivery", "--material", "--calibration", "wedge.json"]).exits(0);
    assert_eq!(kept(&["analyze", "delivery.uff", "--json"]), Some(points as u64));
    uff_in(here.path(), &["validate", "--quiet", "delivery.uff"]).exits(0);
    let text = run(&["calibrate", "steps/delivery", "--points", "wedge.json", "--out", "again.json"]).exits(0).stdout;
    assert!(text.contains("b Compton") && text.contains("noise low"), "{text}");

    let rows = run(&["calibrate", "steps/delivery", "--steps", "steps.csv", "--by-rows", "--json"]).exits(0);
    assert!(rows.json()[0]["points"][0]["row"].is_u64());
}

/// A scan that a calibration was made from is a version of the calibration of its scanner; a scan that only uses it is none.
#[test]
fn an_archive_keeps_the_calibrations_of_a_scanner() {
    let here = folder();
    let run = |arguments: &[&str]| uff_in(here.path(), &[arguments, &["--profiles", &profiles()]].concat());
    let archive = |arguments: &[&str]| uff_in(here.path(), &[&["archive"], arguments, &["-a", "store"]].concat());
    archive(&["init"]).exits(0);
    for seed in ["1", "2"] {
        let wedge = format!("wedge{seed}");
        let size = ["--rows", "120", "--columns", "240", "--rays", "1", "--seed", seed, "--into", &wedge];
        uff_in(here.path(), &[&["synth", "steps"], size.as_slice()].concat()).exits(0);
        let (delivery, file) = (format!("{wedge}/delivery"), format!("{wedge}.uff"));
        if seed == "1" {
            fs::write(here.path().join("steps.csv"), steps(&here.path().join("wedge1/truth.json"), "1,1,4,230"))
                .unwrap();
            run(&["calibrate", &delivery, "--steps", "steps.csv", "--out", "first.json"]).exits(0);
        }
        run(&["convert", &delivery, "--material", "--calibration", "first.json", "-o", &file]).exits(0);
        archive(&["put", &file]).exits(0);
    }
    let listed = archive(&["calibration", "wedge2.uff", "-o", "kept.json", "--json"]).exits(0).json();
    assert_eq!((listed.len(), listed[0]["inForce"].as_bool(), listed[1]["count"].as_u64()), (2, Some(true), Some(1)));
    let read = |name: &str| -> Value { serde_json::from_slice(&fs::read(here.path().join(name)).unwrap()).unwrap() };
    let (first, kept) = (read("first.json"), read("kept.json"));
    assert_eq!((&kept["scan"], &kept["points"]), (&first["scan"], &first["points"]));
    assert_eq!((&kept["noise"], listed[0]["scanId"].as_str()), (&first["noise"], first["scan"].as_str()));
    let points = run(&["analyze", "wedge2/delivery", "--json", "--calibration", "kept.json"]).exits(0).json();
    assert_eq!(points[0]["calibrationPoints"].as_u64(), first["points"].as_array().map(|p| p.len() as u64));
    archive(&["reindex"]).exits(0);
    let table = archive(&["calibration", "wedge2.uff"]).exits(0).stdout;
    assert!(table.contains("Orsolvik Portal Works") && table.contains("in force"), "{table}");

    archive(&["calibration", "wedge2.uff", "--at", "1990-01-01"]).exits(1);
    archive(&["calibration", "--scanner", "no such scanner"]).exits(1);
    archive(&["calibration", "wedge2.uff", "--view", "1"]).exits(1);
    archive(&["calibration"]).exits(2);
    archive(&["calibration", "wedge2.uff", "-o", "kept.json"]).fails_with(41, "target.exists");
}

#[test]
fn what_is_no_wedge_is_refused() {
    let here = folder();
    let run = |arguments: &[&str]| uff_in(here.path(), &[arguments, &["--profiles", &profiles()]].concat());
    uff_in(here.path(), &["synth", "steps", "--rows", "60", "--columns", "120", "--rays", "1"]).exits(0);
    let truth = here.path().join("steps/truth.json");
    fs::write(here.path().join("steps.csv"), steps(&truth, "20,10,4,100")).unwrap();
    let refused = run(&["calibrate", "steps/delivery", "--steps", "steps.csv"]).fails_with(2, "material.options");
    assert!(refused.stderr.contains("a step of air shows something else"), "{}", refused.stderr);
    fs::write(here.path().join("outside.csv"), "material,areal_density,row,column,rows,columns\niron,10,50,1,20,20\n")
        .unwrap();
    run(&["calibrate", "steps/delivery", "--steps", "outside.csv"]).fails_with(2, "uff.region");
    fs::write(here.path().join("few.csv"), "material,areal_density,alpha_high,alpha_low\niron,10,0.48,0.56\n").unwrap();
    run(&["calibrate", "steps/delivery", "--points", "few.csv"]).fails_with(2, "physics.range");
    run(&["calibrate", "steps/delivery"]).exits(2);
    assert!(!here.path().join("wedge.json").exists());
}
