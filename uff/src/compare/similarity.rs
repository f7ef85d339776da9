//! One figure for how much two scans have in common.

use ndarray::Array2;

use super::comparison::Item;
use super::difference::Difference;
use super::items::ChangeKind;

/// Returns the share of matter that both scans show alike, 0 to 1: Σ min(λ₁, λ₂) / Σ max(λ₁, λ₂) over the cells that
/// both cover (M. Ružička, Biológia 13 (1958) 647; the weighted Jaccard index). Only what is listed as an item counts as
/// different, goods of another material wholly; so two scans of one load reach 1.
pub(super) fn similarity(difference: &Difference, items: &[Item]) -> f64 {
    let mut listed: Array2<Option<ChangeKind>> = Array2::from_elem(difference.change.dim(), None);
    for item in items {
        for (row, column) in item.areas.iter().flat_map(|area| &area.cells) {
            if let Some(kind) = listed.get_mut((*row as usize, *column as usize)) {
                *kind = Some(item.kind);
            }
        }
    }
    let (mut common, mut all) = (0.0, 0.0);
    for ((a, b), kind) in difference.first.iter().zip(&difference.second).zip(&listed) {
        if a.is_nan() || b.is_nan() {
            continue;
        }
        let (a, b) = (f64::from(a.max(0.0)), f64::from(b.max(0.0)));
        let (low, high) = match kind {
            None => ((a + b) / 2.0, (a + b) / 2.0),
            Some(ChangeKind::ChangedMaterial) => (0.0, a.max(b)),
            Some(_) => (a.min(b), a.max(b)),
        };
        common += low;
        all += high;
    }
    if all > 0.0 { common / all } else { 1.0 }
}
