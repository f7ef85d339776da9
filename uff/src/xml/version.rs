//! Versions of the metadata document.

use std::fmt;

use crate::model::record::Since;

/// Major version of the metadata document. A minor version adds elements at the end of records and values to code
/// lists; readers tolerate both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum MetadataVersion {
    /// Version 2: image, system and detection data.
    V2,
    /// Version 3: adds radiation, system quality, low-energy material and machine-learning data.
    #[default]
    V3,
}

impl MetadataVersion {
    /// Every version, oldest first.
    pub const ALL: [Self; 2] = [Self::V2, Self::V3];

    /// Returns the namespace of the document's elements.
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::V2 => "urn:uff-open:metadata:2",
            Self::V3 => "urn:uff-open:metadata:3",
        }
    }

    /// Returns the version that has this namespace.
    pub fn of_namespace(namespace: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.namespace() == namespace)
    }

    /// Returns the value of the `version` attribute written: major and minor number.
    pub const fn text(self) -> &'static str {
        match self {
            Self::V2 => "2.0",
            Self::V3 => "3.0",
        }
    }

    /// Returns the major number.
    pub const fn major(self) -> u32 {
        match self {
            Self::V2 => 2,
            Self::V3 => 3,
        }
    }

    /// Returns whether documents of this version hold fields of `since`.
    pub const fn holds(self, since: Since) -> bool {
        match (self, since) {
            (Self::V3, _) | (Self::V2, Since::V2) => true,
            (Self::V2, Since::V3) => false,
        }
    }
}

impl fmt::Display for MetadataVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
