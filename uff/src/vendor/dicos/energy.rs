//! Which energy an image shows: role, end point and name of its channel.

use super::attributes::Attributes;
use super::class::Content;
use super::meaning::Note;
use super::tags;
use crate::error::Result;
use crate::model::ChannelRole;
use crate::model::CodeList;
use crate::model::LossKind;
use crate::model::Quantity;
use crate::units::Energy;

/// Image flavours (in Image Type, behind its first value) and the role that each stands for.
const FLAVOURS: [(&str, ChannelRole); 3] =
    [("HIGH ENERGY", ChannelRole::High), ("LOW ENERGY", ChannelRole::Low), ("INTENSITY", ChannelRole::Mono)];

/// Flavours that are no energy but a derived image.
const DERIVED: [&str; 7] =
    ["Z_EFFECTIVE", "BASIS_MATERIAL_1", "BASIS_MATERIAL_2", "COMPTON", "PHOTOELECTRIC", "DENSITY", "MU"];

/// Returns the image flavour of a role, none where no flavour says it.
pub(crate) fn flavour(role: &ChannelRole) -> Option<&'static str> {
    let listed = FLAVOURS.iter().find(|(_, r)| r == role).map(|(name, _)| *name);
    listed.or_else(|| DERIVED.into_iter().find(|name| derived(name) == *role))
}

/// Returns the role of a derived image.
fn derived(flavour: &str) -> ChannelRole {
    ChannelRole::from_code(&flavour.to_ascii_lowercase().replace('_', "-"))
}

/// Returns the end point of the beam: a voltage of n kV gives n keV; accelerators of n MV are stated as n·1000 kV.
pub(super) fn end_point(a: &Attributes<'_>) -> Result<Option<Energy>> {
    match a.number(tags::KVP)?.filter(|kv| *kv > 0.0) {
        Some(kv) => Energy::new(kv).map(Some).map_err(|e| e.at(tags::shown(tags::KVP))),
        None => Ok(None),
    }
}

/// Returns the role of an image: its flavour, else the name of the energy, else its number (1 low, 2 high).
pub(super) fn role(a: &Attributes<'_>, content: Content, quantity: &Quantity) -> Result<(ChannelRole, Option<Note>)> {
    let types = a.texts(tags::IMAGE_TYPE)?;
    for flavour in types.iter().skip(1) {
        if let Some((_, role)) = FLAVOURS.iter().find(|(name, _)| name == flavour) {
            return Ok((role.clone(), None));
        }
        if DERIVED.contains(&flavour.as_str()) {
            return Ok((derived(flavour), None));
        }
    }
    if content == Content::Picture {
        return Ok((ChannelRole::Display, None));
    }
    let name = a.text(tags::SERIES_ENERGY_DESCRIPTION)?.unwrap_or_default().to_ascii_lowercase();
    match (name.contains("high"), name.contains("low")) {
        (true, false) => return Ok((ChannelRole::High, None)),
        (false, true) => return Ok((ChannelRole::Low, None)),
        _ => {}
    }
    let role = match a.count(tags::SERIES_ENERGY)? {
        Some(1) if pair(a)? => ChannelRole::Low,
        Some(2) if pair(a)? => ChannelRole::High,
        _ if *quantity == Quantity::Display => return Ok((ChannelRole::Display, None)),
        _ => return Ok((ChannelRole::Mono, None)),
    };
    let reason = "the file numbers its energies without naming them; 1 is taken for the low one, 2 for the high one";
    Ok((role, Some((LossKind::Invented, "role".to_owned(), reason.to_owned()))))
}

/// Returns whether the scan is said to have two energies.
fn pair(a: &Attributes<'_>) -> Result<bool> {
    Ok(a.count(tags::NUMBER_OF_ENERGIES)? == Some(2))
}
