//! Writer of a [`Node`] tree: the same tree always gives the same bytes, and never an ill-formed document.

use super::chars::{XML, XMLNS, is_char, is_ncname};
use super::place::shown;
use crate::error::{Code, Error, Result};
use crate::model::record::{Attribute, Node};

/// Writes a document: UTF-8, declaration, two spaces per level, a line feed at the end.
///
/// Elements without namespace take `own`, those with an empty one have none. A namespace is declared as default where
/// it changes; attributes in a namespace get the prefixes `ns0`, `ns1`, … in their element. Elements that hold text
/// beside children are not indented. Carriage returns, and tabs and line feeds of attributes, are written as references
/// so that they survive reading.
///
/// # Errors
/// `xml.value` for a name or character that XML 1.0 does not allow.
pub fn write(root: &Node, own: Option<&str>) -> Result<Vec<u8>> {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    Writer { own: own.unwrap_or_default(), out: &mut out }
        .element(root, &Context { default: "", level: 0, inline: false, preserve: false, path: "" })?;
    out.push('\n');
    Ok(out.into_bytes())
}

struct Writer<'a> {
    own: &'a str,
    out: &'a mut String,
}

/// Where an element is written.
struct Context<'a> {
    /// Default namespace in scope.
    default: &'a str,
    level: usize,
    /// Whether no white space may be added around the element.
    inline: bool,
    /// Whether `xml:space` asks to preserve white space.
    preserve: bool,
    path: &'a str,
}

impl Writer<'_> {
    fn element(&mut self, node: &Node, context: &Context<'_>) -> Result<()> {
        let path = match context.path {
            "" => node.name.clone(),
            parent => format!("{parent}/{}", node.name),
        };
        if !is_ncname(&node.name) {
            return Err(wrong(&path, "an element name is not allowed in XML").found(shown(&node.name)));
        }
        let namespace = node.namespace.as_deref().unwrap_or(self.own);
        check_namespace(namespace, &path)?;
        // Elements of the namespace of `xml` can have no other prefix and leave the default namespace as it is.
        let prefix = if namespace == XML { "xml:" } else { "" };
        self.out.push('<');
        self.out.push_str(prefix);
        self.out.push_str(&node.name);
        let mut default = context.default;
        if prefix.is_empty() && namespace != default {
            self.attribute("xmlns", namespace);
            default = namespace;
        }
        let preserve = self.attributes(&node.attributes, &path)?.unwrap_or(context.preserve);
        if node.text.is_empty() && node.children.is_empty() {
            self.out.push_str("/>");
            return Ok(());
        }
        self.out.push('>');
        self.text(&node.text, &path)?;
        let inline = context.inline || preserve || node.is_mixed();
        for child in &node.children {
            if !inline {
                self.line(context.level + 1);
            }
            self.element(child, &Context { default, level: context.level + 1, inline, preserve, path: &path })?;
            self.text(&child.tail, &path)?;
        }
        if !inline && !node.children.is_empty() {
            self.line(context.level);
        }
        self.out.push_str("</");
        self.out.push_str(prefix);
        self.out.push_str(&node.name);
        self.out.push('>');
        Ok(())
    }

    /// Writes the attributes; returns what `xml:space` says, if it is there.
    fn attributes(&mut self, attributes: &[Attribute], path: &str) -> Result<Option<bool>> {
        let mut preserve = None;
        let mut seen = std::collections::HashSet::new();
        let mut declared: Vec<&str> = Vec::new();
        for attribute in attributes {
            let name = &attribute.name;
            let namespace = attribute.namespace.as_deref().unwrap_or_default();
            if !is_ncname(name) || (namespace.is_empty() && name == "xmlns") || !seen.insert((namespace, name)) {
                return Err(wrong(path, "an attribute name is not allowed or repeated").found(shown(name)));
            }
            check_namespace(namespace, path)?;
            check(&attribute.value, path)?;
            if namespace.is_empty() {
                self.attribute(name, &attribute.value);
            } else if namespace == XML {
                self.attribute(&format!("xml:{name}"), &attribute.value);
                if name == "space" {
                    preserve = Some(attribute.value == "preserve");
                }
            } else {
                let number = declared.iter().position(|n| *n == namespace).unwrap_or_else(|| {
                    declared.push(namespace);
                    self.attribute(&format!("xmlns:ns{}", declared.len() - 1), namespace);
                    declared.len() - 1
                });
                self.attribute(&format!("ns{number}:{name}"), &attribute.value);
            }
        }
        Ok(preserve)
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        for c in value.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '"' => self.out.push_str("&quot;"),
                '\t' => self.out.push_str("&#9;"),
                '\n' => self.out.push_str("&#10;"),
                '\r' => self.out.push_str("&#13;"),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn text(&mut self, text: &str, path: &str) -> Result<()> {
        check(text, path)?;
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '\r' => self.out.push_str("&#13;"),
                c => self.out.push(c),
            }
        }
        Ok(())
    }

    fn line(&mut self, level: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", level));
    }
}

fn check_namespace(namespace: &str, path: &str) -> Result<()> {
    if namespace == XMLNS {
        return Err(wrong(path, "the namespace of xmlns is reserved"));
    }
    check(namespace, path)
}

fn check(text: &str, path: &str) -> Result<()> {
    match text.chars().find(|c| !is_char(*c)) {
        None => Ok(()),
        Some(c) => Err(wrong(path, "a character is not allowed in XML").found(format!("U+{:04X}", u32::from(c)))),
    }
}

fn wrong(path: &str, message: &str) -> Error {
    Error::new(Code::XmlValue, message).at(path.to_owned())
}
