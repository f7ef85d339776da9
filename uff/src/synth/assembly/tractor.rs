//! Tractor unit: cab over engine, two axles, tanks, fifth wheel.

use super::wheel::axle;
use super::{Axis, Item, Shape, both_sides, box_tube, part, rod};

/// Outline of the cab, mm: bumper, windscreen, roof, rear wall.
const CAB: [[f64; 2]; 7] = [
    [60.0, 520.0],
    [2300.0, 520.0],
    [2300.0, 3720.0],
    [620.0, 3780.0],
    [330.0, 3500.0],
    [90.0, 2000.0],
    [30.0, 1000.0],
];

pub(super) fn items() -> Vec<Item> {
    let mut items = cab();
    items.extend(chassis());
    items.extend(engine());
    items.extend(axle(1400.0, 1010.0, 310.0, false));
    items.extend(axle(5050.0, 1010.0, 290.0, true));
    items
}

fn prism(material: &str, outline: &[[f64; 2]], depth: f64, y: f64) -> Item {
    let low = |k: usize| outline.iter().map(|c| c[k]).fold(f64::INFINITY, f64::min);
    let high = |k: usize| outline.iter().map(|c| c[k]).fold(f64::NEG_INFINITY, f64::max);
    let at = [(low(0) + high(0)) / 2.0, y, low(1)];
    part(material, Shape::Prism { outline: outline.to_vec(), depth }, at)
}

/// The outline moved inwards by about `by` mm.
fn shrunk(outline: &[[f64; 2]], by: f64) -> Vec<[f64; 2]> {
    let (cx, cz) = (1165.0, 2120.0);
    let towards = |v: f64, c: f64, half: f64| c + (v - c) * (half - by) / half;
    outline.iter().map(|[x, z]| [towards(*x, cx, 1135.0), towards(*z, cz, 1600.0)]).collect()
}

fn cab() -> Vec<Item> {
    let mut items = vec![
        // Shell with its pillars and lining, seen edge-on; then the space inside and the skins at both sides.
        prism("steel", &CAB, 2440.0, 0.0).dense(0.22),
        prism("void", &shrunk(&CAB, 55.0), 2440.0, 0.0),
    ];
    items.extend(both_sides(&prism("steel", &CAB, 1.6, 0.0), 1220.0));
    items.extend(both_sides(&prism("polypropylene", &shrunk(&CAB, 60.0), 6.0, 0.0), 1205.0));
    // Side windows and the glass in them.
    let window = [[330.0, 2080.0], [1250.0, 2080.0], [1250.0, 3000.0], [560.0, 3000.0]];
    for side in [1212.0, -1212.0] {
        items.push(prism("void", &window, 40.0, side));
        items.push(prism("glass", &window, 5.0, side));
        items.push(part("steel", Shape::Box([36.0, 30.0, 2150.0]), [1330.0, side, 900.0]).dense(2.2));
    }
    // Windscreen, floor, dashboard, steering wheel and column.
    items.push(part("glass", Shape::Box([7.0, 2200.0, 1350.0]), [225.0, 0.0, 2080.0]).turned([0.0, 9.1, 0.0]));
    items.push(part("steel", Shape::Box([2160.0, 2300.0, 6.0]), [1180.0, 0.0, 1380.0]));
    items.push(part("polypropylene", Shape::Box([420.0, 2150.0, 420.0]), [430.0, 0.0, 1620.0]).dense(0.16));
    items.push(
        part("polypropylene", Shape::Cylinder { axis: Axis::Z, diameter: 460.0, length: 34.0 }, [800.0, 560.0, 2130.0])
            .turned([0.0, -28.0, 0.0])
            .dense(0.9),
    );
    items.push(
        part("steel", Shape::Box([40.0, 40.0, 640.0]), [700.0, 560.0, 1520.0]).turned([0.0, 28.0, 0.0]).dense(4.0),
    );
    for y in [560.0, -560.0] {
        items.push(part("polyethylene", Shape::Box([500.0, 520.0, 150.0]), [1230.0, y, 1760.0]).dense(0.06));
        items.push(
            part("polyethylene", Shape::Box([140.0, 520.0, 820.0]), [1500.0, y, 1880.0])
                .turned([0.0, 10.0, 0.0])
                .dense(0.06),
        );
        items.push(part("steel", Shape::Box([380.0, 400.0, 300.0]), [1230.0, y, 1440.0]).dense(0.35));
        items.push(
            part("steel", Shape::Box([26.0, 440.0, 800.0]), [1530.0, y, 1860.0]).turned([0.0, 10.0, 0.0]).dense(0.9),
        );
    }
    // Bunks at the rear wall.
    for z in [1820.0, 2780.0] {
        items.push(part("polyethylene", Shape::Box([620.0, 2050.0, 130.0]), [1930.0, 0.0, z]).dense(0.045));
        items.push(part("wood", Shape::Box([640.0, 2050.0, 18.0]), [1930.0, 0.0, z - 18.0]));
    }
    items
}

fn chassis() -> Vec<Item> {
    let mut items = Vec::new();
    let rail = [
        part("steel", Shape::Box([5500.0, 8.0, 266.0]), [3150.0, 0.0, 720.0]),
        part("steel", Shape::Box([5500.0, 80.0, 8.0]), [3150.0, -36.0, 720.0]),
        part("steel", Shape::Box([5500.0, 80.0, 8.0]), [3150.0, -36.0, 978.0]),
    ];
    items.extend(rail.iter().flat_map(|bar| both_sides(bar, 400.0)));
    items.push(
        part("steel", Shape::Box([90.0, 760.0, 200.0]), [2700.0, 0.0, 750.0])
            .dense(2.0)
            .repeated(3, [1350.0, 0.0, 0.0]),
    );
    // Fifth wheel.
    items.push(part("iron", Shape::Box([880.0, 900.0, 45.0]), [4500.0, 0.0, 990.0]));
    items.push(part("steel", Shape::Box([240.0, 700.0, 120.0]), [4500.0, 0.0, 868.0]).dense(2.6));
    // Fuel tanks of aluminium, two thirds full of diesel, and battery box.
    for side in [930.0, -930.0] {
        items.extend(box_tube("aluminium", [1150.0, 560.0, 600.0], [4.0, 4.0, 4.0], [2950.0, side, 460.0]));
        items.push(part("petrol", Shape::Box([1142.0, 552.0, 380.0]), [2950.0, side, 464.0]).dense(0.84));
    }
    for cell in 0..6 {
        let x = 3790.0 + 62.0 * f64::from(cell);
        items.push(part("lead", Shape::Box([44.0, 200.0, 170.0]), [x, 820.0, 560.0]).dense(4.2));
    }
    items.push(part("polypropylene", Shape::Box([400.0, 230.0, 240.0]), [3945.0, 820.0, 540.0]).dense(0.12));
    // Air tanks.
    items.push(rod("steel", Axis::Y, 250.0, 620.0, [4260.0, 0.0, 440.0]));
    items.push(rod("void", Axis::Y, 242.0, 612.0, [4260.0, 0.0, 444.0]));
    // Bumper, mudguards.
    items.push(part("steel", Shape::Box([60.0, 2300.0, 330.0]), [90.0, 0.0, 360.0]).dense(0.5));
    items.push(part("polypropylene", Shape::Box([1200.0, 2400.0, 8.0]), [5050.0, 0.0, 1050.0]));
    items
}

fn engine() -> Vec<Item> {
    let mut items = vec![
        // Block, sump and head; the cylinders are taken out and hold pistons.
        part("iron", Shape::Box([1080.0, 420.0, 560.0]), [1080.0, 0.0, 760.0]).dense(3.4),
        part("aluminium", Shape::Box([980.0, 380.0, 200.0]), [1080.0, 0.0, 560.0]).dense(0.9),
        part("iron", Shape::Box([1060.0, 380.0, 160.0]), [1080.0, 0.0, 1180.0]).dense(2.6),
        part("void", Shape::Cylinder { axis: Axis::Z, diameter: 128.0, length: 330.0 }, [690.0, 0.0, 930.0])
            .repeated(6, [156.0, 0.0, 0.0]),
        rod("iron", Axis::X, 150.0, 1040.0, [1080.0, 0.0, 790.0]),
    ];
    for (cylinder, lift) in [40.0, 190.0, 110.0, 110.0, 190.0, 40.0].into_iter().enumerate() {
        let x = 690.0 + 156.0 * cylinder as f64;
        items.push(rod("aluminium", Axis::Z, 126.0, 120.0, [x, 0.0, 930.0 + lift]));
    }
    // Flywheel, gearbox, drive shaft, radiator, turbocharger, exhaust.
    items.push(rod("iron", Axis::X, 440.0, 60.0, [1660.0, 0.0, 690.0]));
    items.push(part("aluminium", Shape::Box([720.0, 420.0, 460.0]), [2080.0, 0.0, 680.0]).dense(1.1));
    items.push(rod("iron", Axis::X, 210.0, 560.0, [2080.0, 0.0, 790.0]).dense(4.0));
    items.push(rod("steel", Axis::X, 110.0, 2300.0, [3620.0, 0.0, 700.0]));
    items.push(rod("void", Axis::X, 96.0, 2300.0, [3620.0, 0.0, 707.0]));
    items.push(part("iron", Shape::Ellipsoid([440.0, 420.0, 420.0]), [5050.0, 0.0, 300.0]).dense(4.5));
    items.push(part("aluminium", Shape::Box([110.0, 900.0, 900.0]), [330.0, 0.0, 600.0]).dense(0.5));
    items.push(rod("iron", Axis::Y, 230.0, 140.0, [1500.0, 300.0, 1080.0]).dense(4.0));
    items.push(rod("steel", Axis::Y, 520.0, 600.0, [2520.0, 760.0, 480.0]).dense(0.55));
    items
}
