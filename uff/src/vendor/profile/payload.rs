//! Compressed parts of a file: what they decode to, with the size that the profile states.

use std::io::Read;
use std::sync::Arc;

use lz4_flex::frame::FrameDecoder;
use serde::Deserialize;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Block;
use crate::source::MemorySource;
use crate::source::ReadAt;
use crate::vendor::imagery::Fault;
use crate::vendor::imagery::ImageCodec;

/// How a part of a file is compressed. All are lossless but `jpeg`, whose images are pictures and no measurements
/// unless the file is of the lossless process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Codec {
    /// zlib (RFC 1950).
    Zlib,
    /// gzip (RFC 1952).
    Gzip,
    /// Deflate without a frame (RFC 1951).
    Deflate,
    /// LZ4 frame.
    Lz4,
    /// PNG of one channel: rows of samples; 16-bit samples little-endian.
    Png,
    /// JPEG of one channel: baseline and progressive with 8 bits, lossless (process 14) with up to 16 bits, then
    /// little-endian.
    Jpeg,
    /// JPEG-LS of one channel, lossless, with up to 16 bits, then little-endian.
    #[serde(rename = "jpeg-ls")]
    JpegLs,
    /// JPEG 2000 of one channel, reversible, as codestream or JP2 file, with up to 16 bits, then little-endian.
    Jpeg2000,
}

/// Decodes bytes that must give exactly `size` bytes.
///
/// # Errors
/// `input.value` when the content is damaged; `input.size_mismatch` when it decodes to another size; `limit.bytes`.
pub(super) fn decode(codec: Codec, bytes: &[u8], size: u64, name: &str, budget: &Budget) -> Result<Arc<dyn ReadAt>> {
    let length = usize::try_from(size).unwrap_or(usize::MAX);
    let decoded = match codec {
        Codec::Zlib | Codec::Gzip | Codec::Deflate => deflate(codec, bytes, length, budget),
        Codec::Lz4 => lz4(bytes, length, budget),
        Codec::Png => png(bytes, length, budget),
        Codec::Jpeg => image(ImageCodec::Jpeg, bytes, length, budget),
        Codec::JpegLs => image(ImageCodec::JpegLs, bytes, length, budget),
        Codec::Jpeg2000 => image(ImageCodec::Jpeg2000, bytes, length, budget),
    };
    let decoded = decoded.map_err(|e| e.file(name))?;
    Ok(Arc::new(MemorySource::new(name, decoded)))
}

fn damaged(what: &str, cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(Code::InputValue, format!("the {what} data are damaged")).cause(cause)
}

fn other_size(size: usize, found: impl std::fmt::Display) -> Error {
    Error::new(Code::InputSizeMismatch, "the compressed data have another size than the profile states")
        .expected(format!("{size} bytes"))
        .found(found)
}

fn deflate(codec: Codec, bytes: &[u8], size: usize, budget: &Budget) -> Result<Vec<u8>> {
    use libdeflater::DecompressionError;
    let mut out: Vec<u8> = budget.vec(size, "a decompressed part of a file")?;
    out.resize(size, 0);
    let mut decoder = libdeflater::Decompressor::new();
    let found = match codec {
        Codec::Gzip => decoder.gzip_decompress(bytes, &mut out),
        Codec::Deflate => decoder.deflate_decompress(bytes, &mut out),
        _ => decoder.zlib_decompress(bytes, &mut out),
    };
    match found {
        Ok(found) if found == size => Ok(out),
        Ok(found) => Err(other_size(size, format!("{found} bytes"))),
        Err(DecompressionError::InsufficientSpace) => Err(other_size(size, "more")),
        Err(e) => Err(damaged("deflated", e)),
    }
}

fn lz4(bytes: &[u8], size: usize, budget: &Budget) -> Result<Vec<u8>> {
    let mut out: Vec<u8> = budget.vec(size, "a decompressed part of a file")?;
    // One byte more than expected tells a longer stream from one of the right size.
    let mut decoder = FrameDecoder::new(bytes).take((size as u64).saturating_add(1));
    let mut piece = [0; 16 << 10];
    loop {
        let count = decoder.read(&mut piece).map_err(|e| damaged("LZ4", e))?;
        if count == 0 {
            break;
        }
        if out.len() + count > size {
            return Err(other_size(size, "more"));
        }
        out.extend_from_slice(piece.get(..count).unwrap_or_default());
    }
    if out.len() == size { Ok(out) } else { Err(other_size(size, format!("{} bytes", out.len()))) }
}

fn png(bytes: &[u8], size: usize, budget: &Budget) -> Result<Vec<u8>> {
    let mut decoder =
        png::Decoder::new_with_limits(std::io::Cursor::new(bytes), png::Limits { bytes: size.saturating_add(1 << 20) });
    decoder.set_transformations(png::Transformations::IDENTITY);
    let mut reader = decoder.read_info().map_err(|e| damaged("PNG", e))?;
    let (color, depth) = reader.output_color_type();
    if color != png::ColorType::Grayscale || !matches!(depth, png::BitDepth::Eight | png::BitDepth::Sixteen) {
        return Err(Error::new(Code::InputValue, "the PNG image is not of one channel")
            .expected("greyscale of 8 or 16 bits")
            .found(format!("{color:?} of {} bits", depth as u8)));
    }
    let needed = reader.output_buffer_size();
    if needed != Some(size) {
        return Err(other_size(size, needed.map_or("more".to_owned(), |n| format!("{n} bytes"))));
    }
    let mut out: Vec<u8> = budget.vec(size, "a decoded PNG image")?;
    out.resize(size, 0);
    reader.next_frame(&mut out).map_err(|e| damaged("PNG", e))?;
    if depth == png::BitDepth::Sixteen {
        out.as_chunks_mut::<2>().0.iter_mut().for_each(|pair| pair.reverse());
    }
    Ok(out)
}

fn image(codec: ImageCodec, bytes: &[u8], size: usize, budget: &Budget) -> Result<Vec<u8>> {
    let refused = |fault: Fault| fault.error(codec.name(), Code::InputValue, Code::InputValue);
    let head = codec.head(bytes).map_err(refused)?;
    if head.size() != size as u64 {
        let found = format!("{} × {} samples of {} bytes", head.rows, head.columns, head.sample_size());
        return Err(other_size(size, found));
    }
    match codec.decode(bytes, budget).map_err(refused)? {
        Block::U8(samples) => Ok(samples.into_raw_vec_and_offset().0),
        Block::U16(samples) => {
            let mut out: Vec<u8> = budget.vec(size, "the bytes of a decoded image")?;
            out.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
            drop(samples);
            budget.release(size as u64);
            Ok(out)
        }
        _ => Err(Error::new(Code::Internal, "an image of other samples than 8 or 16 bits")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `bytes(range(20)) * 3` by Python's zlib, gzip (mtime 0) and lz4.frame.
    const ZLIB: &str = "78da6360646266616563e7e0e4e2e6e1e5e3171014126620520c003c5a023b";
    const GZIP: &str = "1f8b08000000000002036360646266616563e7e0e4e2e6e1e5e3171014126620520c003e7409dd3c000000";
    const DEFLATE: &str = "6360646266616563e7e0e4e2e6e1e5e3171014126620520c00";
    const LZ4: &str = "04224d186c403c00000000000000381f000000ff05000102030405060708090a0b0c0d0e0f10111213140010500f1011121300000000698b2c15";
    /// A gradient of 4 × 5 samples by Pillow: PNG of 16 bits with `1000 * row + column`, JPEG of 8 bits all 77.
    const PNG: &str = "89504e470d0a1a0a0000000d494844520000000500000004100000000033c876df0000001749444154789c6364606060844046e61730260b0b362600398102de4b879a300000000049454e44ae426082";
    const JPEG: &str = "ffd8ffe000104a46494600010100000100010000ffdb0043000302020302020303030304030304050805050404050a070706080c0a0c0c0b0a0b0b0d0e12100d0e110e0b0b1016101113141515150c0f171816141812141514ffc0000b080004000501011100ffc4001f0000010501010101010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f00f9debfffd9";
    /// The same gradient by CharLS and by OpenJPEG.
    const JPEG_LS: &str = "ffd8fff7000b100004000501011100fff8000d01ffff0012004301140040ffda0008010100000000a00c0180300be8402801004027d08020100800f9d008040400ffd9";
    const JPEG_2000: &str = "ff4fff5100290000000000050000000400000000000000000000000500000004000000000000000000010f0101ff52000c00000001000004040001ff5c00044080ff640025000143726561746564206279204f70656e4a5045472076657273696f6e20322e352e34ff90000a0000000000370001ff93dff89128121153c35999f11ef1771f70066b28264df5c2385646c28a50483a82c75c18344e1d1e1bbfffd9";
    /// Samples by CharLS that differ by up to 1.
    const NEAR: &str = "ffd8fff7000b100004000501011100fff8000d01ffff00150048011b0040ffda0008010100010000d00c010019980a0080202a7201010080535010102000ffd9";

    fn bytes(hex: &str) -> Vec<u8> {
        hex.as_bytes().chunks(2).map(|d| u8::from_str_radix(std::str::from_utf8(d).unwrap(), 16).unwrap()).collect()
    }

    fn whole(codec: Codec, bytes: &[u8], size: u64) -> Result<Vec<u8>> {
        let source = decode(codec, bytes, size, "part", &Budget::default())?;
        let mut out = vec![0; source.len() as usize];
        source.read_exact_at(0, &mut out)?;
        Ok(out)
    }

    #[test]
    fn what_other_software_compressed_is_decoded() {
        let expected: Vec<u8> = (0..60).map(|i| i % 20).collect();
        for (codec, hex) in [(Codec::Zlib, ZLIB), (Codec::Gzip, GZIP), (Codec::Deflate, DEFLATE), (Codec::Lz4, LZ4)] {
            assert_eq!(whole(codec, &bytes(hex), 60).unwrap(), expected, "{codec:?}");
        }
        let gradient: Vec<u8> = (0..20_u16).flat_map(|i| (1000 * (i / 5) + i % 5).to_le_bytes()).collect();
        assert_eq!(whole(Codec::Png, &bytes(PNG), 40).unwrap(), gradient);
        assert_eq!(whole(Codec::JpegLs, &bytes(JPEG_LS), 40).unwrap(), gradient);
        assert_eq!(whole(Codec::Jpeg2000, &bytes(JPEG_2000), 40).unwrap(), gradient);
        assert_eq!(whole(Codec::Jpeg, &bytes(JPEG), 20).unwrap(), [77; 20]);
    }

    #[test]
    fn another_size_or_damage_is_refused() {
        let all = [
            (Codec::Zlib, ZLIB, 60),
            (Codec::Gzip, GZIP, 60),
            (Codec::Deflate, DEFLATE, 60),
            (Codec::Lz4, LZ4, 60),
            (Codec::Png, PNG, 40),
            (Codec::Jpeg, JPEG, 20),
            (Codec::JpegLs, JPEG_LS, 40),
            (Codec::Jpeg2000, JPEG_2000, 40),
        ];
        for (codec, hex, size) in all {
            let good = bytes(hex);
            for other in [0, size - 1, size + 1, 1 << 20] {
                let code = whole(codec, &good, other).unwrap_err().code();
                assert!(matches!(code, Code::InputSizeMismatch | Code::InputValue), "{codec:?} {other}: {code}");
            }
            assert!(whole(codec, &good, 1 << 60).is_err(), "{codec:?}");
            for length in 0..good.len() - 8 {
                assert!(whole(codec, &good[..length], size).is_err(), "{codec:?} cut to {length}");
            }
        }
    }

    #[test]
    fn altered_samples_are_refused() {
        let error = whole(Codec::JpegLs, &bytes(NEAR), 40).unwrap_err();
        assert_eq!((error.code(), error.message()), (Code::InputValue, "the JPEG-LS image is not lossless"));
    }
}
