//! Plain images: what formats have in common that hold pixels and hardly any facts about them.
//!
//! NumPy arrays, TIFF pages and PNG pictures say which samples stand where; which of them is the high energy, what a
//! sample means and how large a pixel is comes from their names, from a file `scan.toml` beside them ([`SideFile`]), or
//! from the [options](super::ReadOptions). [`choose`] finds the images of the scan, [`assemble`] makes the scan of them.
//! Files that this software exported carry the whole metadata document instead, and [`restore`] takes it back.

mod assemble;
mod image;
mod resolution;
mod restore;
mod roles;
mod side_file;

pub(super) use assemble::assemble;
pub(super) use image::Found;
pub(super) use image::Image;
pub(super) use resolution::INCH;
pub(super) use resolution::pixel_size;
pub(super) use restore::Carried;
pub use restore::array_name;
pub(super) use restore::is_document;
pub(super) use restore::restore;
pub(super) use roles::choose;
pub use side_file::SideFile;
