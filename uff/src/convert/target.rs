//! A file that exists under its name only when it is complete.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use crate::error::{Code, Direction, Error, Result};

/// File under a temporary name beside its target; removed when dropped before [`PendingFile::publish`].
pub(super) struct PendingFile {
    file: File,
    temporary: PathBuf,
    target: PathBuf,
    published: bool,
}

impl PendingFile {
    /// Creates the temporary file; fails early when the target exists and may not be replaced.
    ///
    /// # Errors
    /// `target.exists`; `io.*`; `usage` when the target has no file name.
    pub(super) fn create(target: &Path, force: bool) -> Result<Self> {
        let Some(name) = target.file_name() else {
            return Err(Error::new(Code::Usage, "the target has no file name").file(target.display()));
        };
        match std::fs::symlink_metadata(target) {
            Ok(meta) if meta.is_dir() => {
                let e = Error::new(Code::TargetExists, "the target is a directory").file(target.display());
                return Err(e.hint("Name a file inside the directory."));
            }
            Ok(_) if !force => return Err(Error::new(Code::TargetExists, "the target exists").file(target.display())),
            _ => {}
        }
        let mut attempt = 0;
        loop {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            hidden.push(format!(".{}-{attempt}.part", std::process::id()));
            let temporary = target.with_file_name(hidden);
            match OpenOptions::new().read(true).write(true).create_new(true).open(&temporary) {
                Ok(file) => return Ok(Self { file, temporary, target: target.to_owned(), published: false }),
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists && attempt < 1000 => attempt += 1,
                Err(e) => return Err(Error::io(Direction::Write, target, e)),
            }
        }
    }

    /// Returns the open file.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Returns the temporary path.
    pub(super) fn path(&self) -> &Path {
        &self.temporary
    }

    /// Empties the file for writing anew.
    pub(super) fn clear(&self) -> Result<()> {
        self.file.set_len(0).map_err(|e| Error::io(Direction::Write, &self.target, e))
    }

    /// Waits until the content is on the disk.
    pub(super) fn sync(&self) -> Result<()> {
        self.file.sync_all().map_err(|e| Error::io(Direction::Write, &self.target, e))
    }

    /// Gives the file the name of its target; without `force`, an existing target is never replaced, whoever made it.
    pub(super) fn publish(mut self, force: bool) -> Result<()> {
        let fail = |e| Error::io(Direction::Write, &self.target, e);
        if force {
            std::fs::rename(&self.temporary, &self.target).map_err(fail)?;
        } else {
            self.link().map_err(fail)?;
        }
        self.published = true;
        self.sync_directory()
    }

    /// Takes the name of the target, which must be free: a hard link fails when it is not, a rename would not. Where
    /// the file system knows no hard links, an empty file claims the name first.
    fn link(&self) -> std::io::Result<()> {
        match std::fs::hard_link(&self.temporary, &self.target) {
            Ok(()) => std::fs::remove_file(&self.temporary),
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Err(e),
            Err(_) => {
                OpenOptions::new().write(true).create_new(true).open(&self.target)?;
                std::fs::rename(&self.temporary, &self.target).inspect_err(|_| {
                    let _ = std::fs::remove_file(&self.target);
                })
            }
        }
    }

    /// Waits until the name is on the disk.
    #[cfg(unix)]
    fn sync_directory(&self) -> Result<()> {
        let parent = match self.target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let directory = File::open(parent).map_err(|e| Error::io(Direction::Write, parent, e))?;
        directory.sync_all().map_err(|e| Error::io(Direction::Write, parent, e))
    }

    #[cfg(not(unix))]
    fn sync_directory(&self) -> Result<()> {
        Ok(())
    }
}

impl Drop for PendingFile {
    fn drop(&mut self) {
        if !self.published {
            // Nothing can be done about a failure here; the error that led here is reported.
            let _ = std::fs::remove_file(&self.temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_dropped_file_leaves_nothing_behind_even_in_a_panic() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("a.uff");
        let pending = PendingFile::create(&target, false).unwrap();
        assert_eq!(names(dir.path()).len(), 1);
        drop(pending);
        let broken = std::panic::catch_unwind(|| {
            let _pending = PendingFile::create(&target, false).unwrap();
            panic!("in the middle of writing");
        });
        assert!(broken.is_err());
        assert!(names(dir.path()).is_empty());
    }

    #[test]
    fn an_existing_target_is_replaced_only_by_force() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("a.uff");
        let first = PendingFile::create(&target, false).unwrap();
        let second = PendingFile::create(&target, false).unwrap();
        first.file().write_all(b"first").unwrap();
        first.sync().unwrap();
        first.publish(false).unwrap();
        assert_eq!(second.publish(false).err().map(|e| e.code()), Some(Code::TargetExists));
        assert_eq!(std::fs::read(&target).unwrap(), b"first");
        assert_eq!(PendingFile::create(&target, false).err().map(|e| e.code()), Some(Code::TargetExists));
        let third = PendingFile::create(&target, true).unwrap();
        third.file().write_all(b"third").unwrap();
        third.publish(true).unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"third");
        assert_eq!(names(dir.path()), ["a.uff"]);
    }

    #[test]
    fn a_target_that_cannot_be_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let code = |path: &Path| PendingFile::create(path, true).err().map(|e| e.code());
        assert_eq!(code(dir.path()), Some(Code::TargetExists));
        assert_eq!(code(&dir.path().join("no/a.uff")), Some(Code::IoWrite));
        assert_eq!(code(Path::new("/")), Some(Code::Usage));
    }
}
