//! Folders that commands fill: they appear whole or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use uff::error::Direction;
use uff::{Code, Error, Result};

use super::target::{Sink, Target, inside, make_directory};

/// A folder being filled. Unless it replaces content on request, it is filled beside its place and moved there at the
/// end, so that a failure leaves nothing.
pub(super) struct Folder {
    target: PathBuf,
    staging: Option<TempDir>,
}

impl Folder {
    /// Starts to fill a folder, which must not exist or be empty, unless `force` is set.
    pub(super) fn open(target: &Path, force: bool) -> Result<Self> {
        let fail = |e| Error::io(Direction::Write, target, e);
        let occupied = match fs::read_dir(target) {
            Ok(mut entries) => entries.next().is_some(),
            Err(e) if e.kind() == ErrorKind::NotFound => false,
            Err(e) => return Err(fail(e)),
        };
        if occupied && force {
            return Ok(Self { target: target.to_owned(), staging: None });
        }
        if occupied {
            let e = Error::new(Code::TargetExists, "the folder exists and is not empty");
            return Err(e
                .file(target.display())
                .hint("Choose another folder, or pass --force to write into this one."));
        }
        let beside = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let staging = tempfile::Builder::new().prefix(".uff-").suffix(".part").tempdir_in(beside).map_err(fail)?;
        Ok(Self { target: target.to_owned(), staging: Some(staging) })
    }

    /// Writes one file under a path that comes from the input, and returns its size.
    ///
    /// # Errors
    /// `profile.escape` when the path leaves the folder; `io.*`; what `fill` says.
    pub(super) fn write(&self, path: &str, fill: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<u64> {
        let full = inside(self.root(), path)?;
        if let Some(parent) = full.parent() {
            make_directory(parent)?;
        }
        Target::new(&full, self.staging.is_none())?.write(fill)?;
        full.metadata().map(|m| m.len()).map_err(|e| Error::io(Direction::Read, &full, e))
    }

    /// Gives the folder its name.
    pub(super) fn finish(self) -> Result<()> {
        let fail = |e| Error::io(Direction::Write, &self.target, e);
        let Some(staging) = self.staging else { return Ok(()) };
        // As any newly created folder; a temporary one is closed to others.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let beside = tempfile::Builder::new()
                .permissions(fs::Permissions::from_mode(0o777))
                .tempdir_in(staging.path())
                .map_err(fail)?;
            let mode = beside.path().metadata().map_err(fail)?.permissions();
            beside.close().map_err(fail)?;
            fs::set_permissions(staging.path(), mode).map_err(fail)?;
        }
        match fs::remove_dir(&self.target) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(fail(e)),
            _ => {}
        }
        fs::rename(staging.path(), &self.target).map_err(fail)?;
        // Moved away: there is nothing left to remove.
        drop(staging.keep());
        Ok(())
    }

    fn root(&self) -> &Path {
        self.staging.as_ref().map_or(&self.target, |s| s.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Folder, path: &str) -> Result<u64> {
        folder.write(path, |out| out.put(b"abc"))
    }

    #[test]
    fn the_folder_appears_whole_or_not_at_all() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("out");
        let folder = Folder::open(&target, false).unwrap();
        assert_eq!(write(&folder, "a/b.bin").unwrap(), 3);
        drop(folder);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);

        let folder = Folder::open(&target, false).unwrap();
        write(&folder, "a/b.bin").unwrap();
        folder.finish().unwrap();
        assert_eq!(fs::read(target.join("a/b.bin")).unwrap(), b"abc");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);

        assert_eq!(Folder::open(&target, false).err().map(|e| e.code()), Some(Code::TargetExists));
        write(&Folder::open(&target, true).unwrap(), "a/b.bin").unwrap();
    }

    #[test]
    fn names_from_the_input_stay_inside() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(&place.path().join("out"), false).unwrap();
        for name in ["../x", "/x", "a/../../x", "", "a//b", "c:\\x", "a\\..\\x"] {
            assert_eq!(write(&folder, name).unwrap_err().code(), Code::ProfileEscape, "{name}");
        }
    }
}
