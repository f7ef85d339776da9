//! From a document to the records and series of a scan, and what of it they do not hold.

use std::sync::Arc;

use super::Document;
use super::slices::Slice;
use super::slices::slices;
use super::timeline::timeline;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Loss;
use crate::model::LossKind;
use crate::model::Radiation;
use crate::model::RadiationAlarm;
use crate::model::RadiationDetector;
use crate::model::RadiationInstrument;
use crate::model::RadiationKind;
use crate::model::RadiationNuclide;
use crate::model::RadiationOccupancy;
use crate::model::Timestamp;
use crate::units::Probability;
use crate::units::Seconds;

/// Records and series of a document.
pub(super) struct Recorded {
    pub(super) radiation: Radiation,
    /// Series by name.
    pub(super) series: Vec<(String, Arc<[f64]>)>,
    pub(super) losses: Vec<Loss>,
    /// Start and end of the measurements of the item; of all when none is of the item.
    pub(super) period: Option<(Timestamp, Timestamp)>,
}

/// Makes the records and series.
///
/// # Errors
/// `limit.bytes`.
pub(super) fn record(document: &Document, budget: &Budget) -> Result<Recorded> {
    let slices = slices(document, budget)?;
    let timeline = timeline(document, &slices, budget)?;
    let radiation = Radiation {
        start: timeline.start,
        interval: timeline.interval,
        series: timeline.series.iter().map(|(series, _)| series.clone()).collect(),
        alarms: alarms(document, budget)?,
        instrument: instrument(document),
        detectors: document.detectors.iter().map(detector).collect(),
        occupancies: occupancies(&slices.slices),
        nuclides: nuclides(document),
        lane: document.lane.clone(),
        ..Radiation::default()
    };
    let mut losses = Losses(Vec::new());
    losses.of_document(document);
    losses.count(
        slices.left_out,
        LossKind::Dropped,
        "measurement",
        "calibrations and intrinsic activity have no place in the series",
    );
    losses.count(
        slices.not_specified,
        LossKind::Invented,
        "measurement class",
        "measurements that do not say what they are of are taken for those of the item",
    );
    losses.count(
        slices.repeated,
        LossKind::Dropped,
        "counts",
        "values of a detector that has others of the same period are not in the series",
    );
    let series = timeline.series.into_iter().map(|(series, values)| (series.name, values)).collect();
    Ok(Recorded { radiation, series, losses: losses.0, period: period(&slices.slices) })
}

/// Most nuclides that a loss names.
const MOST_NAMED: usize = 32;

struct Losses(Vec<Loss>);

impl Losses {
    fn count(&mut self, count: u64, kind: LossKind, subject: &str, reason: &str) {
        if count > 0 {
            let (subject, reason) = (format!("N42 {subject}"), format!("{count} in the document: {reason}"));
            self.0.push(Loss { kind, subject, reason, ..Loss::default() });
        }
    }

    fn of_document(&mut self, document: &Document) {
        let kept = "the kept document alone holds them";
        for (name, count) in &document.unread {
            self.count(*count, LossKind::Dropped, name, kept);
        }
        let spectra = document.measurements.iter().map(|m| m.spectra.len() as u64).sum();
        self.count(
            spectra,
            LossKind::Dropped,
            "Spectrum",
            "the series hold the sum of the channels; the kept document alone holds the channels and their calibration",
        );
        let absent = || document.analyses.iter().flat_map(|a| &a.nuclides).filter(|n| !n.identified);
        let names: Vec<_> = absent().take(MOST_NAMED).map(|n| n.name.as_str()).collect();
        self.count(
            absent().count() as u64,
            LossKind::Dropped,
            "Nuclide",
            &format!("nuclides that were looked for and not identified have no place: {}", names.join(", ")),
        );
        self.count(
            document.without_offset,
            LossKind::Invented,
            "time",
            "times state no offset from UTC; that of the scan, or UTC, was taken",
        );
        let counts = document.measurements.iter().flat_map(|m| &m.counts);
        let windows =
            counts.filter_map(|c| c.windows.as_ref()).filter(|id| !document.windows.contains_key(*id)).count();
        self.count(
            windows as u64,
            LossKind::Dropped,
            "EnergyWindows",
            "counts refer to energy windows that are not there",
        );
    }
}

fn alarms(document: &Document, budget: &Budget) -> Result<Vec<RadiationAlarm>> {
    let mut found = Vec::new();
    for analysis in &document.analyses {
        let identified: Vec<&str> = analysis.nuclides.iter().filter(|n| n.identified).map(|n| &*n.name).collect();
        let size: usize = identified.iter().map(|n| n.len() + size_of::<String>()).sum();
        for alarm in &analysis.alarms {
            let mut nuclides = Vec::new();
            if alarm.kind == RadiationKind::Isotope {
                budget.charge(size as u64, "nuclides of alarms")?;
                nuclides.extend(identified.iter().map(|n| (*n).to_owned()));
            }
            found.push(RadiationAlarm {
                kind: alarm.kind.clone(),
                time: alarm.time,
                nuclides,
                description: alarm.description.clone(),
                detectors: alarm.detectors.clone(),
                ..RadiationAlarm::default()
            });
        }
    }
    Ok(found)
}

/// Lists each nuclide identified once, as it was named first.
fn nuclides(document: &Document) -> Vec<RadiationNuclide> {
    let mut seen = std::collections::BTreeSet::new();
    let identified =
        document.analyses.iter().flat_map(|a| &a.nuclides).filter(|n| n.identified && seen.insert(&n.name));
    let record = |n: &super::Nuclide| RadiationNuclide {
        name: n.name.clone(),
        confidence: n.confidence.and_then(|c| Probability::new(c / 100.0).ok()),
        confidence_text: n.confidence_text.clone(),
        category: n.category.clone(),
        ..RadiationNuclide::default()
    };
    identified.map(record).collect()
}

fn instrument(document: &Document) -> Option<RadiationInstrument> {
    let i = &document.instrument;
    let software = (!i.software.is_empty()).then(|| i.software.join("; "));
    let instrument = RadiationInstrument {
        manufacturer: i.manufacturer.clone(),
        model: i.model.clone(),
        serial: i.serial.clone(),
        class: i.class.clone(),
        software,
        ..RadiationInstrument::default()
    };
    (instrument != RadiationInstrument::default()).then_some(instrument)
}

fn detector(d: &super::Detector) -> RadiationDetector {
    RadiationDetector {
        id: d.id.clone(),
        name: d.name.clone().filter(|name| *name != d.id),
        kind: d.kind.clone(),
        material: d.material.clone(),
        ..RadiationDetector::default()
    }
}

/// Joins slices in which an item was present.
fn occupancies(slices: &[Slice]) -> Vec<RadiationOccupancy> {
    let mut found: Vec<(Timestamp, jiff::Timestamp)> = Vec::new();
    let mut before = None;
    for slice in slices.iter().filter(|s| s.occupied.is_some()) {
        let present = slice.occupied == Some(true);
        match found.last_mut().filter(|_| present && before == Some(true)) {
            Some((_, end)) => *end = slice.end().max(*end),
            None if present => found.push((slice.start, slice.end())),
            None => {}
        }
        before = slice.occupied;
    }
    let record = |(start, end): (Timestamp, jiff::Timestamp)| RadiationOccupancy {
        start: Some(start),
        duration: Seconds::new(end.duration_since(start.instant()).as_secs_f64()).ok(),
        ..RadiationOccupancy::default()
    };
    found.into_iter().map(record).collect()
}

/// Returns start and end of what was measured of the item.
fn period(slices: &[Slice]) -> Option<(Timestamp, Timestamp)> {
    let of_item = slices.iter().any(|s| !s.background);
    let chosen = || slices.iter().filter(|s| !of_item || !s.background);
    let start = chosen().map(|s| s.start).next()?;
    let end = chosen().map(Slice::end).max()?;
    Some((start, Timestamp::new(end, start.offset()).unwrap_or(start)))
}
