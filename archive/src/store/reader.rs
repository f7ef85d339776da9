//! Reads the content of a stored file from begin to end, on a thread for blocking work.

use std::fs::File;
use std::io::Read;

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::{GetOptions, GetResultPayload};
use tokio::runtime::Handle;

use super::Store;
use crate::error::{Code, Error, Result};

/// Bytes read from a local file at once; fits the second-level cache, in which they are digested.
const PIECE: usize = 256 << 10;

/// Content of a stored file, piece by piece. Made on an async thread, read on a blocking one.
pub(crate) struct ContentReader {
    store: Store,
    path: String,
    payload: Payload,
}

enum Payload {
    File(File, Vec<u8>),
    Stream(BoxStream<'static, object_store::Result<Bytes>>, Handle, Bytes),
}

impl ContentReader {
    /// Opens a stored file.
    ///
    /// # Errors
    /// `archive.missing` when there is none; `archive.store`, `archive.store_access`.
    pub(crate) async fn open(store: &Store, path: &str) -> Result<Self> {
        let options = GetOptions::default();
        let found = store.inner.get_opts(&store.path(path)?, options).await.map_err(|e| store.failed(path, e))?;
        let payload = match found.payload {
            GetResultPayload::File(file, _) => Payload::File(file, vec![0; PIECE]),
            GetResultPayload::Stream(stream) => Payload::Stream(stream, Handle::current(), Bytes::new()),
        };
        Ok(Self { store: store.clone(), path: path.to_owned(), payload })
    }

    /// Reads the next piece; an empty one is the end.
    ///
    /// # Errors
    /// `archive.store` when the device or the connection fails.
    pub(crate) fn next(&mut self) -> Result<&[u8]> {
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
