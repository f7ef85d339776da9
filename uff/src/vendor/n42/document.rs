//! What a document says, whichever its dialect.

use std::collections::BTreeMap;

use super::Dialect;
use crate::model::RadiationKind;
use crate::model::Timestamp;

/// An N42.42 document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Dialect it is written in.
    pub dialect: Dialect,
    /// Identifier of the document, a UUID in most.
    pub uuid: Option<String>,
    /// Instrument that measured.
    pub instrument: Instrument,
    /// Lane that the instrument stands in.
    pub lane: Option<String>,
    /// Detectors, in the order of the document.
    pub detectors: Vec<Detector>,
    /// Energy windows by identifier: lower and upper end in keV.
    pub windows: BTreeMap<String, Vec<(f64, f64)>>,
    /// Measurements, in the order of the document.
    pub measurements: Vec<Measurement>,
    /// Results of analyses, in the order of the document.
    pub analyses: Vec<Analysis>,
    /// Elements that have no place here, with their number.
    pub unread: BTreeMap<String, u64>,
    /// Times that state no offset from UTC; the offset that the caller gave was taken.
    pub without_offset: u64,
}

impl Document {
    /// Starts an empty document.
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            uuid: None,
            instrument: Instrument::default(),
            lane: None,
            detectors: Vec::new(),
            windows: BTreeMap::new(),
            measurements: Vec::new(),
            analyses: Vec::new(),
            unread: BTreeMap::new(),
            without_offset: 0,
        }
    }

    /// Returns the detector with this identifier.
    pub fn detector(&self, id: &str) -> Option<&Detector> {
        self.detectors.iter().find(|d| d.id == id)
    }
}

/// Instrument that measured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Instrument {
    /// Manufacturer.
    pub manufacturer: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Class, such as `Portal Monitor`.
    pub class: Option<String>,
    /// Components with their versions, as one text each.
    pub software: Vec<String>,
}

/// Detector of the instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detector {
    /// Identifier that measurements refer to.
    pub id: String,
    /// Name, where the document gives one.
    pub name: Option<String>,
    /// What it counts.
    pub kind: RadiationKind,
    /// Material or principle, such as `NaI`.
    pub material: Option<String>,
}

/// What a measurement is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeasurementClass {
    /// The item.
    Foreground,
    /// The surroundings without an item.
    Background,
    /// A calibration source.
    Calibration,
    /// The activity of the instrument itself.
    IntrinsicActivity,
    /// Not stated.
    NotSpecified,
}

/// One measurement, a time slice of a portal.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// What it is of.
    pub class: MeasurementClass,
    /// Start.
    pub start: Timestamp,
    /// Duration, s; at least 0.
    pub real_time: f64,
    /// Whether an item was present.
    pub occupied: Option<bool>,
    /// Speed of the item, m/s.
    pub speed: Option<f64>,
    /// Gross counts.
    pub counts: Vec<Counts>,
    /// Spectra.
    pub spectra: Vec<Spectrum>,
}

/// Gross counts of a detector.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    /// Identifier of the detector, none when the document does not tell.
    pub detector: Option<String>,
    /// Live time, s.
    pub live_time: Option<f64>,
    /// Counts: one of the whole range, or one per energy window.
    pub values: Vec<f64>,
    /// Identifier of the energy windows.
    pub windows: Option<String>,
}

/// Spectrum of a detector.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    /// Identifier of the detector, none when the document does not tell.
    pub detector: Option<String>,
    /// Live time, s.
    pub live_time: Option<f64>,
    /// Counts per channel, not compressed.
    pub channels: Vec<f64>,
}

impl Spectrum {
    /// Returns the counts of all channels together.
    pub fn total(&self) -> f64 {
        self.channels.iter().sum()
    }
}

/// Results of an analysis.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Analysis {
    /// Alarms.
    pub alarms: Vec<Alarm>,
    /// Nuclides looked for.
    pub nuclides: Vec<Nuclide>,
}

/// Alarm.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// What raised it.
    pub kind: RadiationKind,
    /// When.
    pub time: Option<Timestamp>,
    /// Description.
    pub description: Option<String>,
    /// Identifiers of the detectors that took part.
    pub detectors: Vec<String>,
}

/// Nuclide that an analysis looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Nuclide {
    /// Name, such as `Cs-137`.
    pub name: String,
    /// Whether it was identified.
    pub identified: bool,
    /// Confidence, percent.
    pub confidence: Option<f64>,
    /// Confidence in words.
    pub confidence_text: Option<String>,
    /// Category in words.
    pub category: Option<String>,
}
