//! Photon attenuation, spectra, beams and transmission.
//!
//! Cross sections come from one embedded table (elements 1 to 100, 10 keV to 20 MeV; [`table_header`] names source,
//! method, rights and residual). Outside that range every function is an error, never an extrapolation. Attenuation is
//! that of a narrow beam; what scatter adds is left to the [`Correction`] of a [`Beam`]. `tables/FORMULAS.md` lists every
//! formula with its source and what it is checked against.
//!
//! ```
//! use uff::physics::{Beam, Material};
//! use uff::units::{ArealDensity, Energy};
//!
//! let beam = Beam::accelerator(Energy::from_mev(6.0)?)?;
//! let alpha = beam.alpha(&[(&Material::named("iron")?, ArealDensity::new(39.0)?)])?;
//! assert!((1.3..1.9).contains(&alpha));
//! # Ok::<(), uff::Error>(())
//! ```

mod accelerator;
mod attenuation;
mod beam;
mod catalogue;
mod detector;
mod element;
mod exponential;
mod fit;
mod formula;
mod layer;
#[cfg(test)]
mod reference_test;
mod spectrum;
mod substance;
mod table;
mod tube;

pub use accelerator::Accelerator;
pub use accelerator::Target;
pub use attenuation::Attenuation;
pub use beam::Absorber;
pub use beam::Beam;
pub use beam::Correction;
pub use catalogue::KnownMaterial;
pub use catalogue::MaterialGroup;
pub use detector::Detector;
pub use element::Element;
pub use fit::MeasuredPoint;
pub use fit::fit_correction;
pub use formula::Formula;
pub use layer::Layer;
pub use spectrum::Spectrum;
pub use substance::Material;
pub use table::MAX_KEV;
pub use table::MIN_KEV;
pub use table::header as table_header;
pub use tube::Tube;
