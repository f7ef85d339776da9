//! Datasets of any number of axes, read as planes: two axes are rows and columns, the others are cut at an index.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use hdf5_reader::messages::layout::DataLayout;
use rayon::prelude::*;

use super::Dataset;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::ChunkAddress;
use crate::h5::Pipeline;
use crate::h5::Sample;
use crate::h5::Shape;
use crate::h5::guard::check_density;
use crate::h5::sample::with_sample;
use crate::model::Block;
use crate::model::Region;
use crate::model::SampleType;
use crate::model::Samples;
use crate::source::ReadAt;

/// Bytes of decoded chunks that are kept for the next region; at least one chunk is.
const KEPT: u64 = 32 << 20;

/// Chunks decoded side by side before their samples are copied.
const BATCH: usize = 8;

/// A plane of an array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Axis whose index is the row.
    pub row_axis: usize,
    /// Axis whose index is the column.
    pub column_axis: usize,
    /// Index of the first sample on every axis.
    pub origin: Vec<usize>,
    /// Rows and columns.
    pub shape: (usize, usize),
}

/// A dataset opened for reading planes. Signed numbers are read as unsigned ones of the same bits.
pub struct Volume {
    name: String,
    source: Arc<dyn ReadAt>,
    axes: Vec<usize>,
    sample_type: SampleType,
    big_endian: bool,
    fill: Vec<u8>,
    storage: Storage,
    kept: Mutex<Kept>,
    capacity: u64,
}

enum Storage {
    /// In one piece at an offset of the source.
    Contiguous(u64),
    Chunked {
        chunk: Vec<usize>,
        pipeline: Pipeline,
        chunks: Vec<ChunkAddress>,
    },
    /// Inside the object header.
    Compact(Arc<Vec<u8>>),
}

/// Chunks decoded last, plain, by their number.
#[derive(Default)]
struct Kept {
    chunks: VecDeque<(usize, Arc<Vec<u8>>)>,
    bytes: u64,
}

impl Dataset {
    /// Opens the dataset for reading planes; the chunk index is read here, and the memory for decoded chunks charged.
    ///
    /// # Errors
    /// `hdf5.type` for elements that are no samples or lie on fewer than two axes; `hdf5.structure`; `hdf5.unsupported`,
    /// also for elements in another file; `limit.bytes`.
    pub fn volume(&self) -> Result<Volume> {
        self.open_volume().map_err(|e| self.located(e))
    }

    fn open_volume(&self) -> Result<Volume> {
        let wrong = |found: String| {
            Error::new(Code::Hdf5Type, "not an array of samples")
                .expected("two or more axes of whole numbers of 8 to 32 bits, f32 or f64")
                .found(found)
        };
        let (sample_type, big_endian, _) = self.stored_type().ok_or_else(|| wrong(self.describe_type()))?;
        let axes = match self.shape() {
            Shape::Axes(axes) if axes.len() > 1 => {
                axes.iter().map(|n| usize::try_from(*n)).collect::<Result<Vec<_>, _>>()
            }
            other => return Err(wrong(format!("{other:?}").to_lowercase())),
        };
        let too_large = || Error::new(Code::LimitBytes, "the array is too large for this machine");
        let axes = axes.map_err(|_| too_large())?;
        let element = sample_type.size();
        let bytes = product(&axes).and_then(|n| n.checked_mul(element)).ok_or_else(too_large)?;
        check_density(bytes as u64, self.source.len())?;
        if self.external {
            return Err(Error::new(Code::Hdf5Unsupported, "the samples lie in another file"));
        }
        let mut capacity = 0;
        let storage = match &self.layout {
            DataLayout::Contiguous { address: u64::MAX, .. } => {
                let chunks = vec![ChunkAddress::default(); usize::from(bytes > 0)];
                Storage::Chunked { chunk: axes.clone(), pipeline: Pipeline::default(), chunks }
            }
            DataLayout::Contiguous { address, .. } => {
                let offset = self.absolute(*address);
                if offset.checked_add(bytes as u64).is_none_or(|end| end > self.source.len()) {
                    return Err(Error::new(Code::InputTruncated, "the file ends before its samples do")
                        .expected(format!("{bytes} bytes from offset {offset} on"))
                        .found(format!("a file of {} bytes", self.source.len())));
                }
                Storage::Contiguous(offset)
            }
            DataLayout::Chunked { dims, .. } => {
                let chunk: Vec<usize> = dims.iter().map(|side| *side as usize).collect();
                let chunks = self.chunks(element, &axes, &chunk)?;
                let one = product(&chunk).and_then(|n| n.checked_mul(element)).ok_or_else(too_large)? as u64;
                capacity = one.max(KEPT.min(bytes as u64));
                // What is stored of a chunk is held beside it while it is decoded.
                self.budget.charge(capacity.saturating_add(one), "chunks of a dataset")?;
                Storage::Chunked { chunk, pipeline: self.pipeline().clone(), chunks }
            }
            DataLayout::Compact { data } if data.len() == bytes => Storage::Compact(Arc::new(data.clone())),
            DataLayout::Compact { data } => {
                return Err(Error::new(Code::Hdf5Structure, "the samples in the object header have the wrong size")
                    .expected(format!("{bytes} bytes"))
                    .found(format!("{} bytes", data.len())));
            }
        };
        let fill = self.library().fill_value().and_then(|f| f.value.clone()).filter(|f| f.len() == element);
        Ok(Volume {
            name: self.path().to_owned(),
            source: self.source.clone(),
            axes,
            fill: fill.unwrap_or_else(|| vec![0; element]),
            sample_type,
            big_endian,
            storage,
            kept: Mutex::default(),
            capacity,
        })
    }
}

fn product(sides: &[usize]) -> Option<usize> {
    sides.iter().try_fold(1_usize, |n, side| n.checked_mul(*side))
}

/// Returns how many elements lie between neighbours on each axis of a row-major array.
fn strides(sides: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; sides.len()];
    for at in (0..sides.len().saturating_sub(1)).rev() {
        let behind = strides.get(at + 1).zip(sides.get(at + 1)).map_or(1, |(stride, side)| stride * side);
        strides.iter_mut().skip(at).take(1).for_each(|s| *s = behind);
    }
    strides
}

impl Volume {
    /// Returns the number of elements per axis, slowest first.
    pub fn axes(&self) -> &[usize] {
        &self.axes
    }

    /// Returns the sample type.
    pub fn sample_type(&self) -> &SampleType {
        &self.sample_type
    }

    /// Returns whether samples are stored with the most significant byte first.
    pub fn is_big_endian(&self) -> bool {
        self.big_endian
    }

    /// Returns where a plane lies when the samples stand in one piece in the file: the offset of its first sample and
    /// the bytes from row to row and from column to column.
    pub fn in_place(&self, cut: &Cut) -> Option<(u64, u64, u64)> {
        let Storage::Contiguous(offset) = &self.storage else { return None };
        let size = self.sample_type.size() as u64;
        let strides = strides(&self.axes);
        let first: usize = cut.origin.iter().zip(&strides).map(|(at, stride)| at * stride).sum();
        let stride = |axis: usize| strides.get(axis).map(|s| *s as u64 * size);
        Some((offset + first as u64 * size, stride(cut.row_axis)?, stride(cut.column_axis)?))
    }

    /// Decodes a chunk, or takes it from those decoded last; nothing when it was never written.
    fn chunk(&self, number: usize) -> Result<Option<Arc<Vec<u8>>>> {
        let (chunk, pipeline, address) = match &self.storage {
            Storage::Compact(bytes) => return Ok(Some(bytes.clone())),
            Storage::Contiguous(_) => return Ok(None),
            Storage::Chunked { chunk, pipeline, chunks } => match chunks.get(number).filter(|a| a.length > 0) {
                Some(address) => (chunk, pipeline, address),
                None => return Ok(None),
            },
        };
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, bytes)) = kept.chunks.iter().find(|(n, _)| *n == number) {
            return Ok(Some(bytes.clone()));
        }
        drop(kept);
        let element = self.sample_type.size();
        let size = product(chunk).unwrap_or(0) * element;
        let at = |e: Error| e.file(self.source.name()).at(format!("/{} chunk {number}", self.name));
        // Filters make a chunk a little longer at most; what is longer by far is no chunk.
        let length = address.length as usize;
        if length > size.saturating_mul(2).saturating_add(4096) {
            let e = Error::new(Code::Hdf5Structure, "a stored chunk is larger than its content");
            return Err(at(e.expected(format!("about {size} bytes")).found(format!("{length} bytes"))));
        }
        let mut stored = Vec::new();
        stored
            .try_reserve_exact(length)
            .map_err(|e| at(Error::new(Code::LimitBytes, "no memory for a chunk").cause(e)))?;
        stored.resize(length, 0);
        self.source.read_exact_at(address.offset, &mut stored).map_err(at)?;
        let decoded = pipeline.decode(&stored, size, element, address.skipped).map_err(at)?;
        let plain = match decoded.shuffled {
            true => hdf5_reader::filters::shuffle::unshuffle(&decoded.bytes, element),
            false => decoded.bytes,
        };
        let plain = Arc::new(plain);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.chunks.iter().all(|(n, _)| *n != number) {
            kept.bytes += size as u64;
            kept.chunks.push_back((number, plain.clone()));
            while kept.bytes > self.capacity && kept.chunks.len() > 1 {
                kept.bytes -= kept.chunks.pop_front().map_or(0, |(_, bytes)| bytes.len() as u64);
            }
        }
        Ok(Some(plain))
    }

    fn fill_as<T: Sample>(&self) -> T {
        let mut fill = [T::default()];
        T::from_bytes(&self.fill, self.big_endian, &mut fill);
        let [fill] = fill;
        fill
    }
}

/// [`Samples`] of a plane of a dataset that is chunked or compact.
pub struct Plane {
    volume: Arc<Volume>,
    cut: Cut,
}

/// A chunk and the part of a region that it holds.
struct Part {
    number: usize,
    /// Rows and columns of the region.
    rows: std::ops::Range<usize>,
    columns: std::ops::Range<usize>,
    /// Position in the chunk of the first of these samples.
    first: usize,
}

impl Plane {
    /// Cuts a plane out of a volume whose samples do not stand in one piece ([`Volume::in_place`] tells).
    ///
    /// # Errors
    /// `uff.region` when it does not lie inside; `internal` when they do.
    pub fn new(volume: Arc<Volume>, cut: Cut) -> Result<Self> {
        if matches!(volume.storage, Storage::Contiguous(_)) {
            return Err(Error::new(Code::Internal, "samples in one piece are read in place").at(&volume.name));
        }
        let side = |axis: usize| {
            let length = match axis {
                _ if axis == cut.row_axis => cut.shape.0,
                _ if axis == cut.column_axis => cut.shape.1,
                _ => 1,
            };
            cut.origin.get(axis).and_then(|first| first.checked_add(length))
        };
        let inside = volume.axes.iter().enumerate().all(|(axis, length)| side(axis).is_some_and(|end| end <= *length));
        let axes = volume.axes.len();
        let sound =
            cut.origin.len() == axes && cut.row_axis != cut.column_axis && cut.row_axis.max(cut.column_axis) < axes;
        if inside && sound && cut.shape.0 > 0 && cut.shape.1 > 0 {
            return Ok(Self { volume, cut });
        }
        Err(Error::new(Code::UffRegion, "the plane lies outside the dataset")
            .file(volume.source.name())
            .at(format!("/{}", volume.name))
            .expected(format!("within {:?}", volume.axes))
            .found(format!("{:?} from {:?} on", cut.shape, cut.origin)))
    }

    /// Returns the sides of a chunk; the whole array when it stands in one piece.
    fn sides(&self) -> &[usize] {
        match &self.volume.storage {
            Storage::Chunked { chunk, .. } => chunk,
            _ => &self.volume.axes,
        }
    }

    /// Lists the chunks that hold a region.
    fn parts(&self, region: &Region) -> Vec<Part> {
        let (sides, cut) = (self.sides(), &self.cut);
        let side = |axis: usize| sides.get(axis).copied().unwrap_or(1).max(1);
        let start = |axis: usize| cut.origin.get(axis).copied().unwrap_or(0);
        let counts: Vec<usize> =
            self.volume.axes.iter().zip(sides).map(|(n, side)| n.div_ceil((*side).max(1))).collect();
        let (across, within) = (strides(&counts), strides(sides));
        let at = |strides: &[usize], axis: usize| strides.get(axis).copied().unwrap_or(0);
        let others = (0..sides.len()).filter(|axis| *axis != cut.row_axis && *axis != cut.column_axis);
        let (mut number, mut first) = (0, 0);
        for axis in others {
            number += start(axis) / side(axis) * at(&across, axis);
            first += start(axis) % side(axis) * at(&within, axis);
        }
        let top = start(cut.row_axis) + region.row;
        let left = start(cut.column_axis) + region.column;
        let (tall, wide) = (side(cut.row_axis), side(cut.column_axis));
        let mut parts = Vec::new();
        for down in top / tall..(top + region.rows).div_ceil(tall) {
            for beside in left / wide..(left + region.columns).div_ceil(wide) {
                let (row, column) = (top.max(down * tall), left.max(beside * wide));
                let ends =
                    ((top + region.rows).min((down + 1) * tall), (left + region.columns).min((beside + 1) * wide));
                parts.push(Part {
                    number: number + down * at(&across, cut.row_axis) + beside * at(&across, cut.column_axis),
                    rows: row - top..ends.0 - top,
                    columns: column - left..ends.1 - left,
                    first: first
                        + (row - down * tall) * at(&within, cut.row_axis)
                        + (column - beside * wide) * at(&within, cut.column_axis),
                });
            }
        }
        parts
    }

    fn read_as<T: Sample>(&self, region: &Region) -> Result<Block> {
        let broken = |e| Error::new(Code::Internal, "a region has an impossible shape").cause(e);
        let count = region.rows.saturating_mul(region.columns);
        let mut samples: Vec<T> = Vec::new();
        let no_memory = |e| Error::new(Code::LimitBytes, "no memory for the region").cause(e);
        samples.try_reserve_exact(count).map_err(no_memory)?;
        samples.resize(count, self.volume.fill_as());
        let within = strides(self.sides());
        let step = |axis: usize| within.get(axis).copied().unwrap_or(0) * T::SIZE;
        let (row_step, column_step) = (step(self.cut.row_axis), step(self.cut.column_axis));
        for batch in self.parts(region).chunks(BATCH) {
            let chunks: Vec<_> = match batch {
                [_, _, ..] => batch.par_iter().map(|part| self.volume.chunk(part.number)).collect(),
                _ => batch.iter().map(|part| self.volume.chunk(part.number)).collect(),
            };
            for (part, chunk) in batch.iter().zip(chunks) {
                let Some(bytes) = chunk? else { continue };
                for (down, row) in part.rows.clone().enumerate() {
                    let target = row * region.columns + part.columns.start;
                    let Some(target) = samples.get_mut(target..target + part.columns.len()) else { continue };
                    let start = part.first * T::SIZE + down * row_step;
                    let line = bytes.get(start..).unwrap_or_default();
                    if column_step == T::SIZE {
                        T::from_bytes(line, self.volume.big_endian, target);
                        continue;
                    }
                    for (sample, cell) in target.iter_mut().zip(line.chunks(column_step)) {
                        T::from_bytes(cell, self.volume.big_endian, std::slice::from_mut(sample));
                    }
                }
            }
        }
        ndarray::Array2::from_shape_vec((region.rows, region.columns), samples).map(T::block).map_err(broken)
    }
}

impl Samples for Plane {
    fn shape(&self) -> (usize, usize) {
        self.cut.shape
    }

    fn sample_type(&self) -> SampleType {
        self.volume.sample_type.clone()
    }

    fn read(&self, region: &Region) -> Result<Block> {
        region.check(self.cut.shape)?;
        let unknown = || Error::new(Code::Hdf5Type, "not a sample type").found(&self.volume.sample_type);
        with_sample!(&self.volume.sample_type, T => self.read_as::<T>(region), else Err(unknown()))
    }
}
