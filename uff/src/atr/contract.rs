//! Lines of the contract.

use std::path::Path;

use serde::Deserialize;
use serde::Serialize;

use crate::model::Bundle;

/// Version of the contract; rises when a line changes its meaning or goes away, not when a field is added.
pub const VERSION: u32 = 1;

/// What a detector is asked: one line on its standard input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "request", rename_all = "camelCase")]
pub struct Request {
    /// Version of the contract.
    pub version: u32,
    /// Identifier of the scan.
    pub scan: String,
    /// Absolute path of the UFF file, to be read and not to be changed.
    pub file: String,
    /// The views, in the order of the file.
    pub views: Vec<ViewLine>,
}

/// A view of the scan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ViewLine {
    /// Index of the view.
    pub view: u32,
    /// Kind of view, as in the metadata document.
    pub kind: String,
    /// Rows.
    pub rows: u32,
    /// Columns.
    pub columns: u32,
    /// Distance of rows in the object plane in mm, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_pitch: Option<f64>,
    /// Distance of columns in the object plane in mm, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_pitch: Option<f64>,
    /// Ids of the channels: `/views/<view>/channels/<id>` in the file.
    pub channels: Vec<String>,
}

impl Request {
    /// Describes a scan that lies in a file.
    pub fn new(bundle: &Bundle, file: &Path) -> Self {
        let view = |(index, view): (usize, &crate::model::View)| {
            let geometry = view.geometry.as_ref();
            ViewLine {
                view: u32::try_from(index).unwrap_or(u32::MAX),
                kind: view.kind.to_string(),
                rows: view.rows,
                columns: view.columns,
                row_pitch: geometry.and_then(|g| g.pitch_rows).map(crate::units::Millimetres::get),
                column_pitch: geometry.and_then(|g| g.pitch_columns).map(crate::units::Millimetres::get),
                channels: view.channels.iter().map(|c| c.id.to_string()).collect(),
            }
        };
        Self {
            version: VERSION,
            scan: bundle.scan.identity.scan_id.to_string(),
            file: file.display().to_string(),
            views: bundle.scan.views.iter().enumerate().map(view).collect(),
        }
    }
}

/// A line of a detector's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Answer {
    /// Who answers; the first line.
    Detector(AnswerLine),
    /// Something was found.
    Detection(DetectionLine),
    /// The last line: all has been said.
    Done,
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerLine {
    /// Version of the contract.
    pub version: u32,
    /// Name of the algorithm.
    pub name: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
}

/// Something that was found: a rectangle of samples of a view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DetectionLine {
    /// Index of the view.
    pub view: u32,
    /// Category in the words of the detector, such as weapon.
    pub category: String,
    /// Probability, 0 to 1, if the detector states one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// First row.
    pub row: u32,
    /// First column.
    pub column: u32,
    /// Rows.
    pub rows: u32,
    /// Columns.
    pub columns: u32,
}
