//! Railcar numbers.

use super::check_digit::{luhn, with_check};
use super::written::{Identifier, IdentifierIssue, compact, identifier};

identifier! {
    /// Railcar number: UIC 12 digits, 8 digits on the 1520 mm gauge, or a North American reporting mark and number.
    RailcarNumber
}

/// Numbering scheme that a railcar number follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RailcarScheme {
    /// European vehicle number of 12 digits with check digit (UIC 438-2, TSI OPE appendix H), a keeper's mark may follow.
    Uic,
    /// Eight digits with check digit, on the gauge of 1520 mm.
    Gauge1520,
    /// Reporting mark of 2 to 4 letters and a number of at most 6 digits (Association of American Railroads).
    Aar,
}

impl RailcarNumber {
    /// Returns the scheme by the look of the number; none when it looks like none.
    pub fn scheme(&self) -> Option<RailcarScheme> {
        let text = compact(&self.0);
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
        let rest = text.get(letters..).unwrap_or_default();
        match (digits, text.len()) {
            (8, 8) => Some(RailcarScheme::Gauge1520),
            (12, _) => Some(RailcarScheme::Uic),
            _ if (2..=4).contains(&letters)
                && (1..=6).contains(&rest.len())
                && rest.bytes().all(|b| b.is_ascii_digit()) =>
            {
                Some(RailcarScheme::Aar)
            }
            _ => None,
        }
    }
}

impl Identifier for RailcarNumber {
    const SCHEME: &'static str = "railcar number";

    fn written(&self) -> &str {
        &self.0
    }

    /// Returns letters and digits in capitals, for a European number the 12 digits without the keeper's mark.
    fn canonical(&self) -> String {
        let text = compact(&self.0);
        match self.scheme() {
            Some(RailcarScheme::Uic) => text.chars().take(12).collect(),
            _ => text,
        }
    }

    fn issues(&self) -> Vec<IdentifierIssue> {
        let text = self.canonical();
        let digits = match self.scheme() {
            Some(RailcarScheme::Aar) => return Vec::new(),
            Some(RailcarScheme::Uic) => 11,
            Some(RailcarScheme::Gauge1520) => 7,
            None => {
                let expected = "12 or 8 digits, or 2 to 4 letters and at most 6 digits";
                return vec![IdentifierIssue::new("structure", expected, format!("{text:?}"))];
            }
        };
        let found = text.chars().last().unwrap_or_default();
        match luhn(text.get(..digits).unwrap_or_default()) {
            Some(computed) if computed != found => {
                let likely = Some(with_check(&text, computed));
                vec![IdentifierIssue::new("check-digit", computed, found).likely(likely)]
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<(&'static str, Option<String>)> {
        RailcarNumber::new(text).issues().into_iter().next().map(|i| (i.kind, i.likely))
    }

    #[test]
    fn published_numbers_are_sound() {
        // Worked examples of the UIC check digit, and numbers as painted on both continents.
        for text in ["21-81-2471-217-3", "50 51 26-18 001-5", "21 80 524 6 003-5", "52364346", "BNSF 123456", "TTX 1"] {
            assert_eq!(first(text), None, "{text}");
        }
    }

    #[test]
    fn wrong_numbers_name_the_likely_one() {
        let likely = |number: &str| Some(("check-digit", Some(number.to_owned())));
        assert_eq!(first("21-81-2471-217-4"), likely("218124712173"));
        assert_eq!(first("52364347"), likely("52364346"));
        for text in ["", "1234567", "ABCDE 123", "AB", "AB1234567", "12é"] {
            assert_eq!(first(text), Some(("structure", None)), "{text}");
        }
    }

    #[test]
    fn keepers_mark_is_no_part_of_the_number() {
        let car = RailcarNumber::new("21 81 2471 217-3 A-ÖBB");
        assert_eq!((car.scheme(), car.canonical().as_str()), (Some(RailcarScheme::Uic), "218124712173"));
        assert_eq!(car.issues(), []);
    }
}
