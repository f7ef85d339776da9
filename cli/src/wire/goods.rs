//! What `uff check-goods` found.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Bounds, Failure, Version};

/// A line of `uff check-goods --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum GoodsLine {
    /// The verdict on the declaration, and what was measured.
    Goods(Box<GoodsInfo>),
    /// What came of one check.
    Check(GoodsCheck),
    /// The verdict on one line of the declaration.
    Heading(Box<GoodsHeading>),
    /// A part of the load that no declared heading explains.
    Part(GoodsPart),
    /// The command failed.
    Failure(Failure),
}

/// The verdict on the declaration, and what was measured.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoodsInfo {
    /// Version of this object.
    pub version: Version,
    /// Input as given.
    pub input: String,
    /// View.
    pub view: u32,
    /// `consistent`, `cannot-tell` or `suspicious`.
    pub verdict: String,
    /// Declared gross mass, kg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared_mass_kg: Option<f64>,
    /// Share by which the declared mass may be off, 0 to 1.
    pub tolerance: f64,
    /// What the scan says about the load; absent where nothing can be measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<GoodsFigures>,
    /// What was assumed for want of data.
    pub notes: Vec<String>,
    /// Picture, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

/// What the scan says about the load.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoodsFigures {
    /// Rectangle in which the load stands.
    pub bay: Bounds,
    /// Whether a floor was found; without one everything in the picture counts as load.
    pub floor: bool,
    /// How the walls of the vehicle are known: `reference`, `seen` or `unknown`.
    pub walls: String,
    /// Mass of the load, kg; a lower bound where parts are opaque. Absent where the size of the pixels is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mass_kg: Option<f64>,
    /// Its standard deviation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sigma_mass_kg: Option<f64>,
    /// Depth of the load along the beam that the densities are for, mm.
    pub depth_mm: f64,
    /// Median density over the depth, kg/m³; absent where no part is large and clear enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub density: Option<f64>,
    /// Density that a tenth of the load is below and a tenth above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub density_range: Option<[f64; 2]>,
    /// Relative standard deviation of the densities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub density_sigma: Option<f64>,
    /// Share of the measured mass by class, `undecided` among them; empty with one energy.
    pub classes: Vec<GoodsClass>,
    /// Share of the load that lets nothing through, 0 to 1.
    pub opaque: f64,
    /// Spread of the areal density over its median.
    pub unevenness: f64,
    /// The same in a word: `uniform`, `fairly even`, `uneven` or `mixed`.
    pub evenness: String,
    /// Items along the scan, where the load is regular.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<usize>,
    /// Autocorrelation at their pitch, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regularity: Option<f64>,
}

/// Share of a class.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoodsClass {
    /// Class.
    pub class: String,
    /// Share of the measured mass, 0 to 1.
    pub share: f64,
}

/// What came of one check.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoodsCheck {
    /// Version of this object.
    pub version: Version,
    /// `visibility`, `mass`, `density`, `material`, `texture` or `parts`.
    pub check: String,
    /// `consistent`, `cannot-tell` or `suspicious`.
    pub verdict: String,
    /// In words, with what was measured, what was expected, and the source.
    pub reason: String,
}

/// The verdict on one line of the declaration.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoodsHeading {
    /// Version of this object.
    pub version: Version,
    /// Declared code, digits alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hs: Option<String>,
    /// Description as declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Declared gross mass, kg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared_mass_kg: Option<f64>,
    /// `consistent`, `cannot-tell` or `suspicious`.
    pub verdict: String,
    /// In words.
    pub reason: String,
    /// Share of the measured mass that the heading explains, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explained: Option<f64>,
    /// Row of the table that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<GoodsExpectation>,
}

/// Row of the table.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoodsExpectation {
    /// Code of the row.
    pub hs: String,
    /// What the goods are.
    pub title: String,
    /// Density as packed and stowed, kg/m³: least and most.
    pub density: [f64; 2],
    /// `published` or `derived`.
    pub basis: String,
    /// Publication, or reasoning.
    pub source: String,
}

/// A part of the load that no declared heading explains.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoodsPart {
    /// Version of this object.
    pub version: Version,
    /// Number in the picture, from 1.
    pub number: usize,
    /// `lighter`, `denser` or `other-material`.
    pub misfit: String,
    /// Smallest rectangle that holds it.
    pub bounds: Bounds,
    /// Its pixels: row, first column, number of columns.
    pub runs: Vec<[usize; 3]>,
    /// Median density over the depth, kg/m³.
    pub density: f64,
    /// Class of most of its mass.
    pub class: String,
    /// Its mass, kg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mass_kg: Option<f64>,
    /// Share of the measured mass of the load, 0 to 1.
    pub share: f64,
}
