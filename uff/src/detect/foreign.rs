//! Foreign objects: items of another material than what surrounds them.
//!
//! What an item adds is split into organic matter and metal. Packages among machine parts add organic matter and no
//! metal; a weapon in a load of textiles adds metal. Neither the total thickness nor its unevenness matters.

use super::bay::Bay;
use super::confidence::confidence;
use super::detection::{Detection, Kind};
use super::look::Look;
use super::objects::{Aspect, objects};
use super::reason;
use super::subject::Subject;

/// Standard deviations by which the added material must differ from none.
const SIGMAS: f64 = 3.0;
/// Share of metal below which surroundings are organic, and above which they are metal.
const ORGANIC: f64 = 0.35;
const METAL: f64 = 0.45;
/// Share of the added matter that must be of the foreign material.
const FOREIGN: f64 = 0.6;
/// Areal density, g/cm², that must be added.
const ADDED: f64 = 2.0;

/// Returns which foreign material an item is of, if it is.
pub(super) fn kind(look: &Look) -> Option<Kind> {
    let (around, load) = (look.metal_around?, look.load.metal?);
    let metal =
        look.metal > ADDED && look.metal_sigmas > SIGMAS && look.metal > FOREIGN * (look.metal + look.organic.max(0.0));
    let organic = look.organic > ADDED
        && look.organic_sigmas > SIGMAS
        && look.organic > FOREIGN * (look.organic + look.metal.max(0.0));
    match () {
        () if metal && around < ORGANIC && load < METAL => Some(Kind::MetalInOrganic),
        () if organic && (around > METAL || load > METAL) => Some(Kind::OrganicInMetal),
        () => None,
    }
}

/// Finds foreign objects in the pictures of organic matter and of metal.
pub(super) fn find(subject: &Subject, bay: &Bay) -> Vec<Detection> {
    let organic = objects(subject, bay, Aspect::Organic).into_iter();
    let metal = objects(subject, bay, Aspect::Metal).into_iter();
    let of = |look: Look, wanted: Kind| (kind(&look) == Some(wanted)).then(|| detection(look, wanted));
    organic
        .filter_map(|look| of(look, Kind::OrganicInMetal))
        .chain(metal.filter_map(|look| of(look, Kind::MetalInOrganic)))
        .collect()
}

/// Describes a foreign object.
pub(super) fn detection(look: Look, kind: Kind) -> Detection {
    Detection {
        kind,
        zone: look.zone,
        confidence: confidence(kind, &look.evidence()),
        evidence: look.evidence(),
        reason: reason::foreign(&look, kind),
        measures: look.measures,
        patch: look.patch,
    }
}
