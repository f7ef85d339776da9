//! The 2006 dialect: what of it a [`Document`] holds.
//!
//! A portal writes one `Measurement` with a `DetectorData` per time slice; a spectrometer writes `Spectrum` and
//! `CountDoseData` directly. The dialect has no element for an alarm; what instruments write about alarms in their own
//! namespaces is counted as unread.

use super::Analysis;
use super::Counts;
use super::Detector;
use super::Document;
use super::Instrument;
use super::Measurement;
use super::MeasurementClass;
use super::Nuclide;
use super::Spectrum;
use super::at::At;
use super::parse::Values;
use crate::error::Code;
use crate::error::Result;
use crate::model::RadiationKind;
use crate::model::Timestamp;

/// Metres per second of the units of speed in use.
const SPEEDS: [(&str, f64); 4] = [("m/s", 1.0), ("mph", 0.447_04), ("km/h", 1.0 / 3.6), ("kph", 1.0 / 3.6)];

/// Children of the description of the instrument that are read.
const READ_OF_INSTRUMENT: [&str; 6] =
    ["Manufacturer", "InstrumentModel", "InstrumentID", "InstrumentType", "InstrumentVersion", "LaneNumber"];

/// Children of a nuclide that are read.
const READ_OF_NUCLIDE: [&str; 4] =
    ["NuclideName", "NuclideIDConfidenceIndication", "NuclideIDConfidenceDescription", "NuclideType"];

/// Reads a document from its root.
pub(super) fn read(mut document: Document, root: &At<'_>, values: &Values<'_>) -> Result<Document> {
    if let Some(at) = root.child("InstrumentInformation") {
        instrument(&mut document, &at);
    }
    for at in root.children("Measurement") {
        measurement(&mut document, &at, values)?;
    }
    document.skip_children_but(root, &["Measurement", "InstrumentInformation"]);
    Ok(document)
}

fn measurement(document: &mut Document, at: &At<'_>, values: &Values<'_>) -> Result<()> {
    document.uuid = document.uuid.take().or_else(|| at.attribute("UUID").map(str::to_owned));
    if let Some(information) = at.child("InstrumentInformation") {
        instrument(document, &information);
    }
    document.lane = document.lane.take().or_else(|| at.text_of("LaneNumber"));
    for data in at.children("DetectorData") {
        let Some(mut slice) = Slice::of(document, &data, values)? else { continue };
        slice.data(document, &data, values)?;
        slice.finish(document);
    }
    // What stands alone has its own times.
    for spectrum in at.children("Spectrum") {
        alone(document, &spectrum, "RealTime", values, |slice, document| slice.spectrum(document, &spectrum, values))?;
    }
    for dose in at.children("CountDoseData") {
        alone(document, &dose, "SampleRealTime", values, |slice, document| slice.dose(document, &dose, values))?;
    }
    for results in at.children("AnalysisResults") {
        let analysis = analysis(document, &results)?;
        document.analyses.push(analysis);
    }
    let read = ["InstrumentInformation", "LaneNumber", "DetectorData", "Spectrum", "CountDoseData", "AnalysisResults"];
    document.skip_children_but(at, &read);
    Ok(())
}

fn instrument(document: &mut Document, at: &At<'_>) {
    document.instrument = Instrument {
        manufacturer: at.text_of("Manufacturer"),
        model: at.text_of("InstrumentModel"),
        serial: at.text_of("InstrumentID"),
        class: at.text_of("InstrumentType"),
        software: at.text_of("InstrumentVersion").into_iter().collect(),
    };
    document.lane = document.lane.take().or_else(|| at.text_of("LaneNumber"));
    document.skip_children_but(at, &READ_OF_INSTRUMENT);
}

/// Reads an element that is a measurement of its own.
fn alone<'a>(
    document: &mut Document,
    at: &At<'a>,
    real_time: &str,
    values: &Values<'_>,
    read: impl FnOnce(&mut Slice, &mut Document) -> Result<()>,
) -> Result<()> {
    let Some(start) = at.child("StartTime") else {
        document.skip(&format!("{} without a start", at.node.name));
        return Ok(());
    };
    let real_time = at.child(real_time).map(|r| values.seconds(&r)).transpose()?;
    let mut slice = Slice::starting(values.time(&start)?, real_time);
    read(&mut slice, document)?;
    slice.finish(document);
    Ok(())
}

/// Measurement whose class and duration the spectra in it may tell.
struct Slice {
    start: Timestamp,
    real_time: Option<f64>,
    class: Option<MeasurementClass>,
    occupied: Option<bool>,
    speed: Option<f64>,
    counts: Vec<Counts>,
    spectra: Vec<Spectrum>,
}

impl Slice {
    fn starting(start: Timestamp, real_time: Option<f64>) -> Self {
        Self { start, real_time, class: None, occupied: None, speed: None, counts: Vec::new(), spectra: Vec::new() }
    }

    /// Starts the slice of a `DetectorData`; none when nothing tells its time.
    fn of(document: &mut Document, at: &At<'_>, values: &Values<'_>) -> Result<Option<Self>> {
        let Some(start) = at.child("StartTime") else {
            document.skip("DetectorData without a start");
            return Ok(None);
        };
        let real_time = at.child("SampleRealTime").map(|r| values.seconds(&r)).transpose()?;
        let mut slice = Self::starting(values.time(&start)?, real_time);
        slice.occupied = at.child("Occupied").map(|o| values.flag(&o)).transpose()?;
        if let Some(speed) = at.child("Speed") {
            let unit =
                speed.attribute("Units").and_then(|u| SPEEDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(u)));
            match unit {
                Some((_, factor)) => slice.speed = Some(values.number(&speed)? * factor),
                None => document.skip("Speed without a known unit"),
            }
        }
        Ok(Some(slice))
    }

    /// Reads what a `DetectorData` holds.
    fn data(&mut self, document: &mut Document, at: &At<'_>, values: &Values<'_>) -> Result<()> {
        for spectrum in at.children("Spectrum") {
            self.spectrum(document, &spectrum, values)?;
        }
        for detector in at.children("DetectorMeasurement") {
            for holder in detector.children("SpectrumMeasurement") {
                for spectrum in holder.children("Spectrum") {
                    self.spectrum_of(document, &spectrum, detector.attribute("Detector"), values)?;
                }
            }
            for gross in detector.children("GrossCountMeasurement") {
                let attribute = |name: &str| gross.attribute(name).or_else(|| detector.attribute(name));
                let kind = kind(attribute("DetectorType"));
                let Some(counts) = gross.child("GrossCounts") else {
                    document.skip("GrossCountMeasurement without counts");
                    continue;
                };
                let values = values.counts(&counts)?;
                self.gross(document, attribute("Detector"), kind, None, values)?;
            }
            for dose in detector.children("CountDoseData") {
                self.dose(document, &dose, values)?;
            }
            document.skip_children_but(&detector, &["SpectrumMeasurement", "GrossCountMeasurement", "CountDoseData"]);
        }
        let read = ["StartTime", "SampleRealTime", "Occupied", "Speed", "Spectrum", "DetectorMeasurement"];
        document.skip_children_but(at, &read);
        Ok(())
    }

    fn spectrum(&mut self, document: &mut Document, at: &At<'_>, values: &Values<'_>) -> Result<()> {
        self.spectrum_of(document, at, None, values)
    }

    fn spectrum_of(
        &mut self,
        document: &mut Document,
        at: &At<'_>,
        detector: Option<&str>,
        values: &Values<'_>,
    ) -> Result<()> {
        let class = match at.text_of("SourceType").as_deref() {
            None => None,
            Some("Item") => Some(MeasurementClass::Foreground),
            Some("Background") => Some(MeasurementClass::Background),
            Some("Calibration") => Some(MeasurementClass::Calibration),
            Some("Stabilization" | "IntrinsicActivity") => Some(MeasurementClass::IntrinsicActivity),
            Some(_) => Some(MeasurementClass::NotSpecified),
        };
        self.class = self.class.or(class);
        if self.real_time.is_none() {
            self.real_time = at.child("RealTime").map(|r| values.seconds(&r)).transpose()?;
        }
        let detector = at.attribute("Detector").or(detector);
        name_detector(document, detector, RadiationKind::Gamma, at.text_of("DetectorType"))?;
        self.spectra.push(Spectrum {
            detector: detector.map(str::to_owned),
            live_time: at.child("LiveTime").map(|l| values.seconds(&l)).transpose()?,
            channels: values.channels(&at.required("ChannelData")?, "Compression")?,
        });
        Ok(())
    }

    /// Reads counts, or a count rate over the time of the sample; dose rates stay unread.
    fn dose(&mut self, document: &mut Document, at: &At<'_>, values: &Values<'_>) -> Result<()> {
        let kind = kind(at.attribute("DetectorType"));
        let real_time = at.child("SampleRealTime").map(|r| values.seconds(&r)).transpose()?.or(self.real_time);
        let rate = at.child("CountRate").filter(|r| r.attribute("Units").is_none_or(|u| u.eq_ignore_ascii_case("cps")));
        let counts = match (at.child("Counts"), rate, real_time) {
            (Some(counts), _, _) => Some(values.counts(&counts)?),
            (None, Some(rate), Some(time)) => {
                let counts = values.number(&rate)? * time;
                if !(counts.is_finite() && counts >= 0.0) {
                    return Err(rate.error(Code::XmlValue, "a count rate is negative or too large"));
                }
                Some(vec![counts])
            }
            _ => None,
        };
        match counts {
            Some(counts) => self.gross(document, at.attribute("Detector"), kind, real_time, counts)?,
            None => document.skip("CountDoseData without counts"),
        }
        if at.child("DoseRate").is_some() {
            document.skip("DoseRate");
        }
        Ok(())
    }

    fn gross(
        &mut self,
        document: &mut Document,
        detector: Option<&str>,
        kind: RadiationKind,
        live_time: Option<f64>,
        values: Vec<f64>,
    ) -> Result<()> {
        // Counts without a detector's name come from the one of their kind.
        let detector = detector.map_or_else(|| kind.to_string(), str::to_owned);
        name_detector(document, Some(&detector), kind, None)?;
        self.counts.push(Counts { detector: Some(detector), live_time, values, windows: None });
        Ok(())
    }

    fn finish(self, document: &mut Document) {
        let Some(real_time) = self.real_time else {
            document.skip("measurement without a duration");
            return;
        };
        document.measurements.push(Measurement {
            class: self.class.unwrap_or(MeasurementClass::NotSpecified),
            start: self.start,
            real_time,
            occupied: self.occupied,
            speed: self.speed,
            counts: self.counts,
            spectra: self.spectra,
        });
    }
}

fn kind(detector_type: Option<&str>) -> RadiationKind {
    match detector_type.map(str::to_ascii_lowercase).as_deref() {
        Some("gamma") => RadiationKind::Gamma,
        Some("neutron") => RadiationKind::Neutron,
        _ => RadiationKind::Other,
    }
}

/// Lists a detector when it is named for the first time.
fn name_detector(
    document: &mut Document,
    id: Option<&str>,
    kind: RadiationKind,
    material: Option<String>,
) -> Result<()> {
    match id.filter(|id| document.detector(id).is_none()) {
        Some(id) => document.add_detector(Detector { id: id.to_owned(), name: None, kind, material }),
        None => Ok(()),
    }
}

/// Reads nuclides; one with the confidence 0 was looked for and not found.
fn analysis(document: &mut Document, at: &At<'_>) -> Result<Analysis> {
    let mut analysis = Analysis::default();
    for results in at.children("NuclideAnalysis") {
        for nuclide in results.children("Nuclide") {
            // Some instruments put a word where the standard wants a number.
            let indication = nuclide.text_of("NuclideIDConfidenceIndication");
            let confidence = indication.as_deref().and_then(|i| i.parse().ok()).filter(|c: &f64| c.is_finite());
            let word = indication.filter(|_| confidence.is_none());
            analysis.nuclides.push(Nuclide {
                name: nuclide.required("NuclideName")?.text().to_owned(),
                identified: confidence != Some(0.0),
                confidence,
                confidence_text: nuclide.text_of("NuclideIDConfidenceDescription").or(word),
                category: nuclide.text_of("NuclideType"),
            });
            document.skip_children_but(&nuclide, &READ_OF_NUCLIDE);
        }
    }
    document.skip_children_but(at, &["NuclideAnalysis"]);
    Ok(analysis)
}
