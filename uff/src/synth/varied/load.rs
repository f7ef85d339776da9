//! Loads of random scenes.

use std::collections::BTreeMap;

use super::{Bay, LoadKind, between, pick};
use crate::synth::assembly::{part, rod};
use crate::synth::random::Random;
use crate::synth::recipe::{Recipe, VOID};
use crate::synth::scene::Item;
use crate::synth::shape::{Axis, Shape};

/// A load and the space it takes.
pub(super) struct Stacked {
    pub(super) items: Vec<Item>,
    /// First and last position along the scan, mm.
    pub(super) span: [f64; 2],
    /// Height of its top above the floor, mm.
    pub(super) height: f64,
}

/// Materials beyond the stock ones.
pub(super) fn recipes() -> BTreeMap<String, Recipe> {
    let recipe = |parts: &[(&str, f64)], density| Recipe {
        parts: parts.iter().map(|(formula, share)| ((*formula).to_owned(), *share)).collect(),
        density,
    };
    BTreeMap::from([
        ("grain".into(), recipe(&[("C6H10O5", 0.75), ("C5H9NO4", 0.12), ("H2O", 0.13)], 0.75)),
        ("fertiliser".into(), recipe(&[("NH4NO3", 0.7), ("CaCO3", 0.3)], 0.95)),
        ("groceries".into(), recipe(&[("C6H10O5", 0.6), ("H2O", 0.35), ("NaCl", 0.05)], 0.5)),
    ])
}

pub(super) fn stack(random: &mut Random, kind: LoadKind, bay: &Bay) -> Stacked {
    match kind {
        LoadKind::Bulk => bulk(random, bay),
        LoadKind::Cartons => cartons(random, bay),
        LoadKind::Drums => drums(random, bay),
        LoadKind::Rolls => rolls(random, bay),
        LoadKind::Sacks => sacks(random, bay),
        LoadKind::MetalGoods => metal_goods(random, bay),
        LoadKind::Machinery => machinery(random, bay),
    }
}

/// Number of pieces of a pitch that fit between a start and an end, with a random share of them left out at the end.
fn fit(random: &mut Random, bay: &Bay, pitch: f64) -> u32 {
    let most = ((bay.end - bay.start - 40.0) / pitch).floor().max(1.0);
    (most * between(random, 0.65, 1.0)).floor().max(2.0).min(most) as u32
}

fn bulk(random: &mut Random, bay: &Bay) -> Stacked {
    let (material, density) = pick(
        random,
        &[("grain", 0.75), ("sugar", 0.85), ("fertiliser", 0.95), ("coffee", 0.4), ("wood", 0.45), ("paper", 0.6)],
    );
    let height = bay.height * between(random, 0.35, 0.8);
    let length = (bay.end - bay.start - 60.0) * between(random, 0.7, 1.0);
    let middle = bay.start + 30.0 + length / 2.0;
    let body = Shape::Box([length, 2.0 * bay.half_width - 40.0, height]);
    let mut items = vec![part(material, body, [middle, 0.0, bay.floor + 2.0]).dense(density)];
    // Its surface is not level.
    for k in 0..6 {
        let x = bay.start + 30.0 + length * (f64::from(k) + 0.5) / 6.0;
        let crown = Shape::Ellipsoid([length / 5.0, 1.8 * bay.half_width, between(random, 60.0, 240.0)]);
        items.push(part(material, crown, [x, 0.0, bay.floor + height - 60.0]).dense(density));
    }
    Stacked { items, span: [bay.start + 30.0, bay.start + 30.0 + length], height }
}

/// Pallets in two rows, each with the items that `goods` puts on one at x = 0, y = 0, z = 0.
fn pallets(random: &mut Random, bay: &Bay, width: f64, goods: &[Item], height: f64) -> Stacked {
    let pitch = width + between(random, 20.0, 90.0);
    let count = fit(random, bay, pitch);
    let across = bay.half_width - 10.0;
    let mut pallet = vec![
        part("wood", Shape::Box([width, across - 20.0, 22.0]), [0.0, 0.0, 110.0]),
        part("wood", Shape::Box([95.0, across - 20.0, 100.0]), [-width / 2.0 + 60.0, 0.0, 0.0])
            .repeated(3, [width / 2.0 - 60.0, 0.0, 0.0]),
    ];
    pallet.extend(goods.iter().map(|g| Item { at: [g.at[0], g.at[1], g.at[2] + 134.0], ..g.clone() }));
    let first = bay.start + 20.0 + width / 2.0;
    let place = |item: &Item| {
        let at = [item.at[0] + first, item.at[1] - across / 2.0, item.at[2] + bay.floor + 1.0];
        Item { at, ..item.clone() }.repeated(count, [pitch, 0.0, 0.0]).repeated(2, [0.0, across, 0.0])
    };
    Stacked {
        items: pallet.iter().map(place).collect(),
        span: [bay.start + 20.0, bay.start + 20.0 + pitch * f64::from(count)],
        height: height + 134.0,
    }
}

fn cartons(random: &mut Random, bay: &Bay) -> Stacked {
    let width = between(random, 800.0, 1200.0);
    let across = bay.half_width - 30.0;
    let (along, deep) = (pick(random, &[2u32, 3, 4]), pick(random, &[2u32, 3]));
    let tall = between(random, 200.0, 420.0);
    let layers = ((bay.height * between(random, 0.5, 0.85)) / tall).floor().max(1.0) as u32;
    let step = [width / f64::from(along), across / f64::from(deep), tall];
    let (material, density) = pick(
        random,
        &[("groceries", 0.35), ("paper", 0.5), ("polypropylene", 0.2), ("cellulose", 0.16), ("water", 0.6)],
    );
    let mut boxes = part(material, Shape::Box([step[0] - 12.0, step[1] - 12.0, step[2] - 8.0]), [0.0; 3])
        .dense(density)
        .repeated(along, [step[0], 0.0, 0.0])
        .repeated(deep, [0.0, step[1], 0.0])
        .repeated(layers, [0.0, 0.0, step[2]]);
    boxes.at = [-(width - step[0]) / 2.0, -(across - step[1]) / 2.0, 0.0];
    boxes.jitter = [4.0, 4.0, 0.0];
    pallets(random, bay, width, &[boxes], tall * f64::from(layers))
}

fn drums(random: &mut Random, bay: &Bay) -> Stacked {
    let pitch = between(random, 600.0, 640.0);
    let count = fit(random, bay, pitch);
    let tiers = if bay.height > 1950.0 { pick(random, &[1u32, 2]) } else { 1 };
    let (material, density) = pick(random, &[("water", 1.0), ("petrol", 0.85), ("ethanol", 0.79)]);
    let across = ((2.0 * bay.half_width) / 620.0).floor() as u32;
    let fill = between(random, 0.8, 0.97);
    let start = [bay.start + 320.0, -620.0 * (f64::from(across) - 1.0) / 2.0, bay.floor + 5.0];
    let standing = |material: &str, diameter: f64, height: f64, lift: f64| {
        let mut item = rod(material, Axis::Z, diameter, height, [start[0], start[1], start[2] + lift]);
        item.jitter = [6.0, 4.0, 0.0];
        item.repeated(count, [pitch, 0.0, 0.0]).repeated(across, [0.0, 620.0, 0.0]).repeated(tiers, [0.0, 0.0, 930.0])
    };
    let mut items = vec![
        standing("steel", 585.0, 880.0, 0.0),
        standing(VOID, 582.6, 877.6, 1.2),
        standing(material, 582.6, 877.6 * fill, 1.2).dense(density),
    ];
    // The three belong together: they must not shake apart.
    items.iter_mut().for_each(|item| item.jitter = [0.0; 3]);
    Stacked {
        items,
        span: [bay.start + 20.0, bay.start + 20.0 + pitch * f64::from(count)],
        height: 930.0 * f64::from(tiers) - 50.0,
    }
}

fn rolls(random: &mut Random, bay: &Bay) -> Stacked {
    let diameter = between(random, 850.0, bay.half_width - 20.0);
    let pitch = diameter + between(random, 8.0, 40.0);
    let count = fit(random, bay, pitch);
    let tall = between(random, 900.0, 1250.0);
    let tiers = if 2.0 * tall + 60.0 < bay.height { pick(random, &[1u32, 2]) } else { 1 };
    let (material, density) = pick(random, &[("paper", 0.7), ("cellulose", 0.3), ("polyethylene", 0.5)]);
    let start = [bay.start + 20.0 + diameter / 2.0, -bay.half_width / 2.0, bay.floor + 3.0];
    let roll = |material: &str, diameter: f64| {
        rod(material, Axis::Z, diameter, tall, start)
            .repeated(count, [pitch, 0.0, 0.0])
            .repeated(2, [0.0, bay.half_width, 0.0])
            .repeated(tiers, [0.0, 0.0, tall + 15.0])
    };
    Stacked {
        items: vec![roll(material, diameter).dense(density), roll(VOID, 100.0)],
        span: [bay.start + 20.0, bay.start + 20.0 + pitch * f64::from(count)],
        height: (tall + 15.0) * f64::from(tiers),
    }
}

fn sacks(random: &mut Random, bay: &Bay) -> Stacked {
    let width = between(random, 950.0, 1200.0);
    let tall = between(random, 110.0, 160.0);
    let layers = ((bay.height * between(random, 0.4, 0.7)) / tall).floor() as u32;
    let (material, density) = pick(random, &[("grain", 0.7), ("coffee", 0.45), ("sugar", 0.85), ("fertiliser", 0.9)]);
    let across = bay.half_width - 40.0;
    let mut sack = part(material, Shape::Ellipsoid([width / 2.0 * 1.12, across / 2.0 * 1.12, tall * 1.35]), [0.0; 3])
        .dense(density)
        .repeated(2, [width / 2.0, 0.0, 0.0])
        .repeated(2, [0.0, across / 2.0, 0.0])
        .repeated(layers, [0.0, 0.0, tall]);
    sack.at = [-width / 4.0, -across / 4.0, -tall * 0.15];
    sack.jitter = [18.0, 18.0, 4.0];
    sack.tumble = [3.0, 4.0, 6.0];
    pallets(random, bay, width, &[sack], tall * f64::from(layers))
}

fn metal_goods(random: &mut Random, bay: &Bay) -> Stacked {
    let width = between(random, 700.0, 1100.0);
    let across = bay.half_width - 40.0;
    let tall = between(random, 500.0, 900.0);
    let (material, density) =
        pick(random, &[("steel", 0.55), ("steel", 0.35), ("aluminium", 0.4), ("brass", 0.5), ("copper", 0.6)]);
    let mut goods = vec![
        part("wood", Shape::Box([width - 10.0, across, tall]), [0.0; 3]),
        part(VOID, Shape::Box([width - 54.0, across - 44.0, tall - 44.0]), [0.0, 0.0, 22.0]),
    ];
    goods.push(
        part(
            material,
            Shape::Box([width - 60.0, across - 60.0, (tall - 60.0) * between(random, 0.75, 1.0)]),
            [0.0, 0.0, 24.0],
        )
        .dense(density),
    );
    let tiers = ((bay.height - 200.0) / (tall + 30.0)).floor().clamp(1.0, 2.0) as u32;
    let goods: Vec<Item> = goods.into_iter().map(|g| g.repeated(tiers, [0.0, 0.0, tall + 10.0])).collect();
    pallets(random, bay, width, &goods, (tall + 10.0) * f64::from(tiers))
}

fn machinery(random: &mut Random, bay: &Bay) -> Stacked {
    let mut items = Vec::new();
    let mut x = bay.start + 50.0;
    while x < bay.end - 900.0 {
        let width = between(random, 700.0, 1700.0).min(bay.end - x - 40.0);
        let height = between(random, 0.35, 0.8) * bay.height;
        crate_with_parts(random, &mut items, [x + width / 2.0, 0.0, bay.floor + 2.0], [width, 1500.0, height]);
        x += width + between(random, 40.0, 400.0);
    }
    Stacked { items, span: [bay.start + 50.0, x.min(bay.end)], height: bay.height * 0.4 }
}

fn crate_with_parts(random: &mut Random, items: &mut Vec<Item>, at: [f64; 3], [width, depth, height]: [f64; 3]) {
    items.push(part("wood", Shape::Box([width, depth, height]), at));
    items.push(part(VOID, Shape::Box([width - 44.0, depth - 44.0, height - 44.0]), [at[0], at[1], at[2] + 22.0]));
    let parts = 3 + (random.uniform() * 6.0) as u32;
    for _ in 0..parts {
        let size: [f64; 3] =
            [between(random, 0.15, 0.5) * width, between(random, 80.0, 500.0), between(random, 0.15, 0.5) * height];
        let place = [
            at[0] + random.symmetric() * (width - 60.0 - size[0]) / 2.0,
            random.symmetric() * 400.0,
            at[2] + 30.0 + random.uniform() * (height - 60.0 - size[2]),
        ];
        let (material, density) = pick(
            random,
            &[("iron", 1.6), ("iron", 3.0), ("steel", 2.2), ("aluminium", 1.2), ("aluminium", 2.6), ("copper", 1.8)],
        );
        let across = size[0].min(size[2]);
        let shape = match pick(random, &[0u32, 1, 2, 3]) {
            0 => Shape::Box(size),
            1 => Shape::Cylinder { axis: Axis::Y, diameter: across, length: size[1] },
            2 => Shape::Cylinder { axis: Axis::X, diameter: across.min(size[1]), length: size[0] },
            _ => Shape::Ellipsoid(size),
        };
        let hollow = random.uniform() < 0.4;
        items.push(part(material, shape.clone(), place).dense(density));
        if hollow {
            let bore = Shape::Cylinder { axis: Axis::Y, diameter: 0.5 * across, length: size[1] + 2.0 };
            let lift = (size[2].min(match shape {
                Shape::Box(_) | Shape::Ellipsoid(_) => size[2],
                _ => across,
            }) - 0.5 * across)
                / 2.0;
            items.push(part(VOID, bore, [place[0], place[1], place[2] + lift]));
        }
    }
}
