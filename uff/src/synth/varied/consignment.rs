//! Random loads with their declaration: honest, or a cover of the declared goods over others.

use std::collections::BTreeMap;

use super::load::recipes;
use super::{Bay, Carrier, VARIED, between, paperwork, pick, scanner, vehicle};
use crate::synth::assembly::part;
use crate::synth::paperwork::GoodsEntry;
use crate::synth::paperwork::Paperwork;
use crate::synth::random::Random;
use crate::synth::recipe::Recipe;
use crate::synth::scene::{Group, Item, Scene};
use crate::synth::shape::Shape;

/// Name of the undeclared goods in the truth.
pub const UNDECLARED: &str = "undeclared";
/// Most that a vehicle carries, kg.
const PAYLOAD: f64 = 26_000.0;

/// Goods that can be declared.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Kind {
    name: &'static str,
    hs: &'static str,
    material: &'static str,
    /// Least and most density as packed, g/cm³.
    density: [f64; 2],
    /// Rows of pallets side by side; one row of heavy goods, which stands in the middle.
    rows: u32,
}

const fn kind(name: &'static str, hs: &'static str, material: &'static str, density: [f64; 2], rows: u32) -> Kind {
    Kind { name, hs, material, density, rows }
}

/// Goods; the densities are those of pallets and cartons as packed, from the makers' weights and sizes.
const KINDS: [Kind; 14] = [
    kind("tiles", "690721", "tile", [1.3, 1.6], 1),
    kind("cement", "252329", "cement", [1.2, 1.4], 1),
    kind("aluminium ingots", "760120", "aluminium", [1.1, 1.5], 1),
    kind("fertiliser", "310520", "fertiliser", [0.9, 1.05], 2),
    kind("rice", "100630", "rice", [0.65, 0.78], 2),
    kind("sugar", "170199", "sugar", [0.75, 0.88], 2),
    kind("mineral water", "220110", "water", [0.65, 0.9], 2),
    kind("copying paper", "480256", "paper", [0.65, 0.85], 2),
    kind("plastic granules", "390120", "polyethylene", [0.5, 0.6], 2),
    kind("bananas", "080390", "fruit", [0.3, 0.4], 2),
    kind("clothing", "620342", "cotton", [0.12, 0.35], 2),
    kind("furniture", "940360", "fibreboard", [0.12, 0.35], 2),
    kind("television sets", "852872", "appliances", [0.1, 0.22], 2),
    kind("tissue paper", "481810", "cellulose", [0.1, 0.17], 2),
];

/// Goods worth hiding.
const CONTRABAND: [Kind; 4] = [
    kind("telephones", "851713", "appliances", [0.2, 0.35], 2),
    kind("clothing", "620342", "cotton", [0.15, 0.35], 2),
    kind("cigarettes", "240220", "tobacco", [0.17, 0.24], 2),
    kind("footwear", "640399", "leather", [0.12, 0.2], 2),
];

/// Random load with its declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct Consignment {
    /// The scene as scanned; the declaration is in its papers.
    pub scene: Scene,
    /// The same vehicle, empty and elsewhere in the picture.
    pub empty: Scene,
    /// Vehicle.
    pub carrier: Carrier,
    /// What is declared.
    pub declared: &'static str,
    /// What is there beside it; none where the declaration is honest.
    pub undeclared: Option<&'static str>,
}

/// A stretch of equal pallets.
struct Stretch {
    items: Vec<Item>,
    mass: f64,
}

impl Consignment {
    /// Draws the consignment of a seed. With `cover` the middle of the load is other goods, which the papers conceal: they
    /// are those of the honest consignment of the same seed.
    pub fn new(seed: u64, cover: bool) -> Self {
        let mut random = Random::new(seed, &[VARIED, 2]);
        let carrier = pick(&mut random, &[Carrier::Container, Carrier::Truck]);
        let (assemblies, bay, window) = carrier.layout();
        let scanner = scanner(&mut random, carrier, window);
        let place = |random: &mut Random| 60.0 + 540.0 * random.uniform();
        let (at, elsewhere) = (place(&mut random), place(&mut random));
        let declared = pick(&mut random, &KINDS);
        let density = between(&mut random, declared.density[0], declared.density[1]);
        let width = between(&mut random, 1000.0, 1200.0);
        let pitch = width + between(&mut random, 20.0, 80.0);
        let count = ((bay.end - bay.start - 40.0) / pitch).floor() as u32;
        let height = height(&mut random, declared, density, width, count, &bay);
        let honest = stretch(declared, density, 0..count, [width, pitch, height], &bay, None);
        // Weighbridges and rounding.
        let mass = (honest.mass * (1.0 + 0.02 * random.symmetric()) / 10.0).round() * 10.0;
        let other = pick(&mut random, &CONTRABAND.map(|k| if k.hs == declared.hs { CONTRABAND[0] } else { k }));
        let share = between(&mut random, 0.25, 0.8);
        let taken = ((f64::from(count) * share).round() as u32).clamp(2, count - 2);
        let first = 1 + ((f64::from(count - taken - 1)) * random.uniform()) as u32;
        let filled = between(&mut random, 0.7, 0.92) * bay.height;
        let density_of_other = between(&mut random, other.density[0], other.density[1]);
        let items = if cover {
            let hidden = first..first + taken;
            let mut items = Vec::new();
            for part in [0..first, first + taken..count] {
                items.extend(stretch(declared, density, part, [width, pitch, height], &bay, None).items);
            }
            items
                .extend(stretch(other, density_of_other, hidden, [width, pitch, filled], &bay, Some(UNDECLARED)).items);
            items
        } else {
            honest.items
        };
        let mut groups = vehicle(&assemblies, at);
        groups.push(Group { at: [at, 0.0, 0.0], assembly: None, repeat: Vec::new(), items });
        let goods = GoodsEntry {
            hs: declared.hs.into(),
            description: declared.name.into(),
            packages: count * declared.rows,
            gross_mass: mass,
            ..GoodsEntry::default()
        };
        let scene = |name: &str, title: String, groups, goods| Scene {
            name: name.into(),
            title,
            scanner: scanner.clone(),
            materials: materials(),
            groups,
            paperwork: Paperwork { goods, ..paperwork(seed) },
        };
        let undeclared = cover.then_some(other.name);
        let title = match undeclared {
            Some(other) => {
                format!("{} declared with {}, {other} among them, seed {seed}", carrier.name(), declared.name)
            }
            None => format!("{} with {} as declared, seed {seed}", carrier.name(), declared.name),
        };
        let empty = format!("{} without load, seed {seed}", carrier.name());
        Self {
            empty: scene("consignment-empty", empty, vehicle(&assemblies, elsewhere), Vec::new()),
            scene: scene("consignment", title, groups, vec![goods]),
            carrier,
            declared: declared.name,
            undeclared,
        }
    }
}

/// Materials beyond the stock ones.
fn materials() -> BTreeMap<String, Recipe> {
    let parts = [("C15H17N", 0.40), ("C6H10O5", 0.20), ("SiO2", 0.12), ("Cu", 0.07), ("Fe", 0.13), ("Al", 0.08)];
    let parts = parts.map(|(formula, share)| (formula.to_owned(), share)).into();
    let mut all = recipes();
    all.insert("appliances".into(), Recipe { parts, density: 0.2 });
    all
}

/// Height of a load that a vehicle can carry, mm.
fn height(random: &mut Random, kind: Kind, density: f64, width: f64, count: u32, bay: &Bay) -> f64 {
    let light = density < 0.45;
    let wanted = bay.height * if light { between(random, 0.7, 0.92) } else { between(random, 0.45, 0.8) };
    let per_mm = density * 1e-6 * width * depth(kind, bay) * f64::from(kind.rows) * f64::from(count);
    wanted.min(PAYLOAD / per_mm)
}

/// Depth of a pallet across the vehicle, mm.
fn depth(kind: Kind, bay: &Bay) -> f64 {
    if kind.rows == 1 { 1100.0 } else { bay.half_width - 40.0 }
}

fn stretch(
    kind: Kind,
    density: f64,
    pallets: std::ops::Range<u32>,
    [width, pitch, height]: [f64; 3],
    bay: &Bay,
    object: Option<&str>,
) -> Stretch {
    let count = pallets.end - pallets.start;
    if count == 0 {
        return Stretch { items: Vec::new(), mass: 0.0 };
    }
    let across = depth(kind, bay);
    let side = bay.half_width - 10.0;
    let start = [
        bay.start + 20.0 + width / 2.0 + pitch * f64::from(pallets.start),
        if kind.rows == 1 { 0.0 } else { -side / 2.0 },
        bay.floor + 1.0,
    ];
    let placed = |mut item: Item| {
        item.at = [item.at[0] + start[0], item.at[1] + start[1], item.at[2] + start[2]];
        item.repeated(count, [pitch, 0.0, 0.0]).repeated(kind.rows, [0.0, side, 0.0])
    };
    let deck = part("wood", Shape::Box([width, across - 20.0, 22.0]), [0.0, 0.0, 122.0]);
    let goods = [width - 20.0, across - 20.0, height - 144.0];
    let block = Item {
        object: object.map(str::to_owned),
        what: object.map(|_| format!("{}, not declared", kind.name)),
        ..part(kind.material, Shape::Box(goods), [0.0, 0.0, 144.0]).dense(density)
    };
    let volume = |[x, y, z]: [f64; 3]| x * y * z * 1e-9;
    // Softwood of 0.6 g/cm³ for the decks.
    let each = 1000.0 * density * volume(goods) + 600.0 * volume([width, across - 20.0, 22.0]);
    let mass = each * f64::from(count * kind.rows);
    Stretch { items: vec![placed(deck), placed(block)], mass }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Budget;
    use crate::synth::{RenderOptions, render};

    #[test]
    fn every_seed_gives_a_possible_pair_with_the_same_papers() {
        for seed in 0..200 {
            let (honest, cover) = (Consignment::new(seed, false), Consignment::new(seed, true));
            honest.scene.check().unwrap();
            cover.scene.check().unwrap();
            assert_eq!(honest.scene.paperwork, cover.scene.paperwork);
            assert_eq!(honest.scene.scanner, cover.scene.scanner);
            let mass = honest.scene.paperwork.goods[0].gross_mass;
            assert!((1000.0..27_500.0).contains(&mass), "{seed}: {mass}");
            assert_ne!(cover.undeclared, Some(cover.declared), "{seed}");
        }
    }

    /// The declared mass is that of what stands in the beam, by the rays of the renderer.
    #[test]
    fn the_declared_mass_is_that_of_the_load() {
        let options = RenderOptions { rays: 1, ..RenderOptions::default() };
        let consignment = Consignment::new(3, false);
        let rendered = |scene| render(scene, &options, &Budget::default()).unwrap().areal_density;
        let full: f64 = rendered(&consignment.scene).iter().map(|l| f64::from(*l)).sum();
        let empty: f64 = rendered(&consignment.empty).iter().map(|l| f64::from(*l)).sum();
        let image = &consignment.scene.scanner.image;
        let area = image.length * (image.top - image.bottom) / f64::from(image.rows * image.columns) / 100.0;
        let declared = consignment.scene.paperwork.goods[0].gross_mass;
        let found = (full - empty) * area / 1000.0;
        assert!((found / declared - 1.0).abs() < 0.06, "{found} {declared}");
    }
}
