//! Reads the content of a stored file from begin to end, on a thread for blocking work.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::{GetOptions, GetResultPayload};
use tokio::runtime::Handle;

use super::{Store, Throttle};
use crate::error::{Code, Error, Result};

/// Bytes read from a local file at once; fits the second-level cache, in which they are digested.
const PIECE: usize = 256 << 10;

/// How stored files are read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    /// Reads from the disk itself, whatever the operating system holds in memory, and leaves nothing there.
    pub(crate) from_storage: bool,
    /// Rate that is kept.
    pub(crate) throttle: Option<Arc<Throttle>>,
}

/// Content of a stored file, piece by piece. Made on an async thread, read on a blocking one.
pub(crate) struct ContentReader {
    store: Store,
    path: String,
    payload: Payload,
    reading: Reading,
}

enum Payload {
    File(File, Vec<u8>),
    Stream(BoxStream<'static, object_store::Result<Bytes>>, Handle, Bytes),
}

impl ContentReader {
    /// Opens a stored file, to be read as it comes.
    ///
    /// # Errors
    /// As [`ContentReader::open_as`].
    pub(crate) async fn open(store: &Store, path: &str) -> Result<Self> {
        Self::open_as(store, path, &Reading::default()).await
    }

    /// Opens a stored file.
    ///
    /// # Errors
    /// `archive.missing` when there is none; `archive.store`, `archive.store_access`.
    pub(crate) async fn open_as(store: &Store, path: &str, reading: &Reading) -> Result<Self> {
        let options = GetOptions::default();
        let found = store.inner.get_opts(&store.path(path)?, options).await.map_err(|e| store.failed(path, e))?;
        let payload = match found.payload {
            GetResultPayload::File(file, _) => Payload::File(file, vec![0; PIECE]),
            GetResultPayload::Stream(stream) => Payload::Stream(stream, Handle::current(), Bytes::new()),
        };
        if let (true, Payload::File(file, _)) = (reading.from_storage, &payload) {
            forget(file);
        }
        Ok(Self { store: store.clone(), path: path.to_owned(), payload, reading: reading.clone() })
    }

    /// Reads the next piece; an empty one is the end.
    ///
    /// # Errors
    /// `archive.store` when the device or the connection fails.
    pub(crate) fn next(&mut self) -> Result<&[u8]> {
        let throttle = self.reading.throttle.clone();
        let piece = self.piece()?;
        if let Some(throttle) = throttle {
            throttle.pay(piece.len());
        }
        Ok(piece)
    }

    fn piece(&mut self) -> Result<&[u8]> {
        match &mut self.payload {
            Payload::File(file, buffer) => loop {
                match file.read(buffer) {
                    Ok(count) => return Ok(buffer.get(..count).unwrap_or_default()),
                    Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(e) => {
                        let e = Error::new(Code::Store, "reading from the disk failed").cause(e);
                        return Err(e.file(self.store.describe(&self.path)));
                    }
                }
            },
            Payload::Stream(stream, handle, piece) => loop {
                match handle.block_on(stream.next()) {
                    Some(Ok(next)) if next.is_empty() => {}
                    Some(Ok(next)) => {
                        *piece = next;
                        return Ok(piece);
                    }
                    Some(Err(e)) => return Err(self.store.failed(&self.path, e)),
                    None => return Ok(&[]),
                }
            },
        }
    }
}

impl Drop for ContentReader {
    fn drop(&mut self) {
        if let (true, Payload::File(file, _)) = (self.reading.from_storage, &self.payload) {
            forget(file);
        }
    }
}

/// Makes the operating system forget what it holds of a file in memory. Where it cannot, what it holds is read.
fn forget(file: &File) {
    #[cfg(target_os = "linux")]
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}
