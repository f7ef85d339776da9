//! What a scanner writes beside the pictures, as it was typed or read: nothing here is checked or corrected.

use serde::{Deserialize, Serialize};

/// Papers of a scan, as written.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Paperwork {
    /// The scanner's own number of the scan.
    pub scan_number: String,
    /// Start (RFC 3339 with offset).
    pub start: String,
    /// End (RFC 3339 with offset).
    pub end: String,
    /// IANA name of the time zone of the site.
    pub time_zone: String,
    /// Organisation that operates the scanner.
    pub organisation: String,
    /// Who scanned.
    pub operator: String,
    /// Site (UN/LOCODE).
    pub site: String,
    /// Lane.
    pub lane: String,
    /// `import`, `export` or `transit`.
    pub direction: String,
    /// Serial number of the scanner.
    pub serial: String,
    /// Version of the scanner's software.
    pub software: String,
    /// Container numbers.
    pub containers: Vec<String>,
    /// Seals.
    pub seals: Vec<String>,
    /// Number plates.
    pub plates: Vec<PlateEntry>,
    /// Master reference number of the declaration.
    pub mrn: String,
    /// Unique consignment reference.
    pub ucr: String,
    /// Bill of lading or road consignment note.
    pub bill: String,
    /// Consignor.
    pub consignor: String,
    /// Consignee.
    pub consignee: String,
    /// Declared goods.
    pub goods: Vec<GoodsEntry>,
    /// Remark of the operator.
    pub remark: String,
}

/// A number plate.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlateEntry {
    /// Plate.
    pub number: String,
    /// Country (ISO 3166-1 alpha-2).
    pub country: String,
    /// `front`, `rear` or `trailer`.
    pub position: String,
    /// Confidence of the reader, percent.
    pub confidence: f64,
}

/// A line of declared goods.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GoodsEntry {
    /// Harmonized System code.
    pub hs: String,
    /// Description.
    pub description: String,
    /// Number of packages.
    pub packages: u32,
    /// Gross mass, kg.
    pub gross_mass: f64,
    /// Country of origin (ISO 3166-1 alpha-2).
    pub origin: String,
}
