//! Random scenes with known truth, to measure detectors on.
//!
//! A seed gives a vehicle, a scanner, a load and, in three of four scenes, hidden objects. Each hidden object is an object
//! of the truth whose name begins with the kind of its [`Hidden`]; nothing else in the scene bears a name. The same seed
//! always gives the same scene.

mod consignment;
mod hidden;
mod load;

use super::assembly::Assembly;
use super::paperwork::{GoodsEntry, Paperwork};
use super::random::Random;
use super::scanner::{Detector, ImageWindow, Scanner, SourcePlace};
use super::scene::{Group, Item, Scene};

pub use consignment::{Consignment, UNDECLARED};
pub use hidden::Hidden;

/// Vehicle of a random scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// 40-foot container on its trailer.
    Container,
    /// Tractor with a curtain trailer.
    Truck,
    /// Delivery van.
    Van,
}

/// Load of a random scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadKind {
    /// One material poured or stacked without gaps.
    Bulk,
    /// Equal cartons on pallets.
    Cartons,
    /// Drums of liquid.
    Drums,
    /// Rolls standing on end.
    Rolls,
    /// Sacks on pallets.
    Sacks,
    /// Crates of metal goods, all alike.
    MetalGoods,
    /// Machines and parts, each different.
    Machinery,
}

/// Space for the load, mm.
#[derive(Debug, Clone, Copy)]
struct Bay {
    start: f64,
    end: f64,
    half_width: f64,
    floor: f64,
    height: f64,
}

/// Random scene and what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Varied {
    /// The scene as scanned.
    pub scene: Scene,
    /// The same vehicle before the same scanner, empty and elsewhere in the picture.
    pub empty: Scene,
    /// Vehicle.
    pub carrier: Carrier,
    /// Load.
    pub load: LoadKind,
    /// Hidden objects: name in the truth and kind.
    pub hidden: Vec<(String, Hidden)>,
}

/// Assembly and its place, mm.
type Placed = (Assembly, [f64; 3]);

/// Domain of the random numbers of this module.
const VARIED: u64 = 0x7661_7269;

impl Carrier {
    /// All carriers.
    pub const ALL: [Self; 3] = [Self::Container, Self::Truck, Self::Van];

    /// Returns the name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Truck => "truck",
            Self::Van => "van",
        }
    }

    /// Returns assemblies with their places, the bay, and length and height of the picture.
    fn layout(self) -> (Vec<Placed>, Bay, [f64; 2]) {
        match self {
            Self::Container => (
                vec![(Assembly::SkeletalTrailer, [0.0; 3]), (Assembly::Container40, [60.0, 0.0, 1182.0])],
                Bay { start: 220.0, end: 12_080.0, half_width: 1130.0, floor: 1360.0, height: 2480.0 },
                [12_900.0, 4800.0],
            ),
            Self::Truck => (
                vec![(Assembly::Tractor, [0.0; 3]), (Assembly::CurtainTrailer, [2900.0, 0.0, 0.0])],
                Bay { start: 3020.0, end: 16_380.0, half_width: 1150.0, floor: 1200.0, height: 2600.0 },
                [17_100.0, 4800.0],
            ),
            Self::Van => (
                vec![(Assembly::Van, [0.0; 3])],
                Bay { start: 2150.0, end: 6250.0, half_width: 1050.0, floor: 900.0, height: 2050.0 },
                [6900.0, 3700.0],
            ),
        }
    }
}

impl LoadKind {
    /// All loads.
    pub const ALL: [Self; 7] =
        [Self::Bulk, Self::Cartons, Self::Drums, Self::Rolls, Self::Sacks, Self::MetalGoods, Self::Machinery];

    /// Returns the name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bulk => "bulk",
            Self::Cartons => "cartons",
            Self::Drums => "drums",
            Self::Rolls => "rolls",
            Self::Sacks => "sacks",
            Self::MetalGoods => "metal goods",
            Self::Machinery => "machinery",
        }
    }

    /// Returns whether the load is mainly metal.
    const fn metal(self) -> bool {
        matches!(self, Self::MetalGoods | Self::Machinery)
    }
}

impl Varied {
    /// Draws the scene of a seed.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed, &[VARIED]);
        let carrier = pick(&mut random, &Carrier::ALL);
        let load = pick(&mut random, &LoadKind::ALL);
        let (assemblies, bay, window) = carrier.layout();
        let scanner = scanner(&mut random, carrier, window);
        let place = |random: &mut Random| 60.0 + 540.0 * random.uniform();
        let (at, elsewhere) = (place(&mut random), place(&mut random));
        let stacked = load::stack(&mut random, load, &bay);
        let hidden = hidden::hide(&mut random, load, &stacked, &bay, carrier);
        let loaded = |items: Vec<Item>| Group { at: [at, 0.0, 0.0], assembly: None, repeat: Vec::new(), items };
        let mut groups = vehicle(&assemblies, at);
        groups.push(loaded(stacked.items));
        let mut names = Vec::new();
        let mut planted = Vec::new();
        for (kind, name, items) in hidden {
            names.push((name, kind));
            planted.extend(items);
        }
        groups.push(loaded(planted));
        let title = format!("{} with {}, seed {seed}", carrier.name(), load.name());
        let scene = |name: &str, title: String, groups| Scene {
            name: name.into(),
            title,
            scanner: scanner.clone(),
            materials: load::recipes(),
            groups,
            paperwork: paperwork(seed),
        };
        Self {
            empty: scene(
                "varied-empty",
                format!("{} without load, seed {seed}", carrier.name()),
                vehicle(&assemblies, elsewhere),
            ),
            scene: scene("varied", title, groups),
            carrier,
            load,
            hidden: names,
        }
    }
}

/// Places a vehicle along the picture, mm.
fn vehicle(assemblies: &[Placed], x: f64) -> Vec<Group> {
    let group = |(assembly, place): &Placed| Group {
        at: [place[0] + x, place[1], place[2]],
        assembly: Some(*assembly),
        repeat: Vec::new(),
        items: Vec::new(),
    };
    assemblies.iter().map(group).collect()
}

/// Draws one of several.
fn pick<T: Copy>(random: &mut Random, from: &[T]) -> T {
    from[((random.uniform() * from.len() as f64) as usize).min(from.len() - 1)]
}

/// Draws from a range.
fn between(random: &mut Random, low: f64, high: f64) -> f64 {
    low + (high - low) * random.uniform()
}

fn scanner(random: &mut Random, carrier: Carrier, [length, height]: [f64; 2]) -> Scanner {
    let (high_mev, low_mev) = pick(random, &[(9.0, 6.0), (6.0, 4.0), (6.0, 3.5), (7.5, 4.5)]);
    let (rows, columns) = match carrier {
        Carrier::Container => (160, 420),
        Carrier::Truck => (160, 540),
        Carrier::Van => (150, 280),
    };
    let bottom = between(random, -350.0, -200.0);
    let quanta = 1e4 * between(random, 0.0, 1.8).exp();
    Scanner {
        high_mev,
        low_mev,
        interlaced: random.uniform() < 0.3,
        source: Some(SourcePlace {
            distance: between(random, 5500.0, 11_000.0),
            height: between(random, 900.0, 2200.0),
        }),
        detector_distance: between(random, 2400.0, 4000.0),
        image: ImageWindow {
            rows,
            columns,
            length: length + between(random, 0.0, 500.0),
            bottom,
            top: bottom + height,
        },
        detector: Detector {
            dark: between(random, 500.0, 1500.0),
            dark_spread: between(random, 20.0, 150.0),
            air_high: between(random, 48_000.0, 59_000.0),
            air_low: between(random, 44_000.0, 52_000.0),
            gain_spread: between(random, 0.03, 0.15),
            module_rows: pick(random, &[8, 16, 32]),
            quanta_high: quanta,
            quanta_low: quanta * between(random, 0.5, 0.8),
            electronic: between(random, 1.5, 4.0),
            pulse_jitter: between(random, 0.0004, 0.003),
            scatter: between(random, 0.0005, 0.004),
            dark_lines: 24,
            air_lines: 48,
        },
    }
}

fn paperwork(seed: u64) -> Paperwork {
    let goods =
        GoodsEntry { hs: "990000".into(), description: "Simulated goods".into(), packages: 1, ..GoodsEntry::default() };
    Paperwork {
        scan_number: format!("VARIED-{seed}"),
        start: "2026-01-05T08:00:00+00:00".into(),
        end: "2026-01-05T08:00:20+00:00".into(),
        time_zone: "UTC".into(),
        organisation: "Simulated customs post".into(),
        site: "NLRTM".into(),
        lane: "1".into(),
        direction: "import".into(),
        serial: "SIM-1".into(),
        goods: vec![goods],
        ..Paperwork::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Budget;
    use crate::synth::{RenderOptions, render};

    #[test]
    fn every_seed_gives_a_possible_scene_and_all_kinds_turn_up() {
        let all: Vec<Varied> = (0..300).map(Varied::new).collect();
        for varied in &all {
            varied.scene.check().unwrap();
            varied.empty.check().unwrap();
        }
        for load in LoadKind::ALL {
            assert!(all.iter().any(|v| v.load == load), "{load:?}");
        }
        for kind in Hidden::ALL {
            assert!(all.iter().flat_map(|v| &v.hidden).any(|h| h.1 == kind), "{kind:?}");
        }
        assert!(all.iter().any(|v| v.hidden.is_empty()));
        assert_eq!(Varied::new(5), all[5]);
    }

    #[test]
    fn hidden_objects_are_those_of_the_truth() {
        let varied = (0..).map(Varied::new).find(|v| v.hidden.len() > 1).unwrap();
        let options = RenderOptions { rays: 1, ..RenderOptions::default() };
        let scan = render(&varied.scene, &options, &Budget::default()).unwrap();
        let names: Vec<&str> = scan.truth.objects.iter().map(|o| o.name.as_str()).collect();
        let hidden: Vec<&str> = varied.hidden.iter().map(|h| h.0.as_str()).collect();
        assert_eq!(names, hidden);
        assert!(render(&varied.empty, &options, &Budget::default()).unwrap().truth.objects.is_empty());
    }
}
