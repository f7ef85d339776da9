//! `uff bench`: what it measures is told in words, as JSON and as a page.

use std::fs;

use serde_json::Value;

use crate::driver::{folder, uff_in};

#[test]
fn accuracy_of_the_material_is_told_with_its_goals() {
    let here = folder();
    let found =
        uff_in(here.path(), &["bench", "material", "--plates", "1000", "--out", "page.html", "--json"]).exits(0).json();
    assert_eq!(found.len(), 4);
    let goal = |setting: usize, what: &str| {
        let goals = found[setting]["goals"].as_array().unwrap();
        goals.iter().find(|g| g["what"].as_str().unwrap().contains(what)).unwrap().clone()
    };
    // Low noise at {10, 6} MeV, noise of the field at {6, 4} MeV.
    for (setting, least) in [(0, 0.99), (1, 0.84)] {
        let class = goal(setting, "pixels in their true class");
        assert!(class["found"].as_f64().unwrap() >= least && class["met"] == true, "{class}");
        assert_eq!(goal(setting, "too thin or opaque")["found"], 0.0);
        assert_eq!(goal(setting, "organics")["met"], true);
        // 16 plates of 64 x 64 pixels in the four classes, and what the model leaves.
        let classes = found[setting]["classes"].as_array().unwrap();
        let count = |c: &Value| ["undecided", "organic", "light", "metal", "heavy"].map(|k| c[k].as_u64().unwrap());
        assert_eq!(classes.iter().flat_map(count).sum::<u64>(), 16 * 64 * 64);
        let squares = |r: &Value| ["high", "low"].map(|k| r[k].as_f64().unwrap().powi(2));
        let residuals: Vec<f64> = found[setting]["residuals"].as_array().unwrap().iter().flat_map(squares).collect();
        let rms = (residuals.iter().sum::<f64>() / residuals.len() as f64).sqrt();
        assert!((rms - goal(setting, "residual of α")["found"].as_f64().unwrap()).abs() < 1e-12);
        // Thin lead has a twin at either pair of energies; how many of its pixels are given a class is the figure.
        let folded = found[setting]["folded"].as_array().unwrap();
        let lead = folded.iter().find(|p| p["material"] == "lead").unwrap();
        assert!(lead["twinZ"].as_f64().unwrap() < 43.0, "{lead}");
        let told = |p: &Value| p["right"].as_f64().unwrap() + p["wrong"].as_f64().unwrap();
        let share = folded.iter().map(told).sum::<f64>() / folded.len() as f64;
        assert!((share - goal(setting, "twin of another class")["found"].as_f64().unwrap()).abs() < 1e-12);
    }
    let page = fs::read_to_string(here.path().join("page.html")).unwrap();
    assert_eq!(
        (page.matches("<h2>").count(), page.matches("<svg").count(), page.matches("</svg>").count()),
        (4, 16, 16)
    );
    for part in ["http", "<script", "NaN", "inf"] {
        assert!(!page.contains(part), "{part}: nothing from elsewhere, no scripts, no holes");
    }
    uff_in(here.path(), &["bench", "material", "--out", "page.html"]).fails_with(41, "target.exists");
}

#[test]
fn a_report_on_everything_never_replaces_another_unasked() {
    let here = folder();
    fs::create_dir(here.path().join("report")).unwrap();
    fs::write(here.path().join("report/bench.html"), "kept").unwrap();
    uff_in(here.path(), &["bench", "all", "--out", "report"]).fails_with(41, "target.exists");
}
