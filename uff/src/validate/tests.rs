//! Every code is triggered by its fixture and by nothing else; the sound file triggers none.

use std::collections::BTreeSet;

use super::fixtures::{Fixture, report, sound, table};
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
const SPARED: [&str; 4] =
    ["channel.not_finite", "channel.value_range", "calibration.level_range", "calibration.air_saturated"];

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
        assert!(matches!(first, Some(FindingCode::ContainerEmpty | FindingCode::ContainerTruncated | FindingCode::ContainerDamaged | FindingCode::ContainerNotHdf5)), "{len} bytes: {first:?}");
    }
}

#[test]
fn a_changed_byte_is_never_missed_where_it_counts() {
    let bytes = sound();
    let mut missed = 0;
    for at in (0..bytes.len()).step_by(bytes.len() / 97) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        missed += usize::from(report(changed).verdict() == Verdict::Pass);
    }
    // Padding between objects may change without anybody noticing.
    assert!(missed <= 10, "{missed} of 97 changes were missed");
}

#[test]
fn stopping_at_the_first_failure_leaves_the_rest_unchecked() {
    let Some((_, Fixture::Bytes(change))) = table().into_iter().find(|(c, _)| *c == FindingCode::ContainerTruncated) else {
        panic!("no such fixture")
    };
    let source = Arc::new(MemorySource::new("scan.uff", change(sound())));
    let options = ValidateOptions { stop: Stop::FirstFailure, ..ValidateOptions::default() };
    let report = validate(source, &options, &Budget::default());
    assert_eq!(report.findings().len(), 1);
    assert!(report.skips().iter().any(|s| s.reason == SkipReason::Stopped));
}
