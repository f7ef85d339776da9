//! Findings in words, as a person reads them at night.

use super::detection::{Kind, Measures, Zone};
use super::look::Look;
use super::regular::Difference;
use crate::material::MaterialClass;

/// Words for the place of an item.
fn place(zone: Zone) -> String {
    match zone {
        Zone::Load => "in the load".into(),
        Zone::Structure => "outside the load, in the vehicle".into(),
        zone => format!("in the {}", zone.name()),
    }
}

/// Words for a size.
fn size(measures: &Measures) -> String {
    measures.area.map_or_else(String::new, |area| {
        let side = area.sqrt();
        if area >= 10_000.0 { format!(", {:.1} m²", area / 1e4) } else { format!(", about {side:.0} cm across") }
    })
}

fn mass(measures: &Measures) -> String {
    match (measures.mass, measures.mass_sigma) {
        (Some(mass), Some(sigma)) if mass.abs() >= 1.0 => format!(", {:.0} ± {:.0} kg", mass.abs(), sigma.max(1.0)),
        (Some(mass), Some(sigma)) => format!(", {:.1} ± {:.1} kg", mass.abs(), sigma.max(0.1)),
        _ => String::new(),
    }
}

pub(super) fn dark_zone(measures: &Measures, zone: Zone) -> String {
    let bound = measures.lambda;
    let size = size(measures);
    let advice = match zone {
        Zone::Load => "Nothing can be said of what is in or behind it",
        _ => "Wheels, axles and engines look like this",
    };
    format!("Too thick for the beam {}{size}: at least {bound:.0} g/cm². {advice}.", place(zone))
}

pub(super) fn void(look: &Look) -> String {
    let m = &look.measures;
    let (lambda, around, size, mass) = (m.lambda, m.lambda_around, size(m), mass(m));
    format!(
        "Closed space in the load{size}: {lambda:.0} g/cm² where {around:.0} lie around, {:.0} % less{mass} missing.",
        100.0 * (1.0 - lambda / around.max(1e-6))
    )
}

pub(super) fn dense(look: &Look) -> String {
    let m = &look.measures;
    let what = match m.z.map(MaterialClass::of_z) {
        Some(MaterialClass::Heavy) => "Compact item of heavy metal",
        Some(MaterialClass::Metal) => "Compact dense item, metal by its look",
        _ => "Compact dense item",
    };
    let z = m.z.map_or_else(String::new, |z| format!(", Z {z:.0}"));
    let (lambda, around) = (m.lambda, m.lambda_around);
    let others = alike(look);
    format!(
        "{what} {}{}{z}: {lambda:.0} g/cm² where {around:.0} lie around{}.{others}",
        place(look.zone),
        size(m),
        mass(m)
    )
}

pub(super) fn foreign(look: &Look, kind: Kind) -> String {
    let m = &look.measures;
    let (what, added, sigmas) = match kind {
        Kind::OrganicInMetal => ("Organic matter among metal", look.organic, look.organic_sigmas),
        _ => ("Metal among organic goods", look.metal, look.metal_sigmas),
    };
    let others = alike(look);
    format!(
        "{what} {}{}: it adds {added:.0} g/cm²{}, {sigmas:.0} σ above what lies around.{others}",
        place(look.zone),
        size(m),
        mass(m)
    )
}

pub(super) fn cavity(measures: &Measures, zone: Zone) -> String {
    format!(
        "More matter than in the empty vehicle {}{}: {:.0} g/cm² added{}.",
        place(zone),
        size(measures),
        measures.excess,
        mass(measures)
    )
}

pub(super) fn deviation(difference: &Difference, measures: &Measures) -> String {
    let sense = if measures.excess > 0.0 { "more" } else { "less" };
    format!(
        "Item {} of {} differs from the others{}: {:.0} g/cm² {sense} than the same place of the rest{}.",
        difference.item,
        difference.of,
        size(measures),
        measures.excess.abs(),
        mass(measures)
    )
}

fn alike(look: &Look) -> String {
    match look.alike {
        0 => " Nothing else in the picture looks like it.".into(),
        1 => " One other place looks like it.".into(),
        n => format!(" {n} other places look like it."),
    }
}
