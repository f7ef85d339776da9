//! Filled cavities of the structure, by comparison with the empty vehicle.
//!
//! A pixel of the structure must not be denser than the densest of the nine pixels of the empty vehicle around its place.
//! At the floor, which is denser than both its sides, only the row counts. Two things blur what is structure. The beam looks at floor and roof from the side: what stands on the floor reaches
//! some rows below its line, all along the load alike, so that there the usual of each row is taken off, and with it what a vehicle sinks under its load; and what hangs
//! in the upper part of the bay without standing on anything belongs to the roof.

use ndarray::Array2;

use super::bay::Bay;
use super::confidence::confidence;
use super::detection::{Detection, EVIDENCE, Kind, Measures, Zone};
use super::empty::Empty;
use super::patch::{Patch, patches};
use super::reason;
use super::robust::Robust;
use super::subject::Subject;

/// Steps (noise and texture of a smoothed pixel) by which a pixel must be denser.
const STEPS: f64 = 4.0;
/// α that must be added, about 1 g/cm².
const ADDED: f64 = 0.04;
/// Fewest pixels of a filling.
const LEAST: usize = 9;
/// Columns of a gap, by a cross member, that do not divide a filling.
const GAP: usize = 4;
/// Share of the bay, from its top, in which the roof may appear.
const ROOF: f64 = 0.4;
/// Share of the columns of a row whose added matter is called usual there.
const USUAL: f64 = 0.75;

/// Finds what the structure holds beyond that of the empty vehicle.
pub(super) fn find(subject: &Subject, empty: &Empty) -> Vec<Detection> {
    let zones = Zones { bay: empty.bay, pitch: subject.pitch };
    let added = added(subject, empty, &zones);
    let significant = |at: (usize, usize)| {
        let here = f64::from(subject.alpha[at]);
        f64::from(added[at]) > ADDED.max(STEPS * subject.step(here))
    };
    let structure = Array2::from_shape_fn(subject.shape(), |at| zones.of(at) != Zone::Load && significant(at));
    let bay = Array2::from_shape_fn(subject.shape(), |at| zones.of(at) == Zone::Load && significant(at));
    let hangs = |patch: &Patch| {
        let bottom = patch.bounds().row + patch.bounds().rows;
        empty.bay.found && (bottom as f64) < empty.bay.inside.row as f64 + ROOF * empty.bay.inside.rows as f64
    };
    let inside = patches(&bay, LEAST).into_iter().filter(hangs).map(|patch| (patch, Some(Zone::Roof)));
    let around = patches(&closed(&structure), LEAST).into_iter().map(|patch| (patch, None));
    around.chain(inside).filter_map(|(patch, zone)| describe(subject, empty, &zones, &added, patch, zone)).collect()
}

/// Returns the α that the scan has beyond the empty vehicle and beyond what is usual in a row at the floor.
fn added(subject: &Subject, empty: &Empty, zones: &Zones) -> Array2<f32> {
    let mut added = Array2::from_shape_fn(subject.shape(), |at| {
        let most = if zones.of(at) == Zone::Floor { empty.beside[at] } else { empty.ceiling[at] };
        if f64::from(most) < 0.9 * empty.opaque { subject.alpha[at] - most } else { f32::NAN }
    });
    let inside = empty.bay.inside;
    if !empty.bay.found {
        return added;
    }
    let columns = inside.column..(inside.column + inside.columns).min(subject.shape().1);
    for row in inside.row + inside.rows..subject.shape().0 {
        if zones.of((row, inside.column + inside.columns / 2)) != Zone::Floor {
            continue;
        }
        let mut values: Vec<f32> = columns.clone().map(|c| added[(row, c)]).filter(|v| v.is_finite()).collect();
        values.sort_unstable_by(f32::total_cmp);
        let usual = values.get((values.len() as f64 * USUAL) as usize).copied().unwrap_or(0.0).max(0.0);
        columns.clone().for_each(|c| added[(row, c)] -= usual);
    }
    added
}

/// Fills gaps of a few columns in the rows of a mask.
fn closed(mask: &Array2<bool>) -> Array2<bool> {
    let mut closed = mask.clone();
    for mut row in closed.rows_mut() {
        let mut last: Option<usize> = None;
        for column in 0..row.len() {
            if row[column] {
                if let Some(last) = last.filter(|last| column - last <= GAP + 1) {
                    row.slice_mut(ndarray::s![last..column]).fill(true);
                }
                last = Some(column);
            }
        }
    }
    closed
}

fn describe(
    subject: &Subject,
    empty: &Empty,
    zones: &Zones,
    added: &Array2<f32>,
    patch: Patch,
    zone: Option<Zone>,
) -> Option<Detection> {
    let bounds = patch.bounds();
    // A line one pixel wide is an edge that does not quite fit.
    if bounds.rows.min(bounds.columns) < 2 || patch.fill() < 0.3 {
        return None;
    }
    let zone = zone.unwrap_or_else(|| zones.of((bounds.row + bounds.rows / 2, bounds.column + bounds.columns / 2)));
    let of = |value: &dyn Fn((usize, usize)) -> f32| Robust::of(patch.pixels().map(value));
    let (own, usual) = (of(&|p| subject.lambda[p]), of(&|p| empty.lambda[p]));
    let excess = of(&|p| subject.lambda[p] - empty.lambda[p]);
    let more = of(&|p| added[p]);
    let snr = of(&|p| (f64::from(added[p]) / subject.step(f64::from(subject.alpha[p]))) as f32);
    let ring = Robust::of(patch.ring(subject.shape(), 1, 3).into_iter().map(|p| added[p]));
    let area = subject.pixel_area().map(|area| area * patch.len() as f64);
    let excess_sigma = excess.spread / (patch.len() as f64 / 8.0).max(1.0).sqrt();
    let measures = Measures {
        area,
        lambda: own.median,
        lambda_around: usual.median,
        excess: excess.median,
        excess_sigma,
        mass: area.map(|area| excess.median * area / 1000.0),
        mass_sigma: area.map(|area| excess_sigma.hypot(0.05 * excess.median) * area / 1000.0),
        snr: snr.median,
        ..Measures::default()
    };
    let is = |wanted: bool| f64::from(u8::from(wanted));
    let mut evidence = [0.0; EVIDENCE];
    evidence[..11].copy_from_slice(&[
        measures.snr.max(1e-3).ln(),
        ((more.median - ring.high) / more.median.max(1e-6)).clamp(-2.0, 1.0),
        (excess.median / 10.0).max(1e-3).ln(),
        patch.fill(),
        more.spread / more.median.max(1e-6),
        is(zone == Zone::Floor),
        (patch.len() as f64 / 25.0).ln(),
        (bounds.rows.min(bounds.columns) as f64).ln(),
        (bounds.columns as f64 / bounds.rows as f64).ln(),
        is(zone == Zone::Roof),
        is(matches!(zone, Zone::FrontWall | Zone::RearWall)),
    ]);
    let reason = reason::cavity(&measures, zone);
    let confidence = confidence(Kind::Cavity, &evidence);
    Some(Detection { kind: Kind::Cavity, zone, confidence, evidence, reason, measures, patch })
}

/// Parts of the vehicle around the bay.
struct Zones {
    bay: Bay,
    pitch: Option<[f64; 2]>,
}

impl Zones {
    /// Returns the part in which a pixel lies.
    fn of(&self, (row, column): (usize, usize)) -> Zone {
        let (inside, object) = (&self.bay.inside, &self.bay.object);
        if !self.bay.found {
            return Zone::Structure;
        }
        let (bottom, end) = (inside.row + inside.rows, inside.column + inside.columns);
        let wall = self.pitch.map_or(object.columns / 40, |p| (300.0 / p[1]).round() as usize).max(2);
        let deep = self.pitch.map_or(object.rows / 20, |p| (250.0 / p[0]).round() as usize).max(2);
        let along = (inside.column..end).contains(&column);
        match () {
            // A load sticks out of its bay by a pixel of blur, and below the line of the floor by its width.
            () if along
                && (inside.row + 1..=bottom + 1).contains(&row)
                && column > inside.column
                && column + 1 < end =>
            {
                Zone::Load
            }
            () if row <= inside.row && along => Zone::Roof,
            () if row <= bottom + 1 && (inside.column.saturating_sub(wall)..=inside.column).contains(&column) => {
                Zone::FrontWall
            }
            () if row <= bottom + 1 && (end.saturating_sub(1)..end + wall).contains(&column) => Zone::RearWall,
            () if row <= bottom + deep && along => Zone::Floor,
            () if row + object.rows / 5 >= object.row + object.rows => Zone::RunningGear,
            () if row > bottom => Zone::Underbody,
            () => Zone::Structure,
        }
    }
}
