//! Listing of a directory that came from outside.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Code, Direction, Error, Result};
use crate::limits::Budget;

/// Largest number of files in a delivery of one scan; all of them are open at once.
pub const MAX_FILES: usize = 512;

/// Lists the regular files below `root` as (name with forward slashes, path), sorted by name.
pub(super) fn list(root: &Path, budget: &Budget) -> Result<Vec<(String, PathBuf)>> {
    let fail = |e| Error::io(Direction::Read, root, e);
    let mut walk = Walk { root: fs::canonicalize(root).map_err(fail)?, found: Vec::new(), budget };
    walk.directory(root, "", 1)?;
    walk.found.sort();
    Ok(walk.found)
}

struct Walk<'a> {
    root: PathBuf,
    found: Vec<(String, PathBuf)>,
    budget: &'a Budget,
}

impl Walk<'_> {
    fn directory(&mut self, path: &Path, prefix: &str, depth: u32) -> Result<()> {
        self.budget.depth(depth, "the directory").map_err(|e| e.file(path.display()))?;
        let fail = |e| Error::io(Direction::Read, path, e);
        for entry in fs::read_dir(path).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            self.budget.count(1, "files in the delivery").map_err(|e| e.file(path.display()))?;
            self.entry(&entry.path(), &entry.file_name(), prefix, depth)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, file_name: &std::ffi::OsStr, prefix: &str, depth: u32) -> Result<()> {
        let text = file_name.to_str().ok_or_else(|| {
            Error::new(Code::InputValue, "the file name is not Unicode")
                .file(path.display())
                .hint("Rename the file; its name becomes part of the evidence and must be readable everywhere.")
        })?;
        let name = format!("{prefix}{text}");
        let fail = |e| Error::io(Direction::Read, path, e);
        let meta = fs::symlink_metadata(path).map_err(fail)?;
        if meta.is_dir() {
            self.directory(path, &format!("{name}/"), depth + 1)
        } else if meta.is_symlink() {
            let target = self.resolve(path)?;
            self.add(name, target)
        } else if meta.is_file() {
            self.add(name, path.to_owned())
        } else {
            Err(Error::new(Code::Usage, "a pipe, socket or device cannot be part of a delivery").file(path.display()))
        }
    }

    /// Follows a symbolic link to a regular file inside the delivery.
    fn resolve(&self, link: &Path) -> Result<PathBuf> {
        let target = fs::canonicalize(link).map_err(|e| Error::io(Direction::Read, link, e))?;
        if target.starts_with(&self.root) && target.is_file() {
            return Ok(target);
        }
        Err(Error::new(Code::ProfileEscape, "a symbolic link does not lead to a file of the delivery")
            .file(link.display())
            .found(target.display())
            .hint("Replace the link by the file it should stand for."))
    }

    fn add(&mut self, name: String, path: PathBuf) -> Result<()> {
        if self.found.len() == MAX_FILES {
            return Err(Error::new(Code::LimitCount, "too many files for a delivery of one scan")
                .file(self.root.display())
                .expected(format!("at most {MAX_FILES} files"))
                .hint("Convert the directory of one scan at a time."));
        }
        self.found.push((name, path));
        Ok(())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn codes(root: &Path) -> std::result::Result<Vec<String>, Code> {
        list(root, &Budget::default()).map(|l| l.into_iter().map(|(n, _)| n).collect()).map_err(|e| e.code())
    }

    #[test]
    fn names_are_sorted_and_links_stay_inside() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("scan");
        fs::create_dir_all(root.join("b/sub")).unwrap();
        fs::write(root.join("b/sub/x.raw"), b"x").unwrap();
        fs::write(root.join("a.xml"), b"x").unwrap();
        symlink("b/sub/x.raw", root.join("link.raw")).unwrap();
        assert_eq!(codes(&root), Ok(vec!["a.xml".into(), "b/sub/x.raw".into(), "link.raw".into()]));

        fs::write(dir.path().join("secret"), b"x").unwrap();
        symlink("../secret", root.join("out")).unwrap();
        assert_eq!(codes(&root), Err(Code::ProfileEscape));
        fs::remove_file(root.join("out")).unwrap();

        symlink(".", root.join("loop")).unwrap();
        assert_eq!(codes(&root), Err(Code::ProfileEscape));
        fs::remove_file(root.join("loop")).unwrap();

        symlink("nowhere", root.join("dangling")).unwrap();
        assert_eq!(codes(&root), Err(Code::IoNotFound));
    }

    #[test]
    fn too_many_files_and_too_deep_directories_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        for i in 0..=MAX_FILES {
            fs::write(dir.path().join(i.to_string()), b"").unwrap();
        }
        assert_eq!(codes(dir.path()), Err(Code::LimitCount));
        let deep = tempfile::tempdir().unwrap();
        fs::create_dir_all(deep.path().join("d/".repeat(70))).unwrap();
        assert_eq!(codes(deep.path()), Err(Code::LimitDepth));
    }
}
