//! Validation: what a UFF file breaks of the layout and metadata documents, said so that a person can act on it.
//!
//! [`validate()`] always gives a [`Report`], whatever the bytes are: a file that does not open gets findings that say
//! why. Every finding carries a stable code of the one table in `codes.rs` ([`FindingCode`]), whose severity, clause,
//! explanation and hint are fixed; a [`SeverityProfile`] may replace severities. The report also records what was
//! checked without a finding and what was not checked, and why. Samples are read in bands, never whole.
//!
//! ```
//! use std::sync::Arc;
//! use uff::limits::Budget;
//! use uff::source::MemorySource;
//! use uff::validate::{FindingCode, ValidateOptions, Verdict, validate};
//!
//! let source = Arc::new(MemorySource::new("scan.uff", &b"not a scan"[..]));
//! let report = validate(source, &ValidateOptions::default(), &Budget::default());
//! assert_eq!(report.verdict(), Verdict::Fail);
//! assert_eq!(report.findings()[0].code, FindingCode::ContainerNotHdf5);
//! ```

mod checks;
mod codes;
mod context;
mod elements;
mod finding;
#[cfg(test)]
mod fixtures;
mod handbook;
mod head;
mod options;
mod output;
mod profile;
mod refusal;
mod report;
mod rules;
mod severity;
mod survey;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::limits::Budget;
use crate::source::ReadAt;
use checks::Checks;
use context::Context;

pub use codes::FindingCode;
pub use codes::Topic;
pub use finding::Finding;
pub use finding::Place;
pub use handbook::handbook;
pub use options::Stop;
pub use options::ValidateOptions;
pub use profile::SeverityProfile;
pub use report::Pass;
pub use report::Report;
pub use report::Skip;
pub use report::SkipReason;
pub use report::render_sarif;
pub use severity::Severity;
pub use severity::Verdict;

/// Validates a file; never fails: whatever keeps it from being read is a finding.
pub fn validate(source: Arc<dyn ReadAt>, options: &ValidateOptions, budget: &Budget) -> Report {
    let context = Context::open(source, budget);
    let mut checks = Checks::new(options);
    for rule in rules::all() {
        let lacking = if checks.stopped() { Some(SkipReason::Stopped) } else { context.lacks(rule.needs, options) };
        match lacking {
            Some(reason) => checks.skip(rule, reason),
            None => (rule.run)(&context, &mut checks),
        }
    }
    Report::new(context.source().name(), context.source().len(), context.is_readable(), options, checks.close())
}
