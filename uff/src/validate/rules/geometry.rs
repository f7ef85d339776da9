//! Geometry: pixel pitch, fan and distance, segments, marked regions.

use super::{Needs, Rule, path};
use crate::model::{ImageRegion, Modality, Scan, Segment, SegmentPurpose, View, ViewKind};
use crate::units::Energy;
use crate::validate::checks::Checks;
use crate::validate::context::Context;
use crate::validate::{FindingCode as C, Place};

pub(super) const RULES: &[Rule] = &[
    Rule { codes: &[C::GeometryPitchMissing, C::GeometryPitchRange], needs: Needs::Scan, run: pitch },
    Rule { codes: &[C::GeometryFanRange, C::GeometryDistanceRange], needs: Needs::Scan, run: beam },
    Rule { codes: &[C::GeometrySegmentOutside, C::GeometrySegmentOverlap], needs: Needs::Scan, run: segments },
    Rule { codes: &[C::GeometryCabEnergy], needs: Needs::Scan, run: cab },
    Rule { codes: &[C::GeometryRegionOutside], needs: Needs::Scan, run: regions },
];

/// Plausible size of a pixel, mm: from micro-focus parcel scanners to coarse railcar portals.
const PITCH_MM: std::ops::RangeInclusive<f64> = 0.01..=100.0;

fn pitch(context: &Context, checks: &mut Checks<'_>) {
    for (i, view) in context.views() {
        let geometry = view.geometry.as_ref();
        let axes = [
            ("geometry/pitchRows", geometry.and_then(|g| g.pitch_rows)),
            ("geometry/pitchColumns", geometry.and_then(|g| g.pitch_columns)),
        ];
        let measures = view.modality == Modality::Transmission
            && view.kind != ViewKind::Strip
            && view.channels.iter().any(|c| c.measurement_grade);
        if measures {
            let missing: Vec<_> = axes.iter().filter(|(_, pitch)| pitch.is_none()).map(|(name, _)| *name).collect();
            checks.that(C::GeometryPitchMissing, missing.is_empty(), |at| {
                at(path::in_view(i, "geometry"))
                    .expected("pitchRows and pitchColumns in mm")
                    .found(format_args!("no {}", missing.join(", no ")))
            });
        }
        for (name, pitch) in axes {
            let Some(mm) = pitch.map(|p| p.get()) else { continue };
            checks.that(C::GeometryPitchRange, PITCH_MM.contains(&mm), |at| {
                at(path::in_view(i, name))
                    .expected(format_args!("{} to {} mm", PITCH_MM.start(), PITCH_MM.end()))
                    .found(format_args!("{mm} mm"))
            });
        }
    }
}

fn beam(context: &Context, checks: &mut Checks<'_>) {
    for (i, view) in context.views() {
        let Some(geometry) = &view.geometry else { continue };
        if let Some(fan) = geometry.fan.map(|f| f.get()) {
            checks.that(C::GeometryFanRange, fan > 0.0 && fan < 180.0, |at| {
                at(path::in_view(i, "geometry/fan")).expected("above 0 and below 180 degrees").found(fan)
            });
        }
        if let Some(mm) = geometry.source_detector.map(|d| d.get()) {
            checks.that(C::GeometryDistanceRange, mm > 0.0 && mm <= 100_000.0, |at| {
                at(path::in_view(i, "geometry/sourceDetector"))
                    .expected("above 0 and at most 100000 mm")
                    .found(format_args!("{mm} mm"))
            });
        }
    }
}

fn end(segment: &Segment) -> u64 {
    u64::from(segment.first_column) + u64::from(segment.columns)
}

fn segments(context: &Context, checks: &mut Checks<'_>) {
    for (i, view) in context.views() {
        let place = |n: usize| path::in_view(i, &format!("segment[{}]", n + 1));
        let columns = |s: &Segment| format!("columns {} to {}", s.first_column, end(s));
        for (n, segment) in view.segments.iter().enumerate() {
            let inside = segment.columns > 0 && end(segment) <= u64::from(view.columns);
            checks.that(C::GeometrySegmentOutside, inside, |at| {
                at(place(n)).expected(format_args!("columns 0 to {}", view.columns)).found(columns(segment))
            });
        }
        let mut sorted: Vec<(usize, &Segment)> = view.segments.iter().enumerate().collect();
        sorted.sort_by_key(|(_, s)| (s.first_column, end(s)));
        for pair in sorted.windows(2) {
            let [(_, before), (n, segment)] = pair else { continue };
            checks.that(C::GeometrySegmentOverlap, end(before) <= u64::from(segment.first_column), |at| {
                at(place(*n)).expected(format_args!("none of {}", columns(before))).found(columns(segment))
            });
        }
    }
}

/// Returns the highest energy of the segments of one purpose.
fn highest(view: &View, purpose: &SegmentPurpose) -> Option<Energy> {
    let of_purpose = view.segments.iter().filter(|s| s.purpose == *purpose);
    of_purpose.flat_map(|s| s.energies.iter().copied()).max_by(|a, b| a.get().total_cmp(&b.get()))
}

/// Compares the energy a cab with persons was scanned at with that of the cargo: of the cargo segments, or of the
/// channels where no segment says it.
fn cab(context: &Context, checks: &mut Checks<'_>) {
    for (i, view) in context.views() {
        let channels = view.channels.iter().filter_map(|c| c.energy).max_by(|a, b| a.get().total_cmp(&b.get()));
        let Some(cargo) = highest(view, &SegmentPurpose::Cargo).or(channels) else { continue };
        for (n, segment) in view.segments.iter().enumerate().filter(|(_, s)| s.purpose == SegmentPurpose::OccupiedCab) {
            for energy in &segment.energies {
                checks.that(C::GeometryCabEnergy, energy.get() < cargo.get(), |at| {
                    at(path::in_view(i, &format!("segment[{}]", n + 1)))
                        .expected(format_args!("below {} keV", cargo.get()))
                        .found(format_args!("{} keV", energy.get()))
                });
            }
        }
    }
}

/// Lists the marked regions with the paths of their elements.
fn marked(scan: &Scan) -> Vec<(String, &ImageRegion)> {
    let mut all = Vec::new();
    for (i, annotation) in scan.annotations.iter().enumerate() {
        all.push((format!("scan/annotation[{}]/target", i + 1), &annotation.target));
    }
    let Some(findings) = &scan.findings else { return all };
    for (name, groups) in [
        ("machine", findings.machine.iter().map(|f| &f.regions).collect::<Vec<_>>()),
        ("human", findings.human.iter().map(|f| &f.regions).collect()),
        ("truth", findings.truth.iter().map(|f| &f.regions).collect()),
    ] {
        for (i, regions) in groups.into_iter().enumerate() {
            let path = |n: usize| format!("scan/findings/{name}[{}]/region[{}]", i + 1, n + 1);
            all.extend(regions.iter().enumerate().map(|(n, region)| (path(n), region)));
        }
    }
    all
}

fn regions(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    for (path, region) in marked(scan) {
        let view = usize::try_from(region.view).ok().and_then(|v| scan.views.get(v));
        let fits = |start: u32, len: u32, size: u32| u64::from(start) + u64::from(len) <= u64::from(size);
        let inside = view
            .is_some_and(|v| fits(region.row, region.rows, v.rows) && fits(region.column, region.columns, v.columns));
        checks.that(C::GeometryRegionOutside, inside, |at| {
            let finding = at(Place::element(path)).found(format_args!(
                "view {}, rows {} to {}, columns {} to {}",
                region.view,
                region.row,
                u64::from(region.row) + u64::from(region.rows),
                region.column,
                u64::from(region.column) + u64::from(region.columns)
            ));
            match view {
                Some(v) => finding.expected(format_args!("rows 0 to {}, columns 0 to {}", v.rows, v.columns)),
                None => finding.expected(format_args!("view 0 to {}", scan.views.len().saturating_sub(1))),
            }
        });
    }
}
