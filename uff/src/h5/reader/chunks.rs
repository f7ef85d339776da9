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

/// Lists the chunks of an array of `rows` by `columns` elements in row-major order; chunks that were never written
/// have length 0.
///
/// # Errors
/// `hdf5.structure`, `hdf5.unsupported`, `limit.bytes`.
pub(super) fn chunk_addresses(
    file: &Hdf5File,
    budget: &Budget,
    index: Index<'_>,
    (rows, columns): (usize, usize),
    chunk: (usize, usize),
) -> Result<Vec<ChunkAddress>> {
    let broken = || Error::new(Code::Hdf5Structure, "the chunks have an impossible size");
    if chunk.0 == 0 || chunk.1 == 0 {
        return Err(broken());
    }
    let (down, across) = (rows.div_ceil(chunk.0), columns.div_ceil(chunk.1));
    let count = down.checked_mul(across).ok_or_else(broken)?;
    let mut addresses = budget.vec::<ChunkAddress>(count, "a chunk index")?;
    addresses.resize(count, ChunkAddress::default());
    let base = file.superblock().base_address;
    let plain = (chunk.0 as u64).saturating_mul(chunk.1 as u64).saturating_mul(index.element as u64);
    for entry in entries(file, &index)? {
        let (row, column) = match entry.offsets.as_slice() {
            [column] => (0, *column),
            [row, column] => (*row, *column),
            _ => return Err(broken()),
        };
        if row % chunk.0 as u64 != 0 || column % chunk.1 as u64 != 0 {
            return Err(Error::new(Code::Hdf5Structure, "a chunk does not start on the grid of chunks"));
        }
        let place = (row / chunk.0 as u64, column / chunk.1 as u64);
        if place.0 >= down as u64 || place.1 >= across as u64 {
            continue;
        }
        let length = if index.filtered { entry.size } else { entry.size.max(plain) };
        let Some(address) = addresses.get_mut(place.0 as usize * across + place.1 as usize) else { continue };
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
