//! The generated schema: pinned texts, and two validators that agree on documents.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Result;
use crate::limits::Budget;
use crate::model::record::{Attribute, Node};
use crate::model::{ChannelRole, Scan, View};
use crate::testing::full_scan;
use crate::xml::{MetadataVersion, SchemaIssue, documentation, schema, validate, write_scan};

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")
}

/// `UPDATE=1 cargo test -p uff --lib schema` writes the files anew after an intended change.
#[test]
fn published_files_are_the_generated_texts() {
    let texts = [
        ("uff-metadata-2.xsd", schema(MetadataVersion::V2)),
        ("uff-metadata-3.xsd", schema(MetadataVersion::V3)),
        ("metadata.md", documentation()),
    ];
    for (name, text) in texts {
        let path = schemas().join(name);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let published = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(published == text, "schemas/{name} is not what the model says; look at the change, then set UPDATE=1");
    }
}

fn issues(document: &str, version: MetadataVersion) -> Vec<SchemaIssue> {
    validate(document.as_bytes(), "metadata.xml", version, &Budget::default()).unwrap()
}

/// Asks xmllint; nothing where it is not installed.
fn xmllint(document: &str, version: MetadataVersion) -> Option<(bool, String)> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("metadata.xml");
    std::fs::write(&path, document).unwrap();
    let xsd = directory.path().join("metadata.xsd");
    std::fs::write(&xsd, schema(version)).unwrap();
    match Command::new("xmllint").args(["--noout", "--nonet", "--schema"]).args([&xsd, &path]).output() {
        Ok(output) => Some((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())),
        Err(e) => {
            eprintln!("skipped: xmllint does not run ({e})");
            None
        }
    }
}

fn document(scan: &Scan, version: MetadataVersion) -> Result<String> {
    Ok(String::from_utf8_lossy(&write_scan(scan, version)?.0).into_owned())
}

/// Scans whose documents must be valid.
fn sound_scans() -> Result<Vec<Scan>> {
    let mut foreign = full_scan()?;
    let hint = Attribute { name: "hint".into(), namespace: Some("urn:vendor".into()), value: "a\nb".into() };
    let content = Node { namespace: Some("urn:vendor".into()), text: "x".into(), ..Node::new("content") };
    foreign.views[0].unknown.attributes.push(hint);
    foreign.views[0].unknown.elements = vec![content.clone(), content.clone()];
    foreign.unknown.elements.push(content);
    foreign.views[0].channels[0].role = ChannelRole::Unlisted("of a later version".into());
    Ok(vec![Scan::default(), Scan { views: vec![View::default()], ..Scan::default() }, full_scan()?, foreign])
}

#[test]
fn both_validators_accept_what_is_written() -> Result<()> {
    for version in MetadataVersion::ALL {
        for scan in sound_scans()? {
            let document = document(&scan, version)?;
            assert_eq!(issues(&document, version), [], "{document}");
            if let Some((accepted, message)) = xmllint(&document, version) {
                assert!(accepted, "{message}");
            }
        }
    }
    Ok(())
}

#[test]
fn both_validators_refuse_what_is_wrong() -> Result<()> {
    let text = document(&full_scan()?, MetadataVersion::V3)?;
    let rows = "<rows>88</rows>";
    let between = |open: &str, close: &str| {
        let start = text.find(open).unwrap();
        text[start..start + text[start..].find(close).unwrap() + close.len()].to_owned()
    };
    let wrong = [
        (rows.to_owned(), "<rows>-1</rows>".to_owned(), "scan/view/rows"),
        (rows.to_owned(), "<rows>many</rows>".into(), "scan/view/rows"),
        (rows.to_owned(), "<rows unit=\"1\">88</rows>".into(), "scan/view/rows/@unit"),
        (rows.to_owned(), String::new(), "scan/view"),
        (rows.to_owned(), rows.repeat(2), "scan/view"),
        (rows.to_owned(), format!("{rows}<tall/>"), "scan/view"),
        (rows.to_owned(), format!("{rows}text"), "scan/view"),
        (rows.to_owned(), format!("{rows}<x xmlns=\"urn:vendor\"/>"), "scan/view"),
        ("<measurementGrade>true<".into(), "<measurementGrade>yes<".into(), "scan/view/channel/measurementGrade"),
        ("<role>photo<".into(), "<role> <".into(), "scan/view/channel/role"),
        (between("<scanId>", "</scanId>"), "<scanId>7</scanId>".into(), "scan/identity/scanId"),
        (between("<start>", "</start>"), "<start>2026-11-22T03:14:15</start>".into(), "scan/identity/start"),
        (between("<start>", "</start>"), "<start>2026-13-22T03:14:15Z</start>".into(), "scan/identity/start"),
        (between("<scale>", "</scale>"), "<scale>NaN</scale>".into(), "scan/view/channel/scale"),
        (between("<scale>", "</scale>"), "<scale>INF</scale>".into(), "scan/view/channel/scale"),
        (
            between("<confidence>", "</confidence>"),
            "<confidence>1.5</confidence>".into(),
            "scan/object/plate/confidence",
        ),
        ("version=\"3.0\"".into(), "version=\"2.0\"".into(), "scan/@version"),
        (" version=\"3.0\"".into(), String::new(), "scan"),
        ("urn:uff-open:metadata:3".into(), "urn:uff-open:metadata:2".into(), "scan"),
    ];
    for (from, to, path) in wrong {
        assert!(text.contains(&from), "{from}");
        let document = text.replacen(&from, &to, 1);
        let found = issues(&document, MetadataVersion::V3);
        assert!(found.iter().any(|i| i.path == path && !i.rule.is_empty()), "{from} to {to}: {found:#?}");
        if let Some((accepted, message)) = xmllint(&document, MetadataVersion::V3) {
            assert!(!accepted, "{from} to {to}: {message}");
        }
    }
    Ok(())
}

#[test]
fn an_issue_names_line_and_numbered_path() -> Result<()> {
    let mut text = document(&full_scan()?, MetadataVersion::V3)?;
    let (rows, tag) = text.match_indices("<rows>").nth(1).unwrap();
    text.insert(rows + tag.len(), 'x');
    let line = text.lines().position(|l| l.contains("<rows>x")).unwrap() + 1;
    let found = issues(&text, MetadataVersion::V3);
    let [SchemaIssue { path, line: at, .. }] = found.as_slice() else { unreachable!("{found:?}") };
    assert_eq!((path.as_str(), *at), ("scan/view[2]/rows", line));
    Ok(())
}

#[test]
fn version_2_refuses_what_came_later() -> Result<()> {
    let text = document(&full_scan()?, MetadataVersion::V3)?.replace("metadata:3", "metadata:2").replace("3.0", "2.0");
    let found = issues(&text, MetadataVersion::V2);
    assert!(found.iter().any(|i| i.message.contains("clock")), "{found:#?}");
    Ok(())
}

#[test]
fn the_documentation_has_a_clause_for_every_element_of_the_schema() {
    let (text, xsd) = (documentation(), schema(MetadataVersion::V3));
    let clauses: Vec<_> = xsd.split("clause=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(clauses.len() > 150, "{}", clauses.len());
    for clause in clauses {
        assert_eq!(text.matches(&format!("| {clause} |")).count(), 1, "{clause}");
    }
}
