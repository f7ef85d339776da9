//! `uff demo`: the whole chain, twice, and the commands it recommends.

use std::fs;
use std::process::Command;

use crate::driver::{folder, of, root, uff_in};

#[test]
fn the_demo_works_twice_and_its_commands_work_when_pasted() {
    let here = folder();
    let samples = root().join("samples").display().to_string();
    let arguments = ["demo", "--samples", &samples, "--into", "work here"];
    uff_in(here.path(), &arguments).exits(0);
    let shown = uff_in(here.path(), &arguments).exits(0).stdout;
    assert!(!shown.contains("BAD"), "{shown}");
    for step in ["convert", "validate", "archive", "search", "region", "analyse", "render", "compare", "extract"] {
        assert!(shown.contains(&format!("  {step} ")), "{step} is missing:\n{shown}");
    }
    let named: Vec<&str> = shown.lines().filter_map(|l| l.strip_prefix("picture  ")).collect();
    assert_eq!(named.len(), 8, "a picture for each pair of energies");
    assert!(named.iter().all(|path| here.path().join(path).is_file()), "{named:?}");
    let report = shown.lines().find_map(|l| l.strip_prefix("report   ")).unwrap();
    assert!(fs::read_to_string(here.path().join(report)).unwrap().contains("rolls-lower"));

    let next: Vec<&str> = shown.split("Try next\n").nth(1).unwrap().lines().map(str::trim).collect();
    assert!(next.len() >= 6, "{next:?}");
    for line in next {
        let run = of(Command::new("sh").args(["-c", line]).current_dir(here.path()).output().expect("a shell"));
        assert_eq!(run.status, 0, "{line}\n{}", run.stderr);
        assert!(!run.stdout.is_empty(), "{line}");
    }
}

#[test]
fn a_folder_that_no_demo_made_is_left_alone() {
    let here = folder();
    fs::create_dir(here.path().join("mine")).unwrap();
    fs::write(here.path().join("mine/thesis"), "years").unwrap();
    let samples = root().join("samples").display().to_string();
    uff_in(here.path(), &["demo", "--samples", &samples, "--into", "mine"]).fails_with(41, "target.exists");
    assert_eq!(fs::read(here.path().join("mine/thesis")).unwrap(), b"years");
    uff_in(here.path(), &["demo", "--samples", "mine"]).fails_with(23, "io.not_found");
}
