//! Number plates.

use super::lookalike;
use super::written::{Identifier, IdentifierIssue, compact, identifier};

identifier! {
    /// Number plate.
    Plate
}

impl Identifier for Plate {
    const SCHEME: &'static str = "number plate";

    fn written(&self) -> &str {
        &self.0
    }

    /// Returns letters and digits in capitals; Cyrillic capitals that look like Latin ones become those, as plates for
    /// international traffic carry Latin letters (Vienna Convention on Road Traffic, annex 2).
    fn canonical(&self) -> String {
        compact(&self.0).chars().map(|c| lookalike::latin(c).unwrap_or(c)).collect()
    }

    fn issues(&self) -> Vec<IdentifierIssue> {
        let canonical = self.canonical();
        let length = canonical.chars().count();
        let mut issues = Vec::new();
        // The longest plates in use, with their region code, have ten characters; personal ones may have more.
        if !(1..=12).contains(&length) {
            issues.push(IdentifierIssue::new("length", "1 to 12 letters and digits", length.to_string()));
        }
        let compact = compact(&self.0);
        let latin = compact.chars().any(|c| c.is_ascii_alphabetic());
        let cyrillic = compact.chars().any(|c| matches!(c, '\u{400}'..='\u{4FF}'));
        if latin && cyrillic {
            let likely = canonical.is_ascii().then_some(canonical);
            issues.push(
                IdentifierIssue::new("characters", "letters of one script", "Latin and Cyrillic letters")
                    .likely(likely),
            );
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
    fn scripts_meet_in_the_canonical_form() {
        assert_eq!(Plate::new("А 123 ВС 77").canonical(), "A123BC77");
        assert_eq!(Plate::new("ab-123-cd").canonical(), "AB123CD");
        assert_eq!(Plate::new("粤B·12345").canonical(), "粤B12345");
    }

    #[test]
    fn plates_are_judged() {
        let first = |text: &str| Plate::new(text).issues().into_iter().next().map(|i| (i.kind, i.likely));
        for text in ["AB-123-CD", "А 123 ВС 77", "粤B·12345", "7"] {
            assert_eq!(first(text), None, "{text}");
        }
        assert_eq!(first("--"), Some(("length", None)));
        assert_eq!(first("ABCDEFGHIJKLM"), Some(("length", None)));
        // A Cyrillic А before Latin letters.
        assert_eq!(first("А123BC"), Some(("characters", Some("A123BC".into()))));
        assert_eq!(first("Ж123BC"), Some(("characters", None)));
        assert_eq!(first("AB\u{7}12"), Some(("characters", None)));
    }
}
