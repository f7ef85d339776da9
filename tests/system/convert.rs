//! `uff convert` and `uff extract`: every sample there and back, and every way it can go wrong.

use std::fs;
use std::path::Path;

use crate::driver::{SAMPLES, convert, copy, delivery, folder, names, profiles, root, uff_in};

#[test]
fn every_sample_comes_back_byte_for_byte_and_twice_the_same() {
    let here = folder();
    let here = here.path();
    let mut files = 0;
    for sample in SAMPLES {
        let file = convert(here, sample);
        let first = fs::read(here.join(&file)).unwrap();
        let again = uff_in(
            here,
            &["convert", &delivery(sample), "--profiles", &profiles(), "-o", "again.uff", "--threads", "1"],
        );
        again.exits(0);
        assert!(first == fs::read(here.join("again.uff")).unwrap(), "{sample}: two conversions differ");
        fs::remove_file(here.join("again.uff")).unwrap();

        let listed = uff_in(here, &["extract", &file]).exits(0).stdout;
        let extracted = here.join(format!("{sample}.extracted"));
        for name in names(Path::new(&delivery(sample))) {
            let original = fs::read(Path::new(&delivery(sample)).join(&name)).unwrap();
            assert!(original == fs::read(extracted.join("originals").join(&name)).unwrap(), "{sample}: {name}");
            assert!(listed.contains(&name), "{listed}");
            files += 1;
        }
        let metadata = fs::read_to_string(extracted.join("metadata.xml")).unwrap();
        assert_eq!(metadata, uff_in(here, &["info", "--metadata", &file]).exits(0).stdout);
    }
    assert_eq!(files, 7, "files of all deliveries");
}

#[test]
fn the_report_tells_reader_arrays_and_losses() {
    let here = folder();
    let inputs = SAMPLES.map(delivery);
    let mut arguments = vec!["convert", "--json", "--by-id", "--into", "out", "--profiles"];
    let profiles = profiles();
    arguments.push(&profiles);
    arguments.extend(inputs.iter().map(String::as_str));
    let mut lines = uff_in(here.path(), &arguments).exits(0).json();
    assert_eq!(lines.pop().unwrap()["converted"], 3);
    let profile: Vec<_> = lines.iter().map(|l| l["profile"].as_str().unwrap_or("-").to_owned()).collect();
    assert_eq!(profile, ["kestrane-line 1", "orsolvik-portal 1", "-"]);
    assert_eq!(lines[1]["planes"].as_array().map(Vec::len), Some(6));
    assert!(lines[0]["losses"].as_array().is_some_and(|l| l.iter().any(|l| l["kind"] == "invented")));
    let expected = lines.iter().map(|l| format!("{}.uff", l["scanId"].as_str().unwrap())).collect();
    assert_eq!(names(&here.path().join("out")), expected);
}

#[test]
fn version_2_says_what_it_cannot_hold() {
    let here = folder();
    let arguments = ["convert", &delivery("orsolvik-truck"), "--profiles", &profiles(), "--metadata", "2", "--json"];
    let lines = uff_in(here.path(), &arguments).exits(0).json();
    let losses = lines[0]["losses"].to_string();
    assert!(losses.contains("dropped"), "{losses}");
    let info = uff_in(here.path(), &["info", "delivery.uff", "--json"]).exits(0).json();
    assert_eq!(info[0]["metadataVersion"], "2.0");
}

#[test]
fn an_existing_target_is_kept_unless_forced() {
    let here = folder();
    let input = delivery("parcel-160kv");
    fs::write(here.path().join("delivery.uff"), "precious").unwrap();
    uff_in(here.path(), &["convert", &input]).fails_with(41, "target.exists");
    assert_eq!(fs::read(here.path().join("delivery.uff")).unwrap(), b"precious");
    uff_in(here.path(), &["convert", &input, "--force"]).exits(0);
    assert_ne!(fs::read(here.path().join("delivery.uff")).unwrap(), b"precious");

    fs::create_dir_all(here.path().join("delivery.extracted")).unwrap();
    fs::write(here.path().join("delivery.extracted/metadata.xml"), "precious").unwrap();
    uff_in(here.path(), &["extract", "delivery.uff"]).fails_with(41, "target.exists");
    assert_eq!(fs::read(here.path().join("delivery.extracted/metadata.xml")).unwrap(), b"precious");
    uff_in(here.path(), &["extract", "delivery.uff", "--force", "--only", "metadata"]).exits(0);
    assert_eq!(names(&here.path().join("delivery.extracted")).len(), 1);
}

/// A path below a file refuses everybody, also the superuser whom permissions do not stop.
#[test]
fn a_target_that_cannot_be_written_is_named_and_nothing_is_left() {
    let here = folder();
    fs::write(here.path().join("file"), "").unwrap();
    let input = delivery("parcel-160kv");
    let run = uff_in(here.path(), &["convert", &input, "-o", "file/a.uff"]).fails_with(40, "io.write");
    assert!(run.stderr.contains("file/a.uff"), "{}", run.stderr);
    uff_in(here.path(), &["convert", &input, "--into", "file/deep"]).fails_with(40, "io.write");
    assert_eq!(names(here.path()).len(), 1);
}

/// A limit on the size of files stops a write in the middle, as a full disk does, and needs no mount.
#[cfg(unix)]
#[test]
fn a_write_that_stops_in_the_middle_leaves_nothing() {
    let here = folder();
    let file = convert(here.path(), "parcel-160kv");
    let (sample, profiles) = (delivery("orsolvik-truck"), profiles());
    let limited = |command: &str| {
        let script = format!("trap '' XFSZ; ulimit -f 200; exec \"$UFF\" {command}");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &script]).current_dir(here.path()).env("UFF", env!("CARGO_BIN_EXE_uff"));
        crate::driver::of(shell.output().expect("a shell"))
    };
    let run = limited(&format!("convert '{sample}' --profiles '{profiles}' -o big.uff"));
    run.fails_with(40, "io.disk_full");
    limited(&format!("extract {file}")).fails_with(40, "io.disk_full");
    limited("archive init -a store").exits(0);
    limited(&format!("archive put -a store {file}")).exits(42);
    let left: Vec<_> = names(here.path()).into_iter().filter(|n| *n != file && *n != "store").collect();
    assert!(left.is_empty(), "{left:?}");
}

fn broken(change: impl Fn(&Path)) -> tempfile::TempDir {
    let here = folder();
    let into = here.path().join("d");
    copy(Path::new(&delivery("orsolvik-truck")), &into);
    change(&into);
    here
}

const PIXELS: &str = "OP64-0071-20260914-000318.opw";
const SIDECAR: &str = "OP64-0071-20260914-000318.xml";

fn refused(here: &tempfile::TempDir, status: i32, code: &str) -> String {
    let run = uff_in(here.path(), &["convert", "d", "--profiles", &profiles()]).fails_with(status, code);
    assert_eq!(names(here.path()).len(), 1, "something was left behind");
    run.stderr
}

#[test]
fn a_truncated_picture_says_how_much_is_missing() {
    let here = broken(|d| {
        let bytes = fs::read(d.join(PIXELS)).unwrap();
        fs::write(d.join(PIXELS), &bytes[..bytes.len() / 2]).unwrap();
    });
    let told = refused(&here, 20, "input.size_mismatch");
    assert!(told.contains(PIXELS) && told.contains("expected") && told.contains("found"), "{told}");
}

#[test]
fn a_sidecar_with_a_document_type_is_refused() {
    let here = broken(|d| {
        let text = fs::read_to_string(d.join(SIDECAR)).unwrap();
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;\">]>";
        let (head, rest) = text.split_once("?>").unwrap_or(("", &text));
        fs::write(d.join(SIDECAR), format!("{head}?>{bomb}{rest}")).unwrap();
    });
    let run = uff_in(
        here.path(),
        &["convert", "d", "--profile", &root().join("samples/profiles/orsolvik.toml").display().to_string()],
    );
    run.fails_with(20, "xml.forbidden");
    assert_eq!(names(here.path()).len(), 1);
}

#[test]
fn a_missing_file_and_a_wrong_start_are_told_apart() {
    let here = broken(|d| fs::remove_file(d.join(PIXELS)).unwrap());
    let profile = root().join("samples/profiles/orsolvik.toml").display().to_string();
    uff_in(here.path(), &["convert", "d", "--profile", &profile]).fails_with(20, "input.missing_file");
    let here = broken(|d| {
        let mut bytes = fs::read(d.join(PIXELS)).unwrap();
        bytes[..4].fill(b'?');
        fs::write(d.join(PIXELS), bytes).unwrap();
    });
    refused(&here, 21, "input.unrecognized");
}

#[test]
fn limits_are_named_with_the_option_that_raises_them() {
    let here = folder();
    let arguments = ["convert", &delivery("orsolvik-truck"), "--profiles", &profiles(), "--max-memory", "4K"];
    let run = uff_in(here.path(), &arguments).fails_with(22, "limit.bytes");
    assert!(run.stderr.contains("--max-memory"), "{}", run.stderr);
    assert_eq!(names(here.path()).len(), 0);
}
