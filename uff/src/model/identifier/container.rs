//! Container numbers (ISO 6346).

use super::check_digit::{iso_6346, with_check};
use super::lookalike;
use super::written::{Identifier, IdentifierIssue, identifier};

identifier! {
    /// Container number (ISO 6346): owner code, category, serial number, check digit.
    ContainerNumber
}

/// Parts of a container number of the right structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerParts {
    /// Owner code: three capitals registered with the BIC.
    pub owner: String,
    /// Category: U for containers, J for equipment that comes off them, Z for trailers and chassis.
    pub category: char,
    /// Serial number: six digits.
    pub serial: String,
    /// Check digit as written.
    pub check: char,
}

impl ContainerNumber {
    /// Splits the number; none when its length or characters are wrong. Category and check digit are not judged.
    pub fn parts(&self) -> Option<ContainerParts> {
        let text = self.canonical();
        if !well_formed(&text) {
            return None;
        }
        Some(ContainerParts {
            owner: text.get(..3)?.to_owned(),
            category: text.chars().nth(3)?,
            serial: text.get(4..10)?.to_owned(),
            check: text.chars().nth(10)?,
        })
    }
}

impl Identifier for ContainerNumber {
    const SCHEME: &'static str = "ISO 6346";

    fn written(&self) -> &str {
        &self.0
    }

    fn issues(&self) -> Vec<IdentifierIssue> {
        let text = self.canonical();
        let length = text.chars().count();
        if length != 11 {
            let likely = (length == 10).then(|| iso_6346(&text).map(|check| format!("{text}{check}"))).flatten();
            return vec![
                IdentifierIssue::new("length", "11 letters and digits", format!("{length} in {text:?}"))
                    .likely(likely.filter(|l| well_formed(l))),
            ];
        }
        if !well_formed(&text) {
            return vec![
                IdentifierIssue::new("characters", "4 letters and 7 digits", text.clone()).likely(untangled(&text)),
            ];
        }
        let mut issues = Vec::new();
        if !matches!(text.chars().nth(3), Some('U' | 'J' | 'Z')) {
            let category = text.chars().nth(3).unwrap_or_default();
            issues.push(IdentifierIssue::new("category", "U, J or Z as the fourth letter", category));
        }
        let computed = iso_6346(text.get(..10).unwrap_or_default());
        if let Some(computed) = computed.filter(|c| !text.ends_with(*c)) {
            let found = text.chars().last().unwrap_or_default();
            issues.push(IdentifierIssue::new("check-digit", computed, found).likely(Some(with_check(&text, computed))));
        }
        issues
    }
}

fn well_formed(text: &str) -> bool {
    text.chars().count() == 11
        && text.chars().enumerate().all(|(i, c)| if i < 4 { c.is_ascii_uppercase() } else { c.is_ascii_digit() })
}

/// Exchanges lookalikes that stand where the other kind belongs; likely only when the check digit then fits.
fn untangled(text: &str) -> Option<String> {
    let fix = |(i, c)| if i < 4 { lookalike::letter(c) } else { lookalike::digit(c) };
    let fixed: String = text.chars().enumerate().map(fix).collect::<Option<_>>()?;
    let check = iso_6346(fixed.get(..10)?)?;
    (well_formed(&fixed) && fixed.ends_with(check)).then_some(fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<(&'static str, Option<String>)> {
        ContainerNumber::new(text).issues().into_iter().next().map(|i| (i.kind, i.likely))
    }

    #[test]
    fn published_numbers_are_sound() {
        // CSQU3054383 is the example of ISO 6346; the last has remainder 10, which is written 0.
        for text in ["CSQU3054383", "MSCU6639870", "TEXU3070079", "MSKU0001050", "csqu 305438-3", "CSQU305438[3]"] {
            assert_eq!(ContainerNumber::new(text).issues(), [], "{text}");
        }
    }

    #[test]
    fn wrong_numbers_name_the_likely_one() {
        let likely = |kind, number: &str| Some((kind, Some(number.to_owned())));
        assert_eq!(first("CSQU3054384"), likely("check-digit", "CSQU3054383"));
        assert_eq!(first("MSKU0001051"), likely("check-digit", "MSKU0001050"));
        assert_eq!(first("C5QU3O54383"), likely("characters", "CSQU3054383"));
        assert_eq!(first("CSQU305438"), likely("length", "CSQU3054383"));
        assert_eq!(first("C5QU3O54384"), Some(("characters", None)));
        assert_eq!(first("CSQU30543833"), Some(("length", None)));
        assert_eq!(first(""), Some(("length", None)));
        assert_eq!(first("ÄSQU3054383"), Some(("characters", None)));
    }

    #[test]
    fn category_is_judged_apart() {
        let kinds: Vec<_> = ContainerNumber::new("CSQX3054380").issues().into_iter().map(|i| i.kind).collect();
        assert!(kinds.contains(&"category"), "{kinds:?}");
    }

    #[test]
    fn parts_are_split() {
        let parts = ContainerNumber::new("csqu 305438 3").parts().unwrap();
        assert_eq!(
            (parts.owner.as_str(), parts.category, parts.serial.as_str(), parts.check),
            ("CSQ", 'U', "305438", '3')
        );
        assert_eq!(ContainerNumber::new("CSQU30543").parts(), None);
    }
}
