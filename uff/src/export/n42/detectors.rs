//! Detectors with identifiers that a document may use.

use std::collections::BTreeMap;

use super::texts::element;
use super::texts::is_id;
use super::texts::listed;
use super::texts::with;
use crate::model::Radiation;
use crate::model::RadiationKind;
use crate::model::record::Node;

/// Start of every identifier that the export makes; no detector keeps one that starts like it.
pub(super) const OWN: &str = "uff-";

/// Materials and principles that the schema lists.
const MATERIALS: [&str; 27] = [
    "HPGe", "HPXe", "NaI", "LaBr3", "LaCl3", "BGO", "CZT", "CdTe", "CsI", "GMT", "GMTW", "LiFiber", "PVT", "PS", "He3",
    "He4", "LiGlass", "LiI", "SrI2", "CLYC", "CdWO4", "BF3", "HgI2", "CeBr4", "LiCAF", "LiZnS", "Other",
];

/// Detectors of a scan by the identifier that the scan gives them; a series without a detector has one of its kind.
pub(super) struct Detectors {
    ids: BTreeMap<String, String>,
    nodes: Vec<Node>,
}

impl Detectors {
    /// Lists the detectors described, then those that only series or alarms name.
    pub(super) fn of(radiation: &Radiation) -> Self {
        let mut all = Self { ids: BTreeMap::new(), nodes: Vec::new() };
        for d in &radiation.detectors {
            all.add(&d.id, d.name.as_deref(), &d.kind, d.material.as_deref());
        }
        for series in &radiation.series {
            if is_count(&series.kind) {
                all.add(&key(series.detector.as_deref(), &series.kind), None, &series.kind, None);
            }
        }
        for id in radiation.alarms.iter().flat_map(|a| &a.detectors) {
            all.add(id, None, &RadiationKind::Other, None);
        }
        if all.nodes.is_empty() {
            all.add(&key(None, &RadiationKind::Other), None, &RadiationKind::Other, None);
        }
        all
    }

    fn add(&mut self, id: &str, name: Option<&str>, kind: &RadiationKind, material: Option<&str>) {
        if self.ids.contains_key(id) {
            return;
        }
        let plain = is_id(id) && !id.starts_with(OWN);
        let own = if plain { id.to_owned() } else { format!("{OWN}detector-{}", self.nodes.len() + 1) };
        let mut node = with(Node::new("RadDetectorInformation"), "id", &own);
        let name = name.or(Some(id).filter(|id| !plain && !id.starts_with(OWN)));
        node.children.extend(name.map(|name| element("RadDetectorName", name)));
        node.children.push(element("RadDetectorCategoryCode", category(kind)));
        node.children.push(element("RadDetectorKindCode", listed(material, &MATERIALS)));
        self.ids.insert(id.to_owned(), own);
        self.nodes.push(node);
    }

    /// Returns the identifier in the document of a detector that the scan names.
    pub(super) fn id(&self, detector: &str) -> Option<&str> {
        self.ids.get(detector).map(String::as_str)
    }

    /// Returns the identifier in the document of the detector of a series.
    pub(super) fn of_series(&self, detector: Option<&str>, kind: &RadiationKind) -> Option<&str> {
        self.id(&key(detector, kind))
    }

    /// Returns all identifiers in the document, in its order, with a space between them.
    pub(super) fn all(&self) -> String {
        let id = |node: &Node| node.attribute("id").unwrap_or_default().to_owned();
        self.nodes.iter().map(id).collect::<Vec<_>>().join(" ")
    }

    /// Returns the elements.
    pub(super) fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }
}

/// Returns whether series of a kind count what a detector saw.
pub(super) fn is_count(kind: &RadiationKind) -> bool {
    use RadiationKind as K;
    matches!(kind, K::Gamma | K::Neutron | K::Alpha | K::Beta | K::Xray | K::Other)
}

fn key(detector: Option<&str>, kind: &RadiationKind) -> String {
    detector.map_or_else(|| format!("{OWN}{kind}"), str::to_owned)
}

fn category(kind: &RadiationKind) -> &'static str {
    match kind {
        RadiationKind::Gamma => "Gamma",
        RadiationKind::Neutron => "Neutron",
        RadiationKind::Alpha => "Alpha",
        RadiationKind::Beta => "Beta",
        RadiationKind::Xray => "X-ray",
        _ => "Other",
    }
}
