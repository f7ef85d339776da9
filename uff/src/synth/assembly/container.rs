//! 40-foot high-cube container (ISO 668 type 1EEE): corrugated walls, roof, rails, posts, castings, floor, doors.

use super::{Axis, Item, Shape, both_sides, box_tube, part, rod};

const LENGTH: f64 = 12_192.0;
const WIDTH: f64 = 2438.0;
const HEIGHT: f64 = 2896.0;
/// Period, crest, flank (along the wall) and depth of the trapezoidal corrugation, mm.
const PERIOD: f64 = 278.0;
const CREST: f64 = 71.0;
const FLANK: f64 = 68.0;
const DEPTH: f64 = 36.0;
const SHEET: f64 = 1.6;

pub(super) fn items() -> Vec<Item> {
    let mut items = side_walls();
    items.extend(floor());
    items.extend(frame());
    items.extend(ends());
    items
}

fn side_walls() -> Vec<Item> {
    let (bottom, height) = (150.0, HEIGHT - 210.0);
    let waves = ((LENGTH - 360.0) / PERIOD).floor() as u32;
    let slope = (DEPTH / FLANK).atan();
    let flank = FLANK / slope.cos();
    let outer = WIDTH / 2.0 - 12.0;
    let mut items = Vec::new();
    for (side, sign) in [(outer, 1.0), (-outer, -1.0)] {
        let inner = side - sign * DEPTH;
        let middle = side - sign * DEPTH / 2.0;
        let angle = slope.to_degrees() * sign;
        let mut panel = |length: f64, x: f64, y: f64, turn: f64| {
            let sheet = part("steel", Shape::Box([length, SHEET, height]), [180.0 + x, y, bottom]);
            items.push(sheet.turned([0.0, 0.0, turn]).repeated(waves, [PERIOD, 0.0, 0.0]));
        };
        panel(CREST, CREST / 2.0, side, 0.0);
        panel(flank, CREST + FLANK / 2.0, middle, -angle);
        panel(CREST, CREST * 1.5 + FLANK, inner, 0.0);
        panel(flank, 2.0 * CREST + 1.5 * FLANK, middle, angle);
    }
    items
}

fn floor() -> Vec<Item> {
    let step = [305.0, 0.0, 0.0];
    let member = |shape, z| part("steel", shape, [330.0, 0.0, z]).repeated(38, step);
    vec![
        member(Shape::Box([4.0, 2330.0, 122.0]), 24.0),
        member(Shape::Box([45.0, 2330.0, 4.0]), 24.0),
        member(Shape::Box([45.0, 2330.0, 4.0]), 142.0),
        part("wood", Shape::Box([11_960.0, 2340.0, 28.0]), [LENGTH / 2.0, 0.0, 150.0]).dense(0.68),
    ]
}

fn frame() -> Vec<Item> {
    let mut items = Vec::new();
    let x = LENGTH / 2.0;
    for bar in [
        part("steel", Shape::Box([11_900.0, 4.5, 158.0]), [x, 0.0, 20.0]),
        part("steel", Shape::Box([11_900.0, 46.0, 4.5]), [x, -20.0, 20.0]),
    ] {
        items.extend(both_sides(&bar, WIDTH / 2.0 - 24.0));
    }
    for bar in box_tube("steel", [11_900.0, 60.0, 60.0], [0.0, 3.0, 3.0], [x, 0.0, HEIGHT - 70.0]) {
        items.extend(both_sides(&bar, WIDTH / 2.0 - 32.0));
    }
    // Roof: corrugated sheet of 2 mm, 20 mm deep, seen edge-on as a thin layer.
    items.push(part("steel", Shape::Box([11_900.0, 2330.0, 20.0]), [x, 0.0, HEIGHT - 32.0]).dense(0.9));
    for x in [89.0, LENGTH - 89.0] {
        let post = box_tube("steel", [150.0, 90.0, 2660.0], [6.0, 6.0, 0.0], [x, 0.0, 118.0]);
        let casting = |z| box_tube("steel", [178.0, 162.0, 118.0], [22.0, 22.0, 22.0], [x, 0.0, z]);
        for bar in post.into_iter().chain(casting(0.0)).chain(casting(HEIGHT - 118.0)) {
            items.extend(both_sides(&bar, WIDTH / 2.0 - 81.0));
        }
        // Sill and header.
        items.extend(box_tube("steel", [90.0, 2110.0, 110.0], [5.0, 0.0, 5.0], [x, 0.0, 30.0]));
        items.extend(box_tube("steel", [80.0, 2110.0, 90.0], [4.0, 0.0, 4.0], [x, 0.0, HEIGHT - 110.0]));
    }
    items
}

fn ends() -> Vec<Item> {
    let mut items = vec![
        // Front wall: 2 mm sheet, 46 mm deep corrugation, as one layer.
        part("steel", Shape::Box([46.0, 2230.0, 2640.0]), [60.0, 0.0, 140.0]).dense(0.42),
        // Door leaves: frames of tube, panels of 2 mm.
        part("steel", Shape::Box([50.0, 2230.0, 2640.0]), [LENGTH - 70.0, 0.0, 140.0]).dense(0.40),
    ];
    for y in [330.0, 880.0] {
        let bar = rod("steel", Axis::Z, 34.0, 2760.0, [LENGTH - 24.0, 0.0, 60.0]);
        let bore = rod("void", Axis::Z, 26.0, 2760.0, [LENGTH - 24.0, 0.0, 60.0]);
        items.extend(both_sides(&bar, y));
        items.extend(both_sides(&bore, y));
    }
    for z in [420.0, 1100.0, 1780.0, 2460.0] {
        items.push(part("steel", Shape::Box([26.0, 2230.0, 70.0]), [LENGTH - 82.0, 0.0, z]).dense(1.6));
    }
    items
}
