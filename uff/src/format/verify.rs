//! Checking samples against the digests recorded in the file.

use crate::model::Sha256;

/// Result of checking one dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetVerdict {
    /// Path of the dataset, with a leading slash.
    pub path: String,
    /// Digest that the integrity list records, if it lists the dataset.
    pub recorded: Option<Sha256>,
    /// What came out.
    pub verdict: Verdict,
}

/// Outcome of a check of one dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The decoded samples have the recorded digest.
    Intact,
    /// The decoded samples have another digest.
    Differs {
        /// Digest of what the file holds now.
        computed: Sha256,
    },
    /// The dataset cannot be read: a chunk fails its checksum or the structure is damaged.
    Unreadable {
        /// Stable code of the failure.
        code: crate::error::Code,
        /// The failure in words.
        message: String,
    },
    /// The integrity list names a dataset that the file lacks.
    Missing,
    /// The dataset is not listed.
    Unlisted {
        /// Digest of what the file holds now.
        computed: Sha256,
    },
}
