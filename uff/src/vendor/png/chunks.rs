//! Chunks of a PNG file (PNG clause 5): their types and places.

use std::fmt;

use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::source::ReadAt;

/// First bytes of every PNG file.
const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// Longest chunk that the specification allows.
const LONGEST: u32 = (1 << 31) - 1;

/// Returns whether bytes start like a PNG file.
pub(super) fn is_png(head: &[u8]) -> bool {
    head.starts_with(SIGNATURE)
}

/// Type of a chunk: four letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind(pub(super) [u8; 4]);

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.escape_ascii().fmt(f)
    }
}

/// A chunk: its type and the place of its data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk {
    pub(super) kind: Kind,
    pub(super) offset: u64,
    pub(super) length: u64,
}

impl Chunk {
    /// Reads the data.
    ///
    /// # Errors
    /// `limit.bytes` when they are longer than the limit for documents; `io.*`.
    pub(super) fn read(&self, source: &dyn ReadAt, budget: &Budget) -> Result<Vec<u8>> {
        let limit = budget.limits().document;
        if self.length > limit {
            return Err(Error::new(Code::LimitBytes, "a text is too large")
                .at(self.kind)
                .expected(format!("at most {limit} bytes"))
                .found(format!("{} bytes", self.length)));
        }
        let mut bytes: Vec<u8> = budget.vec(self.length as usize, "a chunk of a PNG file")?;
        bytes.resize(self.length as usize, 0);
        source.read_exact_at(self.offset, &mut bytes)?;
        Ok(bytes)
    }
}

/// Lists the chunks of a file, which start with `IHDR` and end with `IEND` at the end of the file.
///
/// # Errors
/// `png.structure` for another order; `input.truncated` when a chunk lies past the end; `input.size_mismatch` when bytes
/// follow the last one; `limit.count`.
pub(super) fn chunks(source: &dyn ReadAt, budget: &Budget) -> Result<Vec<Chunk>> {
    let wrong = |code, message: &str, at: u64| Error::new(code, message).at(format!("offset {at}"));
    let mut at = SIGNATURE.len() as u64;
    let mut found: Vec<Chunk> = Vec::new();
    loop {
        let mut head = [0; 8];
        source.read_exact_at(at, &mut head)?;
        let [a, b, c, d, kind @ ..] = head;
        let (length, kind) = (u32::from_be_bytes([a, b, c, d]), Kind(kind));
        if length > LONGEST || !kind.0.iter().all(u8::is_ascii_alphabetic) {
            return Err(wrong(Code::PngStructure, "a chunk is none", at).found(format!("{length} bytes of {kind}")));
        }
        if found.is_empty() && (&kind.0, length) != (b"IHDR", 13) {
            return Err(wrong(Code::PngStructure, "the header is missing", at).expected("IHDR").found(kind));
        }
        let end = at + 12 + u64::from(length);
        if end > source.len() {
            return Err(wrong(Code::InputTruncated, "a chunk lies past the end of the file", at)
                .expected(format!("{end} bytes"))
                .found(format!("{} bytes", source.len())));
        }
        budget.count(1, "chunks of a PNG file")?;
        if &kind.0 == b"IEND" {
            return match end == source.len() {
                true => Ok(found),
                false => Err(wrong(Code::InputSizeMismatch, "bytes follow the end of the picture", end)
                    .expected(format!("{end} bytes"))
                    .found(format!("{} bytes", source.len()))),
            };
        }
        found.push(Chunk { kind, offset: at + 8, length: u64::from(length) });
        at = end;
    }
}
