//! Compression of a strip or tile.

use libdeflater::DecompressionError;
use libdeflater::Decompressor;
use weezl::BitOrder;
use weezl::LzwStatus;

use crate::error::{Code, Error, Result};

/// How strips or tiles are compressed; all of them keep every sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    /// Not at all (1).
    None,
    /// LZW, most significant bit first (5; TIFF 6.0 section 13).
    Lzw,
    /// Deflate in a zlib envelope (8 and 32946; TIFF Technical Note 2 of Adobe, RFC 1950).
    Deflate,
    /// PackBits (32773; TIFF 6.0 section 9).
    PackBits,
}

impl Compression {
    /// Returns the compression of a number of the tag.
    ///
    /// # Errors
    /// `tiff.unsupported` naming the compression.
    pub(super) fn of(number: u64) -> Result<Self> {
        match number {
            1 => Ok(Self::None),
            5 => Ok(Self::Lzw),
            8 | 32946 => Ok(Self::Deflate),
            32773 => Ok(Self::PackBits),
            other => Err(Error::new(Code::TiffUnsupported, "the compression is not handled")
                .expected("none, LZW, deflate or PackBits")
                .found(name(other).map_or(format!("number {other}"), str::to_owned))),
        }
    }

    /// Returns the most bytes that `stored` bytes can hold, so that a lie about the size is refused before memory is
    /// taken for it.
    pub(super) fn most(self, stored: u64) -> u64 {
        match self {
            Self::None => stored,
            // A code of at least 9 bits stands for at most 4096 bytes.
            Self::Lzw => stored.saturating_mul(8).div_ceil(9).saturating_mul(4096),
            // RFC 1951: a pair of bits stands for at most 258 bytes.
            Self::Deflate => stored.saturating_mul(4 * 258),
            Self::PackBits => stored.saturating_mul(64),
        }
    }

    /// Decompresses into `out` and returns how many bytes of it are filled; `out` is at least as long as the strip.
    ///
    /// # Errors
    /// `tiff.samples` when the bytes are damaged or hold more than `out` takes.
    pub(super) fn decode(self, stored: &[u8], out: &mut [u8]) -> Result<usize> {
        match self {
            Self::None => {
                let filled = out.get_mut(..stored.len()).ok_or_else(too_long)?;
                filled.copy_from_slice(stored);
                Ok(stored.len())
            }
            Self::Deflate => Decompressor::new().zlib_decompress(stored, out).map_err(|e| match e {
                DecompressionError::InsufficientSpace => too_long(),
                DecompressionError::BadData => damaged("deflate").cause(e),
            }),
            Self::Lzw => {
                let mut decoder = weezl::decode::Decoder::with_tiff_size_switch(BitOrder::Msb, 8);
                let (mut read, mut written) = (0, 0);
                loop {
                    let rest = stored.get(read..).unwrap_or_default();
                    let result = decoder.decode_bytes(rest, out.get_mut(written..).unwrap_or_default());
                    read += result.consumed_in;
                    written += result.consumed_out;
                    match result.status {
                        // Writers may leave the end code out.
                        Ok(LzwStatus::Done | LzwStatus::NoProgress) => return Ok(written),
                        Ok(LzwStatus::Ok) if written == out.len() => return Ok(written),
                        Ok(LzwStatus::Ok) => {}
                        Err(e) => return Err(damaged("LZW").cause(e)),
                    }
                }
            }
            Self::PackBits => unpack(stored, out),
        }
    }
}

/// Undoes PackBits: a byte n from 0 to 127 is followed by n + 1 bytes, from -1 to -127 by one byte that is repeated
/// 1 - n times, -128 by nothing.
fn unpack(stored: &[u8], out: &mut [u8]) -> Result<usize> {
    let (mut rest, mut filled) = (stored, 0);
    while let Some((head, after)) = rest.split_first() {
        let count = match *head {
            128 => {
                rest = after;
                continue;
            }
            n @ 0..128 => usize::from(n) + 1,
            n => 257 - usize::from(n),
        };
        let taken = if *head < 128 { count } else { 1 };
        let from = after.get(..taken).ok_or_else(|| damaged("PackBits"))?;
        let to = out.get_mut(filled..filled + count).ok_or_else(too_long)?;
        to.iter_mut().zip(from.iter().cycle()).for_each(|(t, f)| *t = *f);
        filled += count;
        rest = after.get(taken..).unwrap_or_default();
    }
    Ok(filled)
}

fn damaged(what: &str) -> Error {
    Error::new(Code::TiffSamples, format!("the {what} data are damaged"))
}

fn too_long() -> Error {
    Error::new(Code::TiffSamples, "the compressed data hold more than the image")
}

fn name(number: u64) -> Option<&'static str> {
    Some(match number {
        2..=4 => "fax (CCITT)",
        6 | 7 => "JPEG, which changes samples",
        9 | 10 => "JBIG",
        32809 => "ThunderScan",
        33003 | 33004 | 33005 | 34712 => "JPEG 2000",
        34661 => "JBIG",
        34676 | 34677 => "SGI LogLuv",
        34887 => "LERC",
        34892 => "JPEG, which changes samples",
        34925 => "LZMA",
        34933 => "PNG",
        34934 => "JPEG XR",
        50000 => "Zstandard",
        50001 => "WebP",
        50002 | 52546 => "JPEG XL",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of TIFF 6.0 section 9 (from Apple's Technical Note 1023).
    #[test]
    fn pack_bits_of_the_published_example() {
        let packed = [0xFE, 0xAA, 0x02, 0x80, 0x00, 0x2A, 0xFD, 0xAA, 0x03, 0x80, 0x00, 0x2A, 0x22, 0xF7, 0xAA];
        let plain = [
            0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0xAA, 0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0x22, 0xAA, 0xAA, 0xAA, 0xAA,
            0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA,
        ];
        let mut out = [0; 30];
        assert_eq!(Compression::PackBits.decode(&packed, &mut out).ok(), Some(24));
        assert_eq!(out[..24], plain);
        assert!(Compression::PackBits.decode(&packed, &mut out[..23]).is_err());
        assert!(Compression::PackBits.decode(&packed[..14], &mut out).is_err());
        assert_eq!(Compression::PackBits.decode(&[0x80, 0x80], &mut out).ok(), Some(0));
    }

    #[test]
    fn lossy_and_rare_compressions_are_refused_by_name() {
        for (number, word) in [(7, "JPEG"), (34712, "JPEG 2000"), (50000, "Zstandard"), (0, "number 0")] {
            let e = Compression::of(number).err();
            assert!(e.is_some_and(|e| e.code() == Code::TiffUnsupported && e.to_string().contains(word)), "{number}");
        }
    }
}
