//! The codecs, and what they have in common.

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use super::Fault;
use super::Head;
use super::fault::damaged;
use super::jpeg;
use super::jpeg_ls;
use super::jpeg2000;
use crate::limits::Budget;
use crate::model::Block;

/// A codec of the JPEG family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImageCodec {
    /// ISO/IEC 10918-1: baseline and progressive of 8 bits, which alter samples; lossless (process 14) of 2 to 16 bits.
    Jpeg,
    /// ISO/IEC 14495-1, lossless.
    JpegLs,
    /// ISO/IEC 15444-1, reversible; a codestream, or one in a JP2 file.
    Jpeg2000,
}

impl ImageCodec {
    /// Returns the name of the standard.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::JpegLs => "JPEG-LS",
            Self::Jpeg2000 => "JPEG 2000",
        }
    }

    /// Reads the headers of a stream.
    pub(crate) fn head(self, stream: &[u8]) -> Result<Head, Fault> {
        match self {
            Self::Jpeg => jpeg::head(stream),
            Self::JpegLs => jpeg_ls::head(stream),
            Self::Jpeg2000 => jpeg2000::head(stream),
        }
    }

    /// Decodes a stream: samples of up to 8 bits as `U8`, others as `U16`, signed ones as two's complement of that
    /// size. The caller has compared the size in the head with what it expects; `budget` is charged with the result.
    pub(crate) fn decode(self, stream: &[u8], budget: &Budget) -> Result<Block, Fault> {
        match self {
            Self::Jpeg => jpeg::decode(stream, budget),
            Self::JpegLs => jpeg_ls::decode(stream, budget),
            Self::Jpeg2000 => jpeg2000::decode(stream, budget),
        }
    }
}

/// Runs a decoder of others; one that fails on its assumptions has met a damaged stream.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(damaged("no decodable content")))
}
