//! The UFF file: mapping between the model and the HDF5 layout of `schemas/layout.md`.
//!
//! [`write()`] streams a [`Bundle`](crate::model::Bundle) into a file, [`UffFile`] opens one and reads regions of it,
//! [`ChunkMap`] lets others fetch a region by byte ranges without opening the file. All names and codes of the layout
//! stand in [`layout`].
//!
//! The file is an open HDF5 profile of the UFF data model; it is not the WCO byte layout.

mod array_attributes;
mod blob_writer;
mod carried;
mod chunk_map;
mod draft;
mod foreign;
mod held;
mod integrity;
pub mod layout;
mod original;
mod overview;
mod placement;
mod plane_writer;
mod reader;
mod region;
mod verify;
mod writer;

pub use chunk_map::ChunkMap;
pub use chunk_map::RegionPlan;
pub use layout::LayoutVersion;
pub use original::write_original;
pub use reader::UffFile;
pub use verify::DatasetVerdict;
pub use verify::Depth;
pub use verify::Verdict;
pub use writer::DeflateLevel;
pub use writer::WriteOptions;
pub use writer::Written;
pub use writer::write;
