//! Regular loads: how many items, how far apart, and which of them differ.
//!
//! The profile of the load along the scan repeats itself with the pitch of the items; its autocorrelation shows the
//! pitch. Laid over one another, the items give a median item and a spread at each of its pixels, against which every
//! single one is compared.

use ndarray::Array2;

use super::bay::Bay;
use super::confidence::confidence;
use super::detection::{Detection, EVIDENCE, Kind, Measures, Zone};
use super::patch::{Patch, patches};
use super::reason;
use super::robust::Robust;
use super::subject::Subject;

/// Least autocorrelation of a regular load.
const REGULAR: f64 = 0.35;
/// Fewest items that are called regular.
const FEWEST: usize = 4;
/// Least share by which the profile must vary: walls are corrugated.
const VARIES: f64 = 0.015;
/// Standard deviations by which a pixel must differ from the median item.
const SIGMAS: f64 = 5.0;
/// Fewest pixels that differ.
const LEAST: usize = 12;

/// Items of a regular load.
#[derive(Debug, Clone, PartialEq)]
pub struct Items {
    /// Items along the scan.
    pub count: usize,
    /// Distance from one to the next, columns.
    pub pitch: f64,
    /// The same, mm.
    pub pitch_mm: Option<f64>,
    /// Autocorrelation at the pitch, 0 to 1: how well the profile repeats itself.
    pub regularity: f64,
    /// First column of each item.
    pub starts: Vec<usize>,
}

/// Which item differs.
pub(super) struct Difference {
    /// Number of the item, from 1 on.
    pub(super) item: usize,
    /// Number of items.
    pub(super) of: usize,
}

/// Counts the items of a load, if it is regular.
pub(super) fn items(subject: &Subject, bay: &Bay) -> Option<Items> {
    let profile = profile(subject, bay);
    let detrended = detrended(&profile);
    let mean = profile.iter().sum::<f64>() / profile.len().max(1) as f64;
    let power = detrended.iter().map(|v| v * v).sum::<f64>() / detrended.len().max(1) as f64;
    if power.sqrt() < VARIES * mean || mean < 0.1 {
        return None;
    }
    let (lag, regularity) = pitch(&detrended)?;
    let phase = phase(&profile, lag);
    let r = &bay.inside;
    let mut cells: Vec<(usize, f64)> = Vec::new();
    let mut start = phase;
    while start + 0.6 * lag <= r.columns as f64 {
        let (from, to) = (start.round() as usize, ((start + lag).round() as usize).min(profile.len()));
        let part = &profile[from..to];
        cells.push((from, part.iter().sum::<f64>() / part.len().max(1) as f64));
        start += lag;
    }
    let mut sorted: Vec<f64> = cells.iter().map(|c| c.1).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let high = sorted.get(sorted.len() * 3 / 4).copied()?;
    let starts: Vec<usize> = cells.iter().filter(|c| c.1 > 0.5 * high).map(|c| r.column + c.0).collect();
    (starts.len() >= FEWEST).then(|| Items {
        count: starts.len(),
        pitch: lag,
        pitch_mm: subject.pitch.map(|p| p[1] * lag),
        regularity,
        starts,
    })
}

/// Finds what differs from the median item.
pub(super) fn deviations(subject: &Subject, bay: &Bay, items: &Items) -> Vec<Detection> {
    let r = &bay.inside;
    let width = items.pitch.round() as usize;
    let mut sigmas: Array2<f32> = Array2::zeros(subject.shape());
    let mut usual: Array2<f32> = Array2::zeros(subject.shape());
    for row in r.row..r.row + r.rows {
        for offset in 0..width {
            let columns = || items.starts.iter().map(|s| s + offset).filter(|c| *c < r.column + r.columns);
            let median = Robust::of(columns().map(|c| subject.alpha[(row, c)]));
            let typical = Robust::of(columns().map(|c| subject.lambda[(row, c)]));
            let scatter = (1.2 * median.spread).hypot(2.0 * subject.step(median.median)).max(0.02);
            for column in columns() {
                sigmas[(row, column)] = ((f64::from(subject.alpha[(row, column)]) - median.median) / scatter) as f32;
                usual[(row, column)] = typical.median as f32;
            }
        }
    }
    let mut found = Vec::new();
    for sign in [1.0f32, -1.0] {
        let mask = sigmas.mapv(|s| f64::from(s * sign) > SIGMAS);
        let differing: Vec<Patch> = patches(&mask, LEAST).into_iter().filter(|p| p.fill() > 0.45).collect();
        let others = differing.len().saturating_sub(1);
        let described =
            differing.into_iter().filter_map(|patch| describe(subject, items, patch, others, &sigmas, &usual));
        found.extend(described);
    }
    found
}

fn describe(
    subject: &Subject,
    items: &Items,
    patch: Patch,
    alike: usize,
    sigmas: &Array2<f32>,
    usual: &Array2<f32>,
) -> Option<Detection> {
    let bounds = patch.bounds();
    // Slivers are edges of items that stand a little aside.
    if bounds.rows.min(bounds.columns) < 3 || bounds.columns as f64 > 1.5 * items.pitch {
        return None;
    }
    let of = |image: &Array2<f32>| Robust::of(patch.pixels().map(|p| image[p]));
    let (lambda, around, snr) = (of(&subject.lambda), of(usual), of(sigmas));
    let area = subject.pixel_area().map(|area| area * patch.len() as f64);
    let excess = lambda.median - around.median;
    let excess_sigma = (excess / snr.median).abs();
    let middle = bounds.column + bounds.columns / 2;
    let item = items.starts.iter().filter(|s| **s <= middle).count().max(1);
    let measures = Measures {
        area,
        lambda: lambda.median,
        lambda_around: around.median,
        excess,
        excess_sigma,
        mass: area.map(|area| excess * area / 1000.0),
        mass_sigma: area.map(|area| excess_sigma * area / 1000.0),
        snr: snr.median.abs(),
        ..Measures::default()
    };
    let mut evidence = [0.0; EVIDENCE];
    evidence[..11].copy_from_slice(&[
        measures.snr.ln(),
        f64::from(u8::from(excess > 0.0)),
        (excess.abs() / around.median.max(1.0)).max(1e-3).ln(),
        patch.fill(),
        (alike as f64).ln_1p(),
        (bounds.rows as f64 / bounds.columns as f64).ln().abs(),
        (patch.len() as f64 / 25.0).ln(),
        (items.count as f64 / 10.0).ln(),
        items.regularity,
        (bounds.rows.min(bounds.columns) as f64).ln(),
        (excess.abs() / 10.0).max(1e-3).ln(),
    ]);
    Some(Detection {
        kind: Kind::Deviation,
        zone: Zone::Load,
        confidence: confidence(Kind::Deviation, &evidence),
        evidence,
        reason: reason::deviation(&Difference { item, of: items.count }, &measures),
        measures,
        patch,
    })
}

/// Mean α per column of the bay.
fn profile(subject: &Subject, bay: &Bay) -> Vec<f64> {
    let r = &bay.inside;
    (r.column..r.column + r.columns)
        .map(|column| {
            let values = (r.row..r.row + r.rows).map(|row| f64::from(subject.alpha[(row, column)]));
            values.filter(|v| v.is_finite()).sum::<f64>() / r.rows.max(1) as f64
        })
        .collect()
}

/// Takes the mean over a fifth of the length away.
fn detrended(profile: &[f64]) -> Vec<f64> {
    let half = (profile.len() / 10).max(2);
    let mean = |at: usize| {
        let part = &profile[at.saturating_sub(half)..(at + half + 1).min(profile.len())];
        part.iter().sum::<f64>() / part.len() as f64
    };
    profile.iter().enumerate().map(|(at, v)| v - mean(at)).collect()
}

/// Finds the shortest lag at which the profile repeats itself about as well as at any, to a fraction of a column.
fn pitch(profile: &[f64]) -> Option<(f64, f64)> {
    let most = profile.len() / 3;
    let correlation = |lag: usize| {
        let pairs = || profile.iter().zip(&profile[lag..]);
        let product: f64 = pairs().map(|(a, b)| a * b).sum();
        let power: f64 = pairs().map(|(a, b)| (a * a + b * b) / 2.0).sum();
        if power > 0.0 { product / power } else { 0.0 }
    };
    let all: Vec<f64> = (0..=most).map(correlation).collect();
    let peak =
        |lag: usize| lag >= 4 && all[lag] >= all[lag - 1] && all.get(lag + 1).is_some_and(|next| all[lag] > *next);
    let peaks: Vec<usize> = (4..most).filter(|lag| peak(*lag)).collect();
    let best = peaks.iter().map(|lag| all[*lag]).fold(0.0, f64::max);
    let lag = *peaks.iter().find(|lag| all[**lag] >= 0.8 * best && all[**lag] >= REGULAR)?;
    // A multiple of the pitch gives it more exactly.
    let mut fine = vertex(&all, lag);
    let mut times = 2.0;
    while let Some(near) = peaks.iter().find(|p| ((**p as f64) - times * fine).abs() < 0.2 * fine) {
        fine = vertex(&all, *near) / times;
        times += 1.0;
    }
    Some((fine, all[lag]))
}

/// Place of the vertex of the parabola through a peak and its neighbours.
fn vertex(all: &[f64], at: usize) -> f64 {
    let (a, b, c) = (all[at - 1], all[at], all.get(at + 1).copied().unwrap_or(all[at]));
    let bend = a - 2.0 * b + c;
    at as f64 + if bend < 0.0 { (0.5 * (a - c) / bend).clamp(-0.5, 0.5) } else { 0.0 }
}

/// Offset of the first item: where the folded profile is least.
fn phase(profile: &[f64], lag: f64) -> f64 {
    let bins = lag.round().max(1.0) as usize;
    let mut folded = vec![(0.0, 0usize); bins];
    for (at, value) in profile.iter().enumerate() {
        let bin = ((at as f64 % lag) / lag * bins as f64) as usize;
        let entry = &mut folded[bin.min(bins - 1)];
        *entry = (entry.0 + value, entry.1 + 1);
    }
    let mean = |bin: &(f64, usize)| bin.0 / bin.1.max(1) as f64;
    let least = (0..bins).min_by(|a, b| mean(&folded[*a]).total_cmp(&mean(&folded[*b]))).unwrap_or(0);
    least as f64 * lag / bins as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pitch_and_phase_of_a_comb() {
        let profile: Vec<f64> = (0..230).map(|c| if (c as f64 + 4.0) % 23.4 < 3.0 { 0.2 } else { 1.0 }).collect();
        let (lag, regularity) = pitch(&detrended(&profile)).unwrap();
        assert!((lag - 23.4).abs() < 0.1 && regularity > 0.8, "{lag} {regularity}");
        let phase = phase(&profile, lag);
        assert!((phase - 19.4).abs() < 2.5, "{phase}");
    }

    #[test]
    fn noise_has_no_pitch() {
        let mut state = 1u64;
        let noise: Vec<f64> = (0..300)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) as f64 / f64::from(1u32 << 31) - 0.5
            })
            .collect();
        assert_eq!(pitch(&detrended(&noise)), None);
    }
}
