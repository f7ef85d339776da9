//! From evidence to probability.
//!
//! A logistic model per kind, fitted by `uff bench findings --scenes 500 --seed 0 --fit`; `schemas/detections.md` states what
//! the numbers of the evidence mean and how well the probabilities hold on other scenes.

use super::detection::{EVIDENCE, Kind};

/// Constant, then a weight per number of the evidence.
type Weights = [f64; EVIDENCE + 1];

/// Returns the weights of a kind.
#[rustfmt::skip]
const fn weights(kind: Kind) -> Weights {
    match kind {
        Kind::DarkZone => [0.0; EVIDENCE + 1],
        Kind::Void => [-5.394, 0.630, 0.577, -1.255, 0.831, -1.118, 1.159, 0.501, 0.158, -0.334, -0.662, -0.266, -0.137, -2.068, -0.090],
        Kind::Dense => [-1.514, 0.371, 0.899, -1.078, 0.193, -0.821, 0.206, -0.097, 0.517, -0.148, -0.930, -0.831, 0.012, 0.406, 0.130],
        Kind::OrganicInMetal => [-1.152, 0.246, 0.108, -0.296, 0.686, -1.073, 0.722, 0.163, 0.439, -0.694, -0.301, -0.420, 0.201, 0.453, -0.268],
        Kind::MetalInOrganic => [-1.021, 0.786, 0.454, -0.824, 0.255, -1.011, 0.495, 0.036, 1.064, -0.798, 0.112, -0.507, 0.343, -0.203, -0.321],
        Kind::Cavity => [-10.582, 1.725, 0.995, 0.192, 1.244, -0.017, 2.210, 0.830, -1.617, 0.970, 2.268, 3.180, 0.000, 0.000, 0.000],
        Kind::Deviation => [-0.069, -1.428, 1.379, -0.289, 0.119, -0.908, -0.827, 0.230, 0.292, 2.057, 0.484, 1.351, 0.000, 0.000, 0.000],
    }
}

/// Returns the degree of belief that an item of a kind with this evidence is real, 0 to 1.
pub(super) fn confidence(kind: Kind, evidence: &[f64; EVIDENCE]) -> f64 {
    let [constant, rest @ ..] = weights(kind);
    let sum: f64 = rest.iter().zip(evidence).map(|(weight, value)| weight * value).sum();
    1.0 / (1.0 + (-constant - sum).exp())
}
