//! Dense compact items: more matter than around, whatever the material.

use super::bay::Bay;
use super::confidence::confidence;
use super::detection::{Detection, Kind};
use super::look::Look;
use super::objects::{Aspect, objects};
use super::reason;
use super::subject::Subject;

/// Areal density, g/cm², that an item must add.
const ADDED: f64 = 3.0;
/// Share of its bounding rectangle that a compact item fills.
const COMPACT: f64 = 0.4;
/// Share of the surroundings that must be thinner.
const ENCLOSED: f64 = 0.8;

/// Finds the items that are denser than around.
pub(super) fn items(subject: &Subject, bay: &Bay) -> Vec<Look> {
    objects(subject, bay, Aspect::Denser)
        .into_iter()
        .filter(|look| look.contrast > 0.0 && look.enclosed >= ENCLOSED && look.patch.fill() >= COMPACT)
        .filter(|look| look.measures.excess > ADDED.max(3.0 * look.measures.excess_sigma))
        .collect()
}

/// Describes a denser item.
pub(super) fn detection(look: Look) -> Detection {
    Detection {
        kind: Kind::Dense,
        zone: look.zone,
        confidence: confidence(Kind::Dense, &look.evidence()),
        evidence: look.evidence(),
        reason: reason::dense(&look),
        measures: look.measures,
        patch: look.patch,
    }
}
