//! The scanner.

use super::Timestamp;
use super::code_list::code_list;
use super::record::record;
use crate::units::{Energy, Millimetres};

record! {
    /// The scanner that made the scan.
    System {
        /// Manufacturer.
        manufacturer: Option<String> = "manufacturer" [None Technical V2];
        /// Model.
        model: Option<String> = "model" [None Technical V2];
        /// Serial number.
        serial: Option<String> = "serial" [None Technical V2];
        /// Name and version of the scanner's software.
        software: Option<String> = "software" [None Technical V2];
        /// How the scanner stands or moves.
        mobility: Option<Mobility> = "mobility" [None Technical V2];
        /// Sources of radiation.
        sources: Vec<Source> = "source" [None Technical V2];
        /// Detector.
        detector: Option<Detector> = "detector" [None Technical V3];
        /// Results of image-quality tests (ANSI N42.46, IEC 62523).
        image_quality: Vec<ImageQuality> = "imageQuality" [None Technical V3];
        /// Maintenance record.
        maintenance: Vec<Maintenance> = "maintenance" [None Technical V2];
    }

    /// Source of radiation.
    Source {
        /// Kind of source.
        kind: SourceKind = "kind" [None Technical V2];
        /// Nominal end-point energies (tube voltage or accelerator energy) in keV; an interlaced source has two.
        energies: Vec<Energy> = "energy" [None Technical V2];
        /// Filter in the beam, such as "3 mm W".
        filter: Option<String> = "filter" [None Technical V3];
    }

    /// Detector.
    Detector {
        /// Material, such as CdWO4.
        material: Option<String> = "material" [None Technical V3];
        /// How the energies are told apart.
        arrangement: Option<DetectorArrangement> = "arrangement" [None Technical V3];
        /// Number of detector elements along a line.
        elements: Option<u32> = "elements" [None Technical V3];
        /// Distance between elements in mm.
        pitch: Option<Millimetres> = "pitch" [None Technical V3];
    }

    /// Result of an image-quality test.
    ImageQuality {
        /// What was measured.
        measure: QualityMeasure = "measure" [None Technical V3];
        /// Standard followed, such as ANSI N42.46-2008.
        standard: Option<String> = "standard" [None Technical V3];
        /// Measured value in the unit named beside it.
        value: f64 = "value" [None Technical V3];
        /// Unit of the value, such as mm or %.
        unit: String = "unit" [None Technical V3];
        /// Date of the test.
        tested: Option<Timestamp> = "tested" [None Technical V3];
    }

    /// Entry of the maintenance record.
    Maintenance {
        /// When the work was done.
        performed: Option<Timestamp> = "performed" [None Technical V2];
        /// What was done.
        description: String = "description" [None Technical V2];
        /// Beam hours at that time.
        beam_hours: Option<f64> = "beamHours" [None Technical V2];
    }
}

code_list! {
    /// How the scanner stands or moves.
    Mobility default Fixed {
        Fixed = "fixed", "Built in place.";
        Relocatable = "relocatable", "Can be taken apart and moved.";
        Mobile = "mobile", "Mounted on a vehicle.";
        Portal = "portal", "Objects drive through.";
        Handheld = "handheld", "Carried by hand.";
    }

    /// Kind of source.
    SourceKind default Unknown {
        Unknown = "unknown", "Not stated.";
        Linac = "linac", "Linear accelerator.";
        Betatron = "betatron", "Betatron.";
        XrayTube = "xray-tube", "X-ray tube.";
        Isotope = "isotope", "Radioactive isotope.";
    }

    /// How a detector tells energies apart.
    DetectorArrangement default Integrating {
        Integrating = "integrating", "One layer; energies alternate in the source or there is only one.";
        Sandwich = "sandwich", "Two layers, one behind the other.";
        SideBySide = "side-by-side", "Two rows, one beside the other.";
        PhotonCounting = "photon-counting", "Photons are counted into energy bins.";
    }

    /// What an image-quality test measures.
    QualityMeasure default Penetration {
        Penetration = "penetration", "Thickest steel behind which an object is seen, mm.";
        Contrast = "contrast", "Smallest visible thickness step, % of the steel before it.";
        Wire = "wire", "Thinnest visible wire, mm.";
        Resolution = "resolution", "Closest lines told apart, mm or line pairs per mm.";
        MaterialDiscrimination = "material-discrimination", "Share of test materials classed right, %.";
    }
}
