//! Writer for exactly the subset of HDF5 that the layout needs.
//!
//! # Why a writer of our own
//! The layout asks for ready-made chunks compressed by our threads, bounded memory, the same bytes every time and all
//! metadata in one place. The pure-Rust writers either hold the file in memory or spread object headers between the
//! chunks; libhdf5 needs a system library and spreads them too. The subset is small: groups with compact links,
//! contiguous and chunked datasets, compact attributes.
//!
//! # What is written
//! Superblock version 2 and object headers version 2 (both with checksums), link messages, data layout version 3 with
//! a **version 1 B-tree** as the chunk index, no times, no global heap. Every HDF5 library since 1.8.0 reads this,
//! among them MATLAB releases that still carry 1.8; the fixed array of HDF5 1.10 would be smaller but shuts those out,
//! and its extra checksum adds nothing where every chunk carries Fletcher-32.
//!
//! # Order in the file
//! Superblock, object headers, front data (metadata document, integrity list), chunk indexes, then all chunks in the
//! order they are appended. The size of everything before the chunks follows from the plan, so chunks stream out
//! first and the front is written last; a reader gets all metadata with one read from offset 0.

mod btree;
mod header;
mod plan;
mod superblock;

use std::collections::BTreeMap;
use std::io::Seek;
use std::io::SeekFrom;
use std::io::Write;
use std::path::Path;

use crate::error::Code;
use crate::error::Direction;
use crate::error::Error;
use crate::error::Result;

use super::ChunkAddress;
pub use plan::DatasetPlan;
pub use plan::FilePlan;
use plan::Placement;
use plan::Planned;
pub use plan::Storage;

/// Writes one HDF5 file: chunks as they come, everything else at the end.
pub struct FileWriter<W> {
    out: W,
    objects: BTreeMap<String, Planned>,
    position: u64,
}

/// What a finished file holds.
#[derive(Debug)]
pub struct Finished {
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Chunks of each chunked dataset in row-major order, by path.
    pub chunks: BTreeMap<String, Vec<ChunkAddress>>,
}

impl<W: Write + Seek> FileWriter<W> {
    /// Plans the file and moves to where the chunks start; `out` is written from offset 0.
    ///
    /// # Errors
    /// `hdf5.unsupported` when an attribute or header exceeds what the format can hold; `io.*`.
    pub fn create(mut out: W, plan: FilePlan) -> Result<Self> {
        let (objects, position) = plan.place()?;
        out.seek(SeekFrom::Start(position)).map_err(failed)?;
        Ok(Self { out, objects, position })
    }

    /// Appends the next chunk of a dataset; chunks come in row-major order.
    ///
    /// # Errors
    /// `internal` for a dataset that is not chunked or complete; `io.*`.
    pub fn append_chunk(&mut self, path: &str, stored: &[u8]) -> Result<()> {
        let length = u32::try_from(stored.len()).map_err(|_| misuse("a chunk of 4 GiB or more", path))?;
        let position = self.position;
        let Some(Planned { placement: Placement::Chunked { chunks, expected, .. }, .. }) = self.objects.get_mut(path)
        else {
            return Err(misuse("a chunk for a dataset that is not chunked", path));
        };
        if chunks.len() as u64 >= *expected {
            return Err(misuse("a chunk too many", path));
        }
        chunks.push(ChunkAddress { offset: position, length, skipped: 0 });
        self.append(stored)
    }

    /// Appends bytes of a contiguous dataset whose place is behind the front; pieces of one dataset follow each other
    /// without anything between them.
    ///
    /// # Errors
    /// `internal` when the dataset is not of this kind or the pieces are not adjacent; `io.*`.
    pub fn append_contiguous(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let position = self.position;
        let Some(Planned { placement: Placement::Behind { address, written, .. }, .. }) = self.objects.get_mut(path)
        else {
            return Err(misuse("bytes for a dataset that is not contiguous", path));
        };
        let start = *address.get_or_insert(position);
        if start + *written != position {
            return Err(misuse("bytes that are not adjacent", path));
        }
        *written += bytes.len() as u64;
        self.append(bytes)
    }

    /// Sets the bytes of a contiguous dataset in the front.
    ///
    /// # Errors
    /// `internal` when the size differs from the plan.
    pub fn set_front(&mut self, path: &str, bytes: Vec<u8>) -> Result<()> {
        match self.objects.get_mut(path) {
            Some(Planned { placement: Placement::Front { length, data, .. }, .. }) if *length == bytes.len() as u64 => {
                *data = bytes;
                Ok(())
            }
            _ => Err(misuse("front data of another size than planned", path)),
        }
    }

    /// Writes the front and ends the file.
    ///
    /// # Errors
    /// `internal` when a dataset is incomplete; `io.*`.
    pub fn finish(mut self) -> Result<Finished> {
        let front = plan::encode_front(&self.objects, self.position)?;
        self.out.seek(SeekFrom::Start(0)).map_err(failed)?;
        self.out.write_all(&front).map_err(failed)?;
        self.out.seek(SeekFrom::Start(self.position)).map_err(failed)?;
        self.out.flush().map_err(failed)?;
        let chunks = self.objects.into_iter().filter_map(|(path, object)| match object.placement {
            Placement::Chunked { chunks, .. } => Some((path, chunks)),
            _ => None,
        });
        Ok(Finished { bytes: self.position, chunks: chunks.collect() })
    }

    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(failed)?;
        self.position += bytes.len() as u64;
        Ok(())
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::io(Direction::Write, Path::new("UFF file"), error)
}

fn misuse(what: &str, path: &str) -> Error {
    Error::new(Code::Internal, format!("the HDF5 writer was given {what}")).at(path)
}
