//! What lies in a hot folder, and whether it is complete.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

use uff::error::Direction;
use uff::limits::Budget;
use uff::vendor::groups;

use super::layout::is_own;
use crate::error::Result;

/// Something that will be one delivery: a folder, or files of one stem.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unit {
    /// Name of the folder, or stem of the files.
    pub(super) name: String,
    /// Whether it is a folder.
    pub(super) folder: bool,
    /// Names in the hot folder that belong to it.
    pub(super) entries: Vec<String>,
}

/// Lists the units of a hot folder, in the order of their names. Names that start with a dot, names that are not
/// Unicode, links and the folders of the watch itself are passed over.
///
/// # Errors
/// `io.*`; `limit.count`.
pub(super) fn units(root: &Path, skip: &dyn Fn(&Path) -> bool, budget: &Budget) -> Result<Vec<Unit>> {
    let fail = |e| uff::Error::io(Direction::Read, root, e);
    let (mut units, mut files) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(root).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        budget.count(1, "deliveries in the folder")?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(e) if e.kind() == ErrorKind::NotFound => continue,
            Err(e) => return Err(fail(e).into()),
        };
        if name.starts_with('.') || kind.is_dir() && (is_own(&name) || skip(&entry.path())) {
            continue;
        }
        if kind.is_dir() {
            units.push(Unit { name: name.clone(), folder: true, entries: vec![name] });
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    let name = |path: PathBuf| Some(path.file_name()?.to_str()?.to_owned());
    units.extend(groups(files).into_iter().map(|(stem, files)| Unit {
        name: stem,
        folder: false,
        entries: files.into_iter().filter_map(name).collect(),
    }));
    units.sort();
    Ok(units)
}

/// Sizes and times of all files of a unit, sorted by path.
pub(super) type Snapshot = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// Looks at the files of a unit; nothing when one of them vanishes meanwhile, or there are none.
///
/// A folder that exceeds the limits on depth and number is looked at as far as they go; converting it says so.
///
/// # Errors
/// `io.*`.
pub(super) fn snapshot(root: &Path, unit: &Unit, budget: &Budget) -> Result<Option<Snapshot>> {
    let mut open: Vec<(PathBuf, u32)> = unit.entries.iter().map(|entry| (root.join(entry), 1)).collect();
    let mut found = Snapshot::new();
    while let Some((path, depth)) = open.pop() {
        let fail = |e: std::io::Error| match e.kind() {
            ErrorKind::NotFound => None,
            _ => Some(uff::Error::io(Direction::Read, &path, e)),
        };
        let mut look = || -> std::io::Result<()> {
            let meta = fs::symlink_metadata(&path)?;
            if !meta.is_dir() {
                found.push((path.clone(), meta.len(), meta.modified().ok()));
                return Ok(());
            }
            for entry in fs::read_dir(&path)? {
                if budget.count(1, "files").is_ok() && budget.depth(depth, "the folder").is_ok() {
                    open.push((entry?.path(), depth + 1));
                }
            }
            Ok(())
        };
        match look().map_err(fail) {
            Ok(()) => {}
            Err(None) => return Ok(None),
            Err(Some(e)) => return Err(e.into()),
        }
    }
    found.sort();
    Ok((!found.is_empty()).then_some(found))
}

/// Watches units until they stop changing.
#[derive(Debug, Default)]
pub(super) struct Settling {
    seen: BTreeMap<Unit, (Snapshot, Instant)>,
}

impl Settling {
    /// Takes note of what is there now and returns what has not changed for at least `settle`.
    pub(super) fn settled(
        &mut self,
        now: Instant,
        present: Vec<(Unit, Snapshot)>,
        settle: Duration,
    ) -> Vec<(Unit, Snapshot)> {
        let mut before = std::mem::take(&mut self.seen);
        let mut settled = Vec::new();
        for (unit, snapshot) in present {
            let since = match before.remove(&unit) {
                Some((same, since)) if same == snapshot => since,
                _ => now,
            };
            if now.duration_since(since) >= settle {
                settled.push((unit.clone(), snapshot.clone()));
            }
            self.seen.insert(unit, (snapshot, since));
        }
        settled
    }

    /// Forgets a unit that was taken.
    pub(super) fn forget(&mut self, unit: &Unit) {
        self.seen.remove(unit);
    }

    /// Returns how many units are there and were not taken.
    pub(super) fn waiting(&self) -> usize {
        self.seen.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(name: &str) -> Unit {
        Unit { name: name.to_owned(), folder: false, entries: vec![format!("{name}.raw")] }
    }

    #[test]
    fn files_of_one_stem_and_folders_are_units_and_the_rest_is_not() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for name in ["a.raw", "a.xml", "b", ".c.raw"] {
            fs::write(root.join(name), name).unwrap();
        }
        for name in ["a", "done", "failed", ".uff", "out"] {
            fs::create_dir(root.join(name)).unwrap();
        }
        let out = root.join("out");
        let found = units(root, &|path| path == out, &Budget::default()).unwrap();
        let names: Vec<_> = found.iter().map(|u| (u.name.as_str(), u.folder, u.entries.len())).collect();
        assert_eq!(names, [("a", false, 2), ("a", true, 1), ("b", false, 1)]);
        assert_eq!(snapshot(root, &found[0], &Budget::default()).unwrap().map(|s| s.len()), Some(2));
        assert_eq!(snapshot(root, &found[1], &Budget::default()).unwrap(), None, "an empty folder");
        assert_eq!(snapshot(root, &unit("gone"), &Budget::default()).unwrap(), None);
    }

    #[test]
    fn a_change_starts_the_wait_anew() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let size = |size| vec![(unit("a"), vec![(PathBuf::from("a.raw"), size, None)])];
        let settle = Duration::from_secs(5);
        let mut settling = Settling::default();
        assert!(settling.settled(at(0), size(1), settle).is_empty());
        assert!(settling.settled(at(4), size(2), settle).is_empty());
        assert!(settling.settled(at(8), size(2), settle).is_empty());
        assert_eq!(settling.settled(at(9), size(2), settle), size(2));
        assert_eq!(settling.waiting(), 1);
        assert!(settling.settled(at(10), Vec::new(), settle).is_empty());
        assert!(settling.settled(at(20), size(2), settle).is_empty(), "it was away");
        assert_eq!(Settling::default().settled(at(0), size(1), Duration::ZERO), size(1));
    }
}
