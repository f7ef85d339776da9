//! Object stores that fail on demand: after so many writes, before or after the write took effect; or now and then, in any way
//! that stores on a network do.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
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

/// Store that fails now and then, at every kind of call, in a way that follows from a seed: the call is refused (503), the answer
/// is lost, it comes late, a range is cut short, a listing does not show what was written lately.
#[derive(Debug)]
pub struct FlakyStore {
    inner: Arc<dyn ObjectStore>,
    state: AtomicU64,
    /// One call of so many fails.
    every: u64,
    calm: AtomicBool,
    faults: AtomicU64,
    lately: Mutex<HashSet<Path>>,
}

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Refused,
    AnswerLost,
    Late,
    CutShort,
}

impl FlakyStore {
    /// Makes one call of `every` fail.
    pub fn new(inner: Arc<dyn ObjectStore>, seed: u64, every: u64) -> Self {
        let (calm, faults, lately) = Default::default();
        Self { inner, state: AtomicU64::new(seed), every, calm, faults, lately }
    }

    /// Ends all trouble.
    pub fn calm_down(&self) {
        self.calm.store(true, Ordering::SeqCst);
    }

    /// Begins the trouble anew.
    pub fn trouble_again(&self) {
        self.calm.store(false, Ordering::SeqCst);
    }

    /// Returns how many calls failed, or came late.
    pub fn faults(&self) -> u64 {
        self.faults.load(Ordering::SeqCst)
    }

    fn random(&self, bound: u64) -> u64 {
        let step =
            |state: u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
        let before = self.state.fetch_update(Ordering::SeqCst, Ordering::SeqCst, step).unwrap_or_default();
        (before >> 33) % bound
    }

    async fn trouble(&self) -> Option<Trouble> {
        if self.calm.load(Ordering::SeqCst) || self.random(self.every) != 0 {
            return None;
        }
        self.faults.fetch_add(1, Ordering::SeqCst);
        let kinds = [Trouble::Refused, Trouble::AnswerLost, Trouble::Late, Trouble::CutShort];
        let trouble = kinds[self.random(kinds.len() as u64) as usize];
        if trouble == Trouble::Late {
            tokio::time::sleep(Duration::from_millis(self.random(20))).await;
        }
        Some(trouble)
    }

    fn wrote(&self, location: &Path) {
        self.lately.lock().unwrap_or_else(PoisonError::into_inner).insert(location.clone());
    }

    /// Tells whether a listing leaves a file out: every other one of those written since the last listing.
    fn hidden(&self) -> HashSet<Path> {
        let lately = std::mem::take(&mut *self.lately.lock().unwrap_or_else(PoisonError::into_inner));
        let is_calm = self.calm.load(Ordering::SeqCst);
        lately.into_iter().filter(|_| !is_calm && self.random(2) == 0).collect()
    }
}

fn refused() -> Error {
    Error::Generic { store: "flaky", source: "503 Slow Down".into() }
}

impl fmt::Display for FlakyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "flaky {}", self.inner)
    }
}

#[async_trait]
impl ObjectStore for FlakyStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        match self.trouble().await {
            Some(Trouble::Refused | Trouble::CutShort) => Err(refused()),
            Some(Trouble::AnswerLost) => {
                self.wrote(location);
                self.inner.put_opts(location, payload, opts).await?;
                Err(refused())
            }
            Some(Trouble::Late) | None => {
                self.wrote(location);
                self.inner.put_opts(location, payload, opts).await
            }
        }
    }

    async fn put_multipart_opts(&self, location: &Path, opts: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        match self.trouble().await {
            Some(Trouble::Late) | None => self.inner.put_multipart_opts(location, opts).await,
            Some(_) => Err(refused()),
        }
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        match self.trouble().await {
            Some(Trouble::Late) | None => self.inner.get_opts(location, options).await,
            Some(_) => Err(refused()),
        }
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        match self.trouble().await {
            Some(Trouble::Late) | None => self.inner.get_ranges(location, ranges).await,
            Some(Trouble::CutShort) => {
                let whole = self.inner.get_ranges(location, ranges).await?;
                Ok(whole.into_iter().map(|bytes| bytes.slice(..bytes.len() / 2)).collect())
            }
            Some(_) => Err(refused()),
        }
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        match self.calm.load(Ordering::SeqCst) || self.random(self.every) != 0 {
            true => self.inner.delete_stream(locations),
            false => futures::stream::once(async { Err(refused()) }).boxed(),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let hidden = self.hidden();
        let shown = move |meta: &ObjectMeta| std::future::ready(!hidden.contains(&meta.location));
        self.inner.list(prefix).try_filter(shown).boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}
