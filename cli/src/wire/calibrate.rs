//! What `uff calibrate` found: the calibration document.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Bounds, Failure, Version};

/// A line of `uff calibrate --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum CalibrateLine {
    /// The calibration; the file that `--out` writes holds the same.
    Calibration(Box<CalibrationInfo>),
    /// The command failed.
    Failure(Failure),
}

/// A calibration of a pair of beams.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CalibrationInfo {
    /// Version of this object.
    pub version: Version,
    /// Scan it was made from, as given.
    pub input: String,
    /// Identifier of the scan.
    pub scan: String,
    /// Time of the scan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanned: Option<String>,
    /// Index of the view.
    pub view: u32,
    /// Manufacturer of the scanner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<String>,
    /// Model of the scanner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Serial number of the scanner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// End-point energy of the high beam, keV.
    pub high_energy: f64,
    /// End-point energy of the low beam, keV.
    pub low_energy: f64,
    /// Fitted corrections by range of rows.
    pub beams: Vec<CorrectedBeams>,
    /// Root mean square over all points of the error of α_L at given α_H: the model error of the analysis.
    pub residual: f64,
    /// Noise of the channels, where the steps tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<NoisePair>,
    /// Transmission of the steps of air at high energy: how far the air calibration of the scan is off. 1 without any.
    pub air_high: f64,
    /// The same at low energy.
    pub air_low: f64,
    /// Steps read from the scan; none where the points came from a table.
    pub steps: Vec<WedgeStep>,
    /// Points the beams were fitted to.
    pub points: Vec<PointInfo>,
    /// What the fit leaves at each point, in the order of the points.
    pub residuals: Vec<ResidualInfo>,
    /// What was assumed for want of data, and what is wrong with the data.
    pub notes: Vec<String>,
    /// File written, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out: Option<String>,
}

/// A calibration that an archive keeps: what `uff archive calibration --output` writes and `--calibration` reads.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptCalibration {
    /// Version of this object.
    pub version: Version,
    /// Identifier of the scan that it was made from.
    pub scan: String,
    /// Time of that scan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanned: Option<String>,
    /// Index of the view.
    pub view: u32,
    /// Manufacturer of the scanner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<String>,
    /// Model of the scanner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Serial number of the scanner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Noise of the channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<NoisePair>,
    /// Points that the beams are fitted to.
    pub points: Vec<PointInfo>,
}

/// Corrections of a pair of beams from a row on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CorrectedBeams {
    /// First row they hold for.
    pub first_row: usize,
    /// Of the high beam.
    pub high: ScalesInfo,
    /// Of the low beam.
    pub low: ScalesInfo,
}

/// Scales a, b and c of the processes of attenuation, 1 for the beam as it usually is, and its filter.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScalesInfo {
    /// a, of photoelectric absorption.
    pub photoelectric: f64,
    /// b, of Compton scatter.
    pub compton: f64,
    /// c, of pair production.
    pub pair: f64,
    /// Copper in the beam beside what was taken, mm; negative where the beam is softer.
    pub filtration: f64,
}

/// Noise of a pair of channels.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoisePair {
    /// Of the high channel.
    pub high: ChannelNoise,
    /// Of the low channel.
    pub low: ChannelNoise,
}

/// Noise of a channel: the variance of a transmission T is quantum · T + electronic².
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelNoise {
    /// Variance per unit transmission.
    pub quantum: f64,
    /// Standard deviation of the electronic noise, as a share of the air signal.
    pub electronic: f64,
}

/// A step of a wedge as the scan shows it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WedgeStep {
    /// Material as given.
    pub material: String,
    /// Areal density, g/cm²; 0 for air.
    pub areal_density: f64,
    /// Where it is.
    pub bounds: Bounds,
    /// Pixels measured.
    pub pixels: usize,
    /// Mean transmission at high energy.
    pub transmission_high: f64,
    /// Mean transmission at low energy.
    pub transmission_low: f64,
    /// Standard deviation of a pixel's transmission at high energy.
    pub deviation_high: f64,
    /// Standard deviation of a pixel's transmission at low energy.
    pub deviation_low: f64,
    /// Whether enough radiation passes for a point.
    pub measured: bool,
}

/// A measured point.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointInfo {
    /// Material: name or formula.
    pub material: String,
    /// Areal density, g/cm².
    #[serde(skip_serializing_if = "Option::is_none")]
    pub areal_density: Option<f64>,
    /// α at high energy.
    pub alpha_high: f64,
    /// α at low energy.
    pub alpha_low: f64,
    /// Row it was measured at; all rows when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
}

/// What a fit leaves at a point: model less measurement.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResidualInfo {
    /// Of α at high energy.
    pub alpha_high: f64,
    /// Of α at low energy.
    pub alpha_low: f64,
    /// Of α at low energy if α at high energy is as measured.
    pub at_given_high: f64,
}
