//! The scan: plain checked data, independent of any file format.
//!
//! [`Scan`] is everything known about one scan except its samples; the samples of its channels, the calibration lines
//! and the opaque blobs stand beside it in a [`Bundle`]. Every record is declared once, with the name of its metadata
//! element, its documentation, a personal-data tag and a retention class per field (see [`record`]): the metadata
//! document, its XSD and the loss reports follow from these declarations.
//!
//! Images are addressed `[row, column]`. A row is one detector element (row 0 is the top of the picture), a column is
//! one line of the scan (column 0 is the first line acquired unless the view's geometry says otherwise).

mod annotation;
mod bundle;
mod channel;
mod code_list;
mod findings;
mod foreign;
mod geometry;
pub mod identifier;
mod media;
mod object;
mod provenance;
mod radiation;
pub mod record;
mod sample_digest;
mod samples;
mod scan;
mod system;
mod time;
mod trade;
mod vendor_item;
mod view;

pub use annotation::*;
pub use bundle::*;
pub use channel::*;
pub use code_list::CodeList;
pub use findings::*;
pub use foreign::*;
pub use geometry::*;
pub use media::*;
pub use object::*;
pub use provenance::*;
pub use radiation::*;
pub use sample_digest::digest_samples;
pub use samples::*;
pub use scan::*;
pub use system::*;
pub use time::Timestamp;
pub use trade::*;
pub use vendor_item::*;
pub use view::*;
