//! Report as JSON lines: one tagged object per line, described by `schemas/validation-report.schema.json`.

use std::io::Write;

use serde::Serialize;

use super::cannot_write;
use crate::error::{Code, Error, Result};
use crate::validate::{Finding, Place, Report, Severity, Verdict};

/// Version of the form; it grows when a reader of the old form would misread the new one.
const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Line<'a> {
    Start {
        version: u32,
        file: &'a str,
        size: u64,
        quick: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        profile: Option<&'a str>,
    },
    Finding {
        version: u32,
        file: &'a str,
        code: &'a str,
        topic: &'a str,
        severity: Severity,
        place: Location<'a>,
        explanation: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        detail: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        expected: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        found: Option<&'a str>,
        clause: &'a str,
        hint: &'a str,
    },
    Surplus {
        version: u32,
        file: &'a str,
        code: &'a str,
        more: u64,
    },
    Pass {
        version: u32,
        file: &'a str,
        code: &'a str,
        checked: u64,
    },
    Skip {
        version: u32,
        file: &'a str,
        code: &'a str,
        reason: &'a str,
    },
    Summary {
        version: u32,
        file: &'a str,
        verdict: Verdict,
        failures: usize,
        warnings: usize,
        notes: usize,
        passed: usize,
        skipped: usize,
    },
}

/// Where a finding was made.
#[derive(Serialize)]
struct Location<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl<'a> From<&'a Place> for Location<'a> {
    fn from(place: &'a Place) -> Self {
        let bare = Location { kind: place.kind(), path: None, offset: None, line: None, row: None, column: None };
        match place {
            Place::File => bare,
            Place::Offset(offset) => Location { offset: Some(*offset), ..bare },
            Place::Line(line) => Location { line: Some(*line), ..bare },
            Place::Object(path) | Place::Element(path) => Location { path: Some(path), ..bare },
            Place::Sample { object, row, column } => {
                Location { path: Some(object), row: Some(*row), column: Some(*column), ..bare }
            }
        }
    }
}

/// Writes one object per line: start, findings, surplus, passes, skips, summary.
pub(in crate::validate) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let (version, file) = (VERSION, report.file());
    let start = Line::Start { version, file, size: report.size(), quick: report.is_quick(), profile: report.profile() };
    let findings = report.findings().iter().map(|f| line_of(f, file));
    let surplus =
        report.surplus().iter().map(|&(code, more)| Line::Surplus { version, file, code: code.as_str(), more });
    let passes =
        report.passes().iter().map(|p| Line::Pass { version, file, code: p.code.as_str(), checked: p.checked });
    let skips =
        report.skips().iter().map(|s| Line::Skip { version, file, code: s.code.as_str(), reason: s.reason.as_str() });
    let summary = Line::Summary {
        version,
        file,
        verdict: report.verdict(),
        failures: report.count(Severity::Failure),
        warnings: report.count(Severity::Warning),
        notes: report.count(Severity::Note),
        passed: report.passes().len(),
        skipped: report.skips().len(),
    };
    for line in [start].into_iter().chain(findings).chain(surplus).chain(passes).chain(skips).chain([summary]) {
        let mut text = serde_json::to_string(&line)
            .map_err(|e| Error::new(Code::Internal, "a line of the report has no JSON form").cause(e))?;
        text.push('\n');
        out.write_all(text.as_bytes()).map_err(cannot_write)?;
    }
    Ok(())
}

fn line_of<'a>(finding: &'a Finding, file: &'a str) -> Line<'a> {
    Line::Finding {
        version: VERSION,
        file,
        code: finding.code.as_str(),
        topic: finding.code.topic().as_str(),
        severity: finding.severity,
        place: Location::from(&finding.place),
        explanation: finding.code.explanation(),
        detail: finding.detail.as_deref(),
        expected: finding.expected.as_deref(),
        found: finding.found.as_deref(),
        clause: finding.code.clause(),
        hint: finding.advice(),
    }
}
