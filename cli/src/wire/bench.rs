//! What `uff bench` measured.

use schemars::JsonSchema;
use serde::Serialize;

use super::compare_bench::{CompareBench, CompareGroup, ComparePair};
use super::findings_bench::{DetectionBench, KindScore, Reliability, SceneScore};
use super::goods_bench::{ConsignmentScore, GoodsBench};
use super::material_bench::MaterialBench;
use super::{Failure, Version};

/// A line of `uff bench --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum BenchLine {
    /// How the comparison of one pair of scans came out.
    ComparePair(ComparePair),
    /// All pairs of one setting.
    CompareGroup(CompareGroup),
    /// All pairs together.
    Compare(CompareBench),
    /// How a random scene came out.
    Scene(SceneScore),
    /// How one kind of hidden object was found.
    Kind(KindScore),
    /// Stated confidence against the share that is right.
    Reliability(Reliability),
    /// All random scenes together.
    Findings(DetectionBench),
    /// How a random consignment was judged.
    Consignment(ConsignmentScore),
    /// All consignments with an honest declaration, or all covers.
    Goods(GoodsBench),
    /// The accuracy of the material analysis in one setting.
    Material(MaterialBench),
    /// What a report on all measurements was made with; the lines after it are theirs.
    Report(BenchReport),
    /// The command failed.
    Failure(Failure),
}

/// What a report on all measurements was made with.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BenchReport {
    /// Version of this object.
    pub version: Version,
    /// Software and its version.
    pub software: String,
    /// Command that measures the same again.
    pub command: String,
    /// Date and time of the start, UTC, RFC 3339.
    pub date: String,
    /// Seed of the noise of the plates and of the first pair.
    pub seed: u64,
    /// Seed of the first scene.
    pub scene_seed: u64,
}
