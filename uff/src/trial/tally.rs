//! Figures over many trials.

use super::run::Trial;
use crate::detect::Kind;
use crate::synth::Hidden;

/// How many bins a reliability curve has.
pub const BINS: usize = 10;

/// How one kind of hidden object was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recall {
    /// Kind.
    pub kind: Hidden,
    /// Objects in the pictures.
    pub objects: usize,
    /// Objects not hit that lie in dark zones, which were told.
    pub shadowed: usize,
    /// Objects hit by a finding of at least the confidence.
    pub found: usize,
    /// Median distance of the middles of finding and object, pixels, over those found.
    pub distance: f64,
    /// Median overlap of their rectangles, over those found.
    pub overlap: f64,
}

/// How many findings of a kind were right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// Kind.
    pub kind: Kind,
    /// Findings of at least the confidence.
    pub findings: usize,
    /// Of these, right ones.
    pub right: usize,
}

/// Bin of a reliability curve.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// Findings whose confidence lies in the bin.
    pub findings: usize,
    /// Their mean confidence.
    pub stated: f64,
    /// Share of them that are right.
    pub observed: f64,
}

/// Figures over many trials.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// Scenes.
    pub scenes: usize,
    /// Scenes in which nothing is hidden.
    pub clean: usize,
    /// Confidence from which on a finding counts.
    pub least: f64,
    /// Recall per kind of hidden object.
    pub recall: Vec<Recall>,
    /// Right findings per kind.
    pub precision: Vec<Precision>,
    /// False findings per scene.
    pub false_per_scene: f64,
    /// False findings per scene in which nothing is hidden.
    pub false_per_clean_scene: f64,
    /// Dark zones found, and those of them that are truly dark.
    pub dark_zones: (usize, usize),
    /// Stated confidence against the share that is right, all findings but dark zones.
    pub reliability: [Bin; BINS],
}

impl Tally {
    /// Adds up trials; findings of at least `least` confidence count.
    pub fn of(trials: &[Trial], least: f64) -> Self {
        let counts = |f: &&super::Judged| f.detection.confidence >= least;
        let dark = |f: &&super::Judged| f.detection.kind == Kind::DarkZone;
        let wrong = |t: &Trial| t.findings.iter().filter(counts).filter(|f| !f.right).count() as f64;
        let clean: Vec<&Trial> = trials.iter().filter(|t| t.targets.is_empty()).collect();
        let per = |sum: f64, count: usize| if count > 0 { sum / count as f64 } else { 0.0 };
        let all = || trials.iter().flat_map(|t| &t.findings);
        let mut reliability = [Bin::default(); BINS];
        for finding in all().filter(|f| !dark(f)) {
            let at = ((finding.detection.confidence * BINS as f64) as usize).min(BINS - 1);
            let bin = &mut reliability[at];
            bin.findings += 1;
            bin.stated += finding.detection.confidence;
            bin.observed += f64::from(u8::from(finding.right));
        }
        for bin in &mut reliability {
            (bin.stated, bin.observed) = (per(bin.stated, bin.findings), per(bin.observed, bin.findings));
        }
        let precision = |kind: Kind| {
            let of: Vec<_> = all().filter(counts).filter(|f| f.detection.kind == kind).collect();
            Precision { kind, findings: of.len(), right: of.iter().filter(|f| f.right).count() }
        };
        Self {
            scenes: trials.len(),
            clean: clean.len(),
            least,
            recall: Hidden::ALL.into_iter().map(|kind| recall(trials, kind, least)).collect(),
            precision: Kind::ALL.into_iter().map(precision).collect(),
            false_per_scene: per(trials.iter().map(wrong).sum(), trials.len()),
            false_per_clean_scene: per(clean.iter().map(|t| wrong(t)).sum(), clean.len()),
            dark_zones: (all().filter(dark).count(), all().filter(dark).filter(|f| f.right).count()),
            reliability,
        }
    }

    /// Returns the share of all hidden objects that were found; 0 where nothing was hidden.
    pub fn recall_of_all(&self) -> f64 {
        let objects: usize = self.recall.iter().map(|r| r.objects).sum();
        let found: usize = self.recall.iter().map(|r| r.found).sum();
        if objects > 0 { found as f64 / objects as f64 } else { 0.0 }
    }

    /// Returns the share of the hidden objects that were found, of those that no told dark zone covers.
    pub fn recall_of_visible(&self) -> f64 {
        let objects: usize = self.recall.iter().map(|r| r.objects - r.shadowed).sum();
        let found: usize = self.recall.iter().map(|r| r.found).sum();
        if objects > 0 { found as f64 / objects as f64 } else { 0.0 }
    }

    /// Returns the mean absolute difference of stated confidence and observed share, weighted by the findings of the
    /// bins. The lowest bin, of candidates that nobody is shown, is left out.
    pub fn calibration_error(&self) -> f64 {
        let shown = self.reliability.get(1..).unwrap_or_default();
        let all: usize = shown.iter().map(|b| b.findings).sum();
        let sum: f64 = shown.iter().map(|b| b.findings as f64 * (b.stated - b.observed).abs()).sum();
        if all > 0 { sum / all as f64 } else { 0.0 }
    }
}

fn recall(trials: &[Trial], kind: Hidden, least: f64) -> Recall {
    let mut shadowed = 0;
    let (mut objects, mut distances, mut overlaps) = (0, Vec::new(), Vec::new());
    for trial in trials {
        for target in trial.targets.iter().filter(|t| t.kind == kind) {
            objects += 1;
            shadowed += usize::from(target.shadowed);
            let hit = target.hit.and_then(|h| trial.findings.get(h)).filter(|f| f.detection.confidence >= least);
            if let Some(hit) = hit {
                let (distance, overlap) = target.error(&hit.detection);
                distances.push(distance);
                overlaps.push(overlap);
            }
        }
    }
    Recall {
        kind,
        objects,
        shadowed,
        found: distances.len(),
        distance: median(&mut distances),
        overlap: median(&mut overlaps),
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
