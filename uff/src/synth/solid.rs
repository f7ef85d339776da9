//! Solids of a scene: every item unfolded, placed and ready to be cut by rays.

use super::random::Random;
use super::ray::{Ray, Vector, dot};
use super::recipe::{VOID, material};
use super::scene::{Group, Item, Scene, offsets};
use super::shape::Body;
use crate::error::Result;
use crate::physics::Material;

/// A placed solid. Of two that overlap, the one later in the list is there.
#[derive(Debug, Clone)]
pub(super) struct Solid {
    body: Body,
    centre: Vector,
    /// Rows of the matrix from the world to the body, where the body is turned.
    turn: Option<[Vector; 3]>,
    /// Bounding box in the world: lowest and highest corner.
    pub(super) low: Vector,
    pub(super) high: Vector,
    /// Index into [`Solids::materials`]; nothing where matter is taken away.
    pub(super) material: Option<usize>,
    /// g/cm³.
    pub(super) density: f64,
    /// Index into [`Solids::objects`].
    pub(super) object: Option<usize>,
}

/// All solids of a scene and what they refer to.
#[derive(Debug, Clone)]
pub(super) struct Solids {
    pub(super) list: Vec<Solid>,
    pub(super) materials: Vec<Material>,
    pub(super) objects: Vec<Object>,
}

/// Named object of the truth.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) name: String,
    pub(super) what: Option<String>,
    /// Material of its first item; void where it is a hole.
    pub(super) material: String,
    /// Density of its first item, g/cm³.
    pub(super) density: f64,
}

impl Solids {
    /// Unfolds a checked scene.
    ///
    /// # Errors
    /// `scene.value` when a material is unknown.
    pub(super) fn new(scene: &Scene) -> Result<Self> {
        let mut solids = Self { list: Vec::new(), materials: Vec::new(), objects: Vec::new() };
        for group in &scene.groups {
            let assembled = group.assembly.as_ref().map(|a| a.items()).unwrap_or_default();
            for start in offsets(&group.repeat) {
                for (index, item) in assembled.iter().chain(&group.items).enumerate() {
                    solids.add(scene, group, start, item, index)?;
                }
            }
        }
        Ok(solids)
    }

    fn add(&mut self, scene: &Scene, group: &Group, start: Vector, item: &Item, index: usize) -> Result<()> {
        let (material, density) = match item.material.as_str() {
            VOID => (None, 0.0),
            name => {
                let (material, density) = material(name, &scene.materials)?;
                (Some(self.material(material)), item.density.unwrap_or(density))
            }
        };
        let object = item.object.as_ref().map(|name| self.object(name, item, density));
        let (half, middle) = item.shape.extent();
        let body = item.shape.body();
        for (copy, offset) in offsets(&item.repeat).into_iter().enumerate() {
            let mut shake = Random::new(SHAKE, &[index as u64, copy as u64, group.at[0].to_bits(), start[0].to_bits()]);
            let mut vary = |amounts: Vector| amounts.map(|amount| amount * shake.symmetric());
            let (shift, tumble) = (vary(item.jitter), vary(item.tumble));
            let base: Vector = std::array::from_fn(|k| group.at[k] + start[k] + item.at[k] + offset[k] + shift[k]);
            let box_centre = [base[0], base[1], base[2] + half[2]];
            let angles: Vector = std::array::from_fn(|k| item.turn[k] + tumble[k]);
            let turn = angles.iter().any(|a| *a != 0.0).then(|| to_body(angles));
            // The body turns about the centre of its box; its own origin may lie elsewhere.
            let reach = |axis: usize| turn.map_or(half[axis], |m| (0..3).map(|k| m[k][axis].abs() * half[k]).sum());
            let origin = |axis: usize| {
                box_centre[axis] - turn.map_or(middle[axis], |m| (0..3).map(|k| m[k][axis] * middle[k]).sum())
            };
            self.list.push(Solid {
                body: body.clone(),
                centre: std::array::from_fn(origin),
                turn,
                low: std::array::from_fn(|k| box_centre[k] - reach(k)),
                high: std::array::from_fn(|k| box_centre[k] + reach(k)),
                material,
                density,
                object,
            });
        }
        Ok(())
    }

    fn material(&mut self, material: Material) -> usize {
        self.materials.iter().position(|m| *m == material).unwrap_or_else(|| {
            self.materials.push(material);
            self.materials.len() - 1
        })
    }

    fn object(&mut self, name: &str, item: &Item, density: f64) -> usize {
        self.objects.iter().position(|o| o.name == name).unwrap_or_else(|| {
            let (name, material) = (name.to_owned(), item.material.clone());
            self.objects.push(Object { name, what: item.what.clone(), material, density });
            self.objects.len() - 1
        })
    }
}

impl Solid {
    /// Returns the ray parameters, mm, between which the ray is inside.
    pub(super) fn cut(&self, ray: &Ray) -> Option<(f64, f64)> {
        let origin: Vector = std::array::from_fn(|k| ray.origin[k] - self.centre[k]);
        let local = match &self.turn {
            None => Ray { origin, ..*ray },
            Some(m) => Ray {
                origin: std::array::from_fn(|k| dot(&m[k], &origin)),
                direction: std::array::from_fn(|k| dot(&m[k], &ray.direction)),
                length: ray.length,
            },
        };
        self.body.cut(&local)
    }
}

/// Seed of the random placement; it belongs to the scene, not to the noise.
const SHAKE: u64 = 0x7363_656e;

/// Rows of the matrix that undoes turns about x, then y, then z, in degrees.
fn to_body(degrees: Vector) -> [Vector; 3] {
    let [(sx, cx), (sy, cy), (sz, cz)] = degrees.map(|d| d.to_radians().sin_cos());
    [
        [cz * cy, sz * cy, -sy],
        [cz * sy * sx - sz * cx, sz * sy * sx + cz * cx, cy * sx],
        [cz * sy * cx + sz * sx, sz * sy * cx - cz * sx, cy * cx],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Budget;

    fn solids(items: &str) -> Solids {
        let scanner = super::super::preset("steps").unwrap().split("[[group]]").next().unwrap().to_owned();
        let scene = Scene::from_toml(&format!("{scanner}[[group]]\n{items}"), "s", &Budget::default()).unwrap();
        Solids::new(&scene).unwrap()
    }

    fn straight(x: f64, z: f64) -> Ray {
        Ray { origin: [x, -1000.0, z], direction: [0.0, 1.0, 0.0], length: 5000.0 }
    }

    #[test]
    fn box_stands_on_its_place_and_turns_about_its_centre() {
        let list = solids("[[group.item]]\nmaterial='iron'\nshape={box=[100,20,40]}\nat=[50,0,10]\nturn=[0,90,0]").list;
        // Turned about y, the long side is upright around the centre (50, 0, 30).
        let chord = |x, z| list[0].cut(&straight(x, z)).map_or(0.0, |(a, b)| b - a);
        assert!((chord(50.0, 75.0) - 20.0).abs() < 1e-9);
        assert!((chord(69.0, -15.0) - 20.0).abs() < 1e-9);
        assert_eq!(chord(75.0, 30.0), 0.0);
        assert!((list[0].high[2] - 80.0).abs() < 1e-9 && (list[0].low[0] - 30.0).abs() < 1e-9);
    }

    #[test]
    fn turn_about_z_is_counter_clockwise_from_above() {
        let list = solids("[[group.item]]\nmaterial='iron'\nshape={box=[200,2,40]}\nturn=[0,0,30]").list;
        let (a, b) = list[0].cut(&straight(50.0, 20.0)).unwrap();
        // A thin plate turned by 30 degrees meets y = tan 30° · x and looks 1 / cos 30° as thick.
        assert!(((a + b) / 2.0 - 1000.0 - 50.0 * f64::tan(f64::to_radians(30.0))).abs() < 1e-9);
        assert!((b - a - 2.0 / f64::cos(f64::to_radians(30.0))).abs() < 1e-9);
    }

    #[test]
    fn prism_off_its_origin_stands_where_it_is_put() {
        let outline = "shape={prism={outline=[[300,100],[340,100],[300,160]],depth=10}}";
        let list = solids(&format!("[[group.item]]\nmaterial='iron'\n{outline}\nat=[20,0,0]")).list;
        assert!(list[0].cut(&straight(2.0, 2.0)).is_some());
        assert!(list[0].cut(&straight(38.0, 50.0)).is_none());
        assert_eq!((list[0].low[0], list[0].high[2]), (0.0, 60.0));
    }

    #[test]
    fn copies_shake_the_same_way_each_time() {
        let text = "[[group.item]]\nmaterial='iron'\nshape={box=[10,10,10]}\nrepeat=[{count=3,step=[20,0,0]}]\njitter=[4,4,0]\ntumble=[0,0,9]";
        let (first, second) = (solids(text).list, solids(text).list);
        assert_eq!(first.len(), 3);
        assert!(first.iter().zip(&second).all(|(a, b)| a.centre == b.centre && a.turn == b.turn));
        assert_ne!(first[0].centre[0] + 20.0, first[1].centre[0]);
        assert!(first.iter().all(|s| s.centre[1].abs() <= 4.0));
    }
}
