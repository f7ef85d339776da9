//! NumPy arrays: a pair of high- and low-energy images, or one image, as `numpy.save` writes them.
//!
//! Follows NumPy's format specification (`numpy.lib.format`, versions 1.0, 2.0 and 3.0). Types `u1`, `u2`, `u4`, `f4`
//! and `f8` in both byte orders, C and Fortran order, two dimensions `[row, column]`. The header is read as a literal
//! and never evaluated.
//!
//! Arrays carry no metadata. What a sample means and at which energies it was taken comes from the
//! [options](super::ReadOptions) or from a file `scan.toml` beside the arrays ([`SideFile`](super::SideFile)). Without
//! either, arrays of floating-point numbers are refused and integers are taken for raw counts, which the loss report then
//! says. When a metadata document of a scan lies beside them ([`METADATA`]), as this software exports it, the scan is what
//! the document says, and each array is the one that its file is named after.

mod header;
mod literal;
mod reader;

pub use header::NpyHeader;
pub use reader::METADATA;
pub use reader::Npy;
pub use reader::read_array;
