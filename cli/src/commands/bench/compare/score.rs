//! How well a comparison found what was done.

use ndarray::Array2;
use uff::Result;
use uff::compare::{Area, ChangeKind, CompareOptions, Comparison, Exposure, Item, compare};
use uff::limits::Budget;

use super::pair::{Pair, Planted};

/// Pixels of the first scan around a planted change within which a found one belongs to it.
const NEAR: f64 = 4.0;

/// One planted change and what became of it.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) kind: ChangeKind,
    pub(super) what: &'static str,
    pub(super) behind: f64,
    /// Whether it was found as what it is.
    pub(super) found: bool,
    /// Whether parts of it are listed, such as a moved item as one removed and one added.
    pub(super) parts: bool,
    /// Whether it is listed among the places that cannot be told.
    pub(super) unclear: bool,
    /// Distance of the found from the true middle, pixels of the first scan; of a moved item the larger of both.
    pub(super) offset: Option<f64>,
    /// Found over true mass.
    pub(super) mass: Option<f64>,
}

/// Score of one pair.
#[derive(Debug, Clone)]
pub(super) struct Score {
    pub(super) outcomes: Vec<Outcome>,
    /// Items that were listed and are nothing that was done.
    pub(super) false_items: usize,
    /// Places listed as such that cannot be told at which nothing was done.
    pub(super) unclear: usize,
    /// Root mean square distance between where the registration and the truth put a place, pixels of the first scan.
    pub(super) registration: Option<f64>,
    pub(super) similarity: f64,
    /// Code of the refusal, where there was one.
    pub(super) refusal: Option<String>,
    pub(super) milliseconds: f64,
}

/// Scans, compares and scores a pair.
///
/// # Errors
/// As rendering and reading; refusals of the comparison are part of the score.
pub(super) fn score(pair: &Pair, budget: &Budget) -> Result<(Score, Option<Comparison>)> {
    let read = |index: usize| {
        let passage = if index == 0 { &pair.first } else { &pair.second };
        Exposure::of_view(&passage.scan(&pair.scenes[index], budget)?, 0, budget)
    };
    let (first, second) = (read(0)?, read(1)?);
    let started = std::time::Instant::now();
    let comparison = compare(&first, &second, &CompareOptions::default(), budget);
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    let comparison = match comparison {
        Ok(comparison) if comparison.difference.is_some() => comparison,
        refused => {
            let refusal = refused.map_or_else(|e| e.code().as_str().to_owned(), |c| c.verdict.name().to_owned());
            let outcomes = pair.planted.iter().map(missed).collect();
            let score = Score {
                outcomes,
                false_items: 0,
                unclear: 0,
                registration: None,
                similarity: 0.0,
                refusal: Some(refusal),
                milliseconds,
            };
            return Ok((score, None));
        }
    };
    let cell = comparison.difference.as_ref().map_or((1.0, 1.0), |d| d.cell);
    let mut used = vec![false; comparison.items.len()];
    let mut outcomes: Vec<Outcome> =
        pair.planted.iter().map(|planted| find(planted, &comparison.items, &mut used, cell, pair)).collect();
    let mut told = vec![false; comparison.unclear.len()];
    for (outcome, planted) in outcomes.iter_mut().zip(&pair.planted) {
        let here = |item: &Item| {
            item.areas.iter().all(|area| planted.changes.iter().any(|change| belongs(area, change, cell)))
        };
        for (item, used) in comparison.items.iter().zip(&mut used).filter(|(item, used)| !**used && here(item)) {
            *used = item.kind != ChangeKind::ChangedMaterial;
            outcome.parts |= *used && !outcome.found;
        }
        for (_, told) in comparison.unclear.iter().zip(&mut told).filter(|(item, _)| here(item)) {
            *told = true;
            outcome.unclear |= !outcome.found && !outcome.parts;
        }
    }
    let score = Score {
        outcomes,
        false_items: used.iter().filter(|used| !**used).count(),
        unclear: told.iter().filter(|told| !**told).count(),
        registration: Some(registration_error(pair, &comparison)),
        similarity: comparison.similarity,
        refusal: None,
        milliseconds,
    };
    Ok((score, Some(comparison)))
}

fn missed(planted: &Planted) -> Outcome {
    let Planted { kind, what, behind, .. } = *planted;
    Outcome { kind, what, behind, found: false, parts: false, unclear: false, offset: None, mass: None }
}

/// Looks for a planted change among the items; the first of its kind at its place is it.
fn find(planted: &Planted, items: &[Item], used: &mut [bool], cell: (f64, f64), pair: &Pair) -> Outcome {
    let at_its_place = |item: &Item| {
        item.areas.len() == planted.changes.len()
            && item.areas.iter().zip(&planted.changes).all(|(area, change)| belongs(area, change, cell))
    };
    let place = items
        .iter()
        .enumerate()
        .position(|(i, item)| !used.get(i).copied().unwrap_or(true) && item.kind == planted.kind && at_its_place(item));
    let Some(item) = place.and_then(|i| items.get(i)) else { return missed(planted) };
    if let Some(used) = place.and_then(|i| used.get_mut(i)) {
        *used = true;
    }
    let offset = |(area, change): (&Area, &Array2<f32>)| {
        let (row, column) = middle(change);
        (area.centre.0 * cell.0 - row).hypot(area.centre.1 * cell.1 - column)
    };
    let worst = item.areas.iter().zip(&planted.changes).map(offset).fold(0.0, f64::max);
    let pixel = pair.first.stated * (pair.first.top - pair.first.bottom) / f64::from(pair.first.rows) / 1e5;
    let true_mass = planted.changes.last().map(|c| f64::from(c.sum()) * pixel);
    let mass = item.mass.zip(true_mass).map(|(found, truth)| found.0 / truth);
    Outcome { found: true, offset: Some(worst), mass, ..missed(planted) }
}

/// Returns whether the middle of an area lies on a change or near it, with the same sign.
fn belongs(area: &Area, change: &Array2<f32>, cell: (f64, f64)) -> bool {
    let sign = f64::from(change.sum()) * area.total > 0.0;
    let (row, column) = (area.centre.0 * cell.0, area.centre.1 * cell.1);
    sign && change
        .indexed_iter()
        .filter(|(_, v)| v.abs() > 0.05)
        .any(|((r, c), _)| (r as f64 + 0.5 - row).abs() <= NEAR && (c as f64 + 0.5 - column).abs() <= NEAR)
}

/// Middle of a change, weighted with it, in pixels from the first edges.
fn middle(change: &Array2<f32>) -> (f64, f64) {
    let mut sums = (0.0, 0.0, 0.0);
    for ((row, column), value) in change.indexed_iter() {
        let value = f64::from(*value);
        sums = (sums.0 + value, sums.1 + value * (row as f64 + 0.5), sums.2 + value * (column as f64 + 0.5));
    }
    (sums.1 / sums.0, sums.2 / sums.0)
}

/// Compares the registration with the truth in the middle plane, over the length of the object.
fn registration_error(pair: &Pair, comparison: &Comparison) -> f64 {
    let registration = &comparison.registration;
    let (first, second) = (&pair.first, &pair.second);
    let length = first.stated * f64::from(first.columns);
    let (mut sum, mut count) = (0.0, 0.0);
    for x in (2..=18).map(|k| length * f64::from(k) / 20.0) {
        for z in [600.0, 1500.0, 2500.0, 3500.0] {
            let (row, column) = first.place(x, z);
            let (true_row, true_column) = second.place(x, z);
            let (found_row, found_column) = registration.in_second(row, column);
            let rows = (found_row - true_row) / registration.mapping.rows.1;
            let columns = (found_column - true_column) / registration.mapping.column_scale();
            sum += rows * rows + columns * columns;
            count += 1.0;
        }
    }
    f64::sqrt(sum / count)
}
