//! Report as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format, 27 March 2020), which code hosting and
//! audit tools read.
//!
//! Every code is a rule (§3.49) with help; every finding a result (§3.27). HDF5 objects, metadata elements and samples
//! are logical locations (§3.33); a byte offset is a region of the file (§3.30). Codes that were checked without a
//! finding are results of kind `pass`, codes that do not apply of kind `notApplicable`.

use std::collections::BTreeSet;
use std::io::Write;

use serde_json::{Value, json};

use super::cannot_write;
use crate::error::{Code, Error, Result};
use crate::validate::{Finding, FindingCode, Place, Report, Severity, SkipReason};

/// Schema that the log names.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes one log with one run for all reports.
pub(in crate::validate) fn render(reports: &[Report], out: &mut dyn Write) -> Result<()> {
    let results: Vec<Value> = reports.iter().flat_map(results).collect();
    let files: BTreeSet<(String, u64)> = reports.iter().map(|r| (uri(r.file()), r.size())).collect();
    let artifacts: Vec<Value> = files
        .into_iter()
        .map(|(uri, length)| json!({ "location": { "uri": uri }, "length": length, "roles": ["analysisTarget"] }))
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "uff validate",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": FindingCode::ALL.iter().map(|&c| rule(c)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": reports.iter().flat_map(surplus).collect::<Vec<_>>(),
            }],
            "artifacts": artifacts,
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log).map_err(|e| match e.io_error_kind() {
        Some(kind) => cannot_write(kind.into()),
        None => Error::new(Code::Internal, "the report has no JSON form").cause(e),
    })?;
    out.write_all(b"\n").map_err(cannot_write)
}

fn rule(code: FindingCode) -> Value {
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": code.explanation() },
        "fullDescription": { "text": format!("{} Clause {}.", code.explanation(), code.clause()) },
        "help": { "text": code.hint() },
        "defaultConfiguration": { "level": level(code.severity()) },
        "properties": { "topic": code.topic().as_str(), "clause": code.clause() },
    })
}

fn results(report: &Report) -> Vec<Value> {
    let findings = report.findings().iter().map(|f| result(report, f));
    let passes = report.passes().iter().map(|p| {
        let text = format!("{} checked, nothing found.", p.checked);
        plain(report, p.code, "pass", &text)
    });
    let skips = report.skips().iter().map(|s| {
        let kind = if s.reason == SkipReason::NothingToCheck { "notApplicable" } else { "open" };
        plain(report, s.code, kind, &format!("Not checked: {}.", s.reason.explanation()))
    });
    findings.chain(passes).chain(skips).collect()
}

fn result(report: &Report, finding: &Finding) -> Value {
    let mut text = finding.detail.clone().unwrap_or_else(|| finding.code.explanation().to_owned());
    for (label, value) in [("Expected", &finding.expected), ("Found", &finding.found)] {
        if let Some(value) = value {
            text.push_str(&format!(" {label}: {value}."));
        }
    }
    json!({
        "ruleId": finding.code.as_str(),
        "ruleIndex": finding.code as usize,
        "kind": "fail",
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [location(report.file(), &finding.place)],
        "properties": { "hint": finding.advice() },
    })
}

/// Says which findings were counted only.
fn surplus(report: &Report) -> Vec<Value> {
    let line = |(code, more): &(FindingCode, u64)| {
        json!({
            "level": "note",
            "message": { "text": format!("{more} more findings of {code} are not listed.") },
            "associatedRule": { "id": code.as_str(), "index": *code as usize },
            "locations": [location(report.file(), &Place::File)],
        })
    };
    report.surplus().iter().map(line).collect()
}

fn plain(report: &Report, code: FindingCode, kind: &str, text: &str) -> Value {
    json!({
        "ruleId": code.as_str(),
        "ruleIndex": code as usize,
        "kind": kind,
        "level": "none",
        "message": { "text": text },
        "locations": [location(report.file(), &Place::File)],
    })
}

fn location(file: &str, place: &Place) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(file) } });
    let logical = |name: String, kind: &str| json!([{ "fullyQualifiedName": name, "kind": kind }]);
    match place {
        Place::File => json!({ "physicalLocation": physical }),
        Place::Offset(offset) => {
            physical["region"] = json!({ "byteOffset": offset });
            json!({ "physicalLocation": physical })
        }
        Place::Object(path) => {
            json!({ "physicalLocation": physical, "logicalLocations": logical(path.clone(), "object") })
        }
        Place::Element(path) => {
            json!({ "physicalLocation": physical, "logicalLocations": logical(path.clone(), "element") })
        }
        Place::Line(_) | Place::Sample { .. } => {
            json!({ "physicalLocation": physical, "logicalLocations": logical(place.to_string(), place.kind()) })
        }
    }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Failure => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Turns a path or URL into a URI reference (RFC 3986): what is no unreserved character, slash or colon after the
/// first segment is percent-encoded. A URL is kept.
fn uri(name: &str) -> String {
    if name.contains("://") {
        return name.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            b'\\' if cfg!(windows) => out.push('/'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri("/in box/ü:1.uff"), "/in%20box/%C3%BC%3A1.uff");
        assert_eq!(uri("s3://bucket/a.uff"), "s3://bucket/a.uff");
    }
}
