//! PNG pictures: grey, 8 or 16 bits.
//!
//! Follows PNG, third edition (W3C, 2025; ISO/IEC 15948): the image is decoded by crate `png`, interlaced or not. Every
//! file is kept whole, since its samples do not lie plainly in it. Colours, opacity, fewer than 8 bits and animations are
//! refused by name. Chunks must end with `IEND` at the end of the file.
//!
//! 8 bits are taken for a picture made for display unless the caller says otherwise. `pHYs` gives the pixel size unless
//! it is a density of screens and printers; `Software` goes to the system, `Creation Time` to the start of the scan when
//! it is RFC 3339 with a zone; other texts, and `tIME`, the time of the last change, are kept as items of the vendor.
//! What other chunks say, such as how bright to show a sample, is named in the losses. A text with the keyword
//! [`METADATA`] is the metadata document of a scan that this software exported, and [`ARRAY`] the array that the file
//! holds.

mod chunks;
mod notes;
mod picture;
mod reader;
mod stream;
#[cfg(test)]
mod tests;
mod text;

pub use reader::ARRAY;
pub use reader::METADATA;
pub use reader::Png;
