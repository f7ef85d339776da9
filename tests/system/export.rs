//! `uff convert --to`: other formats, and the account of what they leave out.

use std::fs;
use std::path::Path;

use serde_json::Value;
use uff::export::EXPORTERS;

use crate::driver::{delivery, folder, names, profiles, root, uff_in};

fn to(here: &Path, format: &str, more: &[&str]) -> crate::driver::Run {
    let (profiles, truck) = (profiles(), delivery("orsolvik-truck"));
    let arguments = ["convert", truck.as_str(), "--profiles", profiles.as_str(), "--to", format];
    uff_in(here, &[&arguments[..], more].concat())
}

/// Lists the properties that a schema demands.
fn required(schema: &Value) -> Vec<&str> {
    schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn every_format_is_written_with_an_account_that_follows_its_schema() {
    let schema = fs::read_to_string(root().join("schemas/losses.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert!(EXPORTERS.len() >= 3);
    for exporter in EXPORTERS {
        let here = folder();
        let here = here.path();
        if exporter.name() == "n42" {
            // The truck was not measured for radiation: there is nothing to write, and nothing is written.
            to(here, exporter.name(), &["--into", "out"]).fails_with(21, "export.unsupported");
            assert!(names(&here.join("out")).is_empty());
            continue;
        }
        let line = to(here, exporter.name(), &["--json", "--into", "out"]).exits(0).json().remove(0);
        let target = here.join(line["target"].as_str().unwrap());
        let files = line["files"].as_array().unwrap();
        assert!(!files.is_empty() && line["format"] == exporter.name(), "{line}");
        let name = target.file_name().unwrap().to_string_lossy().into_owned();
        match files.len() {
            1 => assert!(target.is_file() && name.starts_with("delivery."), "{name}"),
            several => {
                assert_eq!(name, format!("delivery-{}", exporter.name()));
                assert_eq!(names(&target).len(), several);
            }
        }
        let account = line["lossesFile"].as_str().expect("no format holds everything");
        assert_eq!(names(&here.join("out")), [name.clone(), format!("{name}.losses.json")].into());
        let account: Value = serde_json::from_slice(&fs::read(here.join(account)).unwrap()).unwrap();
        assert_eq!(account["losses"], line["losses"]);
        let properties: Vec<_> = account.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(required(&schema).iter().all(|p| properties.contains(p)), "{properties:?}");
        assert!(properties.iter().all(|p| schema["properties"].get(p).is_some()), "{properties:?}");
        let loss = &schema["$defs"]["Loss"];
        for entry in account["losses"].as_array().unwrap() {
            let mut properties: Vec<_> = entry.as_object().unwrap().keys().map(String::as_str).collect();
            properties.sort_unstable();
            let mut expected = required(loss);
            expected.sort_unstable();
            assert_eq!(properties, expected);
        }

        // Again: refused, skipped, replaced, with the same bytes.
        to(here, exporter.name(), &["--into", "out"]).fails_with(41, "target.exists");
        let again = to(here, exporter.name(), &["--into", "out", "--json", "--resume"]).exits(0).json();
        assert_eq!((&again[0]["type"], &again[0]["target"]), (&"skipped".into(), &line["target"]));
        let forced = to(here, exporter.name(), &["--into", "out", "--json", "--force"]).exits(0).json();
        assert_eq!(forced[0]["digest"], line["digest"]);
        assert_eq!(names(&here.join("out")).len(), 2);
    }
}

#[test]
fn the_first_losses_are_told_in_words_and_a_name_is_taken_as_given() {
    let here = folder();
    let run = to(here.path(), "png", &["-o", "picture"]).exits(0);
    assert_eq!(run.stdout, "picture\n");
    assert!(here.path().join("picture").is_dir());
    let told = run.stderr.lines().filter(|l| l.starts_with("    dropped ") || l.starts_with("    invented ")).count();
    assert_eq!(told, 3, "{}", run.stderr);
    assert!(run.stderr.contains("picture.losses.json lists them") && run.stderr.contains(" more\n"), "{}", run.stderr);
}

#[test]
fn a_format_that_does_not_exist_is_a_wrong_request() {
    let here = folder();
    let run = to(here.path(), "gif", &[]).exits(2);
    assert!(EXPORTERS.iter().all(|e| run.stderr.contains(e.name())), "{}", run.stderr);
    assert_eq!(names(here.path()).len(), 0);
}

/// A UFF file is a delivery as well: what was converted once goes on into other formats.
#[test]
fn a_converted_file_is_written_in_another_format() {
    let here = folder();
    let file = crate::driver::convert(here.path(), "orsolvik-truck");
    let line = uff_in(here.path(), &["convert", &file, "--to", "tiff", "--json"]).exits(0).json().remove(0);
    assert_eq!((&line["target"], &line["reader"]), (&"orsolvik-truck.tif".into(), &"uff".into()));
    let direct = to(here.path(), "tiff", &["-o", "direct.tif", "--json"]).exits(0).json().remove(0);
    assert_eq!(line["planes"], direct["planes"]);
}
