//! Files that commands write: complete or not at all, and never over something else unasked.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use uff::error::Direction;
use uff::{Code, Error, Result};

/// A file being written.
pub(super) struct Sink<'a> {
    out: BufWriter<NamedTempFile>,
    path: &'a Path,
}

impl Sink<'_> {
    /// Appends bytes.
    ///
    /// # Errors
    /// `io.write`, `io.disk_full`, with the name of the target.
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|e| Error::io(Direction::Write, self.path, e))
    }
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// A file to be written.
#[derive(Debug, Clone)]
pub(super) struct Target {
    path: PathBuf,
    force: bool,
}

impl Target {
    /// Names the file, and refuses at once when it exists and is not to be replaced.
    ///
    /// # Errors
    /// `target.exists`.
    pub(super) fn new(path: impl Into<PathBuf>, force: bool) -> Result<Self> {
        let path = path.into();
        if !force && path.symlink_metadata().is_ok() {
            return Err(exists(&path));
        }
        if path.is_dir() {
            return Err(Error::new(Code::TargetExists, "the target is a directory")
                .file(path.display())
                .hint("Name a file in it."));
        }
        Ok(Self { path, force })
    }

    /// Writes the file through `fill`: into a temporary file beside it that takes its name once it is complete and on
    /// disk. Nothing is left behind when that fails.
    ///
    /// # Errors
    /// What `fill` says; `io.write`, `io.disk_full`, `target.permission`, `target.exists`.
    pub(super) fn write(&self, fill: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<()> {
        let fail = |e| Error::io(Direction::Write, &self.path, e);
        let folder = match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".uff-").suffix(".part");
        #[cfg(unix)]
        {
            // As any newly created file: what the umask leaves of rw-rw-rw-.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file: NamedTempFile = builder.tempfile_in(folder).map_err(fail)?;
        let mut sink = Sink { out: BufWriter::new(file), path: &self.path };
        fill(&mut sink)?;
        let file = sink.out.into_inner().map_err(|e| fail(e.into_error()))?;
        file.as_file().sync_all().map_err(fail)?;
        let kept = match self.force {
            true => file.persist(&self.path),
            false => file.persist_noclobber(&self.path),
        };
        kept.map_err(|e| fail(e.error))?;
        Ok(())
    }

    /// Writes bytes that are ready.
    ///
    /// # Errors
    /// As [`Target::write`].
    pub(super) fn write_bytes(&self, bytes: &[u8]) -> Result<()> {
        self.write(|out| out.put(bytes))
    }

    /// Returns whether a file that exists is replaced.
    pub(super) fn replaces(&self) -> bool {
        self.force && self.path.exists()
    }

    /// Returns the path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// Makes a directory with all above it; one that exists is as good.
///
/// # Errors
/// `io.write`, `target.permission`.
pub(super) fn make_directory(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|e| {
        let e = match e.kind() {
            std::io::ErrorKind::AlreadyExists => std::io::Error::from(std::io::ErrorKind::NotADirectory),
            _ => e,
        };
        Error::io(Direction::Write, path, e)
    })
}

/// Returns the path of a file in a folder under a name that comes from outside.
///
/// # Errors
/// `profile.escape` when the name would leave the folder.
pub(super) fn inside(folder: &Path, name: &str) -> Result<PathBuf> {
    let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '\0']);
    if name.split('/').all(plain) {
        return Ok(folder.join(name));
    }
    let e = Error::new(Code::ProfileEscape, "a name would leave the folder").file(folder.display());
    Err(e.expected("a relative path without ..").found(format!("{name:?}")))
}

fn exists(path: &Path) -> Error {
    Error::new(Code::TargetExists, "the target exists already").file(path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_nothing_and_an_existing_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        let target = Target::new(&path, false).unwrap();
        let failed = target.write(|out| {
            out.put(b"half").unwrap();
            Err(Error::new(Code::Internal, "stopped"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

        target.write_bytes(b"whole").unwrap();
        assert_eq!(Target::new(&path, false).unwrap_err().code(), Code::TargetExists);
        // A file that appears between the check and the write is not replaced either.
        assert_eq!(target.write_bytes(b"other").unwrap_err().code(), Code::TargetExists);
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        Target::new(&path, true).unwrap().write_bytes(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_below_a_file_is_refused_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        let e = Target::new(file.join("x.png"), false).unwrap().write_bytes(b"").unwrap_err();
        assert_eq!(e.code(), Code::IoWrite);
        assert!(make_directory(&file.join("deeper")).is_err());
        assert!(make_directory(&file).is_err());
    }
}
