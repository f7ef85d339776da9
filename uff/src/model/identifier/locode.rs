//! Places (UN/LOCODE, UNECE Recommendation 16).

use super::country;
use super::written::{Identifier, IdentifierIssue, identifier};

identifier! {
    /// Place (UN/LOCODE): country and three characters.
    Locode
}

impl Locode {
    /// Returns the country part, as written in capitals.
    pub fn country(&self) -> String {
        self.canonical().chars().take(2).collect()
    }
}

impl Identifier for Locode {
    const SCHEME: &'static str = "UN/LOCODE";

    fn written(&self) -> &str {
        &self.0
    }

    fn issues(&self) -> Vec<IdentifierIssue> {
        let text = self.canonical();
        let length = text.chars().count();
        if length != 5 {
            return vec![IdentifierIssue::new("length", "5 letters and digits", format!("{length} in {text:?}"))];
        }
        let (country, place): (String, String) = (self.country(), text.chars().skip(2).collect());
        // XZ stands for installations in international waters.
        let wrong_country = if country == "XZ" { None } else { country::issue(&country) };
        let wrong_place = (!is_place(&place)).then(|| {
            IdentifierIssue::new("characters", "letters, or digits from 2 to 9, for the place", place.as_str())
        });
        // One likely code that mends both parts, or none.
        let likely_country = wrong_country.as_ref().map_or(Some(country), |issue| issue.likely.clone());
        let likely_place = Some(place.replace('0', "O").replace('1', "I")).filter(|place| is_place(place));
        let likely = likely_country.zip(likely_place).map(|(country, place)| country + &place);
        wrong_country.into_iter().chain(wrong_place).map(|issue| issue.likely(likely.clone())).collect()
    }
}

fn is_place(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '2'..='9'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_judged() {
        let first = |text: &str| Locode::new(text).issues().into_iter().next().map(|i| (i.kind, i.likely));
        for text in ["NLRTM", "NL RTM", "deham", "USNYC", "XZFOX", "GBFXT", "US 4AA"] {
            assert_eq!(first(text), None, "{text}");
        }
        assert_eq!(first("NLRT"), Some(("length", None)));
        assert_eq!(first("QQRTM"), Some(("country", None)));
        assert_eq!(first("UKFXT"), Some(("country", Some("GBFXT".into()))));
        assert_eq!(first("NLR0M"), Some(("characters", Some("NLROM".into()))));
        assert_eq!(first("UKR0M"), Some(("country", Some("GBROM".into()))));
        assert_eq!(first("Z9U04"), Some(("characters", None)));
    }
}
