//! Ready-made structures: freight containers, tractors, trailers.
//!
//! They are simplified to what a transmission picture shows: sheets, frames, wheels, engine, tanks. Sizes follow ISO 668
//! and ISO 1496-1 for the container and common European vehicles otherwise.

mod container;
mod tractor;
mod trailer;
mod van;
mod wheel;

use serde::{Deserialize, Serialize};

use super::recipe::VOID;
use super::scene::{Item, Repeat};
use super::shape::{Axis, Shape};

/// Structure placed with its front at x = 0, its middle at y = 0 and what it stands on at z = 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assembly {
    /// Empty 40-foot high-cube container, 12 192 × 2438 × 2896 mm; its doors are at the far end.
    #[serde(rename = "container-40")]
    Container40,
    /// Tractor unit with two axles and cab over engine, 6000 mm long.
    Tractor,
    /// Empty semi-trailer with curtains and three axles, 13 600 mm long, floor at 1200 mm.
    CurtainTrailer,
    /// Skeletal semi-trailer for containers with three axles, 12 400 mm long; a container stands at 1180 mm.
    SkeletalTrailer,
    /// Delivery van with a box body and two axles, 6400 mm long; its load floor is at 900 mm, from 2100 to 6300 mm.
    Van,
}

impl Assembly {
    /// Returns the parts.
    pub(super) fn items(self) -> Vec<Item> {
        match self {
            Self::Container40 => container::items(),
            Self::Tractor => tractor::items(),
            Self::CurtainTrailer => trailer::curtain(),
            Self::SkeletalTrailer => trailer::skeletal(),
            Self::Van => van::items(),
        }
    }
}

/// Part of the surroundings; `at` is the centre of its lower face.
pub(super) fn part(material: &str, shape: Shape, at: [f64; 3]) -> Item {
    Item {
        object: None,
        what: None,
        material: material.to_owned(),
        density: None,
        shape,
        at,
        turn: [0.0; 3],
        repeat: Vec::new(),
        jitter: [0.0; 3],
        tumble: [0.0; 3],
    }
}

impl Item {
    pub(super) fn dense(mut self, density: f64) -> Self {
        self.density = Some(density);
        self
    }

    pub(super) fn turned(mut self, turn: [f64; 3]) -> Self {
        self.turn = turn;
        self
    }

    pub(super) fn repeated(mut self, count: u32, step: [f64; 3]) -> Self {
        self.repeat.push(Repeat { count, step });
        self
    }
}

/// The same part on both sides of the middle plane.
fn both_sides(item: &Item, y: f64) -> [Item; 2] {
    [y, -y].map(|side| Item { at: [item.at[0], item.at[1] + side, item.at[2]], ..item.clone() })
}

/// Hollow box with walls of one thickness.
pub(super) fn box_tube(material: &str, size: [f64; 3], wall: [f64; 3], at: [f64; 3]) -> [Item; 2] {
    let inner: [f64; 3] = std::array::from_fn(|k| size[k] - 2.0 * wall[k]);
    [part(material, Shape::Box(size), at), part(VOID, Shape::Box(inner), [at[0], at[1], at[2] + wall[2]])]
}

/// Cylinder with its lowest point, or its lower cap, at `at`.
pub(super) fn rod(material: &str, axis: Axis, diameter: f64, length: f64, at: [f64; 3]) -> Item {
    part(material, Shape::Cylinder { axis, diameter, length }, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::recipe::material;
    use std::collections::BTreeMap;

    #[test]
    fn every_part_is_possible_and_of_a_known_material() {
        use Assembly::{Container40, CurtainTrailer, SkeletalTrailer, Tractor, Van};
        for assembly in [Container40, Tractor, CurtainTrailer, SkeletalTrailer, Van] {
            let items = assembly.items();
            assert!(items.len() > 10, "{assembly:?}");
            for item in items {
                item.shape.check().unwrap();
                assert!(
                    item.material == VOID || material(&item.material, &BTreeMap::new()).is_ok(),
                    "{}",
                    item.material
                );
            }
        }
    }
}
