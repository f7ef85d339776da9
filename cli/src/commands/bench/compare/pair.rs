//! Pairs of simulated scans with known differences.

use ndarray::Array2;
use uff::compare::ChangeKind;
use uff::limits::Budget;
use uff::synth::{Axis, Group, Item, Scene, Shape, SourcePlace};
use uff::{Code, Error, Result};

use super::draw::Draw;
use super::passage::Passage;

/// How the second scan was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Setting {
    /// The same scanner again, a few days later.
    SameScanner,
    /// The same model: other speed, which swings, and drifting dose.
    OtherSpeed,
    /// Another make: energies, pixel size, place of the source, direction, noise.
    OtherScanner,
    /// Another make that keeps one energy only.
    OneEnergy,
}

impl Setting {
    pub(super) const ALL: [Self; 4] = [Self::SameScanner, Self::OtherSpeed, Self::OtherScanner, Self::OneEnergy];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::SameScanner => "same-scanner",
            Self::OtherSpeed => "other-speed",
            Self::OtherScanner => "other-scanner",
            Self::OneEnergy => "one-energy",
        }
    }
}

/// What was done to the load between the scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Deed {
    /// Nothing.
    Nothing,
    /// One item came.
    Added,
    /// One item went.
    Removed,
    /// One item came and another went.
    Exchanged,
    /// One item is at another place.
    Moved,
}

impl Deed {
    pub(super) const ALL: [Self; 5] = [Self::Nothing, Self::Exchanged, Self::Added, Self::Removed, Self::Moved];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Exchanged => "added-and-removed",
            Self::Moved => "moved",
        }
    }
}

/// A change that was made, as the first scanner would see it.
#[derive(Debug, Clone)]
pub(super) struct Planted {
    pub(super) kind: ChangeKind,
    /// What it is.
    pub(super) what: &'static str,
    /// Change of areal density, g/cm² `[row, column]` of the first scan; of a moved item, where it was and where it is.
    pub(super) changes: Vec<Array2<f32>>,
    /// Areal density of all else in the way, g/cm².
    pub(super) behind: f64,
}

/// Two scans and what differs.
pub(super) struct Pair {
    pub(super) first: Passage,
    pub(super) second: Passage,
    pub(super) scenes: [Scene; 2],
    pub(super) planted: Vec<Planted>,
}

/// An item that comes, goes or moves.
struct Goods {
    what: &'static str,
    material: &'static str,
    density: f64,
    shape: fn() -> Shape,
}

const GOODS: [Goods; 7] = [
    Goods {
        what: "parcel of drugs",
        material: "cocaine-hydrochloride",
        density: 1.05,
        shape: || Shape::Box([420.0, 280.0, 320.0]),
    },
    Goods {
        what: "cartons of cigarettes",
        material: "tobacco",
        density: 0.28,
        shape: || Shape::Box([620.0, 500.0, 560.0]),
    },
    Goods {
        what: "drum of water",
        material: "water",
        density: 1.0,
        shape: || Shape::Cylinder { axis: Axis::Z, diameter: 400.0, length: 560.0 },
    },
    Goods { what: "bag of salt", material: "salt", density: 1.2, shape: || Shape::Ellipsoid([520.0, 340.0, 300.0]) },
    Goods {
        what: "casting of aluminium",
        material: "aluminium",
        density: 1.4,
        shape: || Shape::Box([360.0, 260.0, 300.0]),
    },
    Goods {
        what: "steel machine",
        material: "steel",
        density: 2.4,
        shape: || Shape::Cylinder { axis: Axis::Y, diameter: 380.0, length: 240.0 },
    },
    Goods { what: "block of lead", material: "lead", density: 11.3, shape: || Shape::Box([200.0, 50.0, 180.0]) },
];

/// Scenes of the bench and where goods may be in them: low and high corner, mm.
const LOADS: [(&str, [[f64; 3]; 2]); 2] = [
    ("container", [[900.0, -700.0, 1480.0], [11800.0, 700.0, 3500.0]]),
    ("truck", [[4200.0, -800.0, 1260.0], [15600.0, 800.0, 3300.0]]),
];
/// Places tried for an item before the scene counts as full.
const TRIES: usize = 40;
/// Least change of areal density that an item must make on average, g/cm².
const LEAST_CHANGE: f32 = 3.0;
/// Most areal density in the way of an item, g/cm²: beyond, the weaker scanners see nothing.
const MOST_BEHIND: f32 = 110.0;

impl Pair {
    /// Plans pair number `seed` of a setting and a deed, with pictures of about `columns` columns.
    ///
    /// # Errors
    /// As rendering; `internal` when no place is found for an item.
    pub(super) fn plan(seed: u64, setting: Setting, deed: Deed, columns: u32, budget: &Budget) -> Result<Self> {
        let mut draw = Draw::new(seed.wrapping_mul(131).wrapping_add(setting as u64 * 17 + deed as u64));
        let Some((name, room)) = draw.one_of(&LOADS) else {
            return Err(Error::new(Code::Internal, "the bench has no loads"));
        };
        let base = Scene::preset(name)?;
        let first = first_passage(&base, columns, seed);
        let second = second_passage(&first, setting, &mut draw);
        let mut scenes = [base.clone(), base.clone()];
        let mut planted = Vec::new();
        let empty = first.truth(&base, budget)?;
        let mut plant = |kind: ChangeKind, scenes: &mut [Scene; 2], planted: &mut Vec<Planted>| -> Result<()> {
            // Two of a kind, one coming and one going, would rightly count as one that moved.
            let others: Vec<&Goods> =
                GOODS.iter().filter(|g| planted.iter().all(|p: &Planted| p.what != g.what)).collect();
            let goods = draw.one_of(&others).ok_or_else(|| Error::new(Code::Internal, "the bench has no goods"))?;
            let taken: Vec<Array2<f32>> = planted.iter().flat_map(|p: &Planted| p.changes.clone()).collect();
            let mut place =
                |others: &[Array2<f32>]| spot(&base, &first, goods, room, &empty, others, &mut draw, budget);
            let (group, map, behind) = place(&taken)?;
            match kind {
                ChangeKind::Moved => {
                    let (other, there, _) = place(&[taken, vec![map.clone()]].concat())?;
                    scenes[0].groups.push(group);
                    scenes[1].groups.push(other);
                    let changes = vec![map.mapv(|v| -v), there];
                    planted.push(Planted { kind, what: goods.what, changes, behind });
                }
                ChangeKind::Removed => {
                    scenes[0].groups.push(group);
                    planted.push(Planted { kind, what: goods.what, changes: vec![map.mapv(|v| -v)], behind });
                }
                _ => {
                    scenes[1].groups.push(group);
                    planted.push(Planted { kind, what: goods.what, changes: vec![map], behind });
                }
            }
            Ok(())
        };
        let kinds: &[ChangeKind] = match deed {
            Deed::Nothing => &[],
            Deed::Added => &[ChangeKind::Added],
            Deed::Removed => &[ChangeKind::Removed],
            Deed::Exchanged => &[ChangeKind::Added, ChangeKind::Removed],
            Deed::Moved => &[ChangeKind::Moved],
        };
        for kind in kinds {
            plant(*kind, &mut scenes, &mut planted)?;
        }
        Ok(Self { first, second, scenes, planted })
    }
}

fn first_passage(base: &Scene, columns: u32, seed: u64) -> Passage {
    let (scanner, image) = (&base.scanner, &base.scanner.image);
    let stated = image.length / f64::from(columns);
    Passage {
        rows: ((image.top - image.bottom) / stated).round() as u32,
        columns,
        high_mev: scanner.high_mev,
        low_mev: scanner.low_mev,
        source: scanner.source.clone().unwrap_or(SourcePlace { distance: 9000.0, height: 1600.0 }),
        bottom: image.bottom,
        top: image.top,
        start: 0.0,
        stated,
        speed: 1.0,
        swing: (0.0, 0.0),
        dose: (0.0, 0.0),
        backwards: false,
        one_energy: false,
        quanta: 1.0,
        seed: 2 * seed + 1,
    }
}

fn second_passage(first: &Passage, setting: Setting, draw: &mut Draw) -> Passage {
    let turn = std::f64::consts::TAU;
    let mut second = Passage { seed: first.seed + 1, ..first.clone() };
    second.start = draw.between(-200.0, 200.0);
    if setting == Setting::SameScanner {
        return second;
    }
    second.speed = draw.between(0.9, 1.1);
    second.swing = (draw.between(0.01, 0.03), draw.between(0.0, turn));
    second.dose = (draw.between(0.005, 0.02), draw.between(0.0, turn));
    // Columns enough for the whole object at this speed.
    second.start -= 300.0;
    let length = first.stated * f64::from(first.columns) + 600.0;
    if setting != Setting::OtherSpeed {
        (second.high_mev, second.low_mev) = if first.high_mev > 7.0 { (6.0, 4.0) } else { (9.0, 6.0) };
        second.stated *= draw.between(0.75, 1.3);
        second.rows = (f64::from(first.rows) / draw.between(0.75, 1.3)).round() as u32;
        second.source.height += draw.between(-300.0, 300.0);
        second.source.distance += draw.between(-600.0, 600.0);
        second.top += draw.between(-60.0, 200.0);
        second.bottom -= draw.between(-30.0, 150.0);
        second.backwards = draw.coin();
        second.quanta = draw.between(0.4, 1.5);
        second.one_energy = setting == Setting::OneEnergy;
    }
    second.columns = (length / (second.stated * second.speed)).round() as u32;
    second
}

/// Finds a place at which goods can be seen, and returns them there, the change they make, and what is in their way.
#[allow(clippy::too_many_arguments)]
fn spot(
    base: &Scene,
    passage: &Passage,
    goods: &Goods,
    room: &[[f64; 3]; 2],
    empty: &Array2<f32>,
    others: &[Array2<f32>],
    draw: &mut Draw,
    budget: &Budget,
) -> Result<(Group, Array2<f32>, f64)> {
    for _ in 0..TRIES {
        let at = std::array::from_fn(|axis| draw.between(room[0][axis], room[1][axis]));
        let item = Item {
            object: Some("planted".into()),
            what: Some(goods.what.into()),
            material: goods.material.into(),
            density: Some(goods.density),
            shape: (goods.shape)(),
            at: [0.0; 3],
            turn: [0.0; 3],
            repeat: Vec::new(),
            jitter: [0.0; 3],
            tumble: [0.0; 3],
        };
        let group = Group { at, assembly: None, repeat: Vec::new(), items: vec![item] };
        let mut with = base.clone();
        with.groups.push(group.clone());
        let map = passage.truth(&with, budget)? - empty;
        let touched = map.iter().filter(|v| v.abs() > 0.05).count();
        let more = map.iter().filter(|v| **v > 0.05).count();
        let total: f32 = map.iter().sum();
        let covered: Vec<f32> =
            map.iter().zip(empty).filter(|(v, _)| v.abs() > 0.05).map(|(_, lambda)| *lambda).collect();
        let deepest = covered.iter().copied().fold(0.0, f32::max);
        let apart = others.iter().all(|other| far_apart(other, &map));
        if touched >= 20
            && more * 10 >= touched * 9
            && total / touched as f32 >= LEAST_CHANGE
            && deepest <= MOST_BEHIND
            && apart
        {
            return Ok((group, map, f64::from(covered.iter().sum::<f32>() / touched as f32)));
        }
    }
    Err(Error::new(Code::Internal, "no place was found for an item of the bench").at(goods.what))
}

/// Returns whether two changes are more than a few pixels apart.
fn far_apart(a: &Array2<f32>, b: &Array2<f32>) -> bool {
    let extent = |map: &Array2<f32>| {
        let cells = || map.indexed_iter().filter(|(_, v)| v.abs() > 0.05).map(|(cell, _)| cell);
        let range = |axis: fn((usize, usize)) -> usize| (cells().map(axis).min(), cells().map(axis).max());
        (range(|c| c.0), range(|c| c.1))
    };
    let gap = |a: (Option<usize>, Option<usize>), b: (Option<usize>, Option<usize>)| match (a, b) {
        ((Some(a0), Some(a1)), (Some(b0), Some(b1))) => b0.saturating_sub(a1).max(a0.saturating_sub(b1)),
        _ => usize::MAX,
    };
    let (a, b) = (extent(a), extent(b));
    gap(a.0, b.0).max(gap(a.1, b.1)) > 10
}
