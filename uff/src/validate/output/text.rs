//! Report for people.

use std::io::Write;

use super::cannot_write;
use crate::error::Result;
use crate::validate::{Finding, FindingCode, Report, Severity, Topic};

/// Writes findings grouped by severity and topic, each with file, place, explanation, expected, found, clause and
/// hint; then one line that sums up.
pub(in crate::validate) fn render(report: &Report, out: &mut dyn Write, verbose: bool) -> Result<()> {
    let mut text = String::new();
    for severity in Severity::ALL {
        for topic in Topic::ALL {
            let mut group =
                report.findings().iter().filter(|f| f.severity == severity && f.code.topic() == *topic).peekable();
            if group.peek().is_some() {
                text.push_str(&format!("{} · {}\n", severity.as_str().to_uppercase(), topic.title()));
                group.for_each(|f| finding(&mut text, report, f));
            }
        }
    }
    for (code, more) in report.surplus() {
        text.push_str(&format!("{more} more of {code} are not shown\n"));
    }
    if verbose {
        checked(&mut text, report);
    }
    text.push_str(&summary(report));
    out.write_all(text.as_bytes()).map_err(cannot_write)
}

fn finding(text: &mut String, report: &Report, finding: &Finding) {
    let detail = finding.detail.as_deref().unwrap_or(finding.code.explanation());
    text.push_str(&format!("  {}: {}\n    {detail} [{}]\n", report.file(), finding.place, finding.code));
    if detail != finding.code.explanation() {
        text.push_str(&format!("    rule:     {}\n", finding.code.explanation()));
    }
    let rows = [("expected:", finding.expected.as_deref()), ("found:", finding.found.as_deref())];
    for (label, value) in rows {
        if let Some(value) = value {
            text.push_str(&format!("    {label:<9} {value}\n"));
        }
    }
    text.push_str(&format!("    clause:   {}\n    hint:     {}\n", finding.code.clause(), finding.advice()));
}

fn checked(text: &mut String, report: &Report) {
    text.push_str("CHECKED\n");
    let width = FindingCode::ALL.iter().map(|c| c.as_str().len()).max().unwrap_or(0);
    for pass in report.passes() {
        text.push_str(&format!("  {:<width$}  pass, {} checked\n", pass.code.as_str(), pass.checked));
    }
    for skip in report.skips() {
        text.push_str(&format!("  {:<width$}  not checked: {}\n", skip.code.as_str(), skip.reason.explanation()));
    }
}

fn summary(report: &Report) -> String {
    let count = |severity, one: &str, many: &str| match report.count(severity) {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    };
    let mut line = format!(
        "{}: {}: {}, {}, {}; {} checks passed, {} not applicable or left out",
        report.file(),
        report.verdict().as_str().to_uppercase(),
        count(Severity::Failure, "failure", "failures"),
        count(Severity::Warning, "warning", "warnings"),
        count(Severity::Note, "note", "notes"),
        report.passes().len(),
        report.skips().len(),
    );
    if report.is_quick() {
        line.push_str(" (quick: samples were not read)");
    }
    if let Some(profile) = report.profile() {
        line.push_str(&format!(" (severities of profile {profile})"));
    }
    line.push('\n');
    line
}
