//! Where an export is written before it takes its name: a hidden folder beside the target.

use std::fs;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;

use super::target::give_name;
use super::target::sync_parent;
use super::target::temporary;
use super::target::vacant;
use crate::error::Code;
use crate::error::Direction;
use crate::error::Error;
use crate::error::Result;

/// Hidden folder beside the target of an export; removed with all that is left in it when dropped.
pub(super) struct Staging {
    path: PathBuf,
}

impl Staging {
    /// Makes the folder, with an empty one for the files of the export in it.
    ///
    /// # Errors
    /// `io.*`; `usage` when the target has no file name.
    pub(super) fn create(target: &Path) -> Result<Self> {
        let (path, ()) = temporary(target, |path| fs::create_dir(path))?;
        let staging = Self { path };
        fs::create_dir(staging.content()).map_err(|e| Error::io(Direction::Write, target, e))?;
        Ok(staging)
    }

    /// Returns the folder for the files of the export.
    pub(super) fn content(&self) -> PathBuf {
        self.path.join("content")
    }

    /// Waits until the files of the export are on the disk, with their names.
    ///
    /// # Errors
    /// `io.*`.
    pub(super) fn sync(&self, names: &[String]) -> Result<()> {
        let content = self.content();
        for name in names {
            let path = content.join(name);
            let file = File::options().write(true).open(&path);
            file.and_then(|f| f.sync_all()).map_err(|e| Error::io(Direction::Write, &path, e))?;
            sync_parent(&path)?;
        }
        Ok(())
    }

    /// Writes a file that is published beside the export, such as its losses.
    ///
    /// # Errors
    /// `target.exists` unless `force` is set; `io.*`.
    pub(super) fn publish_beside(&self, bytes: &[u8], target: &Path, force: bool) -> Result<()> {
        vacant(target, force)?;
        let path = self.path.join("beside");
        let fail = |e| Error::io(Direction::Write, target, e);
        fs::write(&path, bytes).map_err(fail)?;
        File::options().write(true).open(&path).and_then(|f| f.sync_all()).map_err(fail)?;
        give_name(&path, target, force)?;
        sync_parent(target)
    }

    /// Gives the only file of the export the name of its target.
    ///
    /// # Errors
    /// `target.exists` unless `force` is set; `io.*`.
    pub(super) fn publish_file(&self, name: &str, target: &Path, force: bool) -> Result<()> {
        vacant(target, force)?;
        give_name(&self.content().join(name), target, force)?;
        sync_parent(target)
    }

    /// Gives the folder of the export the name of its target. With `force`, a folder is replaced when it holds nothing
    /// but files of the names that are written now.
    ///
    /// # Errors
    /// `target.exists`; `io.*`.
    pub(super) fn publish_folder(&self, names: &[String], target: &Path, force: bool) -> Result<()> {
        let fail = |e| Error::io(Direction::Write, target, e);
        let replaced = self.path.join("replaced");
        let old = replaceable(names, target, force)?;
        if old {
            fs::rename(target, &replaced).map_err(fail)?;
        }
        let named = fs::rename(self.content(), target);
        if named.is_err() && old {
            fs::rename(&replaced, target).map_err(fail)?;
        }
        named.map_err(fail)?;
        sync_parent(target)
    }
}

/// Returns whether there is a folder to be replaced, and refuses what must not be.
pub(super) fn replaceable(names: &[String], target: &Path, force: bool) -> Result<bool> {
    let fail = |e| Error::io(Direction::Write, target, e);
    let taken = |message: &str| Error::new(Code::TargetExists, message).file(target.display());
    match fs::symlink_metadata(target) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(fail(e)),
        Ok(_) if !force => return Err(taken("the target exists")),
        Ok(meta) if !meta.is_dir() => {
            return Err(taken("the format writes several files, and the target is no folder"));
        }
        Ok(_) => {}
    }
    for entry in fs::read_dir(target).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if !file || !names.iter().any(|name| entry.file_name() == name.as_str()) {
            return Err(taken("the folder holds something that the export would not write")
                .found(entry.file_name().to_string_lossy())
                .hint("Choose another name, or remove the folder."));
        }
    }
    Ok(true)
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Nothing can be done about a failure here; the error that led here is reported.
        let _ = fs::remove_dir_all(&self.path);
    }
}
