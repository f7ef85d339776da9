//! A delivery: the files of one scan as the scanner left them.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use super::directory;
use crate::error::{Code, Direction, Error, Result};
use crate::limits::Budget;
use crate::model::Sha256;
use crate::source::{FileSource, ReadAt};

/// One file of a delivery.
#[derive(Clone)]
pub struct DeliveryFile {
    name: String,
    source: Arc<dyn ReadAt>,
    digest: Sha256,
}

impl DeliveryFile {
    /// Returns the path inside the delivery, with forward slashes.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the bytes.
    pub fn source(&self) -> &Arc<dyn ReadAt> {
        &self.source
    }

    /// Returns the size in bytes.
    pub fn size(&self) -> u64 {
        self.source.len()
    }

    /// Returns the SHA-256 of the bytes.
    pub fn digest(&self) -> Sha256 {
        self.digest
    }

    /// Reads the first bytes, at most `count`, fewer when the file is shorter.
    ///
    /// # Errors
    /// `io.*` when the device fails.
    pub fn head(&self, count: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; count.min(usize::try_from(self.size()).unwrap_or(usize::MAX))];
        self.source.read_exact_at(0, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads the whole file as one document.
    ///
    /// # Errors
    /// `limit.bytes` when it is larger than the limit for documents or the memory left; `io.*`.
    pub fn document(&self, budget: &Budget) -> Result<Vec<u8>> {
        let limit = budget.limits().document;
        if self.size() > limit {
            return Err(Error::new(Code::LimitBytes, "the document is too large")
                .file(&self.name)
                .expected(format!("at most {limit} bytes"))
                .found(format!("{} bytes", self.size())));
        }
        let size = self.size() as usize;
        let mut bytes: Vec<u8> = budget.vec(size, "a document")?;
        bytes.resize(size, 0);
        self.source.read_exact_at(0, &mut bytes)?;
        Ok(bytes)
    }
}

/// The files of one scan, sorted by name, each with its digest.
///
/// Names are paths inside the delivery with forward slashes, sorted by their bytes, so the digest of a delivery depends
/// neither on the operating system nor on the order in which a directory is listed.
#[derive(Clone)]
pub struct Delivery {
    name: String,
    files: Vec<DeliveryFile>,
    digest: Sha256,
}

impl Delivery {
    /// Opens a file, or all files below a directory, and computes their digests.
    ///
    /// Symbolic links are followed only to regular files inside the directory.
    ///
    /// # Errors
    /// `io.not_found`, `io.permission`, `io.read`; `profile.escape` for a link that leaves the directory; `limit.count`
    /// and `limit.depth` for a directory that is no delivery of one scan; `input.value` for a name that is not
    /// Unicode; `input.missing_file` for an empty directory; `usage` for a pipe, socket or device.
    pub fn open(path: &Path, budget: &Budget) -> Result<Self> {
        let (name, found) = listed(path, budget)?;
        Self::from_files(name, opened(found)?)
    }

    /// Opens files that lie in one directory as one delivery and computes their digests; each has its own name in the
    /// delivery.
    ///
    /// # Errors
    /// As [`Delivery::open`].
    pub fn open_files(name: impl Into<String>, paths: &[PathBuf]) -> Result<Self> {
        Self::from_files(name, opened(by_name(paths)?)?)
    }

    /// Opens a file or directory without reading it whole: for [`VendorReader::sniff`](super::VendorReader::sniff)
    /// alone, because all digests are zero.
    pub(super) fn glance(path: &Path, budget: &Budget) -> Result<Self> {
        let (name, found) = listed(path, budget)?;
        Self::assemble(name, opened(found)?, |_| Ok(Sha256::default()))
    }

    /// Opens files of one directory as [`Delivery::glance`] does.
    pub(super) fn glance_files(name: &str, paths: &[PathBuf]) -> Result<Self> {
        Self::assemble(name.to_owned(), opened(by_name(paths)?)?, |_| Ok(Sha256::default()))
    }

    /// Makes a delivery of files that are open already.
    ///
    /// # Errors
    /// `input.value` when a name is empty, absolute, has a `.` or `..` part, or occurs twice; whatever reading says.
    pub fn from_files(name: impl Into<String>, files: Vec<(String, Arc<dyn ReadAt>)>) -> Result<Self> {
        Self::assemble(name.into(), files, digest_of)
    }

    fn assemble(
        name: String,
        files: Vec<(String, Arc<dyn ReadAt>)>,
        digest: impl Fn(&dyn ReadAt) -> Result<Sha256> + Sync,
    ) -> Result<Self> {
        let mut files: Vec<DeliveryFile> = files
            .into_par_iter()
            .map(|(name, source)| {
                check_name(&name)?;
                let digest = digest(&*source)?;
                Ok(DeliveryFile { name, source, digest })
            })
            .collect::<Result<_>>()?;
        files.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(pair) = files.windows(2).find(|pair| pair[0].name == pair[1].name) {
            return Err(Error::new(Code::InputValue, "two files of the delivery have one name").found(&pair[0].name));
        }
        let digest = delivery_digest(&files);
        Ok(Self { name, files, digest })
    }

    /// Returns the name for messages: the last part of the path it was opened with.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the files, sorted by name.
    pub fn files(&self) -> &[DeliveryFile] {
        &self.files
    }

    /// Returns the file of that name with its index.
    pub fn find(&self, name: &str) -> Option<(usize, &DeliveryFile)> {
        let index = self.files.binary_search_by(|f| f.name.as_str().cmp(name)).ok()?;
        Some((index, self.files.get(index)?))
    }

    /// Returns the digest of the delivery: SHA-256 of the lines "digest, two spaces, name, newline".
    pub fn digest(&self) -> Sha256 {
        self.digest
    }

    /// Returns the size of all files together in bytes.
    pub fn size(&self) -> u64 {
        self.files.iter().map(DeliveryFile::size).sum()
    }
}

/// Lists the files of a delivery as (name in the delivery, path), with the name of the delivery.
fn listed(path: &Path, budget: &Budget) -> Result<(String, Vec<(String, PathBuf)>)> {
    let meta = std::fs::metadata(path).map_err(|e| Error::io(Direction::Read, path, e))?;
    let name = std::path::absolute(path)
        .ok()
        .and_then(|p| p.file_name().map(|n| n.to_string_lossy().into_owned()))
        .unwrap_or_else(|| path.display().to_string());
    let found = if meta.is_dir() {
        directory::list(path, budget)?
    } else if meta.is_file() {
        vec![(name.clone(), path.to_owned())]
    } else {
        return Err(Error::new(Code::Usage, "neither a regular file nor a directory").file(path.display()));
    };
    if found.is_empty() {
        return Err(Error::new(Code::InputMissingFile, "the directory holds no files").file(path.display()));
    }
    Ok((name, found))
}

fn by_name(paths: &[PathBuf]) -> Result<Vec<(String, PathBuf)>> {
    let named = |path: &PathBuf| match path.file_name().and_then(|n| n.to_str()) {
        Some(name) => Ok((name.to_owned(), path.clone())),
        None => Err(Error::new(Code::InputValue, "the file name is not Unicode").file(path.display())),
    };
    paths.iter().map(named).collect()
}

fn opened(found: Vec<(String, PathBuf)>) -> Result<Vec<(String, Arc<dyn ReadAt>)>> {
    let open = |(name, path): (String, _)| Ok((name, Arc::new(FileSource::open(path)?) as Arc<dyn ReadAt>));
    found.into_iter().map(open).collect()
}

fn check_name(name: &str) -> Result<()> {
    if !name.is_empty() && !name.contains(['\n', '\0']) && name.split('/').all(|p| !matches!(p, "" | "." | "..")) {
        return Ok(());
    }
    Err(Error::new(Code::InputValue, "not a usable file name")
        .expected("a relative path with forward slashes, without . and .. and without line breaks")
        .found(format!("{name:?}")))
}

/// Computes the SHA-256 of all bytes of a source.
///
/// # Errors
/// Whatever reading says.
pub fn digest_of(source: &dyn ReadAt) -> Result<Sha256> {
    use sha2::Digest;
    let mut hash = sha2::Sha256::new();
    let mut buffer = vec![0u8; 1 << 18];
    let mut offset = 0;
    while offset < source.len() {
        let count = (source.len() - offset).min(buffer.len() as u64) as usize;
        let part = &mut buffer[..count];
        source.read_exact_at(offset, part)?;
        hash.update(&*part);
        offset += count as u64;
    }
    Ok(Sha256::from_bytes(hash.finalize().into()))
}

fn delivery_digest(files: &[DeliveryFile]) -> Sha256 {
    let lines: String = files.iter().map(|f| format!("{}  {}\n", f.digest, f.name)).collect();
    Sha256::of(lines.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemorySource;

    fn memory(name: &str, bytes: &[u8]) -> (String, Arc<dyn ReadAt>) {
        (name.to_owned(), Arc::new(MemorySource::new(name, bytes)))
    }

    /// `printf 'abc' | sha256sum` and `sha256sum b a/c | LC_ALL=C sort -k2 | sha256sum` gave these.
    #[test]
    fn digest_is_that_of_sha256sum_lines_sorted_by_name() {
        let delivery = Delivery::from_files("d", vec![memory("b", b"abc"), memory("a/c", b"")]).unwrap();
        let names: Vec<_> = delivery.files().iter().map(DeliveryFile::name).collect();
        assert_eq!(names, ["a/c", "b"]);
        assert_eq!(
            delivery.files()[1].digest().to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(delivery.digest().to_string(), "881f0da47f47849fed48a22eff42670569779fb0d4226ebc9675a2b54d310549");
        assert_eq!(delivery.find("b").map(|(i, f)| (i, f.size())), Some((1, 3)));
        assert!(delivery.find("c").is_none());
    }

    #[test]
    fn names_that_leave_the_delivery_are_refused() {
        for name in ["", "/etc/passwd", "../x", "a//b", "a/./b", "a\nb"] {
            let made = Delivery::from_files("d", vec![memory(name, b"")]);
            assert_eq!(made.err().map(|e| e.code()), Some(Code::InputValue), "{name:?}");
        }
        assert!(Delivery::from_files("d", vec![memory("a", b""), memory("a", b"x")]).is_err());
    }

    #[test]
    fn documents_larger_than_the_limit_are_refused() {
        let delivery = Delivery::from_files("d", vec![memory("a", &[0; 100])]).unwrap();
        let budget = Budget::new(crate::limits::Limits { document: 99, ..Default::default() });
        assert_eq!(delivery.files()[0].document(&budget).err().map(|e| e.code()), Some(Code::LimitBytes));
        assert_eq!(delivery.files()[0].document(&Budget::default()).map(|d| d.len()).ok(), Some(100));
    }
}
