//! Channels of a view.

use super::code_list::code_list;
use super::identifier::ChannelId;
use super::record::record;
use super::{SampleType, Sha256};
use crate::units::{ArealDensity, Energy};

record! {
    /// One channel: an array of samples [row, column] in /views/n/channels/id.
    Channel {
        /// Name of the channel, unique in its view; names the dataset.
        id: ChannelId = "id" [None Image V2];
        /// What the channel is for.
        role: ChannelRole = "role" [None Image V2];
        /// What a sample means.
        quantity: Quantity = "quantity" [None Image V2];
        /// Type of the stored samples.
        sample_type: SampleType = "sampleType" [None Image V2];
        /// Number of significant bits of an integer sample.
        bit_depth: Option<u32> = "bitDepth" [None Image V2];
        /// Unit of value = offset + scale * sample, such as 1 or counts.
        unit: Option<String> = "unit" [None Image V2];
        /// Scale from sample to value; 1 when absent.
        scale: Option<f64> = "scale" [None Image V2];
        /// Offset from sample to value; 0 when absent.
        offset: Option<f64> = "offset" [None Image V2];
        /// End-point energy of the beam, keV.
        energy: Option<Energy> = "energy" [None Technical V2];
        /// Sample that marks "no data"; in floating-point channels NaN always does, without being named here.
        no_data: Option<f64> = "noData" [None Image V2];
        /// Sample from which on the detector is saturated.
        saturation: Option<f64> = "saturation" [None Image V2];
        /// Whether the samples are measurements; false for pictures made for display.
        measurement_grade: bool = "measurementGrade" [None Image V2];
        /// Place of column 0 against the grid of the view, in columns: 0.5 for the second of two pulses that alternate.
        /// Samples are stored as the scanner gave them; 0 when absent.
        column_shift: Option<f64> = "columnShift" [None Image V3];
        /// Dark and air calibration.
        calibration: Option<Calibration> = "calibration" [None Technical V2];
        /// Noise model.
        noise: Option<Noise> = "noise" [None Technical V3];
        /// SHA-256 of the decoded samples, row by row, little-endian.
        digest: Option<Sha256> = "digest" [None Evidence V2];
    }

    /// Dark and air calibration of a channel: transmission = (sample - dark) / (air - dark), row by row. Lines of dark
    /// and air samples, where there are any, stand in /views/n/calibration/id.
    Calibration {
        /// Dark level common to all rows, in samples, when there are no dark lines.
        dark_level: Option<f64> = "darkLevel" [None Technical V2];
        /// Air level common to all rows, in samples, when there are no air lines.
        air_level: Option<f64> = "airLevel" [None Technical V2];
        /// Number of dark lines stored.
        dark_lines: Option<u32> = "darkLines" [None Technical V2];
        /// Number of air lines stored.
        air_lines: Option<u32> = "airLines" [None Technical V2];
    }

    /// Noise of a transmission T in air-normalised units: variance = quantum * T + electronic².
    Noise {
        /// Variance per unit transmission in air (1 / detected photons per sample).
        quantum: f64 = "quantum" [None Technical V3];
        /// Standard deviation of the electronic noise.
        electronic: f64 = "electronic" [None Technical V3];
    }

    /// How the derived material channels of a view were made; they can always be derived again.
    MaterialProduct {
        /// Method, such as "lookup-inversion".
        method: String = "method" [None Image V2];
        /// Version of the method.
        version: String = "version" [None Image V2];
        /// Id of the high-energy channel.
        high: ChannelId = "high" [None Image V2];
        /// Id of the low-energy channel.
        low: ChannelId = "low" [None Image V2];
        /// Parameters as name and value.
        parameters: Vec<Parameter> = "parameter" [None Image V2];
        /// Calibration points the forward model was fitted to.
        calibration_points: Vec<CalibrationPoint> = "calibrationPoint" [None Technical V3];
        /// Digests of the derived arrays.
        products: Vec<MaterialArray> = "array" [None Evidence V2];
    }

    /// One derived array in /views/n/material/quantity.
    MaterialArray {
        /// What it holds; names the dataset.
        quantity: Quantity = "quantity" [None Image V2];
        /// SHA-256 of the decoded samples, row by row, little-endian.
        digest: Sha256 = "digest" [None Evidence V2];
    }

    /// Named parameter of a method.
    Parameter {
        /// Name.
        name: String = "name" [None Technical V2];
        /// Value.
        value: String = "value" [None Technical V2];
    }

    /// Measured attenuation of a known material.
    CalibrationPoint {
        /// Material: element symbol or formula.
        material: String = "material" [None Technical V3];
        /// Areal density, g/cm².
        areal_density: Option<ArealDensity> = "arealDensity" [None Technical V3];
        /// Log attenuation at high energy.
        alpha_high: f64 = "alphaHigh" [None Technical V3];
        /// Log attenuation at low energy.
        alpha_low: f64 = "alphaLow" [None Technical V3];
        /// Row it was measured at; all rows when absent.
        row: Option<u32> = "row" [None Technical V3];
    }
}

code_list! {
    /// What a channel is for.
    ChannelRole default Mono {
        High = "high", "High energy of a pair.";
        Low = "low", "Low energy of a pair.";
        Mono = "mono", "The only energy.";
        ForwardScatter = "forward-scatter", "Forward scatter.";
        Backscatter = "backscatter", "Backscatter.";
        Photo = "photo", "Optical picture on the same grid.";
        Display = "display", "Picture made for display.";
    }

    /// What a sample means.
    Quantity default RawCounts {
        RawCounts = "raw-counts", "Detector reading, uncorrected.";
        CorrectedCounts = "corrected-counts", "Detector reading after dark and gain correction.";
        Transmission = "transmission", "Share of the radiation that passes, 0 to 1.";
        LogAttenuation = "log-attenuation", "Negative natural logarithm of the transmission.";
        Dose = "dose", "Dose at the detector.";
        Intensity = "intensity", "Scattered intensity, arbitrary unit.";
        Display = "display", "Grey value made for display; no measurement.";
        EffectiveAtomicNumber = "zeff", "Effective atomic number; 0 where undecided.";
        ArealDensity = "areal-density", "Mass per area along the ray, g/cm²; NaN where undecided.";
        MaterialClass = "class", "Material class code; 0 where undecided.";
        Confidence = "confidence", "Confidence of the class, 0 to 255 for 0 to 1.";
        AtomicNumberSigma = "zeff-sigma", "Standard deviation of the effective atomic number; NaN where none is measured.";
        ArealDensitySigma = "areal-density-sigma", "Standard deviation of the areal density, g/cm²; NaN where none is measured.";
    }
}
