//! Hardened reading and writing of the metadata document.

/// Major version of the metadata document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MetadataVersion {
    /// Version 2: image, system and detection data.
    V2,
    /// Version 3: adds radiation, system quality, low-energy material and machine learning.
    V3,
}
