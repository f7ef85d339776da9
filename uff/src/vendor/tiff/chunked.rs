//! Samples of an image in strips or tiles that are compressed or lie scattered, decoded on demand.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use ndarray::Array2;
use ndarray::s;
use rayon::prelude::*;

use super::header::TiffFile;
use super::page::Page;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::{Block, Region, SampleType, Samples};
use crate::source::MemorySource;
use crate::vendor::{Placement, StridedSamples};

/// Bytes of decoded chunks that are kept, so that neighbouring regions and channels need not decode them again.
const KEPT: usize = 32 << 20;

/// Strips or tiles of an image, shared by its channels.
pub(super) struct Chunks {
    file: TiffFile,
    page: Page,
    /// Decoded chunks by index, the oldest first.
    kept: Mutex<VecDeque<(usize, MemorySource)>>,
    capacity: usize,
}

impl Chunks {
    /// Prepares an image for reading; the memory for decoded chunks is charged here.
    ///
    /// # Errors
    /// `limit.bytes`.
    pub(super) fn new(file: &TiffFile, page: Page, budget: &Budget) -> Result<Self> {
        let chunk = page.chunk_bytes().unwrap_or(usize::MAX);
        let all = chunk.saturating_mul(page.chunks.len());
        let capacity = chunk.max(all.min(KEPT));
        budget.charge(capacity as u64, "strips or tiles of a TIFF image")?;
        Ok(Self { file: file.clone(), page, kept: Mutex::default(), capacity })
    }

    /// Returns a chunk decoded: rows of pixels in the byte order of the file.
    fn decoded(&self, index: usize) -> Result<MemorySource> {
        if let Ok(kept) = self.kept.lock()
            && let Some((_, chunk)) = kept.iter().find(|(i, _)| *i == index)
        {
            return Ok(chunk.clone());
        }
        let chunk =
            self.decode(index).map_err(|e| e.file(self.file.source.name()).at(format!("strip or tile {index}")))?;
        let size = self.page.chunk_bytes().unwrap_or(usize::MAX).max(1);
        if let Ok(mut kept) = self.kept.lock() {
            while kept.len() > (self.capacity / size).saturating_sub(1) && kept.pop_front().is_some() {}
            kept.push_back((index, chunk.clone()));
        }
        Ok(chunk)
    }

    fn decode(&self, index: usize) -> Result<MemorySource> {
        let page = &self.page;
        let gone = || Error::new(Code::Internal, "a strip or tile is not in the list");
        let (offset, stored) = page.chunks.get(index).copied().ok_or_else(gone)?;
        let (size, least) = (page.chunk_bytes().ok_or_else(gone)?, page.bytes_of(index).ok_or_else(gone)?);
        let mut packed = zeroed(usize::try_from(stored).unwrap_or(usize::MAX))?;
        self.file.source.read_exact_at(offset, &mut packed)?;
        let mut samples = zeroed(size)?;
        let filled = page.compression.decode(&packed, &mut samples)?;
        if filled < least {
            return Err(Error::new(Code::TiffSamples, "the compressed data hold less than the image")
                .expected(format!("{least} bytes"))
                .found(format!("{filled} bytes")));
        }
        let row = page.chunk.1 * page.together() * page.sample_type.size();
        page.predictor.undo(&mut samples, row, page.together(), &page.sample_type, &self.file.byte_order);
        Ok(MemorySource::new(self.file.source.name(), samples))
    }

    /// Returns the part of a chunk at a place of the grid that lies in the region, and its region in the chunk.
    fn part(&self, (down, across): (usize, usize), region: &Region, channel: usize) -> Result<Part> {
        let page = &self.page;
        let (row, rows) = overlap(down * page.chunk.0, page.chunk.0, region.row, region.rows);
        let (column, columns) = overlap(across * page.chunk.1, page.chunk.1, region.column, region.columns);
        let (high, wide) = page.grid();
        let (plane, inside) = if page.apart { (channel, 0) } else { (0, channel) };
        let size = page.sample_type.size();
        let pixel = page.together() * size;
        let placement = Placement {
            shape: page.chunk,
            sample_type: page.sample_type.clone(),
            byte_order: self.file.byte_order.clone(),
            offset: (inside * size) as u64,
            row_stride: (page.chunk.1 * pixel) as u64,
            column_stride: pixel as u64,
        };
        let chunk = self.decoded((plane * high + down) * wide + across)?;
        let samples = StridedSamples::new(Arc::new(chunk), placement)?;
        let inner = Region { row: row - down * page.chunk.0, column: column - across * page.chunk.1, rows, columns };
        Ok(Part { row: row - region.row, column: column - region.column, block: samples.read(&inner)? })
    }
}

/// Part of a region, from one chunk.
struct Part {
    row: usize,
    column: usize,
    block: Block,
}

/// Returns start and length of what two ranges of start and length share.
fn overlap(a: usize, a_len: usize, b: usize, b_len: usize) -> (usize, usize) {
    let start = a.max(b);
    (start, (a + a_len).min(b + b_len).saturating_sub(start))
}

fn zeroed(size: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size).map_err(|e| {
        Error::new(Code::LimitBytes, "no memory for a strip or tile").found(format!("{size} bytes")).cause(e)
    })?;
    bytes.resize(size, 0);
    Ok(bytes)
}

/// One channel of an image in strips or tiles.
pub(super) struct ChunkedSamples {
    chunks: Arc<Chunks>,
    channel: usize,
}

impl ChunkedSamples {
    /// Takes a channel of an image.
    pub(super) fn new(chunks: Arc<Chunks>, channel: usize) -> Self {
        Self { chunks, channel }
    }
}

impl Samples for ChunkedSamples {
    fn shape(&self) -> (usize, usize) {
        self.chunks.page.shape
    }

    fn sample_type(&self) -> SampleType {
        self.chunks.page.sample_type.clone()
    }

    fn read(&self, region: &Region) -> Result<Block> {
        region.check(self.shape())?;
        let (rows, columns) = self.chunks.page.chunk;
        let down = region.row / rows..(region.row + region.rows).div_ceil(rows);
        let across = region.column / columns..(region.column + region.columns).div_ceil(columns);
        let places: Vec<_> = down.flat_map(|d| across.clone().map(move |a| (d, a))).collect();
        let parts: Vec<Part> =
            places.into_par_iter().map(|at| self.chunks.part(at, region, self.channel)).collect::<Result<_>>()?;
        match self.chunks.page.sample_type {
            SampleType::U8 => {
                join(region, &parts, |b| if let Block::U8(a) = b { Some(a) } else { None }).map(Block::U8)
            }
            SampleType::U16 => {
                join(region, &parts, |b| if let Block::U16(a) = b { Some(a) } else { None }).map(Block::U16)
            }
            SampleType::U32 => {
                join(region, &parts, |b| if let Block::U32(a) = b { Some(a) } else { None }).map(Block::U32)
            }
            SampleType::F32 => {
                join(region, &parts, |b| if let Block::F32(a) = b { Some(a) } else { None }).map(Block::F32)
            }
            _ => join(region, &parts, |b| if let Block::F64(a) = b { Some(a) } else { None }).map(Block::F64),
        }
    }
}

/// Joins the parts of a region.
fn join<T: Clone + Default>(
    region: &Region,
    parts: &[Part],
    array: impl Fn(&Block) -> Option<&Array2<T>>,
) -> Result<Array2<T>> {
    let count = region.rows.saturating_mul(region.columns);
    let mut samples = Vec::new();
    samples
        .try_reserve_exact(count)
        .map_err(|e| Error::new(Code::LimitBytes, "no memory for samples").found(count).cause(e))?;
    samples.resize(count, T::default());
    let shaped = Array2::from_shape_vec((region.rows, region.columns), samples);
    let mut out = shaped.map_err(|e| Error::new(Code::Internal, "samples do not fill the region").cause(e))?;
    for part in parts {
        let from = array(&part.block).ok_or_else(|| Error::new(Code::Internal, "a part has another type"))?;
        let (rows, columns) = from.dim();
        out.slice_mut(s![part.row..part.row + rows, part.column..part.column + columns]).assign(from);
    }
    Ok(out)
}
