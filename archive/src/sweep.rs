//! Clears up after a crash: completes versions that were decided, adds rows and entries of the custody log that are missing,
//! removes files that no inventory names.

use std::fs::Metadata;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use uff::error::Direction;
use uff::model::ScanId;

use crate::catalog::Catalog;
use crate::compare::{Known, logged};
use crate::error::{Code, Error, Result};
use crate::id::object_path;
use crate::log::{Action, Custody, Event};
use crate::reindex::row_of;
use crate::store::ocfl::inventory::{Inventory, VersionNumber};
use crate::store::ocfl::{INVENTORY, OBJECT_DECLARATION, SIDECAR, object, walk};
use crate::store::{Entry, Store};

/// How to sweep.
#[derive(Debug, Clone)]
pub struct SweepOptions {
    /// Files younger than this are left alone: a put may be under way that will name them.
    pub older_than: Duration,
    /// Tells what would be done without doing it.
    pub dry_run: bool,
}

impl Default for SweepOptions {
    fn default() -> Self {
        Self { older_than: Duration::from_secs(24 * 3600), dry_run: false }
    }
}

/// What sweeping did, or would do.
#[derive(Debug, Default)]
pub struct SweepReport {
    /// Scans whose newest version was decided but not finished.
    pub completed: Vec<ScanId>,
    /// Scans that had no row, or one that said something else than their bytes.
    pub catalogued: Vec<ScanId>,
    /// Scans of which the custody log did not know the newest version.
    pub logged: Vec<ScanId>,
    /// Files that no inventory names, removed.
    pub removed: Vec<String>,
    /// Scans that could not be put in order, and why; `verify` tells more.
    pub failed: Vec<(ScanId, Error)>,
}

/// Puts every scan in order.
///
/// # Errors
/// `archive.store`, `archive.catalog`; what is wrong with single scans is in the report.
pub(crate) async fn sweep(
    store: &Store,
    catalog: &Arc<dyn Catalog>,
    custody: &Custody,
    parallel: usize,
    options: &SweepOptions,
) -> Result<SweepReport> {
    let logged = logged(custody.reader(), custody.key().public()).await?;
    let mut report = SweepReport::default();
    let age = SignedDuration::try_from(options.older_than).unwrap_or(SignedDuration::MAX);
    let limit = Timestamp::now().checked_sub(age).unwrap_or(Timestamp::MIN);
    let broom = Broom { store, catalog, custody, logged: &logged, limit, dry_run: options.dry_run };
    for directory in walk::top(store).await?.directories {
        let objects = walk::branch(store, &directory).await?.objects;
        let work = objects.into_iter().map(|(scan, files)| {
            let broom = &broom;
            async move { (scan, broom.object(scan, &files).await) }
        });
        let mut done = stream::iter(work).buffer_unordered(parallel.max(1));
        while let Some((scan, outcome)) = done.next().await {
            match outcome {
                Ok(swept) => {
                    report.completed.extend(swept.completed.then_some(scan));
                    report.catalogued.extend(swept.catalogued.then_some(scan));
                    report.logged.extend(swept.logged.then_some(scan));
                    report.removed.extend(swept.removed);
                }
                Err(e)
                    if matches!(
                        e.archive_code(),
                        Some(Code::Catalog | Code::Log | Code::Store | Code::StoreAccess)
                    ) =>
                {
                    return Err(e);
                }
                Err(e) => report.failed.push((scan, e)),
            }
        }
    }
    if let Some(directory) = store.directory() {
        let (directory, options) = (directory.to_owned(), options.clone());
        let swept = tokio::task::spawn_blocking(move || remains(&directory, &options)).await??;
        report.removed.extend(swept);
    }
    report.completed.sort_unstable();
    report.catalogued.sort_unstable();
    report.logged.sort_unstable();
    report.removed.sort_unstable();
    report.failed.sort_by_key(|(scan, _)| *scan);
    Ok(report)
}

struct Broom<'a> {
    store: &'a Store,
    catalog: &'a Arc<dyn Catalog>,
    custody: &'a Custody,
    logged: &'a Known,
    limit: Timestamp,
    dry_run: bool,
}

#[derive(Default)]
struct Swept {
    completed: bool,
    catalogued: bool,
    logged: bool,
    removed: Vec<String>,
}

impl Broom<'_> {
    async fn object(&self, scan: ScanId, files: &[Entry]) -> Result<Swept> {
        let mut swept = Swept::default();
        let listed = files.iter().filter_map(|f| f.path.strip_suffix(INVENTORY)?.strip_suffix('/')?.parse().ok()).max();
        let Some(newest) = self.newest(scan, listed).await? else {
            // No version was ever decided: everything is left over from a put that did not come to its end.
            if !files.iter().any(|f| f.path == INVENTORY) && files.iter().all(|f| self.is_old(f)) {
                self.remove(scan, files.iter(), &mut swept).await?;
            }
            return Ok(swept);
        };
        swept.completed = self.is_unfinished(scan, newest, files).await?;
        if swept.completed && self.dry_run {
            return Ok(swept);
        }
        if swept.completed {
            object::complete(self.store, scan, newest).await?;
        }
        let gone = || Error::new(Code::Inventory, "the inventory vanished").file(object_path(scan));
        let stored = object::load(self.store, scan).await?.ok_or_else(gone)?;
        let orphans = files.iter().filter(|f| !is_named(&stored.inventory, &f.path) && self.is_old(f));
        self.remove(scan, orphans, &mut swept).await?;
        let row = row_of(self.store, scan, &stored).await?;
        let found = match self.catalog.row(scan).await {
            Err(e) if e.archive_code() == Some(Code::CatalogDamaged) => None,
            found => found?,
        };
        swept.catalogued = found.as_ref() != Some(&row);
        if swept.catalogued && !self.dry_run {
            self.catalog.put(&row).await?;
        }
        let known = self.logged.get(&scan).copied();
        // A version that was made just now may be about to be noted by whoever made it.
        let is_settled = stored.inventory.changed().is_some_and(|made| made <= self.limit);
        swept.logged = known != Some(stored.digest) && is_settled;
        if swept.logged && !self.dry_run {
            let (scan, inventory) = (Some(scan), Some(stored.digest));
            self.custody.note(Event { scan, inventory, replaces: known, ..Event::now(Action::Found) }).await?;
        }
        Ok(swept)
    }

    /// Returns the newest version that was decided. A listing may not show what was written lately, so that the store is asked
    /// for what would follow.
    async fn newest(&self, scan: ScanId, listed: Option<VersionNumber>) -> Result<Option<VersionNumber>> {
        let mut newest = listed;
        loop {
            let next = newest.map_or(Ok(VersionNumber::FIRST), VersionNumber::next)?;
            match self.store.size(&format!("{}/{next}/{INVENTORY}", object_path(scan))).await? {
                Some(_) => newest = Some(next),
                None => return Ok(newest),
            }
        }
    }

    async fn is_unfinished(&self, scan: ScanId, newest: VersionNumber, files: &[Entry]) -> Result<bool> {
        let has = |path: &str| files.iter().any(|f| f.path == path);
        if ![INVENTORY, SIDECAR, OBJECT_DECLARATION].into_iter().all(has) || !has(&format!("{newest}/{SIDECAR}")) {
            return Ok(true);
        }
        // A later version may be decided while the object still shows the one before; anything else is damage, which
        // is reported and not papered over.
        let object = object_path(scan);
        let sidecar = self.store.document(&format!("{object}/{SIDECAR}")).await?;
        let decided = self.store.document(&format!("{object}/{newest}/{SIDECAR}")).await?;
        if newest == VersionNumber::FIRST {
            return Ok(false);
        }
        let path = format!("{object}/{INVENTORY}");
        let shown = self.store.document(&path).await?.unwrap_or_default();
        match Inventory::from_json(&shown, scan, &path) {
            Ok(shown) if sidecar == decided && shown.head == newest => {
                Ok(!object::is_complete(self.store, scan, &shown).await?)
            }
            Ok(shown) => Ok(sidecar != decided || shown.head < newest),
            Err(_) => Ok(false),
        }
    }

    fn is_old(&self, file: &Entry) -> bool {
        file.modified <= self.limit
    }

    async fn remove(&self, scan: ScanId, files: impl Iterator<Item = &Entry>, swept: &mut Swept) -> Result<()> {
        for file in files {
            let path = format!("{}/{}", object_path(scan), file.path);
            if !self.dry_run {
                self.store.delete(&path).await?;
            }
            swept.removed.push(path);
        }
        Ok(())
    }
}

fn is_named(inventory: &Inventory, path: &str) -> bool {
    let version_file = |name: &str| {
        path.strip_suffix(name)
            .and_then(|v| v.strip_suffix('/'))
            .and_then(|v| v.parse::<VersionNumber>().ok())
            .is_some_and(|v| v <= inventory.head)
    };
    [INVENTORY, SIDECAR, OBJECT_DECLARATION].contains(&path)
        || version_file(INVENTORY)
        || version_file(SIDECAR)
        || inventory.holds(path)
}

/// Removes what interrupted writes left on the local disk, which listing does not show: files `NAME#NUMBER`, and directories with
/// nothing in them, in which OCFL would find a fault.
fn remains(root: &Path, options: &SweepOptions) -> Result<Vec<String>> {
    let limit = SystemTime::now().checked_sub(options.older_than);
    let is_old = |meta: &Metadata| limit.is_some_and(|limit| meta.modified().is_ok_and(|at| at <= limit));
    let mut removed = Vec::new();
    let (mut waiting, mut empty) = (vec![(root.to_owned(), false)], Vec::new());
    while let Some((directory, may_go)) = waiting.pop() {
        let failed = |e| uff::Error::io(Direction::Read, &directory, e);
        let mut has_files = false;
        for entry in std::fs::read_dir(&directory).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let meta = entry.metadata().map_err(failed)?;
            let path = entry.path();
            if meta.is_dir() {
                waiting.push((path, is_old(&meta)));
            } else if is_staging(&path) && is_old(&meta) {
                if !options.dry_run {
                    std::fs::remove_file(&path).map_err(|e| uff::Error::io(Direction::Write, &path, e))?;
                }
                removed.push(path.strip_prefix(root).unwrap_or(&path).display().to_string());
            } else {
                has_files = true;
            }
        }
        if may_go && !has_files && !options.dry_run {
            empty.push(directory);
        }
    }
    // What is below another was found after it. One that has directories in it stays, by the word of the system.
    for directory in empty.iter().rev() {
        let _ = std::fs::remove_dir(directory);
    }
    Ok(removed)
}

fn is_staging(path: &Path) -> bool {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    name.rsplit_once('#').is_some_and(|(_, number)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staging_files_are_told_from_others() {
        for (name, staging) in [("a#1", true), ("a.uff#12", true), ("a#", false), ("a#x", false), ("a", false)] {
            assert_eq!(is_staging(Path::new(name)), staging, "{name}");
        }
    }

    #[test]
    fn files_and_directories_of_interrupted_writes_go_and_others_stay() {
        let root = tempfile::tempdir().expect("a directory");
        let at = |name: &str| root.path().join(name);
        for (directory, file) in [("a/b/c", "x#1"), ("a/kept", "x"), ("d/e", ""), ("f/g", "y#2")] {
            std::fs::create_dir_all(at(directory)).expect("made");
            if !file.is_empty() {
                std::fs::write(at(directory).join(file), "x").expect("written");
            }
        }
        let mut options = SweepOptions { dry_run: true, older_than: Duration::ZERO };
        let found = |options: &SweepOptions| {
            let mut found = remains(root.path(), options).expect("swept");
            found.sort_unstable();
            found
        };
        assert_eq!(found(&options), ["a/b/c/x#1", "f/g/y#2"]);
        options.dry_run = false;
        assert!(found(&SweepOptions { older_than: Duration::from_secs(3600), ..options.clone() }).is_empty());
        assert!(at("d/e").exists(), "it may be that of a put that is under way");
        assert_eq!(found(&options), ["a/b/c/x#1", "f/g/y#2"]);
        let left = std::fs::read_dir(root.path()).expect("read").map(|entry| entry.expect("an entry").path());
        assert_eq!(left.collect::<Vec<_>>(), [at("a")]);
        assert!(at("a/kept/x").exists() && !at("a/b").exists());
    }
}
