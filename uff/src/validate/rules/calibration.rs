//! Calibration: dark and air levels and lines, noise model.

use super::channels::{holds, largest};
use super::{Needs, Rule, path};
use crate::model::{Calibration, Channel, ChannelRole, PlaneKey, PlanePart, Quantity};
use crate::validate::FindingCode as C;
use crate::validate::Place;
use crate::validate::checks::Checks;
use crate::validate::context::Context;
use crate::validate::survey::Question;

pub(super) const RULES: &[Rule] = &[
    Rule {
        codes: &[C::CalibrationMissing, C::CalibrationLevelRange, C::CalibrationAirSaturated],
        needs: Needs::Scan,
        run: levels,
    },
    Rule { codes: &[C::CalibrationNoise], needs: Needs::Scan, run: noise },
    Rule { codes: &[C::CalibrationLinesMissing, C::CalibrationLineShape], needs: Needs::File, run: lines },
    Rule { codes: &[C::CalibrationDarkAboveAir], needs: Needs::File, run: dark_below_air },
];

/// Returns whether material is measured with the channel.
fn measures(channel: &Channel) -> bool {
    let role = matches!(channel.role, ChannelRole::High | ChannelRole::Low | ChannelRole::Mono);
    role && channel.quantity == Quantity::RawCounts && channel.measurement_grade
}

/// Returns the parts of a calibration: what it is, its element, its level, its number of lines.
fn parts(calibration: Option<&Calibration>) -> [(PlanePart, &'static str, Option<f64>, u32); 2] {
    let lines = |count: fn(&Calibration) -> Option<u32>| calibration.and_then(count).unwrap_or(0);
    [
        (PlanePart::Dark, "dark", calibration.and_then(|c| c.dark_level), lines(|c| c.dark_lines)),
        (PlanePart::Air, "air", calibration.and_then(|c| c.air_level), lines(|c| c.air_lines)),
    ]
}

fn levels(context: &Context, checks: &mut Checks<'_>) {
    for (i, n, channel) in context.channels() {
        for (_, name, level, lines) in parts(channel.calibration.as_ref()) {
            let place = || path::in_channel(i, n, &format!("calibration/{name}Level"));
            if measures(channel) {
                checks.that(C::CalibrationMissing, level.is_some() || lines > 0, |at| {
                    at(path::in_channel(i, n, "calibration"))
                        .expected(format_args!("{name}Level or {name}Lines"))
                        .found("neither")
                });
            }
            let Some(level) = level else { continue };
            // A level is a mean, so it need not be whole.
            checks.that(
                C::CalibrationLevelRange,
                level.is_finite() && holds(&channel.sample_type, level.round()),
                |at| {
                    let most = largest(&channel.sample_type).unwrap_or(f64::MAX);
                    at(place()).expected(format_args!("0 to {most}")).found(level)
                },
            );
            if let Some(saturation) = channel.saturation.filter(|_| name == "air") {
                checks.that(C::CalibrationAirSaturated, level < saturation, |at| {
                    at(place()).expected(format_args!("below {saturation}")).found(level)
                });
            }
        }
    }
}

fn noise(context: &Context, checks: &mut Checks<'_>) {
    for (i, n, channel) in context.channels() {
        let Some(noise) = &channel.noise else { continue };
        for (name, value) in [("noise/quantum", noise.quantum), ("noise/electronic", noise.electronic)] {
            checks.that(C::CalibrationNoise, value >= 0.0 && value.is_finite(), |at| {
                at(path::in_channel(i, n, name)).expected("0 or more").found(value)
            });
        }
    }
}

fn key(view: usize, channel: &Channel, part: PlanePart) -> Option<PlaneKey> {
    Some(PlaneKey::Channel { view: u32::try_from(view).ok()?, channel: channel.id.clone(), part })
}

fn lines(context: &Context, checks: &mut Checks<'_>) {
    for (i, n, channel) in context.channels() {
        let Some(view) = context.scan().and_then(|s| s.views.get(i)) else { continue };
        for (part, name, _, declared) in parts(channel.calibration.as_ref()) {
            let Some(key) = key(i, channel, part) else { continue };
            let stored = context.shape(&key);
            if declared == 0 && stored.is_none() {
                continue;
            }
            let place = || path::in_channel(i, n, &format!("calibration/{name}Lines"));
            checks.that(C::CalibrationLinesMissing, declared > 0 && stored.is_some(), |at| {
                let found = match stored {
                    Some((_, lines)) => format!("{lines} lines in {}, none in the metadata", context.object(&key)),
                    None => format!("{declared} lines in the metadata, no {}", context.object(&key)),
                };
                at(place()).found(found)
            });
            let Some((rows, lines)) = stored.filter(|_| declared > 0) else { continue };
            let fits = rows as u64 == u64::from(view.rows) && lines as u64 == u64::from(declared);
            checks.that(C::CalibrationLineShape, fits, |at| {
                at(Place::object(context.object(&key)))
                    .expected(format_args!("{} rows of {declared} lines", view.rows))
                    .found(format_args!("{rows} rows of {lines} lines"))
            });
        }
    }
}

/// Compares the means of dark and air: of the lines where there are any and samples may be read, else of the levels.
fn dark_below_air(context: &Context, checks: &mut Checks<'_>) {
    for (i, n, channel) in context.channels() {
        let [dark, air] = parts(channel.calibration.as_ref()).map(|(part, _, level, _)| {
            let lines = key(i, channel, part).filter(|_| !checks.options().quick);
            let surveyed = lines.and_then(|key| context.survey(&key, &Question::default()));
            match surveyed {
                Some(Ok(survey)) => survey.mean(),
                // Damage is found, once, where every dataset is checked against its digest.
                Some(Err(_)) => None,
                None => level,
            }
        });
        let (Some(dark), Some(air)) = (dark, air) else { continue };
        checks.that(C::CalibrationDarkAboveAir, dark < air, |at| {
            at(path::in_channel(i, n, "calibration"))
                .expected("a dark level below the air level")
                .found(format_args!("dark {dark:.1}, air {air:.1}"))
        });
    }
}
