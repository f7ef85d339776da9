//! PNG: one grey picture per array of 8 or 16 bits.
//!
//! PNG, third edition (W3C, 2025; ISO/IEC 15948). Pictures are named after their dataset in a UFF file with `_` for `/`.
//! A text [`ARRAY`](crate::vendor::png::ARRAY) says which array it is, and a text
//! [`METADATA`](crate::vendor::png::METADATA) in each holds the metadata document of the pictures together, so that the
//! reader of this software takes it back. Only what PNG can hold without change is written: arrays of 32 bits or of
//! floating-point numbers are named in the losses, and a scan with a view of nothing else is refused.

mod exporter;

pub use exporter::Png;
