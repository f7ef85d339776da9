//! How a view is analysed: which channels, which beams in which columns.

use std::ops::Range;

use super::beams::beam_of;
use super::beams::pair_of;
use super::beams::usual_beams;
use super::inversion::RowBeams;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Bundle;
use crate::model::Channel;
use crate::model::ChannelRole;
use crate::model::Quantity;
use crate::model::Segment;
use crate::model::View;
use crate::physics::Beam;
use crate::units::Energy;

/// Channels of a view that measure transmission.
pub(super) enum Channels<'a> {
    /// Two energies.
    Pair(&'a Channel, &'a Channel),
    /// One energy.
    Single(&'a Channel),
}

/// Beams of a range of columns.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Beams {
    Pair(Vec<RowBeams>),
    Single(Beam),
}

/// Columns that were scanned alike.
pub(super) struct Stretch {
    pub(super) columns: Range<usize>,
    pub(super) beams: Beams,
    /// Whether these are the energies that the channels state, to which calibration points belong.
    pub(super) main: bool,
}

/// Finds the channels.
///
/// # Errors
/// `material.not_measurable` when none measures transmission.
pub(super) fn channels(record: &View, view: u32) -> Result<Channels<'_>> {
    let measures = |c: &&Channel| {
        matches!(
            c.quantity,
            Quantity::RawCounts | Quantity::CorrectedCounts | Quantity::Transmission | Quantity::LogAttenuation
        )
    };
    let with = |role: ChannelRole| record.channels.iter().filter(measures).find(|c| c.role == role);
    let high = with(ChannelRole::High);
    if let Some((high, low)) = high.zip(with(ChannelRole::Low)) {
        return Ok(Channels::Pair(high, low));
    }
    let single = high.or_else(|| with(ChannelRole::Mono)).or_else(|| with(ChannelRole::Low));
    single.map(Channels::Single).ok_or_else(|| {
        let roles: Vec<String> = record.channels.iter().map(|c| format!("{} ({})", c.role, c.quantity)).collect();
        Error::new(Code::MaterialNotMeasurable, "the view measures no transmission")
            .at(format!("view {view}"))
            .expected("a high and a low channel, or one energy alone")
            .found(roles.join(", "))
    })
}

/// Cuts the columns of a view into stretches that were scanned alike.
///
/// # Errors
/// `material.not_measurable` when energies are missing; `physics.range` for energies that no beam is known for.
pub(super) fn stretches(
    bundle: &Bundle,
    (view, record): (u32, &View),
    channels: &Channels<'_>,
    prescribed: Option<&[RowBeams]>,
    notes: &mut Vec<String>,
) -> Result<Vec<Stretch>> {
    let main = match prescribed {
        Some(beams) => Beams::Pair(beams.to_vec()),
        None => usual(bundle, view, channels, notes)?,
    };
    let mut all: Vec<Stretch> = Vec::new();
    let mut at = 0;
    let columns = record.columns as usize;
    let mut segments: Vec<&Segment> = record.segments.iter().filter(|s| !s.energies.is_empty()).collect();
    segments.sort_by_key(|s| s.first_column);
    for segment in segments {
        let first = (segment.first_column as usize).clamp(at, columns);
        let end = (segment.first_column as usize).saturating_add(segment.columns as usize).clamp(first, columns);
        let Some(beams) = other_beams(segment, channels, &main, bundle, notes)? else { continue };
        if first > at {
            all.push(Stretch { columns: at..first, beams: main.clone(), main: true });
        }
        if end > first {
            notes.push(format!(
                "columns {first} to {}: other energies ({}); the usual beams of these are taken",
                end - 1,
                energies(segment)
            ));
            all.push(Stretch { columns: first..end, beams, main: false });
        }
        at = end.max(at);
    }
    if at < columns || all.is_empty() {
        all.push(Stretch { columns: at..columns, beams: main, main: true });
    }
    Ok(all)
}

fn energies(segment: &Segment) -> String {
    segment.energies.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

/// Returns the beams of a segment, or nothing when they are those of the whole view.
fn other_beams(
    segment: &Segment,
    channels: &Channels<'_>,
    main: &Beams,
    bundle: &Bundle,
    notes: &mut Vec<String>,
) -> Result<Option<Beams>> {
    let most = segment.energies.iter().copied().max_by(|a, b| a.get().total_cmp(&b.get()));
    let least = segment.energies.iter().copied().min_by(|a, b| a.get().total_cmp(&b.get()));
    let Some((most, least)) = most.zip(least) else { return Ok(None) };
    let known = |beam: &Beam, energy: Energy| beam.nominal() == energy;
    let same = match main {
        Beams::Pair(rows) => rows.iter().any(|r| known(&r.high, most) && known(&r.low, least)),
        Beams::Single(beam) => known(beam, most),
    };
    if same {
        return Ok(None);
    }
    Ok(Some(match channels {
        Channels::Pair(..) if most != least => whole(pair_of(bundle, most, least, notes)?),
        _ => Beams::Single(beam_of(bundle, most, notes)?),
    }))
}

/// Returns the usual beams: energies of the channels, else those of the source.
fn usual(bundle: &Bundle, view: u32, channels: &Channels<'_>, notes: &mut Vec<String>) -> Result<Beams> {
    let channel = match channels {
        Channels::Pair(high, low) => return usual_beams(bundle, (high, low), view, notes).map(whole),
        Channels::Single(channel) => channel,
    };
    let known = bundle.scan.system.sources.iter().flat_map(|s| &s.energies).copied();
    let energy = match (channel.energy, known.max_by(|a, b| a.get().total_cmp(&b.get()))) {
        (Some(energy), _) => energy,
        (None, Some(most)) => {
            notes.push(format!("the channel states no energy; that of the source is used: {most}"));
            most
        }
        (None, None) => {
            return Err(Error::new(Code::MaterialNotMeasurable, "the end-point energy is unknown")
                .at(format!("view {view}"))
                .expected("an energy in keV for the channel or for the source"));
        }
    };
    beam_of(bundle, energy, notes).map(Beams::Single)
}

fn whole((high, low): (Beam, Beam)) -> Beams {
    Beams::Pair(vec![RowBeams { first_row: 0, high, low }])
}
