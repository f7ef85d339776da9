//! The committed samples, converted as users convert them, give the findings that are due and no other: rules do not cry
//! wolf.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::sync::Arc;

use uff::convert::{ConvertOptions, convert};
use uff::limits::Budget;
use uff::source::FileSource;
use uff::validate::{FindingCode, Report, ValidateOptions, Verdict, validate};
use uff::vendor::profile::Profile;
use uff::vendor::{Delivery, ReadOptions};

fn samples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../samples")
}

/// Converts a sample, derives material where it can be, and validates the file.
fn report(folder: &str, material: bool) -> Report {
    let files = std::fs::read_dir(samples().join("profiles")).unwrap().map(|e| e.unwrap().path());
    let profiles = files.map(|path| Arc::new(Profile::open(&path).unwrap())).collect();
    let budget = Budget::default();
    let delivery = Delivery::open(&samples().join(folder).join("delivery"), &budget).unwrap();
    let read = ReadOptions { profiles, ..ReadOptions::default() };
    let options = ConvertOptions { read, material, ..ConvertOptions::default() };
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("scan.uff");
    convert(&delivery, &target, &options, &|_| {}).unwrap();
    validate(Arc::new(FileSource::open(&target).unwrap()), &ValidateOptions::default(), &budget)
}

#[test]
fn samples_give_the_findings_their_page_promises_and_no_other() {
    use FindingCode as C;
    let expected: [(&str, bool, &[FindingCode], Verdict); 12] = [
        ("orsolvik-truck", true, &[C::PrivacyPersonalData], Verdict::Pass),
        ("kestrane-container", true, &[C::IdentifierContainerCheckDigit, C::PrivacyPersonalData], Verdict::Warn),
        ("parcel-160kv", true, &[C::IdentifierNone, C::TimingNoStart], Verdict::Warn),
        ("brannvik-gantry", true, &[], Verdict::Pass),
        ("tessaline-portal", true, &[], Verdict::Pass),
        ("halcyr-portal", true, &[], Verdict::Pass),
        ("vesper-van", false, &[C::PrivacyPersonalData], Verdict::Pass),
        ("palmar-handheld", false, &[], Verdict::Pass),
        ("quarrel-x300", true, &[], Verdict::Pass),
        ("longmark-rail", false, &[], Verdict::Pass),
        ("oldfield-export", false, &[], Verdict::Pass),
        ("nordlys-lab", true, &[], Verdict::Pass),
    ];
    let mut wrong = String::new();
    for (folder, material, findings, verdict) in expected {
        let report = report(folder, material);
        let mut text = Vec::new();
        report.render_text(&mut text, true).unwrap();
        let text = String::from_utf8(text).unwrap();
        let found: Vec<FindingCode> = report.findings().iter().map(|f| f.code).collect();
        if found != findings || report.verdict() != verdict {
            wrong.push_str(&format!("{folder}: {found:?}\n{text}"));
        }
        assert!(report.passes().len() >= 50, "{folder}:\n{text}");
    }
    assert!(wrong.is_empty(), "{wrong}");
}
