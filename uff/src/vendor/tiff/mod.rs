//! TIFF and BigTIFF images.
//!
//! Follows TIFF revision 6.0 (Adobe, 1992), its Technical Notes for deflate and the floating-point predictor, and
//! BigTIFF as libtiff 4 defines it: both byte orders, strips and tiles, samples together or apart (planar configuration
//! 1 and 2), several pages per file, uncompressed, LZW, deflate and PackBits. Samples are unsigned of 8, 16 or 32 bits
//! or floating-point of 32 or 64 bits. Colours, masks, opacity, signed and packed samples, and compressions that change
//! samples are refused by name; reduced copies are passed over.
//!
//! Uncompressed images that lie in one piece are read in place, and the original is rebuilt around them; others are
//! decoded chunk by chunk, and their file is kept whole. A file may hold bytes that no directory names: TIFF allows them
//! anywhere, and they are kept.
//!
//! Roles come from the names of pages and files, see module `images` beside this one. Make, model and software go to the
//! system; `DateTime` to the start of the scan, with a loss since it has no time zone; the resolution to the pixel size
//! unless it is a density of screens and printers. The page `schemas/images.md` lists the whole mapping.

mod chunked;
mod compression;
mod directory;
mod header;
mod page;
mod predictor;
mod reader;
mod tag;
mod tags;
#[cfg(test)]
mod tests;

pub use reader::Tiff;
