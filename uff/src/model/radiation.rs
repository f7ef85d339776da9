//! Radiation portal data.

use super::Timestamp;
use super::code_list::code_list;
use super::record::record;
use crate::units::Seconds;

record! {
    /// Radiation portal data; time series stand in /radiation.
    Radiation {
        /// Name of the dataset in /radiation that holds the N42.42 document whole.
        n42: Option<String> = "n42" [None Technical V3];
        /// Start of the time series.
        start: Option<Timestamp> = "start" [None Technical V3];
        /// Time between two entries of the series, s.
        interval: Option<Seconds> = "interval" [None Technical V3];
        /// Series stored.
        series: Vec<RadiationSeries> = "series" [None Technical V3];
        /// Alarms.
        alarms: Vec<RadiationAlarm> = "alarm" [None Technical V3];
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
    }
}

code_list! {
    /// What a radiation series or alarm is about.
    RadiationKind default Gamma {
        Gamma = "gamma", "Gamma radiation.";
        Neutron = "neutron", "Neutrons.";
        Occupancy = "occupancy", "Vehicle present.";
        Speed = "speed", "Speed of the vehicle.";
        Isotope = "isotope", "Identified nuclide.";
    }
}
