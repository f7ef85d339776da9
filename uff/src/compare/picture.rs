//! Pictures of a comparison as PNG.
//!
//! The difference picture shows both scans as one in grey, what was added in orange and what was removed in blue, the
//! pair of colours that the common kinds of colour blindness tell apart (M. Okabe, K. Ito, 2008); hatching from lower
//! left to upper right for added, from upper left to lower right for removed, crossed for another material, and a number
//! per item carry the same without colour; places that cannot be told are framed in grey. The swipe picture shows the first scan, the second laid over it, and both in
//! alternating strips, at whose seams whatever differs breaks off.

use ndarray::Array2;

use super::canvas::{Canvas, mix, width};
use super::comparison::{Comparison, Item};
use super::difference::Difference;
use super::exposure::Substance;
use super::items::{Area, ChangeKind};
use crate::error::{Code, Error, Result};
use crate::material::MaterialClass;
use crate::picture::palette::{Colours, Rgb, Window, grey};

const ADDED: Rgb = [213, 94, 0];
const REMOVED: Rgb = [0, 84, 178];
const EXCHANGED: Rgb = [128, 50, 130];
const UNCLEAR: Rgb = [100, 100, 100];
const INK: Rgb = [30, 30, 30];
const PAPER: Rgb = [255; 3];
const NO_DATA: Rgb = [222, 222, 222];
/// Areal density that colours fully, g/cm².
const FULL: f32 = 25.0;
/// Mass attenuation, cm²/g, with which areal densities become brightness.
const ATTENUATION: f32 = 0.04;
/// Width of a picture that small scans are enlarged towards, and the largest factor.
const WIDTH: usize = 1200;
const ENLARGED: usize = 4;
/// Distance of the lines of a hatching, pixels.
const HATCH: usize = 7;
/// Strips of the swipe picture.
const STRIPS: usize = 12;

/// Draws the difference of two scans, on the grid of the coarser one, as PNG.
///
/// # Errors
/// `usage` when the comparison has no difference because the scans are unrelated, or the picture is empty.
pub fn difference_picture(comparison: &Comparison) -> Result<Vec<u8>> {
    let difference = of(comparison)?;
    let scale = enlargement(difference);
    let (rows, columns) = difference.change.dim();
    let legend = Legend::new(columns * scale, scale);
    let mut canvas = Canvas::new(rows * scale + legend.rows(), columns * scale, PAPER);
    paint(&mut canvas, (0, 0), scale, &difference.change, |cell| {
        let mean = (difference.first[cell] + difference.second[cell]) / 2.0;
        if mean.is_nan() { NO_DATA } else { mix([grey(brightness(mean)); 3], PAPER, 0.25) }
    });
    for item in &comparison.items {
        for area in &item.areas {
            colour_area(&mut canvas, scale, difference, area, ink_of(item.kind, area));
        }
    }
    for (number, item) in comparison.items.iter().enumerate() {
        if let [old, new] = item.areas.as_slice() {
            let at = |a: &Area| (a.centre.0 * scale as f64, a.centre.1 * scale as f64);
            canvas.line(at(old), at(new), INK);
        }
        tag(&mut canvas, (0, 0), scale, item, number + 1, |_| true);
    }
    for (number, place) in comparison.unclear.iter().enumerate() {
        for area in &place.areas {
            mark(&mut canvas, (0, 0), scale, area, (comparison.items.len() + number + 1, UNCLEAR));
        }
    }
    legend.draw(&mut canvas, rows * scale, &format!("alike {:.1}%", 100.0 * comparison.similarity));
    canvas.png()
}

/// Draws the first scan, the second on the same grid, and both in alternating strips, one below the other, as PNG; in
/// colours of the material where it is known.
///
/// # Errors
/// As [`difference_picture`].
pub fn swipe_picture(comparison: &Comparison) -> Result<Vec<u8>> {
    let difference = of(comparison)?;
    let scale = enlargement(difference);
    let (rows, columns) = difference.change.dim();
    let letters = (2 * scale).min(4);
    let head = 9 * letters;
    let step = rows * scale + head;
    let mut canvas = Canvas::new(3 * step, columns * scale, PAPER);
    let sides = [(&difference.first, &difference.substances.0), (&difference.second, &difference.substances.1)];
    let strip = |column: usize| column * STRIPS / columns.max(1) % 2;
    for (panel, name) in ["first", "second", "first and second in strips"].into_iter().enumerate() {
        let top = panel * step;
        canvas.write((top + 2 * letters, 2 * letters), name, letters, INK);
        paint(&mut canvas, (top + head, 0), scale, &difference.change, |cell| {
            let (lambda, substance) = sides[if panel == 2 { strip(cell.1) } else { panel }];
            material(lambda, substance.as_ref(), cell)
        });
    }
    for seam in (1..STRIPS).map(|k| k * columns / STRIPS * scale) {
        canvas.fill((2 * step + head - letters, seam), (letters, 2), INK);
    }
    for (number, item) in comparison.items.iter().enumerate() {
        let gone = |area: &Area| {
            item.kind != ChangeKind::Added && area.total < 0.0 || item.kind == ChangeKind::ChangedMaterial
        };
        let come = |area: &Area| area.total > 0.0 || item.kind == ChangeKind::ChangedMaterial;
        tag(&mut canvas, (head, 0), scale, item, number + 1, gone);
        tag(&mut canvas, (step + head, 0), scale, item, number + 1, come);
    }
    canvas.png()
}

fn of(comparison: &Comparison) -> Result<&Difference> {
    comparison.difference.as_ref().ok_or_else(|| {
        Error::new(Code::Usage, "unrelated scans have no picture of their difference")
            .hint("Draw each with `uff render`.")
    })
}

fn enlargement(difference: &Difference) -> usize {
    (WIDTH / difference.change.ncols().max(1)).clamp(1, ENLARGED)
}

fn brightness(lambda: f32) -> f32 {
    Window::default().brightness(lambda * ATTENUATION)
}

fn material(lambda: &Array2<f32>, substance: Option<&Substance>, cell: (usize, usize)) -> Rgb {
    let value = lambda[cell];
    if value.is_nan() {
        return NO_DATA;
    }
    match substance {
        Some(s) => {
            let class = MaterialClass::from_code(s.class[cell]);
            Colours::Customary.of(class, s.z[cell], s.confidence[cell], brightness(value))
        }
        None => [grey(brightness(value)); 3],
    }
}

/// Paints every cell of the grid as a square.
fn paint(
    canvas: &mut Canvas,
    (top, left): (usize, usize),
    scale: usize,
    grid: &Array2<f32>,
    colour: impl Fn((usize, usize)) -> Rgb,
) {
    for (row, column) in ndarray::indices(grid.raw_dim()).into_iter() {
        canvas.fill((top + row * scale, left + column * scale), (scale, scale), colour((row, column)));
    }
}

/// How an area is drawn.
#[derive(Debug, Clone, Copy)]
struct Ink {
    colour: Rgb,
    rising: bool,
    falling: bool,
}

impl Ink {
    /// Returns whether a line of the hatching runs through a pixel.
    fn hatched(self, x: usize, y: usize) -> bool {
        self.rising && (x + y).is_multiple_of(HATCH) || self.falling && (x + HATCH * y - y).is_multiple_of(HATCH)
    }
}

fn ink_of(kind: ChangeKind, area: &Area) -> Ink {
    match kind {
        ChangeKind::ChangedMaterial => Ink { colour: EXCHANGED, rising: true, falling: true },
        _ if area.total > 0.0 => Ink { colour: ADDED, rising: true, falling: false },
        _ => Ink { colour: REMOVED, rising: false, falling: true },
    }
}

fn colour_area(canvas: &mut Canvas, scale: usize, difference: &Difference, area: &Area, ink: Ink) {
    let mut inside = Array2::from_elem(difference.change.dim(), false);
    for (row, column) in &area.cells {
        inside[(*row as usize, *column as usize)] = true;
    }
    for (row, column) in area.cells.iter().map(|c| (c.0 as usize, c.1 as usize)) {
        let strength = 0.35 + 0.45 * (difference.change[(row, column)].abs() / FULL).min(1.0);
        for y in row * scale..(row + 1) * scale {
            for x in column * scale..(column + 1) * scale {
                let hatched = ink.hatched(x, y);
                let share = if hatched { 1.0 } else { strength };
                canvas.set(y, x, mix(canvas.get(y, x), ink.colour, share));
            }
        }
        // The edge of the area, on the sides where it ends.
        let open =
            |r: Option<usize>, c: Option<usize>| !r.zip(c).and_then(|at| inside.get(at)).copied().unwrap_or_default();
        let (top, left) = (row * scale, column * scale);
        if open(row.checked_sub(1), Some(column)) {
            canvas.fill((top, left), (1, scale), ink.colour);
        }
        if open(Some(row + 1), Some(column)) {
            canvas.fill((top + scale - 1, left), (1, scale), ink.colour);
        }
        if open(Some(row), column.checked_sub(1)) {
            canvas.fill((top, left), (scale, 1), ink.colour);
        }
        if open(Some(row), Some(column + 1)) {
            canvas.fill((top, left + scale - 1), (scale, 1), ink.colour);
        }
    }
}

/// Frames the areas of an item that `shown` accepts and puts its number to them.
fn tag(
    canvas: &mut Canvas,
    (top, left): (usize, usize),
    scale: usize,
    item: &Item,
    number: usize,
    shown: impl Fn(&Area) -> bool,
) {
    for area in item.areas.iter().filter(|a| shown(a)) {
        mark(canvas, (top, left), scale, area, (number, ink_of(item.kind, area).colour));
    }
}

/// Frames an area and puts a number to it.
fn mark(canvas: &mut Canvas, (top, left): (usize, usize), scale: usize, area: &Area, (number, colour): (usize, Rgb)) {
    let letters = scale.clamp(2, 3);
    let (b, margin) = (&area.bounds, 2 * scale);
    let at = (top + (b.row * scale).saturating_sub(margin), left + (b.column * scale).saturating_sub(margin));
    let size = (b.rows * scale + 2 * margin, b.columns * scale + 2 * margin);
    canvas.frame(at, size, colour);
    let above = at.0.saturating_sub(7 * letters).max(top);
    canvas.label((above, at.1), &number.to_string(), letters, colour);
}

/// Strip below the difference picture: what colours and hatchings mean.
struct Legend {
    columns: usize,
    letters: usize,
}

impl Legend {
    const ENTRIES: [(&'static str, Ink); 4] = [
        ("added", Ink { colour: ADDED, rising: true, falling: false }),
        ("removed", Ink { colour: REMOVED, rising: false, falling: true }),
        ("other material", Ink { colour: EXCHANGED, rising: true, falling: true }),
        ("unclear", Ink { colour: UNCLEAR, rising: false, falling: false }),
    ];

    fn new(columns: usize, scale: usize) -> Self {
        Self { columns, letters: (columns / 280).clamp(1, 2 * scale.max(1)).min(4) }
    }

    fn rows(&self) -> usize {
        11 * self.letters
    }

    fn draw(&self, canvas: &mut Canvas, top: usize, similarity: &str) {
        let unit = self.letters;
        let mut left = 2 * unit;
        for (name, ink) in Self::ENTRIES {
            for y in top + 2 * unit..top + 9 * unit {
                for x in left..left + 12 * unit {
                    let hatched = ink.hatched(x, y);
                    let strength = if ink.rising || ink.falling { 0.5 } else { 0.0 };
                    canvas.set(y, x, mix(PAPER, ink.colour, if hatched { 1.0 } else { strength }));
                }
            }
            canvas.frame((top + 2 * unit, left), (7 * unit, 12 * unit), ink.colour);
            left += 15 * unit;
            left += canvas.write((top + 3 * unit, left), name, unit, INK) + 6 * unit;
        }
        let right = self.columns.saturating_sub(width(similarity, unit) + 2 * unit);
        if right > left {
            canvas.write((top + 3 * unit, right), similarity, unit, INK);
        }
    }
}
