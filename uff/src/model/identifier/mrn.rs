//! Master reference numbers of declarations.

use super::check_digit::{iso_6346, with_check};
use super::country;
use super::lookalike;
use super::written::{Identifier, IdentifierIssue, identifier};

identifier! {
    /// Master reference number of a declaration: year, country, 13 letters or digits, check digit.
    Mrn
}

/// Parts of a master reference number of the right structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MrnParts {
    /// Last two digits of the year of acceptance.
    pub year: u8,
    /// Country that accepted the declaration (ISO 3166-1 alpha-2).
    pub country: String,
    /// National reference: 13 letters and digits. Under the Union Customs Code its last letter tells the procedure.
    pub reference: String,
    /// Check digit as written.
    pub check: char,
}

impl Mrn {
    /// Splits the number; none when its length or characters are wrong. Country and check digit are not judged.
    pub fn parts(&self) -> Option<MrnParts> {
        let text = self.canonical();
        if !well_formed(&text) {
            return None;
        }
        Some(MrnParts {
            year: text.get(..2)?.parse().ok()?,
            country: text.get(2..4)?.to_owned(),
            reference: text.get(4..17)?.to_owned(),
            check: text.chars().nth(17)?,
        })
    }
}

impl Identifier for Mrn {
    const SCHEME: &'static str = "MRN";

    fn written(&self) -> &str {
        &self.0
    }

    fn issues(&self) -> Vec<IdentifierIssue> {
        let text = self.canonical();
        let length = text.chars().count();
        if length != 18 {
            let likely = (length == 17).then(|| iso_6346(&text).map(|check| format!("{text}{check}"))).flatten();
            return vec![
                IdentifierIssue::new("length", "18 letters and digits", format!("{length} in {text:?}"))
                    .likely(likely.filter(|l| well_formed(l))),
            ];
        }
        let Some(parts) = self.parts() else {
            let expected = "2 digits, 2 letters, 13 letters or digits, 1 digit";
            return vec![IdentifierIssue::new("structure", expected, text.clone()).likely(untangled(&text))];
        };
        let mut issues: Vec<_> = country::issue(&parts.country).into_iter().collect();
        issues.iter_mut().for_each(|issue| issue.likely = None);
        let computed = iso_6346(text.get(..17).unwrap_or_default());
        if let Some(computed) = computed.filter(|c| *c != parts.check) {
            issues.push(
                IdentifierIssue::new("check-digit", computed, parts.check).likely(Some(with_check(&text, computed))),
            );
        }
        issues
    }
}

fn well_formed(text: &str) -> bool {
    text.len() == 18
        && text.chars().enumerate().all(|(i, c)| match i {
            0 | 1 | 17 => c.is_ascii_digit(),
            2 | 3 => c.is_ascii_uppercase(),
            _ => c.is_ascii_uppercase() || c.is_ascii_digit(),
        })
}

/// Exchanges lookalikes in the places of one kind; likely only when the check digit then fits.
fn untangled(text: &str) -> Option<String> {
    let fix = |(i, c)| match i {
        0 | 1 | 17 => lookalike::digit(c),
        2 | 3 => lookalike::letter(c),
        _ => Some(c),
    };
    let fixed: String = text.chars().enumerate().map(fix).collect::<Option<_>>()?;
    let check = iso_6346(fixed.get(..17)?)?;
    (well_formed(&fixed) && fixed.ends_with(check)).then_some(fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<(&'static str, Option<String>)> {
        Mrn::new(text).issues().into_iter().next().map(|i| (i.kind, i.likely))
    }

    #[test]
    fn published_numbers_are_sound() {
        // Examples of public test suites of transit and safety declarations.
        for text in [
            "99IT9876AB88901209",
            "18ITQUU1T0001760E6",
            "18GB0000601001EB15",
            "18GB0000601001EBD1",
            "18IT02110010006A10",
            "19IT02110010007827",
            "21GB01X14031469016",
            "21 gb 01X14031469016",
        ] {
            assert_eq!(first(text), None, "{text}");
        }
    }

    #[test]
    fn wrong_numbers_name_the_likely_one() {
        let likely = |kind, number: &str| Some((kind, Some(number.to_owned())));
        assert_eq!(first("22GB02I89012847596"), likely("check-digit", "22GB02I89012847598"));
        assert_eq!(first("99IT9876AB8890120"), likely("length", "99IT9876AB88901209"));
        assert_eq!(first("991T9876AB88901209"), likely("structure", "99IT9876AB88901209"));
        assert_eq!(first("99IT9876AB8890120X"), Some(("structure", None)));
        assert_eq!(first("21QQ01X14031469016").map(|i| i.0), Some("country"));
        assert_eq!(first("21GB").map(|i| i.0), Some("length"));
        assert_eq!(first("ééééééééé").map(|i| i.0), Some("length"));
    }

    #[test]
    fn parts_are_split() {
        let parts = Mrn::new("21GB01X14031469016").parts().unwrap();
        assert_eq!((parts.year, parts.country.as_str(), parts.reference.as_str()), (21, "GB", "01X1403146901"));
        assert_eq!(Mrn::new("21GB").parts(), None);
    }
}
