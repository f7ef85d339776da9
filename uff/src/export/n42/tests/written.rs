//! Kept documents byte for byte; composed ones read back.

use super::export;
use super::read;
use super::without_document;
use crate::error::Code;
use crate::export::Exporter;
use crate::export::Folder;
use crate::export::n42::N42Export;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::LossKind;
use crate::testing::PORTAL_2006;
use crate::testing::PORTAL_2011;

#[test]
fn a_kept_document_is_written_byte_for_byte() {
    for document in [PORTAL_2006, PORTAL_2011] {
        let scratch = tempfile::tempdir().unwrap();
        let (bytes, losses) = export(&read(document.as_bytes()), scratch.path());
        assert_eq!(bytes, document.as_bytes());
        let mut subjects: Vec<_> = losses.iter().map(|l| l.subject.as_str()).collect();
        subjects.retain(|s| !s.starts_with("scan/provenance") && *s != "bytes /vendor/originals/0");
        assert_eq!(subjects, ["scan/identity/scanId", "scan/object"]);
    }
}

/// A record that was changed after reading is not what the kept document says.
#[test]
fn a_record_that_differs_from_the_kept_document_is_named() {
    let scratch = tempfile::tempdir().unwrap();
    let mut bundle = read(PORTAL_2011.as_bytes());
    bundle.scan.radiation.as_mut().unwrap().alarms[0].description = Some("checked".to_owned());
    bundle.series.insert("gamma-1".to_owned(), [0.0; 5].into());
    let (_, losses) = export(&bundle, scratch.path());
    let kind = |subject: &str| losses.iter().find(|l| l.subject == subject).map(|l| l.kind.clone());
    assert_eq!(kind("scan/radiation/alarm[0]/description"), Some(LossKind::Rounded));
    assert_eq!(kind("radiation series gamma-1"), Some(LossKind::Dropped));
}

#[test]
fn a_composed_document_gives_the_records_and_series_back() {
    for document in [PORTAL_2006, PORTAL_2011] {
        let scratch = tempfile::tempdir().unwrap();
        let before = without_document(document);
        let (bytes, losses) = export(&before, scratch.path());
        let after = read(&bytes);
        let (a, b) = (before.scan.radiation.clone().unwrap(), after.scan.radiation.clone().unwrap());
        assert_eq!((&a.series, &a.alarms, &a.nuclides), (&b.series, &b.alarms, &b.nuclides));
        assert_eq!((&a.occupancies, &a.lane, a.start, a.interval), (&b.occupancies, &b.lane, b.start, b.interval));
        let bits = |b: &Bundle| -> Vec<_> {
            let values = |v: &std::sync::Arc<[f64]>| v.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            b.series.iter().map(|(name, v)| (name.clone(), values(v))).collect()
        };
        assert_eq!(bits(&before).len(), bits(&after).len());
        assert_eq!(bits(&before), bits(&after));
        assert!(!losses.iter().any(|l| l.subject.starts_with("radiation series")), "{losses:?}");
    }
}

/// The dialect of 2006 has classes of instruments and materials that the schema of 2011 does not know.
#[test]
fn what_the_schema_demands_or_refuses_is_named() {
    let scratch = tempfile::tempdir().unwrap();
    let (_, losses) = export(&without_document(PORTAL_2006), scratch.path());
    let named = |subject: &str| losses.iter().find(|l| l.subject == subject).map(|l| l.kind.clone());
    assert_eq!(named("scan/radiation/instrument/class"), Some(LossKind::Rounded));
    assert_eq!(named("scan/radiation/detector[0]/material"), Some(LossKind::Invented));
    assert_eq!(named("scan/radiation/instrument/software"), Some(LossKind::Rounded));
}

#[test]
fn a_scan_without_radiation_is_refused() {
    let scratch = tempfile::tempdir().unwrap();
    let refused = N42Export.export(&Bundle::default(), &mut Folder::new(scratch.path()), &Budget::default());
    assert_eq!(refused.map(|_| ()).map_err(|e| e.code()), Err(Code::ExportUnsupported));
}
