//! Unique consignment references.

use super::written::{Identifier, IdentifierIssue, identifier};

identifier! {
    /// Unique consignment reference (WCO), at most 35 printable characters.
    Ucr
}

impl Identifier for Ucr {
    const SCHEME: &'static str = "UCR";

    fn written(&self) -> &str {
        &self.0
    }

    fn issues(&self) -> Vec<IdentifierIssue> {
        let length = self.0.chars().count();
        let mut issues = Vec::new();
        if !(1..=35).contains(&length) {
            issues.push(IdentifierIssue::new("length", "1 to 35 characters", length.to_string()));
        }
        if let Some(c) = self.0.chars().find(|c| !matches!(c, ' '..='~')) {
            let found = format!("U+{:04X}", u32::from(c));
            issues.push(IdentifierIssue::new("characters", "printable ASCII characters", found));
        }
        issues
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_judged() {
        let first = |text: &str| Ucr::new(text).issues().first().map(|i| i.kind);
        assert_eq!(first("6GB123456789000-12345"), None);
        assert_eq!(first(&"X".repeat(35)), None);
        assert_eq!(first(&"X".repeat(36)), Some("length"));
        assert_eq!(first(""), Some("length"));
        assert_eq!(first("6GB\t1"), Some("characters"));
        assert_eq!(first("6GBé"), Some("characters"));
    }
}
