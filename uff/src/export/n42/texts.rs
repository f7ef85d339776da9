//! Texts and elements as the schema demands them.

use crate::model::record::Attribute;
use crate::model::record::Node;

/// Text that stands for what nobody stated and the schema demands.
pub(super) const UNKNOWN: &str = "unknown";

/// Creates an element with a text.
pub(super) fn element(name: &str, text: impl Into<String>) -> Node {
    Node { text: text.into(), ..Node::new(name) }
}

/// Creates an element with children.
pub(super) fn parent(name: &str, children: impl IntoIterator<Item = Node>) -> Node {
    Node { children: children.into_iter().collect(), ..Node::new(name) }
}

/// Adds an attribute.
pub(super) fn with(mut node: Node, name: &str, value: impl Into<String>) -> Node {
    node.attributes.push(Attribute { name: name.to_owned(), namespace: None, value: value.into() });
    node
}

/// Returns the text as `NonBlankStringSimpleType` of the schema takes it.
///
/// Its pattern allows spaces only before the first and after the last character that is neither letter nor digit;
/// spaces between them become underscores. A blank text becomes [`UNKNOWN`].
pub(super) fn non_blank(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.is_empty() {
        return UNKNOWN.to_owned();
    }
    let mark = |c: char| !c.is_alphanumeric() && c != ' ';
    let (Some(first), Some(last)) = (text.find(mark), text.rfind(mark)) else { return text };
    let replace = |(at, c): (usize, char)| if c == ' ' && first < at && at < last { '_' } else { c };
    text.char_indices().map(replace).collect()
}

/// Returns the code when it is listed, else `Other`.
pub(super) fn listed(code: Option<&str>, list: &[&str]) -> String {
    code.filter(|c| list.contains(c)).unwrap_or("Other").to_owned()
}

/// Returns whether a text is an `xsd:ID` in letters that nobody can mistake: ASCII letters, digits, `-`, `_` and `.`.
pub(super) fn is_id(text: &str) -> bool {
    let start = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(start) && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_the_pattern_of_the_schema() {
        for (text, expected) in [
            ("Gate 4", "Gate 4"),
            ("Gate X-1 of it", "Gate X-1 of it"),
            ("a-b c-d e", "a-b_c-d e"),
            (" \t", UNKNOWN),
            ("  two\n lines ", "two lines"),
            ("(v 2.0, b)", "(v_2.0,_b)"),
        ] {
            assert_eq!(non_blank(text), expected);
        }
    }

    #[test]
    fn identifiers_are_plain() {
        assert!(["Aa1", "_x", "a-1.b"].into_iter().all(is_id));
        assert!(["", "1a", "a b", "-a", "ä", "a:b"].into_iter().all(|t| !is_id(t)));
    }
}
