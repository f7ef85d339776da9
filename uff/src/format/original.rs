//! Rebuilding a file of the original delivery from samples and remaining bytes.
//!
//! The samples placed in the file say where they stood; the bytes between them follow each other in
//! `/vendor/originals`. The file is rebuilt in windows of bounded size, and its digest decides whether it is the
//! original.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use sha2::Digest;

use crate::error::Code;
use crate::error::Direction;
use crate::error::Error;
use crate::error::Result;
use crate::model::Bundle;
use crate::model::SourceFile;

use super::layout;
use super::placement::Placement;

/// Bytes of the file rebuilt at a time.
const WINDOW: usize = 8 << 20;

/// Rebuilds a file of the original delivery byte for byte and checks its digest.
///
/// # Errors
/// `uff.missing` when the scan does not keep the file or lacks its samples; `uff.inconsistent` when samples overlap
/// or the remaining bytes do not fill the gaps; `uff.digest` when the result is not the original; `io.*`.
pub fn write_original(bundle: &Bundle, source: &SourceFile, out: &mut dyn Write) -> Result<()> {
    rebuild(bundle, source, out).map_err(|e| e.file(&source.name))
}

fn rebuild(bundle: &Bundle, source: &SourceFile, out: &mut dyn Write) -> Result<()> {
    let name = source.rest.as_ref().ok_or_else(|| {
        Error::new(Code::UffMissing, "the original is kept beside the UFF file only")
            .hint("Take it from the archive, or convert again with originals embedded.")
    })?;
    let path = format!("{}/{}/{name}", layout::VENDOR, layout::ORIGINALS);
    let rest = bundle
        .blobs
        .get(&path)
        .ok_or_else(|| Error::new(Code::UffMissing, "the remaining bytes are not there").at(&path))?;
    let mut placements = Vec::new();
    for plane in &source.planes {
        placements.push(Placement::new(bundle, plane, source.size)?);
    }
    let mut hasher = sha2::Sha256::new();
    let mut taken = 0_u64;
    let mut start = 0_u64;
    while start < source.size {
        let length = (WINDOW as u64).min(source.size - start) as usize;
        let mut window = vec![0_u8; length];
        let mut covered = vec![false; length];
        for placement in &placements {
            placement.put(start, &mut window, &mut covered)?;
        }
        taken = fill_gaps(rest, taken, &mut window, &covered)?;
        hasher.update(&window);
        out.write_all(&window).map_err(|e| Error::io(Direction::Write, Path::new(&source.name), e))?;
        start += length as u64;
    }
    if taken != rest.len() {
        return Err(wrong_rest(rest.len()).expected(format!("{taken} bytes")));
    }
    let computed = crate::model::Sha256::from_bytes(hasher.finalize().into());
    if computed != source.digest {
        return Err(Error::new(Code::UffDigest, "the rebuilt file is not the original")
            .expected(source.digest)
            .found(computed));
    }
    Ok(())
}

/// Fills the bytes that no sample covers from the remaining bytes, from `taken` on; returns how many are used up.
fn fill_gaps(rest: &Arc<dyn crate::source::ReadAt>, taken: u64, window: &mut [u8], covered: &[bool]) -> Result<u64> {
    let open = covered.iter().filter(|c| !**c).count();
    let end = taken.saturating_add(open as u64);
    if end > rest.len() {
        return Err(wrong_rest(rest.len()).expected(format!("at least {end} bytes")));
    }
    let mut bytes = vec![0; open];
    rest.read_exact_at(taken, &mut bytes)?;
    let gaps = window.iter_mut().zip(covered).filter(|(_, covered)| !**covered);
    gaps.zip(bytes).for_each(|((to, _), from)| *to = from);
    Ok(end)
}

fn wrong_rest(length: u64) -> Error {
    Error::new(Code::UffInconsistent, "the remaining bytes do not fill the gaps between the samples")
        .found(format!("{length} bytes"))
}
