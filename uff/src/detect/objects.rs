//! Items that stand out, at any size, in the pictures of a view.

use ndarray::Array2;

use super::bay::Bay;
use super::detection::Zone;
use super::look::{Look, Surroundings, compare};
use super::morphology::closed;
use super::subject::Subject;
use super::tree::{Sizes, distinct};

/// Fewest pixels of an item.
const LEAST: usize = 9;
/// Largest share of the object that an item takes.
const MOST: f64 = 0.06;
/// Levels, standard deviations of a smoothed pixel, over which an item keeps its size.
const HEIGHT: u16 = 6;
/// Width of a gap between goods, mm: narrower is no void.
const GAP: f64 = 150.0;
/// Most items looked at per picture; beyond, the picture is nothing but items.
const LIMIT: usize = 1500;
const TOP: f32 = 60_000.0;

/// Picture in which items are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aspect {
    /// Denser than around.
    Denser,
    /// Thinner than around.
    Thinner,
    /// More organic matter than around.
    Organic,
    /// More metal than around.
    Metal,
}

/// Finds the items of an aspect in the load, or anywhere where no floor was found; none of those that need two energies
/// where there is one. In the structure of a vehicle everything stands out: there only a comparison tells.
pub(super) fn objects(subject: &Subject, bay: &Bay, aspect: Aspect) -> Vec<Look> {
    let alpha = match aspect {
        Aspect::Thinner => closed(&subject.alpha, subject.half(GAP, 2)),
        Aspect::Denser | Aspect::Organic | Aspect::Metal => subject.alpha.clone(),
    };
    let Some(levels) = levels(subject, bay, &alpha, aspect) else { return Vec::new() };
    let all = bay.object.rows * bay.object.columns;
    let sizes = Sizes { least: LEAST, most: ((all as f64 * MOST) as usize).max(LEAST), height: HEIGHT };
    let found = distinct(&levels, subject.shape().1, sizes);
    let load = Surroundings::of(subject, bay);
    let mut looks: Vec<Look> = found
        .into_iter()
        .filter(|d| d.patch.is_compact())
        .take(LIMIT)
        .filter_map(|d| Look::new(subject, &alpha, bay, d.patch, d.height))
        .filter(|look| look.zone == Zone::Load || !bay.found)
        .map(|look| Look { load, ..look })
        .collect();
    compare(&mut looks);
    looks
}

fn levels(subject: &Subject, bay: &Bay, alpha: &Array2<f32>, aspect: Aspect) -> Option<Vec<u16>> {
    let level = |value: f32| if value.is_finite() { (value.clamp(0.0, TOP) as u16).saturating_add(1) } else { 0 };
    Some(match aspect {
        Aspect::Denser => subject.levels(alpha).iter().map(|v| level(*v)).collect(),
        Aspect::Thinner => {
            let depth = subject.levels(alpha);
            let most = depth.iter().copied().filter(|v| v.is_finite()).fold(0.0f32, f32::max);
            depth.iter().map(|v| level(most - v)).collect()
        }
        Aspect::Organic | Aspect::Metal => {
            let parts = subject.parts.as_ref()?;
            let image = if aspect == Aspect::Metal { &parts.metal } else { &parts.organic };
            // One level is a typical standard deviation of the smoothed value in the bay, at least 1 g/cm².
            let r = &bay.inside;
            let mut sigmas: Vec<f64> = (0..200)
                .map(|k| (r.row + (k * 7919) % r.rows.max(1), r.column + (k * 104_729) % r.columns.max(1)))
                .filter_map(|at| subject.alpha.get(at).map(|alpha| (at, *alpha)))
                .filter(|(at, alpha)| *alpha > 0.2 && !subject.dark[*at])
                .map(|(at, alpha)| parts.sigma(at, alpha, &subject.noise))
                .filter(|s| s.is_finite())
                .collect();
            sigmas.sort_unstable_by(f64::total_cmp);
            let typical = sigmas.get(sigmas.len() * 3 / 4).copied().unwrap_or(1.0);
            let step = (typical * subject.gain.sqrt()).max(0.5) as f32;
            image.iter().map(|v| level(v / step)).collect()
        }
    })
}
