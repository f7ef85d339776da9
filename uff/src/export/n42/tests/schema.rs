//! The judge of what is written: `xmllint` with the schema of the standard, where both are at hand.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use super::export;
use super::without_document;
use crate::model::SampleType;
use crate::testing::PORTAL_2006;
use crate::testing::PORTAL_2011;
use crate::testing::full_bundle;

/// Returns the schema when it and `xmllint` are at hand; says so when not.
fn judge() -> Option<PathBuf> {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/n42/n42.xsd");
    let missing = if !schema.is_file() {
        schema.display().to_string()
    } else if Command::new("xmllint").arg("--version").output().is_err() {
        "xmllint".to_owned()
    } else {
        return Some(schema);
    };
    eprintln!("skipped: {missing} is absent");
    None
}

fn complaints(schema: &Path, document: &[u8]) -> Option<String> {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("document.n42");
    std::fs::write(&path, document).unwrap();
    let judged = Command::new("xmllint").args(["--noout", "--schema"]).arg(schema).arg(&path).output().unwrap();
    (!judged.status.success()).then(|| String::from_utf8_lossy(&judged.stderr).into_owned())
}

#[test]
fn what_is_written_is_valid() {
    let Some(schema) = judge() else { return };
    let mut strange = without_document(PORTAL_2006);
    let radiation = strange.scan.radiation.as_mut().unwrap();
    radiation.detectors.clear();
    radiation.instrument = None;
    radiation.lane = Some("north-1 of 2, left".to_owned());
    radiation.series.iter_mut().for_each(|s| s.detector = None);
    let mut empty = without_document(PORTAL_2006);
    empty.scan.radiation = Some(Default::default());
    let full = full_bundle(&SampleType::U16).unwrap();
    for bundle in [without_document(PORTAL_2011), without_document(PORTAL_2006), strange, empty, full] {
        let scratch = tempfile::tempdir().unwrap();
        let (bytes, _) = export(&bundle, scratch.path());
        assert_eq!(complaints(&schema, &bytes), None, "{}", String::from_utf8_lossy(&bytes));
    }
    // The judge does see mistakes, and the sample of the reader is one of the standard's own kind.
    assert_eq!(complaints(&schema, PORTAL_2011.as_bytes()), None);
    assert!(complaints(&schema, PORTAL_2011.replace(">Gamma<", ">Gamma ray<").as_bytes()).is_some());
}
