//! The rules, by topic. Each is a pure function over a [`Context`]: it reads, records passes and findings, and changes
//! nothing.

mod calibration;
mod channels;
mod consistency;
mod container;
mod geometry;
mod identifiers;
mod integrity;
mod layout;
mod metadata;
mod path;
mod privacy;
mod timing;
mod versions;

use super::FindingCode;
use super::checks::Checks;
use super::context::Context;

/// What a rule needs to have before it can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Needs {
    /// The bytes, whatever they are.
    Source,
    /// An HDF5 file whose objects can be listed.
    Objects,
    /// A metadata document.
    Document,
    /// A metadata document that reads as a scan.
    Scan,
    /// A scan, and the present time.
    Clock,
    /// A file that opens with all its parts.
    File,
    /// A file that opens, and leave to read its samples and blobs.
    Samples,
}

/// One rule.
pub(crate) struct Rule {
    /// Codes the rule can report; each code belongs to exactly one rule.
    pub(crate) codes: &'static [FindingCode],
    /// What it needs.
    pub(crate) needs: Needs,
    /// Runs the rule.
    pub(crate) run: fn(&Context, &mut Checks<'_>),
}

/// Iterates over every rule in the order it runs: whatever explains later findings comes first.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    [
        container::RULES,
        layout::RULES,
        versions::RULES,
        metadata::RULES,
        consistency::RULES,
        identifiers::RULES,
        channels::RULES,
        geometry::RULES,
        calibration::RULES,
        integrity::RULES,
        privacy::RULES,
        timing::RULES,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_belongs_to_exactly_one_rule() {
        for code in FindingCode::ALL {
            assert_eq!(all().filter(|r| r.codes.contains(code)).count(), 1, "{code}");
        }
    }
}
