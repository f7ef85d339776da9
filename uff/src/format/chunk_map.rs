//! Where the chunks of every array lie, so that a region is fetched by byte ranges without opening the file.
//!
//! The map serializes to about 1 KiB per scan: of each array the shape, the sample type, the filters and the stored
//! length of each chunk; where a chunk does not follow the one before it, also the distance.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::ChunkAddress;
use crate::h5::Filter;
use crate::h5::Finished;
use crate::h5::Grid;
use crate::h5::GridPlan;
use crate::h5::GridStorage;
use crate::h5::Pipeline;
use crate::limits::Limits;
use crate::model::Block;
use crate::model::Bundle;
use crate::model::PlaneKey;
use crate::model::Region;
use crate::model::SampleType;

use super::layout;
use super::layout::Known;
use super::layout::plane_path;

/// Chunks of every array and overview of one file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<Entry>", into = "Vec<Entry>")]
pub struct ChunkMap(BTreeMap<(PlaneKey, u32), Grid>);

impl ChunkMap {
    /// Adds an array or overview.
    pub(super) fn insert(&mut self, key: PlaneKey, level: u32, grid: Grid) {
        let grid = grid.named(&plane_path(&key, level));
        self.0.insert((key, level), grid);
    }

    /// Collects the chunks of a file that was just written.
    pub(super) fn of_written(bundle: &Bundle, finished: &Finished) -> Result<Self> {
        let mut map = Self::default();
        for (key, samples) in &bundle.planes {
            let shapes = std::iter::once(samples.shape()).chain(layout::overview_shapes(samples.shape()));
            for (shape, level) in shapes.zip(0..) {
                let Some(chunks) = finished.chunks.get(&plane_path(key, level)) else { break };
                let pipeline = Pipeline::standard(samples.sample_type().size() as u32, 1);
                let chunks = Arc::from(chunks.as_slice());
                let storage = GridStorage::Chunked { chunk: layout::chunk_of(shape), pipeline, chunks };
                map.insert(key.clone(), level, Grid::new(shape, samples.sample_type(), storage)?);
            }
        }
        Ok(map)
    }

    /// Iterates over the arrays: address, overview level (0 is full size), rows and columns.
    pub fn planes(&self) -> impl Iterator<Item = (&PlaneKey, u32, (usize, usize))> {
        self.0.iter().map(|((key, level), grid)| (key, *level, grid.shape()))
    }

    /// Plans the byte ranges that hold `region` of an array at an overview level (0 is full size, 1 is ÷2).
    ///
    /// # Errors
    /// `uff.no_such_channel`, `uff.region`; `limit.bytes` for a region of more than 1 GiB.
    pub fn region(&self, key: &PlaneKey, level: u32, region: &Region) -> Result<RegionPlan> {
        let grid = self.0.get(&(key.clone(), level)).ok_or_else(|| {
            Error::new(Code::UffNoSuchChannel, "the chunk map has no such array").found(format!("{key}, level {level}"))
        })?;
        Ok(RegionPlan(grid.plan(region, Limits::default().memory)?))
    }
}

/// Byte ranges to fetch for a region, and how to decode them.
#[derive(Debug, Clone)]
pub struct RegionPlan(GridPlan);

impl RegionPlan {
    /// Returns the byte ranges to fetch, in the order [`RegionPlan::decode`] takes them: one for a tile that lies in
    /// one chunk.
    pub fn ranges(&self) -> &[Range<u64>] {
        self.0.ranges()
    }

    /// Decodes the fetched bytes into the samples of the region.
    ///
    /// # Errors
    /// `hdf5.checksum` when a chunk is damaged; `input.truncated` when bytes are missing; `hdf5.structure`.
    pub fn decode<B: AsRef<[u8]> + Sync>(&self, fetched: &[B]) -> Result<Block> {
        self.0.decode(fetched)
    }
}

/// Serialized form of one array.
#[derive(Serialize, Deserialize)]
struct Entry {
    /// Path of the dataset without a leading slash.
    path: String,
    rows: usize,
    columns: usize,
    #[serde(rename = "type")]
    sample_type: SampleType,
    #[serde(default, rename = "bigEndian", skip_serializing_if = "std::ops::Not::not")]
    big_endian: bool,
    /// Bytes of the sample that stands for unwritten chunks, when it is not zero.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fill: Vec<u8>,
    /// Rows and columns of a chunk; none for an array in one piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chunk: Option<(usize, usize)>,
    /// HDF5 filters in the order of writing: identifier, then parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    filters: Vec<Vec<u32>>,
    /// Offset of the first chunk, or of the array in one piece.
    start: u64,
    /// Stored bytes of each chunk in row-major order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lengths: Vec<u32>,
    /// Chunks that do not follow the one before: index, and distance from its end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<(usize, i64)>,
    /// Chunks with filters left out: index and mask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    skipped: Vec<(usize, u32)>,
}

impl From<ChunkMap> for Vec<Entry> {
    fn from(map: ChunkMap) -> Self {
        map.0.iter().map(|((key, level), grid)| Entry::of(plane_path(key, *level), grid)).collect()
    }
}

impl TryFrom<Vec<Entry>> for ChunkMap {
    type Error = Error;
    fn try_from(entries: Vec<Entry>) -> Result<Self> {
        let mut map = Self::default();
        for entry in entries {
            let Some(Known::Plane(key, level)) = layout::classify(&entry.path) else {
                return Err(Error::new(Code::InputValue, "not the path of an array").found(entry.path));
            };
            map.insert(key, level, entry.grid()?);
        }
        Ok(map)
    }
}

impl Entry {
    fn of(path: String, grid: &Grid) -> Self {
        let (rows, columns) = grid.shape();
        let mut entry = Self {
            path,
            rows,
            columns,
            sample_type: grid.sample_type().clone(),
            big_endian: grid.is_big_endian(),
            fill: if grid.fill().iter().any(|b| *b != 0) { grid.fill().to_vec() } else { Vec::new() },
            chunk: None,
            filters: Vec::new(),
            start: 0,
            lengths: Vec::new(),
            gaps: Vec::new(),
            skipped: Vec::new(),
        };
        match grid.storage() {
            GridStorage::Contiguous { offset } => entry.start = *offset,
            GridStorage::Chunked { chunk, pipeline, chunks } => {
                let filter =
                    |f: &Filter| std::iter::once(u32::from(f.id)).chain(f.parameters.iter().copied()).collect();
                entry.chunk = Some(*chunk);
                entry.filters = pipeline.filters().iter().map(filter).collect();
                entry.start = chunks.first().map_or(0, |c| c.offset);
                entry.add_chunks(chunks);
            }
        }
        entry
    }

    fn add_chunks(&mut self, chunks: &[ChunkAddress]) {
        let mut end = self.start;
        for (i, chunk) in chunks.iter().enumerate() {
            self.lengths.push(chunk.length);
            if chunk.offset != end {
                self.gaps.push((i, chunk.offset.wrapping_sub(end) as i64));
            }
            if chunk.skipped != 0 {
                self.skipped.push((i, chunk.skipped));
            }
            end = chunk.offset.wrapping_add(u64::from(chunk.length));
        }
    }

    fn grid(self) -> Result<Grid> {
        let storage = match self.chunk {
            None => GridStorage::Contiguous { offset: self.start },
            Some(chunk) => {
                let filter = |f: &Vec<u32>| {
                    let (id, parameters) = f.split_first()?;
                    Some(Filter { id: u16::try_from(*id).ok()?, parameters: parameters.to_vec() })
                };
                let filters: Option<Vec<_>> = self.filters.iter().map(filter).collect();
                let wrong = || Error::new(Code::InputValue, "a chunk map names an impossible filter").at(&self.path);
                let pipeline = Pipeline::new(filters.ok_or_else(wrong)?);
                GridStorage::Chunked { chunk, pipeline, chunks: self.chunks().into() }
            }
        };
        let fill = Some(self.fill);
        Ok(Grid::new((self.rows, self.columns), self.sample_type, storage)?.stored_as(self.big_endian, fill))
    }

    fn chunks(&self) -> Vec<ChunkAddress> {
        let mut gaps = self.gaps.iter().peekable();
        let mut skips = self.skipped.iter().peekable();
        let mut end = self.start;
        let address = |(i, length): (usize, &u32)| {
            let gap = gaps.next_if(|(at, _)| *at == i).map_or(0, |(_, gap)| *gap);
            let skipped = skips.next_if(|(at, _)| *at == i).map_or(0, |(_, mask)| *mask);
            let offset = end.wrapping_add_signed(gap);
            end = offset.wrapping_add(u64::from(*length));
            ChunkAddress { offset, length: *length, skipped }
        };
        self.lengths.iter().enumerate().map(address).collect()
    }
}
