//! The suite that every exporter must pass.
//!
//! Each check returns what is wrong, one line per finding.

use std::collections::BTreeMap;
use std::path::Path;

use super::full_bundle;
use crate::error::Code;
use crate::error::Result;
use crate::export::Exporter;
use crate::export::Folder;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Loss;
use crate::model::PlaneKey;
use crate::model::Quantity;
use crate::model::SampleType;
use crate::model::Samples;
use crate::model::record::Item;
use crate::model::record::Node;
use crate::vendor::Delivery;
use crate::vendor::ReadOptions;
use crate::vendor::recognize;

/// What an export gives when it is read again.
struct Again {
    losses: Vec<Loss>,
    bundle: Bundle,
}

fn export_and_read(exporter: &dyn Exporter, bundle: &Bundle, at: &Path) -> Result<Again> {
    let mut folder = Folder::new(at);
    let losses = exporter.export(bundle, &mut folder, &Budget::default())?;
    let delivery = Delivery::open(at, &Budget::default())?;
    let options = ReadOptions { quantity: Some(Quantity::RawCounts), ..ReadOptions::default() };
    let bundle = recognize(&delivery, &options)?.reader.read(&delivery, &options, &Budget::default())?;
    Ok(Again { losses, bundle })
}

/// Everything set in a scan is named in the losses or comes back when the export is read: metadata with their text at
/// their place, arrays sample by sample, time series value by value. `provenance` is that of the new delivery.
pub fn complete(exporter: &dyn Exporter, sample_type: &SampleType, scratch: &Path) -> Vec<String> {
    let name = exporter.name();
    let made = full_bundle(sample_type).and_then(|b| export_and_read(exporter, &b, scratch).map(|again| (b, again)));
    let (bundle, again) = match made {
        Ok(made) => made,
        // A format that can hold nothing of the scan says so.
        Err(e) if e.code() == Code::ExportUnsupported => return Vec::new(),
        Err(e) => return vec![format!("{name}: {e}")],
    };
    let lost = |subject: &str| {
        let names =
            |l: &Loss| subject.strip_prefix(&l.subject).is_some_and(|r| r.is_empty() || r.starts_with(['/', '[']));
        again.losses.iter().any(names)
    };
    let mut wrong = Vec::new();
    let (before, after) = (leaves(&bundle), leaves(&again.bundle));
    for (path, text) in &before {
        let own = path.starts_with("scan/provenance");
        if !own && !lost(path) && after.get(path) != Some(text) {
            wrong.push(format!("{name}: {path} = {text:?} comes back as {:?} and is not named", after.get(path)));
        }
    }
    for (key, samples) in &bundle.planes {
        let subject = format!("samples of {key}");
        if !lost(&subject) && !again.bundle.planes.get(key).is_some_and(|found| same(&**found, &**samples)) {
            wrong.push(format!("{name}: {subject} are not the same and not named"));
        }
    }
    for (series, values) in &bundle.series {
        if !lost(&format!("radiation series {series}")) && again.bundle.series.get(series) != Some(values) {
            wrong.push(format!("{name}: series {series} is not the same and not named"));
        }
    }
    if again.losses.is_empty() && bundle.planes.keys().any(|k: &PlaneKey| !again.bundle.planes.contains_key(k)) {
        wrong.push(format!("{name}: nothing is said to be lost, yet arrays are"));
    }
    wrong
}

fn same(a: &dyn Samples, b: &dyn Samples) -> bool {
    matches!((a.read_all(), b.read_all()), (Ok(a), Ok(b)) if a == b)
}

/// Returns the text of every leaf of the metadata document by its path with indexes.
fn leaves(bundle: &Bundle) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect(&bundle.scan.to_node("scan"), "scan", &mut found);
    found
}

fn collect(node: &Node, path: &str, found: &mut BTreeMap<String, String>) {
    if node.children.is_empty() {
        found.insert(path.to_owned(), node.text.clone());
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for child in &node.children {
        let index = seen.entry(&child.name).or_default();
        let repeated = node.children_named(&child.name).nth(1).is_some();
        let place = if repeated { format!("{}[{index}]", child.name) } else { child.name.clone() };
        *index += 1;
        collect(child, &format!("{path}/{place}"), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::EXPORTERS;

    #[test]
    fn nothing_is_lost_without_a_word() {
        for exporter in EXPORTERS {
            for sample_type in [SampleType::U8, SampleType::U16, SampleType::U32, SampleType::F32, SampleType::F64] {
                let scratch = tempfile::tempdir().unwrap();
                let wrong = complete(*exporter, &sample_type, scratch.path());
                assert!(wrong.is_empty(), "{sample_type}\n{}", wrong.join("\n"));
            }
        }
    }

    #[test]
    fn the_same_scan_gives_the_same_bytes() {
        for exporter in EXPORTERS {
            let bundle = full_bundle(&SampleType::U16).unwrap();
            let bytes = || {
                let scratch = tempfile::tempdir().unwrap();
                let mut folder = Folder::new(scratch.path());
                exporter.export(&bundle, &mut folder, &Budget::default()).unwrap();
                let read = |name: &String| (name.clone(), std::fs::read(scratch.path().join(name)).unwrap());
                folder.names().iter().map(read).collect::<Vec<_>>()
            };
            assert!(bytes() == bytes(), "{}", exporter.name());
        }
    }
}
