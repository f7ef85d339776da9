//! What of a scan does not come back when the document is read again.

use std::collections::BTreeMap;

use crate::model::Loss;
use crate::model::LossKind;
use crate::model::Scan;
use crate::model::record::Item;
use crate::model::record::Node;

/// Elements that a document may hold; each is compared after reading.
pub(super) const ELEMENTS: &[&str] = &[
    "radiation",
    "identity/start",
    "identity/end",
    "identity/scannerScanId",
    "identity/site/lane",
    "system/manufacturer",
    "system/model",
    "system/serial",
    "system/software",
];

/// Names every such element that comes back with another text or not at all, and those that were not there before.
pub(super) fn differences(before: &Scan, after: &Scan) -> Vec<Loss> {
    let (before, after) = (leaves(before), leaves(after));
    let mut losses = Vec::new();
    for (subject, text) in &before {
        let (kind, reason) = match after.get(subject) {
            Some(found) if found == text => continue,
            Some(_) => (LossKind::Rounded, "N42.42 holds something else at this place"),
            None => (LossKind::Dropped, "N42.42 has no place for it, or not for this value"),
        };
        losses.push(Loss { kind, subject: subject.clone(), reason: reason.to_owned(), ..Loss::default() });
    }
    for subject in after.keys().filter(|subject| !before.contains_key(*subject)) {
        let reason =
            "the document states it, the scan did not; the schema demands it or it follows from what is written";
        let kind = LossKind::Invented;
        losses.push(Loss { kind, subject: subject.clone(), reason: reason.to_owned(), ..Loss::default() });
    }
    losses
}

/// Returns the texts of all elements that are compared, by their path with indexes.
fn leaves(scan: &Scan) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect(&scan.to_node("scan"), "", "scan", &mut found);
    found
}

/// Walks a document; `path` has no indexes and does not name the root, `shown` has both.
fn collect(node: &Node, path: &str, shown: &str, found: &mut BTreeMap<String, String>) {
    let compared =
        ELEMENTS.iter().any(|e| path.strip_prefix(e).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    if compared && node.children.is_empty() {
        found.insert(shown.to_owned(), node.text.clone());
    }
    let mut total: BTreeMap<&str, usize> = BTreeMap::new();
    node.children.iter().for_each(|c| *total.entry(&c.name).or_default() += 1);
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for child in &node.children {
        let index = seen.entry(&child.name).or_default();
        let repeated = total.get(child.name.as_str()).is_some_and(|n| *n > 1);
        let place = if repeated { format!("{}[{index}]", child.name) } else { child.name.clone() };
        *index += 1;
        let path = if path.is_empty() { child.name.clone() } else { format!("{path}/{}", child.name) };
        collect(child, &path, &format!("{shown}/{place}"), found);
    }
}
