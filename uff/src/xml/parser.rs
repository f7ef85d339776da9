//! Parser of any XML document into a [`Node`] tree.
//!
//! `quick-xml` finds the markup; what it leaves to its users is checked here: characters, names, references, attribute
//! syntax, namespaces, one root, nothing but white space beside it.

use std::collections::HashSet;

use quick_xml::Reader;
use quick_xml::events::{BytesDecl, BytesStart, Event};

use super::attributes;
use super::chars::{XML, XMLNS, is_char, is_ncname, is_space, split};
use super::encoding::decode;
use super::namespaces::Scope;
use super::place::{Document, shown};
use super::references::resolve;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::record::{Attribute, Node};

/// Deepest nesting accepted whatever the budget allows: trees are walked by recursion.
const DEEPEST: u32 = 512;

/// Reads an XML document; `name` is the file's name in messages.
///
/// White space between elements is dropped where an element holds elements and white space only, unless `xml:space`
/// asks to preserve it; all other text is kept exactly, with line ends normalised as XML demands.
///
/// # Errors
/// `xml.syntax`, `xml.forbidden`, `xml.encoding`; `limit.bytes`, `limit.count`, `limit.depth`.
pub fn parse(bytes: &[u8], name: &str, budget: &Budget) -> Result<Node> {
    let text = decode(bytes, name, budget)?;
    parse_text(&text, name, budget)
}

/// Reads an XML document as [`parse`] does, but lets a prefix that no declaration binds stand for itself: its
/// namespace is the prefix. Some instruments write such documents; processors without namespaces accept them.
///
/// # Errors
/// As [`parse`].
pub fn parse_unbound(bytes: &[u8], name: &str, budget: &Budget) -> Result<Node> {
    let text = decode(bytes, name, budget)?;
    run(&text, name, true, budget)
}

/// Reads an XML document that is decoded already; whatever encoding it declares is not looked at.
///
/// # Errors
/// As [`parse`], without `xml.encoding`.
pub fn parse_text(text: &str, name: &str, budget: &Budget) -> Result<Node> {
    run(text, name, false, budget)
}

fn run(text: &str, name: &str, unbound: bool, budget: &Budget) -> Result<Node> {
    let document = Document { name, text };
    if let Some((offset, c)) = text.char_indices().find(|(_, c)| !is_char(*c)) {
        return Err(document
            .syntax(offset, "a character is not allowed in XML")
            .found(format!("U+{:04X}", u32::from(c))));
    }
    Parser { document, budget, unbound, scope: Scope::default(), open: Vec::new(), root: None }.run()
}

struct Parser<'a> {
    document: Document<'a>,
    budget: &'a Budget,
    /// Whether a prefix may be bound to nothing.
    unbound: bool,
    scope: Scope,
    open: Vec<Open>,
    root: Option<Node>,
}

/// Element whose end has not been read.
struct Open {
    node: Node,
    preserve: bool,
}

impl Parser<'_> {
    fn run(mut self) -> Result<Node> {
        let mut reader = Reader::from_str(self.document.text);
        let config = reader.config_mut();
        config.check_comments = true;
        loop {
            let at = position(reader.buffer_position());
            let event = reader.read_event().map_err(|e| {
                let message = e.to_string();
                let offset = position(reader.error_position());
                self.document.syntax(offset, "the XML is not well-formed").found(message).cause(e)
            })?;
            match event {
                Event::Decl(declaration) => self.declaration(&declaration, at)?,
                Event::Start(tag) => self.start(&tag, at)?,
                Event::Empty(tag) => {
                    self.start(&tag, at)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => {
                    if let Some(i) = text.find("]]>") {
                        return Err(self.document.syntax(at + i, "text holds ]]>").expected("]]&gt;"));
                    }
                    self.text(&text.xml10_content(), at)?;
                }
                Event::CData(text) => {
                    if self.open.is_empty() {
                        return Err(self.outside(at, "CDATA"));
                    }
                    self.text(&text.xml10_content(), at)?;
                }
                Event::GeneralRef(reference) => {
                    let c = resolve(&reference, self.document, at)?;
                    if self.open.is_empty() {
                        return Err(self.outside(at, "a reference"));
                    }
                    self.text(c.encode_utf8(&mut [0; 4]), at)?;
                }
                Event::PI(instruction) => {
                    if !is_ncname(instruction.target()) || instruction.target().eq_ignore_ascii_case("xml") {
                        let found = shown(instruction.target());
                        return Err(self.document.syntax(at, "a processing instruction is malformed").found(found));
                    }
                }
                Event::Comment(_) => {}
                Event::DocType(_) => {
                    return Err(self.document.error(
                        Code::XmlForbidden,
                        at,
                        "a document type definition is not accepted",
                    ));
                }
                Event::Eof => break,
            }
        }
        if let Some(open) = self.open.last() {
            let end = self.document.text.len();
            return Err(self
                .document
                .syntax(end, "the document ends too early")
                .expected(format!("</{}>", open.node.name)));
        }
        self.root.ok_or_else(|| self.document.syntax(0, "the document holds no element").expected("a root element"))
    }

    fn declaration(&self, declaration: &BytesDecl<'_>, at: usize) -> Result<()> {
        let raw: &str = declaration;
        let wrong = |expected: &str| {
            self.document.syntax(at, "the XML declaration is malformed").expected(expected).found(shown(raw))
        };
        if at != 0 {
            return Err(wrong("no declaration after the start of the document"));
        }
        let content = raw.strip_prefix("xml").ok_or_else(|| wrong("xml"))?;
        let parts = attributes::split(content, self.document, at, self.budget).map_err(|e| self.place(e, at))?;
        let mut parts = parts.iter().peekable();
        if !parts.next().is_some_and(|p| p.name == "version" && p.value == "1.0") {
            return Err(wrong("version=\"1.0\" first"));
        }
        let _ = parts.next_if(|p| p.name == "encoding" && !p.value.is_empty());
        let _ = parts.next_if(|p| p.name == "standalone" && matches!(p.value.as_str(), "yes" | "no"));
        match parts.next() {
            None => Ok(()),
            Some(_) => Err(wrong("version, encoding and standalone, in this order")),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<()> {
        let depth = u32::try_from(self.open.len() + 1).unwrap_or(u32::MAX);
        self.budget.depth(depth, "an XML element").map_err(|e| self.place(e, at))?;
        if depth > DEEPEST {
            let e = Error::new(Code::LimitDepth, "an XML element is nested too deep");
            return Err(self.place(e.expected(format!("at most {DEEPEST} levels")), at));
        }
        if self.open.is_empty() && self.root.is_some() {
            return Err(self.outside(at, "a second root element"));
        }
        self.budget.count(1, "XML elements").map_err(|e| self.place(e, at))?;
        let name = tag.name().0;
        let raw = tag.attributes_raw();
        let mut written =
            attributes::split(raw, self.document, at + 1 + name.len(), self.budget).map_err(|e| self.place(e, at))?;
        self.scope.enter(&mut written, self.document)?;
        let (namespace, local) = self.qualified(name, at, true)?;
        let charge = |size: usize, namespace: &str, local: &str| {
            let bytes = (size + namespace.len() + local.len()) as u64;
            self.budget.charge(bytes, "XML elements").map_err(|e| self.place(e, at))
        };
        charge(size_of::<Node>(), namespace, local)?;
        let mut node = Node { namespace: owned(namespace), ..Node::new(local) };
        let mut expanded = HashSet::new();
        for attribute in written {
            let (namespace, local) = self.qualified(attribute.name, attribute.offset, false)?;
            if !expanded.insert((namespace, local)) {
                let found = shown(attribute.name);
                return Err(self.document.syntax(attribute.offset, "an attribute is repeated").found(found));
            }
            charge(size_of::<Attribute>() + attribute.value.len(), namespace, local)?;
            let namespace = owned(namespace);
            node.attributes.push(Attribute { name: local.to_owned(), namespace, value: attribute.value });
        }
        let space = node.attributes.iter().find(|a| a.name == "space" && a.namespace.as_deref() == Some(XML));
        let preserve = match space {
            Some(attribute) => attribute.value == "preserve",
            None => self.open.last().is_some_and(|parent| parent.preserve),
        };
        self.open.push(Open { node, preserve });
        Ok(())
    }

    fn end(&mut self) {
        self.scope.leave();
        let Some(Open { mut node, preserve }) = self.open.pop() else { return };
        let blank = |text: &str| text.chars().all(is_space);
        if !preserve && !node.children.is_empty() && blank(&node.text) && node.children.iter().all(|c| blank(&c.tail)) {
            node.text = String::new();
            node.children.iter_mut().for_each(|c| c.tail = String::new());
        }
        match self.open.last_mut() {
            Some(parent) => parent.node.children.push(node),
            None => self.root = Some(node),
        }
    }

    fn text(&mut self, text: &str, at: usize) -> Result<()> {
        self.budget.charge(text.len() as u64, "XML text").map_err(|e| self.place(e, at))?;
        let Some(open) = self.open.last_mut() else {
            let lead = text.len() - text.trim_start_matches(is_space).len();
            return if lead == text.len() { Ok(()) } else { Err(self.outside(at + lead, "text")) };
        };
        match open.node.children.last_mut() {
            Some(sibling) => sibling.tail.push_str(text),
            None => open.node.text.push_str(text),
        }
        Ok(())
    }

    /// Resolves a qualified name to namespace, empty for none, and local name; an attribute without prefix has none.
    fn qualified<'n>(&'n self, name: &'n str, at: usize, element: bool) -> Result<(&'n str, &'n str)> {
        let (prefix, local) = split(name).ok_or_else(|| {
            self.document
                .syntax(at, "a name is malformed")
                .expected("a name with at most one prefix")
                .found(shown(name))
        })?;
        let namespace = match prefix {
            None if !element => return Ok(("", local)),
            prefix => self
                .scope
                .resolve(prefix.unwrap_or_default())
                .or(prefix.filter(|p| self.unbound && *p != "xmlns"))
                .ok_or_else(|| {
                    self.document
                        .syntax(at, "a prefix is bound to no namespace")
                        .expected(format!("xmlns:{}=\"…\"", prefix.unwrap_or_default()))
                        .found(shown(name))
                })?,
        };
        if namespace == XMLNS {
            return Err(self.document.syntax(at, "a name is in the reserved namespace xmlns").found(shown(name)));
        }
        Ok((namespace, local))
    }

    fn outside(&self, at: usize, found: &str) -> Error {
        self.document.syntax(at, "something stands outside the root element").expected("one root element").found(found)
    }

    /// Adds file and place to an error of the budget.
    fn place(&self, error: Error, at: usize) -> Error {
        let place = self.document.syntax(at, "");
        error.file(self.document.name).at(place.place().unwrap_or_default())
    }
}

fn owned(namespace: &str) -> Option<String> {
    (!namespace.is_empty()).then(|| namespace.to_owned())
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
