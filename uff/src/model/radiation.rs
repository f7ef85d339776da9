//! Radiation portal data.

use super::Sha256;
use super::Timestamp;
use super::code_list::code_list;
use super::record::record;
use crate::units::Probability;
use crate::units::Seconds;

record! {
    /// Radiation portal data; time series stand in /radiation.
    Radiation {
        /// Name of the dataset in /radiation that holds the N42.42 document whole.
        n42: Option<String> = "n42" [None Technical V3];
        /// Start of the time series.
        start: Option<Timestamp> = "start" [None Technical V3];
        /// Time between two entries of the series, s; absent when a series of times tells when each entry starts.
        interval: Option<Seconds> = "interval" [None Technical V3];
        /// Series stored; all have the same number of entries, and NaN marks an entry without a value.
        series: Vec<RadiationSeries> = "series" [None Technical V3];
        /// Alarms.
        alarms: Vec<RadiationAlarm> = "alarm" [None Technical V3];
        /// Name of the file that held the document.
        file_name: Option<String> = "fileName" [None Technical V3];
        /// SHA-256 of the document.
        digest: Option<Sha256> = "digest" [None Evidence V3];
        /// Instrument that measured.
        instrument: Option<RadiationInstrument> = "instrument" [None Technical V3];
        /// Detectors of the instrument.
        detectors: Vec<RadiationDetector> = "detector" [None Technical V3];
        /// Periods in which the instrument saw a vehicle.
        occupancies: Vec<RadiationOccupancy> = "occupancy" [None Technical V3];
        /// Nuclides that the instrument identified.
        nuclides: Vec<RadiationNuclide> = "nuclide" [None Technical V3];
        /// Lane that the instrument names.
        lane: Option<String> = "lane" [None Technical V3];
        /// Why these data belong to the scan, in words; absent when they came with it.
        reason: Option<String> = "reason" [None Evidence V3];
    }

    /// One time series in /radiation.
    RadiationSeries {
        /// Name of the dataset.
        name: String = "name" [None Technical V3];
        /// What it counts.
        kind: RadiationKind = "kind" [None Technical V3];
        /// Detector it comes from.
        detector: Option<String> = "detector" [None Technical V3];
        /// Unit of an entry.
        unit: String = "unit" [None Technical V3];
        /// Number of the energy window, from 1; absent when the whole range of the detector is counted.
        window: Option<u32> = "window" [None Technical V3];
        /// Lower end of the energy window, keV.
        energy_from: Option<f64> = "energyFrom" [None Technical V3];
        /// Upper end of the energy window, keV.
        energy_to: Option<f64> = "energyTo" [None Technical V3];
    }

    /// Alarm of the portal.
    RadiationAlarm {
        /// What raised it.
        kind: RadiationKind = "kind" [None Technical V3];
        /// When.
        time: Option<Timestamp> = "time" [None Technical V3];
        /// Nuclides named, such as Cs-137.
        nuclides: Vec<String> = "nuclide" [None Technical V3];
        /// What the portal said.
        description: Option<String> = "description" [None Technical V3];
        /// Detectors that took part.
        detectors: Vec<String> = "detector" [None Technical V3];
    }

    /// Instrument that measured radiation.
    RadiationInstrument {
        /// Manufacturer.
        manufacturer: Option<String> = "manufacturer" [None Technical V3];
        /// Model.
        model: Option<String> = "model" [None Technical V3];
        /// Serial number.
        serial: Option<String> = "serial" [None Technical V3];
        /// Class, such as Portal Monitor.
        class: Option<String> = "class" [None Technical V3];
        /// Name and version of the software.
        software: Option<String> = "software" [None Technical V3];
    }

    /// Detector of a radiation instrument.
    RadiationDetector {
        /// Identifier that series and alarms refer to.
        id: String = "id" [None Technical V3];
        /// Name, where it is not the identifier.
        name: Option<String> = "name" [None Technical V3];
        /// What it counts.
        kind: RadiationKind = "kind" [None Technical V3];
        /// Material or principle, such as NaI or He3.
        material: Option<String> = "material" [None Technical V3];
    }

    /// Period in which the instrument saw a vehicle.
    RadiationOccupancy {
        /// Start.
        start: Option<Timestamp> = "start" [None Technical V3];
        /// Duration, s.
        duration: Option<Seconds> = "duration" [None Technical V3];
    }

    /// Nuclide that the instrument identified.
    RadiationNuclide {
        /// Name, such as Cs-137.
        name: String = "name" [None Technical V3];
        /// Confidence of the identification, 0 to 1.
        confidence: Option<Probability> = "confidence" [None Technical V3];
        /// Confidence in words of the instrument.
        confidence_text: Option<String> = "confidenceText" [None Technical V3];
        /// Category in words of the instrument, such as Industrial.
        category: Option<String> = "category" [None Technical V3];
    }
}

code_list! {
    /// What a radiation series, alarm or detector is about.
    RadiationKind default Gamma {
        Gamma = "gamma", "Gamma radiation.";
        Neutron = "neutron", "Neutrons.";
        Occupancy = "occupancy", "Vehicle present: 1, else 0.";
        Speed = "speed", "Speed of the vehicle.";
        Isotope = "isotope", "Identified nuclide.";
        Alpha = "alpha", "Alpha radiation.";
        Beta = "beta", "Beta radiation.";
        Xray = "x-ray", "X-rays.";
        Other = "other", "Something else.";
        Time = "time", "Start of the entry after the start of the series.";
        RealTime = "real-time", "Duration of the entry.";
        LiveTime = "live-time", "Time within the entry in which the detector could count.";
        Background = "background", "Entry that measures the background: 1, else 0.";
    }
}
