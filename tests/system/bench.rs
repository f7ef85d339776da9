//! `uff bench`: what it measures is told in words, as JSON and as a page.

use std::fs;

use crate::driver::{folder, uff_in};

#[test]
fn accuracy_of_the_material_is_told_with_its_goals() {
    let here = folder();
    let found = uff_in(here.path(), &["bench", "material", "--out", "page.html", "--json"]).exits(0).json();
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
    }
    let page = fs::read_to_string(here.path().join("page.html")).unwrap();
    assert_eq!((page.matches("<h2>").count(), page.matches("<svg").count(), page.matches("</svg>").count()), (4, 8, 8));
    assert!(!page.contains("http") && !page.contains("NaN"), "nothing from elsewhere, no holes");
    uff_in(here.path(), &["bench", "material", "--out", "page.html"]).fails_with(41, "target.exists");
}
