//! Exit status: what a script learns from the number alone.
//!
//! The bands tell who has to act: 1 the person who asked, 2 the caller, the 20s the sender of the input, the 40s the
//! owner of the target or store, the 60s the network, 70 the makers of this software.

use std::process::ExitCode;

/// Exit status; a later one is a worse one, and a batch ends with its worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Exit {
    /// All went well.
    Good = 0,
    /// The check was made and its verdict is bad, or nothing was found.
    Negative = 1,
    /// The request makes no sense.
    Usage = 2,
    /// The input breaks its own format.
    Malformed = 20,
    /// The input is sound but not handled.
    Unsupported = 21,
    /// The input asks for more than is allowed.
    Limit = 22,
    /// The input does not exist or cannot be read.
    Unreadable = 23,
    /// The input is not what was recorded: evidence is damaged.
    Damaged = 24,
    /// The target cannot be written.
    Output = 40,
    /// The target exists already.
    TargetExists = 41,
    /// The archive's store or catalogue fails.
    Store = 42,
    /// The network or a remote service fails.
    Network = 60,
    /// A defect of this software.
    Internal = 70,
}

impl Exit {
    /// Every status with its meaning, in the order of the numbers.
    pub const ALL: [(Exit, &'static str); 13] = [
        (Exit::Good, "all went well"),
        (Exit::Negative, "checked and bad, or nothing found"),
        (Exit::Usage, "the request makes no sense"),
        (Exit::Malformed, "the input breaks its own format"),
        (Exit::Unsupported, "the input is sound but not handled"),
        (Exit::Limit, "the input asks for more than is allowed"),
        (Exit::Unreadable, "the input does not exist or cannot be read"),
        (Exit::Damaged, "the input is not what was recorded"),
        (Exit::Output, "the target cannot be written"),
        (Exit::TargetExists, "the target exists already"),
        (Exit::Store, "the archive's store or catalogue fails"),
        (Exit::Network, "the network or a remote service fails"),
        (Exit::Internal, "a defect of this software"),
    ];

    /// Returns the number.
    pub fn number(self) -> u8 {
        self as u8
    }
}

impl From<uff::Kind> for Exit {
    fn from(kind: uff::Kind) -> Self {
        use uff::Kind as K;
        match kind {
            K::Malformed => Self::Malformed,
            K::Unsupported => Self::Unsupported,
            K::Limit => Self::Limit,
            K::Io | K::NotFound => Self::Unreadable,
            K::Output => Self::Output,
            K::Conflict => Self::TargetExists,
            K::Integrity => Self::Damaged,
            K::Misuse => Self::Usage,
            K::Internal => Self::Internal,
        }
    }
}

impl From<archive::Code> for Exit {
    fn from(code: archive::Code) -> Self {
        use archive::Code as C;
        match code {
            C::NoSuchScan | C::NoSuchFile | C::Deleted | C::Held | C::Retained | C::Approval => Self::Negative,
            C::Location | C::Query | C::Fact | C::Policy | C::Actor => Self::Usage,
            C::Invalid | C::Delivery | C::SourceChanged | C::Proof => Self::Malformed,
            C::Version | C::StoreAbility | C::CatalogVersion => Self::Unsupported,
            C::Corrupt | C::Missing | C::Inventory | C::CatalogDamaged | C::Log | C::LogFork => Self::Damaged,
            C::Exists | C::Conflict | C::Replica | C::Moved => Self::TargetExists,
            C::Absent | C::Store | C::StoreAccess | C::Catalog | C::CatalogAbsent | C::CatalogForeign | C::LogKey => {
                Self::Store
            }
            C::QueryTime => Self::Limit,
            C::Internal => Self::Internal,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_lie_in_their_bands_and_rise() {
        let numbers: Vec<u8> = Exit::ALL.iter().map(|(e, _)| e.number()).collect();
        assert!(numbers.is_sorted());
        assert!(numbers.iter().all(|n| matches!(n, 0..=2 | 20..=29 | 40..=49 | 60..=69 | 70)), "{numbers:?}");
        assert_eq!(Exit::Malformed.max(Exit::Negative), Exit::Malformed);
    }

    /// The page of the crate lists every status, and no other.
    #[test]
    fn the_page_lists_every_status() {
        let page = include_str!("../README.md");
        let listed: Vec<&str> =
            page.lines().filter(|l| l.starts_with("| ") && l[2..].starts_with(char::is_numeric)).collect();
        let statuses = listed.iter().filter(|l| l.matches('|').count() == 3);
        let expected: Vec<String> = Exit::ALL.iter().map(|(e, what)| format!("| {} | {what} |", e.number())).collect();
        assert_eq!(statuses.copied().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_refused_target_is_no_bad_input() {
        let e = |code: uff::Code| Exit::from(code.kind()).number();
        assert_eq!((e(uff::Code::IoRead), e(uff::Code::IoWrite)), (23, 40));
        assert_eq!((e(uff::Code::TargetExists), e(uff::Code::Usage)), (41, 2));
        assert_eq!((e(uff::Code::UffDigest), e(uff::Code::LimitBytes)), (24, 22));
    }
}
