//! Severity profiles: which findings an administration treats as failure, warning or note, or not at all.
//!
//! ```toml
//! name = "acceptance"
//! description = "Acceptance test of a new scanner"
//!
//! [severity]
//! "identifier.container_check_digit" = "failure"
//! "geometry.pitch_missing" = "failure"
//! "layout.unknown_object" = "ignore"
//! ```
//!
//! A dotted code may stand without quotes as well. An unknown code is an error that names the line and the nearest
//! code, so that a slip of the pen never switches a check off.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::{FindingCode, Severity};
use crate::error::{Code, Error, Result};

/// Largest profile file read, in bytes.
const LARGEST: usize = 1 << 20;

/// Severities that replace those of the codes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeverityProfile {
    name: Option<String>,
    description: Option<String>,
    replaced: BTreeMap<FindingCode, Option<Severity>>,
}

impl SeverityProfile {
    /// Reads a profile from TOML; `file` names it in messages.
    ///
    /// # Errors
    /// `profile.syntax` when the text is no TOML or has an unknown key; `profile.value` when a code or severity is
    /// unknown. Both name the line.
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        let reader = Reader { text, file };
        if text.len() > LARGEST {
            let e = Error::new(Code::ProfileSyntax, "the severity profile is too large").file(file);
            return Err(e.expected(format!("at most {LARGEST} bytes")).found(format!("{} bytes", text.len())));
        }
        let table = DeTable::parse(text).map_err(|e| {
            let at = e.span().map_or(0, |span| span.start);
            reader.fail(Code::ProfileSyntax, at, "the severity profile is not TOML").found(e.message())
        })?;
        let mut profile = Self::default();
        for (key, value) in table.get_ref() {
            let at = key.span().start;
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("name", DeValue::String(name)) => profile.name = Some(name.to_string()),
                ("description", DeValue::String(text)) => profile.description = Some(text.to_string()),
                ("severity", DeValue::Table(codes)) => reader.codes("", codes, &mut profile.replaced)?,
                ("name" | "description", _) => {
                    return Err(reader.fail(Code::ProfileSyntax, at, "wrong type").expected("text"));
                }
                (other, _) => {
                    let e = reader.fail(Code::ProfileSyntax, at, "unknown key of a severity profile");
                    return Err(e.expected("name, description and the table [severity]").found(other));
                }
            }
        }
        Ok(profile)
    }

    /// Returns the name, if the file gives one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the description, if the file gives one.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Returns the severity of a code under this profile; none when its findings are ignored.
    pub fn severity(&self, code: FindingCode) -> Option<Severity> {
        self.replaced.get(&code).copied().unwrap_or(Some(code.severity()))
    }
}

struct Reader<'a> {
    text: &'a str,
    file: &'a str,
}

impl Reader<'_> {
    fn fail(&self, code: Code, at: usize, message: &str) -> Error {
        let line = self.text.bytes().take(at).filter(|&b| b == b'\n').count() + 1;
        Error::new(code, message).file(self.file).at(format!("line {line}"))
    }

    fn codes(
        &self,
        prefix: &str,
        table: &DeTable<'_>,
        into: &mut BTreeMap<FindingCode, Option<Severity>>,
    ) -> Result<()> {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            if let (DeValue::Table(inner), false) = (value.get_ref(), name.contains('.')) {
                self.codes(&format!("{name}."), inner, into)?;
                continue;
            }
            let code = FindingCode::parse(&name).ok_or_else(|| {
                self.fail(Code::ProfileValue, key.span().start, "unknown finding code")
                    .expected(format!("a code such as {}", nearest(&name)))
                    .found(&name)
                    .hint("List the codes with `uff schema findings`.")
            })?;
            let wrong = || {
                self.fail(Code::ProfileValue, value.span().start, "unknown severity")
                    .expected("\"failure\", \"warning\", \"note\" or \"ignore\"")
            };
            let DeValue::String(word) = value.get_ref() else { return Err(wrong().found("no text")) };
            let severity = match word.as_ref() {
                "ignore" => None,
                word => Some(Severity::parse(word).ok_or_else(|| wrong().found(word))?),
            };
            into.insert(code, severity);
        }
        Ok(())
    }
}

/// Returns the code whose text is nearest to `name`.
fn nearest(name: &str) -> &'static str {
    let name: String = name.chars().take(80).collect();
    FindingCode::ALL.iter().map(|c| c.as_str()).min_by_key(|code| distance(code, &name)).unwrap_or("")
}

/// Counts the insertions, deletions and replacements that lead from one text to the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, &cb) in row.iter_mut().skip(1).zip(&b) {
            let above = *cell;
            left = (above + 1).min(left + 1).min(diagonal + usize::from(ca != cb));
            diagonal = above;
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_are_replaced_quoted_or_dotted() {
        let text = "name = \"x\"\n[severity]\n\"geometry.pitch_missing\" = \"failure\"\ncontainer.empty = \"ignore\"\n";
        let profile = SeverityProfile::parse(text, "p.toml").unwrap();
        assert_eq!(profile.name(), Some("x"));
        assert_eq!(profile.severity(FindingCode::GeometryPitchMissing), Some(Severity::Failure));
        assert_eq!(profile.severity(FindingCode::ContainerEmpty), None);
        assert_eq!(profile.severity(FindingCode::ContainerTruncated), Some(Severity::Failure));
    }

    #[test]
    fn slips_name_the_line_and_the_nearest_code() {
        let error = |text: &str| SeverityProfile::parse(text, "p.toml").unwrap_err().to_string();
        let unknown = error("[severity]\n\n\"geometry.pich_missing\" = \"note\"\n");
        assert!(unknown.contains("line 3") && unknown.contains("geometry.pitch_missing"), "{unknown}");
        assert!(error("[severity]\ncontainer.empty = \"fatal\"").contains("line 2"));
        assert!(error("[severity]\ncontainer.empty = 3").contains("profile.value"));
        assert!(error("\n[severities]\n").contains("line 2"));
        assert!(error("a = = 1").contains("profile.syntax"));
        assert!(error("[severity.a.b]\nc=\"note\"").contains("a.b"));
    }

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }
}
