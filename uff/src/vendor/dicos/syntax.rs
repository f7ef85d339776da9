//! Transfer syntaxes: how a data set and its samples are encoded (PS3.5, 10 and annex A).

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::vendor::imagery::ImageCodec;

/// How the elements of a data set are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Encoding {
    /// Whether each element states its representation.
    pub(super) explicit: bool,
    /// Whether the most significant byte stands first.
    pub(super) big: bool,
}

impl Encoding {
    /// Encoding of the file meta information, and of most data sets.
    pub(super) const EXPLICIT_LITTLE: Self = Self { explicit: true, big: false };
    /// Default encoding of DICOM, and that of sequences of unknown representation.
    pub(super) const IMPLICIT_LITTLE: Self = Self { explicit: false, big: false };
}

/// Transfer syntax that is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// Samples lie plainly in the file.
    Plain(Encoding),
    /// Samples lie in the file as streams of a codec; each stream must be lossless.
    Encapsulated(ImageCodec),
}

impl Syntax {
    /// Finds the transfer syntax of a UID.
    ///
    /// # Errors
    /// `dicom.unsupported` naming the UID.
    pub(super) fn of(uid: &str) -> Result<Self> {
        match uid {
            "1.2.840.10008.1.2" => Ok(Self::Plain(Encoding::IMPLICIT_LITTLE)),
            "1.2.840.10008.1.2.1" => Ok(Self::Plain(Encoding::EXPLICIT_LITTLE)),
            "1.2.840.10008.1.2.2" => Ok(Self::Plain(Encoding { explicit: true, big: true })),
            "1.2.840.10008.1.2.4.57" | "1.2.840.10008.1.2.4.70" => Ok(Self::Encapsulated(ImageCodec::Jpeg)),
            // Near-lossless with a difference of 0 is lossless, and JPEG 2000 may be: the streams tell.
            "1.2.840.10008.1.2.4.80" | "1.2.840.10008.1.2.4.81" => Ok(Self::Encapsulated(ImageCodec::JpegLs)),
            "1.2.840.10008.1.2.4.90" | "1.2.840.10008.1.2.4.91" => Ok(Self::Encapsulated(ImageCodec::Jpeg2000)),
            other => Err(Error::new(Code::DicomUnsupported, "the transfer syntax is not handled")
                .expected(
                    "uncompressed (1.2.840.10008.1.2, .1.2.1, .1.2.2), or lossless as JPEG (.1.2.4.57, .1.2.4.70), \
                     JPEG-LS (.1.2.4.80) or JPEG 2000 (.1.2.4.90)",
                )
                .found(format!("{other} ({})", name(other)))
                .hint(format!(
                    "Recompress the file with another tool, for instance `dcmdjpeg` or `gdcmconv --raw`; {}",
                    advice(other)
                ))),
        }
    }

    /// Returns how the elements are encoded.
    pub(super) fn encoding(self) -> Encoding {
        match self {
            Self::Plain(encoding) => encoding,
            Self::Encapsulated(_) => Encoding::EXPLICIT_LITTLE,
        }
    }
}

/// Returns the name of a transfer syntax that is not handled.
fn name(uid: &str) -> &'static str {
    match uid.strip_prefix("1.2.840.10008.1.2.") {
        Some("1.99") => "deflated",
        Some("4.50") => "JPEG baseline, lossy",
        Some("4.51") => "JPEG extended, lossy",
        Some("4.201" | "4.202") => "High-Throughput JPEG 2000 lossless",
        Some("5") => "RLE lossless",
        _ => "unknown",
    }
}

fn advice(uid: &str) -> &'static str {
    match uid.strip_prefix("1.2.840.10008.1.2.") {
        Some("4.50" | "4.51") => "its samples have been altered by a lossy codec.",
        _ => "its samples stay as they are.",
    }
}
