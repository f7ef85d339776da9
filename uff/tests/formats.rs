//! The table of formats on the project page says what the code does: readers, exporters, and what these leave out of a
//! scan in which every field is set. `UPDATE=1` writes it anew.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

use uff::export::EXPORTERS;
use uff::export::Exporter;
use uff::export::Folder;
use uff::limits::Budget;
use uff::model::LossKind;
use uff::model::SampleType;
use uff::testing::full_bundle;
use uff::vendor::READERS;

const START: &str = "<!-- formats -->\n";
const END: &str = "<!-- /formats -->";

/// Returns what an exporter leaves out, in words: parts of the metadata document, then arrays and bytes.
fn left_out(exporter: &dyn Exporter) -> String {
    let scratch = tempfile::tempdir().unwrap();
    let bundle = full_bundle(&SampleType::U16).unwrap();
    let losses = exporter.export(&bundle, &mut Folder::new(scratch.path()), &Budget::default()).unwrap();
    let mut parts: BTreeMap<String, bool> = BTreeMap::new();
    let mut others = BTreeSet::new();
    for loss in losses.iter().filter(|l| l.kind == LossKind::Dropped) {
        match loss.subject.strip_prefix("scan/") {
            Some(path) => {
                let (head, rest) = path.split_once('/').map_or((path, None), |(head, rest)| (head, Some(rest)));
                let head = head.split('[').next().unwrap().to_owned();
                let whole = rest.is_none();
                parts.entry(head).and_modify(|w| *w |= whole).or_insert(whole);
            }
            None if loss.subject.ends_with("lines") => drop(others.insert("dark and air lines")),
            None if loss.subject.starts_with("samples of") => drop(others.insert("arrays")),
            None if loss.subject.starts_with("radiation series") => drop(others.insert("radiation series")),
            None => drop(others.insert("blobs and unknown content")),
        }
    }
    let words: Vec<_> =
        parts.iter().map(|(part, whole)| if *whole { part.clone() } else { format!("parts of {part}") }).collect();
    let all: Vec<_> = words.iter().map(String::as_str).chain(others).collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join(", ") }
}

fn table() -> String {
    let names: BTreeSet<_> = READERS.iter().map(|r| r.name()).chain(EXPORTERS.iter().map(|e| e.name())).collect();
    let mut text = String::from("| format | read | write | left out when written |\n|---|---|---|---|\n");
    for name in names {
        let reader = READERS.iter().find(|r| r.name() == name);
        let exporter = EXPORTERS.iter().find(|e| e.name() == name);
        let written = match (exporter, name) {
            (Some(exporter), _) => exporter.description().to_owned(),
            (None, "uff") => "`uff convert`, metadata 3, or 2 with a loss report".to_owned(),
            (None, _) => "`uff extract` gives the original files back".to_owned(),
        };
        let lost = match exporter {
            Some(exporter) => left_out(*exporter),
            None => "nothing".to_owned(),
        };
        let read = reader.map_or("—", |r| r.description());
        text.push_str(&format!("| `{name}` | {read} | {written} | {lost} |\n"));
    }
    text
}

#[test]
fn the_table_of_formats_is_what_the_code_does() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(START).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    let expected = table();
    assert!(expected.lines().count() >= READERS.len() + 2);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{START}{expected}{END}{after}")).unwrap();
        return;
    }
    assert!(found == expected, "README.md differs from what the code does; look at the change, then set UPDATE=1");
}
