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

/// Largest file that the system is asked to write at once; larger ones stay in memory, as they are looked at soon.
const SMALL: usize = 64 << 10;

/// What becomes of a file that lies there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// It stays.
    Create,
    /// It is replaced.
    Replace,
}

/// Files that are written together, and their bytes.
pub(super) type Group = Vec<(PathBuf, Bytes)>;

/// Failure, and the path at which it happened.
pub(super) type Failed = (PathBuf, io::Error);

/// Writes groups of files below `root`. All are durable when it returns; those of a group before any of the next can be seen. Ends
/// after a group of which a file lay there already, unless it is replaced. After a failure any of the files may be there, none in
/// part.
///
/// # Errors
/// The path that failed, and what the system said.
pub(super) fn write(root: &Path, groups: &[Group], mode: Mode) -> Result<Vec<Vec<Created>>, Failed> {
    let mut is_settled = true;
    let mut staged = Vec::with_capacity(groups.len());
    for group in groups {
        let files = group.iter().map(|(place, bytes)| Staged::write(place, bytes, &mut is_settled));
        staged.push(files.collect::<Result<Vec<_>, _>>()?);
    }
    sync(&staged, groups)?;
    let mut outcomes = Vec::with_capacity(groups.len());
    for (files, group) in staged.into_iter().zip(groups) {
        let mut created = Vec::with_capacity(files.len());
        for (file, (place, _)) in files.into_iter().zip(group) {
            created.push(file.publish(place, mode).map_err(|e| (place.clone(), e))?);
        }
        let is_all_new = created.iter().all(|created| *created == Created::New);
        // Another writer may have made directories, or put a file there, and not have synced them yet.
        let with_ancestors = !std::mem::replace(&mut is_settled, true) || !is_all_new;
        for directory in directories_of(group, root, with_ancestors).into_iter().rev() {
            sync_directory(directory).map_err(|e| (directory.to_owned(), e))?;
        }
        outcomes.push(created);
        if !is_all_new {
            break;
        }
    }
    Ok(outcomes)
}

/// Returns the directories of files, with those above them up to `root` where that is asked for.
fn directories_of<'a>(group: &'a Group, root: &Path, with_ancestors: bool) -> BTreeSet<&'a Path> {
    let parents = group.iter().filter_map(|(place, _)| place.parent());
    let mut directories: BTreeSet<&Path> = parents.clone().collect();
    if with_ancestors {
        directories.extend(parents.flat_map(|parent| parent.ancestors().take_while(|above| above.starts_with(root))));
    }
    directories
}

/// Syncs files: the small ones are on their way to the disk when the largest is synced, so that one commit of a journal is enough
/// for all.
fn sync(staged: &[Vec<Staged>], groups: &[Group]) -> Result<(), Failed> {
    let sizes = groups.iter().flatten().map(|(_, bytes)| bytes.len());
    let mut files: Vec<(usize, &Staged)> = sizes.zip(staged.iter().flatten()).collect();
    if files.len() > 1 {
        files.iter().filter(|(size, _)| *size <= SMALL).for_each(|(_, file)| begin_to_write(&file.file));
    }
    files.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    files.into_iter().try_for_each(|(_, file)| file.file.sync_all().map_err(|e| file.failed(e)))
}

/// Has the system write what it holds of a file, without waiting for it.
fn begin_to_write(file: &File) {
    #[cfg(target_os = "linux")]
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}

/// File that is not in its place yet; removed when dropped.
struct Staged {
    file: File,
    path: PathBuf,
    /// Another writer may own that name by now.
    is_moved: bool,
}

impl Staged {
    /// Writes a file beside `place`; makes the directory where there is none, and says so.
    fn write(place: &Path, bytes: &[u8], is_settled: &mut bool) -> Result<Self, Failed> {
        let mut staged = Self::open(place, is_settled)?;
        for piece in bytes.chunks(PIECE) {
            staged.file.write_all(piece).map_err(|e| staged.failed(e))?;
        }
        Ok(staged)
    }

    fn open(place: &Path, is_settled: &mut bool) -> Result<Self, Failed> {
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
                    *is_settled = false;
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

    fn files(root: &Path, names: &[&str]) -> Group {
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
        let written = [files(root.path(), &["a/b/1", "a/2"]), files(root.path(), &["3"])];
        let new = [vec![Created::New; 2], vec![Created::New]];
        assert_eq!(write(root.path(), &written, Mode::Create).expect("written"), new);
        // What follows a group that was there is not tried.
        assert_eq!(write(root.path(), &written, Mode::Create).expect("written"), [[Created::Exists; 2]]);
        assert_eq!(write(root.path(), &written, Mode::Replace).expect("written"), new);
        let mut expected: Vec<PathBuf> = written.into_iter().flatten().map(|(path, _)| path).collect();
        expected.sort_unstable();
        assert_eq!(tree(root.path()), expected);
    }

    #[test]
    fn directories_are_synced_once_and_up_to_the_root_where_one_was_made() {
        let root = Path::new("/archive/storage");
        let written = files(root, &["a/b/1", "a/b/2", "a/3"]);
        let of = |with_ancestors, root: &str| {
            let found = directories_of(&written, Path::new(root), with_ancestors);
            found.into_iter().map(|d| d.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(of(false, "/archive/storage"), ["/archive/storage/a", "/archive/storage/a/b"]);
        assert_eq!(of(true, "/archive/storage"), ["/archive/storage", "/archive/storage/a", "/archive/storage/a/b"]);
        assert_eq!(of(true, "/elsewhere"), ["/archive/storage/a", "/archive/storage/a/b"], "their own in any case");
    }

    #[test]
    fn a_failure_names_the_path_and_leaves_none_in_part() {
        let root = tempfile::tempdir().expect("a directory");
        std::fs::write(root.path().join("file"), "x").expect("written");
        let (path, _) =
            write(root.path(), &[files(root.path(), &["1", "file/2"])], Mode::Create).expect_err("not a directory");
        assert!(path.starts_with(root.path().join("file")), "{}", path.display());
        assert_eq!(tree(root.path()), [root.path().join("file")]);
    }

    /// Whoever writes the same file at the same time has a staging file of its own, and exactly one is first.
    #[test]
    fn one_of_many_writers_is_first() {
        let root = tempfile::tempdir().expect("a directory");
        for mode in [Mode::Create, Mode::Replace] {
            let outcomes: Vec<Created> = std::thread::scope(|scope| {
                let groups = [files(root.path(), &["x/y"])];
                let one = |_| {
                    let (root, groups) = (root.path(), groups.clone());
                    scope.spawn(move || write(root, &groups, mode).expect("written"))
                };
                let all: Vec<_> = (0..16).map(one).collect();
                all.into_iter().flat_map(|thread| thread.join().expect("no panic").concat()).collect()
            });
            let first = outcomes.iter().filter(|outcome| **outcome == Created::New).count();
            assert_eq!(first, if mode == Mode::Create { 1 } else { 16 });
            assert_eq!(tree(root.path()), [root.path().join("x/y")]);
        }
    }
}
