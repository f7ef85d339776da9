//! INI sidecars.

use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::record::Node;

/// Reads an INI text into a tree: sections are children of the root, keys children of their section; keys before the
/// first section are children of the root. A name that occurs again makes another child.
///
/// A line is a `[section]`, a `key = value` (or `key: value`, or whatever `separator` says), blank, or a comment after
/// `;` or `#`. Quotes around a whole value are taken off.
///
/// # Errors
/// `input.value` with the line for anything else; `limit.count`.
pub(super) fn parse(text: &str, separator: Option<&str>, name: &str, budget: &Budget) -> Result<Node> {
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
        let pair = match separator {
            Some(separator) => line.split_once(separator),
            None => line.split_once(['=', ':']),
        };
        let Some((key, value)) = pair else {
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

fn unquoted(value: &str) -> &str {
    let inner = |quote| value.strip_prefix(quote).and_then(|v: &str| v.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, separator: Option<&str>) -> Result<Node> {
        parse(text, separator, "a.ini", &Budget::default())
    }

    #[test]
    fn sections_keys_and_repeats_are_kept() {
        let text = "version: 3\r\n; comment\n[Scan]\nid = \"A 1\"\nplate=X=1\nplate=Y\n\n[Empty]\n[Scan]\nid=2\n";
        let root = read(text, None).unwrap();
        let shown: Vec<_> = root.children.iter().map(|c| (c.name.as_str(), c.children.len())).collect();
        assert_eq!(shown, [("version", 0), ("Scan", 3), ("Empty", 0), ("Scan", 1)]);
        let texts: Vec<_> = root.children[1].children.iter().map(|c| c.text.as_str()).collect();
        assert_eq!(texts, ["A 1", "X=1", "Y"]);
    }

    #[test]
    fn what_is_no_ini_is_named_with_its_line() {
        let e = read("[a]\nk=v\nwhat is this", None).err();
        assert_eq!(e.and_then(|e| e.place().map(str::to_owned)).as_deref(), Some("line 3"));
        assert_eq!(read("a:b | c", Some("|")).unwrap().children[0].name, "a:b");
    }
}
