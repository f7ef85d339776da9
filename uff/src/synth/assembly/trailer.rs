//! Semi-trailers: one with curtains, one for containers.

use super::wheel::axle;
use super::{Axis, Item, Shape, both_sides, box_tube, part, rod};

/// Two longitudinal beams of I section; `bottom` and `height` in mm.
fn beams(length: f64, start: f64, bottom: f64, height: f64, y: f64) -> Vec<Item> {
    let x = start + length / 2.0;
    [
        part("steel", Shape::Box([length, 7.0, height]), [x, 0.0, bottom]),
        part("steel", Shape::Box([length, 130.0, 12.0]), [x, 0.0, bottom]),
        part("steel", Shape::Box([length, 130.0, 12.0]), [x, 0.0, bottom + height - 12.0]),
    ]
    .iter()
    .flat_map(|bar| both_sides(bar, y))
    .collect()
}

/// Three axles with springs, air bellows and hangers.
fn bogie(first: f64, frame: f64) -> Vec<Item> {
    let mut items = Vec::new();
    for k in 0..3 {
        let x = first + 1310.0 * f64::from(k);
        items.extend(axle(x, 1000.0, 385.0, false));
        items.extend(both_sides(
            &part("steel", Shape::Box([110.0, 100.0, frame - 480.0]), [x - 460.0, 0.0, 480.0]).dense(2.5),
            600.0,
        ));
        items.extend(both_sides(&part("steel", Shape::Box([860.0, 80.0, 50.0]), [x - 60.0, 0.0, 560.0]), 600.0));
        items.extend(both_sides(
            &rod("rubber", Axis::Z, 300.0, frame - 620.0, [x + 330.0, 0.0, 610.0]).dense(0.25),
            600.0,
        ));
    }
    items
}

/// Landing legs at a place, from the ground clearance up to the frame.
fn landing_legs(x: f64, frame: f64) -> Vec<Item> {
    let mut items = Vec::new();
    for bar in box_tube("steel", [110.0, 110.0, frame - 330.0], [6.0, 6.0, 0.0], [x, 0.0, 330.0]) {
        items.extend(both_sides(&bar, 640.0));
    }
    items.extend(both_sides(&part("steel", Shape::Box([260.0, 220.0, 12.0]), [x, 0.0, 318.0]), 640.0));
    items
}

pub(super) fn curtain() -> Vec<Item> {
    const LENGTH: f64 = 13_600.0;
    const FLOOR: f64 = 1200.0;
    const TOP: f64 = 3950.0;
    let x = LENGTH / 2.0;
    let mut items = beams(9600.0, 3800.0, 800.0, 340.0, 620.0);
    items.extend(beams(3900.0, 60.0, 1040.0, 110.0, 620.0));
    items.extend(bogie(9100.0, 800.0));
    items.extend(landing_legs(2900.0, 1000.0));
    items.push(rod("steel", Axis::Z, 50.0, 150.0, [1600.0, 0.0, 930.0]));
    // Cross members and floor.
    items.push(part("steel", Shape::Box([5.0, 2400.0, 100.0]), [300.0, 0.0, 1080.0]).repeated(27, [500.0, 0.0, 0.0]));
    items.push(part("steel", Shape::Box([60.0, 2400.0, 5.0]), [300.0, 0.0, 1080.0]).repeated(27, [500.0, 0.0, 0.0]));
    items.push(part("wood", Shape::Box([LENGTH - 80.0, 2420.0, 30.0]), [x, 0.0, FLOOR - 30.0]).dense(0.68));
    items.extend(both_sides(
        &part("steel", Shape::Box([LENGTH, 40.0, 120.0]), [x, 0.0, FLOOR - 130.0]).dense(2.0),
        1230.0,
    ));
    // Front wall, rear doors, posts with slats between, curtains, roof.
    items.push(part("aluminium", Shape::Box([50.0, 2440.0, TOP - FLOOR]), [30.0, 0.0, FLOOR]).dense(0.5));
    items.push(part("aluminium", Shape::Box([40.0, 2440.0, TOP - FLOOR]), [LENGTH - 24.0, 0.0, FLOOR]).dense(0.5));
    for side in [1230.0, -1230.0] {
        items.push(part("pvc", Shape::Box([LENGTH - 100.0, 0.9, TOP - FLOOR + 20.0]), [x, side, FLOOR - 40.0]));
        let post =
            part("steel", Shape::Box([90.0, 40.0, TOP - FLOOR]), [0.0, side - side.signum() * 26.0, FLOOR]).dense(1.9);
        items.push(Item { at: [3450.0, post.at[1], FLOOR], ..post.clone() }.repeated(3, [3350.0, 0.0, 0.0]));
        items.push(Item { at: [60.0, post.at[1], FLOOR], ..post.clone() });
        items.push(Item { at: [LENGTH - 60.0, post.at[1], FLOOR], ..post });
        let slat =
            part("aluminium", Shape::Box([LENGTH - 200.0, 25.0, 100.0]), [x, side - side.signum() * 24.0, 1700.0]);
        items.push(slat.dense(0.45).repeated(4, [0.0, 0.0, 520.0]));
        items.push(
            part("aluminium", Shape::Box([LENGTH, 60.0, 130.0]), [x, side - side.signum() * 30.0, TOP - 60.0])
                .dense(0.6),
        );
    }
    items.push(part("pvc", Shape::Box([LENGTH - 100.0, 2440.0, 2.0]), [x, 0.0, TOP + 50.0]));
    items.push(
        part("aluminium", Shape::Box([40.0, 2400.0, 30.0]), [680.0, 0.0, TOP + 15.0])
            .dense(0.5)
            .repeated(19, [680.0, 0.0, 0.0]),
    );
    // Pallet box, spare wheel, rear bumper, lamps.
    items.extend(box_tube("steel", [1500.0, 2300.0, 480.0], [2.0, 2.0, 2.0], [5300.0, 0.0, 480.0]));
    items.push(part("wood", Shape::Box([1400.0, 2200.0, 120.0]), [5300.0, 0.0, 490.0]).dense(0.2));
    items.extend(box_tube("steel", [120.0, 2300.0, 140.0], [4.0, 0.0, 4.0], [LENGTH - 160.0, 0.0, 480.0]));
    items
}

pub(super) fn skeletal() -> Vec<Item> {
    let mut items = beams(8600.0, 3700.0, 760.0, 380.0, 480.0);
    items.extend(beams(3800.0, 100.0, 980.0, 160.0, 480.0));
    items.extend(bogie(8100.0, 780.0));
    items.extend(landing_legs(2500.0, 1000.0));
    items.push(rod("steel", Axis::Z, 50.0, 150.0, [900.0, 0.0, 900.0]));
    for x in [120.0, 6100.0, 12_280.0] {
        items.extend(box_tube("steel", [160.0, 2400.0, 150.0], [8.0, 0.0, 8.0], [x, 0.0, 1020.0]));
    }
    items.push(part("steel", Shape::Box([12.0, 960.0, 200.0]), [4600.0, 0.0, 800.0]).repeated(5, [1500.0, 0.0, 0.0]));
    items.extend(both_sides(
        &part("iron", Shape::Box([150.0, 130.0, 24.0]), [120.0, 0.0, 1165.0]).repeated(2, [12_040.0, 0.0, 0.0]),
        1130.0,
    ));
    items.extend(box_tube("steel", [120.0, 2300.0, 120.0], [4.0, 0.0, 4.0], [12_330.0, 0.0, 500.0]));
    items
}
