//! `uff measure` on a simulated staircase: what it says against the truth of the scene.

use std::fs;

use serde_json::Value;

use crate::driver::{folder, profiles, uff_in};

#[test]
fn staircases_measure_what_they_are() {
    let here = folder();
    uff_in(here.path(), &["synth", "steps", "--rows", "120", "--columns", "240", "--rays", "1"]).exits(0);
    let truth: Value = serde_json::from_slice(&fs::read(here.path().join("steps/truth.json")).unwrap()).unwrap();
    let core = |name: &str| {
        let object = truth["objects"].as_array().unwrap().iter().find(|o| o["name"] == name).unwrap();
        let number = |key: &str| object["core"]["rectangle"][key].as_u64().unwrap();
        [number("row"), number("column"), number("rows"), number("columns")]
    };
    let text = |[row, column, rows, columns]: [u64; 4]| format!("{row},{column},{rows},{columns}");
    let run = |arguments: &[&str]| {
        uff_in(here.path(), &[&["measure", "steps/delivery", "--profiles", &profiles()], arguments].concat())
    };
    let iron = core("iron-50");
    let middle = iron[0] + iron[2] / 2;
    let line = format!("{middle},{},{middle},{}", iron[1], iron[1] + iron[3] - 1);
    let found = run(&["--line", &line, "--histogram", &text(iron), "--json"]).exits(0).json();
    let points = found[0]["points"].as_array().unwrap();
    assert_eq!(points.len() as u64, iron[3]);
    let mean = points.iter().map(|p| p["lambda"].as_f64().unwrap()).sum::<f64>() / points.len() as f64;
    assert!((mean / 50.0 - 1.0).abs() < 0.02, "{mean} g/cm²");
    assert_eq!(found.len(), 4);
    for histogram in &found[1..] {
        let pixels: u64 = histogram["counts"].as_array().unwrap().iter().map(|c| c.as_u64().unwrap()).sum();
        assert_eq!(pixels + histogram["without"].as_u64().unwrap(), iron[2] * iron[3]);
    }

    // Iron of 50 g/cm² on a background of 35, and one half of a step against all of it.
    let half = [iron[0], iron[1], iron[2], iron[3] / 2];
    let pair = format!("{}/{}", text(iron), text(core("iron-35")));
    let contrast = &run(&["--contrast", &pair, "--json"]).exits(0).json()[0];
    let alpha = |name: &str| -contrast["figures"][name].as_f64().unwrap().ln();
    // 15 g/cm² of iron more: as much as the linear attenuation of about 0.04 cm²/g says.
    let more = alpha("targetTransmission") - alpha("backgroundTransmission");
    assert!((0.5..0.7).contains(&more) && contrast["figures"]["relative"].as_f64().unwrap() < -0.3, "{more}");
    let feature = |test: &str, size: f64, target: [u64; 4], background: [u64; 4]| {
        format!("{test},{size},{},{}\n", text(target), text(background))
    };
    let table = [
        "test,size,row,column,rows,columns,background_row,background_column,background_rows,background_columns\n"
            .to_owned(),
        feature("penetration", 44.5, iron, core("iron-35")),
        feature("penetration", 89.0, core("iron-90"), core("iron-70")),
        feature("penetration", 190.0, half, iron),
        feature("wire", 3.0, half, iron),
    ]
    .concat();
    fs::write(here.path().join("object.csv"), table).unwrap();
    let found = run(&["--test-object", "object.csv", "--json"]).exits(0).json();
    let quality: Vec<&Value> = found.iter().filter(|l| l["type"] == "quality").collect();
    assert_eq!((quality[0]["value"].as_f64(), quality[0]["unit"].as_str()), (Some(89.0), Some("mm steel")));
    assert!(quality[1].get("value").is_none() && quality[1]["atEnd"] == false, "{}", quality[1]);
    let told = run(&["--test-object", "object.csv", "--histogram", &text(iron), "--line", &line]).exits(0).stdout;
    assert!(
        told.contains("penetration: 89 mm steel") && told.contains("wire: none seen") && told.contains('█'),
        "{told}"
    );
}

#[test]
fn measures_outside_and_nonsense_are_refused() {
    let here = folder();
    uff_in(here.path(), &["synth", "steps", "--rows", "24", "--columns", "48", "--rays", "1"]).exits(0);
    let run = |arguments: &[&str]| {
        uff_in(here.path(), &[&["measure", "steps/delivery", "--profiles", &profiles()], arguments].concat())
    };
    run(&["--line", "0,0,24,3"]).fails_with(2, "uff.region");
    run(&["--histogram", "0,0,25,3"]).fails_with(2, "uff.region");
    run(&["--contrast", "0,0,2,2/0,0,2,2"]).fails_with(2, "uff.region");
    for wrong in [&[][..], &["--line", "1,2,3"], &["--contrast", "0,0,2,2"], &["--limit", "1"]] {
        run(wrong).exits(2);
    }
}
