//! Other formats that a scan can be handed out in, and the account of what each of them cannot hold.
//!
//! Each format is one [`Exporter`] in the static list [`EXPORTERS`]. What has no place in the format is named in the
//! losses that the exporter returns; [`account`] derives them from what the exporter says it carries, so that nothing
//! set in a scan can be lost without a word.

mod account;
mod bands;
pub mod dicos;
mod document;
mod exporter;
mod folder;
pub mod n42;
pub mod npy;
pub mod png;
pub mod tiff;

pub use account::Carried;
pub use account::account;
pub use exporter::EXPORTERS;
pub use exporter::Exporter;
pub use exporter::exporter;
pub use folder::ExportFile;
pub use folder::Folder;
