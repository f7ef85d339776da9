//! Radiation data in ANSI N42.42: documents of portal monitors and hand-held instruments, alone or beside a scan.
//!
//! Two dialects are read: 2011 (root `RadInstrumentData`, schema `n42.xsd` 0.0.54) and 2006 (root `N42InstrumentData`).
//! [`Document`] is what a document says, typed; [`N42`] reads a delivery of one document as a scan without views, and
//! [`attach`] hangs a document onto a scan that was taken at the same time in the same lane.
//!
//! The document is kept byte for byte as `radiation/n42`. What the model has a place for stands in
//! [`Radiation`](crate::model::Radiation) and in the time series; everything else is named in the losses and stands in
//! the kept document only. `schemas/n42.md` has the table.
//!
//! Limits: UTF-8 and UTF-16; a spectrum has at most 2²⁰ channels; durations have no years and months, which are no
//! fixed number of seconds; a time without offset is taken for one of the scan's offset, or of UTC.

mod at;
mod attach;
mod counted_zeroes;
mod dialect;
mod document;
mod duration;
mod matching;
mod of_2006;
mod of_2011;
mod parse;
mod reader;
mod record;
mod slices;
#[cfg(test)]
mod tests;
mod timeline;

pub use attach::AttachOptions;
pub use attach::Attachment;
pub use attach::attach;
pub use dialect::Dialect;
pub use dialect::NAMESPACE_2011;
pub use document::Alarm;
pub use document::Analysis;
pub use document::Counts;
pub use document::Detector;
pub use document::Document;
pub use document::Instrument;
pub use document::Measurement;
pub use document::MeasurementClass;
pub use document::Nuclide;
pub use document::Spectrum;
pub use duration::duration_text;
pub use reader::N42;
pub use reader::read_document;
