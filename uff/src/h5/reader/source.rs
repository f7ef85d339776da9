//! Our byte sources as the storage of the reading library.

use std::sync::Arc;

use hdf5_reader::BlockCacheStorage;
use hdf5_reader::Storage;
use hdf5_reader::StorageBuffer;
use hdf5_reader::error::Error as LibraryError;

use crate::h5::guard::SourceFailure;
use crate::source::ReadAt;

/// Bytes read at a time; one block holds all metadata of a usual scan.
const BLOCK: usize = 64 << 10;
/// Blocks kept: 4 MiB for one open file at most.
const BLOCKS: usize = 64;

/// Wraps a source so that metadata are read in cached blocks.
pub(super) fn cached(source: Arc<dyn ReadAt>) -> Arc<dyn Storage> {
    Arc::new(BlockCacheStorage::new(Arc::new(Adapter(source)), BLOCK, BLOCKS))
}

struct Adapter(Arc<dyn ReadAt>);

impl Storage for Adapter {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn read_range(&self, offset: u64, length: usize) -> Result<StorageBuffer, LibraryError> {
        let available = self.0.len().saturating_sub(offset);
        if length as u64 > available {
            return Err(LibraryError::UnexpectedEof { offset, needed: length as u64, available });
        }
        let mut bytes = vec![0; length];
        self.0.read_exact_at(offset, &mut bytes).map_err(SourceFailure::wrap)?;
        Ok(StorageBuffer::from_vec(bytes))
    }
}
