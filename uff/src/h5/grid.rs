//! Two-dimensional arrays in a file: which bytes hold a region, and how they become samples.

use std::ops::Range;
use std::sync::Arc;

use ndarray::Array2;
use ndarray::ArrayViewMut2;
use rayon::prelude::*;

use super::Pipeline;
use super::Sample;
use super::filter::Decoded;
use super::sample::with_sample;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Block;
use crate::model::Region;
use crate::model::SampleType;

/// Where the stored bytes of a chunk stand; a length of 0 marks a chunk that was never written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChunkAddress {
    /// Byte offset in the file.
    pub offset: u64,
    /// Stored bytes.
    pub length: u32,
    /// Bit `i` is set when filter `i` was not applied.
    pub skipped: u32,
}

/// How the samples of an array lie in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GridStorage {
    /// Row by row in one piece.
    Contiguous {
        /// Byte offset of sample [0, 0].
        offset: u64,
    },
    /// In chunks; those at the lower and right edge are padded to full size.
    Chunked {
        /// Rows and columns of a chunk.
        chunk: (usize, usize),
        /// Filters.
        pipeline: Pipeline,
        /// Chunks in row-major order.
        chunks: Arc<[ChunkAddress]>,
    },
}

/// Array `[row, column]` in a file; an array of one axis is a single row.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    name: Arc<str>,
    shape: (usize, usize),
    sample_type: SampleType,
    big_endian: bool,
    fill: Vec<u8>,
    storage: GridStorage,
}

/// Gap between two chunks that is read rather than skipped, in bytes.
const MERGE_GAP: u64 = 16 << 10;
/// Largest run of chunks fetched in one piece, in bytes.
const MERGE_LIMIT: u64 = 8 << 20;
/// Chunks inflated before their samples are copied; bounds the memory beside the result.
const BATCH: usize = 16;

impl Grid {
    /// Describes an array of little-endian samples whose unwritten chunks read as zero.
    ///
    /// # Errors
    /// `hdf5.type` for an unlisted sample type; `hdf5.structure` when the chunks do not cover the array.
    pub fn new(shape: (usize, usize), sample_type: SampleType, storage: GridStorage) -> Result<Self> {
        let size = sample_type.size();
        if size == 0 {
            return Err(Error::new(Code::Hdf5Type, "not a sample type").found(sample_type));
        }
        let fits = shape.0.checked_mul(shape.1).and_then(|n| n.checked_mul(size)).is_some();
        let covered = match &storage {
            GridStorage::Contiguous { .. } => true,
            GridStorage::Chunked { chunk, chunks, .. } => {
                let bytes = chunk.0.checked_mul(chunk.1).and_then(|n| n.checked_mul(size));
                let whole = bytes.is_some_and(|n| n > 0 && n < 1 << 32);
                whole && shape.0.div_ceil(chunk.0).checked_mul(shape.1.div_ceil(chunk.1)) == Some(chunks.len())
            }
        };
        if !fits || !covered {
            return Err(Error::new(Code::Hdf5Structure, "the chunks do not cover the array")
                .found(format!("{} x {} samples", shape.0, shape.1)));
        }
        Ok(Self { name: Arc::from(""), shape, sample_type, big_endian: false, fill: vec![0; size], storage })
    }

    /// Sets the byte order and the bytes of the sample that stands for unwritten chunks.
    #[must_use]
    pub fn stored_as(mut self, big_endian: bool, fill: Option<Vec<u8>>) -> Self {
        self.big_endian = big_endian;
        if let Some(fill) = fill.filter(|f| f.len() == self.sample_type.size()) {
            self.fill = fill;
        }
        self
    }

    /// Sets the path that messages name.
    #[must_use]
    pub fn named(mut self, path: &str) -> Self {
        self.name = format!("/{path}").into();
        self
    }

    /// Returns rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        self.shape
    }

    /// Returns the sample type.
    pub fn sample_type(&self) -> &SampleType {
        &self.sample_type
    }

    /// Returns how the samples lie in the file.
    pub fn storage(&self) -> &GridStorage {
        &self.storage
    }

    /// Returns whether samples are stored with the most significant byte first.
    pub fn is_big_endian(&self) -> bool {
        self.big_endian
    }

    /// Returns the bytes of the sample that stands for unwritten chunks.
    pub fn fill(&self) -> &[u8] {
        &self.fill
    }

    /// Plans the byte ranges that hold a region; neighbouring chunks share a range.
    ///
    /// # Errors
    /// `uff.region`; `limit.bytes` when the region or a chunk decodes to more than `limit` bytes.
    pub fn plan(&self, region: &Region, limit: u64) -> Result<GridPlan> {
        region.check(self.shape)?;
        let size = self.sample_type.size();
        let bytes = region.rows.saturating_mul(region.columns).saturating_mul(size) as u64;
        let chunk_bytes = match &self.storage {
            GridStorage::Contiguous { .. } => 0,
            GridStorage::Chunked { chunk, .. } => (chunk.0 * chunk.1 * size) as u64,
        };
        if bytes.max(chunk_bytes) > limit {
            return Err(Error::new(Code::LimitBytes, "the region would exceed the memory limit")
                .expected(format!("at most {limit} bytes (--max-memory)"))
                .found(format!("{} bytes", bytes.max(chunk_bytes))));
        }
        let parts = match &self.storage {
            GridStorage::Contiguous { offset } => self.rows_of(*offset, region),
            GridStorage::Chunked { chunk, chunks, .. } => self.chunks_of(*chunk, chunks, region),
        };
        Ok(GridPlan::new(self.clone(), *region, parts))
    }

    fn rows_of(&self, offset: u64, region: &Region) -> Vec<Part> {
        let size = self.sample_type.size() as u64;
        let length = region.columns as u64 * size;
        let stride = self.shape.1 as u64 * size;
        let first = offset.saturating_add(region.row as u64 * stride + region.column as u64 * size);
        let part = |i: usize| Part {
            origin: (region.row + i, region.column),
            extent: (1, region.columns),
            offset: first.saturating_add(i as u64 * stride),
            length,
            skipped: 0,
            range: 0,
        };
        (0..region.rows).map(part).collect()
    }

    fn chunks_of(&self, chunk: (usize, usize), chunks: &[ChunkAddress], region: &Region) -> Vec<Part> {
        let across = self.shape.1.div_ceil(chunk.1);
        let rows = region.row / chunk.0..(region.row + region.rows).div_ceil(chunk.0);
        let columns = region.column / chunk.1..(region.column + region.columns).div_ceil(chunk.1);
        rows.flat_map(|r| columns.clone().map(move |c| (r, c)))
            .filter_map(|(r, c)| {
                let address = chunks.get(r * across + c).filter(|a| a.length > 0)?;
                Some(Part {
                    origin: (r * chunk.0, c * chunk.1),
                    extent: chunk,
                    offset: address.offset,
                    length: u64::from(address.length),
                    skipped: address.skipped,
                    range: 0,
                })
            })
            .collect()
    }
}

/// Stored piece of a region: a chunk, or a run of samples of one row.
#[derive(Debug, Clone)]
struct Part {
    origin: (usize, usize),
    extent: (usize, usize),
    offset: u64,
    length: u64,
    skipped: u32,
    range: usize,
}

/// Byte ranges to fetch for a region, and how to decode them.
#[derive(Debug, Clone)]
pub struct GridPlan {
    grid: Grid,
    region: Region,
    ranges: Vec<Range<u64>>,
    parts: Vec<Part>,
}

impl GridPlan {
    fn new(grid: Grid, region: Region, mut parts: Vec<Part>) -> Self {
        parts.sort_by_key(|p| p.offset);
        let mut ranges: Vec<Range<u64>> = Vec::new();
        for part in &mut parts {
            let end = part.offset.saturating_add(part.length);
            match ranges.last_mut() {
                Some(last)
                    if part.offset <= last.end.saturating_add(MERGE_GAP)
                        && end.max(last.end) - last.start <= MERGE_LIMIT =>
                {
                    last.end = last.end.max(end);
                }
                _ => ranges.push(part.offset..end),
            }
            part.range = ranges.len() - 1;
        }
        Self { grid, region, ranges, parts }
    }

    /// Returns the byte ranges to fetch, in ascending order; none when no chunk of the region was ever written.
    pub fn ranges(&self) -> &[Range<u64>] {
        &self.ranges
    }

    /// Returns the sum of the lengths of the ranges.
    pub fn bytes(&self) -> u64 {
        self.ranges.iter().fold(0, |sum, r| sum.saturating_add(r.end - r.start))
    }

    /// Decodes the fetched ranges, given in the order of [`GridPlan::ranges`]; large regions decode on the threads of
    /// the current rayon pool.
    ///
    /// # Errors
    /// `input.truncated` when bytes are missing; `hdf5.checksum`; `hdf5.structure`; `hdf5.unsupported`.
    pub fn decode<B: AsRef<[u8]> + Sync>(&self, fetched: &[B]) -> Result<Block> {
        with_sample!(&self.grid.sample_type, T => self.decode_as::<T, B>(fetched), else Err(self.unknown_type()))
    }

    /// Checks the chunks in the fetched ranges, given in the order of [`GridPlan::ranges`], by their checksums, without decoding
    /// them.
    ///
    /// # Errors
    /// `input.truncated` when bytes are missing; `hdf5.checksum`; `hdf5.unsupported` for a chunk without a checksum.
    pub fn check<B: AsRef<[u8]>>(&self, fetched: &[B]) -> Result<()> {
        self.parts.iter().try_for_each(|part| {
            let stored = self.stored_part(part, fetched)?;
            match &self.grid.storage {
                GridStorage::Contiguous { .. } => Err(Error::new(Code::Hdf5Unsupported, "the array has no checksum")),
                GridStorage::Chunked { pipeline, .. } => pipeline.check(stored, part.skipped),
            }
            .map_err(|e| e.at(self.place(part)))
        })
    }

    fn unknown_type(&self) -> Error {
        Error::new(Code::Hdf5Type, "not a sample type").found(&self.grid.sample_type)
    }

    fn decode_as<T: Sample, B: AsRef<[u8]> + Sync>(&self, fetched: &[B]) -> Result<Block> {
        let count = self.region.rows * self.region.columns;
        let mut samples: Vec<T> = Vec::new();
        let no_memory = |e| Error::new(Code::LimitBytes, "no memory for the region").cause(e);
        samples.try_reserve_exact(count).map_err(no_memory)?;
        let mut fill = [T::default()];
        T::from_bytes(&self.grid.fill, self.grid.big_endian, &mut fill);
        samples.resize(count, fill[0]);
        let shape = (self.region.rows, self.region.columns);
        let broken = |e| Error::new(Code::Internal, "a region has an impossible shape").cause(e);
        let mut array = Array2::from_shape_vec(shape, samples).map_err(broken)?;
        for batch in self.parts.chunks(BATCH) {
            let decoded: Vec<Result<Decoded>> = match batch {
                [_, _, ..] => batch.par_iter().map(|part| self.decode_part::<B>(part, fetched)).collect(),
                _ => batch.iter().map(|part| self.decode_part::<B>(part, fetched)).collect(),
            };
            for (part, decoded) in batch.iter().zip(decoded) {
                self.copy(part, &decoded?, array.view_mut());
            }
        }
        Ok(T::block(array))
    }

    fn decode_part<B: AsRef<[u8]>>(&self, part: &Part, fetched: &[B]) -> Result<Decoded> {
        let stored = self.stored_part(part, fetched)?;
        let element = self.grid.sample_type.size();
        match &self.grid.storage {
            GridStorage::Contiguous { .. } => Ok(Decoded { bytes: stored.to_vec(), shuffled: false }),
            GridStorage::Chunked { chunk, pipeline, .. } => pipeline
                .decode(stored, chunk.0 * chunk.1 * element, element, part.skipped)
                .map_err(|e| e.at(self.place(part))),
        }
    }

    fn place(&self, part: &Part) -> String {
        format!("{} chunk [{}, {}]", self.grid.name, part.origin.0, part.origin.1).trim_start().to_owned()
    }

    fn stored_part<'a, B: AsRef<[u8]>>(&self, part: &Part, fetched: &'a [B]) -> Result<&'a [u8]> {
        let found = || {
            let start = usize::try_from(part.offset - self.ranges.get(part.range)?.start).ok()?;
            let length = usize::try_from(part.length).ok()?;
            fetched.get(part.range)?.as_ref().get(start..start.checked_add(length)?)
        };
        found().ok_or_else(|| {
            Error::new(Code::InputTruncated, "the bytes of a chunk are missing")
                .at(self.place(part))
                .expected(format!("{} bytes", part.length))
        })
    }

    /// Copies the overlap of a decoded part and the region.
    fn copy<T: Sample>(&self, part: &Part, decoded: &Decoded, mut target: ArrayViewMut2<'_, T>) {
        let Region { row, column, rows, columns } = self.region;
        let first = (part.origin.0.max(row), part.origin.1.max(column));
        let end =
            ((part.origin.0 + part.extent.0).min(row + rows), (part.origin.1 + part.extent.1).min(column + columns));
        let chunk = part.extent.0 * part.extent.1;
        let width = end.1.saturating_sub(first.1);
        for r in first.0..end.0 {
            let at = (r - part.origin.0) * part.extent.1 + (first.1 - part.origin.1);
            let mut line = target.row_mut(r - row);
            let Some(samples) = line.as_slice_mut().and_then(|s| s.get_mut(first.1 - column..end.1 - column)) else {
                continue;
            };
            if decoded.shuffled && !self.grid.big_endian {
                T::unshuffle(&decoded.bytes, chunk, at, samples);
            } else if decoded.shuffled {
                let plain = hdf5_reader::filters::shuffle::unshuffle(&decoded.bytes, T::SIZE);
                T::from_bytes(plain.get(at * T::SIZE..).unwrap_or_default(), true, samples);
            } else if let Some(bytes) = decoded.bytes.get(at * T::SIZE..(at + width) * T::SIZE) {
                T::from_bytes(bytes, self.grid.big_endian, samples);
            }
        }
    }
}
