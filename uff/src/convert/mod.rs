//! Conversion of a delivery into a UFF file: recognise, read, derive, write, read back, compare, publish.
//!
//! The file is written under a temporary name beside its target and takes the target's name only after it has been
//! read back and compared. Whatever fails, nothing half-written is left behind. No wall clock and no random number
//! enters the file: the same delivery, options and version give the same bytes.

mod derive;
mod options;
mod report;
mod run;
mod target;
#[cfg(test)]
mod tests;
mod verify;

pub use options::ConvertOptions;
pub use report::ConvertReport;
pub use report::PlaneSize;
pub use report::Step;
pub use report::StepTime;
pub use run::convert;
