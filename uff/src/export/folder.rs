//! Folder that takes the files of an export.

use std::fs::File;
use std::io::BufWriter;
use std::io::Seek;
use std::io::SeekFrom;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use crate::error::Code;
use crate::error::Direction;
use crate::error::Error;
use crate::error::Result;

/// Folder that takes the files of an export; it belongs to the export alone.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    names: Vec<String>,
}

impl Folder {
    /// Takes an existing, empty folder.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), names: Vec::new() }
    }

    /// Creates a file; `name` is a plain name without separators.
    ///
    /// # Errors
    /// `internal` for a name that is no plain name; `target.exists` when it is taken; `io.*`.
    pub fn create(&mut self, name: &str) -> Result<ExportFile> {
        let plain = !matches!(name, "" | "." | "..") && !name.contains(['/', '\\', ':', '\0']);
        if !plain {
            return Err(Error::new(Code::Internal, "an exporter chose a name that is none").found(format!("{name:?}")));
        }
        let path = self.path.join(name);
        let file = File::options().read(true).write(true).create_new(true).open(&path);
        let file = file.map_err(|e| Error::io(Direction::Write, &path, e))?;
        self.names.push(name.to_owned());
        Ok(ExportFile { out: BufWriter::with_capacity(1 << 18, file), path })
    }

    /// Returns the names of the files, in the order they were created.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns the path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// File of an export; [`ExportFile::finish`] brings it to disk.
#[derive(Debug)]
pub struct ExportFile {
    out: BufWriter<File>,
    path: PathBuf,
}

impl ExportFile {
    /// Appends bytes; failures carry the name of the file.
    ///
    /// # Errors
    /// `io.write`, `io.disk_full`.
    pub fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|e| Error::io(Direction::Write, &self.path, e))
    }

    /// Wraps a failure of writing that went through [`Write`] or [`Seek`].
    pub fn failure(&self, error: std::io::Error) -> Error {
        Error::io(Direction::Write, &self.path, error)
    }

    /// Writes what is buffered and waits until it is on the disk.
    ///
    /// # Errors
    /// `io.write`, `io.disk_full`.
    pub fn finish(mut self) -> Result<()> {
        self.out.flush().map_err(|e| Error::io(Direction::Write, &self.path, e))?;
        self.out.get_ref().sync_all().map_err(|e| Error::io(Direction::Write, &self.path, e))
    }
}

impl Write for ExportFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

impl Seek for ExportFile {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.out.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside_and_are_used_once() {
        let scratch = tempfile::tempdir().unwrap();
        let mut folder = Folder::new(scratch.path());
        let mut file = folder.create("a.bin").unwrap();
        file.put(b"content").unwrap();
        file.finish().unwrap();
        for (name, code) in [("a.bin", Code::TargetExists), ("../b", Code::Internal), ("", Code::Internal)] {
            assert_eq!(folder.create(name).map(|_| ()).map_err(|e| e.code()), Err(code), "{name}");
        }
        assert_eq!(folder.names(), ["a.bin"]);
        assert_eq!(std::fs::read(scratch.path().join("a.bin")).unwrap(), b"content");
    }
}
