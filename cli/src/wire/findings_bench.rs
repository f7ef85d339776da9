//! What `uff bench findings` measured.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Bounds, Version};

/// How a scene came out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SceneScore {
    /// Version of this object.
    pub version: Version,
    /// Seed: `uff synth varied --seed` makes the scene.
    pub seed: u64,
    /// Vehicle.
    pub carrier: String,
    /// Load.
    pub load: String,
    /// Hidden objects in the picture, by kind.
    pub hidden: Vec<String>,
    /// Of these, those found.
    pub found: usize,
    /// False findings.
    pub wrong: usize,
    /// Rectangles of the hidden objects that were missed.
    pub missed: Vec<Bounds>,
}

/// How one kind of hidden object was found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KindScore {
    /// Version of this object.
    pub version: Version,
    /// Kind of the hidden object.
    pub kind: String,
    /// Objects in the pictures.
    pub objects: usize,
    /// Objects found.
    pub found: usize,
    /// Objects not found that lie in dark zones, which were told.
    pub in_dark_zones: usize,
    /// Median distance of the middles of finding and object, pixels.
    pub distance: f64,
    /// Median overlap of their rectangles, 0 to 1.
    pub overlap: f64,
}

/// Stated confidence against the share that is right.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reliability {
    /// Version of this object.
    pub version: Version,
    /// Findings whose confidence lies in this tenth.
    pub findings: usize,
    /// Their mean confidence.
    pub stated: f64,
    /// Share of them that is right.
    pub observed: f64,
}

/// All scenes together.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DetectionBench {
    /// Version of this object.
    pub version: Version,
    /// Algorithm and its version.
    pub algorithm: String,
    /// First seed.
    pub first_seed: u64,
    /// Scenes.
    pub scenes: usize,
    /// Scenes in which nothing is hidden.
    pub clean_scenes: usize,
    /// Confidence from which on a finding counts.
    pub confidence: f64,
    /// Share of the hidden objects that was found.
    pub recall: f64,
    /// The same of those that no dark zone covers.
    pub recall_visible: f64,
    /// False findings per scene.
    pub false_per_scene: f64,
    /// False findings per scene in which nothing is hidden.
    pub false_per_clean_scene: f64,
    /// Dark zones found.
    pub dark_zones: usize,
    /// Of these, those that are truly beyond the stated bound.
    pub dark_zones_right: usize,
    /// Mean difference of stated confidence and observed share, over findings of 10 % and more.
    pub calibration_error: f64,
    /// Report written, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
}
