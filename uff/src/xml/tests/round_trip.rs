//! What is written is read back the same, whatever the text.

use proptest::prelude::*;

use crate::limits::Budget;
use crate::model::record::{Attribute, Node};
use crate::xml::chars::is_char;
use crate::xml::{parse, write};

fn read(bytes: &[u8]) -> Node {
    parse(bytes, "doc.xml", &Budget::default()).unwrap_or_else(|e| {
        unreachable!("{e}\n{}", String::from_utf8_lossy(bytes));
    })
}

/// Text that parsers like to change.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "\r\n",
            "\r",
            "\n",
            "\t",
            "  ",
            "]]>",
            "<![CDATA[",
            "&amp;",
            "&",
            "<",
            ">",
            "\"",
            "'",
            "<!--",
            "--",
            "\u{A0}",
            "\u{85}",
            "\u{2028}",
            "\u{FEFF}",
            "𝄞",
            "e\u{301}",
            "\u{10FFFF}",
            "&#13;",
            "?>",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_filter("a character of XML", |c| is_char(*c)).prop_map(String::from),
        "[a-z ]{0,4}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "xmlns", "ns0", "scan", "_-.1", "é"]).prop_map(str::to_owned)
}

fn namespace() -> impl Strategy<Value = Option<String>> {
    prop::sample::select(vec![None, Some("urn:a"), Some("urn:b&<\"' \t"), Some("http://www.w3.org/XML/1998/namespace")])
        .prop_map(|n| n.map(str::to_owned))
}

fn attributes() -> impl Strategy<Value = Vec<Attribute>> {
    prop::collection::vec((name(), namespace(), nasty()), 0..4).prop_map(|all| {
        let mut kept: Vec<Attribute> = Vec::new();
        for (name, namespace, value) in all {
            let known = kept.iter().any(|a| a.name == name && a.namespace == namespace);
            if !known && (name != "xmlns" || namespace.is_some()) {
                kept.push(Attribute { name, namespace, value });
            }
        }
        kept
    })
}

fn tree() -> impl Strategy<Value = Node> {
    let leaf = (name(), namespace(), attributes(), nasty()).prop_map(|(name, namespace, attributes, text)| Node {
        name,
        namespace,
        attributes,
        text,
        ..Node::default()
    });
    leaf.prop_recursive(4, 24, 4, |inner| {
        let children = prop::collection::vec((inner, nasty()), 1..4);
        (name(), namespace(), attributes(), nasty(), children, any::<bool>()).prop_map(
            |(name, namespace, attributes, text, children, mixed)| {
                // White space alone beside children is no content, so a mixed element gets a word.
                let text = if mixed { text + "x" } else { String::new() };
                let children = children
                    .into_iter()
                    .map(|(child, tail)| Node { tail: if mixed { tail } else { String::new() }, ..child })
                    .collect();
                Node { name, namespace, attributes, text, children, tail: String::new() }
            },
        )
    })
}

proptest! {
    #[test]
    fn any_tree_survives(node in tree()) {
        let bytes = write(&node, None).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(&read(&bytes), &node);
        let again = write(&read(&bytes), None).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(again, bytes);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse(&bytes, "doc.xml", &Budget::default());
    }
}

#[test]
fn white_space_between_elements_is_layout_unless_preserved() {
    let node = read(b"<a> <b> </b>\n</a>");
    assert_eq!((node.text.as_str(), node.children.len()), ("", 1));
    assert_eq!(node.child("b").map(|b| b.text.as_str()), Some(" "));
    let node = read(b"<a xml:space='preserve'> <b/>\n</a>");
    assert_eq!((node.text.as_str(), node.children[0].tail.as_str()), (" ", "\n"));
    let bytes = write(&node, None).unwrap_or_default();
    assert_eq!(read(&bytes), node);
}

#[test]
fn line_ends_and_attribute_white_space_are_normalised_as_xml_demands() {
    let node = read(b"<a b='1\r\n2\t3&#9;4'>x\r\ny\rz&#13;</a>");
    assert_eq!(node.attribute("b"), Some("1 2 3\t4"));
    assert_eq!(node.text, "x\ny\nz\r");
}

#[test]
fn comments_split_no_text() {
    assert_eq!(read(b"<a>x<!-- c -->y<?p i?><![CDATA[<z>]]>&lt;</a>").text, "xy<z><");
}

#[test]
fn trees_that_no_document_can_hold_are_refused() {
    let bad = [
        Node::new("a b"),
        Node::new(""),
        Node { text: "\u{0}".into(), ..Node::new("a") },
        Node { namespace: Some("\u{1}".into()), ..Node::new("a") },
        Node { namespace: Some("http://www.w3.org/2000/xmlns/".into()), ..Node::new("a") },
        Node { attributes: vec![Attribute { name: "xmlns".into(), ..Attribute::default() }], ..Node::new("a") },
        Node { attributes: vec![Attribute { name: "b".into(), ..Attribute::default() }; 2], ..Node::new("a") },
    ];
    for node in bad {
        assert!(write(&node, None).is_err(), "{node:?}");
    }
}
