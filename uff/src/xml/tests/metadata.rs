//! Metadata documents.

use std::collections::BTreeSet;

use crate::error::{Code, Result};
use crate::limits::Budget;
use crate::model::record::{Attribute, Item, Node, RecordSpec, Since, TypeSpec};
use crate::model::{Loss, LossKind, Scan, View};
use crate::testing::full_scan;
use crate::xml::{MetadataVersion, read_scan, settle, write_scan};

fn read(text: &str) -> Result<(Scan, MetadataVersion)> {
    read_scan(text.as_bytes(), "metadata.xml", &Budget::default())
}

fn text_of(scan: &Scan, version: MetadataVersion) -> Result<String> {
    Ok(String::from_utf8_lossy(&write_scan(scan, version)?.0).into_owned())
}

#[test]
fn the_smallest_scan_survives() -> Result<()> {
    let scan = Scan::default();
    for version in MetadataVersion::ALL {
        let text = text_of(&scan, version)?;
        assert_eq!(read(&text)?, (scan.clone(), version), "{text}");
    }
    Ok(())
}

#[test]
fn strings_survive_exactly() -> Result<()> {
    let mut scan = Scan::default();
    for text in ["", " ", "\r\n", " a\tb\r", "<&>\"']]>", "\n\n", "𝄞\u{FEFF}", "x\u{85}\u{2028}y"] {
        scan.identity.scanner_scan_id = Some(text.to_owned());
        let (back, _) = read(&text_of(&scan, MetadataVersion::V3)?)?;
        assert_eq!(back.identity.scanner_scan_id.as_deref(), Some(text));
    }
    Ok(())
}

#[test]
fn unknown_content_survives_in_its_record() -> Result<()> {
    let mut scan = Scan { views: vec![View::default()], ..Scan::default() };
    let later = Node { text: "1".into(), ..Node::new("later") };
    let foreign = Node {
        namespace: Some("urn:vendor".into()),
        children: vec![
            Node { text: " mixed ".into(), namespace: Some(String::new()), ..Node::new("p") },
            later.clone(),
        ],
        ..Node::new("foreign")
    };
    scan.views[0].unknown.elements = vec![later, foreign];
    scan.views[0].unknown.attributes =
        vec![Attribute { name: "hint".into(), namespace: Some("urn:vendor".into()), value: "a\nb".into() }];
    scan.unknown.attributes = vec![Attribute { name: "build".into(), namespace: None, value: "7".into() }];
    for version in MetadataVersion::ALL {
        let text = text_of(&scan, version)?;
        assert_eq!(read(&text)?.0, scan, "{text}");
    }
    Ok(())
}

#[test]
fn minor_versions_and_any_order_are_accepted() -> Result<()> {
    let text = text_of(&Scan::default(), MetadataVersion::V3)?;
    assert!(text.contains("version=\"3.0\""), "{text}");
    let later = text.replace("3.0", "3.17").replace("<object>", "<brandNew/><object>");
    assert_eq!(read(&later)?.0.unknown.elements, vec![Node::new("brandNew")]);
    Ok(())
}

#[test]
fn other_documents_are_named_for_what_they_are() -> Result<()> {
    let text = text_of(&Scan::default(), MetadataVersion::V3)?;
    for (document, code) in [
        ("<scan/>".to_owned(), Code::XmlRoot),
        (text.replace("metadata:3", "metadata:4"), Code::UffVersion),
        (text.replace("<scan", "<scam").replace("</scan", "</scam"), Code::XmlRoot),
        (text.replace("\"3.0\"", "\"2.0\""), Code::XmlValue),
        (text.replace("\"3.0\"", "\"3\""), Code::XmlValue),
        (text.replace("\"3.0\"", "\"3.x\""), Code::XmlValue),
        (text.replace(" version=\"3.0\"", ""), Code::XmlMissing),
        (text.replace("<provenance/>", ""), Code::XmlMissing),
        (text.replace("<provenance/>", "<provenance/><provenance/>"), Code::XmlValue),
        (text.replace("<provenance/>", "<provenance>lost</provenance>"), Code::XmlValue),
        (text.replace("<kind>", "<kind x='1'>"), Code::XmlValue),
        (text.replace("<provenance/>", "<provenance/>lost"), Code::XmlValue),
    ] {
        let error = read(&document).map_err(|e| (e.code(), e.to_string())).err();
        assert_eq!(error.as_ref().map(|e| e.0), Some(code), "{document}\n{error:?}");
    }
    Ok(())
}

#[test]
fn an_error_names_file_and_element() -> Result<()> {
    let scan = Scan { views: vec![View::default(); 2], ..Scan::default() };
    let text = text_of(&scan, MetadataVersion::V3)?;
    let at = text.rfind("<rows>0").unwrap_or_default();
    let wrong = format!("{}<rows>many{}", &text[..at], &text[at + 7..]);
    let Err(error) = read(&wrong) else { unreachable!("accepted") };
    assert_eq!((error.file_name(), error.place()), (Some("metadata.xml"), Some("scan/view[2]/rows")));
    Ok(())
}

#[test]
fn forbidden_characters_become_a_recorded_loss() -> Result<()> {
    let mut scan = Scan::default();
    scan.identity.scanner_scan_id = Some("A\u{1F}B".into());
    let (bytes, losses) = write_scan(&scan, MetadataVersion::V3)?;
    let (back, _) = read_scan(&bytes, "metadata.xml", &Budget::default())?;
    assert_eq!(back.identity.scanner_scan_id.as_deref(), Some("A\u{FFFD}B"));
    let [Loss { kind: LossKind::Rounded, subject, .. }] = losses.as_slice() else { unreachable!("{losses:?}") };
    assert_eq!(subject, "scan/identity/scannerScanId");
    assert_eq!(back.provenance.losses, losses);
    assert_eq!(settle(&scan, MetadataVersion::V3)?, (back, losses));
    Ok(())
}

#[test]
fn what_cannot_be_read_is_not_written() {
    let mut scan = Scan { views: vec![View::default()], ..Scan::default() };
    scan.views[0].channels = vec![crate::model::Channel { no_data: Some(f64::NAN), ..Default::default() }];
    let error = write_scan(&scan, MetadataVersion::V3).map(|_| ()).map_err(|e| e.place().map(str::to_owned));
    assert_eq!(error, Err(Some("scan/view[1]/channel[1]/noData".into())));
}

#[test]
fn a_full_scan_survives_version_3() -> Result<()> {
    let scan = full_scan()?;
    let (bytes, losses) = write_scan(&scan, MetadataVersion::V3)?;
    assert_eq!(losses, []);
    assert_eq!(read_scan(&bytes, "metadata.xml", &Budget::default())?, (scan.clone(), MetadataVersion::V3));
    assert_eq!(write_scan(&scan, MetadataVersion::V3)?.0, bytes);
    Ok(())
}

/// Collects the paths of all elements that came with version 3, outermost first.
fn later_paths(node: &Node, spec: &RecordSpec, path: &str, found: &mut Vec<String>) {
    for field in spec.fields {
        for (i, child) in node.children.iter().filter(|c| c.name == field.name).enumerate() {
            let number = if field.max == Some(1) { String::new() } else { format!("[{}]", i + 1) };
            let path = format!("{path}/{}{number}", field.name);
            match field.kind {
                _ if field.since == Since::V3 => found.push(path),
                TypeSpec::Record(inner) => later_paths(child, inner, &path, found),
                TypeSpec::Simple(_) => {}
            }
        }
    }
}

#[test]
fn version_2_names_every_field_it_drops() -> Result<()> {
    let scan = full_scan()?;
    let mut expected = Vec::new();
    later_paths(&scan.to_node("scan"), Scan::SPEC, "scan", &mut expected);
    assert!(expected.len() > 10, "{expected:?}");

    let (bytes, losses) = write_scan(&scan, MetadataVersion::V2)?;
    let subjects: BTreeSet<_> = losses.iter().map(|l| l.subject.clone()).collect();
    assert_eq!(subjects, expected.iter().cloned().collect());
    assert!(losses.iter().all(|l| l.kind == LossKind::Dropped));

    let (back, version) = read_scan(&bytes, "metadata.xml", &Budget::default())?;
    assert_eq!((version, &back), (MetadataVersion::V2, &settle(&scan, MetadataVersion::V2)?.0));
    let mut left = Vec::new();
    later_paths(&back.to_node("scan"), Scan::SPEC, "scan", &mut left);
    assert_eq!(left, Vec::<String>::new());
    assert_eq!(&back.provenance.losses[scan.provenance.losses.len()..], &losses[..]);
    // Nothing more is lost the second time.
    assert_eq!(write_scan(&back, MetadataVersion::V2)?, (bytes, vec![]));
    Ok(())
}

/// A required field of version 3 in a record of version 2 would make every version 2 document unreadable.
#[test]
fn no_required_field_came_later_than_its_record() {
    fn check(spec: &RecordSpec, since: Since) {
        for field in spec.fields {
            assert!(field.min == 0 || field.since <= since, "{}.{}", spec.name, field.name);
            if let TypeSpec::Record(inner) = field.kind {
                check(inner, since.max(field.since));
            }
        }
    }
    check(Scan::SPEC, Since::V2);
}
