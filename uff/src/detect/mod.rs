//! Findings of an image analyst, found automatically: pure functions over the arrays of one view.
//!
//! [`detect`] looks for [dark zones](Kind::DarkZone), [voids](Kind::Void), [dense items](Kind::Dense), items of
//! [other material](Kind::OrganicInMetal) than what surrounds them, [filled cavities](Kind::Cavity) of the vehicle against an
//! empty reference, and, in regular loads, [items that differ](Kind::Deviation). Each [`Detection`] has its pixels, measures with
//! uncertainty, a confidence, and a reason in words.
//!
//! The method in short: α is counted in standard deviations of noise and texture, so that one level means the same at any
//! depth; the component tree of that picture gives the items at any size that keep their shape over many levels; each is
//! compared with a ring around it by medians; with two energies, what it adds is split into organic matter and metal.
//! What comes in numbers is told from what stands alone. `schemas/detections.md` has measures, limits and figures.
//!
//! [`stow`] gives the load by itself, without what carries it.
//!
//! Arrays are `[row, column]`; one energy is enough for everything but the items of other material.

mod basis;
mod bay;
mod cavity;
mod confidence;
mod dark_zone;
mod dense;
mod detection;
mod empty;
mod findings;
mod foreign;
mod homogeneity;
mod look;
mod morphology;
mod objects;
mod overlay;
mod patch;
#[cfg(test)]
mod phantom_test;
mod reason;
mod regular;
mod robust;
mod stow;
mod subject;
mod tree;
mod void;

pub use detection::ALGORITHM;
pub use detection::ALGORITHM_VERSION;
pub use detection::Detection;
pub use detection::EVIDENCE;
pub use detection::Kind;
pub use detection::Measures;
pub use detection::Zone;
pub use findings::DetectOptions;
pub use findings::Detections;
pub use findings::detect;
pub use homogeneity::Evenness;
pub use homogeneity::Load;
pub(crate) use morphology::closed;
pub use overlay::draw_findings;
pub use patch::Patch;
pub use patch::Run;
pub(crate) use patch::patches;
pub use regular::Items;
pub(crate) use robust::Robust;
pub use stow::Stow;
pub use stow::Walls;
pub use stow::stow;
pub use subject::Subject;
