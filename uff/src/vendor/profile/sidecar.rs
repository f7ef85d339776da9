//! Sidecars: the values in them by path, and which of them were used.

use std::collections::HashMap;
use std::rc::Rc;

use super::container::Container;
use super::document::FileFormat;
use super::element::{ElementPath, Index};
use super::ini;
use super::plan::TextPlan;
use super::table;
use super::text::Encoding;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::record::Node;
use crate::vendor::DeliveryFile;
use crate::xml;

/// One value of a sidecar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    /// Names and indices (among siblings of that name) from the root.
    steps: Vec<(String, usize)>,
    /// Attribute of the element at the end of the path.
    attribute: Option<String>,
    /// Text, without white space around it.
    pub(super) text: String,
    /// Whether it is of an HDF5 file, where attributes are the last step and indices count from 0.
    hdf5: bool,
    /// Whether it is a value that can be asked for, and not the mention of something larger.
    value: bool,
}

impl Leaf {
    /// Creates a value of an HDF5 file, or the mention of something that is none.
    pub(super) fn of_hdf5(steps: Vec<(String, usize)>, text: String, value: bool) -> Self {
        Self { steps, attribute: None, text, hdf5: true, value }
    }

    /// Returns whether both are elements of one array of an HDF5 file.
    fn is_beside(&self, other: &Self) -> bool {
        let (Some(((name, _), above)), Some(((other_name, _), other_above))) =
            (self.steps.split_last(), other.steps.split_last())
        else {
            return false;
        };
        self.hdf5 && self.value && other.value && above == other_above && name == other_name
    }

    /// Returns the path for people, such as `Scan/Plate[2]/@country`; indices count from 1 as in XPath.
    pub(super) fn path(&self) -> String {
        self.written(1)
    }

    /// Returns the path as a profile writes it; indices count from 0.
    pub(super) fn path_from_zero(&self) -> String {
        self.written(0)
    }

    fn written(&self, first: usize) -> String {
        let first = if self.hdf5 { 0 } else { first };
        let step = |(name, index): &(String, usize)| match index {
            0 => name.clone(),
            n => format!("{name}[{}]", n + first),
        };
        if self.hdf5 {
            return format!("/{}", self.steps.iter().map(step).collect::<Vec<_>>().join("/").replace("/@", "@"));
        }
        let mut parts: Vec<String> = self.steps.iter().map(step).collect();
        parts.extend(self.attribute.iter().map(|a| format!("@{a}")));
        parts.join("/")
    }

    fn matches(&self, path: &ElementPath) -> bool {
        path.steps.iter().zip(&self.steps).all(|(step, (_, index))| match step.index {
            Index::Each => true,
            Index::At(wanted) => wanted == *index,
        })
    }

    /// Returns the index at the step that the path leaves open.
    fn occurrence(&self, path: &ElementPath) -> usize {
        let open = path.steps.iter().position(|s| s.index == Index::Each);
        open.and_then(|at| self.steps.get(at)).map_or(0, |(_, index)| *index)
    }
}

/// A parsed sidecar.
pub(super) struct Sidecar {
    leaves: Vec<Leaf>,
    by_name: HashMap<String, Vec<usize>>,
    used: Vec<bool>,
    /// The HDF5 file, for the other names of its objects.
    container: Option<Rc<Container>>,
}

impl Sidecar {
    /// Reads a sidecar.
    ///
    /// # Errors
    /// `xml.*` and `input.value` when it is damaged, `limit.*`.
    pub(super) fn read(file: &DeliveryFile, rule: &TextPlan, budget: &Budget) -> Result<Self> {
        let bytes = file.document(budget)?;
        let name = file.name();
        let text = || {
            rule.encoding.decode(&bytes).ok_or_else(|| {
                Error::new(Code::XmlEncoding, "the text is not in the encoding that the profile states")
                    .file(name)
                    .expected(rule.encoding)
            })
        };
        let root = match rule.format {
            FileFormat::Ini => ini::parse(&text()?, rule.separator.as_deref(), name, budget)?,
            FileFormat::Json => table::json(&text()?, name, budget)?,
            FileFormat::Csv => table::csv(&text()?, rule.delimiter, rule.header, name, budget)?,
            FileFormat::Fixed => table::fixed(&text()?, &rule.columns, name, budget)?,
            FileFormat::Xml | FileFormat::Raw | FileFormat::Opaque | FileFormat::Hdf5 => {
                let document = match rule.encoding {
                    Encoding::Utf8 => xml::parse(&bytes, name, budget)?,
                    _ => xml::parse(without_declaration(&text()?).as_bytes(), name, budget)?,
                };
                Node { children: vec![document], ..Node::default() }
            }
        };
        budget.release(bytes.len() as u64);
        let mut leaves = Vec::new();
        children(&root, &mut Vec::new(), &mut leaves, budget).map_err(|e| e.file(file.name()))?;
        Ok(Self::of(leaves, None))
    }

    /// Lists the values of an HDF5 file; `placed` are the datasets whose samples are placed.
    ///
    /// # Errors
    /// `hdf5.*`, `input.truncated`, `limit.*`.
    pub(super) fn of_hdf5(container: Rc<Container>, placed: &[&str], rule: &TextPlan, budget: &Budget) -> Result<Self> {
        let leaves = container.leaves(placed, rule.encoding, budget)?;
        Ok(Self::of(leaves, Some(container)))
    }

    fn of(leaves: Vec<Leaf>, container: Option<Rc<Container>>) -> Self {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, leaf) in leaves.iter().enumerate().filter(|(_, leaf)| leaf.value) {
            let names = leaf.steps.iter().map(|(name, _)| name.as_str());
            by_name.entry(key(names, leaf.attribute.as_deref())).or_default().push(index);
        }
        let used = vec![false; leaves.len()];
        Self { leaves, by_name, used, container }
    }

    /// Returns the positions of the values of a name; those of an HDF5 file also by the other names of their object.
    fn named(&self, path: &ElementPath) -> Vec<usize> {
        let names: Vec<&str> = path.steps.iter().map(|s| s.name.as_str()).collect();
        let found = self.by_name.get(&key(names.iter().copied(), path.attribute.as_deref()));
        if let (None, Some(container)) = (found, &self.container) {
            for length in (1..=names.len()).rev() {
                let (object, behind) = names.split_at(length);
                let Some(listed) = container.listed_path(&object.join("/")) else { continue };
                let names = listed.split('/').filter(|n| !n.is_empty()).chain(behind.iter().copied());
                return self.by_name.get(&key(names, None)).cloned().unwrap_or_default();
            }
        }
        found.cloned().unwrap_or_default()
    }

    /// Returns the values at a path with their occurrence, and marks them as used.
    pub(super) fn take(&mut self, path: &ElementPath) -> Vec<(usize, Leaf)> {
        let mut taken = Vec::new();
        for index in self.named(path) {
            if let Some(leaf) = self.leaves.get(index).filter(|leaf| leaf.matches(path)) {
                taken.push((leaf.occurrence(path), leaf.clone()));
                if let Some(used) = self.used.get_mut(index) {
                    *used = true;
                }
            }
        }
        taken
    }

    /// Returns the values that nobody took.
    pub(super) fn unused(&self) -> impl Iterator<Item = &Leaf> {
        self.leaves.iter().zip(&self.used).filter(|(_, used)| !**used).map(|(leaf, _)| leaf)
    }
}

impl Sidecar {
    /// Returns path and text of what nobody took; the elements of one array of an HDF5 file stand together.
    pub(super) fn leftovers(&self) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        let mut last: Option<&Leaf> = None;
        for leaf in self.unused() {
            match found.last_mut().filter(|_| last.is_some_and(|last| last.is_beside(leaf))) {
                Some((_, text)) => {
                    text.push_str(", ");
                    text.push_str(&leaf.text);
                }
                None => found.push((leaf.path(), leaf.text.clone())),
            }
            last = Some(leaf);
        }
        found
    }
}

/// Leaves out an XML declaration, whose encoding is no longer that of the text.
fn without_declaration(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}');
    match text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
        Some((_, document)) => document.trim_start(),
        None => text,
    }
}

fn key<'a>(names: impl Iterator<Item = &'a str>, attribute: Option<&str>) -> String {
    let mut key = names.collect::<Vec<_>>().join("/");
    if let Some(attribute) = attribute {
        key.push_str("/@");
        key.push_str(attribute);
    }
    key
}

/// Lists the values below a node; the depth of the tree was bounded when it was parsed.
fn children(node: &Node, steps: &mut Vec<(String, usize)>, leaves: &mut Vec<Leaf>, budget: &Budget) -> Result<()> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for child in &node.children {
        let count = seen.entry(child.name.as_str()).or_default();
        steps.push((child.name.clone(), *count));
        *count += 1;
        let size = steps.iter().map(|(name, _)| name.len() + size_of::<(String, usize)>()).sum::<usize>() as u64;
        budget.charge(size * (1 + child.attributes.len() as u64), "the fields of a sidecar")?;
        for attribute in &child.attributes {
            let (name, text) = (Some(attribute.name.clone()), attribute.value.trim().to_owned());
            leaves.push(Leaf { steps: steps.clone(), attribute: name, text, hdf5: false, value: true });
        }
        let text = text_of(child);
        if !text.is_empty() || child.children.is_empty() && child.attributes.is_empty() {
            leaves.push(Leaf { steps: steps.clone(), attribute: None, text, hdf5: false, value: true });
        }
        children(child, steps, leaves, budget)?;
        steps.pop();
    }
    Ok(())
}

/// Joins the text of an element around its children.
fn text_of(node: &Node) -> String {
    let mut text = node.text.trim().to_owned();
    for tail in node.children.iter().map(|c| c.tail.trim()).filter(|t| !t.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(tail);
    }
    text
}
