//! What `uff bench compare` measured.

use schemars::JsonSchema;
use serde::Serialize;

use super::Version;

/// How the comparison of one pair of scans came out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComparePair {
    /// Version of this object.
    pub version: Version,
    /// Seed of the pair.
    pub seed: u64,
    /// How the second scan was taken.
    pub setting: String,
    /// What was done to the load.
    pub deed: String,
    /// Changes made.
    pub changes: usize,
    /// Of these, those found as what they are.
    pub found: usize,
    /// Of the others, those of which parts are listed, such as a moved item as one removed and one added.
    pub parts: usize,
    /// Of the others, those at places that are listed as such that cannot be told.
    pub unclear: usize,
    /// Places listed as such that cannot be told at which nothing was done.
    pub unclear_places: usize,
    /// Items listed that are nothing that was done.
    pub false_items: usize,
    /// Share of the matter alike, 0 to 1.
    pub similarity: f64,
    /// Error of the registration, pixels of the first scan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration: Option<f64>,
    /// Code of the refusal, or `unrelated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Milliseconds that the comparison took, reading left out.
    pub milliseconds: f64,
}

/// All pairs of one setting.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompareGroup {
    /// Version of this object.
    pub version: Version,
    /// How the second scans were taken.
    pub setting: String,
    /// The figures.
    #[serde(flatten)]
    pub figures: CompareFigures,
}

/// All pairs together.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompareBench {
    /// Version of this object.
    pub version: Version,
    /// First seed.
    pub first_seed: u64,
    /// Columns of the first scans.
    pub columns: u32,
    /// The figures.
    #[serde(flatten)]
    pub figures: CompareFigures,
    /// Page written, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

/// Figures over pairs of scans.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompareFigures {
    /// Pairs compared.
    pub pairs: usize,
    /// Pairs that were refused.
    pub refused: usize,
    /// Added items: made and found.
    pub added: Tally,
    /// Removed items: made and found.
    pub removed: Tally,
    /// Moved items: made and found.
    pub moved: Tally,
    /// Changes that were not found as what they are, but parts of which are listed.
    pub parts: usize,
    /// Changes that were not found, but whose place is listed as one that cannot be told.
    pub unclear: usize,
    /// Places listed as such that cannot be told at which nothing was done, per pair.
    pub unclear_per_pair: f64,
    /// Items listed that are nothing that was done, per pair.
    pub false_per_pair: f64,
    /// Pairs of the same load, and how many of them were called the same.
    pub identical: Tally,
    /// Median distance of found from true middles, pixels of the first scan.
    pub offset: f64,
    /// Distance within which nine of ten lie.
    pub offset_ninety: f64,
    /// Median of found over true mass.
    pub mass_ratio: f64,
    /// Median error of the registration, pixels of the first scan.
    pub registration: f64,
    /// Error within which nine of ten registrations lie.
    pub registration_ninety: f64,
    /// Median milliseconds of a comparison.
    pub milliseconds: f64,
}

/// Made and found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Tally {
    /// How many there were.
    pub made: usize,
    /// How many of them were found.
    pub found: usize,
}
