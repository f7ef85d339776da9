//! Dark zones: where too little radiation passes to tell anything.

use super::bay::Bay;
use super::detection::{Detection, EVIDENCE, Kind, Measures, Zone};
use super::empty::Empty;
use super::patch::{Patch, patches};
use super::reason;
use super::robust::Robust;
use super::subject::Subject;

/// Fewest pixels of a dark zone.
const LEAST: usize = 12;
/// Area, cm², of the smallest zone that can hide something.
const SMALL: f64 = 60.0;
/// Factor of the confidence outside the load, where no empty vehicle tells: wheels, axles and engines are dark on every vehicle.
const EXPECTED: f64 = 0.19;

/// Finds the dark zones. They are measured, not guessed: the confidence falls short of 1 only by the share of pixels at
/// the rim, which noise alone may have darkened. What is as dark in the empty vehicle is left out.
pub(super) fn find(subject: &Subject, bay: &Bay, empty: Option<&Empty>) -> Vec<Detection> {
    let expected = |patch: &Patch| {
        let also = empty.map_or(0, |empty| patch.pixels().filter(|p| empty.dark[*p]).count());
        2 * also > patch.len()
    };
    let found = patches(&subject.dark, LEAST).into_iter().filter(|patch| !expected(patch));
    found
        .filter(|patch| subject.pixel_area().is_none_or(|area| area * patch.len() as f64 >= SMALL))
        .map(|patch| {
            let inside: Vec<(usize, usize)> = patch.pixels().collect();
            let bound = Robust::of(inside.iter().map(|p| subject.lambda[*p]));
            let ring = patch.ring(subject.shape(), 1, 3);
            let around = Robust::of(ring.iter().map(|p| subject.lambda[*p]));
            let area = subject.pixel_area().map(|area| area * patch.len() as f64);
            let own = inside.iter().filter(|p| bay.holds(**p)).count();
            let zone = if 2 * own > inside.len() { Zone::Load } else { Zone::Structure };
            let measures = Measures {
                area,
                lambda: bound.median,
                lambda_around: around.median,
                excess: bound.median - around.median,
                excess_sigma: around.spread,
                mass: area.map(|area| bound.median * area / 1000.0),
                ..Measures::default()
            };
            let usual = empty.is_none() && bay.found && zone != Zone::Load;
            let expected = if usual { EXPECTED } else { 1.0 };
            let confidence = expected * (1.0 - 1.0 / (patch.len() as f64).sqrt());
            let reason = reason::dark_zone(&measures, zone);
            Detection { kind: Kind::DarkZone, patch, zone, measures, confidence, evidence: [0.0; EVIDENCE], reason }
        })
        .collect()
}
