//! The filter set of the layout: shuffle, deflate and Fletcher-32, applied in this order when a chunk is written.

use libdeflater::CompressionLvl;
use libdeflater::Compressor;
use libdeflater::DecompressionError;
use libdeflater::Decompressor;
use libdeflater::adler32;

use super::fletcher32::fletcher32;
use super::fletcher32::swapped;
use super::lzf;
use super::noise::append_literals;
use super::noise::is_noise;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;

/// HDF5 identifier of the deflate filter.
pub(super) const DEFLATE: u16 = 1;
/// HDF5 identifier of the shuffle filter.
pub(super) const SHUFFLE: u16 = 2;
/// HDF5 identifier of the Fletcher-32 filter.
pub(super) const FLETCHER32: u16 = 3;

/// Compresses chunks: deflate, then Fletcher-32 over the compressed bytes; the caller has shuffled already.
pub struct ChunkEncoder {
    compressor: Compressor,
    quick: bool,
    scratch: Vec<u8>,
}

/// Levels up to this one write noise without searching it.
const QUICK: u8 = 3;
/// Start of a zlib stream (RFC 1950): deflate with a window of 32 KiB, fastest.
const ZLIB: [u8; 2] = [0x78, 0x01];

impl ChunkEncoder {
    /// Creates an encoder with a deflate level from 1 to 12.
    ///
    /// # Errors
    /// `usage` for another level.
    pub fn new(level: u8) -> Result<Self> {
        match CompressionLvl::new(i32::from(level)) {
            Ok(lvl) => Ok(Self { compressor: Compressor::new(lvl), quick: level <= QUICK, scratch: Vec::new() }),
            Err(_) => Err(Error::new(Code::Usage, "no such compression level").expected("1 to 12").found(level)),
        }
    }

    /// Compresses one shuffled chunk of elements of `element` bytes into what is stored.
    ///
    /// # Errors
    /// `internal` when the compressor refuses its own bound.
    pub fn encode(&mut self, shuffled: &[u8], element: usize) -> Result<Vec<u8>> {
        let plane = shuffled.len() / element.max(1);
        let planes = shuffled.chunks(plane.max(1)).take(element);
        let noisy = if self.quick { planes.take_while(|p| is_noise(p)).count() * plane } else { 0 };
        let (noise, rest) = shuffled.split_at(noisy);
        self.scratch.clear();
        self.scratch.extend(ZLIB);
        if !noise.is_empty() {
            noise.chunks(plane).for_each(|p| append_literals(p, &mut self.scratch));
        }
        let start = self.scratch.len();
        self.scratch.resize(start + self.compressor.deflate_compress_bound(rest.len()), 0);
        let failed = |e| Error::new(Code::Internal, "a chunk cannot be compressed").cause(e);
        let room = self.scratch.get_mut(start..).unwrap_or_default();
        let length = self.compressor.deflate_compress(rest, room).map_err(failed)?;
        self.scratch.truncate(start + length);
        self.scratch.extend(adler32(shuffled).to_be_bytes());
        let sum = fletcher32(&self.scratch);
        self.scratch.extend(sum.to_le_bytes());
        Ok(self.scratch.clone())
    }
}

/// One filter of a pipeline, in the order of writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// HDF5 identifier.
    pub id: u16,
    /// Parameters.
    pub parameters: Vec<u32>,
}

/// Filters of a dataset, in the order of writing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pipeline(Vec<Filter>);

impl Pipeline {
    /// Takes the filters in the order of writing.
    pub fn new(filters: Vec<Filter>) -> Self {
        Self(filters)
    }

    /// Returns the filter set of the layout for elements of `size` bytes and a deflate level.
    pub fn standard(size: u32, level: u8) -> Self {
        Self(vec![
            Filter { id: SHUFFLE, parameters: vec![size] },
            Filter { id: DEFLATE, parameters: vec![u32::from(level.min(9))] },
            Filter { id: FLETCHER32, parameters: Vec::new() },
        ])
    }

    /// Returns the filters in the order of writing.
    pub fn filters(&self) -> &[Filter] {
        &self.0
    }

    /// Returns whether every chunk carries a checksum.
    pub fn is_checked(&self) -> bool {
        self.0.iter().any(|f| f.id == FLETCHER32)
    }

    /// Returns whether the checksum of a chunk covers all that is stored of it: it is the last that was applied.
    pub fn is_checked_as_stored(&self) -> bool {
        self.0.last().is_some_and(|f| f.id == FLETCHER32)
    }

    /// Checks a stored chunk by its checksum, without decoding it. Bit `i` of `skipped` marks filter `i` as not applied.
    ///
    /// # Errors
    /// `hdf5.checksum` when it differs; `hdf5.unsupported` when the chunk has none that covers it.
    pub fn check(&self, stored: &[u8], skipped: u32) -> Result<()> {
        let last = self.0.len().saturating_sub(1);
        match self.is_checked_as_stored() && (last >= 32 || skipped & (1 << last) == 0) {
            true => check(stored).map(drop),
            false => Err(Error::new(Code::Hdf5Unsupported, "a chunk has no checksum")),
        }
    }

    /// Encodes the filter pipeline message, version 2 (HDF5 file format specification, IV.A.2.l).
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = vec![2, u8::try_from(self.0.len()).unwrap_or(u8::MAX)];
        for filter in &self.0 {
            let optional = u16::from(filter.id != FLETCHER32);
            out.extend(filter.id.to_le_bytes());
            out.extend(optional.to_le_bytes());
            out.extend(u16::try_from(filter.parameters.len()).unwrap_or(u16::MAX).to_le_bytes());
            filter.parameters.iter().for_each(|p| out.extend(p.to_le_bytes()));
        }
        out
    }

    /// Undoes the filters of one stored chunk.
    ///
    /// The result has exactly `size` bytes; when its flag says so they are still shuffled, so that the caller copies
    /// and unshuffles in one pass. Bit `i` of `skipped` marks filter `i` as not applied to this chunk.
    ///
    /// # Errors
    /// `hdf5.checksum` when the checksum differs; `hdf5.structure` when the bytes cannot be decoded to `size`;
    /// `hdf5.unsupported` for another filter.
    pub fn decode(&self, stored: &[u8], size: usize, element: usize, skipped: u32) -> Result<Decoded> {
        let applied = |i: usize| i >= 32 || skipped & (1 << i) == 0;
        let mut data = std::borrow::Cow::Borrowed(stored);
        let mut shuffled = false;
        for (i, filter) in self.0.iter().enumerate().rev().filter(|(i, _)| applied(*i)) {
            match filter.id {
                FLETCHER32 => {
                    let length = check(&data)?;
                    match &mut data {
                        std::borrow::Cow::Borrowed(bytes) => *bytes = bytes.get(..length).unwrap_or_default(),
                        std::borrow::Cow::Owned(bytes) => bytes.truncate(length),
                    }
                }
                DEFLATE if self.only_shuffle_before(i) => data = inflate(&data, size)?.into(),
                lzf::LZF if self.only_shuffle_before(i) => data = lzf::decompress(&data, size)?.into(),
                SHUFFLE if i == 0 => shuffled = element > 1,
                _ => return self.decode_by_library(stored, size, element, skipped),
            }
        }
        if data.len() != size {
            return Err(wrong_size(size, data.len()));
        }
        Ok(Decoded { bytes: data.into_owned(), shuffled })
    }

    /// Deflate and LZF yield the chunk size only when nothing but shuffle changed the chunk before it.
    fn only_shuffle_before(&self, position: usize) -> bool {
        self.0.iter().take(position).all(|f| f.id == SHUFFLE)
    }

    /// Undoes filters this module has no code for (szip, nbit, scale-offset, lz4) or an unusual order.
    fn decode_by_library(&self, stored: &[u8], size: usize, element: usize, skipped: u32) -> Result<Decoded> {
        use hdf5_reader::filters::apply_pipeline_with_limit;
        let describe = |f: &Filter| hdf5_reader::messages::filter_pipeline::FilterDescription {
            id: f.id,
            name: None,
            client_data: f.parameters.clone(),
        };
        let filters: Vec<_> = self.0.iter().map(describe).collect();
        let run = || apply_pipeline_with_limit(stored, &filters, skipped, element, None, Some(size));
        let bytes = super::guard::library(run)?;
        if bytes.len() != size {
            return Err(wrong_size(size, bytes.len()));
        }
        Ok(Decoded { bytes, shuffled: false })
    }
}

/// Chunk after the filters were undone.
#[derive(Debug)]
pub struct Decoded {
    /// Bytes of the whole chunk.
    pub bytes: Vec<u8>,
    /// Whether the bytes are still shuffled: all first bytes of the elements, then all second ones, and so on.
    pub shuffled: bool,
}

/// Checks the trailing checksum and returns the length without it.
fn check(data: &[u8]) -> Result<usize> {
    let (body, tail) = data.split_last_chunk::<4>().ok_or_else(|| {
        Error::new(Code::Hdf5Checksum, "a chunk is shorter than its checksum").found(format!("{} bytes", data.len()))
    })?;
    let stored = u32::from_le_bytes(*tail);
    let computed = fletcher32(body);
    if stored == computed || stored == swapped(computed) {
        return Ok(body.len());
    }
    Err(Error::new(Code::Hdf5Checksum, "a chunk does not match its checksum")
        .expected(format!("{stored:08x}"))
        .found(format!("{computed:08x}")))
}

fn inflate(data: &[u8], size: usize) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    out.try_reserve_exact(size).map_err(|e| Error::new(Code::LimitBytes, "no memory for a chunk").cause(e))?;
    out.resize(size, 0);
    match Decompressor::new().zlib_decompress(data, &mut out) {
        Ok(length) => {
            out.truncate(length);
            Ok(out)
        }
        Err(DecompressionError::InsufficientSpace) => Err(wrong_size(size, "more")),
        Err(DecompressionError::BadData) => Err(Error::new(Code::Hdf5Structure, "a chunk cannot be inflated")),
    }
}

fn wrong_size(size: usize, found: impl std::fmt::Display) -> Error {
    Error::new(Code::Hdf5Structure, "a chunk has the wrong size").expected(format!("{size} bytes")).found(found)
}
