//! Convex solids and where a ray enters and leaves them, in closed form.

use serde::{Deserialize, Serialize};

use super::ray::{Ray, Vector, dot};
use crate::error::{Code, Error, Result};

/// Largest size of a shape along any axis, mm.
const LARGEST: f64 = 1.0e6;

/// Convex solid around its own centre; lengths in mm along x (scan), y (beam) and z (up).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Shape {
    /// Box by its full sizes.
    Box([f64; 3]),
    /// Ellipsoid by its full sizes; a sphere has three equal ones.
    Ellipsoid([f64; 3]),
    /// Circular cylinder.
    Cylinder {
        /// Direction of the axis.
        axis: Axis,
        /// Diameter, mm.
        diameter: f64,
        /// Length along the axis, mm.
        length: f64,
    },
    /// Box cut from its lower edge at the low-x side to its upper edge at the high-x side; what lies below is kept, so
    /// that the thickness seen along z falls from the full height at high x to nothing at low x.
    Wedge([f64; 3]),
    /// Convex outline in the x-z plane, extruded across.
    Prism {
        /// Corners (x, z) in order, either way round, mm.
        outline: Vec<[f64; 2]>,
        /// Length along y, mm.
        depth: f64,
    },
}

/// Direction of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Axis {
    /// Along the scan.
    X,
    /// Along the beam.
    Y,
    /// Up.
    Z,
}

impl Shape {
    /// Checks that sizes are positive and the outline is convex.
    ///
    /// # Errors
    /// `scene.value` otherwise.
    pub(super) fn check(&self) -> Result<()> {
        let positive = |sizes: &[f64]| sizes.iter().all(|s| *s > 0.0 && *s <= LARGEST);
        let sound = match self {
            Self::Box(size) | Self::Ellipsoid(size) | Self::Wedge(size) => positive(size),
            Self::Cylinder { diameter, length, .. } => positive(&[*diameter, *length]),
            Self::Prism { outline, depth } => positive(&[*depth]) && is_convex(outline),
        };
        if sound {
            return Ok(());
        }
        Err(Error::new(Code::SceneValue, "a shape is impossible")
            .expected("sizes above 0 mm and up to 1 km, a convex outline of 3 to 64 corners")
            .found(format!("{self:?}")))
    }

    /// Returns half of the bounding box around the centre and the centre itself in the shape's coordinates.
    pub(super) fn extent(&self) -> (Vector, Vector) {
        match self {
            Self::Box(size) | Self::Ellipsoid(size) | Self::Wedge(size) => (size.map(|s| s / 2.0), [0.0; 3]),
            Self::Cylinder { axis, diameter, length } => {
                let mut half = [diameter / 2.0; 3];
                half[*axis as usize] = length / 2.0;
                (half, [0.0; 3])
            }
            Self::Prism { outline, depth } => {
                let range = |k: usize| {
                    let low = outline.iter().map(|c| c[k]).fold(f64::INFINITY, f64::min);
                    let high = outline.iter().map(|c| c[k]).fold(f64::NEG_INFINITY, f64::max);
                    ((high - low) / 2.0, (high + low) / 2.0)
                };
                let ((hx, cx), (hz, cz)) = (range(0), range(1));
                ([hx, depth / 2.0, hz], [cx, 0.0, cz])
            }
        }
    }

    /// Prepares the shape for rays.
    pub(super) fn body(&self) -> Body {
        match self {
            Self::Box(size) => Body::Planes(slab_planes(*size)),
            Self::Wedge(size) => {
                let mut planes = slab_planes(*size);
                let [hx, _, hz] = size.map(|s| s / 2.0);
                // Through (-hx, -hz) and (hx, hz), keeping the side below.
                planes.push(Plane { normal: [-hz, 0.0, hx], offset: 0.0 });
                Body::Planes(planes)
            }
            Self::Ellipsoid(size) => Body::Ellipsoid(size.map(|s| 2.0 / s)),
            Self::Cylinder { axis, diameter, length } => {
                Body::Cylinder { axis: *axis as usize, radius: diameter / 2.0, half: length / 2.0 }
            }
            Self::Prism { outline, depth } => {
                let turn = area(outline).signum();
                let mut planes: Vec<Plane> = outline
                    .iter()
                    .zip(outline.iter().cycle().skip(1))
                    .map(|([x0, z0], [x1, z1])| {
                        let normal = [(z1 - z0) * turn, 0.0, (x0 - x1) * turn];
                        Plane { normal, offset: normal[0] * x0 + normal[2] * z0 }
                    })
                    .collect();
                planes.push(Plane { normal: [0.0, 1.0, 0.0], offset: depth / 2.0 });
                planes.push(Plane { normal: [0.0, -1.0, 0.0], offset: depth / 2.0 });
                Body::Planes(planes)
            }
        }
    }
}

/// Half-space: the points p with normal · p ≤ offset.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    normal: Vector,
    offset: f64,
}

/// Shape in the form that rays are cut with, around its own centre.
#[derive(Debug, Clone)]
pub(super) enum Body {
    /// Intersection of half-spaces.
    Planes(Vec<Plane>),
    /// Ellipsoid by the reciprocals of its half axes.
    Ellipsoid(Vector),
    /// Cylinder along one of the three axes.
    Cylinder { axis: usize, radius: f64, half: f64 },
}

impl Body {
    /// Returns the ray parameters, mm from its origin, between which the ray is inside; nothing when it misses.
    pub(super) fn cut(&self, ray: &Ray) -> Option<(f64, f64)> {
        match self {
            Self::Planes(planes) => {
                let mut inside = (0.0, ray.length);
                for plane in planes {
                    inside = clip(
                        inside,
                        dot(&plane.normal, &ray.direction),
                        plane.offset - dot(&plane.normal, &ray.origin),
                    )?;
                }
                Some(inside)
            }
            Self::Ellipsoid(inverse) => {
                let scale = |v: &Vector| [v[0] * inverse[0], v[1] * inverse[1], v[2] * inverse[2]];
                let (o, d) = (scale(&ray.origin), scale(&ray.direction));
                overlap(roots(dot(&d, &d), dot(&o, &d), dot(&o, &o) - 1.0)?, (0.0, ray.length))
            }
            Self::Cylinder { axis, radius, half } => {
                let across = |v: &Vector| {
                    let mut v = *v;
                    v[*axis] = 0.0;
                    v
                };
                let (o, d) = (across(&ray.origin), across(&ray.direction));
                let apart = dot(&o, &o) - radius * radius;
                let mut inside = (0.0, ray.length);
                if dot(&d, &d) > 1e-18 {
                    inside = overlap(roots(dot(&d, &d), dot(&o, &d), apart)?, inside)?;
                } else if apart > 0.0 {
                    return None;
                }
                let (start, along) = (ray.origin[*axis], ray.direction[*axis]);
                clip(clip(inside, along, half - start)?, -along, half + start)
            }
        }
    }
}

/// Keeps the part of the interval where slope · t ≤ limit.
fn clip((t0, t1): (f64, f64), slope: f64, limit: f64) -> Option<(f64, f64)> {
    if slope == 0.0 {
        return (limit >= 0.0).then_some((t0, t1));
    }
    let t = limit / slope;
    overlap((t0, t1), if slope > 0.0 { (f64::NEG_INFINITY, t) } else { (t, f64::INFINITY) })
}

fn overlap(a: (f64, f64), b: (f64, f64)) -> Option<(f64, f64)> {
    let both = (a.0.max(b.0), a.1.min(b.1));
    (both.0 < both.1).then_some(both)
}

/// Returns the roots of a t² + 2 b t + c, a > 0, when there are two.
fn roots(a: f64, b: f64, c: f64) -> Option<(f64, f64)> {
    let d = b * b - a * c;
    (d > 0.0).then(|| ((-b - d.sqrt()) / a, (-b + d.sqrt()) / a))
}

fn slab_planes(size: [f64; 3]) -> Vec<Plane> {
    let mut planes = Vec::with_capacity(6);
    for (axis, s) in size.into_iter().enumerate() {
        for sign in [1.0, -1.0] {
            let mut normal = [0.0; 3];
            normal[axis] = sign;
            planes.push(Plane { normal, offset: s / 2.0 });
        }
    }
    planes
}

/// Twice the signed area, positive when the corners go counter-clockwise.
fn area(outline: &[[f64; 2]]) -> f64 {
    outline.iter().zip(outline.iter().cycle().skip(1)).map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum()
}

fn is_convex(outline: &[[f64; 2]]) -> bool {
    if !(3..=64).contains(&outline.len()) || outline.iter().flatten().any(|v| v.is_nan() || v.abs() > LARGEST) {
        return false;
    }
    let turn = area(outline).signum();
    let next = |k: usize| outline.iter().cycle().skip(k);
    area(outline).abs() > 1e-6
        && outline
            .iter()
            .zip(next(1))
            .zip(next(2))
            .all(|((a, b), c)| ((b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])) * turn >= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ray(origin: Vector, direction: Vector) -> Ray {
        let norm = dot(&direction, &direction).sqrt();
        Ray { origin, direction: direction.map(|d| d / norm), length: 1e4 }
    }

    fn chord(shape: &Shape, ray: &Ray) -> f64 {
        shape.body().cut(ray).map_or(0.0, |(a, b)| b - a)
    }

    #[test]
    fn chord_of_a_sphere_follows_the_distance_from_its_centre() {
        let sphere = Shape::Ellipsoid([200.0; 3]);
        for off in [0.0, 20.0, 60.0, 99.0] {
            let expected = 2.0 * f64::sqrt(100.0 * 100.0 - off * off);
            let measured = chord(&sphere, &ray([off, -1000.0, 0.0], [0.0, 1.0, 0.0]));
            assert!((measured - expected).abs() < 1e-9, "{off}: {measured} against {expected}");
        }
        assert_eq!(chord(&sphere, &ray([101.0, -1000.0, 0.0], [0.0, 1.0, 0.0])), 0.0);
    }

    #[test]
    fn slanted_ray_through_a_box_is_longer_by_its_cosine() {
        let slab = Shape::Box([5000.0, 40.0, 5000.0]);
        let measured = chord(&slab, &ray([0.0, -1000.0, -1000.0], [0.0, 1.0, 1.0]));
        assert!((measured - 40.0 * f64::sqrt(2.0)).abs() < 1e-9, "{measured}");
    }

    #[test]
    fn cylinder_is_cut_across_along_and_by_its_caps() {
        let cylinder = Shape::Cylinder { axis: Axis::X, diameter: 100.0, length: 300.0 };
        let across = chord(&cylinder, &ray([10.0, -500.0, 30.0], [0.0, 1.0, 0.0]));
        assert!((across - 80.0).abs() < 1e-9, "{across}");
        let along = chord(&cylinder, &ray([-500.0, 10.0, 10.0], [1.0, 0.0, 0.0]));
        assert!((along - 300.0).abs() < 1e-9, "{along}");
        assert_eq!(chord(&cylinder, &ray([151.0, -500.0, 0.0], [0.0, 1.0, 0.0])), 0.0);
        assert_eq!(chord(&cylinder, &ray([-500.0, 60.0, 0.0], [1.0, 0.0, 0.0])), 0.0);
    }

    #[test]
    fn wedge_thickens_linearly() {
        let wedge = Shape::Wedge([100.0, 50.0, 200.0]);
        for (x, expected) in [(-25.0, 50.0), (0.0, 100.0), (40.0, 180.0)] {
            let measured = chord(&wedge, &ray([x, 0.0, 1000.0], [0.0, 0.0, -1.0]));
            assert!((measured - expected).abs() < 1e-9, "{x}: {measured}");
        }
    }

    #[test]
    fn prism_equals_the_box_it_outlines_either_way_round() {
        let mut outline = vec![[-50.0, -20.0], [50.0, -20.0], [50.0, 20.0], [-50.0, 20.0]];
        let cube = Shape::Box([100.0, 60.0, 40.0]);
        let slanted = ray([-10.0, -500.0, 3.0], [0.05, 1.0, 0.02]);
        for _ in 0..2 {
            let prism = Shape::Prism { outline: outline.clone(), depth: 60.0 };
            assert!(prism.check().is_ok());
            assert!((chord(&prism, &slanted) - chord(&cube, &slanted)).abs() < 1e-9);
            outline.reverse();
        }
    }

    #[test]
    fn impossible_shapes_are_refused() {
        let dented = vec![[0.0, 0.0], [10.0, 0.0], [2.0, 2.0], [0.0, 10.0]];
        for shape in [
            Shape::Box([1.0, 0.0, 1.0]),
            Shape::Ellipsoid([1.0, f64::NAN, 1.0]),
            Shape::Prism { outline: dented, depth: 1.0 },
            Shape::Prism { outline: vec![[0.0, 0.0], [1.0, 1.0]], depth: 1.0 },
            Shape::Cylinder { axis: Axis::Z, diameter: -1.0, length: 1.0 },
        ] {
            assert_eq!(shape.check().map_err(|e| e.code()), Err(Code::SceneValue), "{shape:?}");
        }
    }
}
