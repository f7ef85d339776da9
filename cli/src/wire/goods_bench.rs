//! What `uff bench goods` measured.

use schemars::JsonSchema;
use serde::Serialize;

use super::Version;

/// How a random consignment was judged.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsignmentScore {
    /// Version of this object.
    pub version: Version,
    /// Seed.
    pub seed: u64,
    /// Vehicle.
    pub carrier: String,
    /// What is declared.
    pub declared: String,
    /// What is there beside it; absent where the declaration is honest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undeclared: Option<String>,
    /// `consistent`, `cannot-tell` or `suspicious`.
    pub verdict: String,
    /// Checks that contradict the declaration.
    pub against: Vec<String>,
    /// Share of the rectangle of the undeclared goods that the parts cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covered: Option<f64>,
    /// Share of the parts that lies in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<f64>,
}

/// All consignments with an honest declaration, or all covers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoodsBench {
    /// Version of this object.
    pub version: Version,
    /// First seed.
    pub first_seed: u64,
    /// Whether there are undeclared goods.
    pub cover: bool,
    /// Whether the empty vehicle was known.
    pub reference: bool,
    /// Consignments.
    pub consignments: usize,
    /// Of these, judged consistent.
    pub consistent: usize,
    /// Judged that it cannot be told.
    pub cannot_tell: usize,
    /// Judged suspicious.
    pub suspicious: usize,
    /// Of the suspicious covers, those with a part of which most lies where the undeclared goods are.
    pub located: usize,
}
