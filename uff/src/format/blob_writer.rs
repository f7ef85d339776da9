//! Writing arrays of one axis: opaque bytes and time series.

use std::io::Seek;
use std::io::Write;

use crate::error::Result;
use crate::h5::FileWriter;
use crate::h5::Sample;
use crate::limits::Budget;
use crate::model::Sha256;
use crate::source::ReadAt;

use super::held::Held;
use super::integrity::SampleDigest;
use super::layout;
use super::plane_writer::Compression;

/// Chunks of a blob that are read and compressed at a time.
const GROUP: usize = 8;

/// Writes opaque bytes and returns their digest.
///
/// # Errors
/// `limit.bytes`, `io.*`; whatever the source says.
pub(super) fn write_blob<W: Write + Seek>(
    path: &str,
    source: &dyn ReadAt,
    out: &mut FileWriter<W>,
    compression: &Compression,
    budget: &Budget,
) -> Result<Sha256> {
    let chunk = source.len().min(layout::BLOB_CHUNK as u64) as usize;
    let group = (chunk * GROUP) as u64;
    let _held = Held::charge(budget, 2 * group, "opaque bytes")?;
    let mut digest = SampleDigest::default();
    let mut bytes = Vec::new();
    let mut offset = 0;
    while offset < source.len() {
        bytes.resize(group.min(source.len() - offset) as usize, 0);
        source.read_exact_at(offset, &mut bytes)?;
        digest.update_bytes(&bytes);
        let fill = |i: usize, planes: &mut [u8]| {
            let piece = bytes.chunks(chunk).nth(i).unwrap_or_default();
            planes.iter_mut().zip(piece).for_each(|(to, from)| *to = *from);
        };
        for stored in compression.encode(0..bytes.len().div_ceil(chunk), (chunk, 1), fill)? {
            out.append_chunk(path, &stored)?;
        }
        offset += bytes.len() as u64;
    }
    Ok(digest.finish())
}

/// Writes a time series and returns its digest.
///
/// # Errors
/// `io.*`.
pub(super) fn write_series<W: Write + Seek>(
    path: &str,
    values: &[f64],
    out: &mut FileWriter<W>,
    compression: &Compression,
) -> Result<Sha256> {
    let chunk = values.len().clamp(1, layout::SERIES_CHUNK);
    let mut digest = SampleDigest::default();
    digest.update(values);
    let fill = |i: usize, planes: &mut [u8]| {
        f64::shuffle(values.chunks(chunk).nth(i).unwrap_or_default(), planes, chunk, 0);
    };
    for stored in compression.encode(0..values.len().div_ceil(chunk), (chunk * f64::SIZE, f64::SIZE), fill)? {
        out.append_chunk(path, &stored)?;
    }
    Ok(digest.finish())
}
