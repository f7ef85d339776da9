//! How to validate.

use super::{Severity, SeverityProfile};

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stop {
    /// Runs every check and collects what all of them find.
    #[default]
    Never,
    /// Stops at the first finding that fails the file.
    FirstFailure,
}

/// How to validate. Strictness is set here, per call; nothing is global.
#[derive(Debug, Clone)]
pub struct ValidateOptions {
    /// Leaves out every check that reads samples or blobs; what remains costs a few kilobytes of reading.
    pub quick: bool,
    /// When to stop.
    pub stop: Stop,
    /// Least severity that fails the file: `Failure`, or `Warning` to be strict.
    pub fail_on: Severity,
    /// Replaces the severity of codes.
    pub profile: SeverityProfile,
    /// Present time, to find dates in the future; without it that check is left out, so that the same file always
    /// gets the same report.
    pub now: Option<jiff::Timestamp>,
    /// Findings kept per code; further ones are counted only.
    pub findings_per_code: usize,
}

impl Default for ValidateOptions {
    fn default() -> Self {
        Self {
            quick: false,
            stop: Stop::Never,
            fail_on: Severity::Failure,
            profile: SeverityProfile::default(),
            now: None,
            findings_per_code: 20,
        }
    }
}
