//! Reading back what was written and comparing it with what was to be written.

use std::io::Write;
use std::path::Path;

use crate::error::{Code, Error, Result};
use crate::format::{UffFile, Verdict, Written, write_original};
use crate::limits::Budget;

/// Checks a written file: metadata, digests of all datasets, and every original rebuilt from it.
///
/// Returns the names of the originals that cannot be rebuilt.
///
/// # Errors
/// `convert.verify` when metadata or samples differ; whatever reading says.
pub(super) fn verify(path: &Path, written: &Written, budget: &Budget) -> Result<Vec<String>> {
    let file = UffFile::open_path(path, budget)?;
    let differs = |what: &str| Error::new(Code::ConvertVerify, what).file(path.display());
    if *file.scan() != written.scan {
        return Err(differs("the metadata read back are not those written"));
    }
    for found in file.verify(&mut |_, _| {})? {
        let recorded = written.digests.get(&found.path);
        if found.verdict != Verdict::Intact || recorded.is_some() && recorded != found.recorded.as_ref() {
            return Err(differs("samples read back are not those written")
                .at(&found.path)
                .expected(recorded.map_or("a digest".to_owned(), ToString::to_string))
                .found(format!("{:?}", found.verdict)));
        }
    }
    let bundle = file.bundle()?;
    let mut lost = Vec::new();
    for source in &bundle.scan.provenance.sources {
        match write_original(&bundle, source, &mut Nowhere) {
            Ok(()) => {}
            Err(e) if matches!(e.code(), Code::UffDigest | Code::UffMissing | Code::UffInconsistent) => {
                lost.push(source.name.clone())
            }
            Err(e) => return Err(e),
        }
    }
    Ok(lost)
}

/// Takes bytes and forgets them: [`write_original`] checks the digest itself.
struct Nowhere;

impl Write for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
