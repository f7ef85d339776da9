//! Version 2 of the metadata document: version 3 without the fields that came later.

use super::MetadataVersion;
use crate::model::record::{Node, RecordSpec, TypeSpec};
use crate::model::{Loss, LossKind};

/// Drops every field that version 2 does not have; gives one loss per element dropped.
pub(super) fn drop_later_fields(node: &mut Node, spec: &RecordSpec, path: &str, losses: &mut Vec<Loss>) {
    let mut seen = vec![0_usize; spec.fields.len()];
    node.children.retain_mut(|child| {
        let known = spec.fields.iter().position(|f| child.namespace.is_none() && f.name == child.name);
        let Some((field, seen)) = known.and_then(|i| spec.fields.get(i).zip(seen.get_mut(i))) else { return true };
        *seen += 1;
        let path = match field.max {
            Some(1) => format!("{path}/{}", field.name),
            _ => format!("{path}/{}[{seen}]", field.name),
        };
        if !MetadataVersion::V2.holds(field.since) {
            let (subject, reason) = (path, "Version 2 of the metadata document has no such element.".to_owned());
            losses.push(Loss { kind: LossKind::Dropped, subject, reason, ..Loss::default() });
            return false;
        }
        if let TypeSpec::Record(record) = field.kind {
            drop_later_fields(child, record, &path, losses);
        }
        true
    });
}
