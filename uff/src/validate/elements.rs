//! Walk over the metadata of a scan along its specification.

use crate::model::Scan;
use crate::model::record::{FieldSpec, Item, Node, RecordSpec, TypeSpec};

/// What a walk meets.
pub(crate) enum Element<'a> {
    /// Element of text that the specification knows.
    Text(&'a FieldSpec, &'a str),
    /// Element or attribute that it does not know.
    Unknown,
}

/// Visits every element of text and everything unknown, in document order, with its path.
pub(crate) fn visit(scan: &Scan, mut meet: impl FnMut(&str, Element<'_>)) {
    walk(&scan.to_node("scan"), Scan::SPEC, "scan", &mut meet);
}

fn walk(node: &Node, spec: &RecordSpec, path: &str, meet: &mut dyn FnMut(&str, Element<'_>)) {
    for attribute in &node.attributes {
        meet(&format!("{path}/@{}", attribute.name), Element::Unknown);
    }
    let known = |child: &Node| match child.namespace {
        None => spec.fields.iter().position(|f| f.name == child.name),
        Some(_) => None,
    };
    let mut counts = vec![0_usize; spec.fields.len()];
    for child in &node.children {
        let field = known(child).and_then(|i| Some((spec.fields.get(i)?, counts.get_mut(i)?)));
        let Some((field, count)) = field else {
            meet(&format!("{path}/{}", child.name), Element::Unknown);
            continue;
        };
        *count += 1;
        let path = match field.max {
            Some(1) => format!("{path}/{}", field.name),
            _ => format!("{path}/{}[{count}]", field.name),
        };
        match field.kind {
            TypeSpec::Record(inner) => walk(child, inner, &path, meet),
            TypeSpec::Simple(_) => {
                for attribute in &child.attributes {
                    meet(&format!("{path}/@{}", attribute.name), Element::Unknown);
                }
                meet(&path, Element::Text(field, &child.text));
            }
        }
    }
}
