//! Where the load stands.
//!
//! Seen from the side, the floor of a container or trailer is a long straight line: the beam runs along it. Between that
//! line and the next one above, or the top of the object, lies the load; what is below, before and behind is structure.
//! Where there is no such line, as with a parcel or a car, everything counts as load.

use ndarray::Array2;

use super::subject::Subject;
use crate::model::Region;

/// α from which on a pixel shows something.
const SOMETHING: f32 = 0.06;
/// Share of the length of the object that a line must run.
const LONG: f64 = 0.4;
/// Rows, as a share of the height of the object, that a bay is high at least.
const HIGH: f64 = 0.25;

/// Rectangle in which the load stands, and what is around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bay {
    /// Inside of the bay.
    pub(super) inside: Region,
    /// Rectangle around everything in the picture.
    pub(super) object: Region,
    /// Whether a floor was found.
    pub(super) found: bool,
}

impl Bay {
    /// Finds the bay of a view; none where the picture shows nothing.
    pub(super) fn of(subject: &Subject) -> Option<Self> {
        let object = extent(&subject.alpha)?;
        let lines: Vec<Line> = (object.row..object.row + object.rows)
            .filter_map(|row| Line::of(subject, row, &object))
            .filter(|line| line.columns() as f64 >= LONG * object.columns as f64)
            .collect();
        // The highest gap between a line and the line or edge above it.
        let mut best: Option<(usize, Region)> = None;
        for line in &lines {
            let above = lines.iter().rev().find(|other| other.row + 3 < line.row && other.overlaps(line));
            let top = above.map_or(object.row, |other| other.row + 2);
            let rows = line.row.saturating_sub(top + 1);
            if best.as_ref().is_none_or(|(most, _)| rows > *most) {
                let inside = Region { row: top, column: line.first, rows, columns: line.columns() };
                best = Some((rows, inside));
            }
        }
        let inside = best.filter(|(rows, _)| *rows as f64 >= HIGH * object.rows as f64).map(|(_, inside)| inside);
        Some(Self { inside: inside.unwrap_or(object), object, found: inside.is_some() })
    }

    /// Returns whether a pixel lies in the bay.
    pub(super) fn holds(&self, (row, column): (usize, usize)) -> bool {
        let r = &self.inside;
        (r.row..r.row + r.rows).contains(&row) && (r.column..r.column + r.columns).contains(&column)
    }
}

/// Rectangle around the pixels that show something, where at least two do in the row and column.
fn extent(alpha: &Array2<f32>) -> Option<Region> {
    let busy = |line: ndarray::ArrayView1<'_, f32>| line.iter().filter(|a| **a > SOMETHING).count() >= 3;
    let rows: Vec<usize> = (0..alpha.nrows()).filter(|r| busy(alpha.row(*r))).collect();
    let columns: Vec<usize> = (0..alpha.ncols()).filter(|c| busy(alpha.column(*c))).collect();
    let (top, bottom) = (*rows.first()?, *rows.last()?);
    let (left, right) = (*columns.first()?, *columns.last()?);
    Some(Region { row: top, column: left, rows: bottom - top + 1, columns: right - left + 1 })
}

/// Stretch of a row that is denser than what lies above and below.
#[derive(Debug, Clone, Copy)]
struct Line {
    row: usize,
    first: usize,
    end: usize,
}

impl Line {
    /// Finds the longest line in a row; gaps of a twentieth of the object do not end it.
    fn of(subject: &Subject, row: usize, object: &Region) -> Option<Self> {
        let away = (object.rows / 40).clamp(2, 12);
        let (above, below) = (row.checked_sub(away)?, row + away);
        let gap = (object.columns / 20).max(2);
        let alpha = |row: usize, column: usize| subject.alpha.get((row, column)).copied().unwrap_or(0.0);
        let dense = |column: usize| {
            let here = alpha(row, column);
            let rise = (here - alpha(above, column)).min(here - alpha(below, column));
            f64::from(rise) > 0.1 + 3.0 * subject.step(f64::from(here))
        };
        let (mut best, mut current): (Option<Self>, Option<(Self, usize)>) = (None, None);
        for column in (object.column..object.column + object.columns).filter(|c| dense(*c)) {
            current = match current {
                Some((line, count)) if column - line.end <= gap => Some((Self { end: column + 1, ..line }, count + 1)),
                _ => Some((Self { row, first: column, end: column + 1 }, 1)),
            };
            // A line is dense in most of its columns.
            if let Some((line, count)) = current.filter(|(line, count)| *count * 10 >= line.columns() * 6) {
                best = best.filter(|b| b.columns() >= line.columns()).or(Some(line));
                current = Some((line, count));
            }
        }
        best
    }

    fn columns(&self) -> usize {
        self.end - self.first
    }

    fn overlaps(&self, other: &Self) -> bool {
        let shared = self.end.min(other.end).saturating_sub(self.first.max(other.first));
        2 * shared >= self.columns().min(other.columns())
    }
}
