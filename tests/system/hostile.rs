//! Input that is wrong, and targets that cannot be: a clear error, the right status, nothing left behind.

use std::fs;

use crate::driver::{convert, folder, names, uff_in};

#[test]
fn what_does_not_exist_is_named() {
    let here = folder();
    for arguments in [&["info", "gone.uff"][..], &["convert", "gone"], &["extract", "gone.uff"]] {
        let run = uff_in(here.path(), arguments).fails_with(23, "io.not_found");
        assert!(run.stderr.contains("gone"), "{}", run.stderr);
    }
    assert_eq!(names(here.path()).len(), 0);
}

#[test]
fn content_that_nobody_knows_is_refused_with_what_was_looked_for() {
    let here = folder();
    fs::create_dir(here.path().join("delivery")).unwrap();
    fs::write(here.path().join("delivery/notes.txt"), "nothing to see").unwrap();
    let run = uff_in(here.path(), &["convert", "delivery"]).fails_with(21, "input.unrecognized");
    assert!(run.stderr.contains("npy"), "{}", run.stderr);
    assert_eq!(names(here.path()).len(), 1);
}

#[test]
fn an_empty_file_and_one_of_zeros_are_no_uff() {
    let here = folder();
    fs::write(here.path().join("empty.uff"), "").unwrap();
    fs::write(here.path().join("zeros.uff"), [0; 4096]).unwrap();
    for name in ["empty.uff", "zeros.uff"] {
        let run = uff_in(here.path(), &["info", name]).exits(20);
        assert!(run.stderr.contains(name) && run.stdout.is_empty(), "{}", run.stderr);
    }
}

/// A device has no size to look at: what a person is to have written is read no further than its limit.
#[cfg(unix)]
#[test]
fn endless_files_are_refused() {
    let here = folder();
    let file = convert(here.path(), "kestrane-container");
    let zero = "/dev/zero";
    for (arguments, status, code) in [
        (vec!["calibrate", &file, "--steps", zero], 22, "limit.bytes"),
        (vec!["calibrate", &file, "--points", zero], 22, "limit.bytes"),
        (vec!["measure", &file, "--test-object", zero], 22, "limit.bytes"),
        (vec!["analyze", &file, "--calibration", zero], 22, "limit.bytes"),
        (vec!["validate", &file, "--severities", zero], 2, "profile.syntax"),
    ] {
        uff_in(here.path(), &arguments).fails_with(status, code);
    }
}
