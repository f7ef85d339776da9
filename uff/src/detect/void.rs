//! Voids: closed spaces in the load, thinner than all that surrounds them.

use super::bay::Bay;
use super::confidence::confidence;
use super::detection::{Detection, Kind, Zone};
use super::objects::{Aspect, objects};
use super::reason;
use super::subject::Subject;

/// Share of the surroundings that must be thicker.
const ENCLOSED: f64 = 0.7;
/// Areal density, g/cm², that must be missing.
const MISSING: f64 = 3.0;

pub(super) fn find(subject: &Subject, bay: &Bay) -> Vec<Detection> {
    objects(subject, bay, Aspect::Thinner)
        .into_iter()
        .filter(|look| look.zone == Zone::Load && look.enclosed >= ENCLOSED && look.contrast < 0.0)
        .filter(|look| look.measures.excess < -MISSING.max(3.0 * look.measures.excess_sigma))
        .map(|look| Detection {
            kind: Kind::Void,
            zone: look.zone,
            confidence: confidence(Kind::Void, &look.evidence()),
            evidence: look.evidence(),
            reason: reason::void(&look),
            measures: look.measures,
            patch: look.patch,
        })
        .collect()
}
