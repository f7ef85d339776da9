//! Delivery van: box body on a frame, engine in front, two axles, tank.

use super::wheel::axle;
use super::{Axis, Item, Shape, both_sides, box_tube, part, rod};

const LENGTH: f64 = 6400.0;
const FLOOR: f64 = 900.0;
const TOP: f64 = 3100.0;

pub(super) fn items() -> Vec<Item> {
    let mut items = body();
    items.extend(cab());
    items.extend(running_gear());
    items
}

fn body() -> Vec<Item> {
    let (length, x) = (4240.0, 4200.0);
    let mut items =
        box_tube("aluminium", [length, 2200.0, TOP - FLOOR + 60.0], [3.0, 2.0, 3.0], [x, 0.0, FLOOR - 30.0]).to_vec();
    items.push(part("wood", Shape::Box([length - 20.0, 2180.0, 21.0]), [x, 0.0, FLOOR - 21.0]).dense(0.68));
    items.push(
        part("steel", Shape::Box([4.0, 2100.0, 80.0]), [2250.0, 0.0, FLOOR - 110.0]).repeated(10, [430.0, 0.0, 0.0]),
    );
    let post = part("aluminium", Shape::Box([40.0, 30.0, TOP - FLOOR]), [2120.0, 0.0, FLOOR]).dense(1.0);
    items.extend(both_sides(&post.repeated(5, [1040.0, 0.0, 0.0]), 1080.0));
    items
}

fn cab() -> Vec<Item> {
    // Engine bay and foot room below, windscreen and roof above: each outline is convex.
    let outer = [
        vec![[150.0, 450.0], [2040.0, 450.0], [2040.0, 1500.0], [800.0, 1500.0], [180.0, 1250.0]],
        vec![[800.0, 1500.0], [2040.0, 1500.0], [2040.0, 2350.0], [1250.0, 2350.0]],
    ];
    let inner = [
        vec![[230.0, 520.0], [1990.0, 520.0], [1990.0, 1430.0], [850.0, 1430.0], [240.0, 1190.0]],
        vec![[850.0, 1430.0], [1990.0, 1430.0], [1990.0, 2290.0], [1290.0, 2290.0]],
    ];
    let prism = |material: &str, outline: &[[f64; 2]], depth: f64| {
        let reach = |axis: usize| {
            let values = outline.iter().map(|corner| corner[axis]);
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
        };
        let ((left, right), (bottom, _)) = (reach(0), reach(1));
        part(material, Shape::Prism { outline: outline.to_vec(), depth }, [(left + right) / 2.0, 0.0, bottom])
    };
    let mut items: Vec<Item> = outer.iter().map(|outline| prism("steel", outline, 2000.0).dense(0.2)).collect();
    items.extend(inner.iter().map(|outline| prism("void", outline, 2000.0)));
    items.extend(outer.iter().flat_map(|outline| both_sides(&prism("steel", outline, 1.4), 1000.0)));
    for y in [480.0, -480.0] {
        items.push(part("polyethylene", Shape::Box([480.0, 480.0, 130.0]), [1550.0, y, 950.0]).dense(0.06));
        items.push(part("polyethylene", Shape::Box([130.0, 480.0, 700.0]), [1820.0, y, 1050.0]).dense(0.06));
        items.push(part("steel", Shape::Box([360.0, 380.0, 220.0]), [1550.0, y, 720.0]).dense(0.3));
    }
    items.push(part("polypropylene", Shape::Box([330.0, 1800.0, 330.0]), [1000.0, 0.0, 1050.0]).dense(0.16));
    items
}

fn running_gear() -> Vec<Item> {
    let rail = part("steel", Shape::Box([LENGTH - 400.0, 6.0, 160.0]), [LENGTH / 2.0, 0.0, 620.0]);
    let mut items = both_sides(&rail, 380.0).to_vec();
    items.extend(axle(950.0, 720.0, 215.0, false));
    items.extend(axle(4900.0, 720.0, 215.0, true));
    items.push(part("iron", Shape::Box([560.0, 340.0, 420.0]), [620.0, 0.0, 560.0]).dense(3.2));
    items.push(part("aluminium", Shape::Box([420.0, 300.0, 320.0]), [1120.0, 0.0, 560.0]).dense(1.1));
    items.push(part("aluminium", Shape::Box([60.0, 700.0, 420.0]), [250.0, 0.0, 560.0]).dense(0.5));
    items.push(part("iron", Shape::Ellipsoid([320.0, 300.0, 300.0]), [4900.0, 0.0, 210.0]).dense(4.2));
    items.push(rod("steel", Axis::X, 80.0, 3400.0, [3050.0, 0.0, 480.0]));
    items.push(rod("void", Axis::X, 72.0, 3400.0, [3050.0, 0.0, 484.0]));
    items.extend(box_tube("polyethylene", [800.0, 420.0, 320.0], [5.0, 5.0, 5.0], [3000.0, 700.0, 420.0]));
    items.push(part("petrol", Shape::Box([790.0, 410.0, 200.0]), [3000.0, 700.0, 425.0]).dense(0.84));
    items
}
