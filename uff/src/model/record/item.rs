//! Mapping of values to elements: scalars, records, and fields of one, at most one or many.

use super::{Node, SimpleSpec, TypeSpec};
use crate::error::{Code, Error, Result};

/// Value that is written as the text of an element.
pub trait Scalar: Sized {
    /// The simple type.
    const SIMPLE: &'static SimpleSpec;

    /// Writes the value; reading the text gives the same value.
    fn to_text(&self) -> String;

    /// Reads the value; the error says what was expected.
    fn from_text(text: &str) -> std::result::Result<Self, String>;
}

/// Value of one element: a scalar or a record.
pub trait Item: Sized {
    /// What the element holds.
    const TYPE: TypeSpec;

    /// Writes the value as an element called `name`.
    fn to_node(&self, name: &str) -> Node;

    /// Reads the value; `path` names the element in messages.
    ///
    /// # Errors
    /// `xml.value` and `xml.missing`.
    fn from_node(node: Node, path: &str) -> Result<Self>;
}

impl<T: Scalar> Item for T {
    const TYPE: TypeSpec = TypeSpec::Simple(T::SIMPLE);

    fn to_node(&self, name: &str) -> Node {
        Node { text: self.to_text(), ..Node::new(name) }
    }

    fn from_node(node: Node, path: &str) -> Result<Self> {
        if let Some(child) = node.children.first() {
            return Err(Error::new(Code::XmlValue, "an element of text holds other elements")
                .at(path)
                .expected(T::SIMPLE.name)
                .found(format!("element {}", child.name)));
        }
        if let Some(attribute) = node.attributes.first() {
            return Err(Error::new(Code::XmlValue, "an element of text has an attribute")
                .at(path)
                .expected(format!("{} without attributes", T::SIMPLE.name))
                .found(format!("attribute {}", attribute.name)));
        }
        T::from_text(&node.text).map_err(|expected| {
            let shown: String = node.text.chars().take(80).collect();
            Error::new(Code::XmlValue, "wrong value").at(path).expected(expected).found(format!("{shown:?}"))
        })
    }
}

/// Field of a record: exactly one item, at most one, or any number.
pub trait Field: Sized {
    /// What each element holds.
    const TYPE: TypeSpec;
    /// Smallest number of elements.
    const MIN: u32;
    /// Largest number of elements; none means unbounded.
    const MAX: Option<u32>;

    /// Appends the elements of the field.
    fn put(&self, name: &str, out: &mut Vec<Node>);

    /// Takes the elements of the field out of `from`.
    ///
    /// # Errors
    /// `xml.value`, `xml.missing`.
    fn take(name: &str, from: &mut Vec<Node>, path: &str) -> Result<Self>;

    /// Returns whether there is nothing to write.
    fn is_absent(&self) -> bool;
}

impl<T: Item> Field for T {
    const TYPE: TypeSpec = T::TYPE;
    const MIN: u32 = 1;
    const MAX: Option<u32> = Some(1);

    fn put(&self, name: &str, out: &mut Vec<Node>) {
        out.push(self.to_node(name));
    }

    fn take(name: &str, from: &mut Vec<Node>, path: &str) -> Result<Self> {
        let found = <Option<T> as Field>::take(name, from, path)?;
        found.ok_or_else(|| Error::new(Code::XmlMissing, "a required element is missing").at(path).expected(name))
    }

    fn is_absent(&self) -> bool {
        false
    }
}

impl<T: Item> Field for Option<T> {
    const TYPE: TypeSpec = T::TYPE;
    const MIN: u32 = 0;
    const MAX: Option<u32> = Some(1);

    fn put(&self, name: &str, out: &mut Vec<Node>) {
        out.extend(self.iter().map(|v| v.to_node(name)));
    }

    fn take(name: &str, from: &mut Vec<Node>, path: &str) -> Result<Self> {
        let mut all: Vec<T> = take_all(name, from, |_| format!("{path}/{name}"))?;
        match all.len() {
            0 | 1 => Ok(all.pop()),
            n => Err(Error::new(Code::XmlValue, "an element is repeated")
                .at(path)
                .expected(format!("one {name}"))
                .found(n)),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Item> Field for Vec<T> {
    const TYPE: TypeSpec = T::TYPE;
    const MIN: u32 = 0;
    const MAX: Option<u32> = None;

    fn put(&self, name: &str, out: &mut Vec<Node>) {
        out.extend(self.iter().map(|v| v.to_node(name)));
    }

    fn take(name: &str, from: &mut Vec<Node>, path: &str) -> Result<Self> {
        take_all(name, from, |i| format!("{path}/{name}[{i}]"))
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// Takes the elements called `name` out of `from`; `path` names the one with a number, from 1.
fn take_all<T: Item>(name: &str, from: &mut Vec<Node>, path: impl Fn(usize) -> String) -> Result<Vec<T>> {
    let mut taken = Vec::new();
    let mut rest = Vec::with_capacity(from.len());
    for node in from.drain(..) {
        if node.name == name && node.namespace.is_none() {
            let at = path(taken.len() + 1);
            taken.push(T::from_node(node, &at)?);
        } else {
            rest.push(node);
        }
    }
    *from = rest;
    Ok(taken)
}

/// Refuses text between the elements of a record, which nothing could keep.
///
/// # Errors
/// `xml.value`.
pub(crate) fn refuse_text(node: &Node, path: &str) -> Result<()> {
    let texts = std::iter::once(&node.text).chain(node.children.iter().map(|c| &c.tail));
    match texts.map(|t| t.trim()).find(|t| !t.is_empty()) {
        None => Ok(()),
        Some(text) => Err(Error::new(Code::XmlValue, "text stands between the elements of a record")
            .at(path)
            .expected("elements only")
            .found(format!("{:?}", text.chars().take(80).collect::<String>()))),
    }
}
