//! All detectors together: what an analyst should look at, most important first.

use super::bay::Bay;
use super::detection::{Detection, Kind};
use super::empty::Empty;
use super::homogeneity::{Load, load};
use super::regular::{Items, deviations, items};
use super::subject::Subject;
use super::{cavity, dark_zone, dense, foreign, void};
use crate::error::Result;
use crate::model::Region;

/// What is looked for and how much is told.
#[derive(Debug, Clone, Copy)]
pub struct DetectOptions<'a> {
    /// Scan of the same kind of vehicle, empty.
    pub reference: Option<&'a Subject>,
    /// Least confidence of a finding, 0 to 1.
    pub least: f64,
    /// Most findings; the rest is counted.
    pub most: usize,
}

impl Default for DetectOptions<'_> {
    fn default() -> Self {
        Self { reference: None, least: 0.2, most: 12 }
    }
}

/// What was found in a view.
#[derive(Debug, Clone, PartialEq)]
pub struct Detections {
    /// Findings, most important first.
    pub found: Vec<Detection>,
    /// Findings beyond the most that were asked for.
    pub left_out: usize,
    /// Rectangle in which the load stands, where a floor was found.
    pub bay: Option<Region>,
    /// The load as a whole; none where the bay is empty.
    pub load: Option<Load>,
    /// Items, where the load is regular.
    pub items: Option<Items>,
}

/// Looks for everything in a view.
///
/// # Errors
/// `usage` when the reference cannot be compared with the scan.
pub fn detect(subject: &Subject, options: &DetectOptions<'_>) -> Result<Detections> {
    let Some(bay) = Bay::of(subject) else {
        return Ok(Detections { found: Vec::new(), left_out: 0, bay: None, load: None, items: None });
    };
    let load = load(subject, &bay);
    let items = load.as_ref().and_then(|_| items(subject, &bay));
    let empty = options.reference.map(|reference| Empty::lay(subject, reference)).transpose()?;
    let mut all = dark_zone::find(subject, &bay, empty.as_ref());
    for look in dense::items(subject, &bay) {
        all.push(match foreign::kind(&look) {
            Some(kind) => foreign::detection(look, kind),
            None => dense::detection(look),
        });
    }
    all.extend(foreign::find(subject, &bay));
    all.extend(void::find(subject, &bay));
    all.extend(items.iter().flat_map(|items| deviations(subject, &bay, items)));
    all.extend(empty.iter().flat_map(|empty| cavity::find(subject, empty)));
    let dark = |d: &Detection| d.patch.pixels().filter(|p| subject.dark[*p]).count() * 3 > d.patch.len();
    all.retain(|d| d.confidence >= options.least && (d.kind == Kind::DarkZone || !dark(d)));
    let mut found = without_doubles(all);
    let left_out = found.len().saturating_sub(options.most);
    found.truncate(options.most);
    Ok(Detections { found, left_out, bay: bay.found.then_some(bay.inside), load, items })
}

/// Orders findings and leaves out those that repeat one before.
fn without_doubles(mut all: Vec<Detection>) -> Vec<Detection> {
    let key = |d: &Detection| (d.patch.bounds().row, d.patch.bounds().column, d.kind);
    all.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| key(a).cmp(&key(b))));
    let mut kept: Vec<Detection> = Vec::new();
    for next in all {
        let repeats = |before: &Detection| {
            let (a, b) = (before.patch.len() as f64, next.patch.len() as f64);
            before.patch.overlap(&next.patch) > 0.25
                || (before.patch.nested(&next.patch) > 0.6 && a.max(b) < 12.0 * a.min(b))
        };
        if !kept.iter().any(repeats) {
            kept.push(next);
        }
    }
    kept
}
