//! Vehicle identification numbers.

use super::check_digit::with_check;
use super::written::{Identifier, IdentifierIssue, compact, identifier};

identifier! {
    /// Vehicle identification number of 17 characters (ISO 3779).
    Vin
}

impl Vin {
    /// Returns the world manufacturer identifier (ISO 3780), the first three characters.
    pub fn manufacturer(&self) -> Option<String> {
        compact(&self.0).get(..3).map(str::to_owned)
    }
}

impl Identifier for Vin {
    const SCHEME: &'static str = "ISO 3779";

    fn written(&self) -> &str {
        &self.0
    }

    /// A check digit is required in North America only (49 CFR 565.15), so it is judged in numbers of that region, which
    /// start with 1 to 5.
    fn issues(&self) -> Vec<IdentifierIssue> {
        let text = self.canonical();
        let length = text.chars().count();
        if length != 17 {
            return vec![IdentifierIssue::new("length", "17 letters and digits", format!("{length} in {text:?}"))];
        }
        let legal = |c: char| c.is_ascii_digit() || (c.is_ascii_uppercase() && !matches!(c, 'I' | 'O' | 'Q'));
        if let Some(c) = text.chars().find(|c| !legal(*c)) {
            let fixed = text.replace('I', "1").replace(['O', 'Q'], "0");
            let likely = fixed.chars().all(legal).then_some(fixed);
            return vec![IdentifierIssue::new("characters", "digits and letters except I, O and Q", c).likely(likely)];
        }
        let found = text.chars().nth(8).unwrap_or_default();
        match check(&text) {
            Some(computed) if text.starts_with(['1', '2', '3', '4', '5']) && computed != found => {
                let (head, tail) = text.split_at(9);
                let likely = with_check(head, computed) + tail;
                vec![IdentifierIssue::new("check-digit", computed, found).likely(Some(likely))]
            }
            _ => Vec::new(),
        }
    }
}

/// Computes the check digit of 49 CFR 565.15(c).
fn check(text: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let mut sum = 0;
    for (c, weight) in text.chars().zip(WEIGHTS) {
        let value = match c {
            '0'..='9' => u32::from(c) - u32::from('0'),
            'A'..='H' => u32::from(c) - u32::from('A') + 1,
            'J'..='R' => u32::from(c) - u32::from('J') + 1,
            'S'..='Z' => u32::from(c) - u32::from('S') + 2,
            _ => return None,
        };
        sum += value * weight;
    }
    match sum % 11 {
        10 => Some('X'),
        digit => char::from_digit(digit, 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<(&'static str, Option<String>)> {
        Vin::new(text).issues().into_iter().next().map(|i| (i.kind, i.likely))
    }

    #[test]
    fn published_numbers_are_sound() {
        // The usual worked example, the all-ones test number, and a European one without check digit.
        for text in ["1M8GDM9AXKP042788", "11111111111111111", "WVWZZZ1JZ3W386752"] {
            assert_eq!(first(text), None, "{text}");
        }
    }

    #[test]
    fn wrong_numbers_name_the_likely_one() {
        let likely = |kind, number: &str| Some((kind, Some(number.to_owned())));
        assert_eq!(first("1M8GDM9A1KP042788"), likely("check-digit", "1M8GDM9AXKP042788"));
        assert_eq!(first("1M8GDM9AXKPO42788"), likely("characters", "1M8GDM9AXKP042788"));
        assert_eq!(first("1M8GDM9AXKP04278"), Some(("length", None)));
        assert_eq!(first("1M8GDM9AXKP04278Ä"), Some(("characters", None)));
    }

    #[test]
    fn manufacturer_is_the_head() {
        assert_eq!(Vin::new("wvw-zzz1JZ3W386752").manufacturer().as_deref(), Some("WVW"));
        assert_eq!(Vin::new("é").manufacturer(), None);
    }
}
