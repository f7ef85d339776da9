//! Reading of small numbers from a file at rising offsets, through a window.

use dicom_core::Tag;

use super::syntax::Encoding;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::source::ReadAt;

/// Bytes read at once.
const WINDOW: usize = 1 << 16;

/// Position in a file, with the bytes around it.
pub(super) struct Scanner<'a> {
    source: &'a dyn ReadAt,
    window: Vec<u8>,
    start: u64,
    /// Byte offset of what is read next.
    pub(super) at: u64,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(source: &'a dyn ReadAt, at: u64) -> Self {
        Self { source, window: Vec::new(), start: 0, at }
    }

    /// Returns the size of the file in bytes.
    pub(super) fn len(&self) -> u64 {
        self.source.len()
    }

    /// Returns an error about the structure at an offset.
    pub(super) fn damaged(&self, at: u64, message: &str) -> Error {
        Error::new(Code::DicomStructure, message).file(self.source.name()).at(format!("offset {at}"))
    }

    /// Reads bytes and steps over them.
    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let bytes = self.peek::<N>(0)?;
        self.at += N as u64;
        Ok(bytes)
    }

    /// Reads bytes that lie `ahead` bytes further on without stepping over them.
    pub(super) fn peek<const N: usize>(&mut self, ahead: u64) -> Result<[u8; N]> {
        let short = |at| {
            Error::new(Code::InputTruncated, "the file ends inside an element")
                .file(self.source.name())
                .at(format!("offset {at}"))
        };
        let from = self.at.checked_add(ahead).ok_or_else(|| short(self.at))?;
        if from.checked_add(N as u64).is_none_or(|end| end > self.source.len()) {
            return Err(short(from));
        }
        let held = |window: &Vec<u8>, start: u64| {
            let inside = usize::try_from(from.checked_sub(start)?).ok()?;
            window.get(inside..)?.first_chunk::<N>().copied()
        };
        if let Some(bytes) = held(&self.window, self.start) {
            return Ok(bytes);
        }
        let size = (self.source.len() - from).min(WINDOW as u64) as usize;
        self.window.resize(size, 0);
        self.start = from;
        self.source.read_exact_at(from, &mut self.window)?;
        held(&self.window, self.start).ok_or_else(|| short(from))
    }

    pub(super) fn tag(&mut self, encoding: Encoding) -> Result<Tag> {
        let group = self.number16(encoding)?;
        Ok(Tag(group, self.number16(encoding)?))
    }

    pub(super) fn number16(&mut self, encoding: Encoding) -> Result<u16> {
        let bytes = self.take()?;
        Ok(if encoding.big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    pub(super) fn number32(&mut self, encoding: Encoding) -> Result<u32> {
        let bytes = self.take()?;
        Ok(if encoding.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }
}
