//! Texts of a PNG file (PNG clause 11.3.3): chunks `tEXt`, `zTXt` and `iTXt`.

use libdeflater::{DecompressionError, Decompressor};

use super::chunks::Chunk;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::source::ReadAt;

/// A text and its keyword.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) keyword: String,
    pub(super) text: String,
}

impl Text {
    /// Reads a chunk; nothing when it holds no text.
    ///
    /// # Errors
    /// `png.structure` when it is damaged; `limit.bytes` when it is too large; `io.*`.
    pub(super) fn read(chunk: &Chunk, source: &dyn ReadAt, budget: &Budget) -> Result<Option<Self>> {
        if !matches!(&chunk.kind.0, b"tEXt" | b"zTXt" | b"iTXt") {
            return Ok(None);
        }
        let bytes = chunk.read(source, budget)?;
        let damaged = || Error::new(Code::PngStructure, "a text is damaged").at(chunk.kind);
        let (keyword, rest) = cut(&bytes).ok_or_else(damaged)?;
        let text = match &chunk.kind.0 {
            b"tEXt" => latin(rest),
            b"zTXt" => match rest {
                [0, packed @ ..] => latin(&inflate(packed, budget).map_err(|e| e.at(chunk.kind))?),
                _ => return Err(damaged()),
            },
            _ => {
                let [flag, 0, rest @ ..] = rest else { return Err(damaged()) };
                let (_language, rest) = cut(rest).ok_or_else(damaged)?;
                let (_translated, rest) = cut(rest).ok_or_else(damaged)?;
                let bytes = match flag {
                    0 => rest.to_vec(),
                    1 => inflate(rest, budget).map_err(|e| e.at(chunk.kind))?,
                    _ => return Err(damaged()),
                };
                String::from_utf8(bytes).map_err(|e| damaged().cause(e))?
            }
        };
        Ok(Some(Self { keyword: latin(keyword), text }))
    }
}

/// Cuts at the first NUL.
fn cut(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|b| *b == 0)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}

fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

/// Decompresses a text whose size is not stated, in ever larger memory up to the limit for documents.
fn inflate(packed: &[u8], budget: &Budget) -> Result<Vec<u8>> {
    let limit = usize::try_from(budget.limits().document).unwrap_or(usize::MAX);
    let mut size = packed.len().saturating_mul(4).clamp(256, limit);
    loop {
        let mut bytes: Vec<u8> = budget.vec(size, "a text of a PNG file")?;
        bytes.resize(size, 0);
        match Decompressor::new().zlib_decompress(packed, &mut bytes) {
            Ok(used) => {
                bytes.truncate(used);
                return Ok(bytes);
            }
            Err(DecompressionError::InsufficientSpace) if size < limit => {
                budget.release(size as u64);
                size = size.saturating_mul(4).min(limit);
            }
            Err(DecompressionError::InsufficientSpace) => {
                return Err(
                    Error::new(Code::LimitBytes, "a text is too large").expected(format!("at most {limit} bytes"))
                );
            }
            Err(e) => return Err(Error::new(Code::PngStructure, "a compressed text is damaged").cause(e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::source::MemorySource;

    fn read(kind: &[u8; 4], bytes: &[u8]) -> std::result::Result<Option<Text>, Code> {
        let chunk = Chunk { kind: super::super::chunks::Kind(*kind), offset: 0, length: bytes.len() as u64 };
        let budget = Budget::new(Limits { document: 5000, ..Limits::default() });
        Text::read(&chunk, &MemorySource::new("t", bytes), &budget).map_err(|e| e.code())
    }

    /// The short compressed text is that of Python's `zlib.compress(b"caf\xe9")`.
    #[test]
    fn texts_are_read_and_bombs_are_not() {
        let text = |keyword: &str, text: &str| Ok(Some(Text { keyword: keyword.into(), text: text.into() }));
        assert_eq!(read(b"tEXt", b"Title\0caf\xe9"), text("Title", "café"));
        let packed = b"\x78\x9c\x4b\x4e\x4c\x7b\x09\x00\x04\x68\x02\x14";
        assert_eq!(read(b"zTXt", &[b"T\0\0".as_slice(), packed].concat()), text("T", "café"));
        assert_eq!(read(b"iTXt", "T\0\0\0de\0Titel\0café".as_bytes()), text("T", "café"));
        let many = |count: usize| {
            let mut packed = vec![0; 1000];
            let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
            let used = compressor.zlib_compress(&vec![b'x'; count], &mut packed).unwrap();
            [b"T\0\x01\0\0\0".as_slice(), &packed[..used]].concat()
        };
        assert_eq!(read(b"iTXt", &many(4000)).map(|t| t.map(|t| t.text.len())), Ok(Some(4000)));
        assert_eq!(read(b"iTXt", &many(6000)), Err(Code::LimitBytes));
        assert_eq!(read(b"IDAT", b"anything"), Ok(None));
        for damaged in
            [&b"no keyword"[..], b"T\0\x02\0\0\0x", b"T\0\0", b"T\0\0\0\0", b"T\0\x01\0\0\0xx", b"T\0\0\0\0\0\xff"]
        {
            assert_eq!(read(b"iTXt", damaged), Err(Code::PngStructure), "{damaged:?}");
        }
    }
}
