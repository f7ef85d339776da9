//! The account of what an export leaves out.

use std::collections::BTreeMap;

use crate::model::Bundle;
use crate::model::Loss;
use crate::model::LossKind;
use crate::model::PlaneKey;
use crate::model::record::Item;
use crate::model::record::Node;

/// What an export carries of a scan.
pub struct Carried<'a> {
    /// Elements of the metadata document below `scan`, without indexes, such as `object/plate/number`; an element is
    /// carried with all below it. The empty path carries the whole document.
    pub elements: &'a [&'a str],
    /// Which arrays are carried.
    pub planes: &'a dyn Fn(&PlaneKey) -> bool,
    /// Which blobs are carried, by dataset path.
    pub blobs: &'a dyn Fn(&str) -> bool,
    /// Which time series of the radiation portal are carried, by name.
    pub series: &'a dyn Fn(&str) -> bool,
    /// Whether content that this version does not know is carried.
    pub foreign: bool,
}

impl Carried<'_> {
    /// Carries nothing: the start for `..`.
    pub const NOTHING: Carried<'static> =
        Carried { elements: &[], planes: &|_| false, blobs: &|_| false, series: &|_| false, foreign: false };
}

/// Names everything set in a scan that the export does not carry: metadata by element (the highest one nothing of
/// which is carried), arrays, blobs, series and unknown content.
///
/// Reasons read `FORMAT has no place for it`. An exporter adds what it rounds or invents.
pub fn account(bundle: &Bundle, carried: &Carried<'_>, format: &str) -> Vec<Loss> {
    let mut lost = Vec::new();
    metadata(&bundle.scan.to_node("scan"), "", "scan", carried.elements, &mut lost);
    let planes = bundle.planes.keys().filter(|key| !(carried.planes)(key));
    lost.extend(planes.map(|key| format!("samples of {key}")));
    let blobs = bundle.blobs.iter().filter(|(path, _)| !(carried.blobs)(path));
    lost.extend(blobs.map(|(path, _)| format!("bytes /{path}")));
    let series = bundle.series.keys().filter(|name| !(carried.series)(name));
    lost.extend(series.map(|name| format!("radiation series {name}")));
    if !carried.foreign {
        lost.extend(bundle.foreign.iter().map(|object| format!("unknown content /{}", object.path)));
    }
    let reason = format!("{format} has no place for it");
    let loss = |subject| Loss { kind: LossKind::Dropped, subject, reason: reason.clone(), ..Loss::default() };
    lost.into_iter().map(loss).collect()
}

/// Walks a document; `path` has no indexes and does not name the root, `shown` has both.
fn metadata(node: &Node, path: &str, shown: &str, carried: &[&str], lost: &mut Vec<String>) {
    let below = |inner: &str, outer: &str| outer.is_empty() || inner.strip_prefix(outer).is_some_and(starts_below);
    if carried.iter().any(|c| below(path, c)) {
        return;
    }
    if !path.is_empty() && !carried.iter().any(|c| below(c, path)) {
        lost.push(shown.to_owned());
        return;
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for child in &node.children {
        let index = seen.entry(&child.name).or_default();
        let repeated = node.children_named(&child.name).nth(1).is_some();
        let place = if repeated { format!("{}[{index}]", child.name) } else { child.name.clone() };
        *index += 1;
        let path = if path.is_empty() { child.name.clone() } else { format!("{path}/{}", child.name) };
        metadata(child, &path, &format!("{shown}/{place}"), carried, lost);
    }
}

fn starts_below(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::InspectedObject;
    use crate::model::PlateReading;
    use crate::model::Scan;
    use crate::model::identifier::Plate;

    #[test]
    fn what_is_not_carried_is_named_at_the_highest_element() {
        let plate = |number: &str| PlateReading { number: Plate::new(number), ..PlateReading::default() };
        let object = InspectedObject { plates: vec![plate("A 1"), plate("B 2")], ..InspectedObject::default() };
        let bundle = Bundle { scan: Scan { object, ..Scan::default() }, ..Bundle::default() };
        let subjects = |elements: &[&str]| {
            let carried = Carried { elements, ..Carried::NOTHING };
            account(&bundle, &carried, "test").into_iter().map(|l| l.subject).collect::<Vec<_>>()
        };
        assert!(subjects(&[]).contains(&"scan/object".to_owned()));
        assert!(subjects(&[""]).is_empty());
        let lost = subjects(&["object/plate", "identity", "system", "provenance"]);
        assert!(lost.iter().all(|l| l.starts_with("scan/object/")), "{lost:?}");
        let lost = subjects(&["object/kind", "object/plat"]);
        assert!(lost.contains(&"scan/object/plate[1]".to_owned()), "{lost:?}");
    }
}
