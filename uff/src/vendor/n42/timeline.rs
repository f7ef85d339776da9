//! Slices as time series of equal length.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::Document;
use super::slices::Line;
use super::slices::Slice;
use super::slices::Slices;
use super::slices::kind_of;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::RadiationKind;
use crate::model::RadiationSeries;
use crate::model::Timestamp;
use crate::units::Seconds;

/// Time series of a document.
pub(super) struct Timeline {
    pub(super) start: Option<Timestamp>,
    /// Time between two entries, when it is the same everywhere and each entry lasts as long.
    pub(super) interval: Option<Seconds>,
    pub(super) series: Vec<(RadiationSeries, Arc<[f64]>)>,
}

/// Makes the series. NaN marks an entry without a value.
///
/// # Errors
/// `limit.bytes` when detectors times entries exceed the budget.
pub(super) fn timeline(document: &Document, slices: &Slices, budget: &Budget) -> Result<Timeline> {
    let all = slices.slices.as_slice();
    let start = all.first().map(|s| s.start);
    let interval = interval(all);
    let mut made = Maker { slices: all, budget, series: Vec::new() };
    if let Some(start) = start.filter(|_| interval.is_none()) {
        let offset = |s: &Slice| Some(s.start.instant().duration_since(start.instant()).as_secs_f64());
        made.add("time", RadiationKind::Time, "s", offset)?;
        made.add("real-time", RadiationKind::RealTime, "s", |s| Some(s.real_time))?;
    }
    if all.iter().any(|s| s.background) {
        made.add("background", RadiationKind::Background, "1", |s| Some(f64::from(u8::from(s.background))))?;
    }
    if all.iter().any(|s| s.occupied.is_some()) {
        made.add("occupancy", RadiationKind::Occupancy, "1", |s| s.occupied.map(|o| f64::from(u8::from(o))))?;
    }
    if all.iter().any(|s| s.speed.is_some()) {
        made.add("speed", RadiationKind::Speed, "m/s", |s| s.speed)?;
    }
    let lines: BTreeSet<&Line> = all.iter().flat_map(|s| s.counts.keys()).collect();
    let place = |detector: &Option<String>| document.detectors.iter().position(|d| Some(&d.id) == detector.as_ref());
    let mut numbers: BTreeMap<Option<usize>, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        numbers.entry(place(&line.0)).or_default().push(line);
    }
    for (number, line) in numbers.values().flatten().enumerate().map(|(n, l)| (n + 1, *l)) {
        let kind = kind_of(document, line.0.as_deref());
        let name = format!("{}-{number}", kind);
        let series = made.add(&name, kind, "counts", |s| s.counts.get(line).copied())?;
        series.detector = line.0.clone();
        series.window = line.1;
        if let Some((from, to)) = slices.windows.get(line) {
            (series.energy_from, series.energy_to) = (Some(*from), Some(*to));
        }
    }
    let detectors: BTreeSet<&Option<String>> = all.iter().flat_map(|s| s.live_times.keys()).collect();
    for detector in detectors {
        let number = place(detector).map_or(0, |n| n + 1);
        let live = |s: &Slice| s.live_times.get(detector).copied();
        let differs = all.iter().any(|s| live(s).is_some_and(|l| l != s.real_time));
        if differs {
            made.add(&format!("live-time-{number}"), RadiationKind::LiveTime, "s", live)?.detector = detector.clone();
        }
    }
    Ok(Timeline { start, interval, series: made.series })
}

struct Maker<'a> {
    slices: &'a [Slice],
    budget: &'a Budget,
    series: Vec<(RadiationSeries, Arc<[f64]>)>,
}

impl Maker<'_> {
    fn add(
        &mut self,
        name: &str,
        kind: RadiationKind,
        unit: &str,
        value: impl Fn(&Slice) -> Option<f64>,
    ) -> Result<&mut RadiationSeries> {
        let mut values = self.budget.vec(self.slices.len(), "a time series")?;
        values.extend(self.slices.iter().map(|s| value(s).unwrap_or(f64::NAN)));
        let series =
            RadiationSeries { name: name.to_owned(), kind, unit: unit.to_owned(), ..RadiationSeries::default() };
        self.series.push((series, Arc::from(values)));
        let last = self.series.len() - 1;
        Ok(&mut self.series[last].0)
    }
}

/// Returns the time between two entries when each starts where the one before it ends, to the nanosecond.
fn interval(slices: &[Slice]) -> Option<Seconds> {
    let first = slices.first()?;
    let length = jiff::SignedDuration::try_from_secs_f64(first.real_time).ok()?;
    let regular = slices.windows(2).all(|pair| match pair {
        [a, b] => b.start.instant().duration_since(a.start.instant()) == length && b.real_time == first.real_time,
        _ => true,
    });
    Seconds::new(first.real_time).ok().filter(|s| regular && s.get() > 0.0)
}
