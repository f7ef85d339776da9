//! Judgements on loads made by hand: the truth is the density that each cell is given.

use ndarray::Array2;

use super::cells::{Cell, Cells};
use super::declared::{Declared, Line};
use super::judge::{Check, Judgement, Verdict, judge};
use super::measured::Measured;
use super::part::Misfit;
use super::table::Table;
use crate::detect::{Load, Walls};
use crate::material::MaterialClass;
use crate::model::Region;

/// Rows and columns of cells: 1.8 m × 12 m.
const SHAPE: (usize, usize) = (9, 60);
const DEPTH: f64 = 2330.0;
/// Pixels of 20 mm, ten to the side of a cell.
const SIDE: usize = 10;
const AREA: f64 = 4.0;
const FIRST: (usize, usize) = (40, 25);

/// Load whose cells have a density in kg/m³ and a class.
fn load(cell: impl Fn((usize, usize)) -> (f64, MaterialClass)) -> Measured {
    let cells = Array2::from_shape_fn(SHAPE, |at| {
        let (density, class) = cell(at);
        let pixels = SIDE * SIDE;
        // kg/m³ over 2.33 m as g/cm².
        Cell { pixels, shown: pixels, opaque: 0, lambda: density * DEPTH / 1e4, class }
    });
    of_cells(cells, true)
}

fn of_cells(cells: Array2<Cell>, pair: bool) -> Measured {
    let bay = Region { row: FIRST.0, column: FIRST.1, rows: SHAPE.0 * SIDE, columns: SHAPE.1 * SIDE };
    let measured = Measured {
        bay,
        floor: true,
        walls: Walls::Reference,
        depth: DEPTH,
        pixel_area: Some(AREA),
        mass: None,
        density: None,
        classes: None,
        opaque: 0.0,
        texture: Load { bounds: bay, lambda: 100.0, unevenness: 0.1, mass: None },
        items: None,
        cells: Cells { bay, side: [SIDE, SIDE], cells },
    };
    measured.summed(pair)
}

/// Volume of the whole load, m³.
fn volume() -> f64 {
    (SHAPE.0 * SHAPE.1 * SIDE * SIDE) as f64 * AREA * 1e-4 * DEPTH / 1000.0
}

fn declared(lines: &[(&str, Option<f64>)]) -> Declared {
    let line = |(code, mass): &(&str, Option<f64>)| Line { code: Some((*code).into()), description: None, mass: *mass };
    let mass = lines.iter().map(|l| l.1).sum::<Option<f64>>().filter(|_| !lines.is_empty());
    Declared { lines: lines.iter().map(line).collect(), mass }
}

fn judged(measured: &Measured, lines: &[(&str, Option<f64>)]) -> Judgement {
    judge(measured, &declared(lines), &Table::standard().unwrap(), 0.1)
}

fn outcome(judgement: &Judgement, check: Check) -> (Verdict, &str) {
    let found = judgement.outcomes.iter().find(|o| o.check == check).unwrap();
    (found.verdict, &found.reason)
}

fn tiles(_: (usize, usize)) -> (f64, MaterialClass) {
    (1200.0, MaterialClass::Light)
}

/// Tiles with a block of light organic goods from cell (2, 20) to (7, 34).
fn cover(at: (usize, usize)) -> (f64, MaterialClass) {
    match at {
        (2..8, 20..35) => (200.0, MaterialClass::Organic),
        _ => tiles(at),
    }
}

#[test]
fn honest_tiles_are_consistent_and_weigh_what_they_weigh() {
    let (measured, mass) = (load(tiles), 1200.0 * volume());
    assert!((measured.mass.unwrap().kg / mass - 1.0).abs() < 1e-9);
    assert!((measured.density.unwrap().median - 1200.0).abs() < 0.1);
    let judgement = judged(&measured, &[("690721", Some(mass))]);
    assert_eq!((judgement.verdict, judgement.parts.len()), (Verdict::Consistent, 0), "{:?}", judgement.outcomes);
    assert_eq!((judgement.headings[0].verdict, judgement.headings[0].explained), (Verdict::Consistent, Some(1.0)));
}

#[test]
fn a_block_of_other_goods_is_found_where_it_is() {
    let measured = load(cover);
    let judgement = judged(&measured, &[("6907", Some(1200.0 * volume()))]);
    assert_eq!(judgement.verdict, Verdict::Suspicious);
    let [part] = judgement.parts.as_slice() else { panic!("{:?}", judgement.parts) };
    let expected = Region { row: FIRST.0 + 20, column: FIRST.1 + 200, rows: 60, columns: 150 };
    assert_eq!((part.misfit, *part.patch.bounds()), (Misfit::Lighter, expected));
    let mass = 200.0 * 6.0 * 15.0 * 0.04 * DEPTH / 1000.0;
    assert!((part.mass.unwrap() / mass - 1.0).abs() < 1e-9 && (part.density - 200.0).abs() < 0.1);
    assert_eq!(part.class, MaterialClass::Organic);
    let (verdict, reason) = outcome(&judgement, Check::Parts);
    assert!(verdict == Verdict::Suspicious && reason.contains("6907") && reason.contains("1 part"), "{reason}");
}

#[test]
fn mass_beyond_tolerance_and_uncertainty_is_told_with_both_figures() {
    let measured = load(tiles);
    let mass = 1200.0 * volume();
    // 10 % of what is declared and two standard deviations of 5 %.
    for (declared, verdict) in [
        (0.80, Verdict::Suspicious),
        (0.95, Verdict::Consistent),
        (1.2, Verdict::Consistent),
        (1.3, Verdict::Suspicious),
    ] {
        let judgement = judged(&measured, &[("6907", Some(declared * mass))]);
        let (found, reason) = outcome(&judgement, Check::Mass);
        assert_eq!(found, verdict, "{declared}: {reason}");
        assert!(
            reason.contains("measured") && reason.contains(&format!("declared {:.0} kg", declared * mass)),
            "{reason}"
        );
    }
}

#[test]
fn slivers_and_edges_are_no_parts() {
    let sliver = load(|at| if at.0 < 2 || at.1 < 2 { (150.0, MaterialClass::Organic) } else { tiles(at) });
    assert!(judged(&sliver, &[("6907", None)]).parts.is_empty());
    let mut cells = load(cover).cells.cells;
    // The same block, of which half the pixels of each cell are bare: the edge of a load, not other goods.
    cells.iter_mut().filter(|cell| cell.lambda < 100.0).for_each(|cell| cell.shown /= 2);
    assert!(judged(&of_cells(cells, true), &[("6907", None)]).parts.is_empty());
}

#[test]
fn what_is_opaque_allows_no_verdict_but_too_heavy() {
    let mut cells = load(tiles).cells.cells;
    for cell in cells.iter_mut().take(400) {
        (cell.opaque, cell.lambda) = (cell.shown, 0.9 * cell.lambda);
    }
    let measured = of_cells(cells, true);
    assert!((measured.opaque - 400.0 / 540.0).abs() < 1e-9 && measured.mass.unwrap().bound);
    let mass = 1200.0 * volume();
    let judgement = judged(&measured, &[("6907", Some(mass))]);
    assert_eq!(judgement.verdict, Verdict::CannotTell);
    assert!(outcome(&judgement, Check::Visibility).1.contains("74 %"));
    // Lighter may be what is not seen; heavier is heavier.
    assert_eq!(judged(&measured, &[("6907", Some(3.0 * mass))]).verdict, Verdict::CannotTell);
    assert_eq!(judged(&measured, &[("6907", Some(0.4 * mass))]).verdict, Verdict::Suspicious);
}

#[test]
fn what_is_not_known_is_said() {
    let mass = Some(1200.0 * volume());
    let measured = load(tiles);
    let why = |measured: &Measured, lines: &[(&str, Option<f64>)], check| {
        let judgement = judged(measured, lines);
        assert_eq!(judgement.verdict, Verdict::CannotTell, "{:?}", judgement.outcomes);
        let (verdict, reason) = outcome(&judgement, check);
        assert_eq!(verdict, Verdict::CannotTell, "{reason}");
        reason.to_owned()
    };
    assert!(why(&measured, &[("6907", None)], Check::Mass).contains("no mass is declared"));
    assert!(why(&measured, &[("990000", mass)], Check::Density).contains("does not know what 990000"));
    assert!(why(&measured, &[], Check::Density).contains("no goods are declared"));
    let one_energy = of_cells(measured.cells.cells.clone(), false);
    assert!(why(&one_energy, &[("6907", mass)], Check::Material).contains("one energy"));
    let blurred = load(|_| (1200.0, MaterialClass::Undecided));
    assert!(why(&blurred, &[("6907", mass)], Check::Material).contains("100 % undecided"));
    let unsized_pixels = Measured { pixel_area: None, ..measured.clone() }.summed(true);
    assert!(why(&unsized_pixels, &[("6907", mass)], Check::Mass).contains("size of the pixels"));
    let anywhere = Measured { floor: false, ..measured };
    assert!(why(&anywhere, &[("6907", mass)], Check::Visibility).contains("no floor"));
}

#[test]
fn other_material_is_found_in_the_mix_and_where_it_is() {
    let rice = |_: (usize, usize)| (650.0, MaterialClass::Organic);
    let steel = load(|_| (650.0, MaterialClass::Metal));
    let judgement = judged(&steel, &[("1006", Some(650.0 * volume()))]);
    let (verdict, reason) = outcome(&judgement, Check::Material);
    assert!(verdict == Verdict::Suspicious && reason.contains("100 % metal"), "{reason}");
    let hidden =
        load(
            |at| {
                if (3..7).contains(&at.0) && (30..36).contains(&at.1) {
                    (650.0, MaterialClass::Metal)
                } else {
                    rice(at)
                }
            },
        );
    let judgement = judged(&hidden, &[("1006", Some(650.0 * volume()))]);
    assert_eq!(outcome(&judgement, Check::Material).0, Verdict::Consistent);
    let [part] = judgement.parts.as_slice() else { panic!("{:?}", judgement.parts) };
    assert_eq!(part.misfit, Misfit::Material(MaterialClass::Metal));
    assert_eq!(*part.patch.bounds(), Region { row: FIRST.0 + 30, column: FIRST.1 + 300, rows: 40, columns: 60 });
}

#[test]
fn of_several_headings_each_part_must_fit_one() {
    let measured = load(cover);
    let kg = |density: f64, cells: f64| Some(density * cells * 0.04 * DEPTH / 1000.0);
    let both = [("6907", kg(1200.0, 450.0)), ("6203", kg(200.0, 90.0))];
    let judgement = judged(&measured, &both);
    assert_eq!((judgement.verdict, judgement.parts.len()), (Verdict::Consistent, 0), "{:?}", judgement.outcomes);
    assert!(
        judgement.headings.iter().all(|h| h.verdict == Verdict::CannotTell && h.reason.contains("several headings"))
    );
    // Clothing that is declared beside the tiles is nowhere in a load of tiles.
    let judgement = judged(&load(tiles), &[("6907", kg(1200.0, 270.0)), ("6203", kg(1200.0, 270.0))]);
    assert_eq!(judgement.headings[1].verdict, Verdict::Suspicious, "{:?}", judgement.headings[1]);
}
