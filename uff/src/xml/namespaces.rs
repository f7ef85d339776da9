//! Namespace bindings in scope (Namespaces in XML 1.0, third edition).

use std::collections::HashMap;

use super::attributes::Written;
use super::chars::{XML, XMLNS, is_ncname};
use super::place::{Document, shown};
use crate::error::Result;

/// Bindings in scope, innermost last; the empty prefix is the default namespace.
#[derive(Default)]
pub(super) struct Scope {
    bindings: HashMap<String, Vec<String>>,
    opened: Vec<Vec<String>>,
}

impl Scope {
    /// Enters an element: takes the declarations out of its attributes.
    ///
    /// # Errors
    /// `xml.syntax` for a binding that the standard forbids.
    pub(super) fn enter(&mut self, attributes: &mut Vec<Written<'_>>, document: Document<'_>) -> Result<()> {
        let mut opened = Vec::new();
        let mut kept = Vec::with_capacity(attributes.len());
        for attribute in attributes.drain(..) {
            let prefix = match attribute.name.split_once(':') {
                None if attribute.name == "xmlns" => "",
                Some(("xmlns", prefix)) if !prefix.is_empty() => prefix,
                _ => {
                    kept.push(attribute);
                    continue;
                }
            };
            let namespace = attribute.value;
            let allowed = match (prefix, namespace.as_str()) {
                ("xml", XML) => true,
                ("xml" | "xmlns", _) | (_, XML | XMLNS) => false,
                ("", _) => true,
                (prefix, namespace) => is_ncname(prefix) && !namespace.is_empty(),
            };
            if !allowed {
                return Err(document
                    .syntax(attribute.offset, "a namespace declaration is not allowed")
                    .found(shown(&format!("{}={namespace}", attribute.name))));
            }
            self.bindings.entry(prefix.to_owned()).or_default().push(namespace);
            opened.push(prefix.to_owned());
        }
        *attributes = kept;
        self.opened.push(opened);
        Ok(())
    }

    /// Leaves an element.
    pub(super) fn leave(&mut self) {
        for prefix in self.opened.pop().unwrap_or_default() {
            if let Some(stack) = self.bindings.get_mut(&prefix) {
                stack.pop();
            }
        }
    }

    /// Returns the namespace of a prefix, the empty prefix being the default namespace; none when it is not bound.
    pub(super) fn resolve(&self, prefix: &str) -> Option<&str> {
        if prefix == "xml" {
            return Some(XML);
        }
        let bound = self.bindings.get(prefix).and_then(|stack| stack.last()).map(String::as_str);
        bound.or(if prefix.is_empty() { Some("") } else { None })
    }
}
