//! The folders of a watch and who may work in them.
//!
//! ```text
//! FOLDER/                     deliveries arrive here
//! FOLDER/done/NAME            converted
//! FOLDER/failed/NAME          not converted; NAME.reason.json says why
//! FOLDER/.uff/lock            held while deliveries are claimed
//! FOLDER/.uff/claimed/WATCH/  what one watch works on; owner.lock in it is held as long as that watch lives
//! ```

use std::fs;
use std::fs::File;
use std::fs::TryLockError;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use uff::Code;
use uff::error::Direction;

use super::claim::Claim;
use super::unit::Snapshot;
use super::unit::Unit;
use crate::commands::target::make_directory;
use crate::error::Error;
use crate::error::Result;

/// Folders that a watch makes beside the deliveries.
const OWN: [&str; 2] = ["done", "failed"];
/// Folder for the work of the watches.
const HIDDEN: &str = ".uff";
/// File that the owner of claims holds.
const OWNER: &str = "owner.lock";

/// Returns whether a name in the hot folder is one of the watch itself.
pub(super) fn is_own(name: &str) -> bool {
    OWN.contains(&name) || name == HIDDEN
}

/// A hot folder and the place in it where this watch works.
pub(super) struct HotFolder {
    root: PathBuf,
    own: PathBuf,
    /// Held as long as this watch lives; the system lets it go however the watch ends.
    _owner: File,
    next: u64,
    /// Claims whose making or putting back stopped in the middle; they are taken up again like those of others.
    broken: Vec<PathBuf>,
}

impl HotFolder {
    /// Makes the folders and a place for this watch.
    ///
    /// # Errors
    /// `io.*`, `target.permission`.
    pub(super) fn open(root: &Path) -> Result<Self> {
        let claimed = root.join(HIDDEN).join("claimed");
        for folder in [claimed.clone(), root.join("done"), root.join("failed")] {
            make_directory(&folder)?;
        }
        let _alone = alone(root)?;
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |t| t.as_nanos());
        let own = claimed.join(format!("{}-{since}", std::process::id()));
        fs::create_dir(&own).map_err(|e| uff::Error::io(Direction::Write, &own, e))?;
        let owner = lock_file(&own.join(OWNER))?;
        owner.lock().map_err(|e| uff::Error::io(Direction::Write, &own, e))?;
        Ok(Self { root: root.to_owned(), own, _owner: owner, next: 0, broken: Vec::new() })
    }

    /// Returns the folder that deliveries arrive in.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Claims a unit that still is as it was seen; nothing when it is not, or another watch was faster.
    ///
    /// # Errors
    /// `io.*`, `target.permission`.
    pub(super) fn claim(
        &mut self,
        unit: &Unit,
        is_as_seen: impl FnOnce(&Path) -> Result<bool>,
    ) -> Result<Option<Claim>> {
        let _alone = alone(&self.root)?;
        if !is_as_seen(&self.root)? {
            return Ok(None);
        }
        let place = self.place();
        Claim::take(&self.root, place.clone(), unit).inspect_err(|_| self.broken.push(place))
    }

    /// Takes over what watches that are gone had claimed, and what this one could not finish claiming. Adds to `claims`
    /// what could be taken over also when something could not.
    ///
    /// # Errors
    /// `io.*`, `target.permission`.
    pub(super) fn take_over(&mut self, claims: &mut Vec<Claim>) -> Result<()> {
        let claimed = self.root.join(HIDDEN).join("claimed");
        let _alone = alone(&self.root)?;
        let mut places = std::mem::take(&mut self.broken);
        let moved = self.gather(&claimed, &mut places);
        let mut failed = moved.err();
        for place in places {
            match Claim::recover(&self.root, place.clone()) {
                Ok(claim) => claims.extend(claim),
                Err(e) => {
                    // What only a person can mend is told once.
                    if !matches!(&e, Error::Codec(e) if e.code() == Code::Internal) {
                        self.broken.push(place);
                    }
                    failed = failed.or(Some(e));
                }
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// Moves the claims of watches that are gone to this one.
    fn gather(&mut self, claimed: &Path, places: &mut Vec<PathBuf>) -> Result<()> {
        for gone in folders(claimed)? {
            if gone == self.own {
                continue;
            }
            let fail = |e| uff::Error::io(Direction::Write, &gone, e);
            let owner = lock_file(&gone.join(OWNER))?;
            match owner.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => continue,
                Err(TryLockError::Error(e)) => return Err(fail(e).into()),
            }
            for left in folders(&gone)? {
                let place = self.place();
                fs::rename(&left, &place).map_err(|e| uff::Error::io(Direction::Write, &left, e))?;
                places.push(place);
            }
            fs::remove_dir_all(&gone).map_err(fail)?;
        }
        Ok(())
    }

    /// Puts a finished delivery into `done` and returns where it is.
    ///
    /// # Errors
    /// `io.*`, `target.permission`; the claim stays then.
    pub(super) fn done(&self, claim: &Claim) -> Result<PathBuf> {
        let _alone = alone(&self.root)?;
        let place = free(&self.root.join("done"), claim.name());
        claim.move_to(&place)?;
        Ok(place)
    }

    /// Puts a delivery that failed into `failed`, its reason first, and returns where it is.
    ///
    /// # Errors
    /// `io.*`, `target.permission`; the claim stays then.
    pub(super) fn failed(&self, claim: &Claim, write_reason: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let _alone = alone(&self.root)?;
        let place = free(&self.root.join("failed"), claim.name());
        write_reason(&place.with_added_extension("reason.json"))?;
        claim.move_to(&place)?;
        Ok(place)
    }

    /// Puts a delivery back where it arrived. A delivery stays claimed when one of the same name arrived meanwhile;
    /// returns it then.
    ///
    /// # Errors
    /// `io.*`, `target.permission`.
    pub(super) fn put_back(&mut self, claim: Claim) -> Result<Option<Claim>> {
        let place = claim.place().to_owned();
        let back = alone(&self.root).and_then(|_alone| claim.put_back(&self.root));
        back.inspect_err(|_| self.broken.push(place))
    }

    /// Gives up the place of this watch, unless something is still in it: the next watch takes that over.
    pub(super) fn close(self) {
        if folders(&self.own).is_ok_and(|left| left.is_empty()) && alone(&self.root).is_ok() {
            // What stays behind is an empty folder that the next watch removes.
            drop(fs::remove_dir_all(&self.own));
        }
    }

    fn place(&mut self) -> PathBuf {
        self.next += 1;
        self.own.join(self.next.to_string())
    }
}

/// Compares what was seen with what is there.
pub(super) fn unchanged(seen: &Snapshot, now: Option<Snapshot>) -> bool {
    now.as_ref() == Some(seen)
}

/// Waits until no other watch claims anything; the lock ends with the value.
fn alone(root: &Path) -> Result<File> {
    let path = root.join(HIDDEN).join("lock");
    let file = lock_file(&path)?;
    file.lock().map_err(|e| uff::Error::io(Direction::Write, &path, e))?;
    Ok(file)
}

fn lock_file(path: &Path) -> Result<File> {
    let file = File::options().write(true).create(true).truncate(false).open(path);
    Ok(file.map_err(|e| uff::Error::io(Direction::Write, path, e))?)
}

fn folders(path: &Path) -> Result<Vec<PathBuf>> {
    let fail = |e| uff::Error::io(Direction::Read, path, e);
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        if entry.file_type().map_err(fail)?.is_dir() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Returns a path that nothing has: the name, or the name with a number.
fn free(folder: &Path, name: &str) -> PathBuf {
    let taken = |path: &Path| path.symlink_metadata().is_ok();
    let mut path = folder.join(name);
    let mut number = 2_u64;
    while taken(&path) {
        path = folder.join(format!("{name}-{number}"));
        number += 1;
    }
    path
}
