//! Byte order and variant of a TIFF file, and reading numbers accordingly.

use std::sync::Arc;

use crate::error::{Code, Error, Result};
use crate::model::ByteOrder;
use crate::source::ReadAt;

/// A TIFF file whose header has been read.
#[derive(Clone)]
pub(super) struct TiffFile {
    /// The bytes.
    pub(super) source: Arc<dyn ReadAt>,
    /// Byte order of all numbers, samples included.
    pub(super) byte_order: ByteOrder,
    /// Whether it is BigTIFF, with offsets and counts of 64 bits.
    pub(super) big: bool,
    /// Offset of the first directory.
    pub(super) first: u64,
}

/// Returns whether bytes start like a TIFF (`II*\0`, `MM\0*`) or BigTIFF (`II+\0`, `MM\0+`) file.
pub(super) fn is_tiff(head: &[u8]) -> bool {
    [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|magic| head.starts_with(*magic))
}

impl TiffFile {
    /// Reads the header.
    ///
    /// # Errors
    /// `tiff.structure` for another format or a BigTIFF of unknown offset size; `input.truncated`; `io.*`.
    pub(super) fn open(source: Arc<dyn ReadAt>) -> Result<Self> {
        let mut magic = [0; 4];
        source.read_exact_at(0, &mut magic)?;
        if !is_tiff(&magic) {
            return Err(Error::new(Code::TiffStructure, "not a TIFF file").file(source.name()));
        }
        let byte_order = if magic.starts_with(b"II") { ByteOrder::Little } else { ByteOrder::Big };
        let big = magic.contains(&b'+');
        let mut file = Self { source, byte_order, big, first: 0 };
        if big {
            let (size, zero) = (file.u16_at(4)?, file.u16_at(6)?);
            if (size, zero) != (8, 0) {
                return Err(Error::new(Code::TiffStructure, "the BigTIFF header is not understood")
                    .file(file.source.name())
                    .at("offset 4")
                    .expected("offsets of 8 bytes")
                    .found(format!("{size} and {zero}")));
            }
            file.first = file.u64_at(8)?;
        } else {
            file.first = u64::from(file.u32_at(4)?);
        }
        Ok(file)
    }

    /// Reads bytes at an offset.
    pub(super) fn bytes_at<const N: usize>(&self, offset: u64) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.source.read_exact_at(offset, &mut bytes)?;
        Ok(bytes)
    }

    pub(super) fn u16_at(&self, offset: u64) -> Result<u16> {
        self.bytes_at(offset).map(|b| self.u16(b))
    }

    pub(super) fn u32_at(&self, offset: u64) -> Result<u32> {
        self.bytes_at(offset).map(|b| self.u32(b))
    }

    pub(super) fn u64_at(&self, offset: u64) -> Result<u64> {
        self.bytes_at(offset).map(|b| self.u64(b))
    }

    /// Decodes a number in the byte order of the file.
    pub(super) fn u16(&self, bytes: [u8; 2]) -> u16 {
        if self.byte_order == ByteOrder::Big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    /// Decodes a number in the byte order of the file.
    pub(super) fn u32(&self, bytes: [u8; 4]) -> u32 {
        if self.byte_order == ByteOrder::Big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    /// Decodes a number in the byte order of the file.
    pub(super) fn u64(&self, bytes: [u8; 8]) -> u64 {
        if self.byte_order == ByteOrder::Big { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) }
    }
}
