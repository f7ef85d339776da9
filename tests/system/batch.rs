//! `uff convert FOLDER`: many deliveries, some of them wrong, in parallel and again.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::driver::{copy, delivery, folder, names, npy, profiles, root, uff_in};

/// Three deliveries that convert, one that does not, and two files that belong to none.
fn tree(here: &Path) {
    copy(Path::new(&delivery("orsolvik-truck")), &here.join("in/a/delivery"));
    copy(Path::new(&delivery("kestrane-container")), &here.join("in/b"));
    copy(Path::new(&delivery("kestrane-container")), &here.join("in/damaged"));
    let pixels = here.join("in/damaged/KX9-2026-11-00417.kxl");
    let bytes = fs::read(&pixels).unwrap();
    fs::write(pixels, &bytes[..bytes.len() / 2]).unwrap();
    fs::write(here.join("in/pair.npy"), npy(20, 30, 1)).unwrap();
    fs::write(here.join("in/a/truth.json"), "{}").unwrap();
    fs::write(here.join("in/notes.txt"), "nothing").unwrap();
}

fn run(here: &Path, out: &str, more: &[&str]) -> Vec<Value> {
    let profiles = profiles();
    let arguments = ["convert", "in", "--out", out, "--profiles", &profiles, "--json"];
    uff_in(here, &[&arguments[..], more].concat()).exits(20).json()
}

fn told(lines: &[Value]) -> Vec<(String, String)> {
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    lines.iter().map(|line| (text(line, "type"), text(line, "input"))).collect()
}

#[test]
fn a_folder_is_searched_and_a_failure_stops_nothing() {
    let here = folder();
    let here = here.path();
    tree(here);
    let lines = run(here, "out", &[]);
    let expected = [
        ("converted", "in/a/delivery"),
        ("converted", "in/b"),
        ("failure", "in/damaged"),
        ("converted", "in/pair"),
        ("summary", ""),
    ];
    assert_eq!(told(&lines), expected.map(|(kind, input)| (kind.to_owned(), input.to_owned())));
    assert_eq!(lines[2]["code"], "input.size_mismatch");
    let summary = &lines[4];
    assert_eq!((&summary["converted"], &summary["skipped"], &summary["failed"]), (&3.into(), &0.into(), &1.into()));
    assert_eq!(summary["others"], serde_json::json!(["in/a/truth.json", "in/notes.txt"]));
    assert_eq!(names(&here.join("out")), ["a", "b.uff", "pair.uff"].map(str::to_owned).into());
    assert_eq!(names(&here.join("out/a")), ["delivery.uff".to_owned()].into());

    // The same again, one by one: the same order, the same files.
    let serial = run(here, "serial", &["--threads", "1"]);
    assert_eq!(told(&serial), told(&lines));
    let digests = |lines: &[Value]| lines.iter().map(|l| l["digest"].to_string()).collect::<Vec<_>>();
    assert_eq!(digests(&serial), digests(&lines));
}

#[test]
fn what_was_converted_is_skipped_and_what_is_another_is_refused() {
    let here = folder();
    let here = here.path();
    tree(here);
    run(here, "out", &[]);
    let before = fs::read(here.join("out/b.uff")).unwrap();
    fs::remove_file(here.join("out/a/delivery.uff")).unwrap();
    fs::write(here.join("in/pair.npy"), npy(20, 30, 2)).unwrap();
    // Something that a killed conversion left.
    fs::write(here.join("out/a/.delivery.uff.7-0.part"), "half").unwrap();
    let profiles = profiles();
    let arguments = ["convert", "in", "--out", "out", "--profiles", &profiles, "--json", "--resume"];
    let lines = uff_in(here, &arguments).exits(41).json();
    let kinds: Vec<_> = told(&lines).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["converted", "skipped", "failure", "failure", "summary"]);
    assert_eq!(lines[3]["code"], "target.exists");
    assert_eq!(lines[4]["skipped"], 1);
    assert!(before == fs::read(here.join("out/b.uff")).unwrap());
    assert_eq!(names(&here.join("out/a")), ["delivery.uff".to_owned()].into());
    let lines = uff_in(here, &[&arguments[..], &["--force"]].concat()).exits(20).json();
    let kinds: Vec<_> = told(&lines).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["skipped", "skipped", "failure", "converted", "summary"]);
}

#[test]
fn every_sample_converts_in_one_command() {
    let here = folder();
    let samples = root().join("samples");
    let wanted =
        fs::read_dir(&samples).unwrap().filter(|e| e.as_ref().unwrap().path().join("delivery").is_dir()).count();
    assert!(wanted >= 3);
    let (samples, profiles) = (samples.display().to_string(), profiles());
    let run = uff_in(here.path(), &["convert", &samples, "--out", "out", "--profiles", &profiles]).exits(0);
    let targets: BTreeSet<_> = run.stdout.lines().collect();
    assert_eq!(targets.len(), wanted, "{}", run.stdout);
    assert!(targets.iter().all(|t| t.ends_with("/delivery.uff")), "{targets:?}");
    assert!(run.stderr.contains(&format!("{wanted} converted, 0 skipped, 0 failed")), "{}", run.stderr);
    assert!(run.stderr.contains("in no delivery"), "{}", run.stderr);
    let mut validate = vec!["validate", "--quiet"];
    validate.extend(&targets);
    uff_in(here.path(), &validate).exits(0);
}

#[test]
fn a_folder_without_a_delivery_says_what_was_looked_at() {
    let here = folder();
    fs::create_dir_all(here.path().join("in/deep")).unwrap();
    fs::write(here.path().join("in/deep/notes.txt"), "nothing to see").unwrap();
    let run = uff_in(here.path(), &["convert", "in", "--out", "out"]).fails_with(21, "input.unrecognized");
    assert!(run.stderr.contains("deep/notes.txt") && run.stderr.contains("nothing"), "{}", run.stderr);
    for number in 0..600 {
        fs::write(here.path().join(format!("in/deep/{number}.txt")), "nothing").unwrap();
    }
    let run = uff_in(here.path(), &["convert", "in", "--out", "out"]).fails_with(21, "input.unrecognized");
    assert!(run.stderr.contains("601 files"), "{}", run.stderr);
    assert_eq!(names(&here.path().join("out")).len(), 0);
}

#[test]
fn a_search_needs_a_place_and_no_two_deliveries_share_a_target() {
    let here = folder();
    let here = here.path();
    for name in ["in/x/one.npy", "in/y/two.npy", "other/one.npy", "deeper/other/one.npy"] {
        fs::create_dir_all(here.join(name).parent().unwrap()).unwrap();
        fs::write(here.join(name), npy(20, 30, name.len() as u8)).unwrap();
    }
    let run = uff_in(here, &["convert", "in"]).fails_with(2, "usage");
    assert!(run.stderr.contains("--out"), "{}", run.stderr);
    uff_in(here, &["convert", "in", "-o", "one.uff"]).fails_with(2, "usage");
    let run = uff_in(here, &["convert", "other", "deeper/other", "--out", "out", "--force"]).exits(41);
    assert!(run.stderr.contains("the same target"), "{}", run.stderr);
    assert_eq!(names(&here.join("out")), ["other.uff".to_owned()].into());
    // The targets of one run are not the deliveries of the next.
    for _ in 0..2 {
        let lines = uff_in(here, &["convert", "in", "--out", "in/out", "--json", "--force"]).exits(0).json();
        assert_eq!(lines[2]["converted"], 2);
    }
}
