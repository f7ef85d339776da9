//! TIFF: one file with a page per array, BigTIFF when it exceeds 4 GiB.
//!
//! TIFF revision 6.0 (Adobe, 1992); BigTIFF as libtiff 4 defines it. Little-endian, uncompressed, strips of at most
//! 256 KiB (one row when that is longer), all directories before the samples. Sample types are kept (`SampleFormat` 1 or
//! 3). `PageName` is the path of the array in a UFF file, such as `views/0/channels/high`; `ImageDescription` of the
//! first page is the whole metadata document in UTF-8, so that the reader of this software takes all of it back. Make,
//! model and pixel size stand in their tags too, for other programs.

mod exporter;
mod layout;

pub use exporter::Tiff;
