//! The load by itself: what stands in the bay, without the walls around it.
//!
//! Attenuations add up along a ray, so that what the walls take off is subtracted: as the empty reference shows it pixel by
//! pixel, or else as the bay shows it beside and above the load.

use ndarray::Array2;
use ndarray::s;

use super::bay::Bay;
use super::empty::Empty;
use super::homogeneity::Load;
use super::homogeneity::load;
use super::regular::Items;
use super::regular::items;
use super::robust::Robust;
use super::subject::Subject;
use crate::error::Result;
use crate::model::Region;

/// α up to which a pixel of the bay shows walls alone.
const BARE: f32 = 0.25;
/// Fewest bare pixels, as a share of the bay, that tell what the walls take off.
const ENOUGH: f64 = 0.01;
/// Least α that the load adds, about 2.5 g/cm².
const ADDED: f32 = 0.1;
/// Length at each end of a bay that belongs to front wall, doors and corner posts, mm (ISO 1496-1: posts of 150 mm).
const END: f64 = 150.0;

/// Share of the rows of a bay in which a column must show more than walls for the bay to go on there.
const BUSY: f64 = 0.1;
/// Widest gap between goods over which a bay goes on, mm.
const GAP: f64 = 150.0;

/// How it is known what the walls take off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walls {
    /// From a scan of the empty vehicle.
    Reference,
    /// From the parts of the bay that hold no load.
    Seen,
    /// Not known: the load fills the bay. Nothing is subtracted.
    Unknown,
}

impl Walls {
    /// Returns the word for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Seen => "seen",
            Self::Unknown => "unknown",
        }
    }
}

/// Load in its bay. Arrays are `[row, column]` of the bay.
#[derive(Debug, Clone)]
pub struct Stow {
    /// The bay in the view; without its ends where nothing tells them from the load.
    pub bay: Region,
    /// Whether a floor was found; without one everything in the picture counts as load.
    pub floor: bool,
    /// α of the load alone at the high or only energy; NaN without data.
    pub high: Array2<f32>,
    /// The same at the low energy, where there are two.
    pub low: Option<Array2<f32>>,
    /// Where load is.
    pub loaded: Array2<bool>,
    /// Where too little radiation passes to measure.
    pub dark: Array2<bool>,
    /// α from which on nothing is measured.
    pub opaque: f64,
    /// Height and width of a pixel in the object plane, mm.
    pub pitch: Option<[f64; 2]>,
    /// How the walls are known.
    pub walls: Walls,
    /// How even the load is, walls included.
    pub load: Load,
    /// Items, where the load is regular.
    pub items: Option<Items>,
}

/// Takes the load of a view by itself; none where the bay is empty or the picture shows nothing.
///
/// # Errors
/// `usage` when the reference cannot be compared with the scan.
pub fn stow(subject: &Subject, reference: Option<&Subject>) -> Result<Option<Stow>> {
    let empty = reference.map(|reference| Empty::lay(subject, reference)).transpose()?;
    let own = Bay::of(subject);
    let Some(bay) = empty.as_ref().map(|e| e.bay).filter(|bay| bay.found).or(own) else { return Ok(None) };
    let whole = if bay.found { space(subject, &bay, empty.is_none()) } else { bay.inside };
    if whole.rows == 0 || whole.columns == 0 {
        return Ok(None);
    }
    let crop = |image: &Array2<f32>| image.slice(window(&whole)).to_owned();
    let gross = crop(&subject.alpha);
    let low = subject.parts.as_ref().map(|parts| crop(&parts.low));
    let mut dark = subject.dark.slice(window(&whole)).to_owned();
    if let Some(low) = &low {
        // Where the low energy is lost, no pair is measured.
        dark.zip_mut_with(low, |dark, low| *dark |= f64::from(*low) >= subject.opaque);
    }
    let (walls, high, low) = match &empty {
        Some(empty) => {
            let off = |gross: &Array2<f32>, walls: &Array2<f32>| gross - &crop(walls);
            let low = low.as_ref().zip(empty.low.as_ref()).map(|(low, walls)| off(low, walls));
            (Walls::Reference, off(&gross, &empty.alpha), low)
        }
        None => seen(&gross, low),
    };
    let shows = Array2::from_shape_fn(high.raw_dim(), |at| {
        let step = subject.step(f64::from(gross[at])) as f32;
        high[at] > ADDED.max(4.0 * step)
    });
    let loaded = if bay.found { standing(&shows, gap(subject, 0)) } else { shows };
    let rows = || (0..loaded.nrows()).filter(|row| loaded.row(*row).iter().any(|here| *here));
    let Some((first, last)) = rows().next().zip(rows().next_back()) else { return Ok(None) };
    let inside = Region { row: whole.row + first, rows: last + 1 - first, ..whole };
    let bay = Bay { inside, ..bay };
    let Some(load) = load(subject, &bay) else { return Ok(None) };
    let part = s![first..=last, ..];
    Ok(Some(Stow {
        bay: inside,
        floor: bay.found,
        high: high.slice(part).to_owned(),
        low: low.map(|low| low.slice(part).to_owned()),
        loaded: loaded.slice(part).to_owned(),
        dark: dark.slice(part).to_owned(),
        opaque: subject.opaque,
        pitch: subject.pitch,
        walls,
        items: items(subject, &bay),
        load,
    }))
}

/// Returns [`GAP`] in pixels along an axis.
fn gap(subject: &Subject, axis: usize) -> usize {
    subject.pitch.map_or(4, |pitch| (GAP / pitch[axis]).ceil() as usize)
}

/// Returns the space above the floor that may hold load, along the floor as far as matter goes on; with `trim` without its
/// ends.
fn space(subject: &Subject, bay: &Bay, trim: bool) -> Region {
    let r = &bay.inside;
    let least = (BUSY * r.rows as f64).ceil() as usize;
    let busy =
        |column: &usize| (r.row..r.row + r.rows).filter(|row| subject.alpha[(*row, *column)] > BARE).count() >= least;
    let gap = gap(subject, 1);
    let mut first = r.column;
    while let Some(next) = (first.saturating_sub(gap)..first).find(busy) {
        first = next;
    }
    let mut end = r.column + r.columns;
    while let Some(next) = (end..(end + gap).min(subject.shape().1)).rev().find(busy) {
        end = next + 1;
    }
    let whole = Region { column: first, columns: end - first, ..*r };
    if trim { without_ends(subject, &whole) } else { whole }
}

/// Keeps in each column what stands on the floor, or on what does: the roof hangs above the load. `gap` rows may part goods.
fn standing(shows: &Array2<bool>, gap: usize) -> Array2<bool> {
    let mut standing = Array2::from_elem(shows.raw_dim(), false);
    for (from, mut to) in shows.columns().into_iter().zip(standing.columns_mut()) {
        let rows = from.len();
        let mut last: Option<usize> = None;
        for row in (0..rows).rev().filter(|row| from[*row]) {
            if !last.map_or(row * 4 >= rows * 3, |last| last - row <= gap) {
                break;
            }
            (to[row], last) = (true, Some(row));
        }
    }
    standing
}

fn window(r: &Region) -> ndarray::SliceInfo<[ndarray::SliceInfoElem; 2], ndarray::Ix2, ndarray::Ix2> {
    s![r.row..r.row + r.rows, r.column..r.column + r.columns]
}

/// Takes front wall and doors off a bay, by the size of the pixels or, where that is unknown, a hundredth each.
fn without_ends(subject: &Subject, bay: &Region) -> Region {
    let end = subject.pitch.map_or(bay.columns / 100, |pitch| (END / pitch[1]).ceil() as usize);
    Region { column: bay.column + end, columns: bay.columns.saturating_sub(2 * end), ..*bay }
}

/// Subtracts what bare parts of the bay show.
fn seen(gross: &Array2<f32>, low: Option<Array2<f32>>) -> (Walls, Array2<f32>, Option<Array2<f32>>) {
    let bare = |image: &Array2<f32>| Robust::of(image.iter().zip(gross).filter(|(_, g)| **g <= BARE).map(|(v, _)| *v));
    let walls = bare(gross);
    if (walls.count as f64) < ENOUGH * gross.len() as f64 {
        return (Walls::Unknown, gross.clone(), low);
    }
    let low = low.map(|low| {
        let walls = bare(&low).median as f32;
        low.mapv(|alpha| alpha - walls)
    });
    (Walls::Seen, gross.mapv(|alpha| alpha - walls.median as f32), low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roof_is_no_load() {
        let picture = ["######", "......", "......", "#.#...", "..#...", ".##..#", "....#.", ".##..#"];
        let shows = Array2::from_shape_fn((8, 6), |(r, c)| picture[r].as_bytes()[c] == b'#');
        let standing = standing(&shows, 2);
        let kept: Vec<(usize, usize)> = standing.indexed_iter().filter(|(_, here)| **here).map(|(at, _)| at).collect();
        assert_eq!(kept, [(3, 2), (4, 2), (5, 1), (5, 2), (5, 5), (6, 4), (7, 1), (7, 2), (7, 5)]);
    }

    #[test]
    fn bare_parts_of_the_bay_tell_the_walls() {
        // A load of 3 on the floor of a bay whose walls take off 0.1 high and 0.12 low.
        let image =
            |load: f32, wall: f32| Array2::from_shape_fn((10, 20), |(r, _)| if r < 3 { wall } else { load + wall });
        let (walls, high, low) = seen(&image(3.0, 0.1), Some(image(3.4, 0.12)));
        assert_eq!(walls, Walls::Seen);
        assert!((high[(9, 9)] - 3.0).abs() < 1e-6 && (low.unwrap()[(9, 9)] - 3.4).abs() < 1e-6 && high[(0, 0)] == 0.0);
        let full = Array2::from_elem((10, 20), 3.1f32);
        let (walls, high, _) = seen(&full, None);
        assert_eq!((walls, high), (Walls::Unknown, full));
    }
}
