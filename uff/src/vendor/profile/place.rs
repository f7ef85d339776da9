//! Text of a profile and the lines that errors point at.

use std::ops::Range;

use super::Document;
use crate::error::{Code, Error, Result};

/// Text of a profile with its name for messages.
#[derive(Debug, Clone)]
pub(super) struct ProfileText {
    text: String,
    name: String,
}

impl ProfileText {
    pub(super) fn new(text: &str, name: &str) -> Self {
        Self { text: text.to_owned(), name: name.to_owned() }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Parses the text; keys that a profile does not have are errors.
    pub(super) fn document(&self) -> Result<Document> {
        toml::from_str(&self.text).map_err(|e| {
            let place = self.line(&e.span().unwrap_or_default());
            Error::new(Code::ProfileSyntax, e.message().replace('\n', ", ")).file(&self.name).at(place)
        })
    }

    /// Returns an error about the text in `span`.
    pub(super) fn wrong(&self, span: Range<usize>, message: impl Into<String>) -> Error {
        Error::new(Code::ProfileValue, message).file(&self.name).at(self.line(&span))
    }

    /// Names the line of a span, such as `line 12`.
    pub(super) fn line(&self, span: &Range<usize>) -> String {
        format!("line {}", 1 + self.text.get(..span.start).unwrap_or_default().matches('\n').count())
    }
}
