//! Elements and attributes of a document, free of any syntax.

use serde::{Deserialize, Serialize};

/// Element of a document, free of any syntax.
///
/// Text and elements may be mixed: `text` stands before the first child, the `tail` of a child stands after it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Node {
    /// Local name of the element.
    pub name: String,
    /// Namespace of the element. In the tree of a metadata document none means the namespace of the document and the
    /// empty text no namespace; in the tree of any other document none means no namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Attributes in document order; declarations of namespaces are not among them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// Text before the first child; all text of an element without children.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Child elements in document order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Node>,
    /// Text after the end of the element, up to its next sibling or the end of its parent.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tail: String,
}

impl Node {
    /// Creates an element with neither namespace nor text nor children.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Returns the value of the attribute that has this name and no namespace.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|a| a.namespace.is_none() && a.name == name).map(|a| a.value.as_str())
    }

    /// Returns the first child with this local name, in any namespace.
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|c| c.name == name)
    }

    /// Iterates over the children with this local name, in any namespace, in document order.
    pub fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// Returns whether the element holds text beside its children.
    pub fn is_mixed(&self) -> bool {
        !self.children.is_empty() && (!self.text.is_empty() || self.children.iter().any(|c| !c.tail.is_empty()))
    }
}

/// Attribute of an element.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Attribute {
    /// Local name.
    pub name: String,
    /// Namespace; an attribute without prefix has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Value, with references resolved.
    pub value: String,
}

/// Content of a record that this version does not know: kept, and written back in the same element.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Unknown {
    /// Attributes, in document order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// Elements, in document order; they are written after the known ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elements: Vec<Node>,
}

impl Unknown {
    /// Returns whether there is nothing unknown.
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.elements.is_empty()
    }
}
