//! What `uff analyze` found.

use schemars::JsonSchema;
use serde::Serialize;
use uff::model::Region;

use super::{Failure, Version};

/// A line of `uff analyze --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum AnalyzeLine {
    /// The analysis of a view.
    Analysis(Analysis),
    /// A channel of a view that measures no transmission.
    Channel(ChannelSummary),
    /// A connected area of one class.
    Segment(SegmentInfo),
    /// A region that was asked for.
    Region(Box<RegionInfo>),
    /// The load as a whole, with `--findings`.
    Load(LoadInfo),
    /// Something an analyst should look at, with `--findings`.
    Finding(Box<FindingInfo>),
    /// The command failed.
    Failure(Failure),
}

/// The analysis of a view.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Analysis {
    /// Version of this object.
    pub version: Version,
    /// Input as given.
    pub input: String,
    /// Index of the view.
    pub view: u32,
    /// Method and its version.
    pub method: String,
    /// Channel of the high energy.
    pub high: String,
    /// Channel of the low energy.
    pub low: String,
    /// Number of calibration points the beams were fitted to.
    pub calibration_points: usize,
    /// What was assumed for want of data.
    pub notes: Vec<String>,
    /// Pixels of each class.
    pub classes: Vec<ClassShare>,
    /// Picture written, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

/// Statistics of a channel of a view that measures no transmission, such as backscatter.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelSummary {
    /// Version of this object.
    pub version: Version,
    /// Index of the view.
    pub view: u32,
    /// Channel.
    pub channel: String,
    /// What the channel is for.
    pub role: String,
    /// What its samples mean.
    pub quantity: String,
    /// Pixels with a value.
    pub pixels: u64,
    /// Pixels marked as no data.
    pub without: u64,
    /// Pixels at or above the saturation limit.
    pub saturated: u64,
    /// Mean of the values; absent without any, as all that follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Their standard deviation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviation: Option<f64>,
    /// Values that 0, 5, 50, 95 and 100 % of the pixels do not exceed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<[f64; 5]>,
    /// Standard deviation of the noise of a pixel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<f64>,
}

/// Pixels of a class.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ClassShare {
    /// Name of the class.
    pub class: String,
    /// Number of pixels.
    pub pixels: usize,
}

/// A connected area of one class.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SegmentInfo {
    /// Version of this object.
    pub version: Version,
    /// Class of its pixels.
    pub class: String,
    /// Number of pixels.
    pub pixels: usize,
    /// Smallest rectangle that holds it.
    pub bounds: Bounds,
    /// Median atomic number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub z: Option<f64>,
    /// Median areal density, g/cm².
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lambda: Option<f64>,
    /// Mass, kg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mass_kg: Option<f64>,
}

/// A rectangle of samples.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Bounds {
    /// First row.
    pub row: usize,
    /// First column.
    pub column: usize,
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
}

impl From<&Region> for Bounds {
    fn from(region: &Region) -> Self {
        Self { row: region.row, column: region.column, rows: region.rows, columns: region.columns }
    }
}

/// What a region shows, taken as one piece of one material.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegionInfo {
    /// Version of this object.
    pub version: Version,
    /// The region.
    pub bounds: Bounds,
    /// Class, or `undecided`.
    pub class: String,
    /// Probability of the most likely class, 0 to 1.
    pub confidence: f64,
    /// Effective atomic number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub z: Option<f64>,
    /// Its standard deviation; absent when nothing bounds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sigma_z: Option<f64>,
    /// Atomic number of another material that shows the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twin_z: Option<f64>,
    /// Areal density, g/cm².
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lambda: Option<f64>,
    /// Its standard deviation; absent when nothing bounds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sigma_lambda: Option<f64>,
    /// Median atomic number of the single pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_z: Option<f64>,
    /// Median areal density of the single pixels, g/cm².
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_lambda: Option<f64>,
    /// Mean log attenuation at high energy.
    pub alpha_high: f64,
    /// Mean log attenuation at low energy.
    pub alpha_low: f64,
    /// Mass, kg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mass_kg: Option<f64>,
    /// Standard deviation of the mass, kg: noise and model error, not the pixel area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sigma_mass_kg: Option<f64>,
    /// Remarks: `thin`, `ambiguous`, `opaque` and so on.
    pub flags: Vec<String>,
    /// Pixels of each class.
    pub classes: Vec<ClassShare>,
}

/// The load as a whole.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoadInfo {
    /// Version of this object.
    pub version: Version,
    /// Rectangle in which the load stands, where a floor was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bay: Option<Bounds>,
    /// Smallest rectangle that holds the load; absent where the vehicle is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<Bounds>,
    /// Median areal density, walls included, g/cm².
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lambda: Option<f64>,
    /// Spread of the areal density over its median; 0 for one piece of one thickness.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unevenness: Option<f64>,
    /// The same in a word: `uniform`, `fairly even`, `uneven` or `mixed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evenness: Option<String>,
    /// Mass of everything in the beam there, kg; a lower bound where it is dark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mass_kg: Option<f64>,
    /// Items along the scan, where the load is regular.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<usize>,
    /// Distance from one item to the next, columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pitch_columns: Option<f64>,
    /// The same, mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pitch_mm: Option<f64>,
    /// Autocorrelation at that distance, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regularity: Option<f64>,
    /// Findings beyond those that follow.
    pub left_out: usize,
}

/// Something an analyst should look at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingInfo {
    /// Version of this object.
    pub version: Version,
    /// Number, as in the picture.
    pub number: usize,
    /// Algorithm and its version.
    pub algorithm: String,
    /// Kind: `dark-zone`, `void`, `dense`, `organic-in-metal`, `metal-in-organic`, `cavity` or `deviation`.
    pub kind: String,
    /// Part of the vehicle.
    pub zone: String,
    /// Degree of belief that something is there that an inspection would want to see, 0 to 1.
    pub confidence: f64,
    /// What was found, in words.
    pub reason: String,
    /// Smallest rectangle that holds it.
    pub bounds: Bounds,
    /// Number of pixels.
    pub pixels: usize,
    /// Its pixels, as runs of a row, a first column and a number of columns.
    pub runs: Vec<[usize; 3]>,
    /// Area in the object plane, cm².
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area_cm2: Option<f64>,
    /// Median areal density of everything in the beam, g/cm²; a lower bound in a dark zone.
    pub lambda: f64,
    /// Median areal density around, g/cm².
    pub lambda_around: f64,
    /// What the item adds, or, negative, what is missing; g/cm².
    pub excess: f64,
    /// Its standard deviation, g/cm².
    pub excess_sigma: f64,
    /// Median effective atomic number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub z: Option<f64>,
    /// Share of metal in the excess, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metal_share: Option<f64>,
    /// Mass that the item adds, or, negative, that is missing, kg; a lower bound in a dark zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mass_kg: Option<f64>,
    /// Its standard deviation, kg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mass_sigma_kg: Option<f64>,
    /// Contrast over noise and unevenness of the surroundings.
    pub snr: f64,
}
