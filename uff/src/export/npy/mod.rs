//! NumPy arrays: one `.npy` per array, the facts in `scan.toml`, everything else in `metadata.xml`.
//!
//! Arrays are `numpy.save` files (format 1.0), row-major, little-endian, `[row, column]`, named after their dataset in a
//! UFF file with `_` for `/`. The reader of this software takes the whole metadata from `metadata.xml`; `scan.toml` is
//! for programs and people that only need the facts of a single view.

mod array;
mod exporter;
mod facts;

pub use array::write_array;
pub use exporter::Npy;
