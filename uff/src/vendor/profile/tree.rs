//! Values on their way into the model, by path.

use std::collections::BTreeMap;

use super::target::{Target, TargetIndex};
use crate::error::Result;
use crate::model::Scan;
use crate::model::record::{FieldSpec, Item, Node, RecordSpec, TypeSpec};

/// Values to be put into a record, by the position of the field in its specification and the index of the item.
#[derive(Debug, Default)]
pub(super) struct Tree(BTreeMap<(usize, usize), Branch>);

#[derive(Debug)]
enum Branch {
    Value { text: String, origin: String },
    Record(Tree),
}

/// A value that found no place: its record lacks something required.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Homeless {
    pub(super) text: String,
    pub(super) origin: String,
    pub(super) reason: String,
}

impl Tree {
    /// Puts a text at a target; `occurrence` is the index for `[*]`. Returns the path for people.
    pub(super) fn put(&mut self, target: &Target, occurrence: usize, text: String, origin: String) -> String {
        let mut tree = self;
        let mut path = Vec::new();
        for step in &target.steps {
            let position = step.position;
            let index = match step.index {
                TargetIndex::At(index) => index,
                TargetIndex::Each => occurrence,
                TargetIndex::Append => tree.0.range((position, 0)..=(position, usize::MAX)).count(),
            };
            path.push(match step.field.max {
                Some(_) => step.field.name.to_owned(),
                None => format!("{}[{index}]", step.field.name),
            });
            match step.field.kind {
                TypeSpec::Simple(_) => {
                    tree.0.insert((position, index), Branch::Value { text, origin });
                    return path.join("/");
                }
                TypeSpec::Record(_) => {
                    let branch = tree.0.entry((position, index)).or_insert_with(|| Branch::Record(Self::default()));
                    match branch {
                        Branch::Record(inner) => tree = inner,
                        Branch::Value { .. } => return path.join("/"),
                    }
                }
            }
        }
        path.join("/")
    }

    /// Puts all values into a scan. Records that would lack a required field are left out and their values returned.
    ///
    /// # Errors
    /// `xml.value` when a value does not fit its type after all.
    pub(super) fn merge(self, scan: &Scan) -> Result<(Scan, Vec<Homeless>)> {
        let mut node = scan.to_node("scan");
        let mut homeless = Vec::new();
        self.into_node(Scan::SPEC, &mut node, &mut homeless);
        Ok((Scan::from_node(node, "scan")?, homeless))
    }

    fn into_node(self, record: &'static RecordSpec, node: &mut Node, homeless: &mut Vec<Homeless>) {
        for ((position, index), branch) in self.0 {
            let Some(field) = record.fields.get(position) else { continue };
            let existing = node.children.iter_mut().filter(|c| c.name == field.name).nth(index);
            match (branch, field.kind, existing) {
                (Branch::Value { text, .. }, _, Some(child)) => child.text = text,
                (Branch::Value { text, .. }, _, None) => {
                    node.children.push(Node { text, ..Node::new(field.name) });
                }
                (Branch::Record(tree), TypeSpec::Record(inner), Some(child)) => tree.into_node(inner, child, homeless),
                (Branch::Record(tree), TypeSpec::Record(inner), None) => {
                    let mut child = Node::new(field.name);
                    let mut nested = Vec::new();
                    let values = tree.values();
                    tree.into_node(inner, &mut child, &mut nested);
                    match missing(inner, &child) {
                        None => {
                            node.children.push(child);
                            homeless.extend(nested);
                        }
                        Some(lacking) => homeless.extend(values.into_iter().map(|(text, origin)| Homeless {
                            text,
                            origin,
                            reason: format!("{} needs {}, which the delivery does not state", field.name, lacking.name),
                        })),
                    }
                }
                (Branch::Record(_), TypeSpec::Simple(_), _) => {}
            }
        }
    }

    fn values(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for branch in self.0.values() {
            match branch {
                Branch::Value { text, origin } => all.push((text.clone(), origin.clone())),
                Branch::Record(tree) => all.extend(tree.values()),
            }
        }
        all
    }
}

fn missing(record: &'static RecordSpec, node: &Node) -> Option<&'static FieldSpec> {
    record.fields.iter().find(|f| f.min > 0 && node.child(f.name).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::View;

    fn target(text: &str) -> Target {
        Target::parse(text, &[vec!["mono".into()]]).unwrap()
    }

    #[test]
    fn values_join_what_is_there() {
        let mut scan = Scan::default();
        scan.views.push(View { rows: 3, columns: 4, ..View::default() });
        let mut tree = Tree::default();
        let mut put = |path: &str, at, text: &str| tree.put(&target(path), at, text.to_owned(), String::new());
        assert_eq!(put("view[0]/geometry/pitchRows", 0, "4.5"), "view[0]/geometry/pitchRows");
        put("view[0]/name", 0, "left");
        assert_eq!(put("object/containerNumber", 0, "CSQU3054383"), "object/containerNumber[0]");
        assert_eq!(put("object/containerNumber", 0, "MSCU6639870"), "object/containerNumber[1]");
        put("object/plate[*]/number", 2, "KR 123");
        put("object/plate[*]/country", 2, "PL");
        put("object/plate[*]/country", 5, "DE");
        let (merged, homeless) = tree.merge(&scan).unwrap();
        assert_eq!(merged.views[0].rows, 3);
        assert_eq!(merged.views[0].name.as_deref(), Some("left"));
        assert_eq!(merged.views[0].geometry.as_ref().and_then(|g| g.pitch_rows).map(|p| p.get()), Some(4.5));
        assert_eq!(merged.object.containers.len(), 2);
        assert_eq!(merged.object.plates.len(), 1);
        assert_eq!(homeless.len(), 1);
        assert!(homeless[0].text == "DE" && homeless[0].reason.contains("plate needs number"));
    }
}
