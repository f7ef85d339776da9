//! Addresses of the chunks of a dataset, from any chunk index of HDF5.

use hdf5_reader::Hdf5File;
use hdf5_reader::btree_v1::BTreeV1Key;
use hdf5_reader::btree_v1::collect_btree_v1_leaves_storage;
use hdf5_reader::chunk_index::ChunkEntry;
use hdf5_reader::chunk_index::collect_implicit_chunk_entries;
use hdf5_reader::chunk_index::collect_v2_chunk_entries_storage;
use hdf5_reader::chunk_index::single_chunk_entry;
use hdf5_reader::extensible_array::collect_extensible_array_chunk_entries_storage;
use hdf5_reader::fixed_array::collect_fixed_array_chunk_entries_storage;
use hdf5_reader::messages::layout::ChunkIndexing;
use hdf5_reader::messages::layout::DataLayout;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::ChunkAddress;
use crate::h5::Shape;
use crate::h5::guard::library;
use crate::limits::Budget;

/// Chunk index of a dataset.
pub(super) struct Index<'a> {
    pub(super) layout: &'a DataLayout,
    pub(super) shape: &'a Shape,
    pub(super) filtered: bool,
    /// Bytes of an element.
    pub(super) element: usize,
    /// Largest elements per axis, as far as stated.
    pub(super) max: Option<&'a [u64]>,
}

/// Lists the chunks of an array of any number of axes in row-major order; chunks that were never written have length 0.
///
/// # Errors
/// `hdf5.structure`, `hdf5.unsupported`, `limit.bytes`.
pub(super) fn chunk_addresses(
    file: &Hdf5File,
    budget: &Budget,
    index: Index<'_>,
    axes: &[usize],
    chunk: &[usize],
) -> Result<Vec<ChunkAddress>> {
    let broken = || Error::new(Code::Hdf5Structure, "the chunks have an impossible size");
    if chunk.len() != axes.len() || chunk.contains(&0) {
        return Err(broken());
    }
    let counts: Vec<usize> = axes.iter().zip(chunk).map(|(axis, side)| axis.div_ceil(*side)).collect();
    let count = counts.iter().try_fold(1_usize, |n, c| n.checked_mul(*c)).ok_or_else(broken)?;
    let mut addresses = budget.vec::<ChunkAddress>(count, "a chunk index")?;
    addresses.resize(count, ChunkAddress::default());
    let base = file.superblock().base_address;
    let plain = chunk.iter().fold(index.element as u64, |n, side| n.saturating_mul(*side as u64));
    for entry in entries(file, &index)? {
        if entry.offsets.len() != axes.len() {
            return Err(broken());
        }
        let mut place = Some(0);
        for ((offset, side), count) in entry.offsets.iter().zip(chunk).zip(&counts) {
            if offset % *side as u64 != 0 {
                return Err(Error::new(Code::Hdf5Structure, "a chunk does not start on the grid of chunks"));
            }
            let at = usize::try_from(offset / *side as u64).ok().filter(|at| at < count);
            place = place.zip(at).map(|(place, at): (usize, usize)| place * count + at);
        }
        let length = if index.filtered { entry.size } else { entry.size.max(plain) };
        let Some(address) = place.and_then(|at| addresses.get_mut(at)) else { continue };
        *address = ChunkAddress {
            offset: entry.address.saturating_add(base),
            length: u32::try_from(length).map_err(|_| broken())?,
            skipped: entry.filter_mask,
        };
    }
    Ok(addresses)
}

fn entries(file: &Hdf5File, index: &Index<'_>) -> Result<Vec<ChunkEntry>> {
    let (DataLayout::Chunked { address, dims, chunk_indexing, .. }, Shape::Axes(shape)) = (index.layout, index.shape)
    else {
        return Ok(Vec::new());
    };
    let (address, storage, superblock) = (*address, file.storage(), file.superblock());
    let (offsets, lengths) = (superblock.offset_size, superblock.length_size);
    if address == u64::MAX || (offsets == 4 && address == u64::from(u32::MAX)) {
        return Ok(Vec::new());
    }
    let rank = u32::try_from(dims.len()).unwrap_or(u32::MAX);
    library(|| match chunk_indexing {
        None => {
            collect_btree_v1_leaves_storage(storage, address, offsets, lengths, Some(rank), dims, None).map(from_leaves)
        }
        Some(ChunkIndexing::SingleChunk { filtered_size, filters }) => {
            Ok(vec![single_chunk_entry(address, *filtered_size, *filters, shape.len())])
        }
        Some(ChunkIndexing::Implicit) => {
            collect_implicit_chunk_entries(address, shape, dims, index.element, None, storage.len())
        }
        Some(ChunkIndexing::FixedArray { .. }) => {
            collect_fixed_array_chunk_entries_storage(storage, address, offsets, lengths, shape, dims, None)
        }
        Some(ChunkIndexing::ExtensibleArray { .. }) => collect_extensible_array_chunk_entries_storage(
            storage, address, offsets, lengths, shape, index.max, dims, None,
        ),
        Some(ChunkIndexing::BTreeV2) => {
            collect_v2_chunk_entries_storage(storage, address, offsets, lengths, rank, dims, None)
        }
    })
}

fn from_leaves(leaves: Vec<(BTreeV1Key, u64)>) -> Vec<ChunkEntry> {
    let entry = |(key, address)| match key {
        BTreeV1Key::RawData { chunk_size, filter_mask, mut offsets } => {
            offsets.pop();
            Some(ChunkEntry { address, size: u64::from(chunk_size), filter_mask, offsets })
        }
        BTreeV1Key::Group { .. } => None,
    };
    leaves.into_iter().filter_map(entry).collect()
}
