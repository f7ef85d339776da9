//! Figures over many pairs.

use uff::compare::ChangeKind;

use super::pair::{Deed, Setting};
use super::score::Score;
use crate::wire::{CompareFigures, Tally};

/// One pair that was scored.
pub(in crate::commands::bench) struct Scored {
    pub(super) seed: u64,
    pub(super) setting: Setting,
    pub(super) deed: Deed,
    pub(super) score: Score,
}

/// Sums pairs up.
pub(super) fn figures<'a>(pairs: impl Iterator<Item = &'a Scored>) -> CompareFigures {
    let pairs: Vec<&Scored> = pairs.collect();
    let outcomes = || pairs.iter().flat_map(|p| &p.score.outcomes);
    let tally = |kind: ChangeKind| Tally {
        made: outcomes().filter(|o| o.kind == kind).count(),
        found: outcomes().filter(|o| o.kind == kind && o.found).count(),
    };
    let identical = || pairs.iter().filter(|p| p.deed == Deed::Nothing);
    let calm = |p: &&&Scored| p.score.refusal.is_none() && p.score.false_items == 0;
    let false_items: usize = pairs.iter().map(|p| p.score.false_items).sum();
    let unclear: usize = pairs.iter().map(|p| p.score.unclear).sum();
    let offsets = || outcomes().filter_map(|o| o.offset).collect();
    let registrations = || pairs.iter().filter_map(|p| p.score.registration).collect();
    CompareFigures {
        pairs: pairs.len(),
        refused: pairs.iter().filter(|p| p.score.refusal.is_some()).count(),
        added: tally(ChangeKind::Added),
        removed: tally(ChangeKind::Removed),
        moved: tally(ChangeKind::Moved),
        parts: outcomes().filter(|o| o.parts).count(),
        unclear: outcomes().filter(|o| o.unclear).count(),
        unclear_per_pair: unclear as f64 / pairs.len().max(1) as f64,
        false_per_pair: false_items as f64 / pairs.len().max(1) as f64,
        identical: Tally { made: identical().count(), found: identical().filter(calm).count() },
        offset: quantile(offsets(), 0.5),
        offset_ninety: quantile(offsets(), 0.9),
        mass_ratio: quantile(outcomes().filter_map(|o| o.mass).collect(), 0.5),
        registration: quantile(registrations(), 0.5),
        registration_ninety: quantile(registrations(), 0.9),
        milliseconds: quantile(pairs.iter().map(|p| p.score.milliseconds).collect(), 0.5),
    }
}

/// Returns a quantile; 0 of nothing.
pub(super) fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len().saturating_sub(1) as f64 * share).round() as usize;
    values.get(at).copied().unwrap_or_default()
}
