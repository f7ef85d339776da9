//! A file that exists under its name only when it is complete.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
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
        vacant(target, force)?;
        let (temporary, file) = temporary(target, |path| {
            let file = OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
            hold(&file, path)?;
            Ok(file)
        })?;
        Ok(Self { file, temporary, target: target.to_owned(), published: false })
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
        give_name(&self.temporary, &self.target, force)?;
        self.published = true;
        sync_parent(&self.target)
    }
}

/// Refuses a target that no file may take.
///
/// # Errors
/// `target.exists` for a directory, and for anything else unless `force` is set; `usage` for a path without a name.
pub(super) fn vacant(target: &Path, force: bool) -> Result<()> {
    if target.file_name().is_none() {
        return Err(Error::new(Code::Usage, "the target has no file name").file(target.display()));
    }
    match std::fs::symlink_metadata(target) {
        Ok(meta) if meta.is_dir() => {
            let e = Error::new(Code::TargetExists, "the target is a directory").file(target.display());
            Err(e.hint("Name a file inside the directory."))
        }
        Ok(_) if !force => Err(Error::new(Code::TargetExists, "the target exists").file(target.display())),
        _ => Ok(()),
    }
}

/// Makes something under a hidden name beside the target: `.NAME.PROCESS-ATTEMPT.part`.
///
/// # Errors
/// `usage` when the target has no file name; `io.*` with the name of the target.
pub(super) fn temporary<T>(target: &Path, make: impl Fn(&Path) -> std::io::Result<T>) -> Result<(PathBuf, T)> {
    let Some(name) = target.file_name() else {
        return Err(Error::new(Code::Usage, "the target has no file name").file(target.display()));
    };
    let mut attempt = 0;
    loop {
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}-{attempt}.part", std::process::id()));
        let path = target.with_file_name(hidden);
        match make(&path) {
            Ok(made) => return Ok((path, made)),
            Err(e) if e.kind() == ErrorKind::AlreadyExists && attempt < 1000 => attempt += 1,
            Err(e) => return Err(Error::io(Direction::Write, target, e)),
        }
    }
}

/// Marks a temporary file as being worked on, so that [`clear_leftovers`] of another process lets it be.
#[cfg(unix)]
fn hold(file: &File, path: &Path) -> std::io::Result<()> {
    // Where the file system knows no locks there is nothing to hold, and nothing is cleared either.
    if file.lock().is_ok() && !path.exists() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    Ok(())
}

/// Locks of this platform would keep the file from being read back.
#[cfg(not(unix))]
fn hold(_file: &File, _path: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Removes the temporary files that conversions left in a folder when they were killed; those being worked on stay.
/// Returns how many there were.
///
/// # Errors
/// `io.*` when the folder cannot be listed or a file cannot be removed.
pub fn clear_leftovers(folder: &Path) -> Result<usize> {
    let fail = |e| Error::io(Direction::Write, folder, e);
    let mut removed = 0;
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let path = entry.path();
        let regular = entry.file_type().is_ok_and(|kind| kind.is_file());
        if !regular || !is_temporary(&entry.file_name().to_string_lossy()) || cfg!(not(unix)) {
            continue;
        }
        if let Ok(file) = File::open(&path)
            && file.try_lock().is_ok()
        {
            match std::fs::remove_file(&path) {
                Err(e) if e.kind() != ErrorKind::NotFound => return Err(Error::io(Direction::Write, &path, e)),
                _ => removed += 1,
            }
        }
    }
    Ok(removed)
}

/// Tells whether a name is one that [`temporary`] gives.
fn is_temporary(name: &str) -> bool {
    let numbers = name.strip_prefix('.').and_then(|n| n.strip_suffix(".part")).and_then(|n| n.rsplit_once('.'));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    numbers.and_then(|(_, n)| n.split_once('-')).is_some_and(|(pid, attempt)| digits(pid) && digits(attempt))
}

/// Gives a file its name; without `force`, an existing target is never replaced, whoever made it.
///
/// # Errors
/// `target.exists`; `io.*`.
pub(super) fn give_name(temporary: &Path, target: &Path, force: bool) -> Result<()> {
    let named = match force {
        true => std::fs::rename(temporary, target),
        false => link(temporary, target),
    };
    named.map_err(|e| Error::io(Direction::Write, target, e))
}

/// Takes the name of the target, which must be free: a hard link fails when it is not, a rename would not. Where the
/// file system knows no hard links, an empty file claims the name first.
fn link(temporary: &Path, target: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(temporary, target) {
        Ok(()) => std::fs::remove_file(temporary),
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Err(e),
        Err(_) => {
            OpenOptions::new().write(true).create_new(true).open(target)?;
            std::fs::rename(temporary, target).inspect_err(|_| {
                let _ = std::fs::remove_file(target);
            })
        }
    }
}

/// Waits until the names in the folder of the target are on the disk.
///
/// # Errors
/// `io.*`.
#[cfg(unix)]
pub(super) fn sync_parent(target: &Path) -> Result<()> {
    let parent = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let directory = File::open(parent).map_err(|e| Error::io(Direction::Write, parent, e))?;
    directory.sync_all().map_err(|e| Error::io(Direction::Write, parent, e))
}

/// This platform has no way to wait for names.
#[cfg(not(unix))]
pub(super) fn sync_parent(_target: &Path) -> Result<()> {
    Ok(())
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

    #[cfg(unix)]
    #[test]
    fn leftovers_of_the_killed_go_and_those_being_written_stay() {
        let dir = tempfile::tempdir().unwrap();
        let held = PendingFile::create(&dir.path().join("a.uff"), false).unwrap();
        std::fs::write(dir.path().join(".b.uff.77-0.part"), b"half").unwrap();
        for kept in ["b.uff", ".b.part", ".b.uff.x-0.part", "b.uff.77-0.part"] {
            std::fs::write(dir.path().join(kept), b"whole").unwrap();
        }
        assert_eq!(clear_leftovers(dir.path()).ok(), Some(1));
        assert_eq!(names(dir.path()).len(), 5);
        held.publish(false).unwrap();
        assert!(dir.path().join("a.uff").is_file());
    }
}
