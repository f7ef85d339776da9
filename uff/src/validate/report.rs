//! What validation found, what it checked without a finding, and what it did not check.

use std::io::Write;

use serde::Serialize;

use super::checks::Closed;
use super::output;
use super::{Finding, FindingCode, Severity, ValidateOptions, Verdict};
use crate::error::Result;

/// A code that was checked without a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// Code.
    pub code: FindingCode,
    /// Number of places checked, at least 1.
    pub checked: u64,
}

/// A code that was not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skip {
    /// Code.
    pub code: FindingCode,
    /// Why not.
    pub reason: SkipReason,
}

/// Why a code was not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// The file has nothing the rule applies to.
    NothingToCheck,
    /// The check reads samples or blobs, and the caller asked for a quick validation.
    Quick,
    /// What the check needs cannot be read; another finding says why.
    Unreadable,
    /// The caller gave no present time.
    NoClock,
    /// The severity profile ignores the code.
    Ignored,
    /// Validation stopped before.
    Stopped,
}

impl SkipReason {
    /// Returns the stable word, as the machine-readable reports write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NothingToCheck => "nothing-to-check",
            Self::Quick => "quick",
            Self::Unreadable => "unreadable",
            Self::NoClock => "no-clock",
            Self::Ignored => "ignored",
            Self::Stopped => "stopped",
        }
    }

    /// Returns the reason in words.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::NothingToCheck => "the file has nothing this applies to",
            Self::Quick => "reads samples, left out of a quick validation",
            Self::Unreadable => "what it needs cannot be read",
            Self::NoClock => "no present time was given",
            Self::Ignored => "ignored by the severity profile",
            Self::Stopped => "validation stopped at the first failure",
        }
    }
}

/// What validation found, checked and left out for one file.
#[derive(Debug, Clone)]
pub struct Report {
    file: String,
    size: u64,
    readable: bool,
    quick: bool,
    profile: Option<String>,
    fail_on: Severity,
    findings: Vec<Finding>,
    passes: Vec<Pass>,
    skips: Vec<Skip>,
    surplus: Vec<(FindingCode, u64)>,
}

impl Report {
    /// Closes the record of one file; `readable` says whether its scan could be read.
    pub(crate) fn new(file: &str, size: u64, readable: bool, options: &ValidateOptions, closed: Closed) -> Self {
        Self {
            file: file.to_owned(),
            size,
            readable,
            quick: options.quick,
            profile: options.profile.name().map(str::to_owned),
            fail_on: options.fail_on,
            findings: closed.findings,
            passes: closed.passes,
            skips: closed.skips,
            surplus: closed.surplus,
        }
    }

    /// Returns the name of the file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Returns the size of the file in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns whether samples and blobs were left out.
    pub fn is_quick(&self) -> bool {
        self.quick
    }

    /// Returns the name of the severity profile, when a named one was used.
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// Derives the verdict: the one place that does.
    ///
    /// It fails on any finding as grave as the caller's threshold, and whenever the scan could not be read, whatever a
    /// severity profile ignores.
    pub fn verdict(&self) -> Verdict {
        match self.findings.iter().map(|f| f.severity).max() {
            _ if !self.readable => Verdict::Fail,
            Some(worst) if worst >= self.fail_on => Verdict::Fail,
            Some(worst) if worst >= Severity::Warning => Verdict::Warn,
            _ => Verdict::Pass,
        }
    }

    /// Returns the findings in the order they were made, which is the order of the topics.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns the codes that were checked without a finding, in the order of the table.
    pub fn passes(&self) -> &[Pass] {
        &self.passes
    }

    /// Returns the codes that were not checked, in the order of the table.
    pub fn skips(&self) -> &[Skip] {
        &self.skips
    }

    /// Returns the codes with more findings than the report keeps, and how many more there were.
    pub fn surplus(&self) -> &[(FindingCode, u64)] {
        &self.surplus
    }

    /// Counts the kept findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }

    /// Writes the report for people; `verbose` adds what passed and what was left out.
    ///
    /// # Errors
    /// `io.write`.
    pub fn render_text(&self, out: &mut dyn Write, verbose: bool) -> Result<()> {
        output::text::render(self, out, verbose)
    }

    /// Writes the report as JSON lines (`schemas/validation-report.schema.json`).
    ///
    /// # Errors
    /// `io.write`.
    pub fn render_jsonl(&self, out: &mut dyn Write) -> Result<()> {
        output::jsonl::render(self, out)
    }

    /// Writes the report as a SARIF 2.1.0 log; [`render_sarif`] joins many reports in one log.
    ///
    /// # Errors
    /// `io.write`.
    pub fn render_sarif(&self, out: &mut dyn Write) -> Result<()> {
        render_sarif(std::slice::from_ref(self), out)
    }
}

/// Writes many reports as one SARIF 2.1.0 log.
///
/// # Errors
/// `io.write`.
pub fn render_sarif(reports: &[Report], out: &mut dyn Write) -> Result<()> {
    output::sarif::render(reports, out)
}
