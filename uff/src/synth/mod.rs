//! Simulator of dual-energy scans with known truth.
//!
//! A [`Scene`] is plain data: solids of known materials, the scanner and its papers. [`render`] follows one or more rays
//! from the source to every detector element, adds up the areal density of each material along the exact path, weakens
//! both beams by polychromatic Beer–Lambert and reads the result out as a detector does: quanta, electronic noise, dark
//! level, gain per row, pulse jitter, 16 bits. [`export`] writes it the way an invented vendor would.
//!
//! The same scene, options and seed give the same bytes on any machine and any number of threads.
//!
//! Not modelled: scatter beyond a share of the first order, the source's angular dependence, afterglow, detector blur.
//!
//! ```
//! use uff::limits::Budget;
//! use uff::synth::{RenderOptions, Scene, render};
//!
//! let scene = Scene::preset("steps")?;
//! let options = RenderOptions { rows: Some(40), columns: Some(80), rays: 1, ..RenderOptions::default() };
//! let scan = render(&scene, &options, &Budget::default())?;
//! assert_eq!(scan.high.samples.dim(), (40, 80));
//! # Ok::<(), uff::Error>(())
//! ```

mod assembly;
mod attenuator;
mod export;
mod paperwork;
mod preset;
mod random;
mod ray;
mod readout;
mod recipe;
mod render;
mod scanner;
mod scene;
mod shape;
mod solid;
mod survey;
mod trace;
mod truth;
mod varied;

pub use assembly::Assembly;
pub use export::{ExportedFile, Vendor, delivery, export};
pub use paperwork::{GoodsEntry, Paperwork, PlateEntry};
pub use preset::{preset, presets};
pub(crate) use random::Random;
pub use recipe::{Recipe, VOID};
pub use render::{Recording, RenderOptions, Rendering, render};
pub use scanner::{Detector, ImageWindow, Scanner, SourcePlace};
pub use scene::{Group, Item, MAX_SOLIDS, Repeat, Scene};
pub use shape::{Axis, Shape};
pub use truth::{Core, LayerTruth, ObjectTruth, Rectangle, Truth};
pub use varied::{Carrier, Consignment, Hidden, LoadKind, UNDECLARED, Varied};
