//! Comparison of two scans: the same object at departure and arrival, or against an empty reference.
//!
//! Different scanners, energies and pixel sizes are the normal case, so nothing is compared in grey: both scans are laid
//! over each other ([`Registration`]: flips, shift, scale, and a polyline along the scan for the varying speed), brought
//! to the grid of the coarser one by area averaging in transmission, read as areal density with one material for both,
//! corrected for drift and gain, and subtracted ([`Difference`]). Connected areas that noise, registration and model do
//! not explain become items ([`Item`]): added, removed, moved or of another material. `schemas/comparison.md` has the
//! method and its limits.
//!
//! Pure functions over arrays `[row, column]`. An [`Exposure`] is read from a view of a scan; material is optional, so
//! that a scan of one energy is compared too.

mod canvas;
mod coarse;
mod comparison;
#[cfg(test)]
mod comparison_test;
mod contrast;
mod difference;
mod exposure;
mod fine;
mod fourier;
mod items;
mod layers;
mod mapping;
mod material_change;
mod moves;
mod photometric;
mod picture;
mod registration;
mod resample;
mod similarity;
mod thickness;
mod tolerance;

pub use comparison::CompareOptions;
pub use comparison::CompareVerdict;
pub use comparison::Comparison;
pub use comparison::Item;
pub use comparison::Place;
pub use comparison::compare;
pub use difference::Difference;
pub use exposure::Exposure;
pub use exposure::Substance;
pub use items::Area;
pub use items::ChangeKind;
pub use mapping::Mapping;
pub use photometric::Gain;
pub use picture::difference_picture;
pub use picture::swipe_picture;
pub use registration::Registration;
