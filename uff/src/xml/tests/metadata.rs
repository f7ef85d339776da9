//! Metadata documents.

use crate::error::{Code, Result};
use crate::limits::Budget;
use crate::model::record::{Attribute, Node};
use crate::model::{Loss, LossKind, Scan, View};
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
