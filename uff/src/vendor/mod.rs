//! What scanners write: deliveries, the readers that understand them, and how the right reader is found.
//!
//! A [`Delivery`] is a file or a directory as the scanner left it. Each format is one [`VendorReader`] in the static
//! list [`READERS`]; [`recognize`] asks all of them and decides by content, never by suffix. Readers return the model
//! ([`Bundle`](crate::model::Bundle)) and never alter a sample; the bytes around the samples are kept so that every
//! original file can be rebuilt.
//!
//! Proprietary formats, HDF5 files among them, need no code: a declarative [`profile`] describes them.

mod delivery;
pub mod dicos;
mod directory;
mod discover;
mod foreign;
mod hdf5;
pub(crate) mod imagery;
mod images;
mod lanes;
mod lines;
pub mod n42;
pub mod npy;
mod options;
mod originals;
mod packed;
pub mod png;
pub mod profile;
mod reader;
mod recognize;
mod sample;
mod strided;
pub mod tiff;
mod tiled;
mod uff;

pub use delivery::Delivery;
pub use delivery::DeliveryFile;
pub use delivery::digest_of;
pub use directory::MAX_FILES;
pub use discover::Discovered;
pub use discover::Discovery;
pub use discover::discover;
pub use discover::groups;
pub use discover::stem;
pub use images::SideFile;
pub use images::array_name;
pub use options::ReadOptions;
pub use originals::Placed;
pub use originals::attach_originals;
pub use originals::keep_whole;
pub use packed::BitPlacement;
pub use packed::PackedSamples;
pub use reader::Candidate;
pub use reader::Sniff;
pub use reader::VendorReader;
pub use recognize::READERS;
pub use recognize::Recognized;
pub use recognize::recognize;
pub use strided::Placement;
pub use strided::StridedSamples;
pub use tiled::TilePlacement;
pub use tiled::TiledSamples;
pub use uff::Uff;
