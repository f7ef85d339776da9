//! Bytes in object storage: put once, read whole or by range, listed only for care.
//!
//! A [`Store`] is a prefix of an object store. Paths are relative to it, with forward slashes and ASCII only. On the
//! local disk each write goes to a staging file that is synced, published by link or rename, and its directory synced; files
//! that are written together share that, and large ones go past the memory of the system.

mod aligned;
pub mod digest;
mod disk;
pub mod ocfl;
mod open;
mod probe;
mod reader;
#[cfg(feature = "cloud")]
mod s3;
mod source;
mod throttle;
mod upload;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use jiff::Timestamp;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions};

use crate::error::{Code, Error, Result};

pub(crate) use aligned::Aligned;
pub(crate) use disk::Ahead;
pub use open::{Places, open};
pub use probe::Abilities;
pub(crate) use reader::{ContentReader, Reading};
pub(crate) use source::source;
pub(crate) use throttle::Throttle;
pub(crate) use upload::{Content, MAX_HELD, held, prepare, then, upload};

/// Largest document (inventory, record, declaration) that is read into memory.
const MAX_DOCUMENT: u64 = 64 << 20;
/// Files that are written together and are on their way at one time.
const IN_FLIGHT: usize = 8;

/// A prefix of an object store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<dyn ObjectStore>,
    prefix: Path,
    disk: Option<Disk>,
    locks: Option<Arc<dyn Locks>>,
    name: String,
}

/// Directory on the local disk.
#[derive(Clone)]
struct Disk {
    files: Arc<LocalFileSystem>,
    root: PathBuf,
}

/// File found by listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path relative to the store.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// When it was last written.
    pub modified: Timestamp,
}

/// What became of a put-once write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// The bytes were written.
    New,
    /// Something lies there already; nothing was written.
    Exists,
}

/// How it is made sure that the bytes of files arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Proof {
    /// The store said so.
    #[default]
    Said,
    /// The store has files of that size.
    Size,
    /// The store gave the same bytes back: a local disk its own where the file is large, not those that the system holds of it in
    /// memory.
    Bytes,
}

impl Proof {
    /// Returns what is asked for where stored bytes are read back, or are not.
    pub(crate) fn of(read_back: bool) -> Self {
        if read_back { Self::Bytes } else { Self::Size }
    }
}

/// How binding the lock of a file is (S3 Object Lock).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockMode {
    /// Who has the right to can end it.
    Governance,
    /// Nobody can end it before its time.
    Compliance,
}

/// What a store was seen to do to keep files from being changed or removed (S3 Object Lock).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectLock {
    /// It locks no files.
    Impossible,
    /// It does not say: the credentials may not allow to ask.
    Unknown,
    /// It locks files that it is asked to lock.
    Possible,
    /// It locks every file that is written, for a time that the bucket states, and longer where it is asked to.
    Default(LockMode),
}

impl ObjectLock {
    /// Tells whether files can be locked.
    fn takes_locks(self) -> bool {
        matches!(self, Self::Possible | Self::Default(_))
    }
}

/// Requests about the locks of files, for which `object_store` has no calls.
#[async_trait]
trait Locks: Send + Sync {
    /// Tells what the bucket does.
    async fn of_bucket(&self) -> Result<ObjectLock>;

    /// Locks a file until a time at least. Tells whether that changed anything; nothing does where the bucket has no Object Lock,
    /// or does not say.
    async fn retain(&self, path: &Path, mode: LockMode, until: Timestamp) -> Result<bool>;

    /// Places the legal hold of the store on a file, or takes it away; does nothing where [`Locks::retain`] does not.
    async fn hold(&self, path: &Path, is_held: bool) -> Result<()>;
}

/// Files that are written together; `P` is how places are named.
#[derive(Debug, Clone, Default)]
pub struct Group<P = String> {
    files: Vec<NewFile<P>>,
    proof: Proof,
}

/// File to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewFile<P = String> {
    place: P,
    bytes: Bytes,
    ahead: Option<Ahead>,
}

impl<P> Group<P> {
    /// Groups files.
    pub fn new(files: Vec<(P, Bytes)>) -> Self {
        let files = files.into_iter().map(|(place, bytes)| NewFile { place, bytes, ahead: None });
        Self { files: files.collect(), proof: Proof::default() }
    }

    /// Sets what is asked of the store before anything that follows is written. Files that lay there already are the
    /// caller's to look at.
    #[must_use]
    pub fn proved(self, proof: Proof) -> Self {
        Self { proof, ..self }
    }
}

/// What becomes of a file that lies there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// It stays.
    Create,
    /// It is replaced.
    Replace,
}

impl Store {
    /// Wraps an object store; `name` is shown in messages and holds no secret.
    pub fn new(inner: Arc<dyn ObjectStore>, prefix: Path, name: impl Into<String>) -> Self {
        Self { inner, prefix, disk: None, locks: None, name: name.into() }
    }

    /// Wraps a directory on the local disk.
    fn on_disk(files: LocalFileSystem, root: PathBuf) -> Self {
        let (name, files) = (root.display().to_string(), Arc::new(files));
        // As the places of files are, which have no symbolic links in them.
        let disk = Disk { files: files.clone(), root: std::fs::canonicalize(&root).unwrap_or(root) };
        Self { disk: Some(disk), ..Self::new(files, Path::default(), name) }
    }

    /// Returns a part of the store as a store of its own.
    #[must_use]
    pub(crate) fn below(&self, part: &str) -> Self {
        Self {
            inner: self.inner.clone(),
            locks: self.locks.clone(),
            prefix: self.prefix.clone().join(part),
            disk: self.disk.as_ref().map(|disk| Disk { root: disk.root.join(part), ..disk.clone() }),
            name: self.describe(part),
        }
    }

    /// Returns the name for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the directory, for a store on the local disk.
    pub fn directory(&self) -> Option<&std::path::Path> {
        self.disk.as_ref().map(|disk| disk.root.as_path())
    }

    /// Reads a whole document, or nothing when there is none.
    ///
    /// # Errors
    /// `archive.store`, `archive.store_access`; `archive.corrupt` when it is larger than any document.
    pub async fn document(&self, path: &str) -> Result<Option<Bytes>> {
        let found = match self.inner.get_opts(&self.path(path)?, GetOptions::default()).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(e) => return Err(self.failed(path, e)),
        };
        if found.meta.size > MAX_DOCUMENT {
            return Err(Error::new(Code::Corrupt, "a document is too large to be one")
                .file(self.describe(path))
                .expected(format!("at most {MAX_DOCUMENT} bytes"))
                .found(found.meta.size));
        }
        found.bytes().await.map(Some).map_err(|e| self.failed(path, e))
    }

    /// Reads byte ranges of one file in one call.
    ///
    /// # Errors
    /// `archive.missing` when the file is gone; `archive.corrupt` when it is too short; `archive.store`.
    pub async fn ranges(&self, path: &str, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let fetched = self.inner.get_ranges(&self.path(path)?, ranges).await.map_err(|e| self.failed(path, e))?;
        let short = ranges.iter().zip(&fetched).find(|(range, bytes)| range.end - range.start != bytes.len() as u64);
        match short {
            None if fetched.len() == ranges.len() => Ok(fetched),
            _ => Err(Error::new(Code::Corrupt, "the store gave fewer bytes than asked for").file(self.describe(path))),
        }
    }

    /// Returns the size of a file, or nothing when there is none.
    ///
    /// # Errors
    /// `archive.store`, `archive.store_access`.
    pub async fn size(&self, path: &str) -> Result<Option<u64>> {
        match self.inner.head(&self.path(path)?).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(self.failed(path, e)),
        }
    }

    /// Writes a file unless one lies there already. Durable when it returns.
    ///
    /// # Errors
    /// `archive.store`, `archive.store_access`; `archive.store_ability` when the store cannot create conditionally.
    pub async fn create(&self, path: &str, bytes: impl Into<Bytes>) -> Result<Created> {
        let created = self.create_all(vec![(path.to_owned(), bytes.into())]).await?;
        Ok(created.first().copied().unwrap_or(Created::Exists))
    }

    /// Writes several files, each unless one lies there already, in no particular order. All are durable when it returns.
    ///
    /// # Errors
    /// As [`Store::create`]; any of the files may be there then, and nothing is under way any more.
    pub async fn create_all(&self, files: Vec<(String, Bytes)>) -> Result<Vec<Created>> {
        Ok(self.create_in_order(vec![Group::new(files)]).await?.concat())
    }

    /// Writes groups of files as [`Store::create_all`] does; each group proved and durable before the next can be seen.
    /// Ends after a group of which a file lay there already: the answer has no more groups then.
    ///
    /// # Errors
    /// As [`Store::create_all`]; `archive.corrupt` when the store gave other bytes back.
    pub async fn create_in_order(&self, groups: Vec<Group>) -> Result<Vec<Vec<Created>>> {
        self.write(groups, Mode::Create).await
    }

    /// Writes a file, replacing what lies there. Durable when it returns.
    ///
    /// # Errors
    /// `archive.store`, `archive.store_access`.
    pub async fn replace(&self, path: &str, bytes: impl Into<Bytes>) -> Result<()> {
        self.replace_all(vec![(path.to_owned(), bytes.into())]).await
    }

    /// Writes several files, replacing what lies there, in no particular order. All are durable when it returns.
    ///
    /// # Errors
    /// As [`Store::create_all`].
    pub async fn replace_all(&self, files: Vec<(String, Bytes)>) -> Result<()> {
        self.replace_in_order(vec![Group::new(files)]).await
    }

    /// Writes groups of files as [`Store::replace_all`] does; each group proved and durable before the next can be seen.
    ///
    /// # Errors
    /// As [`Store::create_in_order`].
    pub async fn replace_in_order(&self, groups: Vec<Group>) -> Result<()> {
        self.write(groups, Mode::Replace).await.map(drop)
    }

    async fn write(&self, groups: Vec<Group>, mode: Mode) -> Result<Vec<Vec<Created>>> {
        match self.disk.clone() {
            Some(disk) => self.write_to_disk(disk, groups, mode).await,
            None => self.put_groups(groups, mode).await,
        }
    }

    /// Begins to write bytes near a path before their place is known, on a local disk and where it gains something.
    pub(crate) fn begin(&self, near: &str, bytes: Bytes, proof: Proof) -> Option<Ahead> {
        let disk = self.disk.as_ref()?;
        Ahead::begin(disk.root.clone(), self.place(disk, near).ok()?, bytes, proof)
    }

    fn place(&self, disk: &Disk, path: &str) -> Result<PathBuf> {
        disk.files.path_to_filesystem(&self.path(path)?).map_err(|e| self.failed(path, e))
    }

    async fn write_to_disk(&self, disk: Disk, groups: Vec<Group>, mode: Mode) -> Result<Vec<Vec<Created>>> {
        let place = |file: NewFile| {
            Ok(NewFile { place: self.place(&disk, &file.place)?, bytes: file.bytes, ahead: file.ahead })
        };
        let places = |Group { files, proof }: Group| {
            Ok(Group { files: files.into_iter().map(place).collect::<Result<_>>()?, proof })
        };
        let groups = groups.into_iter().map(places).collect::<Result<Vec<_>>>()?;
        let written = tokio::task::spawn_blocking(move || disk::write(&disk.root, &groups, mode)).await?;
        written.map_err(|failed| match failed {
            disk::Failed::OtherBytes(path) => other_bytes().file(path.display()),
            disk::Failed::System(path, e) => {
                let e = match e.kind() {
                    std::io::ErrorKind::PermissionDenied => {
                        Error::new(Code::StoreAccess, "the store denies access").cause(e)
                    }
                    _ => Error::new(Code::Store, "the store failed").cause(e),
                };
                e.file(path.display())
            }
        })
    }

    async fn put_groups(&self, groups: Vec<Group>, mode: Mode) -> Result<Vec<Vec<Created>>> {
        let mut outcomes = Vec::with_capacity(groups.len());
        for Group { files, proof } in groups {
            let written = stream::iter(files).map(|file| self.put(file.place, file.bytes, mode, proof));
            // All come to their end also when one fails: nothing is written behind the back of whoever is told so.
            let written = written.buffered(IN_FLIGHT).collect::<Vec<_>>().await;
            let created = written.into_iter().collect::<Result<Vec<_>>>()?;
            let is_all_new = created.iter().all(|created| *created == Created::New);
            outcomes.push(created);
            if !is_all_new {
                break;
            }
        }
        Ok(outcomes)
    }

    async fn put(&self, path: String, bytes: Bytes, mode: Mode, proof: Proof) -> Result<Created> {
        let options = match mode {
            Mode::Create => PutMode::Create.into(),
            Mode::Replace => PutOptions::default(),
        };
        match self.inner.put_opts(&self.path(&path)?, bytes.clone().into(), options).await {
            Ok(_) => {}
            Err(object_store::Error::AlreadyExists { .. }) => return Ok(Created::Exists),
            Err(e) => return Err(self.failed(&path, e)),
        }
        let has_arrived = match proof {
            Proof::Said => true,
            Proof::Size => self.size(&path).await? == Some(bytes.len() as u64),
            Proof::Bytes => self.has(&path, &bytes).await?,
        };
        if has_arrived { Ok(Created::New) } else { Err(other_bytes().file(self.describe(&path))) }
    }

    /// Tells whether exactly these bytes are stored.
    ///
    /// # Errors
    /// `archive.missing` when nothing is; `archive.store`, `archive.store_access`.
    async fn has(&self, path: &str, bytes: &Bytes) -> Result<bool> {
        let mut reader = ContentReader::open(self, path).await?;
        let bytes = bytes.clone();
        let compared = tokio::task::spawn_blocking(move || {
            let mut rest = &bytes[..];
            loop {
                match (reader.next()?, rest) {
                    ([], []) => return Ok::<_, Error>(true),
                    (piece, _) => match rest.strip_prefix(piece) {
                        Some(after) if !piece.is_empty() => rest = after,
                        _ => return Ok(false),
                    },
                }
            }
        });
        compared.await?
    }

    /// Tells whether files can be locked. The store is asked once.
    ///
    /// # Errors
    /// `archive.store`.
    pub(crate) async fn locks_files(&self) -> Result<bool> {
        Ok(self.object_lock().await?.takes_locks())
    }

    /// Has the store keep a file until a time at least. Tells whether it is kept for longer than before; a store without Object
    /// Lock does nothing.
    ///
    /// # Errors
    /// `archive.store`, `archive.store_access`.
    pub(crate) async fn retain(&self, path: &str, mode: LockMode, until: Timestamp) -> Result<bool> {
        match &self.locks {
            Some(locks) => locks.retain(&self.path(path)?, mode, until).await,
            None => Ok(false),
        }
    }

    /// Has the store keep a file as long as it is held; a store without Object Lock does nothing.
    ///
    /// # Errors
    /// `archive.store`, `archive.store_access`.
    pub(crate) async fn hold(&self, path: &str, is_held: bool) -> Result<()> {
        match &self.locks {
            Some(locks) => locks.hold(&self.path(path)?, is_held).await,
            None => Ok(()),
        }
    }

    /// Tells how the store locks files.
    async fn object_lock(&self) -> Result<ObjectLock> {
        match &self.locks {
            Some(locks) => locks.of_bucket().await,
            None => Ok(ObjectLock::Impossible),
        }
    }

    /// Removes a file; one that is not there is no failure.
    ///
    /// # Errors
    /// `archive.store`, `archive.store_access`.
    pub async fn delete(&self, path: &str) -> Result<()> {
        match self.inner.delete(&self.path(path)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(self.failed(path, e)),
        }
    }

    /// Lists all files below a path, in no particular order; the empty path lists the whole store.
    pub fn list(&self, path: &str) -> BoxStream<'static, Result<Entry>> {
        let prefix = match self.path(path) {
            Ok(prefix) => prefix,
            Err(e) => return stream::once(async { Err(e) }).boxed(),
        };
        let store = self.clone();
        let listed = self.inner.list(Some(&prefix));
        listed.map(move |meta| meta.map_err(|e| store.failed("", e)).and_then(|meta| store.entry(&meta))).boxed()
    }

    /// Lists the directories and files directly below the store.
    ///
    /// # Errors
    /// `archive.store`, `archive.store_access`.
    pub async fn top(&self) -> Result<(Vec<String>, Vec<Entry>)> {
        let listed = self.inner.list_with_delimiter(Some(&self.prefix)).await.map_err(|e| self.failed("", e))?;
        let directories = listed.common_prefixes.iter().filter_map(|p| p.filename().map(str::to_owned)).collect();
        let files = listed.objects.iter().map(|meta| self.entry(meta)).collect::<Result<_>>()?;
        Ok((directories, files))
    }

    fn entry(&self, meta: &object_store::ObjectMeta) -> Result<Entry> {
        let internal = |message: &str| Error::new(Code::Internal, message).file(self.describe(meta.location.as_ref()));
        let full = meta.location.as_ref();
        let path = match self.prefix.as_ref() {
            "" => Some(full),
            prefix => full.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/')),
        };
        let path = path.ok_or_else(|| internal("the store listed a file outside its prefix"))?.to_owned();
        let modified = Timestamp::from_microsecond(meta.last_modified.timestamp_micros())
            .map_err(|e| internal("the store gave an impossible time").cause(e))?;
        Ok(Entry { path, size: meta.size, modified })
    }

    fn path(&self, path: &str) -> Result<Path> {
        let full = match (self.prefix.as_ref(), path) {
            (prefix, "") => prefix.to_owned(),
            ("", path) => path.to_owned(),
            (prefix, path) => format!("{prefix}/{path}"),
        };
        Path::parse(&full).map_err(|e| Error::new(Code::Internal, "not a path of the store").found(full).cause(e))
    }

    fn describe(&self, path: &str) -> String {
        format!("{}/{path}", self.name.trim_end_matches('/'))
    }

    fn failed(&self, path: &str, e: object_store::Error) -> Error {
        use object_store::Error as E;
        let (code, message) = match &e {
            E::NotFound { .. } => (Code::Missing, "the file is not in the store"),
            E::PermissionDenied { .. } | E::Unauthenticated { .. } => (Code::StoreAccess, "the store denies access"),
            E::NotImplemented { .. } | E::NotSupported { .. } => (Code::StoreAbility, "the store cannot do this"),
            _ => (Code::Store, "the store failed"),
        };
        Error::new(code, message).file(self.describe(path)).cause(e)
    }
}

fn other_bytes() -> Error {
    Error::new(Code::Corrupt, "the store gave back other bytes than were written")
}
