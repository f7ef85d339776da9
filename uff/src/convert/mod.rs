//! Conversion of a delivery into a UFF file: recognise, read, derive, write, read back, compare, publish; or into
//! another format ([`export`](fn@export)), with an account of what that cannot hold.
//!
//! The file is written under a temporary name beside its target and takes the target's name only after it has been
//! read back and compared. Whatever fails, nothing half-written is left behind. No wall clock and no random number
//! enters the file: the same delivery, options and version give the same bytes.

mod clock;
mod derive;
mod done;
mod export;
mod input;
mod loss_report;
mod options;
mod report;
mod run;
mod staging;
mod target;
#[cfg(test)]
mod tests;
mod verify;

pub use done::is_converted;
pub use done::is_exported;
pub use export::ExportTarget;
pub use export::export;
pub use loss_report::LossReport;
pub use options::ConvertOptions;
pub use report::ConvertReport;
pub use report::PlaneSize;
pub use report::Step;
pub use report::StepTime;
pub use report::WrittenFile;
pub use run::UFF;
pub use run::convert;
pub use target::clear_leftovers;
