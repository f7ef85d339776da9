//! Random-access byte sources: a file on disk, bytes in memory, ranges fetched from elsewhere.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Code, Direction, Error, Result};

/// Bytes that can be read at any offset, from many threads at once.
pub trait ReadAt: Send + Sync {
    /// Returns the length in bytes.
    fn len(&self) -> u64;

    /// Returns whether there are no bytes at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns a name for messages: a path, a URL, a description.
    fn name(&self) -> &str;

    /// Fills `buf` with the bytes from `offset` on.
    ///
    /// # Errors
    /// `input.truncated` when the source ends before the buffer is full; `io.*` when the device fails.
    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> Result<()>;

    /// Returns all bytes where they are in memory anyway, so that they need not be copied.
    fn bytes(&self) -> Option<&[u8]> {
        None
    }
}

impl<T: ReadAt + ?Sized> ReadAt for Arc<T> {
    fn len(&self) -> u64 {
        (**self).len()
    }
    fn name(&self) -> &str {
        (**self).name()
    }
    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        (**self).read_exact_at(offset, buf)
    }
    fn bytes(&self) -> Option<&[u8]> {
        (**self).bytes()
    }
}

/// A regular file on disk.
#[derive(Debug)]
pub struct FileSource {
    file: File,
    len: u64,
    path: PathBuf,
    name: String,
}

impl FileSource {
    /// Opens a regular file for reading.
    ///
    /// # Errors
    /// `io.not_found`, `io.permission`, `io.read`; `usage` when the path is not a regular file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let fail = |e| Error::io(Direction::Read, path, e);
        let file = File::open(path).map_err(fail)?;
        let meta = file.metadata().map_err(fail)?;
        if !meta.is_file() {
            return Err(Error::new(Code::Usage, "not a regular file").file(path.display()));
        }
        Ok(Self { file, len: meta.len(), path: path.to_owned(), name: path.display().to_string() })
    }

    /// Returns the path the file was opened with.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl ReadAt for FileSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        check_range(self, offset, buf.len())?;
        #[cfg(unix)]
        let result = std::os::unix::fs::FileExt::read_exact_at(&self.file, buf, offset);
        #[cfg(windows)]
        let result = read_exact_at_windows(&self.file, buf, offset);
        result.map_err(|e| Error::io(Direction::Read, &self.path, e).at(format!("offset {offset}")))
    }
}

#[cfg(windows)]
fn read_exact_at_windows(file: &File, mut buf: &mut [u8], mut offset: u64) -> std::io::Result<()> {
    use std::os::windows::fs::FileExt;
    while !buf.is_empty() {
        match file.seek_read(buf, offset)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            n => {
                buf = &mut buf[n..];
                offset += n as u64;
            }
        }
    }
    Ok(())
}

/// Reads a small file that a person wrote, of at most `most` bytes; a device or a pipe is read no further than that.
///
/// # Errors
/// `io.*`; `too_large` when there is more.
pub fn read_document(path: &Path, most: u64, too_large: Code) -> Result<Vec<u8>> {
    let fail = |e| Error::io(Direction::Read, path, e);
    let file = File::open(path).map_err(fail)?;
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() as u64 > most {
        let expected = format!("at most {most} bytes");
        return Err(Error::new(too_large, "the file is too large").file(path.display()).expected(expected));
    }
    Ok(bytes)
}

/// Reads a small text that a person wrote; as [`read_document`].
///
/// # Errors
/// As [`read_document`]; `io.read` when it is not UTF-8.
pub fn read_text(path: &Path, most: u64, too_large: Code) -> Result<String> {
    let bytes = read_document(path, most, too_large)?;
    String::from_utf8(bytes).map_err(|e| {
        let kind = std::io::ErrorKind::InvalidData;
        Error::io(Direction::Read, path, std::io::Error::new(kind, e))
    })
}

/// Bytes held in memory.
#[derive(Debug, Clone)]
pub struct MemorySource {
    bytes: Arc<[u8]>,
    name: String,
}

impl MemorySource {
    /// Wraps bytes under a name for messages.
    pub fn new(name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { bytes: bytes.into(), name: name.into() }
    }
}

impl ReadAt for MemorySource {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        check_range(self, offset, buf.len())?;
        let start = offset as usize;
        buf.copy_from_slice(&self.bytes[start..start + buf.len()]);
        Ok(())
    }

    fn bytes(&self) -> Option<&[u8]> {
        Some(&self.bytes)
    }
}

/// Pieces of other sources, one after another: files that belong together, or a file without some of its bytes.
pub struct Pieces {
    sources: Vec<Arc<dyn ReadAt>>,
    pieces: Vec<Piece>,
    len: u64,
    name: String,
}

struct Piece {
    /// Offset in the whole.
    start: u64,
    source: usize,
    /// Offset in the source.
    offset: u64,
    len: u64,
}

impl Pieces {
    /// Joins ranges (index of the source, offset, length) under a name for messages; reading a range whose source is
    /// shorter fails as reading that source does.
    pub fn new(
        name: impl Into<String>,
        sources: Vec<Arc<dyn ReadAt>>,
        ranges: impl IntoIterator<Item = (usize, u64, u64)>,
    ) -> Self {
        let mut len = 0_u64;
        let place = |(source, offset, size): (usize, u64, u64)| {
            let start = len;
            len = len.saturating_add(size);
            Piece { start, source, offset, len: size }
        };
        let pieces: Vec<Piece> = ranges.into_iter().filter(|(_, _, size)| *size > 0).map(place).collect();
        Self { sources, pieces, len, name: name.into() }
    }
}

impl ReadAt for Pieces {
    fn len(&self) -> u64 {
        self.len
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        check_range(self, offset, buf.len())?;
        let first = self.pieces.partition_point(|p| p.start + p.len <= offset);
        let (mut left, mut position) = (buf, offset);
        for piece in self.pieces.iter().skip(first) {
            if left.is_empty() {
                break;
            }
            let skip = position - piece.start;
            let count = (piece.len - skip).min(left.len() as u64) as usize;
            let (now, later) = left.split_at_mut(count);
            let source = self.sources.get(piece.source).ok_or_else(|| {
                Error::new(Code::Internal, "a piece names a source that is not there").file(&self.name)
            })?;
            source.read_exact_at(piece.offset + skip, now)?;
            position += count as u64;
            left = later;
        }
        Ok(())
    }
}

fn check_range(source: &impl ReadAt, offset: u64, len: usize) -> Result<()> {
    match offset.checked_add(len as u64) {
        Some(end) if end <= source.len() => Ok(()),
        _ => Err(Error::new(Code::InputTruncated, "the bytes asked for lie past the end")
            .file(source.name())
            .at(format!("offset {offset}"))
            .expected(format!("{len} bytes"))
            .found(format!("{} bytes", source.len().saturating_sub(offset)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_past_the_end_says_how_much_is_there() {
        let source = MemorySource::new("scan.raw", vec![1u8, 2, 3]);
        let mut buf = [0; 4];
        let e = source.read_exact_at(1, &mut buf).map_err(|e| e.to_string());
        assert_eq!(
            e,
            Err("scan.raw: offset 1: the bytes asked for lie past the end: expected 4 bytes, found 2 bytes [input.truncated]".into())
        );
        assert!(source.read_exact_at(u64::MAX, &mut buf).is_err());
        assert!(source.read_exact_at(0, &mut buf[..3]).is_ok());
        assert_eq!(&buf[..3], [1, 2, 3]);
    }
}
