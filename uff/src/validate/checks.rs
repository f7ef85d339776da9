//! Record of what was checked and what was found, filled by the rules.

use super::rules::Rule;
use super::{Finding, FindingCode, Pass, Place, Skip, SkipReason, Stop, ValidateOptions};

/// Tally of one code.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    checked: u64,
    found: u64,
    ignored: u64,
}

/// Record of what was checked and what was found.
pub(crate) struct Checks<'a> {
    options: &'a ValidateOptions,
    tallies: Vec<Tally>,
    findings: Vec<Finding>,
    skips: Vec<Skip>,
    stopped: bool,
}

impl<'a> Checks<'a> {
    /// Starts an empty record.
    pub(crate) fn new(options: &'a ValidateOptions) -> Self {
        let tallies = vec![Tally::default(); FindingCode::ALL.len()];
        Self { options, tallies, findings: Vec::new(), skips: Vec::new(), stopped: false }
    }

    /// Returns the options of the caller.
    pub(crate) fn options(&self) -> &ValidateOptions {
        self.options
    }

    /// Returns whether no further check is wanted.
    pub(crate) fn stopped(&self) -> bool {
        self.stopped
    }

    /// Records one check: a pass when it holds, otherwise the finding that `describe` builds from a start.
    pub(crate) fn that(
        &mut self,
        code: FindingCode,
        holds: bool,
        describe: impl FnOnce(&dyn Fn(Place) -> Finding) -> Finding,
    ) {
        if let Some(tally) = self.tallies.get_mut(code as usize) {
            tally.checked += 1;
        }
        if !holds {
            self.keep(describe(&|place| Finding::new(code, place.one_line())));
        }
    }

    fn keep(&mut self, mut finding: Finding) {
        let Some(tally) = self.tallies.get_mut(finding.code as usize) else { return };
        let Some(severity) = self.options.profile.severity(finding.code) else {
            tally.ignored += 1;
            return;
        };
        if self.stopped {
            return;
        }
        tally.found += 1;
        finding.severity = severity;
        if severity >= self.options.fail_on && self.options.stop == Stop::FirstFailure {
            self.stopped = true;
        }
        if tally.found <= self.options.findings_per_code as u64 {
            self.findings.push(finding);
        }
    }

    /// Returns how many findings were made so far, kept or not.
    pub(crate) fn count(&self) -> u64 {
        self.tallies.iter().map(|t| t.found + t.ignored).sum()
    }

    /// Records that a rule could not run.
    pub(crate) fn skip(&mut self, rule: &Rule, reason: SkipReason) {
        self.skips.extend(rule.codes.iter().map(|&code| Skip { code, reason }));
    }

    /// Closes the record: findings as they came, passes and skips in the order of the table, and how many findings
    /// were not kept.
    pub(crate) fn close(mut self) -> Closed {
        let mut passes = Vec::new();
        let mut surplus = Vec::new();
        for (&code, tally) in FindingCode::ALL.iter().zip(&self.tallies) {
            let skipped = self.skips.iter().any(|s| s.code == code);
            match tally {
                Tally { found, .. } if *found > 0 => {
                    self.skips.retain(|s| s.code != code);
                    let kept = self.options.findings_per_code as u64;
                    if *found > kept {
                        surplus.push((code, *found - kept));
                    }
                }
                Tally { ignored, .. } if *ignored > 0 => {
                    self.skips.retain(|s| s.code != code);
                    self.skips.push(Skip { code, reason: SkipReason::Ignored });
                }
                _ if skipped => {}
                Tally { checked: 0, .. } => {
                    let reason = if self.stopped { SkipReason::Stopped } else { SkipReason::NothingToCheck };
                    self.skips.push(Skip { code, reason });
                }
                Tally { checked, .. } => passes.push(Pass { code, checked: *checked }),
            }
        }
        self.skips.sort_by_key(|s| s.code);
        self.skips.dedup();
        Closed { findings: self.findings, passes, skips: self.skips, surplus }
    }
}

/// What a closed record holds.
pub(crate) struct Closed {
    /// Findings in the order they were made.
    pub(crate) findings: Vec<Finding>,
    /// Codes that were checked without a finding.
    pub(crate) passes: Vec<Pass>,
    /// Codes that were not checked.
    pub(crate) skips: Vec<Skip>,
    /// Codes with more findings than were kept, and how many more.
    pub(crate) surplus: Vec<(FindingCode, u64)>,
}
