//! `uff profile` and `uff synth`: a new scanner without code, and scans whose truth is known.

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
