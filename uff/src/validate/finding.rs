//! One finding and where it was made.

use std::fmt;

use super::{FindingCode, Severity};

/// Where in a file a finding was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The file as a whole.
    File,
    /// Byte offset from the start of the file.
    Offset(u64),
    /// HDF5 group, dataset or attribute: `/views/0/channels/high`, `/views/0@rows`.
    Object(String),
    /// Element of the metadata document by path, counted from 1: `scan/view[1]/channel[2]/digest`.
    Element(String),
    /// Line of the metadata document, counted from 1.
    Line(u64),
    /// Sample of an array: the dataset, row and column, both counted from 0.
    Sample {
        /// Path of the dataset.
        object: String,
        /// Row.
        row: usize,
        /// Column.
        column: usize,
    },
}

impl Place {
    /// Names an HDF5 object by its path.
    pub fn object(path: impl Into<String>) -> Self {
        Self::Object(path.into())
    }

    /// Names an element of the metadata document by its path.
    pub fn element(path: impl Into<String>) -> Self {
        Self::Element(path.into())
    }

    /// Returns the place with text of the file made harmless: one line, bounded.
    pub(super) fn one_line(self) -> Self {
        match self {
            Self::Object(path) => Self::Object(shown(path)),
            Self::Element(path) => Self::Element(shown(path)),
            Self::Sample { object, row, column } => Self::Sample { object: shown(object), row, column },
            other => other,
        }
    }

    /// Returns the stable word for the kind of place, as the machine-readable reports write it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Offset(_) => "offset",
            Self::Object(_) => "object",
            Self::Element(_) => "element",
            Self::Line(_) => "line",
            Self::Sample { .. } => "sample",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => f.write_str("whole file"),
            Self::Offset(offset) => write!(f, "offset {offset}"),
            Self::Object(path) => f.write_str(path),
            Self::Element(path) => write!(f, "metadata {path}"),
            Self::Line(line) => write!(f, "metadata line {line}"),
            Self::Sample { object, row, column } => write!(f, "{object} row {row} column {column}"),
        }
    }
}

/// Something a check found. Explanation, clause and general hint are those of its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable code.
    pub code: FindingCode,
    /// Severity after the severity profile.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// What is wrong here, when it says more than the explanation of the code.
    pub detail: Option<String>,
    /// What was expected.
    pub expected: Option<String>,
    /// What was found.
    pub found: Option<String>,
    /// What to do in this very case, when it says more than the hint of the code.
    pub hint: Option<String>,
}

impl Finding {
    /// Starts a finding; severity and the rest follow from the code until set.
    pub fn new(code: FindingCode, place: Place) -> Self {
        Self { code, severity: code.severity(), place, detail: None, expected: None, found: None, hint: None }
    }

    /// Says what is wrong here: one sentence.
    #[must_use]
    pub fn detail(mut self, detail: impl fmt::Display) -> Self {
        self.detail = Some(shown(detail));
        self
    }

    /// States what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl fmt::Display) -> Self {
        self.expected = Some(shown(expected));
        self
    }

    /// States what was found.
    #[must_use]
    pub fn found(mut self, found: impl fmt::Display) -> Self {
        self.found = Some(shown(found));
        self
    }

    /// Replaces the general hint.
    #[must_use]
    pub fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hint = Some(shown(hint));
        self
    }

    /// Returns what to do: the specific hint, or that of the code.
    pub fn advice(&self) -> &str {
        self.hint.as_deref().unwrap_or(self.code.hint())
    }
}

/// Longest text taken over from a file into a finding, in characters.
const LONGEST: usize = 300;

/// Renders text that may come from a hostile file: one line, no control characters, bounded.
fn shown(text: impl fmt::Display) -> String {
    let text = text.to_string();
    let mut out: String = text.chars().take(LONGEST).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_hostile_file_cannot_forge_lines_or_flood_the_report() {
        let finding =
            Finding::new(FindingCode::ContainerEmpty, Place::File).found("a\n\x1b[2Jb").expected("x".repeat(5000));
        assert_eq!(finding.found.as_deref(), Some("a\u{FFFD}\u{FFFD}[2Jb"));
        assert_eq!(finding.expected.map(|e| e.chars().count()), Some(LONGEST + 1));
    }
}
