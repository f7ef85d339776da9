//! Wheels and axles.

use super::{Axis, Item, rod};

/// Tyre with tread, steel belt and side walls, on a rim with a hub; `at` is where it touches the ground.
fn wheel(diameter: f64, width: f64, [x, y, z]: [f64; 3]) -> Vec<Item> {
    // Rings around one axle: material, diameter, width.
    let ring = |material: &str, across: f64, wide: f64| {
        rod(material, Axis::Y, across, wide, [x, y, z + (diameter - across) / 2.0])
    };
    let rim = diameter * 0.575;
    vec![
        ring("rubber", diameter, width).dense(1.15),
        ring("steel", diameter - 26.0, width - 60.0),
        ring("rubber", diameter - 31.0, width - 24.0).dense(1.15),
        ring("void", diameter - 62.0, width - 34.0),
        ring("void", rim, width),
        ring("steel", rim, width * 0.9),
        ring("void", rim - 14.0, width),
        ring("steel", rim - 14.0, 12.0),
        ring("iron", 300.0, width * 0.55),
        ring("iron", 190.0, width * 0.95),
    ]
}

/// Axle with a wheel, or a pair of twins, on each side; `x` is its place.
pub(super) fn axle(x: f64, diameter: f64, width: f64, twins: bool) -> Vec<Item> {
    let middle = diameter / 2.0;
    let mut items = vec![
        rod("steel", Axis::Y, 130.0, 1900.0, [x, 0.0, middle - 65.0]),
        rod("void", Axis::Y, 104.0, 1900.0, [x, 0.0, middle - 52.0]),
    ];
    let places = if twins { vec![880.0, 1190.0] } else { vec![1040.0] };
    for y in places {
        items.extend(wheel(diameter, width, [x, y, 0.0]));
        items.extend(wheel(diameter, width, [x, -y, 0.0]));
    }
    // Brake drums.
    for y in [720.0, -720.0] {
        items.push(rod("iron", Axis::Y, 400.0, 90.0, [x, y, middle - 200.0]));
        items.push(rod("void", Axis::Y, 350.0, 66.0, [x, y, middle - 175.0]));
    }
    items
}
