//! References: the five predefined entities and character references.

use std::borrow::Cow;

use super::chars::{is_char, is_space};
use super::place::{Document, shown};
use crate::error::{Code, Result};

/// Resolves what stands between `&` and `;`.
///
/// # Errors
/// `xml.forbidden` for any other entity, `xml.syntax` for a reference that is no character.
pub(super) fn resolve(reference: &str, document: Document<'_>, offset: usize) -> Result<char> {
    match reference {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "apos" => return Ok('\''),
        "quot" => return Ok('"'),
        _ => {}
    }
    let Some(number) = reference.strip_prefix('#') else {
        return Err(document
            .error(Code::XmlForbidden, offset, "an entity is referred to")
            .expected("lt, gt, amp, apos, quot or a character reference")
            .found(shown(reference)));
    };
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let code = digits.chars().all(|c| c.is_digit(radix)).then(|| u32::from_str_radix(digits, radix).ok()).flatten();
    code.and_then(char::from_u32).filter(|c| is_char(*c)).ok_or_else(|| {
        document
            .syntax(offset, "a reference is no character")
            .expected("the number of a character that XML 1.0 allows")
            .found(shown(reference))
    })
}

/// Resolves the references of a raw attribute value and normalises its white space (XML 1.0 §3.3.3).
///
/// # Errors
/// As [`resolve`]; `xml.syntax` for a bare `<` or `&`.
pub(super) fn attribute_value<'a>(raw: &'a str, document: Document<'_>, offset: usize) -> Result<Cow<'a, str>> {
    if !raw.contains(['&', '<', '\t', '\n', '\r']) {
        return Ok(raw.into());
    }
    let mut value = String::new();
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let at = offset + raw.len() - rest.len();
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '<' => return Err(document.syntax(at, "an attribute value holds <").expected("&lt;")),
            '&' => {
                let (reference, after) = rest
                    .split_once(';')
                    .ok_or_else(|| document.syntax(at, "a reference does not end").expected(";"))?;
                value.push(resolve(reference, document, at)?);
                rest = after;
            }
            '\r' if rest.starts_with('\n') => {}
            c if is_space(c) => value.push(' '),
            c => value.push(c),
        }
    }
    Ok(value.into())
}
