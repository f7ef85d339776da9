//! Beams of a scan that brings no calibration: from what its metadata say about source and detector.

use crate::error::{Code, Error, Result};
use crate::model::Bundle;
use crate::model::Channel;
use crate::model::DetectorArrangement;
use crate::model::Source;
use crate::model::SourceKind;
use crate::physics::Accelerator;
use crate::physics::Beam;
use crate::physics::Detector;
use crate::physics::Layer;
use crate::physics::Tube;
use crate::units::Energy;

/// End-point energy from which a source is an accelerator, keV.
const ACCELERATOR_KEV: f64 = 1000.0;

/// Returns the beams, high then low, of a pair of channels: energies of the channels, else the two energies of the
/// source; filter, kind of source and arrangement of the detector as the metadata state them, else the usual ones.
///
/// What was assumed or taken into account is added to `notes`.
///
/// # Errors
/// `material.not_measurable` when no energies are known; `physics.range` when no source has them.
pub(super) fn usual_beams(
    bundle: &Bundle,
    (high, low): (&Channel, &Channel),
    view: u32,
    notes: &mut Vec<String>,
) -> Result<(Beam, Beam)> {
    let system = &bundle.scan.system;
    let mut known: Vec<f64> = system.sources.iter().flat_map(|s| &s.energies).map(|e| e.get()).collect();
    known.sort_by(f64::total_cmp);
    let of_source = known.first().copied().zip(known.last().copied());
    let energies = match (high.energy, low.energy, of_source) {
        (Some(high), Some(low), _) => Some((high, low)),
        (_, _, Some((least, most))) => {
            notes.push(format!("the channels state no energies; those of the source are used: {most} and {least} keV"));
            Some((Energy::new(most)?, Energy::new(least)?))
        }
        _ => None,
    };
    let (high, low) = energies.ok_or_else(|| {
        Error::new(Code::MaterialNotMeasurable, "the end-point energies are unknown")
            .at(format!("view {view}"))
            .expected("an energy in keV for each channel or for the source")
    })?;
    pair_of(bundle, high, low, notes)
}

/// Returns the beams of a pair of energies; as [`usual_beams`] otherwise.
///
/// # Errors
/// `physics.range` when no source has these energies.
pub(super) fn pair_of(bundle: &Bundle, high: Energy, low: Energy, notes: &mut Vec<String>) -> Result<(Beam, Beam)> {
    let detector = bundle.scan.system.detector.as_ref();
    let sandwich = detector.is_some_and(|d| d.arrangement == Some(DetectorArrangement::Sandwich));
    let tube = high.get() < ACCELERATOR_KEV;
    if high == low || (tube && sandwich) {
        let energy = if high.get() < low.get() { low } else { high };
        let source = source_of(bundle, energy);
        let filter = filter(source, notes);
        return if tube { tube_pair(energy, filter) } else { accelerator_pair(energy, source, filter) };
    }
    Ok((beam_of(bundle, high, notes)?, beam_of(bundle, low, notes)?))
}

/// Returns the beam of one energy; as [`usual_beams`] otherwise.
///
/// # Errors
/// `physics.range` when no source has this energy.
pub(super) fn beam_of(bundle: &Bundle, energy: Energy, notes: &mut Vec<String>) -> Result<Beam> {
    let source = source_of(bundle, energy);
    let filter = filter(source, notes);
    if energy.get() < ACCELERATOR_KEV {
        let Some(filters) = filter else { return Beam::tube(energy) };
        return Beam::of_tube(&Tube { filters, ..Tube::new(energy)? });
    }
    Beam::of_accelerator(&accelerator(energy, source, filter)?)
}

/// Finds the source of an energy: the one that states it, else the first if it states none.
fn source_of(bundle: &Bundle, energy: Energy) -> Option<&Source> {
    let sources = &bundle.scan.system.sources;
    let states = |source: &&Source| source.energies.contains(&energy);
    sources.iter().find(states).or_else(|| sources.first().filter(|s| s.energies.is_empty()))
}

/// Reads the filter that a source states, if it does and can be understood.
fn filter(source: Option<&Source>, notes: &mut Vec<String>) -> Option<Vec<Layer>> {
    let text = source?.filter.as_deref()?;
    let read = Layer::read_all(text);
    let note = match &read {
        Ok(_) => format!("the stated filter of the source is taken into account: {text}"),
        Err(_) => format!("the stated filter of the source is not understood and left out: {text}"),
    };
    if !notes.contains(&note) {
        notes.push(note);
    }
    read.ok()
}

fn accelerator(energy: Energy, source: Option<&Source>, filter: Option<Vec<Layer>>) -> Result<Accelerator> {
    let mut made = match source.map(|s| &s.kind) {
        Some(SourceKind::Betatron) => Accelerator::betatron(energy)?,
        _ => Accelerator::linac(energy)?,
    };
    made.filters.extend(filter.unwrap_or_default());
    Ok(made)
}

fn accelerator_pair(energy: Energy, source: Option<&Source>, filter: Option<Vec<Layer>>) -> Result<(Beam, Beam)> {
    let spectrum = accelerator(energy, source, filter)?.spectrum()?;
    Beam::pair(energy, &spectrum, &Detector::accelerator_sandwich()?)
}

fn tube_pair(voltage: Energy, filter: Option<Vec<Layer>>) -> Result<(Beam, Beam)> {
    let Some(filters) = filter else { return Beam::tube_sandwich(voltage) };
    let spectrum = Tube { filters, ..Tube::new(voltage)? }.spectrum()?;
    Beam::pair(voltage, &spectrum, &Detector::tube_sandwich()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ChannelRole;

    fn kev(value: f64) -> Energy {
        Energy::new(value).unwrap()
    }

    /// A scan of one source, and the beams of a pair of channels.
    fn beams(source: Source, energies: (f64, f64), sandwich: bool) -> (Result<(Beam, Beam)>, Vec<String>) {
        let mut bundle = Bundle::default();
        bundle.scan.system.sources.push(source);
        let arrangement = Some(DetectorArrangement::Sandwich);
        let detector = crate::model::Detector { arrangement, ..crate::model::Detector::default() };
        bundle.scan.system.detector = sandwich.then_some(detector);
        let channel = |role, energy| Channel { role, energy: Some(kev(energy)), ..Channel::default() };
        let pair = (channel(ChannelRole::High, energies.0), channel(ChannelRole::Low, energies.1));
        let mut notes = Vec::new();
        (usual_beams(&bundle, (&pair.0, &pair.1), 0, &mut notes), notes)
    }

    fn source(energy: f64, filter: Option<&str>) -> Source {
        Source { energies: vec![kev(energy)], filter: filter.map(str::to_owned), ..Source::default() }
    }

    #[test]
    fn without_facts_the_beams_are_the_usual_ones() {
        let (found, notes) = beams(Source::default(), (6000.0, 4000.0), false);
        let usual = (Beam::accelerator(kev(6000.0)).unwrap(), Beam::accelerator(kev(4000.0)).unwrap());
        assert_eq!((found.unwrap(), notes.len()), (usual, 0));
        let (found, _) = beams(Source::default(), (160.0, 160.0), false);
        assert_eq!(found.unwrap(), Beam::tube_sandwich(kev(160.0)).unwrap());
        let (found, _) = beams(Source::default(), (160.0, 80.0), false);
        assert_eq!(found.unwrap().1, Beam::tube(kev(80.0)).unwrap());
    }

    #[test]
    fn stated_filter_hardens_the_beams_and_is_noted() {
        let (bare, _) = beams(source(160.0, None), (160.0, 160.0), true);
        let (hard, notes) = beams(source(160.0, Some("3 mm Al + 0.5 mm Cu")), (160.0, 160.0), true);
        assert!(hard.unwrap().1.mean_energy() > bare.unwrap().1.mean_energy() + 5.0);
        assert_eq!(notes, ["the stated filter of the source is taken into account: 3 mm Al + 0.5 mm Cu"]);
        let (odd, notes) = beams(source(6000.0, Some("standard")), (6000.0, 4000.0), false);
        assert_eq!(odd.unwrap().0, Beam::accelerator(kev(6000.0)).unwrap());
        assert_eq!(notes, ["the stated filter of the source is not understood and left out: standard"]);
    }

    #[test]
    fn one_accelerator_and_two_layers_make_a_pair() {
        let (pair, _) = beams(source(6000.0, None), (6000.0, 6000.0), true);
        let (high, low) = pair.unwrap();
        assert!(high.mean_energy() > low.mean_energy() + 100.0, "{} {}", high.mean_energy(), low.mean_energy());
        let betatron = Source { kind: SourceKind::Betatron, ..source(6000.0, None) };
        let (softer, _) = beams(betatron, (6000.0, 4000.0), false);
        assert!(softer.unwrap().0.mean_energy() < Beam::accelerator(kev(6000.0)).unwrap().mean_energy());
    }

    #[test]
    fn energies_that_no_source_has_are_refused() {
        let (found, _) = beams(Source::default(), (700.0, 160.0), false);
        assert_eq!(found.unwrap_err().code(), Code::PhysicsRange);
    }
}
