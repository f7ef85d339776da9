//! Arguments, help, and how the streams are used.

use std::process::Stdio;

use crate::driver::{command, folder, of, uff_in};

#[test]
fn help_is_data_and_a_wrong_argument_is_a_wrong_request() {
    let here = folder();
    let help = uff_in(here.path(), &["--help"]).exits(0);
    assert!(help.stdout.contains("not the byte layout of the WCO specification") && help.stderr.is_empty());
    let wrong = uff_in(here.path(), &["convert", "--nonsense"]).exits(2);
    assert!(wrong.stdout.is_empty() && wrong.stderr.contains("--nonsense"));
    uff_in(here.path(), &["info", "x", "--max-memory", "lots"]).exits(2);
    uff_in(here.path(), &["convert", "a", "b", "-o", "c"]).fails_with(2, "usage");
}

#[test]
fn each_shell_gets_a_script_that_knows_the_commands() {
    let here = folder();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = uff_in(here.path(), &["completions", shell]).exits(0);
        assert!(script.stdout.contains("convert") && script.stdout.contains("max-memory"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let here = folder();
    let mut child = command(here.path())
        .args(["completions", "zsh"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    // Closing the reading end before anything is read makes every write of the child fail.
    drop(child.stdout.take());
    let run = of(child.wait_with_output().expect("it ends")).exits(0);
    assert_eq!(run.stderr, "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_behind_stdout_is_an_output_failure() {
    let here = folder();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
    let output = command(here.path()).args(["completions", "zsh"]).stdout(full).output().expect("the binary runs");
    let run = of(output).exits(40);
    assert!(run.stderr.contains("error: stdout") && run.stderr.contains("caused by: "), "{}", run.stderr);
}

#[test]
fn colour_is_for_terminals_unless_asked_for_and_no_color_wins() {
    let here = folder();
    let failing = ["info", "nowhere.uff"];
    let plain = uff_in(here.path(), &failing).fails_with(23, "io.not_found");
    assert!(!plain.stderr.contains('\x1b'));
    let painted = uff_in(here.path(), &["info", "nowhere.uff", "--color", "always"]).exits(23);
    assert!(painted.stderr.starts_with("\x1b[1;31merror\x1b[0m: "), "{:?}", painted.stderr);
}

#[test]
fn a_batch_goes_on_after_a_failure_and_exits_with_the_worst() {
    let here = folder();
    std::fs::write(here.path().join("text.uff"), "no HDF5 at all, but long enough to look at").expect("a file");
    let run = uff_in(here.path(), &["info", "nowhere.uff", "text.uff", "neither.uff", "--json"]).exits(23);
    let codes: Vec<String> = run.json().iter().map(|l| l["code"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(codes, ["io.not_found", "hdf5.magic", "io.not_found"]);
    assert!(run.json().iter().all(|l| l["type"] == "failure" && l["version"] == 1 && l["hint"].is_string()));
    assert_eq!(run.stderr.matches("error: ").count(), 3);
}
