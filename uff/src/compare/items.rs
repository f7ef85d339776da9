//! Connected significant areas as items: what was added, removed or exchanged, and where.

use ndarray::Array2;

use super::difference::Difference;
use super::exposure::Substance;
use super::layers;
use super::material_change;
use crate::material::MaterialClass;
use crate::model::Region;

/// Standard deviations that the core of an item must exceed. Among 10⁵ independent cells of pure noise, one passes in
/// about 20 pictures.
const CORE: f32 = 5.0;
/// Standard deviations that the rest of an item must exceed.
const RIM: f32 = 3.0;
/// Cells that an item has at least.
const LEAST_CELLS: usize = 6;
/// Change in g/cm² below which the places of two sources may explain it: plates are longer along some rays.
const FAINT: f64 = 1.5;
/// Standard deviations of its mean below which edges may explain a change.
const DOUBTFUL: f64 = 6.0;
/// Cells by which an area may grow beyond what is significant.
const MARGIN: usize = 3;
/// Mean width, in cells across its longer side, that an item has at least: what is narrower is an edge.
const LEAST_WIDTH: f64 = 2.5;
/// Share of what else is in the way that an item must make up for its own atomic number to be told.
const LEAST_SHARE: f64 = 0.6;
/// Confidence of a pixel's class, 0 to 255, from which on it has a say in the class of an item.
const SAY: u8 = 140;

/// What happened to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// In the second scan only.
    Added,
    /// In the first scan only.
    Removed,
    /// In both, at different places.
    Moved,
    /// At one place in both, of another material.
    ChangedMaterial,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Added, Self::Removed, Self::Moved, Self::ChangedMaterial];

    /// Returns the name for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Moved => "moved",
            Self::ChangedMaterial => "changed-material",
        }
    }
}

/// One connected area of change, in cells of the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Cells, as (row, column), in reading order.
    pub cells: Vec<(u32, u32)>,
    /// Smallest rectangle around the part above half of the change.
    pub bounds: Region,
    /// Middle of that part, weighted with the change; row and column, in cells from the first edge.
    pub centre: (f64, f64),
    /// Mean change over that part, g/cm².
    pub change: f64,
    /// Its standard deviation.
    pub sigma: f64,
    /// Σ change, g/cm² times cells.
    pub total: f64,
    /// Its standard deviation.
    pub total_sigma: f64,
    /// Largest significance, in standard deviations, without sign.
    pub significance: f64,
    /// Cells above half of the change.
    pub size: usize,
    /// Effective atomic number of what came or went itself, from the scans with and without it; none where they do not
    /// tell.
    pub z: Option<f64>,
    /// Class in the first scan.
    pub before: MaterialClass,
    /// Class in the second scan.
    pub after: MaterialClass,
}

/// Finds the connected areas in which matter was added or removed; and those that edges may explain or, when the sources
/// stand `elsewhere`, their places. The most matter comes first.
pub(super) fn areas(difference: &Difference, elsewhere: bool) -> (Vec<Area>, Vec<Area>) {
    let (mut found, mut unclear) = (Vec::new(), Vec::new());
    for sign in [-1.0f32, 1.0] {
        let (mask, inner) = marked(difference, sign);
        let mut seen = Array2::from_elem(mask.dim(), false);
        for (cell, inside) in mask.indexed_iter() {
            if !*inside || seen[cell] {
                continue;
            }
            let cells = grow(&mut seen, cell, |c| mask.get(c).copied().unwrap_or_default());
            let (bodies, layers) = if elsewhere { layers::split(&cells, &inner) } else { (vec![cells], Vec::new()) };
            unclear.extend(layers.iter().filter_map(|cells| measure(difference, cells, sign)));
            for body in bodies {
                let Some(level) = level(difference, &body, sign) else { continue };
                let Some(area) = measure(difference, &body, sign).filter(|_| level > 0.0) else { continue };
                let faint = elsewhere && (area.change.abs() < FAINT || slender(difference, &area));
                if faint || area.change.abs() < DOUBTFUL * area.sigma { unclear.push(area) } else { found.push(area) }
            }
        }
    }
    found.sort_by(|a, b| b.total.abs().total_cmp(&a.total.abs()));
    unclear.sort_by(|a, b| b.total.abs().total_cmp(&a.total.abs()));
    (found, unclear)
}

/// Returns whether an area is no wider than what a shift of the size that is left uncovers at an edge: a bar that one source
/// sees along, or two that stand behind each other, shows so from another place.
fn slender(difference: &Difference, area: &Area) -> bool {
    let size = area.size as f64;
    let (down, along) = (size / area.bounds.columns as f64, size / area.bounds.rows as f64);
    down < LEAST_WIDTH + difference.tolerance.0 || along < LEAST_WIDTH + difference.tolerance.1
}

/// Marks what is significantly more (or less) and what belongs to it, and of that the part within its contour. Parts of
/// one item that an edge of something else separates grow into each other.
fn marked(difference: &Difference, sign: f32) -> (Array2<bool>, Array2<bool>) {
    let z = &difference.significance;
    let mut seen = Array2::from_elem(z.dim(), false);
    let (mut mask, mut inner) = (seen.clone(), seen.clone());
    for (cell, value) in z.indexed_iter() {
        let significant = value * sign > CORE;
        if !significant || seen[cell] {
            continue;
        }
        let core = grow(&mut seen, cell, |c| z.get(c).is_some_and(|v| v * sign > RIM));
        if let Some(level) = level(difference, &core, sign) {
            for cell in whole(difference, &core, sign, level) {
                mask[cell] = true;
                inner[cell] |= f64::from(difference.change[cell] * sign) >= level;
            }
        }
    }
    (mask, inner)
}

/// Returns half of what the upper part of an area shows: the contour at which an edge is seen in a blurred picture.
fn contour(difference: &Difference, cells: &[(usize, usize)], sign: f32) -> Option<f64> {
    let mut values: Vec<f64> = cells.iter().map(|cell| f64::from(difference.change[*cell] * sign)).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() * 4 / 5).map(|most| most / 2.0).filter(|level| *level > 0.0)
}

/// Returns the contour of an area; none when it is too small or too narrow for an item.
fn level(difference: &Difference, core: &[(usize, usize)], sign: f32) -> Option<f64> {
    let change = |cell: &(usize, usize)| f64::from(difference.change[*cell] * sign);
    let level = contour(difference, core, sign)?;
    let part: Vec<(usize, usize)> = core.iter().copied().filter(|c| change(c) >= level).collect();
    let around = bounds(&part);
    let narrow = (part.len() as f64) < LEAST_WIDTH * around.rows.max(around.columns) as f64;
    (core.len() >= LEAST_CELLS && !narrow).then_some(level)
}

/// Collects the cells connected with a first one, diagonally too, that `inside` accepts.
pub(super) fn grow(
    seen: &mut Array2<bool>,
    first: (usize, usize),
    inside: impl Fn((usize, usize)) -> bool,
) -> Vec<(usize, usize)> {
    let mut cells = vec![first];
    seen[first] = true;
    let mut next = 0;
    while let Some((row, column)) = cells.get(next).copied() {
        next += 1;
        for r in row.saturating_sub(1)..=row + 1 {
            for c in column.saturating_sub(1)..=column + 1 {
                if let Some(mark) = seen.get_mut((r, c)).filter(|mark| !**mark)
                    && inside((r, c))
                {
                    *mark = true;
                    cells.push((r, c));
                }
            }
        }
    }
    cells.sort_unstable();
    cells
}

/// Widens an area to what shows at least half of its change, at most [`MARGIN`] cells around it: where an item ends at an
/// edge of something else, its own rim is not significant.
fn whole(difference: &Difference, core: &[(usize, usize)], sign: f32, level: f64) -> Vec<(usize, usize)> {
    let around = bounds(core);
    let near = |(row, column): (usize, usize)| {
        row + MARGIN >= around.row
            && row < around.row + around.rows + MARGIN
            && column + MARGIN >= around.column
            && column < around.column + around.columns + MARGIN
    };
    let mut marked = Array2::from_elem(difference.change.dim(), false);
    let mut inside = marked.clone();
    core.iter().for_each(|cell| inside[*cell] = true);
    let accept = |cell: (usize, usize)| {
        let change = || difference.change.get(cell).is_some_and(|c| f64::from(*c * sign) >= level);
        inside.get(cell).copied().unwrap_or_default() || near(cell) && change()
    };
    core.first().map(|first| grow(&mut marked, *first, accept)).unwrap_or_default()
}

fn measure(difference: &Difference, cells: &[(usize, usize)], sign: f32) -> Option<Area> {
    let sign = f64::from(sign);
    let change = |cell: &(usize, usize)| f64::from(difference.change[*cell]) * sign;
    let level = contour(difference, cells, sign as f32)?;
    let part: Vec<(usize, usize)> = cells.iter().copied().filter(|c| change(c) >= level).collect();
    let around = bounds(&part);
    let mass: f64 = part.iter().map(change).sum();
    let moment = |axis: fn(&(usize, usize)) -> usize| {
        part.iter().map(|c| (axis(c) as f64 + 0.5) * change(c)).sum::<f64>() / mass
    };
    let sums = |cells: &[(usize, usize)]| {
        let steady: f64 = cells.iter().map(|c| f64::from(difference.steady[*c])).sum();
        let square = |image: &Array2<f32>| cells.iter().map(|c| f64::from(image[*c]).powi(2)).sum::<f64>();
        // Noise and edges average out, but for the smoothing over neighbours; the rest does not.
        ((square(&difference.sigma) - square(&difference.steady)).max(0.0) * 7.0 + steady * steady).sqrt()
    };
    let significance = cells.iter().map(|c| f64::from(difference.significance[*c].abs())).fold(0.0, f64::max);
    let (before, after) = classes(difference, &part);
    Some(Area {
        bounds: around,
        centre: (moment(|c| c.0), moment(|c| c.1)),
        change: sign * mass / part.len() as f64,
        sigma: sums(&part) / part.len() as f64,
        total: sign * cells.iter().map(change).sum::<f64>(),
        total_sigma: sums(cells),
        significance,
        size: part.len(),
        z: own_z(difference, &part),
        before,
        after,
        cells: cells.iter().map(|c| (c.0 as u32, c.1 as u32)).collect(),
    })
}

/// Finds areas whose material changed while the mass stayed, outside of `areas`.
pub(super) fn exchanged(difference: &Difference, areas: &[Area], elsewhere: bool) -> Vec<Area> {
    let mut taken = Array2::from_elem(difference.change.dim(), false);
    for (row, column) in areas.iter().flat_map(|a| &a.cells) {
        taken[(*row as usize, *column as usize)] = true;
    }
    let mut found = Vec::new();
    for (cells, significance) in material_change::find(difference, &taken, elsewhere) {
        let (before, after) = classes(difference, &cells);
        let count = cells.len() as f64;
        let total: f64 = cells.iter().map(|c| f64::from(difference.change[*c])).sum();
        let sigma: f64 = cells.iter().map(|c| f64::from(difference.sigma[*c])).sum();
        let centre = cells.iter().fold((0.5, 0.5), |sum, c| (sum.0 + c.0 as f64 / count, sum.1 + c.1 as f64 / count));
        found.push(Area {
            bounds: bounds(&cells),
            centre,
            change: total / count,
            sigma: sigma / count,
            total,
            total_sigma: sigma,
            significance,
            size: cells.len(),
            z: None,
            before,
            after,
            cells: cells.iter().map(|c| (c.0 as u32, c.1 as u32)).collect(),
        });
    }
    found
}

/// Returns the atomic number of what came or went. An effective atomic number is a mean over the electrons in the way,
/// so λ Z adds up along a ray: Z = (λ₂ Z₂ − λ₁ Z₁) / (λ₂ − λ₁). Parts too thin to have a number count for nothing.
fn own_z(difference: &Difference, cells: &[(usize, usize)]) -> Option<f64> {
    /// Share of the change below which a background without a number may be left out: steel adds four to it at most.
    const THIN: f32 = 0.15;
    let side = |s: &Option<Substance>, lambda: &Array2<f32>, cell: (usize, usize)| -> Option<f64> {
        let lambda = *lambda.get(cell)?;
        let z = *s.as_ref()?.z.get(cell)?;
        let thin = lambda < THIN * difference.change.get(cell)?.abs();
        if z > 0.0 { Some(f64::from(lambda * z)) } else { thin.then_some(0.0) }
    };
    let (mut weighted, mut change, mut told) = (0.0, 0.0, 0usize);
    for cell in cells {
        let first = side(&difference.substances.0, &difference.first, *cell);
        let second = side(&difference.substances.1, &difference.second, *cell);
        if let Some((first, second)) = first.zip(second) {
            weighted += second - first;
            change += f64::from(difference.change[*cell]);
            told += 1;
        }
    }
    // Behind much else, what little the item adds to the atomic number is lost in the noise of the whole.
    let least: f64 = cells.iter().map(|c| f64::from(difference.first[*c].min(difference.second[*c]))).sum();
    (told * 3 >= cells.len() && change.abs() > LEAST_SHARE * least && change != 0.0)
        .then_some(weighted / change)
        .filter(|z| (3.0..=95.0).contains(z))
}

fn classes(difference: &Difference, cells: &[(usize, usize)]) -> (MaterialClass, MaterialClass) {
    let of = |s: &Option<Substance>| s.as_ref().map_or(MaterialClass::Undecided, |s| class(s, cells));
    (of(&difference.substances.0), of(&difference.substances.1))
}

/// Returns the class of most of the cells that are sure of theirs; undecided unless it is more than half of them and of
/// a tenth of the area.
fn class(substance: &Substance, cells: &[(usize, usize)]) -> MaterialClass {
    let mut counts = [0usize; MaterialClass::ALL.len()];
    for cell in cells {
        let sure = substance.confidence.get(*cell).is_some_and(|c| *c >= SAY);
        let code = substance.class.get(*cell).copied().unwrap_or_default();
        if sure && let Some(count) = counts.get_mut(usize::from(code)) {
            *count += 1;
        }
    }
    let decided: usize = counts.iter().skip(1).sum();
    let most = MaterialClass::ALL.into_iter().zip(counts).skip(1).max_by_key(|c| c.1);
    most.filter(|(_, n)| 2 * n > decided && 10 * n >= cells.len()).map_or(MaterialClass::Undecided, |c| c.0)
}

pub(super) fn bounds(cells: &[(usize, usize)]) -> Region {
    let range = |axis: fn(&(usize, usize)) -> usize| {
        let low = cells.iter().map(axis).min().unwrap_or_default();
        (low, cells.iter().map(axis).max().unwrap_or_default() + 1 - low)
    };
    let ((row, rows), (column, columns)) = (range(|c| c.0), range(|c| c.1));
    Region { row, column, rows, columns }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Gain;

    /// A difference in which a patch of `rows` by `columns` went, with this tolerance down and along.
    fn went(rows: usize, columns: usize, tolerance: (f64, f64)) -> Difference {
        let even = |value: f32| Array2::from_elem((40, 60), value);
        let patch = |value: f32| {
            let mut image = even(0.0);
            image.slice_mut(ndarray::s![10..10 + rows, 20..20 + columns]).fill(value);
            image
        };
        Difference {
            cell: (1.0, 1.0),
            first: patch(50.0),
            second: even(0.0),
            change: patch(-50.0),
            sigma: even(1.0),
            steady: even(0.5),
            edges: even(0.5),
            significance: patch(-50.0),
            tolerance,
            substances: (None, None),
            gain: Gain::default(),
            drift: 0.0,
            model_error: 0.002,
            opaque: 0.0,
            inflation: 1.0,
        }
    }

    #[test]
    fn what_a_shift_uncovers_is_no_item_between_sources_at_different_places() {
        let told = |difference: &Difference, elsewhere: bool| {
            let (found, unclear) = areas(difference, elsewhere);
            (found.len(), unclear.len())
        };
        let bar = went(3, 7, (0.9, 0.2));
        assert_eq!((told(&bar, true), told(&bar, false)), ((0, 1), (1, 0)));
        assert_eq!(told(&went(3, 7, (0.3, 0.2)), true), (1, 0));
        assert_eq!(told(&went(7, 3, (0.2, 0.9)), true), (0, 1));
        assert_eq!(told(&went(6, 7, (0.9, 0.9)), true), (1, 0));
    }
}
