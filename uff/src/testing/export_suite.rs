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
    match full_bundle(sample_type) {
        Ok(bundle) => comes_back(exporter, &bundle, scratch),
        Err(e) => vec![format!("{}: {e}", exporter.name())],
    }
}

/// As [`complete`], for any scan.
pub fn comes_back(exporter: &dyn Exporter, bundle: &Bundle, scratch: &Path) -> Vec<String> {
    let name = exporter.name();
    let again = match export_and_read(exporter, bundle, scratch) {
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
    let (before, after) = (leaves(bundle), leaves(&again.bundle));
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
        if !lost(&format!("radiation series {series}"))
            && !again.bundle.series.get(series).is_some_and(|found| same_series(found, values))
        {
            wrong.push(format!("{name}: series {series} is not the same and not named"));
        }
    }
    if again.losses.is_empty() && bundle.planes.keys().any(|k: &PlaneKey| !again.bundle.planes.contains_key(k)) {
        wrong.push(format!("{name}: nothing is said to be lost, yet arrays are"));
    }
    wrong
}

pub(super) fn same(a: &dyn Samples, b: &dyn Samples) -> bool {
    matches!((a.read_all(), b.read_all()), (Ok(a), Ok(b)) if a == b)
}

/// Whether two series hold the same numbers, those that are none too.
pub(super) fn same_series(a: &[f64], b: &[f64]) -> bool {
    a.iter().map(|v| v.to_bits()).eq(b.iter().map(|v| v.to_bits()))
}

/// Returns the text of every leaf of the metadata document by its path with indexes.
pub(super) fn leaves(bundle: &Bundle) -> BTreeMap<String, String> {
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
    use crate::model::PlanePart;
    use crate::model::Sha256;

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

    /// The last image of each file; nothing else is written, so that its last byte is one of a sample.
    #[test]
    fn arrays_changed_after_the_export_are_read_and_named() {
        for (name, file, array) in [
            ("tiff", "scan.tif", "view 1 channel channel-1"),
            ("npy", "views_0_channels_channel-0.npy", "view 0 channel channel-0"),
        ] {
            let mut bundle = full_bundle(&SampleType::U16).unwrap();
            bundle.planes.retain(|key, _| matches!(key, PlaneKey::Channel { part: PlanePart::Samples, .. }));
            let exporter = EXPORTERS.iter().find(|e| e.name() == name).unwrap();
            let scratch = tempfile::tempdir().unwrap();
            exporter.export(&bundle, &mut Folder::new(scratch.path()), &Budget::default()).unwrap();
            let read = || {
                let delivery = Delivery::open(scratch.path(), &Budget::default()).unwrap();
                let options = ReadOptions::default();
                recognize(&delivery, &options).unwrap().reader.read(&delivery, &options, &Budget::default()).unwrap()
            };
            let named = |bundle: &Bundle| {
                let losses = bundle.scan.provenance.losses.iter();
                losses.filter(|l| l.reason.contains("after the export")).map(|l| l.subject.clone()).collect::<Vec<_>>()
            };
            assert!(named(&read()).is_empty(), "{name}");
            let path = scratch.path().join(file);
            let mut bytes = std::fs::read(&path).unwrap();
            *bytes.last_mut().unwrap() ^= 0x40;
            std::fs::write(&path, bytes).unwrap();
            let again = read();
            assert_eq!(named(&again), [format!("digest of {array}")], "{name}");
            for (key, samples) in &again.planes {
                let digest = Sha256::of(&samples.read_all().unwrap().to_le_bytes());
                assert_eq!(again.scan.digest_of(key), Some(digest), "{name}: {key}");
            }
        }
    }
}
