//! The whole way from two exposures to a verdict.

use super::difference::Difference;
use super::exposure::Exposure;
use super::items::{Area, ChangeKind, areas, exchanged};
use super::moves::pairs;
use super::registration::{Registration, register};
use super::similarity::similarity;
use crate::error::Result;
use crate::limits::Budget;
use crate::material::MaterialClass;
use crate::model::Region;

/// Bytes that a comparison holds per pixel of both scans together: transmissions, overlays, differences, statistics.
const BYTES_PER_PIXEL: u64 = 200;

/// How two scans are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CompareOptions {
    /// Whether the first scan is an empty reference: then most of the picture may differ, nothing is fitted to it, and
    /// what the second has more is the load.
    pub reference: bool,
}

/// What a comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareVerdict {
    /// No significant difference.
    Same,
    /// Items differ.
    Different,
    /// The scans do not show the same object.
    Unrelated,
}

impl CompareVerdict {
    /// Returns the name for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Unrelated => "unrelated",
        }
    }
}

/// Where an item, or its place, is in one scan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Smallest rectangle, in pixels of the scan as stored; parts outside the scan are cut off.
    pub bounds: Region,
    /// Middle, row and column, in pixels from the first edges.
    pub centre: (f64, f64),
    /// Middle in mm from the first edges in the object plane, if the scan states its pixel size.
    pub millimetres: Option<(f64, f64)>,
}

/// One item that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What happened.
    pub kind: ChangeKind,
    /// Place in the first scan: of the item, or where it will be.
    pub first: Place,
    /// Place in the second scan: of the item, or where it was.
    pub second: Place,
    /// Mean change of areal density over the item, g/cm²; of a moved item, at its new place.
    pub change: f64,
    /// Its standard deviation.
    pub sigma: f64,
    /// Change of mass in kg and its standard deviation, if a scan states its pixel size; of a moved item, its mass.
    pub mass: Option<(f64, f64)>,
    /// Class at the item's first place in the first scan.
    pub before: MaterialClass,
    /// Class at the item's second place in the second scan.
    pub after: MaterialClass,
    /// Significance in standard deviations.
    pub significance: f64,
    /// Probability that no noise makes this in any place of the picture, 0 to 1.
    pub confidence: f64,
    /// Why it is listed, in words.
    pub reason: String,
    /// Its areas on the grid of the difference: one, or for a moved item the old and the new.
    pub areas: Vec<Area>,
}

/// Two scans compared.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The verdict.
    pub verdict: CompareVerdict,
    /// Share of the matter that both show alike, 0 to 1; 0 when unrelated.
    pub similarity: f64,
    /// How the second lies over the first.
    pub registration: Registration,
    /// The items that differ, the most matter first.
    pub items: Vec<Item>,
    /// Places at which the scans differ as they also do at edges and when their sources stand at different places, the
    /// most matter first: whether the load changed there cannot be told.
    pub unclear: Vec<Item>,
    /// The difference; none when unrelated.
    pub difference: Option<Difference>,
    /// What was assumed, in sentences.
    pub notes: Vec<String>,
}

/// Compares two exposures.
///
/// # Errors
/// `compare.views`, `compare.no_overlap` and `compare.ambiguous` as the registration says; `limit.bytes` when the
/// pictures are too large for the budget; `physics.range` for beams outside the tables.
pub fn compare(first: &Exposure, second: &Exposure, options: &CompareOptions, budget: &Budget) -> Result<Comparison> {
    let bytes = ((first.alpha.len() + second.alpha.len()) as u64).saturating_mul(BYTES_PER_PIXEL);
    budget.charge(bytes, "the comparison")?;
    let comparison = run(first, second, options);
    budget.release(bytes);
    comparison
}

fn run(first: &Exposure, second: &Exposure, options: &CompareOptions) -> Result<Comparison> {
    let mut notes: Vec<String> = Vec::new();
    for (name, exposure) in [("first", first), ("second", second)] {
        notes.extend(exposure.notes.iter().map(|note| format!("{name} scan: {note}")));
    }
    let registered = register(first, second, options.reference)?;
    let registration = registered.registration.clone();
    if !registration.is_believable(options.reference) {
        let verdict = CompareVerdict::Unrelated;
        return Ok(Comparison {
            verdict,
            similarity: 0.0,
            registration,
            items: Vec::new(),
            unclear: Vec::new(),
            difference: None,
            notes,
        });
    }
    let difference = Difference::new(first, &registered, options.reference)?;
    drop(registered);
    let elsewhere = !registration.same_rows() || first.beam != second.beam;
    let (found, unclear) = areas(&difference, elsewhere);
    let exchanged = exchanged(&difference, &found, elsewhere);
    let scans = Scans { first, second, registration: &registration, cell: difference.cell };
    let items = scans.items(&found, exchanged, difference.change.len());
    let unclear = unclear.into_iter().map(|area| scans.unclear(area, difference.change.len())).collect();
    let verdict = if items.is_empty() { CompareVerdict::Same } else { CompareVerdict::Different };
    if scans.cell_area().is_none() {
        notes.push("no scan states its pixel size: masses are not given".to_owned());
    }
    if difference.opaque > 0.0 {
        notes.push(format!(
            "{:.1} % of the object is thicker than the weaker scanner sees through: nothing is compared there",
            100.0 * difference.opaque
        ));
    }
    let similarity = similarity(&difference, &items);
    Ok(Comparison { verdict, similarity, registration, items, unclear, difference: Some(difference), notes })
}

/// What turns areas of the grid into items of the scans.
struct Scans<'a> {
    first: &'a Exposure,
    second: &'a Exposure,
    registration: &'a Registration,
    cell: (f64, f64),
}

impl Scans<'_> {
    fn items(&self, found: &[Area], exchanged: Vec<Area>, cells: usize) -> Vec<Item> {
        let moved = pairs(found);
        let mut items = Vec::new();
        for (index, area) in found.iter().enumerate() {
            if let Some((_, added)) = moved.iter().find(|m| m.0 == index) {
                items.extend(found.get(*added).map(|added| self.moved(area, added, cells)));
            } else if !moved.iter().any(|m| m.1 == index) {
                let kind = if area.total > 0.0 { ChangeKind::Added } else { ChangeKind::Removed };
                items.push(self.item(kind, area.clone(), cells));
            }
        }
        items.extend(exchanged.into_iter().map(|area| self.item(ChangeKind::ChangedMaterial, area, cells)));
        items
    }

    fn item(&self, kind: ChangeKind, area: Area, cells: usize) -> Item {
        let more = if area.change > 0.0 { "more" } else { "less" };
        let size = format!("{} × {} cells", area.bounds.rows, area.bounds.columns);
        let classes = match (area.before, area.after) {
            (MaterialClass::Undecided, MaterialClass::Undecided) => String::new(),
            (before, after) if before == after => format!("; {before} in both"),
            (before, after) => format!("; {before} before, {after} after"),
        };
        let reason = match kind {
            ChangeKind::ChangedMaterial => format!(
                "same mass, another material over {size}: atomic numbers differ by {:.0} standard deviations{classes}",
                area.significance
            ),
            _ => format!(
                "{:.1} ± {:.1} g/cm² {more} over {size}, {:.0} standard deviations{classes}",
                area.change.abs(),
                area.sigma,
                area.significance
            ),
        };
        Item {
            kind,
            first: self.place_in_first(&area),
            second: self.place_in_second(&area),
            change: area.change,
            sigma: area.sigma,
            mass: self.mass(&area),
            before: area.before,
            after: area.after,
            significance: area.significance,
            confidence: confidence(area.significance, cells),
            reason,
            areas: vec![area],
        }
    }

    /// A place that edges, or the places of the sources, may explain.
    fn unclear(&self, area: Area, cells: usize) -> Item {
        let kind = if area.total > 0.0 { ChangeKind::Added } else { ChangeKind::Removed };
        let mut item = self.item(kind, area, cells);
        item.reason.push_str("; thin, faint or at edges: what one source sees along and the other across shows so");
        item
    }

    fn moved(&self, old: &Area, new: &Area, cells: usize) -> Item {
        let (first, second) = (self.place_in_first(old), self.place_in_second(new));
        let there = self.place_in_first(new);
        let (rows, columns) = (there.centre.0 - first.centre.0, there.centre.1 - first.centre.1);
        let distance = match self.first.pitch {
            Some((by_row, by_column)) => {
                format!("{:.0} mm along and {:.0} mm down", columns * by_column, rows * by_row)
            }
            None => format!("{columns:.0} columns and {rows:.0} rows"),
        };
        let like = if old.z.is_some() && new.z.is_some() { "mass, size and material" } else { "mass and size" };
        let alike = match (self.mass(old), self.mass(new)) {
            (Some(a), Some(b)) => format!("{:.1} kg gone, {:.1} kg come", a.0.abs(), b.0.abs()),
            _ => format!("{:.0} g/cm²·cells gone, {:.0} come", old.total.abs(), new.total.abs()),
        };
        let significance = old.significance.min(new.significance);
        Item {
            kind: ChangeKind::Moved,
            first,
            second,
            change: new.change,
            sigma: new.sigma,
            mass: self.mass(new),
            before: old.before,
            after: new.after,
            significance,
            confidence: confidence(significance, cells),
            reason: format!("like {like} at two places: {alike}, {distance}"),
            areas: vec![old.clone(), new.clone()],
        }
    }

    fn place_in_first(&self, area: &Area) -> Place {
        let (height, width) = self.cell;
        let b = &area.bounds;
        let corners = [
            (b.row as f64 * height, b.column as f64 * width),
            ((b.row + b.rows) as f64 * height, (b.column + b.columns) as f64 * width),
        ];
        place((area.centre.0 * height, area.centre.1 * width), corners, self.first)
    }

    fn place_in_second(&self, area: &Area) -> Place {
        let (height, width) = self.cell;
        let at = |row: f64, column: f64| self.registration.in_second(row * height, column * width);
        let b = &area.bounds;
        let corners = [at(b.row as f64, b.column as f64), at((b.row + b.rows) as f64, (b.column + b.columns) as f64)];
        place(at(area.centre.0, area.centre.1), corners, self.second)
    }

    /// Area of a cell in cm² in the object plane.
    fn cell_area(&self) -> Option<f64> {
        let mapping = &self.registration.mapping;
        let of_second = |p: (f64, f64)| (p.0 * mapping.rows.1, p.1 * mapping.column_scale());
        let (rows, columns) = self.first.pitch.or_else(|| self.second.pitch.map(of_second))?;
        Some(rows * self.cell.0 * columns * self.cell.1 / 100.0)
    }

    fn mass(&self, area: &Area) -> Option<(f64, f64)> {
        let scale = self.cell_area()? / 1000.0;
        Some((area.total * scale, area.total_sigma * scale))
    }
}

fn place(centre: (f64, f64), corners: [(f64, f64); 2], exposure: &Exposure) -> Place {
    let (rows, columns) = exposure.alpha.dim();
    let range = |a: f64, b: f64, size: usize| {
        let low = a.min(b).floor().clamp(0.0, size as f64) as usize;
        (low, (a.max(b).ceil().clamp(0.0, size as f64) as usize).saturating_sub(low))
    };
    let (row, height) = range(corners[0].0, corners[1].0, rows);
    let (column, width) = range(corners[0].1, corners[1].1, columns);
    Place {
        bounds: Region { row, column, rows: height, columns: width },
        centre,
        millimetres: exposure.pitch.map(|(by_row, by_column)| (centre.0 * by_row, centre.1 * by_column)),
    }
}

/// Returns the probability that noise makes nothing of this significance anywhere among `cells` cells: one minus the
/// expected number of such cells, by the tail of the normal distribution; about one cell in seven is independent.
fn confidence(significance: f64, cells: usize) -> f64 {
    let x = significance / std::f64::consts::SQRT_2;
    let tail = (-x * x).exp() / (x.max(0.5) * std::f64::consts::PI.sqrt());
    (1.0 - tail * cells as f64 / 7.0).clamp(0.0, 1.0)
}
