//! An element together with the way to it, so that every complaint names its place.

use std::fmt;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::record::Node;

/// An element and its place in the document; only elements of the namespace of the root count as children.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) node: &'a Node,
    parent: Option<&'a At<'a>>,
    /// Number among the siblings of the same name, from 0.
    index: usize,
}

impl<'a> At<'a> {
    /// Starts at the root.
    pub(super) fn root(node: &'a Node) -> Self {
        Self { node, parent: None, index: 0 }
    }

    /// Iterates over the children with a name.
    pub(super) fn children<'b>(&'b self, name: &'b str) -> impl Iterator<Item = At<'b>> {
        let same = move |c: &&Node| c.name == name && c.namespace == self.node.namespace;
        let at = move |(index, node)| At { node, parent: Some(self), index };
        self.node.children.iter().filter(same).enumerate().map(at)
    }

    /// Returns the first child with a name.
    pub(super) fn child<'b>(&'b self, name: &'b str) -> Option<At<'b>> {
        self.children(name).next()
    }

    /// Returns the first child with a name.
    ///
    /// # Errors
    /// `xml.missing` when there is none.
    pub(super) fn required<'b>(&'b self, name: &'b str) -> Result<At<'b>> {
        self.child(name).ok_or_else(|| self.error(Code::XmlMissing, "an element is missing").expected(name))
    }

    /// Returns the text without the white space around it.
    pub(super) fn text(&self) -> &'a str {
        self.node.text.trim()
    }

    /// Returns the text of a child, none when it is missing or blank.
    pub(super) fn text_of(&self, name: &str) -> Option<String> {
        self.child(name).map(|c| c.text().to_owned()).filter(|t| !t.is_empty())
    }

    /// Returns an attribute without the white space around it, none when it is missing or blank.
    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.node.attribute(name).map(str::trim).filter(|t| !t.is_empty())
    }

    /// Creates an error at this place.
    pub(super) fn error(&self, code: Code, message: &str) -> Error {
        Error::new(code, message).at(self)
    }

    /// Creates the error for a text that is not the value it should be.
    pub(super) fn wrong(&self, expected: &str) -> Error {
        let found: String = self.text().chars().take(60).collect();
        self.error(Code::XmlValue, "an element has a value it cannot have")
            .expected(expected)
            .found(format!("{found:?}"))
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parent {
            Some(parent) => write!(f, "{parent}/{}[{}]", self.node.name, self.index + 1),
            None => f.write_str(&self.node.name),
        }
    }
}
