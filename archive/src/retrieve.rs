//! Gives scans back: whole files, metadata, regions by byte range.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use uff::error::Direction;
use uff::format::UffFile;
use uff::limits::{Budget, Limits};
use uff::model::{Block, PlaneKey, Region, Scan, ScanId};

use crate::catalog::{Catalog, Entry};
use crate::error::{Code, Error, Result};
use crate::facts::Tombstone;
use crate::id::object_path;
use crate::log::{Action, Custody, Event, Part};
use crate::record::{ORIGINAL_DIR, Record, StoredFile, UFF_PATH};
use crate::store::digest::{Digests, Hasher};
use crate::store::ocfl::object;
use crate::store::{ContentReader, Store, source};

/// File of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileRef {
    /// The UFF file.
    Uff,
    /// A file of the original delivery, by its path inside the delivery.
    Original(String),
}

/// Metadata of a scan.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// Everything known about the scan but its samples.
    pub scan: Scan,
    /// The metadata document as it stands in the UFF file.
    pub xml: Vec<u8>,
}

/// What giving back needs to know of the archive.
pub(crate) struct Retrieve<'a> {
    pub(crate) store: &'a Store,
    pub(crate) catalog: &'a Arc<dyn Catalog>,
    pub(crate) limits: &'a Limits,
    pub(crate) custody: &'a Custody,
}

impl Retrieve<'_> {
    /// Opens the UFF file of a scan where it lies; it may be read on threads for blocking work only.
    pub(crate) async fn file(&self, scan: ScanId) -> Result<UffFile> {
        let file = self.open(scan).await?;
        self.custody.note_reading(scan).await?;
        Ok(file)
    }

    /// Returns what the catalogue knows of a scan that there still is.
    async fn entry(&self, scan: ScanId) -> Result<Entry> {
        let entry = self.catalog.entry(scan).await?.ok_or_else(|| no_such_scan(scan))?;
        match &entry.facts.tombstone {
            Some(tombstone) => Err(deleted(scan, tombstone)),
            None => Ok(entry),
        }
    }

    async fn open(&self, scan: ScanId) -> Result<UffFile> {
        let entry = self.entry(scan).await?;
        let path = format!("{}/{}", object_path(scan), entry.place.uff_path);
        let source = source(self.store, &path, entry.record.uff.size).await?;
        let budget = Budget::new(self.limits.clone());
        Ok(tokio::task::spawn_blocking(move || UffFile::open(source, &budget)).await??)
    }

    /// Reads the metadata of a scan.
    pub(crate) async fn metadata(&self, scan: ScanId) -> Result<Metadata> {
        let file = self.open(scan).await?;
        self.custody.note(read(scan, Part::Metadata)).await?;
        Ok(Metadata { scan: file.scan().clone(), xml: file.metadata_xml().to_vec() })
    }

    /// Reads a region of a plane at an overview level.
    pub(crate) async fn region(&self, scan: ScanId, key: &PlaneKey, level: u32, region: &Region) -> Result<Block> {
        let row = self.catalog.row(scan).await?.ok_or_else(|| no_such_scan(scan))?;
        if let Some(tombstone) = &row.facts.tombstone {
            return Err(deleted(scan, tombstone));
        }
        let plan = row.chunk_map.region(key, level, region)?;
        self.custody.note_reading(scan).await?;
        let path = format!("{}/{}", object_path(scan), row.place.uff_path);
        let fetched = self.store.ranges(&path, plan.ranges()).await?;
        Ok(tokio::task::spawn_blocking(move || plan.decode(&fetched)).await?.map_err(|e| e.file(scan))?)
    }

    /// Copies a file of a scan into a writer; the digest is known only after the last byte. The access is noted before the
    /// first.
    pub(crate) async fn copy<W>(&self, scan: ScanId, file: &FileRef, mut out: W) -> Result<(StoredFile, W)>
    where
        W: Write + Send + 'static,
    {
        let (wanted, mut reader, name) = self.find(scan, file).await?;
        let part = match file {
            FileRef::Uff => Part::Uff,
            FileRef::Original(_) => Part::Original,
        };
        self.custody.note(Event { sha256: Some(wanted.file.sha256), ..read(scan, part) }).await?;
        tokio::task::spawn_blocking(move || {
            let mut hasher = Hasher::default();
            loop {
                let piece = reader.next()?;
                if piece.is_empty() {
                    break;
                }
                hasher.update(piece);
                out.write_all(piece)
                    .map_err(|e| Error::from(uff::Error::io(Direction::Write, Path::new("output"), e)))?;
            }
            check(&wanted, &hasher.finish(), &name)?;
            Ok((wanted.file, out))
        })
        .await?
    }

    /// Copies a file of a scan to a path that must not exist; nothing is there unless every byte is right.
    pub(crate) async fn save(&self, scan: ScanId, file: &FileRef, target: &Path) -> Result<StoredFile> {
        let temporary = Temporary::create(target)?;
        let handle = temporary.file.try_clone().map_err(|e| io(&temporary.path, e))?;
        let (stored, _) = self.copy(scan, file, handle).await.map_err(|e| e.file(target.display()))?;
        let target = target.to_owned();
        tokio::task::spawn_blocking(move || temporary.publish(&target)).await??;
        Ok(stored)
    }

    async fn find(&self, scan: ScanId, file: &FileRef) -> Result<(Wanted, ContentReader, String)> {
        let entry = self.entry(scan).await?;
        let stored = object::load(self.store, scan).await?;
        let gone = || Error::new(Code::Missing, "the scan is catalogued but its inventory is gone").file(scan);
        let inventory = stored.ok_or_else(gone)?.inventory;
        let no_such_file =
            |name: &str| Error::new(Code::NoSuchFile, "the scan has no such file").file(scan).found(name);
        let (logical, listed) = match file {
            FileRef::Uff => (UFF_PATH.to_owned(), Some(&entry.record.uff)),
            FileRef::Original(name) => (format!("{ORIGINAL_DIR}{name}"), original(&entry.record, name)),
        };
        let listed = listed.ok_or_else(|| no_such_file(&logical))?.clone();
        let (digest, content) = inventory.file(&logical).ok_or_else(|| no_such_file(&logical))?;
        let path = format!("{}/{content}", object_path(scan));
        let reader = ContentReader::open(self.store, &path).await?;
        Ok((Wanted { file: listed, sha512: digest.to_string() }, reader, format!("{scan} {logical}")))
    }
}

/// Says that a part of a scan is given out.
fn read(scan: ScanId, part: Part) -> Event {
    Event { scan: Some(scan), part: Some(part), ..Event::now(Action::Read) }
}

struct Wanted {
    file: StoredFile,
    sha512: String,
}

fn original<'r>(record: &'r Record, name: &str) -> Option<&'r StoredFile> {
    record.original.iter().find(|f| f.name == name)
}

fn check(wanted: &Wanted, found: &Digests, name: &str) -> Result<()> {
    if wanted.sha512 == found.sha512.to_string() && wanted.file.sha256 == found.sha256 {
        return Ok(());
    }
    Err(Error::new(Code::Corrupt, "the stored file is not what was archived")
        .file(name)
        .expected(format!("{} bytes with SHA-256 {}", wanted.file.size, wanted.file.sha256))
        .found(format!("{} bytes with SHA-256 {}", found.size, found.sha256)))
}

/// Says that a scan was deleted.
pub(crate) fn deleted(scan: ScanId, tombstone: &Tombstone) -> Error {
    Error::new(Code::Deleted, format!("the scan was deleted on {}", tombstone.time)).file(scan)
}

/// Says that there is no such scan.
pub(crate) fn no_such_scan(scan: ScanId) -> Error {
    Error::new(Code::NoSuchScan, "the archive holds no such scan").file(scan)
}

fn io(path: &Path, e: std::io::Error) -> Error {
    uff::Error::io(Direction::Write, path, e).into()
}

/// File beside its target, removed unless published.
struct Temporary {
    path: PathBuf,
    file: std::fs::File,
}

impl Temporary {
    fn create(target: &Path) -> Result<Self> {
        if std::fs::symlink_metadata(target).is_ok() {
            return Err(uff::Error::new(uff::Code::TargetExists, "the target exists already")
                .file(target.display())
                .into());
        }
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let path = target.with_file_name(name);
        let file = std::fs::File::create_new(&path).map_err(|e| io(&path, e))?;
        Ok(Self { path, file })
    }

    /// Moves the file to its target, unless something came to lie there meanwhile. Durable when it returns.
    fn publish(self, target: &Path) -> Result<()> {
        self.file.sync_all().map_err(|e| io(&self.path, e))?;
        std::fs::hard_link(&self.path, target).map_err(|e| io(target, e))?;
        let directory = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        #[cfg(unix)]
        std::fs::File::open(directory).and_then(|d| d.sync_all()).map_err(|e| io(directory, e))?;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // The target, if published, is another name of the same file.
        let _ = std::fs::remove_file(&self.path);
    }
}
