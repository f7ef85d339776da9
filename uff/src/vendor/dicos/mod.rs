//! DICOS (NEMA IIC 1: V02, V02A, v03) and DICONDE (ASTM E2339), both on DICOM Part 10 files.
//!
//! Projections become views, the energies of a projection its channels; pictures of person scanners are display only;
//! every slice of a tomography is a view; images derived from a pair of energies become material arrays; threat detection
//! reports become findings. Samples that lie plainly in a file are read where they are. `schemas/dicos.md` lists each attribute with its element, and what is lost.
//!
//! The structure of a file is walked here, not by a general DICOM library: the byte offset of the samples is needed to
//! rebuild the originals, the 64-bit samples of V02A carry a length that no such library reads, and every length, count
//! and depth is charged to the budget. Dictionary, character sets and representations are those of `dicom-rs`.
//!
//! Handled: Implicit and Explicit VR Little Endian, Explicit VR Big Endian, and grey samples in JPEG lossless (processes
//! 14 and 14 SV1), JPEG-LS and JPEG 2000 where the streams themselves are lossless. Refused by name: deflated files and every other encapsulation, AIT 3D and QR, palettes, medical images.

mod attributes;
pub(crate) mod class;
pub(crate) mod derivation;
mod element;
mod encapsulated;
pub(crate) mod energy;
pub(crate) mod facts;
mod frames;
mod leftovers;
pub(crate) mod meaning;
mod part10;
mod pixels;
mod reader;
mod recoded;
mod region;
pub(crate) mod report;
mod scanner;
mod syntax;
pub(crate) mod tags;
mod time;
mod views;
mod walk;

pub(crate) use pixels::MAX_FRAMES;
pub use reader::Dicos;
pub(crate) use recoded::largest;
pub(crate) use views::SLICE;

#[cfg(test)]
mod tests;
