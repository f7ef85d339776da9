//! How accurate the material analysis is, measured on simulated plates of known matter.
//!
//! The plates are not simulated with what the analysis assumes: source, detector, cross sections and scatter of the truth
//! differ from the usual ones (see [`Setting`]), and the analysis knows of that only by three measured points, as it would
//! of a scanner. Everything is deterministic.

mod plates;
mod population;
#[cfg(test)]
mod reference_test;
mod report;
mod run;
mod setting;

pub use plates::CALIBRATION;
pub use plates::Plate;
pub use report::Accuracy;
pub use report::Bin;
pub use report::FoldedPlate;
pub use report::PlateAccuracy;
pub use report::Residual;
pub use run::run;
pub use setting::Noise;
pub use setting::Setting;
