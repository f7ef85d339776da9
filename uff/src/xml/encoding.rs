//! Bytes to text: UTF-8, and UTF-16 with a byte order mark.

use std::borrow::Cow;

use super::place::shown;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;

/// Decodes a document and strips its byte order mark.
///
/// # Errors
/// `xml.encoding` for bytes that are not UTF-8 or UTF-16 with a byte order mark, or that a declaration calls otherwise;
/// `limit.bytes`.
pub(super) fn decode<'a>(bytes: &'a [u8], name: &str, budget: &Budget) -> Result<Cow<'a, str>> {
    if bytes.len() as u64 > budget.limits().document {
        return Err(Error::new(Code::LimitBytes, "the document is too long")
            .file(name)
            .expected(format!("at most {} bytes", budget.limits().document))
            .found(format!("{} bytes", bytes.len())));
    }
    let (text, family): (Cow<'a, str>, _) = match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Err(refused(name, "UTF-32")),
        [0xFF, 0xFE, rest @ ..] => (utf16(rest, u16::from_le_bytes, name, budget)?.into(), Family::Utf16),
        [0xFE, 0xFF, rest @ ..] => (utf16(rest, u16::from_be_bytes, name, budget)?.into(), Family::Utf16),
        [b'<', 0, ..] | [0, b'<', ..] => return Err(refused(name, "UTF-16 without byte order mark")),
        [0xEF, 0xBB, 0xBF, rest @ ..] => (utf8(rest, name)?.into(), Family::Utf8),
        _ => (utf8(bytes, name).map_err(|e| declared_hint(e, bytes))?.into(), Family::Utf8),
    };
    if let Some(declared) = declared(&text) {
        family.check(declared, &text).map_err(|e| e.file(name).at("line 1, column 1"))?;
    }
    Ok(text)
}

#[derive(Clone, Copy, PartialEq)]
enum Family {
    Utf8,
    Utf16,
}

impl Family {
    fn check(self, declared: &str, text: &str) -> Result<()> {
        let fits = match self {
            Self::Utf8 => {
                declared.eq_ignore_ascii_case("UTF-8")
                    || (declared.eq_ignore_ascii_case("US-ASCII") || declared.eq_ignore_ascii_case("ASCII"))
                        && text.is_ascii()
            }
            Self::Utf16 => ["UTF-16", "UTF-16LE", "UTF-16BE"].iter().any(|n| declared.eq_ignore_ascii_case(n)),
        };
        let found = match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
        };
        if fits {
            return Ok(());
        }
        Err(Error::new(Code::XmlEncoding, "the declared encoding is not handled or not the real one")
            .expected(format!("UTF-8, or UTF-16 with byte order mark; the bytes look like {found}"))
            .found(shown(declared)))
    }
}

fn utf8<'a>(bytes: &'a [u8], name: &str) -> Result<&'a str> {
    std::str::from_utf8(bytes).map_err(|e| {
        let line = bytes.get(..e.valid_up_to()).unwrap_or_default().iter().filter(|b| **b == b'\n').count() + 1;
        Error::new(Code::XmlEncoding, "the text is not UTF-8")
            .file(name)
            .at(format!("line {line}, byte {}", e.valid_up_to()))
            .expected("UTF-8, or UTF-16 with byte order mark")
            .cause(e)
    })
}

/// Names the encoding that an ASCII-compatible document declares, when its bytes turned out not to be UTF-8.
fn declared_hint(error: Error, bytes: &[u8]) -> Error {
    let head = String::from_utf8_lossy(bytes.get(..200.min(bytes.len())).unwrap_or_default());
    match declared(&head) {
        Some(declared) => error.found(format!("a document that declares {}", shown(declared))),
        None => error,
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, name: &str, budget: &Budget) -> Result<String> {
    let wrong = |at: usize| {
        Error::new(Code::XmlEncoding, "the text is not UTF-16").file(name).at(format!("byte {at}")).expected("UTF-16")
    };
    let (pairs, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return Err(wrong(bytes.len() + 1).found("half a code unit at the end"));
    }
    // A code unit gives at most three bytes of UTF-8.
    budget.charge(pairs.len() as u64 * 3, "decoded XML").map_err(|e| e.file(name))?;
    let mut text = String::with_capacity(pairs.len());
    let mut at = 2;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let c = decoded.map_err(|_| wrong(at).found("half a surrogate pair"))?;
        at += c.len_utf16() * 2;
        text.push(c);
    }
    Ok(text)
}

/// Returns the encoding named by an XML declaration.
fn declared(text: &str) -> Option<&str> {
    let declaration = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split_once(quote).map(|(name, _)| name)
}

fn refused(name: &str, found: &str) -> Error {
    Error::new(Code::XmlEncoding, "the encoding is not handled")
        .file(name)
        .at("byte 0")
        .expected("UTF-8, or UTF-16 with byte order mark")
        .found(found)
}
