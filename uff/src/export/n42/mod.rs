//! Export of the radiation data of a scan as a document of ANSI N42.42-2011.
//!
//! A document that was kept is written byte for byte. Otherwise one is composed of the records and series, valid against
//! `n42.xsd` 0.0.54: what the schema demands and nobody stated is filled in. Whatever is written is read again with
//! [`N42`](crate::vendor::n42::N42); every element and series that does not come back is a loss. `schemas/n42.md` has
//! the table.

mod compose;
mod detectors;
mod difference;
mod entries;
mod exporter;
#[cfg(test)]
mod tests;
mod texts;

pub use exporter::N42Export;
