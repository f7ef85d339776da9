//! Files on the local disk: each is written beside its place and synced before it is put there, and each directory is synced
//! once for all files that are written together.
//!
//! What a sync costs does not depend on how much it writes, so that their number decides how many scans are stored in a second.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use bytes::Bytes;

use super::aligned::{Aligned, BLOCK, is_aligned};
use super::{Created, Group, Mode, Proof};

/// Bytes given to the system at once. For larger ones it takes large blocks of memory that nobody used for long, which a virtual
/// machine has to get from its host first: that costs six times as much as writing.
const PIECE: usize = 16 << 10;

/// Smallest file that goes to the disk without a copy in the memory of the system, and comes back without.
const DIRECT: usize = 256 << 10;

/// Bytes read back at once.
const READ: usize = 1 << 20;

/// Why files were not written.
#[derive(Debug)]
pub(super) enum Failed {
    /// What the system said of a path.
    System(PathBuf, io::Error),
    /// The disk gave back other bytes than were written.
    OtherBytes(PathBuf),
}

/// Writes groups of files below `root`. All are proved as their group asks before any of them can be seen, and those of a group
/// are durable before any of the next can be seen. Ends after a group of which a file lay there already, unless it is
/// replaced. After a failure any of the files may be there, none in part.
///
/// # Errors
/// The path that failed, and why.
pub(super) fn write(root: &Path, groups: &[Group<PathBuf>], mode: Mode) -> Result<Vec<Vec<Created>>, Failed> {
    let mut is_settled = true;
    let mut staged = Vec::with_capacity(groups.len());
    for group in groups {
        let files = group.files.iter().map(|file| match file.ahead.as_ref().and_then(Ahead::take) {
            Some(staged) => staged,
            None => Staged::write(&file.place, &file.bytes, &mut is_settled)?.proved(&file.bytes, group.proof),
        });
        staged.push(files.collect::<Result<Vec<_>, _>>()?);
    }
    sync(&staged, groups)?;
    let mut outcomes = Vec::with_capacity(groups.len());
    for (files, group) in staged.into_iter().zip(groups) {
        let shown = files.into_iter().zip(&group.files);
        let shown = shown.map(|(staged, file)| staged.publish(&file.place, mode, &mut is_settled));
        let created = shown.collect::<Result<Vec<_>, _>>()?;
        let is_all_new = created.iter().all(|created| *created == Created::New);
        outcomes.push(created);
        // Another writer may have made directories, or put a file there, and not have synced them yet.
        let with_ancestors = !std::mem::replace(&mut is_settled, true) || !is_all_new;
        for directory in directories_of(group, root, with_ancestors).into_iter().rev() {
            sync_directory(directory).map_err(|e| Failed::System(directory.to_owned(), e))?;
        }
        if !is_all_new {
            break;
        }
    }
    Ok(outcomes)
}

/// Returns the directories of files, with those above them up to `root` where that is asked for.
fn directories_of<'a>(group: &'a Group<PathBuf>, root: &Path, with_ancestors: bool) -> BTreeSet<&'a Path> {
    let parents = group.files.iter().filter_map(|file| file.place.parent());
    let mut directories: BTreeSet<&Path> = parents.clone().collect();
    if with_ancestors {
        directories.extend(parents.flat_map(|parent| parent.ancestors().take_while(|above| above.starts_with(root))));
    }
    directories
}

/// Syncs files: the others are on their way to the disk when the largest is synced, so that one commit of a journal is enough for
/// all.
fn sync(staged: &[Vec<Staged>], groups: &[Group<PathBuf>]) -> Result<(), Failed> {
    let sizes = groups.iter().flat_map(|group| &group.files).map(|file| file.bytes.len());
    let mut files: Vec<(usize, &Staged)> = sizes.zip(staged.iter().flatten()).collect();
    files.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    files.iter().skip(1).for_each(|(_, file)| begin_to_write(&file.file));
    files.into_iter().try_for_each(|(_, file)| file.file.sync_all().map_err(|e| file.failed(e)))
}

/// Has the system write what it holds of a file, without waiting for it.
fn begin_to_write(file: &File) {
    #[cfg(target_os = "linux")]
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}

/// Has the system keep no copy of what a file is given, or gives, from now on. Tells whether it does.
fn bypass(file: &File, yes: bool) -> bool {
    #[cfg(target_os = "linux")]
    return rustix::fs::fcntl_getfl(file)
        .map(|flags| {
            let (with, without) = (flags | rustix::fs::OFlags::DIRECT, flags - rustix::fs::OFlags::DIRECT);
            if yes { with } else { without }
        })
        .and_then(|flags| rustix::fs::fcntl_setfl(file, flags))
        .is_ok();
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (file, yes);
        false
    }
}

/// Writes the whole blocks of bytes to the disk itself, as far as the system can; returns how many bytes it wrote.
fn write_blocks(mut file: &File, bytes: &[u8]) -> io::Result<usize> {
    let (blocks, mut written) = (bytes.len() / BLOCK * BLOCK, 0);
    if bytes.len() < DIRECT || !is_aligned(bytes) || !bypass(file, true) {
        return Ok(0);
    }
    while written < blocks && written.is_multiple_of(BLOCK) {
        match file.write(bytes.get(written..blocks).unwrap_or_default()) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => written += count,
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            // The disk has blocks of another size.
            Err(e) if e.kind() == ErrorKind::InvalidInput => break,
            Err(e) => return Err(e),
        }
    }
    match bypass(file, false) {
        true => Ok(written),
        false => Err(io::Error::other("the system took a flag and does not give it back")),
    }
}

/// File that is on its way to the disk before its place is known. Taken away when nothing asks for it.
#[derive(Debug, Clone)]
pub(crate) struct Ahead(Arc<Mutex<Writing>>);

#[derive(Debug)]
struct Writing {
    near: PathBuf,
    root: PathBuf,
    thread: Option<JoinHandle<Result<Staged, Failed>>>,
}

impl Ahead {
    /// Begins to write a file near a place below `root`, and to prove it. None when that would gain nothing.
    pub(super) fn begin(root: PathBuf, near: PathBuf, bytes: Bytes, proof: Proof) -> Option<Self> {
        if bytes.len() < DIRECT {
            return None;
        }
        let place = near.clone();
        let write = move || Staged::write(&place, &bytes, &mut true)?.proved(&bytes, proof);
        let thread = thread::Builder::new().name("ahead".to_owned()).spawn(write).ok()?;
        Some(Self(Arc::new(Mutex::new(Writing { near, root, thread: Some(thread) }))))
    }

    /// Waits for the file; none when it was taken before.
    fn take(&self) -> Option<Result<Staged, Failed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Writing {
    fn take(&mut self) -> Option<Result<Staged, Failed>> {
        let failed = |_| Err(Failed::System(self.near.clone(), io::Error::other("the thread that wrote it failed")));
        self.thread.take().map(|thread| thread.join().unwrap_or_else(failed))
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if let Some(unused) = self.take() {
            drop(unused);
            let above = self.near.ancestors().skip(1).take_while(|above| **above != self.root);
            // What is not empty stays.
            let _ = above.map(std::fs::remove_dir).take_while(Result::is_ok).count();
        }
    }
}

/// File that is not in its place yet; removed when dropped.
#[derive(Debug)]
pub(super) struct Staged {
    file: File,
    path: PathBuf,
    /// Another writer may own that name by now.
    is_moved: bool,
}

impl Staged {
    /// Writes a file beside `place`; makes the directory where there is none, and says so.
    fn write(place: &Path, bytes: &[u8], is_settled: &mut bool) -> Result<Self, Failed> {
        let mut staged = Self::open(place, is_settled)?;
        let written = write_blocks(&staged.file, bytes).map_err(|e| staged.failed(e))?;
        for piece in bytes.get(written..).unwrap_or_default().chunks(PIECE) {
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
                    std::fs::create_dir_all(directory).map_err(|e| Failed::System(directory.to_owned(), e))?;
                }
                Err(e) => return Err(Failed::System(path, e)),
            }
        }
    }

    /// Makes sure that it has the bytes, if that is asked for.
    fn proved(self, bytes: &[u8], proof: Proof) -> Result<Self, Failed> {
        match proof {
            Proof::Said | Proof::Size => Ok(self),
            Proof::Bytes => match self.gives_back(bytes).map_err(|e| self.failed(e))? {
                true => Ok(self),
                false => Err(Failed::OtherBytes(self.path.clone())),
            },
        }
    }

    /// Tells whether the disk gives back exactly these bytes.
    fn gives_back(&self, mut bytes: &[u8]) -> io::Result<bool> {
        let mut file = File::open(&self.path)?;
        let mut is_direct = bytes.len() >= DIRECT && bypass(&file, true);
        let mut buffer = Aligned::new(READ.min(bytes.len().next_multiple_of(BLOCK)).max(BLOCK));
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(bytes.is_empty()),
                Ok(count) => match bytes.strip_prefix(buffer.get(..count).unwrap_or_default()) {
                    Some(after) => bytes = after,
                    None => return Ok(false),
                },
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if e.kind() == ErrorKind::InvalidInput && is_direct => {
                    is_direct = false;
                    bypass(&file, false);
                }
                Err(e) => return Err(e),
            }
        }
    }

    fn failed(&self, e: io::Error) -> Failed {
        Failed::System(self.path.clone(), e)
    }

    fn publish(mut self, place: &Path, mode: Mode, is_settled: &mut bool) -> Result<Created, Failed> {
        let show = || match mode {
            Mode::Replace => std::fs::rename(&self.path, place).map(|()| true),
            Mode::Create => rename_new(&self.path, place),
        };
        let shown = show().or_else(|e| match place.parent() {
            // The file was staged before its place was known.
            Some(parent) if e.kind() == ErrorKind::NotFound => {
                *is_settled = false;
                std::fs::create_dir_all(parent).and_then(|()| show())
            }
            _ => Err(e),
        });
        match shown {
            Ok(is_moved) => {
                self.is_moved = is_moved;
                Ok(Created::New)
            }
            Err(e) if e.kind() == ErrorKind::AlreadyExists && mode == Mode::Create => Ok(Created::Exists),
            Err(e) => Err(Failed::System(place.to_owned(), e)),
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

/// Gives a file another name that nothing has; tells whether it has lost its old one.
fn rename_new(from: &Path, to: &Path) -> io::Result<bool> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // The file system cannot.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {}
            renamed => return Ok(renamed.map(|()| true)?),
        }
    }
    std::fs::hard_link(from, to).map(|()| false)
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
    use crate::store::NewFile;

    fn files(root: &Path, names: &[&str]) -> Group<PathBuf> {
        Group::new(names.iter().map(|name| (root.join(name), Bytes::from(name.to_string()))).collect())
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
        let mut expected: Vec<PathBuf> =
            written.into_iter().flat_map(|group| group.files).map(|file| file.place).collect();
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
        let written = [files(root.path(), &["1", "file/2"])];
        let Failed::System(path, _) = write(root.path(), &written, Mode::Create).expect_err("not a directory") else {
            panic!("the system said so");
        };
        assert!(path.starts_with(root.path().join("file")), "{}", path.display());
        assert_eq!(tree(root.path()), [root.path().join("file")]);
    }

    /// Whoever writes the same file at the same time has a staging file of its own, and exactly one is first.
    #[test]
    fn one_of_many_writers_is_first() {
        let root = tempfile::tempdir().expect("a directory");
        for mode in [Mode::Create, Mode::Replace] {
            let outcomes: Vec<Created> = thread::scope(|scope| {
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

    /// Files of every length around a block and a piece arrive as they are, whether the disk takes them without a copy or not,
    /// and whether it is asked for them again or not.
    #[test]
    fn files_of_any_size_arrive_whole() {
        let root = tempfile::tempdir().expect("a directory");
        let sizes = [0, 1, BLOCK, DIRECT - 1, DIRECT, DIRECT + 1, DIRECT + BLOCK - 1, READ, READ + DIRECT + 17];
        for (number, size) in sizes.into_iter().enumerate() {
            let mut aligned = Aligned::new(size);
            aligned.iter_mut().enumerate().for_each(|(index, byte)| *byte = (index / 7) as u8);
            for (proof, is_aligned) in [(Proof::Said, true), (Proof::Bytes, true), (Proof::Bytes, false)] {
                let place = root.path().join(format!("{number}-{proof:?}-{is_aligned}"));
                let mut copy = Aligned::new(size + 1);
                let start = usize::from(!is_aligned);
                copy[start..start + size].copy_from_slice(&aligned);
                let bytes = Bytes::from_owner(copy).slice(start..start + size);
                let group = Group::new(vec![(place.clone(), bytes.clone())]).proved(proof);
                write(root.path(), &[group], Mode::Create).expect("written");
                assert!(std::fs::read(&place).expect("read") == *aligned, "{}", place.display());
                let (near, later) = (root.path().join("near/x"), root.path().join("later").join(&place));
                let ahead = Ahead::begin(root.path().to_owned(), near, bytes.clone(), proof);
                assert_eq!(ahead.is_some(), size >= DIRECT);
                let files = vec![NewFile { place: later.clone(), bytes, ahead }];
                write(root.path(), &[Group { files, proof }], Mode::Create).expect("written");
                assert!(std::fs::read(&later).expect("read") == *aligned, "{}", later.display());
            }
        }
    }

    /// What the disk has is compared, not what was meant.
    #[test]
    fn other_bytes_on_the_disk_are_noticed() {
        let root = tempfile::tempdir().expect("a directory");
        for size in [3, DIRECT, DIRECT + 1] {
            let bytes = Aligned::new(size);
            let staged = Staged::write(&root.path().join("x"), &bytes, &mut true).expect("written");
            assert!(staged.gives_back(&bytes).expect("read"), "{size}");
            assert!(!staged.gives_back(&bytes[1..]).expect("read"), "{size}: longer");
            assert!(!staged.gives_back(&[&bytes[..], &[0]].concat()).expect("read"), "{size}: shorter");
            let mut other = OpenOptions::new().write(true).open(&staged.path).expect("opened");
            other.write_all(&[1]).expect("written");
            assert!(!staged.gives_back(&bytes).expect("read"), "{size}: changed");
        }
        assert!(tree(root.path()).is_empty());
    }

    #[test]
    fn a_file_that_nothing_asks_for_is_taken_away() {
        let root = tempfile::tempdir().expect("a directory");
        let begin = || {
            let near = root.path().join("a/b/x");
            Ahead::begin(root.path().to_owned(), near, Bytes::from(vec![7; DIRECT]), Proof::Bytes).expect("begun")
        };
        drop(begin().clone());
        assert_eq!(std::fs::read_dir(root.path()).expect("a directory").count(), 0);
        let (kept, unused) = (begin(), begin());
        let staged = kept.take().expect("the first").expect("written");
        assert!(kept.take().is_none());
        drop((kept, unused));
        assert_eq!(tree(root.path()), std::slice::from_ref(&staged.path));
    }
}
