//! Codec of the open UFF profile for X-ray scans of trucks, containers, cars, railcars and parcels.
//!
//! The crate turns what scanners write into one checked, self-describing HDF5 file with XML metadata, validates such
//! files and analyses what the scanned load is made of. It is synchronous and knows no network, terminal or database.
//! It implements the published scope of the WCO Unified File Format as an open profile; it is **not** the byte layout
//! of the WCO specification, which is not public.
//!
//! Layers, each importing only those before it: [`units`] and [`error`]; [`limits`], [`model`], [`physics`];
//! [`source`], [`material`]; [`measure`], [`picture`]; [`compare`], [`detect`], [`goods`]; [`h5`], [`xml`], [`synth`], [`trial`];
//! [`format`](mod@format), [`vendor`], [`export`]; [`validate`], [`mod@redact`]; [`convert`].

pub mod accuracy;
pub mod atr;
pub mod compare;
pub mod convert;
pub mod detect;
pub mod error;
pub mod export;
pub mod format;
pub mod goods;
pub mod h5;
pub mod limits;
pub mod material;
pub mod measure;
pub mod model;
mod normal_equations;
pub mod physics;
pub mod picture;
pub mod redact;
pub mod source;
pub mod synth;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod trial;
pub mod units;
pub mod validate;
pub mod vendor;
pub mod xml;

pub use crate::error::{Code, Error, Kind, Result};
