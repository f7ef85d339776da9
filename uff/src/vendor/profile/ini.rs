//! INI sidecars.

use super::document::Encoding;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::record::Node;

/// Reads an INI text into a tree: sections are children of the root, keys children of their section; keys before the
/// first section are children of the root. A name that occurs again makes another child.
///
/// A line is a `[section]`, a `key = value` (or `key: value`), blank, or a comment after `;` or `#`. Quotes around a
/// whole value are taken off.
///
/// # Errors
/// `input.value` with the line for anything else; `limit.count`.
pub(super) fn parse(bytes: &[u8], encoding: Encoding, name: &str, budget: &Budget) -> Result<Node> {
    let text = decode(bytes, encoding).ok_or_else(|| {
        Error::new(Code::XmlEncoding, "the text is not in the encoding that the profile states")
            .file(name)
            .expected("UTF-8")
    })?;
    let mut root = Node::default();
    let mut section: Option<Node> = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with([';', '#']) {
            continue;
        }
        budget.count(1, "lines of an INI file").map_err(|e| e.file(name))?;
        if let Some(title) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            root.children.extend(section.replace(Node::new(title.trim())));
            continue;
        }
        let Some((key, value)) = line.split_once(['=', ':']) else {
            return Err(Error::new(Code::InputValue, "a line of the INI file is not understood")
                .file(name)
                .at(format!("line {}", number + 1))
                .expected("[section], key = value or a comment")
                .found(format!("{:?}", line.chars().take(40).collect::<String>())));
        };
        let entry = Node { text: unquoted(value.trim()).to_owned(), ..Node::new(key.trim()) };
        section.as_mut().unwrap_or(&mut root).children.push(entry);
    }
    root.children.extend(section);
    Ok(root)
}

/// Decodes a text, without a byte order mark.
pub(super) fn decode(bytes: &[u8], encoding: Encoding) -> Option<String> {
    match encoding {
        Encoding::Utf8 => {
            std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok().map(str::to_owned)
        }
        Encoding::Latin1 => Some(bytes.iter().map(|b| char::from(*b)).collect()),
    }
}

fn unquoted(value: &str) -> &str {
    let inner = |quote| value.strip_prefix(quote).and_then(|v: &str| v.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], encoding: Encoding) -> Result<Node> {
        parse(bytes, encoding, "a.ini", &Budget::default())
    }

    #[test]
    fn sections_keys_and_repeats_are_kept() {
        let text =
            b"\xef\xbb\xbfversion: 3\r\n; comment\n[Scan]\nid = \"A 1\"\nplate=X=1\nplate=Y\n\n[Empty]\n[Scan]\nid=2\n";
        let root = read(text, Encoding::Utf8).unwrap();
        let shown: Vec<_> = root.children.iter().map(|c| (c.name.as_str(), c.children.len())).collect();
        assert_eq!(shown, [("version", 0), ("Scan", 3), ("Empty", 0), ("Scan", 1)]);
        let texts: Vec<_> = root.children[1].children.iter().map(|c| c.text.as_str()).collect();
        assert_eq!(texts, ["A 1", "X=1", "Y"]);
    }

    #[test]
    fn what_is_no_ini_is_named_with_its_line() {
        let e = read(b"[a]\nk=v\nwhat is this", Encoding::Utf8).err();
        assert_eq!(e.and_then(|e| e.place().map(str::to_owned)).as_deref(), Some("line 3"));
        assert_eq!(read(b"k=\xe4", Encoding::Utf8).err().map(|e| e.code()), Some(Code::XmlEncoding));
        assert_eq!(read(b"k=\xe4", Encoding::Latin1).unwrap().children[0].text, "ä");
    }
}
