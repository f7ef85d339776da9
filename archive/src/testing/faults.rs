//! An object store that fails on demand: after so many writes, before or after the write took effect.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// Whether the write that fails takes effect all the same: the answer is lost, not the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is written.
    Request,
    /// The bytes are written, the caller sees a failure.
    Response,
}

/// Store whose writes and removals fail once a number of them has gone through.
#[derive(Debug)]
pub struct FaultyStore {
    inner: Arc<dyn ObjectStore>,
    left: AtomicI64,
    fault: Fault,
}

impl FaultyStore {
    /// Lets `writes` writes through, then fails.
    pub fn new(inner: Arc<dyn ObjectStore>, writes: u32, fault: Fault) -> Self {
        Self { inner, left: AtomicI64::new(i64::from(writes)), fault }
    }

    /// Lets `writes` more writes through, then fails.
    pub fn fail_after(&self, writes: u32) {
        self.left.store(i64::from(writes), Ordering::SeqCst);
    }

    /// Tells whether a write has failed.
    pub fn has_failed(&self) -> bool {
        self.left.load(Ordering::SeqCst) < 0
    }

    /// Counts a write; gives what happens to it when it is one too many.
    fn charge(&self) -> Option<Fault> {
        let left = self.left.fetch_sub(1, Ordering::SeqCst);
        match left {
            1.. => None,
            0 => Some(self.fault),
            // The process is as good as dead after the first failure.
            _ => Some(Fault::Request),
        }
    }
}

fn broken() -> Error {
    Error::Generic { store: "faulty", source: "failed on demand".into() }
}

impl fmt::Display for FaultyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "faulty {}", self.inner)
    }
}

#[async_trait]
impl ObjectStore for FaultyStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        match self.charge() {
            None => self.inner.put_opts(location, payload, opts).await,
            Some(Fault::Request) => Err(broken()),
            Some(Fault::Response) => {
                self.inner.put_opts(location, payload, opts).await?;
                Err(broken())
            }
        }
    }

    async fn put_multipart_opts(&self, location: &Path, opts: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        match self.charge() {
            None => self.inner.put_multipart_opts(location, opts).await,
            Some(_) => Err(broken()),
        }
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        match self.charge() {
            None => self.inner.delete_stream(locations),
            Some(_) => futures::stream::once(async { Err(broken()) }).boxed(),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        match self.charge() {
            None => self.inner.copy_opts(from, to, options).await,
            Some(_) => Err(broken()),
        }
    }
}
