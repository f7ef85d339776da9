//! Phantoms, sample writers and the suites every reader must pass.

mod coded_image;
pub mod dicom_file;
pub mod export_suite;
mod full_scan;
mod hdf5_delivery;
mod n42_samples;
mod reader_facts;
mod reader_samples;
pub mod reader_suite;
mod size_lies;
mod tiff;

pub use coded_image::IMAGE_CODECS;
pub use coded_image::decode_image;
pub use full_scan::full_bundle;
pub use full_scan::full_scan;
pub use hdf5_delivery::HDF5_PROFILE;
pub use hdf5_delivery::hdf5_scan;
pub use n42_samples::PORTAL_2006;
pub use n42_samples::PORTAL_2011;
pub use reader_facts::FactSample;
pub use reader_facts::fact_samples;
pub use reader_samples::GANTRY_COLUMNS;
pub use reader_samples::GANTRY_PROFILE;
pub use reader_samples::GANTRY_ROWS;
pub use reader_samples::GANTRY_SIDECAR;
pub use reader_samples::ReaderSample;
pub use reader_samples::gantry_pixels;
pub use reader_samples::gantry_sample;
pub use reader_samples::npy;
pub use reader_samples::reader_samples;
pub use size_lies::SizeLie;
pub use size_lies::size_lies;
pub use tiff::TiffPage;
pub use tiff::TiffWriter;
