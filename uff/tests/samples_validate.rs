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
fn report(folder: &str) -> Report {
    let profiles = ["orsolvik", "kestrane"].map(|name| samples().join("profiles").join(format!("{name}.toml")));
    let profiles = profiles.iter().map(|path| Arc::new(Profile::open(path).unwrap())).collect();
    let budget = Budget::default();
    let delivery = Delivery::open(&samples().join(folder).join("delivery"), &budget).unwrap();
    let read = ReadOptions { profiles, ..ReadOptions::default() };
    let options = ConvertOptions { read, material: true, ..ConvertOptions::default() };
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("scan.uff");
    convert(&delivery, &target, &options, &|_| {}).unwrap();
    validate(Arc::new(FileSource::open(&target).unwrap()), &ValidateOptions::default(), &budget)
}

#[test]
fn samples_give_the_findings_their_page_promises_and_no_other() {
    use FindingCode as C;
    let expected: [(&str, &[FindingCode], Verdict); 3] = [
        ("orsolvik-truck", &[C::PrivacyPersonalData], Verdict::Pass),
        ("kestrane-container", &[C::IdentifierContainerCheckDigit, C::PrivacyPersonalData], Verdict::Warn),
        ("parcel-160kv", &[C::IdentifierNone, C::TimingNoStart], Verdict::Warn),
    ];
    for (folder, findings, verdict) in expected {
        let report = report(folder);
        let mut text = Vec::new();
        report.render_text(&mut text, true).unwrap();
        let text = String::from_utf8(text).unwrap();
        let found: Vec<FindingCode> = report.findings().iter().map(|f| f.code).collect();
        assert_eq!(found, findings, "{folder}:\n{text}");
        assert_eq!(report.verdict(), verdict, "{folder}:\n{text}");
        assert!(report.passes().len() >= 60, "{folder}:\n{text}");
    }
}
