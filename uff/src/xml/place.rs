//! Places in a document, for messages.

use crate::error::{Code, Error};

/// Text of a document with the name it goes by.
#[derive(Clone, Copy)]
pub(super) struct Document<'a> {
    /// Name of the file.
    pub(super) name: &'a str,
    /// Decoded text without byte order mark.
    pub(super) text: &'a str,
}

impl Document<'_> {
    /// Creates an error at a byte offset of the text, given as line and column, both from 1; a column is a character.
    pub(super) fn error(&self, code: Code, offset: usize, message: impl Into<String>) -> Error {
        let before = self.text.get(..self.text.floor_char_boundary(offset)).unwrap_or(self.text);
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        Error::new(code, message).file(self.name).at(format!("line {line}, column {column}"))
    }

    /// Creates a `xml.syntax` error at a byte offset.
    pub(super) fn syntax(&self, offset: usize, message: impl Into<String>) -> Error {
        self.error(Code::XmlSyntax, offset, message)
    }
}

/// Shortens outside text for a message.
pub(super) fn shown(text: &str) -> String {
    format!("{:?}", text.chars().take(60).collect::<String>())
}
