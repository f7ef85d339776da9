//! Metadata documents: [`Scan`] to XML and back.

use std::collections::HashMap;

use super::chars::is_char;
use super::place::shown;
use super::{MetadataVersion, parse, v2, write};
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::record::{Attribute, Item, Node};
use crate::model::{Loss, LossKind, Scan};

/// Local name of the root element.
pub(super) const ROOT: &str = "scan";
/// Name of the attribute of the root element that holds major and minor version.
pub(super) const VERSION: &str = "version";
/// What all namespaces of metadata documents start with; the major version follows.
const FAMILY: &str = "urn:uff-open:metadata:";

/// Reads a metadata document of any known major version; `name` is the file's name in messages.
///
/// The order of elements is not looked at. Elements and attributes that this version does not know stay in the
/// `unknown` field of their record.
///
/// # Errors
/// As [`parse`]; `xml.root` for another document, `uff.version` for another major version, `xml.missing` and
/// `xml.value` with the path of the element.
pub fn read_scan(bytes: &[u8], name: &str, budget: &Budget) -> Result<(Scan, MetadataVersion)> {
    let mut root = parse(bytes, name, budget)?;
    let version = version_of(&mut root).map_err(|e| e.file(name))?;
    adopt(&mut root, version.namespace());
    let scan = Scan::from_node(root, ROOT).map_err(|e| e.file(name))?;
    Ok((scan, version))
}

/// Writes a metadata document: the same scan always gives the same bytes. Reading them gives what [`settle`] gives,
/// beside the losses.
///
/// # Errors
/// `xml.value` for content that no document can hold, such as a number that is not finite.
pub fn write_scan(scan: &Scan, version: MetadataVersion) -> Result<(Vec<u8>, Vec<Loss>)> {
    let (scan, losses) = settle(scan, version)?;
    let mut root = scan.to_node(ROOT);
    root.attributes.insert(0, Attribute { name: VERSION.into(), namespace: None, value: version.text().into() });
    Ok((write(&root, Some(version.namespace()))?, losses))
}

/// Returns the scan as a document of this version can hold it, and what is lost against the one given. The losses also
/// stand in the provenance of the scan returned.
///
/// Version 2 drops fields that came later. Characters that XML 1.0 does not allow are replaced by U+FFFD.
///
/// # Errors
/// `xml.value` for content that no document can hold, such as a number that is not finite.
pub fn settle(scan: &Scan, version: MetadataVersion) -> Result<(Scan, Vec<Loss>)> {
    let mut root = scan.to_node(ROOT);
    let mut losses = Vec::new();
    if version == MetadataVersion::V2 {
        v2::drop_later_fields(&mut root, Scan::SPEC, ROOT, &mut losses);
    }
    replace_characters(&mut root, ROOT, &mut losses);
    let mut settled = Scan::from_node(root, ROOT)?;
    settled.provenance.losses.extend(losses.iter().cloned());
    Ok((settled, losses))
}

/// Finds the version of a document and takes the version attribute off its root.
fn version_of(root: &mut Node) -> Result<MetadataVersion> {
    let expected = || MetadataVersion::ALL.map(|v| format!("{ROOT} in {}", v.namespace())).join(" or ");
    let namespace = root.namespace.as_deref().unwrap_or_default();
    let version = MetadataVersion::of_namespace(namespace).ok_or_else(|| {
        let (code, message) = match namespace.strip_prefix(FAMILY) {
            Some(_) => (Code::UffVersion, "the major version of the metadata document is not known"),
            None => (Code::XmlRoot, "the document is no metadata of a scan"),
        };
        Error::new(code, message).expected(expected()).found(format!("{} in {}", shown(&root.name), shown(namespace)))
    })?;
    if root.name != ROOT {
        return Err(Error::new(Code::XmlRoot, "the document is no metadata of a scan")
            .expected(expected())
            .found(shown(&root.name)));
    }
    let wanted = || format!("{}.x", version.major());
    let at =
        root.attributes.iter().position(|a| a.namespace.is_none() && a.name == VERSION).ok_or_else(|| {
            Error::new(Code::XmlMissing, "the attribute version is missing").at(ROOT).expected(wanted())
        })?;
    let text = root.attributes.remove(at).value;
    let number = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
    match text.trim().split_once('.') {
        Some((major, minor)) if number(minor) && major == version.major().to_string() => Ok(version),
        _ => Err(Error::new(Code::XmlValue, "version and namespace do not fit")
            .at(format!("{ROOT}/@{VERSION}"))
            .expected(wanted())
            .found(shown(&text))),
    }
}

/// Marks the elements of the document's own namespace, and those without any.
fn adopt(node: &mut Node, own: &str) {
    node.namespace = match node.namespace.take() {
        Some(namespace) if namespace == own => None,
        None => Some(String::new()),
        foreign => foreign,
    };
    node.children.iter_mut().for_each(|child| adopt(child, own));
}

/// Replaces the characters that XML 1.0 does not allow, with one loss per element.
fn replace_characters(node: &mut Node, path: &str, losses: &mut Vec<Loss>) {
    let mut replaced = false;
    let values = node.attributes.iter_mut().map(|a| &mut a.value);
    for text in values.chain([&mut node.text, &mut node.tail]) {
        if !text.chars().all(is_char) {
            *text = text.chars().map(|c| if is_char(c) { c } else { char::REPLACEMENT_CHARACTER }).collect();
            replaced = true;
        }
    }
    if replaced {
        losses.push(Loss {
            kind: LossKind::Rounded,
            subject: path.to_owned(),
            reason: "Characters that XML 1.0 does not allow were replaced by U+FFFD.".into(),
            ..Loss::default()
        });
    }
    let mut total: HashMap<String, usize> = HashMap::new();
    node.children.iter().for_each(|c| *total.entry(c.name.clone()).or_default() += 1);
    let mut seen: HashMap<String, usize> = HashMap::new();
    for child in &mut node.children {
        let number = seen.entry(child.name.clone()).or_default();
        *number += 1;
        let path = match total.get(&child.name) {
            Some(1) => format!("{path}/{}", child.name),
            _ => format!("{path}/{}[{number}]", child.name),
        };
        replace_characters(child, &path, losses);
    }
}
