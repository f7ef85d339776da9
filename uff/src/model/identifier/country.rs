//! Countries (ISO 3166-1 alpha-2).

use super::written::{Identifier, IdentifierIssue, identifier};

identifier! {
    /// Country (ISO 3166-1 alpha-2).
    CountryCode
}

/// Officially assigned codes of ISO 3166-1 alpha-2, as of 2026.
const ASSIGNED: [&str; 249] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB", "BD",
    "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ", "CA",
    "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE",
    "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA",
    "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK",
    "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP",
    "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT",
    "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS",
    "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ",
    "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS",
    "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST",
    "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW",
    "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA",
    "ZM", "ZW",
];

/// User-assigned codes that customs use in declarations: Kosovo and Northern Ireland.
const CUSTOMS: [&str; 2] = ["XK", "XI"];

impl CountryCode {
    /// Returns whether the code is officially assigned by ISO 3166-1.
    pub fn is_assigned(&self) -> bool {
        ASSIGNED.binary_search(&self.canonical().as_str()).is_ok()
    }
}

impl Identifier for CountryCode {
    const SCHEME: &'static str = "ISO 3166-1 alpha-2";

    fn written(&self) -> &str {
        &self.0
    }

    fn issues(&self) -> Vec<IdentifierIssue> {
        issue(&self.canonical()).into_iter().collect()
    }
}

/// Judges a code in capitals. The user-assigned `XK` and `XI` pass, because customs use them.
pub(super) fn issue(code: &str) -> Option<IdentifierIssue> {
    if ASSIGNED.binary_search(&code).is_ok() || CUSTOMS.contains(&code) {
        return None;
    }
    if code.chars().count() != 2 {
        return Some(IdentifierIssue::new("length", "2 letters", code));
    }
    if !code.chars().all(|c| c.is_ascii_uppercase()) {
        return Some(IdentifierIssue::new("characters", "2 letters", code));
    }
    let likely = match code {
        "UK" => Some("GB"),
        "EL" => Some("GR"),
        _ => None,
    };
    let user_assigned = matches!(code, "AA" | "ZZ") || code.starts_with('X') || ("QM"..="QZ").contains(&code);
    let found = if user_assigned { format!("{code}, which is user-assigned") } else { code.to_owned() };
    Some(IdentifierIssue::new("country", "an assigned country code", found).likely(likely.map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_is_sorted_for_the_search() {
        assert!(ASSIGNED.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn codes_are_judged() {
        let kind = |text: &str| CountryCode::new(text).issues().first().map(|i| i.kind);
        for text in ["NL", "nl", " CH ", "XK", "XI", "SS", "BQ"] {
            assert_eq!(kind(text), None, "{text}");
        }
        assert_eq!(kind("NLD"), Some("length"));
        assert_eq!(kind("N1"), Some("characters"));
        assert_eq!(kind("YU"), Some("country"));
        assert_eq!(kind("ÄÖ"), Some("characters"));
        assert!(!CountryCode::new("XK").is_assigned());
    }

    #[test]
    fn common_slips_name_the_likely_code() {
        let likely = |text: &str| CountryCode::new(text).issues().into_iter().next().and_then(|i| i.likely);
        assert_eq!(likely("UK").as_deref(), Some("GB"));
        assert_eq!(likely("EL").as_deref(), Some("GR"));
        assert_eq!(likely("QQ"), None);
    }
}
