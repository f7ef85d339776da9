//! `uff profile` and `uff synth`: a new scanner without code, and scans whose truth is known.

use std::collections::BTreeMap;
use std::fs;

use crate::driver::{delivery, folder, names, profiles, root, uff_in};

#[test]
fn known_profiles_are_listed_checked_and_explained() {
    let here = folder();
    let list = uff_in(here.path(), &["profile", "list", "--profiles", &profiles(), "--json"]).exits(0).json();
    let listed: Vec<_> = list.iter().map(|l| l["name"].as_str().unwrap().to_owned()).collect();
    let expected = [
        "brannvik-gantry",
        "halcyr-portal",
        "kestrane-line",
        "longmark-rail",
        "nordlys-lab",
        "oldfield-export",
        "orsolvik-portal",
        "palmar-handheld",
        "quarrel-x300",
        "tessaline-portal",
        "vesper-van",
    ];
    assert_eq!(listed, expected);
    uff_in(here.path(), &["profile", "list"]).exits(1);

    let truck = delivery("orsolvik-truck");
    let check = |profile: &str| uff_in(here.path(), &["profile", "check", profile, &truck, "--profiles", &profiles()]);
    assert!(check("orsolvik-portal").exits(0).stdout.contains("6 arrays"));
    check("kestrane-line").exits(1);
    check("nonsense").fails_with(23, "profile.unknown");
    let explained = uff_in(here.path(), &["profile", "explain", "orsolvik-portal", &truck, "--profiles", &profiles()]);
    let explained = explained.exits(0).stdout;
    assert!(explained.contains("AB 4821-7") && explained.contains("object/plate"), "{explained}");
}

#[test]
fn a_slip_in_a_profile_is_named_with_its_line() {
    let here = folder();
    let text = fs::read_to_string(root().join("samples/profiles/orsolvik.toml")).unwrap();
    let broken = text.replacen("role = \"high\"", "roll = \"high\"", 1);
    assert_ne!(text, broken);
    let line = broken.lines().position(|l| l.starts_with("roll")).unwrap() + 1;
    fs::write(here.path().join("p.toml"), broken).unwrap();
    let run = uff_in(here.path(), &["profile", "check", "p.toml"]).exits(1);
    assert!(run.stderr.contains("p.toml") && run.stderr.contains(&format!("line {line}")), "{}", run.stderr);
    let run = uff_in(here.path(), &["convert", &delivery("orsolvik-truck"), "--profile", "p.toml"]).exits(2);
    assert!(run.stderr.contains("[profile."), "{}", run.stderr);
}

#[test]
fn a_draft_is_a_profile_that_reads_the_delivery() {
    let here = folder();
    let truck = delivery("orsolvik-truck");
    uff_in(here.path(), &["profile", "new", &truck, "--name", "my-portal", "-o", "p.toml"]).exits(0);
    let check = uff_in(here.path(), &["profile", "check", "p.toml", &truck]);
    assert!(check.stdout.contains("my-portal"), "{}{}", check.stdout, check.stderr);
    uff_in(here.path(), &["profile", "new", &truck, "-o", "p.toml"]).fails_with(41, "target.exists");
    assert!(uff_in(here.path(), &["profile", "new", &truck]).exits(0).stdout.contains("[profile]"));
}

#[test]
fn the_digests_of_the_arrays_are_compared_with_expected_ones() {
    let here = folder();
    let scan = delivery("nordlys-lab");
    let check = |more: &[&str]| {
        uff_in(here.path(), &[&["profile", "check", "nordlys-lab", &scan, "--profiles", &profiles()], more].concat())
    };
    let committed = root().join("samples/nordlys-lab/expected.json");
    let committed = committed.to_str().unwrap();
    let run = check(&["--expected", committed]).exits(0);
    assert_eq!(run.stdout.lines().filter(|l| l.starts_with("equal  view 0 channel ")).count(), 6, "{}", run.stdout);

    check(&["--write-expected", "own.json"]).exits(0);
    check(&["--write-expected", "own.json"]).fails_with(41, "target.exists");
    check(&["--write-expected", "own.json", "--force"]).exits(0);
    let own: BTreeMap<String, String> =
        serde_json::from_slice(&fs::read(here.path().join("own.json")).unwrap()).unwrap();
    assert_eq!(own, serde_json::from_slice::<BTreeMap<String, String>>(&fs::read(committed).unwrap()).unwrap());

    let mut other = own;
    let high = other.remove("view 0 channel high").unwrap();
    other.insert("view 0 channel low".to_owned(), high);
    other.insert("view 1 channel low".to_owned(), "0".repeat(64));
    fs::write(here.path().join("other.json"), serde_json::to_string(&other).unwrap()).unwrap();
    let lines = check(&["--expected", "other.json", "--json"]).exits(1).json();
    let compared = lines[0]["compared"].as_array().unwrap();
    let verdict = |name: &str| compared.iter().find(|c| c["array"] == name).map(|c| c["verdict"].as_str().unwrap());
    assert_eq!(verdict("view 0 channel high"), Some("unexpected"));
    assert_eq!(verdict("view 0 channel low"), Some("different"));
    assert_eq!(verdict("view 1 channel low"), Some("missing"));
    assert_eq!(verdict("view 0 channel low air lines"), Some("equal"));
    assert!(
        check(&["--expected", "other.json"])
            .exits(1)
            .stdout
            .contains("missing  view 1 channel low: the profile reads no")
    );

    fs::write(here.path().join("other.json"), "{\"view 0\": 1}").unwrap();
    check(&["--expected", "other.json"]).fails_with(20, "input.value");
    uff_in(here.path(), &["profile", "check", "nordlys-lab", "--expected", committed]).fails_with(2, "usage");
}

#[test]
fn a_foreign_hdf5_file_is_drafted_and_an_unknown_one_listed() {
    let here = folder();
    let scan = delivery("nordlys-lab");
    let run = uff_in(here.path(), &["convert", &scan]).fails_with(21, "input.unrecognized");
    assert!(
        run.stderr.contains("/rig/raw (u16, 2 × 96 × 300)") && run.stderr.contains("uff profile new"),
        "{}",
        run.stderr
    );
    uff_in(here.path(), &["profile", "new", &scan, "--name", "my-rig", "-o", "p.toml"]).exits(0);
    let committed = root().join("samples/nordlys-lab/expected.json");
    let check = ["profile", "check", "p.toml", &scan, "--expected", committed.to_str().unwrap()];
    let run = uff_in(here.path(), &check).exits(0);
    assert!(run.stdout.contains("/rig@vendor = \"Nordlys\""), "{}", run.stdout);
}

#[test]
fn the_same_seed_gives_the_same_scan_and_its_profile_reads_it() {
    let here = folder();
    let make = |into: &str, seed: &str| {
        let size = ["--rows", "64", "--columns", "96", "--rays", "1"];
        let arguments = ["synth", "steps", "--into", into, "--seed", seed, "--vendor", "kestrane"];
        uff_in(here.path(), &[&arguments[..], &size].concat()).exits(0);
        let files = names(&here.path().join(into).join("delivery"));
        assert_eq!(files.len(), 2);
        let read = |name: &String| fs::read(here.path().join(into).join("delivery").join(name)).unwrap();
        files.iter().flat_map(read).collect::<Vec<u8>>()
    };
    let first = make("a", "7");
    assert!(first == make("b", "7"));
    assert!(first != make("c", "8"));
    uff_in(here.path(), &["convert", "a/delivery", "--profiles", &profiles()]).exits(0);
    uff_in(here.path(), &["validate", "--quiet", "delivery.uff"]).exits(0);
    uff_in(here.path(), &["synth", "steps", "--into", "a"]).fails_with(41, "target.exists");
    let listed = uff_in(here.path(), &["synth"]).exits(0).stdout;
    assert!(["truck", "container", "steps"].iter().all(|s| listed.contains(s)), "{listed}");
    let scene = uff_in(here.path(), &["synth", "steps", "--show"]).exits(0).stdout;
    fs::write(here.path().join("own.toml"), scene.replacen("name = \"steps\"", "name = \"own\"", 1)).unwrap();
    uff_in(here.path(), &["synth", "own.toml", "--rows", "40", "--columns", "60", "--rays", "1"]).exits(0);
    assert!(here.path().join("own/truth.json").is_file());
    let wrong = uff_in(here.path(), &["synth", "moon"]).fails_with(23, "scene.unknown");
    assert!(wrong.stderr.contains("steps"), "{}", wrong.stderr);
    assert_eq!(names(here.path()).len(), 6);
}
