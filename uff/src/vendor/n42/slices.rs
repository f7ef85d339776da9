//! Measurements in the order of time, those of one period joined.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::Document;
use super::Measurement;
use super::MeasurementClass;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::RadiationKind;
use crate::model::Timestamp;

/// Which values of a slice belong to one series: detector (none when it is not told) and energy window, from 1.
pub(super) type Line = (Option<String>, Option<u32>);

/// What was measured in one period.
pub(super) struct Slice {
    pub(super) start: Timestamp,
    /// Duration, s.
    pub(super) real_time: f64,
    pub(super) background: bool,
    pub(super) occupied: Option<bool>,
    /// Speed of the item, m/s.
    pub(super) speed: Option<f64>,
    /// Counts by series.
    pub(super) counts: BTreeMap<Line, f64>,
    /// Live time by detector, s.
    pub(super) live_times: BTreeMap<Option<String>, f64>,
}

/// Slices and what of the measurements is not in them.
pub(super) struct Slices {
    pub(super) slices: Vec<Slice>,
    /// Energy windows of the series that count in windows: lower and upper end, keV.
    pub(super) windows: BTreeMap<Line, (f64, f64)>,
    /// Measurements that are neither of the item nor of the background.
    pub(super) left_out: u64,
    /// Measurements that do not say what they are of; they are taken for those of the item.
    pub(super) not_specified: u64,
    /// Values of a detector that has others of the same period.
    pub(super) repeated: u64,
}

/// Joins and sorts the measurements of a document.
///
/// # Errors
/// `limit.bytes`.
pub(super) fn slices(document: &Document, budget: &Budget) -> Result<Slices> {
    let mut all = Slices { slices: Vec::new(), windows: BTreeMap::new(), left_out: 0, not_specified: 0, repeated: 0 };
    let mut order: Vec<&Measurement> = budget.vec(document.measurements.len(), "the order of measurements")?;
    order.extend(&document.measurements);
    order.sort_by_key(|m| (m.start.instant(), m.class == MeasurementClass::Background));
    for measurement in order {
        match measurement.class {
            MeasurementClass::Calibration | MeasurementClass::IntrinsicActivity => {
                all.left_out += 1;
                continue;
            }
            MeasurementClass::NotSpecified => all.not_specified += 1,
            MeasurementClass::Foreground | MeasurementClass::Background => {}
        }
        let slice = all.slice_of(document, measurement);
        budget.charge(slice.size(), "radiation measurements")?;
        match all.slices.last_mut() {
            Some(last) if last.joins(&slice) => last.join(slice),
            _ => all.slices.push(slice),
        }
    }
    Ok(all)
}

impl Slices {
    fn slice_of(&mut self, document: &Document, measurement: &Measurement) -> Slice {
        let mut slice = Slice {
            start: measurement.start,
            real_time: measurement.real_time,
            background: measurement.class == MeasurementClass::Background,
            occupied: measurement.occupied,
            speed: measurement.speed,
            counts: BTreeMap::new(),
            live_times: BTreeMap::new(),
        };
        for spectrum in &measurement.spectra {
            let line = (spectrum.detector.clone().or_else(|| only_detector(document)), None);
            self.put(&mut slice, line, spectrum.live_time, spectrum.total());
        }
        for counts in &measurement.counts {
            let detector = counts.detector.clone().or_else(|| only_detector(document));
            let windows = counts.windows.as_ref().and_then(|id| document.windows.get(id));
            let in_windows = counts.windows.is_some() || counts.values.len() > 1;
            for (number, value) in (1..).zip(&counts.values) {
                let line = (detector.clone(), Some(number).filter(|_| in_windows));
                if let Some(ends) = windows.and_then(|w| w.get(number as usize - 1)).filter(|_| in_windows) {
                    self.windows.entry(line.clone()).or_insert(*ends);
                }
                self.put(&mut slice, line, counts.live_time, *value);
            }
        }
        slice
    }

    fn put(&mut self, slice: &mut Slice, line: Line, live_time: Option<f64>, value: f64) {
        if let Some(live_time) = live_time {
            slice.live_times.entry(line.0.clone()).or_insert(live_time);
        }
        match slice.counts.entry(line) {
            Entry::Vacant(entry) => {
                entry.insert(value);
            }
            Entry::Occupied(_) => self.repeated += 1,
        }
    }
}

/// Returns the only detector of a document.
fn only_detector(document: &Document) -> Option<String> {
    match document.detectors.as_slice() {
        [only] => Some(only.id.clone()),
        _ => None,
    }
}

impl Slice {
    /// Returns about how many bytes the slice occupies.
    fn size(&self) -> u64 {
        let entry = |line: &Line| line.0.as_ref().map_or(0, String::len) + 2 * size_of::<(Line, f64)>();
        (size_of::<Self>() + self.counts.keys().map(entry).sum::<usize>()) as u64
    }

    /// Returns whether another slice is of the same period and of other detectors.
    fn joins(&self, other: &Self) -> bool {
        self.start.instant() == other.start.instant()
            && self.real_time == other.real_time
            && self.background == other.background
            && other.counts.keys().all(|line| !self.counts.contains_key(line))
    }

    fn join(&mut self, other: Self) {
        self.occupied = self.occupied.or(other.occupied);
        self.speed = self.speed.or(other.speed);
        self.counts.extend(other.counts);
        for (detector, live_time) in other.live_times {
            self.live_times.entry(detector).or_insert(live_time);
        }
    }

    /// Returns the instant at which the slice ends.
    pub(super) fn end(&self) -> jiff::Timestamp {
        let length = jiff::SignedDuration::try_from_secs_f64(self.real_time).unwrap_or_default();
        self.start.instant().saturating_add(length).unwrap_or(self.start.instant())
    }
}

/// Returns what a series counts: that of its detector, gamma rays when nothing tells.
pub(super) fn kind_of(document: &Document, detector: Option<&str>) -> RadiationKind {
    detector.and_then(|id| document.detector(id)).map_or(RadiationKind::Gamma, |d| d.kind.clone())
}
