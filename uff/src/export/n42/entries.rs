//! The series of a scan, entry by entry, as measurements.

use std::collections::BTreeMap;

use super::detectors::Detectors;
use super::detectors::OWN;
use super::detectors::is_count;
use super::texts::element;
use super::texts::parent;
use super::texts::with;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Radiation;
use crate::model::RadiationKind;
use crate::model::RadiationSeries;
use crate::model::Timestamp;
use crate::model::record::Node;
use crate::vendor::n42::duration_text;

/// Identifier of the item whose speed is measured.
const ITEM: &str = "item";

/// Bytes that the elements of one value of an entry occupy, about.
const VALUE_SIZE: u64 = 2 << 10;

/// A series that is listed and stored.
type Stored<'a> = (&'a RadiationSeries, &'a [f64]);

/// Measurements and what they refer to.
#[derive(Default)]
pub(super) struct Entries {
    /// The item, when its speed is known.
    pub(super) items: Vec<Node>,
    /// Energy windows and measurements.
    pub(super) nodes: Vec<Node>,
}

/// Writes the entries that tell when they were measured and how long; others are left out.
///
/// # Errors
/// `limit.bytes`.
pub(super) fn entries(
    bundle: &Bundle,
    radiation: &Radiation,
    detectors: &Detectors,
    budget: &Budget,
) -> Result<Entries> {
    let stored: Vec<Stored<'_>> =
        radiation.series.iter().filter_map(|s| Some((s, bundle.series.get(&s.name)?.as_ref()))).collect();
    let length = stored.iter().map(|(_, values)| values.len()).max().unwrap_or_default();
    let sets = counted(&stored, detectors);
    let mut entries = Entries::default();
    let (Some(start), true) = (radiation.start, length > 0) else { return Ok(entries) };
    budget.charge((length as u64).saturating_mul(sets.len() as u64 + 2).saturating_mul(VALUE_SIZE), "measurements")?;
    if find(&stored, &RadiationKind::Speed, None).is_some() {
        entries.items.push(with(Node::new("RadItemInformation"), "id", format!("{OWN}{ITEM}")));
    }
    entries.nodes.extend(sets.iter().filter_map(Counted::windows));
    let interval = radiation.interval.map(|i| i.get());
    for entry in 0..length {
        let value = |kind: &RadiationKind| find(&stored, kind, None).and_then(|values| value(values, entry));
        let offset = value(&RadiationKind::Time).or(interval.map(|i| i * entry as f64));
        let real_time = value(&RadiationKind::RealTime).or(interval).filter(|t| *t > 0.0);
        let begun = offset.and_then(|o| after(start, o));
        let (Some(begun), Some(real_time)) = (begun, real_time) else { continue };
        let background = value(&RadiationKind::Background) == Some(1.0);
        let mut node = with(Node::new("RadMeasurement"), "id", format!("{OWN}m{entry}"));
        node.children.extend([
            element("MeasurementClassCode", if background { "Background" } else { "Foreground" }),
            element("StartDateTime", begun.to_string()),
            element("RealTimeDuration", duration_text(real_time)),
        ]);
        node.children.extend(sets.iter().filter_map(|set| set.node(&stored, entry, real_time)));
        if let Some(speed) = value(&RadiationKind::Speed) {
            let vector = parent("StateVector", [element("SpeedValue", speed.to_string())]);
            let state = parent("RadItemState", [vector]);
            node.children.push(with(state, "radItemInformationReference", format!("{OWN}{ITEM}")));
        }
        let occupied = value(&RadiationKind::Occupancy).filter(|o| *o == 0.0 || *o == 1.0);
        node.children.extend(occupied.map(|o| element("OccupancyIndicator", if o == 1.0 { "true" } else { "false" })));
        entries.nodes.push(node);
    }
    Ok(entries)
}

/// Series of one detector that make one `GrossCounts`: one of the whole range, or all its energy windows in order.
struct Counted<'a> {
    detector: &'a str,
    series: Vec<Stored<'a>>,
    /// Number of the set in the document.
    number: usize,
}

/// Sorts the series of counts by detector and window.
fn counted<'a>(stored: &[Stored<'a>], detectors: &'a Detectors) -> Vec<Counted<'a>> {
    let mut sets: BTreeMap<(&str, bool), Vec<Stored<'a>>> = BTreeMap::new();
    for (series, values) in stored.iter().filter(|(s, _)| is_count(&s.kind)) {
        if let Some(id) = detectors.of_series(series.detector.as_deref(), &series.kind) {
            sets.entry((id, series.window.is_some())).or_default().push((series, values));
        }
    }
    let set = |(number, ((detector, _), mut series)): (usize, ((&'a str, bool), Vec<Stored<'a>>))| {
        series.sort_by_key(|(s, _)| s.window);
        Counted { detector, series, number }
    };
    sets.into_iter().enumerate().map(set).collect()
}

impl Counted<'_> {
    /// Returns the energy windows when both ends of all of them are known.
    fn windows(&self) -> Option<Node> {
        let ends = |end: fn(&RadiationSeries) -> Option<f64>| {
            let texts: Option<Vec<String>> = self
                .series
                .iter()
                .map(|(s, _)| end(s).filter(|e| e.is_finite() && *e >= 0.0))
                .map(|e| Some(e?.to_string()))
                .collect();
            texts.map(|t| t.join(" "))
        };
        let (from, to) = (ends(|s| s.energy_from)?, ends(|s| s.energy_to)?);
        let windows = [element("WindowStartEnergyValues", from), element("WindowEndEnergyValues", to)];
        Some(with(parent("EnergyWindows", windows), "id", self.windows_id()))
    }

    fn windows_id(&self) -> String {
        format!("{OWN}w{}", self.number)
    }

    /// Returns the counts of an entry, none when it has not all of them.
    fn node(&self, stored: &[Stored<'_>], entry: usize, real_time: f64) -> Option<Node> {
        let one = |(_, values): &Stored<'_>| value(values, entry).filter(|v| *v >= 0.0).map(|v| v.to_string());
        let counts: Vec<String> = self.series.iter().map(one).collect::<Option<_>>()?;
        let detector = self.series.first().and_then(|(s, _)| s.detector.as_deref());
        let live = detector.and_then(|d| find(stored, &RadiationKind::LiveTime, Some(d)));
        let live = live.and_then(|values| value(values, entry)).filter(|l| *l >= 0.0).unwrap_or(real_time);
        let children = [element("LiveTimeDuration", duration_text(live)), element("CountData", counts.join(" "))];
        let node = with(parent("GrossCounts", children), "id", format!("{OWN}m{entry}-{}", self.number));
        let node = with(node, "radDetectorInformationReference", self.detector);
        Some(match self.windows() {
            Some(_) => with(node, "energyWindowsReference", self.windows_id()),
            None => node,
        })
    }
}

/// Returns the values of the series of a kind; of a detector, when one is asked for.
fn find<'a>(stored: &[Stored<'a>], kind: &RadiationKind, detector: Option<&str>) -> Option<&'a [f64]> {
    let sought = |(s, _): &&Stored<'a>| s.kind == *kind && (detector.is_none() || s.detector.as_deref() == detector);
    stored.iter().find(sought).map(|(_, values)| *values)
}

fn value(values: &[f64], entry: usize) -> Option<f64> {
    values.get(entry).copied().filter(|v| v.is_finite())
}

/// Returns the point in time some seconds later, to the nanosecond.
fn after(start: Timestamp, seconds: f64) -> Option<Timestamp> {
    let offset = jiff::SignedDuration::try_from_secs_f64(seconds).ok()?;
    Timestamp::new(start.instant().checked_add(offset).ok()?, start.offset()).ok()
}
