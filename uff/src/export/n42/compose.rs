//! Making a document of 2011 from records and series.

use super::detectors::Detectors;
use super::detectors::OWN;
use super::entries::entries;
use super::texts::UNKNOWN;
use super::texts::element;
use super::texts::listed;
use super::texts::non_blank;
use super::texts::parent;
use super::texts::with;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Radiation;
use crate::model::RadiationAlarm;
use crate::model::RadiationInstrument;
use crate::model::RadiationKind;
use crate::model::RadiationNuclide;
use crate::model::record::Node;
use crate::vendor::n42::NAMESPACE_2011;
use crate::xml::write;

/// Classes of an instrument that the schema lists.
const CLASSES: [&str; 14] = [
    "Backpack",
    "Dosimeter",
    "Electronic Personal Emergency Radiation Detector",
    "Mobile System",
    "Network Area Monitor",
    "Neutron Handheld",
    "Personal Radiation Detector",
    "Radionuclide Identifier",
    "Portal Monitor",
    "Spectroscopic Portal Monitor",
    "Spectroscopic Personal Radiation Detector",
    "Gamma Handheld",
    "Transportable System",
    "Other",
];

/// Makes the document, valid against `n42.xsd`.
///
/// # Errors
/// `limit.bytes`; `xml.value` for a text with characters that XML cannot hold.
pub(super) fn compose(bundle: &Bundle, radiation: &Radiation, budget: &Budget) -> Result<Vec<u8>> {
    let detectors = Detectors::of(radiation);
    let entries = entries(bundle, radiation, &detectors, budget)?;
    let analyses = analyses(radiation, &detectors);
    let mut root = Node::new("RadInstrumentData");
    let uuid = bundle.scan.identity.scanner_scan_id.as_deref().filter(|id| is_uuid(id));
    if let Some(uuid) = uuid {
        root = with(root, "n42DocUUID", uuid);
    }
    root.children.push(instrument(radiation));
    root.children.extend(detectors.into_nodes());
    root.children.extend(entries.items);
    root.children.extend(entries.nodes);
    root.children.extend(analyses);
    write(&root, Some(NAMESPACE_2011))
}

/// Returns whether a text is a UUID with hyphens, as the schema wants it.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

fn instrument(radiation: &Radiation) -> Node {
    let nothing = RadiationInstrument::default();
    let i = radiation.instrument.as_ref().unwrap_or(&nothing);
    let stated = |text: &Option<String>| non_blank(text.as_deref().unwrap_or_default());
    let mut node = with(Node::new("RadInstrumentInformation"), "id", format!("{OWN}instrument"));
    node.children.push(element("RadInstrumentManufacturerName", stated(&i.manufacturer)));
    node.children.extend(i.serial.is_some().then(|| element("RadInstrumentIdentifier", stated(&i.serial))));
    node.children.push(element("RadInstrumentModelName", stated(&i.model)));
    node.children.push(element("RadInstrumentClassCode", listed(i.class.as_deref(), &CLASSES)));
    let software = i.software.as_deref().unwrap_or(UNKNOWN);
    node.children.extend(software.split("; ").map(version));
    if let Some(lane) = &radiation.lane {
        let characteristic = [
            element("CharacteristicName", "Lane"),
            element("CharacteristicValue", non_blank(lane)),
            element("CharacteristicValueUnits", "unit-less"),
            element("CharacteristicValueDataClassCode", "string"),
        ];
        node.children.push(parent("RadInstrumentCharacteristics", [parent("Characteristic", characteristic)]));
    }
    node
}

/// Splits a text of the kind `Software 7` into component and version.
fn version(text: &str) -> Node {
    let (name, version) = text.trim().rsplit_once(' ').unwrap_or(("Software", text));
    let parts = [
        element("RadInstrumentComponentName", non_blank(name)),
        element("RadInstrumentComponentVersion", non_blank(version)),
    ];
    parent("RadInstrumentVersion", parts)
}

/// Writes the nuclides identified, then each alarm with those of its own, so that each is read back where it was.
fn analyses(radiation: &Radiation, detectors: &Detectors) -> Vec<Node> {
    let mut all = Vec::new();
    if !radiation.nuclides.is_empty() {
        all.push(parent("AnalysisResults", [nuclides(radiation.nuclides.iter().map(nuclide))]));
    }
    for alarm in &radiation.alarms {
        let mut node = parent("AnalysisResults", [self::alarm(alarm, detectors)]);
        if alarm.kind == RadiationKind::Isotope && !alarm.nuclides.is_empty() {
            let known = |name: &String| radiation.nuclides.iter().find(|n| n.name == *name).cloned();
            let named = |name: &String| RadiationNuclide { name: name.clone(), ..RadiationNuclide::default() };
            let of_alarm = alarm.nuclides.iter().map(|name| nuclide(&known(name).unwrap_or_else(|| named(name))));
            node.children.push(nuclides(of_alarm));
        }
        all.push(node);
    }
    all
}

fn nuclides(nuclides: impl Iterator<Item = Node>) -> Node {
    parent("NuclideAnalysisResults", nuclides)
}

fn nuclide(nuclide: &RadiationNuclide) -> Node {
    let mut node = parent(
        "Nuclide",
        [element("NuclideIdentifiedIndicator", "true"), element("NuclideName", non_blank(&nuclide.name))],
    );
    node.children.extend(nuclide.confidence.map(|c| element("NuclideIDConfidenceValue", percent(c.get()))));
    // The schema demands one statement of confidence; an empty one in words says nothing.
    if nuclide.confidence_text.is_some() || nuclide.confidence.is_none() {
        node.children
            .push(element("NuclideIDConfidenceDescription", nuclide.confidence_text.clone().unwrap_or_default()));
    }
    node.children.extend(nuclide.category.as_ref().map(|c| element("NuclideCategoryDescription", c)));
    node
}

/// Writes a share as percent, so that a hundredth of the number read is the share again.
fn percent(share: f64) -> String {
    let near = share * 100.0;
    let exact = [near, near.next_up(), near.next_down()].into_iter().find(|p| p / 100.0 == share);
    exact.unwrap_or(near).clamp(0.0, 100.0).to_string()
}

fn alarm(alarm: &RadiationAlarm, detectors: &Detectors) -> Node {
    let code = match alarm.kind {
        RadiationKind::Neutron => "Neutron",
        RadiationKind::Gamma => "Gamma",
        RadiationKind::Alpha => "Alpha",
        RadiationKind::Beta => "Beta",
        RadiationKind::Isotope => "Isotope",
        _ => "Other",
    };
    let took_part: Vec<&str> = alarm.detectors.iter().filter_map(|d| detectors.id(d)).collect();
    // The schema demands a detector; where none is named, any may have raised the alarm.
    let references = if took_part.is_empty() { detectors.all() } else { took_part.join(" ") };
    let mut node = with(Node::new("RadAlarm"), "radDetectorInformationReferences", references);
    node.children.extend(alarm.time.map(|t| element("RadAlarmDateTime", t.to_string())));
    node.children.push(element("RadAlarmCategoryCode", code));
    node.children.extend(alarm.description.as_ref().map(|d| element("RadAlarmDescription", d)));
    node
}
