//! Small files on the local disk: each is written beside its place and synced before it is put there, and each directory is
//! synced once for all files that are written together.
//!
//! What a sync costs does not depend on how much it writes, so that their number decides how many scans are stored in a second.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::Created;

/// Bytes given to the system at once. For larger ones it takes large blocks of memory that nobody used for long, which a virtual
/// machine has to get from its host first: that costs six times as much as writing.
const PIECE: usize = 16 << 10;

/// What becomes of a file that lies there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// It stays.
    Create,
    /// It is replaced.
    Replace,
}

/// Failure, and the path at which it happened.
pub(super) type Failed = (PathBuf, io::Error);

/// Writes files below `root`. All are durable when it returns; after a failure any of them may be there, none in part.
///
/// # Errors
/// The path that failed, and what the system said.
pub(super) fn write(root: &Path, files: &[(PathBuf, Bytes)], mode: Mode) -> Result<Vec<Created>, Failed> {
    let mut directories = BTreeSet::new();
    let mut is_all_new = true;
    let mut staged = Vec::with_capacity(files.len());
    for (place, bytes) in files {
        let mut file = Staged::open(place, &mut is_all_new)?;
        for piece in bytes.chunks(PIECE) {
            file.file.write_all(piece).map_err(|e| file.failed(e))?;
        }
        staged.push(file);
        directories.extend(place.parent());
    }
    for file in &staged {
        file.file.sync_all().map_err(|e| file.failed(e))?;
    }
    let mut created = Vec::with_capacity(files.len());
    for (file, (place, _)) in staged.into_iter().zip(files) {
        let outcome = file.publish(place, mode).map_err(|e| (place.clone(), e))?;
        is_all_new &= outcome == Created::New;
        created.push(outcome);
    }
    if !is_all_new {
        // Another writer may have made directories, or put a file there, and not have synced them yet.
        directories = files.iter().flat_map(|(place, _)| place.ancestors().skip(1)).collect();
        directories.retain(|directory| directory.starts_with(root));
    }
    for directory in directories.into_iter().rev() {
        sync_directory(directory).map_err(|e| (directory.to_owned(), e))?;
    }
    Ok(created)
}

/// File that is not in its place yet; removed when dropped.
struct Staged {
    file: File,
    path: PathBuf,
    /// Another writer may own that name by now.
    is_moved: bool,
}

impl Staged {
    /// Opens a file beside `place`; makes the directory where there is none, and says so.
    fn open(place: &Path, has_directory: &mut bool) -> Result<Self, Failed> {
        let mut number = 1_u32;
        loop {
            let mut name: OsString = place.as_os_str().to_owned();
            name.push(format!("#{number}"));
            let path = PathBuf::from(name);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok(Self { file, path, is_moved: false }),
                Err(e) if e.kind() == ErrorKind::AlreadyExists && number < u32::MAX => number += 1,
                Err(e) if e.kind() == ErrorKind::NotFound => {
                    // Whoever removes the last file of a directory removes it as well: it may be gone again by now.
                    *has_directory = false;
                    let directory = place.parent().unwrap_or(place);
                    std::fs::create_dir_all(directory).map_err(|e| (directory.to_owned(), e))?;
                }
                Err(e) => return Err((path, e)),
            }
        }
    }

    fn failed(&self, e: io::Error) -> Failed {
        (self.path.clone(), e)
    }

    fn publish(mut self, place: &Path, mode: Mode) -> io::Result<Created> {
        match mode {
            Mode::Replace => {
                std::fs::rename(&self.path, place)?;
                self.is_moved = true;
                Ok(Created::New)
            }
            Mode::Create => match std::fs::hard_link(&self.path, place) {
                Ok(()) => Ok(Created::New),
                Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(Created::Exists),
                Err(e) => Err(e),
            },
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.is_moved {
            // What stays behind, `sweep` removes.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Elsewhere directories cannot be opened; the file system keeps their order.
#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(root: &Path, names: &[&str]) -> Vec<(PathBuf, Bytes)> {
        names.iter().map(|name| (root.join(name), Bytes::from(name.to_string()))).collect()
    }

    fn tree(root: &Path) -> Vec<PathBuf> {
        let listed = std::fs::read_dir(root).expect("a directory").map(|entry| entry.expect("an entry").path());
        let mut found: Vec<PathBuf> =
            listed.flat_map(|path| if path.is_dir() { tree(&path) } else { vec![path] }).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn nothing_but_the_files_is_left() {
        let root = tempfile::tempdir().expect("a directory");
        let written = files(root.path(), &["a/b/1", "a/2", "3"]);
        assert_eq!(write(root.path(), &written, Mode::Create).expect("written"), [Created::New; 3]);
        assert_eq!(write(root.path(), &written, Mode::Create).expect("written"), [Created::Exists; 3]);
        assert_eq!(write(root.path(), &written, Mode::Replace).expect("written"), [Created::New; 3]);
        let mut expected: Vec<PathBuf> = written.into_iter().map(|(path, _)| path).collect();
        expected.sort_unstable();
        assert_eq!(tree(root.path()), expected);
    }

    #[test]
    fn a_failure_names_the_path_and_leaves_none_in_part() {
        let root = tempfile::tempdir().expect("a directory");
        std::fs::write(root.path().join("file"), "x").expect("written");
        let (path, _) =
            write(root.path(), &files(root.path(), &["1", "file/2"]), Mode::Create).expect_err("not a directory");
        assert!(path.starts_with(root.path().join("file")), "{}", path.display());
        assert_eq!(tree(root.path()), [root.path().join("file")]);
    }

    /// Whoever writes the same file at the same time has a staging file of its own, and exactly one is first.
    #[test]
    fn one_of_many_writers_is_first() {
        let root = tempfile::tempdir().expect("a directory");
        for mode in [Mode::Create, Mode::Replace] {
            let outcomes: Vec<Created> = std::thread::scope(|scope| {
                let one = |_| scope.spawn(|| write(root.path(), &files(root.path(), &["x/y"]), mode).expect("written"));
                let all: Vec<_> = (0..16).map(one).collect();
                all.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
            });
            let first = outcomes.iter().filter(|outcome| **outcome == Created::New).count();
            assert_eq!(first, if mode == Mode::Create { 1 } else { 16 });
            assert_eq!(tree(root.path()), [root.path().join("x/y")]);
        }
    }
}
