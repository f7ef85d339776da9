//! What `uff bench` measured.

use schemars::JsonSchema;
use serde::Serialize;

use super::Failure;
use super::compare_bench::{CompareBench, CompareGroup, ComparePair};
use super::findings_bench::{DetectionBench, KindScore, Reliability, SceneScore};
use super::goods_bench::{ConsignmentScore, GoodsBench};
use super::material_bench::MaterialBench;

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
    /// The command failed.
    Failure(Failure),
}
