//! Commodity codes (Harmonized System).

use super::written::{Identifier, IdentifierIssue, identifier};

identifier! {
    /// Harmonized System code of 6 to 10 digits: chapter, heading and subheading are international, the rest national.
    HsCode
}

impl HsCode {
    /// Returns the chapter, the first two digits.
    pub fn chapter(&self) -> Option<u8> {
        self.canonical().get(..2)?.parse().ok()
    }

    /// Returns the international part, the first six digits.
    pub fn subheading(&self) -> Option<String> {
        let text = self.canonical();
        text.get(..6).filter(|t| t.bytes().all(|b| b.is_ascii_digit())).map(str::to_owned)
    }
}

impl Identifier for HsCode {
    const SCHEME: &'static str = "HS";

    fn written(&self) -> &str {
        &self.0
    }

    fn issues(&self) -> Vec<IdentifierIssue> {
        let text = self.canonical();
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return vec![IdentifierIssue::new("characters", "digits", text)];
        }
        let mut issues = Vec::new();
        if !(6..=10).contains(&text.len()) {
            // Spreadsheets drop the zero in front of chapters 1 to 9.
            let likely = (text.len() == 5).then(|| format!("0{text}")).filter(|t| !t.starts_with("00"));
            let found = format!("{} in {text:?}", text.len());
            return vec![IdentifierIssue::new("length", "6 to 10 digits", found).likely(likely)];
        }
        // Chapter 77 is reserved; 98 and 99 are for national use.
        if matches!(self.chapter(), Some(0 | 77)) {
            let found = text.get(..2).unwrap_or_default();
            issues.push(IdentifierIssue::new("structure", "a chapter from 01 to 97 except 77, or 98 or 99", found));
        }
        issues
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_judged() {
        let first = |text: &str| HsCode::new(text).issues().into_iter().next().map(|i| (i.kind, i.likely));
        for text in ["010121", "8703.23", "8703 23 19 10", "970600", "990500", "76020019"] {
            assert_eq!(first(text), None, "{text}");
        }
        assert_eq!(first("10121"), Some(("length", Some("010121".into()))));
        assert_eq!(first("8703"), Some(("length", None)));
        assert_eq!(first("87032319101"), Some(("length", None)));
        assert_eq!(first("770000"), Some(("structure", None)));
        assert_eq!(first("001234"), Some(("structure", None)));
        assert_eq!(first("87O323"), Some(("characters", None)));
        assert_eq!(first(""), Some(("length", None)));
    }

    #[test]
    fn parts_are_split() {
        let code = HsCode::new("8703.23.19");
        assert_eq!((code.chapter(), code.subheading().as_deref()), (Some(87), Some("870323")));
        assert_eq!(HsCode::new("é").chapter(), None);
    }
}
