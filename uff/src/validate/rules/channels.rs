//! Channels: what the metadata say about the samples, and the samples themselves.

use std::collections::BTreeSet;

use super::{Needs, Rule, path};
use crate::Kind;
use crate::model::{Channel, ChannelRole, PlaneKey, Quantity, SampleType};
use crate::validate::checks::Checks;
use crate::validate::context::Context;
use crate::validate::refusal::refused;
use crate::validate::survey::{Question, Sighting, Survey};
use crate::validate::{FindingCode as C, Place};

pub(super) const RULES: &[Rule] = &[
    Rule { codes: &[C::ChannelNoView, C::ChannelNone, C::ChannelRepeatedId], needs: Needs::Scan, run: present },
    Rule {
        codes: &[C::ChannelBitDepth, C::ChannelNoDataRange, C::ChannelSaturationRange],
        needs: Needs::Scan,
        run: declared,
    },
    Rule {
        codes: &[C::ChannelPairIncomplete, C::ChannelPairEnergy, C::ChannelEnergyMissing],
        needs: Needs::Scan,
        run: pairs,
    },
    Rule {
        codes: &[
            C::ChannelAboveBitDepth,
            C::ChannelConstant,
            C::ChannelSaturated,
            C::ChannelDeadRow,
            C::ChannelNotFinite,
            C::ChannelValueRange,
        ],
        needs: Needs::Samples,
        run: samples,
    },
];

/// Share of saturated samples from which on the scan is doubted.
const SATURATED: f64 = 0.05;

fn present(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    // The passage of a radiation portal is a scan without a picture.
    let shown = !scan.views.is_empty() || scan.radiation.is_some();
    checks.that(C::ChannelNoView, shown, |at| at(Place::element("scan")).expected("at least one view"));
    for (i, view) in context.views() {
        checks.that(C::ChannelNone, !view.channels.is_empty(), |at| at(Place::element(path::view(i))));
        let mut seen = BTreeSet::new();
        for (n, channel) in view.channels.iter().enumerate() {
            checks.that(C::ChannelRepeatedId, seen.insert(&channel.id), |at| {
                at(path::in_channel(i, n, "id")).found(&channel.id)
            });
        }
    }
}

/// Returns the largest sample of an integer type.
pub(super) fn largest(kind: &SampleType) -> Option<f64> {
    match kind {
        SampleType::U8 => Some(f64::from(u8::MAX)),
        SampleType::U16 => Some(f64::from(u16::MAX)),
        SampleType::U32 => Some(f64::from(u32::MAX)),
        SampleType::F32 | SampleType::F64 | SampleType::Unlisted(_) => None,
    }
}

/// Returns the largest sample that the bit depth allows, where it fits the sample type.
fn ceiling(channel: &Channel) -> Option<f64> {
    let largest = largest(&channel.sample_type)?;
    let depth = channel.bit_depth.filter(|d| (1..=32).contains(d))?;
    let ceiling = f64::from(depth).exp2() - 1.0;
    (ceiling <= largest).then_some(ceiling)
}

/// Returns whether a sample of the type can have the value.
pub(super) fn holds(kind: &SampleType, value: f64) -> bool {
    match largest(kind) {
        Some(largest) => value >= 0.0 && value <= largest && value.fract() == 0.0,
        None => true,
    }
}

fn declared(context: &Context, checks: &mut Checks<'_>) {
    for (i, n, channel) in context.channels() {
        let kind = &channel.sample_type;
        if let Some(depth) = channel.bit_depth {
            let fits = largest(kind).is_some() && ceiling(channel).is_some();
            checks.that(C::ChannelBitDepth, fits, |at| {
                let finding = at(path::in_channel(i, n, "bitDepth")).found(format_args!("{depth} bits of {kind}"));
                match largest(kind) {
                    Some(_) => finding.expected(format_args!("1 to {} bits", kind.size() * 8)),
                    None => finding.expected("no bit depth: only integer samples have one"),
                }
            });
        }
        if let Some(value) = channel.no_data {
            checks.that(C::ChannelNoDataRange, holds(kind, value), |at| {
                at(path::in_channel(i, n, "noData")).expected(format_args!("a value of {kind}")).found(value)
            });
        }
        if let Some(value) = channel.saturation {
            let most = ceiling(channel).or(largest(kind)).unwrap_or(f64::INFINITY);
            checks.that(C::ChannelSaturationRange, value > 0.0 && value <= most, |at| {
                at(path::in_channel(i, n, "saturation"))
                    .expected(format_args!("above 0 and at most {most}"))
                    .found(value)
            });
        }
    }
}

fn pairs(context: &Context, checks: &mut Checks<'_>) {
    for (i, view) in context.views() {
        let of = |role: ChannelRole| view.channels.iter().enumerate().filter(move |(_, c)| c.role == role);
        let (high, low) = (of(ChannelRole::High).next(), of(ChannelRole::Low).next());
        let (Some((h, high)), Some((l, low))) = (high, low) else {
            if let Some((n, only)) = high.or(low) {
                checks.that(C::ChannelPairIncomplete, false, |at| {
                    at(path::in_channel(i, n, "role")).expected("a high and a low channel").found(&only.role)
                });
            }
            continue;
        };
        checks.that(C::ChannelPairIncomplete, true, |at| at(Place::File));
        for (n, channel) in [(h, high), (l, low)] {
            checks.that(C::ChannelEnergyMissing, channel.energy.is_some(), |at| {
                at(path::in_channel(i, n, "")).expected("energy in keV").found("no energy")
            });
        }
        if let (Some(above), Some(below)) = (high.energy, low.energy) {
            // Layered detectors see one beam twice: equal end points are sound there.
            checks.that(C::ChannelPairEnergy, above.get() >= below.get(), |at| {
                at(path::in_channel(i, h, "energy"))
                    .expected(format_args!("at least {} keV, that of the low channel", below.get()))
                    .found(format_args!("{} keV", above.get()))
            });
        }
    }
}

/// Returns what values a quantity allows, with room for noise around air and shadow.
fn values(quantity: &Quantity) -> Option<(f64, f64)> {
    match quantity {
        Quantity::Transmission => Some((-1.0, 16.0)),
        Quantity::LogAttenuation => Some((-3.0, 40.0)),
        Quantity::EffectiveAtomicNumber => Some((0.0, 120.0)),
        Quantity::ArealDensity => Some((-20.0, 1.0e5)),
        // Next to the fold the curve is level, and the deviation of Z has no bound.
        Quantity::AtomicNumberSigma | Quantity::ArealDensitySigma => Some((0.0, f64::from(f32::MAX))),
        _ => None,
    }
}

/// Returns the samples whose values a quantity allows.
fn range(channel: &Channel) -> Option<(f64, f64)> {
    let (low, high) = values(&channel.quantity)?;
    let (scale, offset) = (channel.scale.unwrap_or(1.0), channel.offset.unwrap_or(0.0));
    if scale == 0.0 {
        return None;
    }
    let (a, b) = ((low - offset) / scale, (high - offset) / scale);
    Some((a.min(b), a.max(b)))
}

fn question(channel: &Channel) -> Question {
    Question {
        ceiling: ceiling(channel),
        no_data: channel.no_data,
        saturation: channel.saturation,
        range: range(channel),
    }
}

fn samples(context: &Context, checks: &mut Checks<'_>) {
    for (i, _, channel) in context.channels() {
        let Ok(view) = u32::try_from(i) else { continue };
        let key = PlaneKey::samples(view, channel.id.clone());
        match context.survey(&key, &question(channel)) {
            Some(Ok(survey)) => judge(checks, channel, &context.object(&key), &survey),
            // Damage is found, once, where every dataset is checked against its digest.
            Some(Err(e)) if e.kind() == Kind::Limit => refused(checks, &e, &context.object(&key)),
            Some(Err(_)) | None => {}
        }
        if checks.stopped() {
            return;
        }
    }
}

fn judge(checks: &mut Checks<'_>, channel: &Channel, object: &str, s: &Survey) {
    let first = |seen: &Sighting| Place::Sample { object: object.to_owned(), row: seen.first.0, column: seen.first.1 };
    let count = |seen: &Sighting| format!("{} of {} samples, the first {}", seen.count, s.samples, seen.value);
    if let Some(ceiling) = ceiling(channel) {
        checks.that(C::ChannelAboveBitDepth, s.above.count == 0, |at| {
            at(first(&s.above)).expected(format_args!("at most {ceiling}")).found(count(&s.above))
        });
    }
    if channel.sample_type == SampleType::F32 || channel.sample_type == SampleType::F64 {
        checks.that(C::ChannelNotFinite, s.not_finite.count == 0, |at| {
            at(first(&s.not_finite)).expected("finite numbers").found(count(&s.not_finite))
        });
    }
    if let Some((low, high)) = range(channel) {
        checks.that(C::ChannelValueRange, s.outside.count == 0, |at| {
            at(first(&s.outside))
                .expected(format_args!("samples from {low} to {high} for {}", channel.quantity))
                .found(count(&s.outside))
        });
    }
    checks.that(C::ChannelConstant, s.samples < 2 || s.min != s.max, |at| {
        at(Place::object(object)).found(match s.min {
            Some(value) => format!("{} samples, all {value}", s.samples),
            None => format!("{} samples without data", s.samples),
        })
    });
    if channel.saturation.is_some() {
        let share = s.saturated as f64 / (s.samples.max(1)) as f64;
        checks.that(C::ChannelSaturated, share <= SATURATED, |at| {
            at(Place::object(object))
                .expected(format_args!("at most {:.0} %", SATURATED * 100.0))
                .found(format_args!("{:.1} %", share * 100.0))
        });
    }
    if matches!(channel.quantity, Quantity::RawCounts | Quantity::CorrectedCounts) && s.min != s.max {
        checks.that(C::ChannelDeadRow, s.zero_rows.count == 0, |at| {
            at(first(&s.zero_rows)).found(format_args!("{} rows of zeros", s.zero_rows.count))
        });
    }
}
