//! Hidden objects of random scenes.

use super::load::Stacked;
use super::{Bay, Carrier, LoadKind, between, pick};
use crate::synth::assembly::part;
use crate::synth::random::Random;
use crate::synth::recipe::VOID;
use crate::synth::scene::Item;
use crate::synth::shape::{Axis, Shape};

/// Kind of a hidden object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hidden {
    /// Compact block of lead, tungsten or brass.
    Dense,
    /// Space hollowed out of the load.
    Void,
    /// Packages of organic matter among metal goods.
    OrganicInMetal,
    /// Piece of metal in an organic load.
    MetalInOrganic,
    /// Packages in the floor, the roof or the front wall.
    Cavity,
    /// Steel too thick for the beam.
    Opaque,
}

impl Hidden {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Dense, Self::Void, Self::OrganicInMetal, Self::MetalInOrganic, Self::Cavity, Self::Opaque];

    /// Returns the name with which the names of its objects in the truth begin.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dense => "dense",
            Self::Void => "void",
            Self::OrganicInMetal => "organic-in-metal",
            Self::MetalInOrganic => "metal-in-organic",
            Self::Cavity => "cavity",
            Self::Opaque => "opaque",
        }
    }
}

/// Draws the hidden objects of a scene: kind, name, items.
pub(super) fn hide(
    random: &mut Random,
    load: LoadKind,
    stacked: &Stacked,
    bay: &Bay,
    carrier: Carrier,
) -> Vec<(Hidden, String, Vec<Item>)> {
    let count = pick(random, &[0, 1, 2, 3]);
    let mut hidden: Vec<(Hidden, String, Vec<Item>)> = Vec::new();
    let mut taken: Vec<f64> = Vec::new();
    for _ in 0..count {
        let kind = pick(random, &kinds(load));
        let at = place(random, stacked, bay);
        // Far enough apart that one does not hide another.
        if taken.iter().any(|x| (x - at[0]).abs() < 1100.0) {
            continue;
        }
        taken.push(at[0]);
        let name = format!("{}-{}", kind.name(), hidden.len() + 1);
        let items = items(random, kind, at, stacked, bay, carrier);
        let named = |mut item: Item| {
            item.object = Some(name.clone());
            item.what = Some(format!("hidden: {}", kind.name()));
            item
        };
        hidden.push((kind, name.clone(), items.into_iter().map(named).collect()));
    }
    hidden
}

fn kinds(load: LoadKind) -> Vec<Hidden> {
    if load.metal() {
        vec![Hidden::OrganicInMetal, Hidden::OrganicInMetal, Hidden::Dense, Hidden::Cavity, Hidden::Opaque]
    } else if matches!(load, LoadKind::Bulk | LoadKind::Rolls | LoadKind::Cartons | LoadKind::Sacks) {
        vec![Hidden::MetalInOrganic, Hidden::Dense, Hidden::Void, Hidden::Cavity, Hidden::Opaque]
    } else {
        vec![Hidden::MetalInOrganic, Hidden::Dense, Hidden::Cavity, Hidden::Opaque]
    }
}

/// Draws a place inside the load.
fn place(random: &mut Random, stacked: &Stacked, bay: &Bay) -> [f64; 3] {
    let x = between(random, stacked.span[0] + 400.0, stacked.span[1] - 400.0);
    let z = bay.floor + between(random, 180.0, (stacked.height - 450.0).max(260.0));
    [x, random.symmetric() * 500.0, z]
}

fn items(random: &mut Random, kind: Hidden, at: [f64; 3], stacked: &Stacked, bay: &Bay, carrier: Carrier) -> Vec<Item> {
    let mut size =
        |low: [f64; 3], high: [f64; 3]| -> [f64; 3] { std::array::from_fn(|k| between(random, low[k], high[k])) };
    match kind {
        Hidden::Dense => {
            let size = size([130.0, 60.0, 130.0], [320.0, 140.0, 320.0]);
            let material = pick(random, &["lead", "lead", "tungsten", "brass"]);
            vec![part(material, Shape::Box(size), at)]
        }
        Hidden::Void => {
            let size = size([350.0, 900.0, 300.0], [800.0, 1700.0, 600.0]);
            let room = (stacked.height - size[2] - 200.0).max(1.0);
            let z = bay.floor + 180.0 + random.uniform() * room;
            vec![part(VOID, Shape::Box([size[0], size[1], size[2].min(stacked.height - 260.0)]), [at[0], 0.0, z])]
        }
        Hidden::OrganicInMetal => {
            let size = size([260.0, 220.0, 160.0], [600.0, 500.0, 360.0]);
            let material = pick(random, &["cocaine-hydrochloride", "heroin", "tnt", "tobacco"]);
            vec![part(material, Shape::Box(size), at).dense(if material == "tobacco" { 0.5 } else { 1.05 })]
        }
        Hidden::MetalInOrganic => {
            let size = size([180.0, 40.0, 70.0], [480.0, 160.0, 260.0]);
            let (material, density) =
                pick(random, &[("steel", 7.85), ("steel", 4.5), ("aluminium", 2.7), ("copper", 6.0)]);
            let turn = [0.0, 90.0 * random.symmetric(), 0.0];
            let bar = part(material, Shape::Box(size), at).dense(density).turned(turn);
            let tube = Shape::Cylinder { axis: Axis::X, diameter: size[2].min(150.0), length: size[0] };
            if random.uniform() < 0.5 { vec![bar] } else { vec![part(material, tube, at).dense(density * 0.6)] }
        }
        Hidden::Cavity => cavity(random, at, bay, carrier),
        Hidden::Opaque => {
            let size = size([300.0, 550.0, 260.0], [650.0, 900.0, 520.0]);
            vec![part("steel", Shape::Box(size), [at[0], 0.0, at[2]])]
        }
    }
}

/// Packages in the structure: beneath the floor, in the roof, at the front wall.
fn cavity(random: &mut Random, at: [f64; 3], bay: &Bay, carrier: Carrier) -> Vec<Item> {
    let density = between(random, 0.8, 1.1);
    let length = between(random, 500.0, 1400.0);
    let below = match carrier {
        Carrier::Container => 150.0,
        Carrier::Truck => 150.0,
        Carrier::Van => 110.0,
    };
    let ceiling = bay.floor + bay.height + if carrier == Carrier::Van { 60.0 } else { 110.0 };
    let (size, at) = match pick(random, &[0u32, 0, 1, 2]) {
        0 => ([length, between(random, 700.0, 1600.0), below - 45.0], [at[0], 0.0, bay.floor - below]),
        1 => ([length, between(random, 900.0, 1700.0), 70.0], [at[0], 0.0, ceiling]),
        _ => {
            let tall = between(random, 500.0, 1200.0);
            (
                [90.0, between(random, 700.0, 1600.0), tall],
                [bay.start - 60.0, 0.0, bay.floor + between(random, 100.0, 900.0)],
            )
        }
    };
    vec![part("cocaine-hydrochloride", Shape::Box(size), at).dense(density)]
}
