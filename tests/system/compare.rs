//! `uff compare` on deliveries of simulated scans: one load twice, the same load with a box more, another load.

use std::fs;

use crate::driver::{folder, profiles, uff_in};

/// A box of water on top of the container's goods.
const BOX: &str = r#"
[[group]]
at = [6000.0, 0.0, 2900.0]

[[group.item]]
object = "box"
material = "water"
shape = { box = [900.0, 300.0, 500.0] }
at = [0.0, 0.0, 0.0]
"#;

#[test]
fn one_load_is_the_same_and_a_box_more_is_one_item() {
    let here = folder();
    let scene = uff_in(here.path(), &["synth", "container", "--show"]).exits(0).stdout;
    fs::write(here.path().join("more.toml"), scene + BOX).unwrap();
    for (scene, into, seed) in [("container", "a", "1"), ("container", "b", "2"), ("more.toml", "c", "3")] {
        let size = ["--rows", "72", "--columns", "200", "--rays", "1"];
        uff_in(here.path(), &[&["synth", scene, "--into", into, "--seed", seed][..], &size].concat()).exits(0);
    }
    let profiles = profiles();
    let compared = |second: &str, status: i32| {
        let arguments = ["compare", "a/delivery", second, "--profiles", &profiles, "--json"];
        let pictures = ["--out", "difference.png", "--swipe", "swipe.png", "--force"];
        uff_in(here.path(), &[&arguments[..], &pictures].concat()).exits(status).json()
    };
    let same = compared("b/delivery", 0);
    assert_eq!((same.len(), &same[0]["verdict"], &same[0]["items"]), (1, &"same".into(), &0.into()), "{same:?}");
    let more = compared("c/delivery", 1);
    assert_eq!((more.len(), &more[0]["verdict"], &more[1]["kind"]), (2, &"different".into(), &"added".into()));
    let (along, mass) = (more[1]["first"]["alongMm"].as_f64().unwrap(), more[1]["massKg"].as_f64().unwrap());
    assert!((along - 6000.0).abs() < 60.0 && (mass / 135.0 - 1.0).abs() < 0.15, "{along} mm, {mass} kg");
    for picture in ["difference.png", "swipe.png"] {
        assert!(fs::read(here.path().join(picture)).unwrap().starts_with(b"\x89PNG"), "{picture}");
    }
    let refused = ["compare", "a/delivery", "b/delivery", "--profiles", &profiles, "--out", "swipe.png"];
    uff_in(here.path(), &refused).fails_with(41, "target.exists");
}
