//! Seal numbers.

use super::written::{Identifier, IdentifierIssue, compact, identifier};

identifier! {
    /// Seal number.
    SealNumber
}

impl Identifier for SealNumber {
    const SCHEME: &'static str = "seal number";

    fn written(&self) -> &str {
        &self.0
    }

    /// Manufacturers number as they like (ISO 17712 asks for a unique mark only); messages carry at most 35 printable
    /// characters (UN/EDIFACT data element 9308).
    fn issues(&self) -> Vec<IdentifierIssue> {
        let mut issues = Vec::new();
        let length = self.0.trim().chars().count();
        if length > 35 || compact(&self.0).is_empty() {
            issues.push(IdentifierIssue::new("length", "1 to 35 characters", length.to_string()));
        }
        if let Some(c) = self.0.chars().find(|c| c.is_control()) {
            let found = format!("U+{:04X}", u32::from(c));
            issues.push(IdentifierIssue::new("characters", "no control characters", found));
        }
        issues
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seals_are_judged() {
        let first = |text: &str| SealNumber::new(text).issues().first().map(|i| i.kind);
        for text in ["H1234567", "UL-0012 345", "№ 77"] {
            assert_eq!(first(text), None, "{text}");
        }
        for text in ["", " ", "--", &"1".repeat(36)] {
            assert_eq!(first(text), Some("length"), "{text}");
        }
        assert_eq!(first("12\n34"), Some("characters"));
    }
}
