//! DICOS (NEMA IIC 1 v03) on DICOM Part 10 files, Explicit VR Little Endian, samples uncompressed.
//!
//! One file per view and channel: of the class for presentation where the samples are made for display, for processing
//! otherwise. One per material array, which names its method and the images it was derived from. One CT file per channel
//! of a stack of slices. One threat detection report per algorithm and time, per verdict, and for the truth. UIDs are UUIDs made of
//! the scan identifier and the name of the part (root `2.25`), so the same scan gives the same bytes. Elements are
//! encoded by `dicom-rs`; samples are appended row by row, so memory does not grow with the image.
//!
//! `schemas/dicos.md` lists each element with its attribute, and what is lost.

mod demanded;
mod derived;
mod exporter;
mod facts;
mod image;
mod object;
mod pixels;
mod report;
mod stack;
mod text;

pub use exporter::Dicos;

#[cfg(test)]
mod tests;
