//! Where the chunks of every plane lie, so that a region is fetched by byte ranges without opening the file.

use std::ops::Range;

use serde::Deserialize;
use serde::Serialize;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Block;
use crate::model::PlaneKey;
use crate::model::Region;

/// Chunks of every plane and overview of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChunkMap {}

impl ChunkMap {
    /// Plans the byte ranges that hold `region` of a plane at an overview level (0 is full size, 1 is ÷2).
    ///
    /// # Errors
    /// `uff.no_such_channel`, `uff.region`.
    pub fn region(&self, key: &PlaneKey, _level: u32, _region: &Region) -> Result<RegionPlan> {
        Err(Error::new(Code::UffNoSuchChannel, "the chunk map has no such plane").found(key))
    }
}

/// Byte ranges to fetch for a region, and how to decode them.
#[derive(Debug, Clone)]
pub struct RegionPlan {
    ranges: Vec<Range<u64>>,
}

impl RegionPlan {
    /// Returns the byte ranges to fetch, in the order [`RegionPlan::decode`] takes them.
    pub fn ranges(&self) -> &[Range<u64>] {
        &self.ranges
    }

    /// Decodes the fetched bytes into the samples of the region.
    ///
    /// # Errors
    /// `hdf5.checksum` when a chunk is damaged; `input.truncated` when bytes are missing; `hdf5.structure`.
    pub fn decode<B: AsRef<[u8]>>(&self, _fetched: &[B]) -> Result<Block> {
        Err(Error::new(Code::Hdf5Structure, "the plan holds no chunk"))
    }
}
