//! The 2011 dialect (`n42.xsd` 0.0.54): what of it a [`Document`] holds.

use super::Alarm;
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
use crate::error::Result;
use crate::model::RadiationKind;

/// Children of the root that are read.
const READ: [&str; 5] =
    ["RadInstrumentInformation", "RadDetectorInformation", "RadMeasurement", "EnergyWindows", "AnalysisResults"];

/// Children of the description of the instrument that are read; of the characteristics the lane alone.
const READ_OF_INSTRUMENT: [&str; 5] = [
    "RadInstrumentManufacturerName",
    "RadInstrumentIdentifier",
    "RadInstrumentModelName",
    "RadInstrumentClassCode",
    "RadInstrumentVersion",
];

/// Children of the description of a detector that are read.
const READ_OF_DETECTOR: [&str; 3] = ["RadDetectorName", "RadDetectorCategoryCode", "RadDetectorKindCode"];

/// Children of a nuclide that are read.
const READ_OF_NUCLIDE: [&str; 5] = [
    "NuclideName",
    "NuclideIdentifiedIndicator",
    "NuclideIDConfidenceValue",
    "NuclideIDConfidenceDescription",
    "NuclideCategoryDescription",
];

/// Children of a measurement that are read.
const READ_OF_MEASUREMENT: [&str; 8] = [
    "MeasurementClassCode",
    "StartDateTime",
    "RealTimeDuration",
    "Spectrum",
    "GrossCounts",
    "OccupancyIndicator",
    "RadItemState",
    "RadInstrumentState",
];

/// Names of a characteristic that tells the lane, letters and digits only.
const LANE: [&str; 4] = ["lane", "lanenumber", "laneid", "lanename"];

/// Reads a document from its root.
pub(super) fn read(mut document: Document, root: &At<'_>, values: &Values<'_>) -> Result<Document> {
    document.uuid = root.attribute("n42DocUUID").map(str::to_owned);
    if let Some(at) = root.child("RadInstrumentInformation") {
        document.instrument = instrument(&at);
        document.lane = lane(&at, "RadInstrumentCharacteristics");
        document.skip_children_but(&at, &READ_OF_INSTRUMENT);
    }
    for at in root.children("RadDetectorInformation") {
        document.add_detector(detector(&at))?;
        document.skip_children_but(&at, &READ_OF_DETECTOR);
    }
    for at in root.children("EnergyWindows") {
        let from = values.numbers(&at.required("WindowStartEnergyValues")?)?;
        let to = values.numbers(&at.required("WindowEndEnergyValues")?)?;
        if let Some(id) = at.attribute("id") {
            document.windows.insert(id.to_owned(), from.into_iter().zip(to).collect());
        }
    }
    for at in root.children("RadMeasurement") {
        measurement(&mut document, &at, values)?;
    }
    for at in root.children("AnalysisResults") {
        let analysis = analysis(&mut document, &at, values)?;
        document.analyses.push(analysis);
    }
    document.skip_children_but(root, &READ);
    Ok(document)
}

fn instrument(at: &At<'_>) -> Instrument {
    let version = |v: At<'_>| {
        let both = [v.text_of("RadInstrumentComponentName"), v.text_of("RadInstrumentComponentVersion")];
        Some(both.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|t| !t.is_empty())
    };
    Instrument {
        manufacturer: at.text_of("RadInstrumentManufacturerName"),
        model: at.text_of("RadInstrumentModelName"),
        serial: at.text_of("RadInstrumentIdentifier"),
        class: at.text_of("RadInstrumentClassCode"),
        software: at.children("RadInstrumentVersion").filter_map(version).collect(),
    }
}

/// Looks for the lane among the characteristics of an element.
fn lane(at: &At<'_>, characteristics: &str) -> Option<String> {
    let of = |c: At<'_>| {
        let name: String = c.text_of("CharacteristicName")?.chars().filter(|c| c.is_alphanumeric()).collect();
        LANE.contains(&name.to_lowercase().as_str()).then(|| c.text_of("CharacteristicValue")).flatten()
    };
    at.children(characteristics).find_map(|list| {
        let in_group = |g: At<'_>| g.children("Characteristic").find_map(of);
        list.children("Characteristic").find_map(of).or_else(|| list.children("CharacteristicGroup").find_map(in_group))
    })
}

fn detector(at: &At<'_>) -> Detector {
    Detector {
        id: at.attribute("id").unwrap_or_default().to_owned(),
        name: at.text_of("RadDetectorName"),
        kind: kind(&at.text_of("RadDetectorCategoryCode").unwrap_or_default()),
        material: at.text_of("RadDetectorKindCode"),
    }
}

/// Translates a category of a detector or an alarm.
fn kind(code: &str) -> RadiationKind {
    match code {
        "Gamma" => RadiationKind::Gamma,
        "Neutron" => RadiationKind::Neutron,
        "Alpha" => RadiationKind::Alpha,
        "Beta" => RadiationKind::Beta,
        "X-ray" => RadiationKind::Xray,
        "Isotope" => RadiationKind::Isotope,
        _ => RadiationKind::Other,
    }
}

fn measurement(document: &mut Document, at: &At<'_>, values: &Values<'_>) -> Result<()> {
    let class = at.required("MeasurementClassCode")?;
    let class = match class.text() {
        "Foreground" => MeasurementClass::Foreground,
        "Background" => MeasurementClass::Background,
        "Calibration" => MeasurementClass::Calibration,
        "IntrinsicActivity" => MeasurementClass::IntrinsicActivity,
        "NotSpecified" => MeasurementClass::NotSpecified,
        _ => return Err(class.wrong("Foreground, Background, Calibration, IntrinsicActivity or NotSpecified")),
    };
    let mut measurement = Measurement {
        class,
        start: values.time(&at.required("StartDateTime")?)?,
        real_time: values.seconds(&at.required("RealTimeDuration")?)?,
        occupied: at.child("OccupancyIndicator").map(|o| values.flag(&o)).transpose()?,
        speed: None,
        counts: Vec::new(),
        spectra: Vec::new(),
    };
    for state in at.children("RadItemState") {
        document.skip_children_but(&state, &["StateVector"]);
        if let Some(vector) = state.child("StateVector") {
            document.skip_children_but(&vector, &["SpeedValue"]);
            let speed = vector.child("SpeedValue").map(|s| values.number(&s)).transpose()?;
            measurement.speed = measurement.speed.or(speed);
        }
    }
    if let Some(state) = at.child("RadInstrumentState") {
        document.lane = document.lane.take().or_else(|| lane(&state, "RadInstrumentCharacteristics"));
        document.skip_children_but(&state, &[]);
    }
    for spectrum in at.children("Spectrum") {
        measurement.spectra.push(Spectrum {
            detector: spectrum.attribute("radDetectorInformationReference").map(str::to_owned),
            live_time: spectrum.child("LiveTimeDuration").map(|l| values.seconds(&l)).transpose()?,
            channels: values.channels(&spectrum.required("ChannelData")?, "compressionCode")?,
        });
    }
    for counts in at.children("GrossCounts") {
        measurement.counts.push(Counts {
            detector: counts.attribute("radDetectorInformationReference").map(str::to_owned),
            live_time: counts.child("LiveTimeDuration").map(|l| values.seconds(&l)).transpose()?,
            values: values.counts(&counts.required("CountData")?)?,
            windows: counts.attribute("energyWindowsReference").map(str::to_owned),
        });
    }
    document.skip_children_but(at, &READ_OF_MEASUREMENT);
    document.measurements.push(measurement);
    Ok(())
}

fn analysis(document: &mut Document, at: &At<'_>, values: &Values<'_>) -> Result<Analysis> {
    let mut analysis = Analysis::default();
    for alarm in at.children("RadAlarm") {
        let references = alarm.attribute("radDetectorInformationReferences").unwrap_or_default();
        analysis.alarms.push(Alarm {
            kind: kind(alarm.required("RadAlarmCategoryCode")?.text()),
            time: alarm.child("RadAlarmDateTime").map(|t| values.time(&t)).transpose()?,
            description: alarm.text_of("RadAlarmDescription"),
            detectors: references.split_ascii_whitespace().map(str::to_owned).collect(),
        });
        document.skip_children_but(&alarm, &["RadAlarmDateTime", "RadAlarmCategoryCode", "RadAlarmDescription"]);
    }
    for results in at.children("NuclideAnalysisResults") {
        document.skip_children_but(&results, &["Nuclide"]);
        for nuclide in results.children("Nuclide") {
            analysis.nuclides.push(Nuclide {
                name: nuclide.required("NuclideName")?.text().to_owned(),
                identified: values.flag(&nuclide.required("NuclideIdentifiedIndicator")?)?,
                confidence: nuclide.child("NuclideIDConfidenceValue").map(|c| values.number(&c)).transpose()?,
                confidence_text: nuclide.text_of("NuclideIDConfidenceDescription"),
                category: nuclide.text_of("NuclideCategoryDescription"),
            });
            document.skip_children_but(&nuclide, &READ_OF_NUCLIDE);
        }
    }
    document.skip_children_but(at, &["RadAlarm", "NuclideAnalysisResults"]);
    Ok(analysis)
}
