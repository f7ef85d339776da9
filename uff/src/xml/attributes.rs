//! Attributes of a start tag, read strictly.

use std::collections::HashSet;

use super::chars::is_space;
use super::place::{Document, shown};
use super::references::attribute_value;
use crate::error::Result;
use crate::limits::Budget;

/// Attribute as written: qualified name and resolved value.
pub(super) struct Written<'a> {
    /// Qualified name, not yet checked.
    pub(super) name: &'a str,
    /// Value with references resolved and white space normalised.
    pub(super) value: String,
    /// Byte offset in the document, for messages.
    pub(super) offset: usize,
}

/// Splits what follows the name in a start tag (XML 1.0 productions 40 and 41); `offset` is its place in the document.
///
/// # Errors
/// `xml.syntax`, also for a repeated name; `xml.forbidden`, `limit.count`.
pub(super) fn split<'a>(
    tag: &'a str,
    document: Document<'_>,
    offset: usize,
    budget: &Budget,
) -> Result<Vec<Written<'a>>> {
    let mut found = Vec::new();
    let mut names = HashSet::new();
    let mut rest = tag;
    loop {
        let trimmed = rest.trim_start_matches(is_space);
        if trimmed.is_empty() {
            return Ok(found);
        }
        let at = offset + tag.len() - trimmed.len();
        if trimmed.len() == rest.len() {
            return Err(document.syntax(at, "no white space before an attribute").found(shown(trimmed)));
        }
        let end = trimmed.find(|c| is_space(c) || c == '=').unwrap_or(trimmed.len());
        let (name, after) = trimmed.split_at(end);
        let wrong =
            |expected| document.syntax(at, "an attribute is malformed").expected(expected).found(shown(trimmed));
        let after = after.trim_start_matches(is_space).strip_prefix('=').ok_or_else(|| wrong("name=\"value\""))?;
        let after = after.trim_start_matches(is_space);
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or_else(|| wrong("a quoted value"))?;
        let raw_start = after.get(1..).unwrap_or_default();
        let (raw, next) = raw_start.split_once(quote).ok_or_else(|| wrong("a closing quote"))?;
        let value_at = offset + tag.len() - raw_start.len();
        if !names.insert(name) {
            return Err(document.syntax(at, "an attribute is repeated").found(shown(name)));
        }
        budget.count(1, "XML attributes")?;
        found.push(Written { name, value: attribute_value(raw, document, value_at)?.into_owned(), offset: at });
        rest = next;
    }
}
