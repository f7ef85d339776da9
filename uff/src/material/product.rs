//! The record of an analysis: method, parameters, calibration, digests.

use super::calibration::CALIBRATION_SCAN;
use super::calibration::CALIBRATION_SERIAL;
use super::calibration::ScannerCalibration;
use super::inversion::InversionOptions;
use super::inversion::RowBeams;
use super::map::MaterialMap;
use super::solver::Solver;
use super::uncertainty::Uncertainty;
use crate::model::Block;
use crate::model::MaterialArray;
use crate::model::Parameter;
use crate::model::Quantity;
use crate::model::Sha256;

/// Name of the method in [`MaterialProduct`](crate::model::MaterialProduct) where a pair of energies was measured.
pub const METHOD: &str = "lookup-inversion";
/// Name of the method where a single energy was measured.
pub const SINGLE_METHOD: &str = "single-energy";
/// Version of both methods; grows when the same input gives other numbers.
pub const METHOD_VERSION: &str = "4";

/// Names of the parameters that hold the noise of a pair of channels.
pub(super) const NOISE_HIGH: &str = "noiseHigh";
pub(super) const NOISE_LOW: &str = "noiseLow";

/// Returns the arrays that a solver gives, with what they mean.
pub(super) fn arrays(solver: &Solver, map: &MaterialMap, uncertainty: Option<&Uncertainty>) -> Vec<(Quantity, Block)> {
    let lambda = (Quantity::ArealDensity, Block::F32(map.lambda.clone()));
    let mut all = match solver {
        Solver::Single(_) => vec![lambda],
        Solver::Pair(_) => vec![
            (Quantity::EffectiveAtomicNumber, Block::F32(map.z.clone())),
            lambda,
            (Quantity::MaterialClass, Block::U8(map.class.clone())),
            (Quantity::Confidence, Block::U8(map.confidence.clone())),
        ],
    };
    if let Some(uncertainty) = uncertainty {
        if matches!(solver, Solver::Pair(_)) {
            all.push((Quantity::AtomicNumberSigma, Block::F32(uncertainty.z.clone())));
        }
        all.push((Quantity::ArealDensitySigma, Block::F32(uncertainty.lambda.clone())));
    }
    all
}

/// Returns the record of an array.
pub(super) fn digest((quantity, block): (Quantity, Block)) -> MaterialArray {
    MaterialArray { quantity, digest: Sha256::of(&block.to_le_bytes()), ..MaterialArray::default() }
}

/// Collects parameters by name.
#[derive(Debug, Default)]
pub(super) struct Parameters(pub(super) Vec<Parameter>);

impl Parameters {
    pub(super) fn add(&mut self, name: &str, value: String) {
        self.0.push(Parameter { name: name.into(), value, ..Parameter::default() });
    }

    /// Adds where a calibration comes from.
    pub(super) fn calibration(&mut self, calibration: &ScannerCalibration) {
        if let Some(scan) = &calibration.scan {
            self.add(CALIBRATION_SCAN, scan.to_string());
        }
        if let Some(serial) = &calibration.serial {
            self.add(CALIBRATION_SERIAL, serial.clone());
        }
    }

    /// Adds those of an inversion and its beams.
    pub(super) fn inversion(&mut self, options: &InversionOptions, beams: &[RowBeams]) {
        let noise = |n: &super::noise::NoiseModel| format!("{} {}", n.quantum, n.electronic);
        self.add(NOISE_HIGH, noise(&options.noise_high));
        self.add(NOISE_LOW, noise(&options.noise_low));
        self.add("smoothingRadius", options.smoothing.radius.to_string());
        self.add("smoothingRange", options.smoothing.range.to_string());
        self.add("smoothingRangeSigmas", options.smoothing.range_sigmas.to_string());
        self.add("thin", options.thin.to_string());
        self.add("opaque", options.opaque.to_string());
        self.add("minConfidence", options.min_confidence.to_string());
        self.add("maxSigmaZ", options.max_sigma_z.to_string());
        self.add("modelErrorRelative", options.model_error_relative.to_string());
        self.add("modelErrorAbsolute", options.model_error_absolute.to_string());
        for pair in beams {
            for (name, beam) in [("beamHigh", &pair.high), ("beamLow", &pair.low)] {
                let c = beam.correction();
                let scales = format!("{} {} {} {}", c.photoelectric, c.compton, c.pair, c.filtration);
                self.add(
                    name,
                    format!("row {} nominal {} keV correction {scales}", pair.first_row, beam.nominal().get()),
                );
            }
        }
    }
}
