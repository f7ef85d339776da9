//! Every code is triggered by its fixture and by nothing else; the sound file triggers none.

use std::collections::BTreeSet;

use super::fixtures::{Fixture, Tree, report, sound, table};
use super::*;
use crate::source::MemorySource;

#[test]
fn the_sound_file_passes() {
    let report = report(sound());
    assert_eq!(report.findings(), []);
    assert_eq!(report.verdict(), Verdict::Pass);
    let unchecked: Vec<_> = report.skips().iter().map(|s| s.code.as_str()).collect();
    assert_eq!(unchecked, SPARED, "what the sound file cannot be checked for");
}

/// Codes that do not apply to the sound file.
const SPARED: [&str; 5] = [
    "channel.not_finite",
    "channel.value_range",
    "calibration.level_range",
    "calibration.air_saturated",
    "privacy.untagged",
];

#[test]
fn every_code_has_a_fixture_that_triggers_exactly_it() {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (code, fixture) in table() {
        assert!(seen.insert(code), "{code} has two fixtures");
        let report = fixture.report();
        let found: BTreeSet<_> = report.findings().iter().map(|f| f.code).collect();
        if found != BTreeSet::from([code]) {
            let mut text = Vec::new();
            report.render_text(&mut text, false).unwrap();
            wrong.push(format!("{code}:\n{}", String::from_utf8(text).unwrap()));
        }
    }
    assert!(wrong.is_empty(), "{} fixtures trigger something else\n{}", wrong.len(), wrong.join("\n"));
    let without: Vec<_> = FindingCode::ALL.iter().filter(|c| !seen.contains(c)).map(|c| c.as_str()).collect();
    assert!(without.is_empty(), "codes without a fixture: {without:?}");
}

#[test]
fn a_truncated_file_never_passes_and_never_panics() {
    let bytes = sound();
    for len in (0..bytes.len()).step_by(bytes.len() / 60) {
        let report = report(bytes[..len].to_vec());
        assert_eq!(report.verdict(), Verdict::Fail, "{len} bytes");
        let first = report.findings().first().map(|f| f.code);
        assert!(
            matches!(
                first,
                Some(
                    FindingCode::ContainerEmpty
                        | FindingCode::ContainerTruncated
                        | FindingCode::ContainerDamaged
                        | FindingCode::ContainerNotHdf5
                )
            ),
            "{len} bytes: {first:?}"
        );
    }
}

#[test]
fn a_changed_byte_that_passes_changes_nothing_that_is_read() {
    let bytes = sound();
    let tree = Tree::read(sound()).unwrap();
    let (mut noticed, mut missed) = (0, Vec::new());
    for at in (0..bytes.len()).step_by(23) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x11;
        match report(changed.clone()).verdict() {
            Verdict::Pass => match Tree::read(changed) {
                Ok(read) if read == tree => {}
                Ok(_) => missed.push(format!("byte {at} changes what is read")),
                Err(e) => missed.push(format!("byte {at}: {e}")),
            },
            Verdict::Warn | Verdict::Fail => noticed += 1,
        }
    }
    assert!(missed.is_empty() && noticed > 100, "{noticed} changes noticed, {missed:#?}");
}

#[test]
fn stopping_at_the_first_failure_leaves_the_rest_unchecked() {
    let Some((_, Fixture::Bytes(change))) = table().into_iter().find(|(c, _)| *c == FindingCode::ContainerTruncated)
    else {
        panic!("no such fixture")
    };
    let source = Arc::new(MemorySource::new("scan.uff", change(sound())));
    let options = ValidateOptions { stop: Stop::FirstFailure, ..ValidateOptions::default() };
    let report = validate(source, &options, &Budget::default());
    assert_eq!(report.findings().len(), 1);
    assert!(report.skips().iter().any(|s| s.reason == SkipReason::Stopped));
}

#[test]
fn a_quick_validation_reads_no_samples() {
    let mut bytes = sound();
    let at = bytes.len() - 20;
    bytes[at] ^= 0xff;
    let options = ValidateOptions { quick: true, ..ValidateOptions::default() };
    let report = validate(Arc::new(MemorySource::new("scan.uff", bytes)), &options, &Budget::default());
    assert_eq!(report.findings(), []);
    assert!(report.skips().contains(&Skip { code: FindingCode::IntegrityChunk, reason: SkipReason::Quick }));
}

#[test]
fn severities_and_strictness_are_the_callers() {
    let bytes = || Arc::new(MemorySource::new("scan.uff", [sound(), b"hidden".to_vec()].concat()));
    let verdict = |options| validate(bytes(), &options, &Budget::default()).verdict();
    assert_eq!(verdict(ValidateOptions::default()), Verdict::Warn);
    assert_eq!(verdict(ValidateOptions { fail_on: Severity::Warning, ..ValidateOptions::default() }), Verdict::Fail);
    let profile = |severity: &str| {
        let text = format!("[severity]\ncontainer.trailing_bytes = \"{severity}\"");
        let profile = SeverityProfile::parse(&text, "p.toml").unwrap();
        ValidateOptions { profile, ..ValidateOptions::default() }
    };
    assert_eq!(verdict(profile("failure")), Verdict::Fail);
    assert_eq!(verdict(profile("ignore")), Verdict::Pass);
}

#[test]
fn an_unreadable_file_fails_whatever_a_profile_ignores() {
    let text = "[severity]\ncontainer.not_hdf5 = \"ignore\"";
    let profile = SeverityProfile::parse(text, "p.toml").unwrap();
    let options = ValidateOptions { profile, ..ValidateOptions::default() };
    let report = validate(Arc::new(MemorySource::new("x", &b"nothing"[..])), &options, &Budget::default());
    assert_eq!((report.findings().len(), report.verdict()), (0, Verdict::Fail));
}
