//! Transfer syntaxes and places of samples.

use super::*;
use crate::model::ByteOrder;
use crate::model::SampleType;
use crate::testing::dicom_file::EXPLICIT_BIG;
use crate::testing::dicom_file::IMPLICIT_LITTLE;

/// A frame of 4 rows and 6 columns of 16 bits, encoded by liblj92 through imagecodecs: process 14, predictor 6.
const JPEG_16: &str = "ffd8ffc4001800010101010100000000000000000000000c0d0e0b10ffc3000b100004000601001100ffda0008010000060000f74d573fd829d0e9eadf6f77bde1ef0f787bc3de2e6bb9b1cd8e6c73639b3420f42128425084a1094210ffd9";
/// The same samples encoded by libjpeg-turbo through imagecodecs: predictor 4.
const JPEG_16_TURBO: &str = "ffd8ffe000104a46494600010100000100010000ffc3000b100004000601011100ffc400190001000203000000000000000000000000000d0e0b0c10ffda0008010100040000ec9abbcff305361d3b5becf7782735c1610707ffd9";
/// Their higher bytes as samples of 8 bits, encoded by libjpeg-turbo: predictor 1.
const JPEG_8: &str = "ffd8ffe000104a46494600010100000100010000ffc3000b080004000601011100ffc4001800000301010000000000000000000000000305060408ffda0008010100010000e7f26f714556f8bbdc5155bd2ef714557425dee28aafffd9";
/// The samples of 16 bits, and their higher bytes, encoded by CharLS 2.4.2; then with a difference of up to 2.
const JPEG_LS_16: &str = "ffd8fff7000b100004000601011100fff8000d01ffff0012004301140040ffda00080101000000008b52027e882784e84dbcc0005de2d50cfc0213877600005de19a6a683cf21044733ce6b087f2996f3a181d10fa110500ffd9";
const JPEG_LS_8: &str =
    "ffd8fff7000b080004000601011100ffda00080101000000009c05001c0003998000860180020e0000c0006438b1a3820e694387c0ffd9";
const JPEG_LS_NEAR: &str = "ffd8fff7000b100004000601011100fff8000d01ffff0018004d01220040ffda00080101000200009ed07343a7161c2b1800581ee07303aa1178002c0788bd8b945a83c31e20532bd4b905a614c1a6c0ffd9";
/// The samples of 16 bits encoded by OpenJPEG 2.5.4; less 32768, as signed ones; then by the 9/7 wavelet.
const JPEG_2000: &str = "ff4fff5100290000000000060000000400000000000000000000000600000004000000000000000000010f0101ff52000c00000001000004040001ff5c00044080ff640025000143726561746564206279204f70656e4a5045472076657273696f6e20322e352e34ff90000a0000000000460001ff93dff891a012154404e127ccea131c9d8428b31cf59150d15aed37c760830f447b833b1bcf594476d743c545bb2002ff1153ea426c8730ff7fffd9";
const JPEG_2000_SIGNED: &str = "ff4fff5100290000000000060000000400000000000000000000000600000004000000000000000000018f0101ff52000c00000001000004040001ff5c00044080ff640025000143726561746564206279204f70656e4a5045472076657273696f6e20322e352e34ff90000a0000000000460001ff93dff891a012154404e127ccea131c9d8428b31cf59150d15aed37c760830f447b833b1bcf594476d743c545bb2002ff1153ea426c8730ff7fffd9";
const JPEG_2000_IRREVERSIBLE: &str = "ff4fff5100290000000000060000000400000000000000000000000600000004000000000000000000010f0101ff52000d0102000100000404000088ff5c0005428000ff640025000143726561746564206279204f70656e4a5045472076657273696f6e20322e352e34ff90000a00000000003b0001ff93dff0a812154404e127ccea131c9d8428b31cf59150d15aed37c760830f447b833b1bcf594476d743c545bb2002ffd9";

/// What they hold: 7919 row + 1237 column², and 65000 less 65536 in row 2, modulo 65536.
const DECODED: [[u16; 6]; 4] = [
    [0, 1237, 4948, 11133, 19792, 30925],
    [7919, 9156, 12867, 19052, 27711, 38844],
    [15302, 16539, 20250, 26435, 35094, 46227],
    [23757, 24994, 28705, 34890, 43549, 54682],
];

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

fn encapsulated(syntax: &str, bits: u16, frames: &str, fragments: &[Vec<u8>]) -> Vec<u8> {
    let w = DicomWriter::EXPLICIT;
    let image = [w.text((0x28, 0x0008), "IS", frames), dicom_image(w, (4, 6), (bits, bits))];
    encapsulated_image(syntax, image.concat(), fragments)
}

fn encapsulated_image(syntax: &str, image: Vec<u8>, fragments: &[Vec<u8>]) -> Vec<u8> {
    let mut pixels = vec![0xE0, 0x7F, 0x10, 0x00, b'O', b'B', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF];
    for fragment in [vec![]].iter().chain(fragments) {
        let mut fragment = fragment.clone();
        fragment.resize(fragment.len().next_multiple_of(2), 0);
        pixels.extend([0xFE, 0xFF, 0x00, 0xE0]);
        pixels.extend((fragment.len() as u32).to_le_bytes());
        pixels.extend(fragment);
    }
    pixels.extend([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    dicom_file(syntax, PROCESSING, &[image, pixels])
}

#[test]
fn every_plain_encoding_gives_the_same_samples_at_their_place() {
    for (w, syntax) in [
        (DicomWriter::EXPLICIT, EXPLICIT_LITTLE),
        (DicomWriter::IMPLICIT, IMPLICIT_LITTLE),
        (DicomWriter::BIG, EXPLICIT_BIG),
    ] {
        let bytes: Vec<u8> = (0..12u16).flat_map(|i| w.two(1000 * i + 7)).collect();
        let image = dicom_image(w, (3, 4), (16, 16));
        let file = dicom_file(syntax, PROCESSING, &[image, w.element((0x7FE0, 0x0010), "OW", &bytes)]);
        let at = file.len() - bytes.len();
        let bundle = read(file).unwrap();
        let Block::U16(found) = samples(&bundle, 0, "mono") else { panic!("type") };
        assert_eq!(found.dim(), (3, 4));
        assert!(found.iter().copied().eq((0..12u16).map(|i| 1000 * i + 7)), "{syntax}: {found}");
        let place = &bundle.scan.provenance.sources[0].planes[0];
        assert_eq!((place.offset, place.row_stride, place.column_stride), (at as u64, 8, 2));
        assert_eq!(place.byte_order, if w.big { ByteOrder::Big } else { ByteOrder::Little });
    }
}

#[test]
fn jpeg_lossless_is_decoded_and_the_file_kept_whole() {
    for (syntax, jpeg) in [("1.2.840.10008.1.2.4.57", JPEG_16), ("1.2.840.10008.1.2.4.57", JPEG_16_TURBO)] {
        let file = encapsulated(syntax, 16, "1", &[hex(jpeg)]);
        let size = file.len() as u64;
        let bundle = read(file).unwrap();
        let Block::U16(found) = samples(&bundle, 0, "mono") else { panic!("type") };
        assert!(found.iter().eq(DECODED.as_flattened()), "{found}");
        assert!(bundle.scan.provenance.sources[0].planes.is_empty());
        assert_eq!(bundle.blobs.get("vendor/originals/0").map(|b| b.len()), Some(size));
    }
    let bundle = read(encapsulated("1.2.840.10008.1.2.4.70", 8, "1", &[hex(JPEG_8)])).unwrap();
    let Block::U8(found) = samples(&bundle, 0, "mono") else { panic!("type") };
    assert!(found.iter().copied().eq(DECODED.as_flattened().iter().map(|v| (v >> 8) as u8)), "{found}");
}

#[test]
fn jpeg_frames_and_split_streams_are_put_together() {
    let whole = hex(JPEG_16);
    let (a, b) = whole.split_at(40);
    let split = read(encapsulated("1.2.840.10008.1.2.4.70", 16, "1", &[a.to_vec(), b.to_vec()])).unwrap();
    let two = read(encapsulated("1.2.840.10008.1.2.4.70", 16, "2", &[whole.clone(), hex(JPEG_16_TURBO)])).unwrap();
    assert_eq!(two.scan.views.len(), 2);
    for (bundle, view) in [(&split, 0), (&two, 0), (&two, 1)] {
        let Block::U16(found) = samples(bundle, view, "mono") else { panic!("type") };
        assert!(found.iter().eq(DECODED.as_flattened()));
    }
    let (code, _) = refused(encapsulated("1.2.840.10008.1.2.4.70", 16, "2", &[whole]));
    assert_eq!(code, Code::DicomUnsupported);
}

#[test]
fn jpeg_ls_and_jpeg_2000_are_decoded() {
    for (number, stream) in [("80", JPEG_LS_16), ("81", JPEG_LS_16), ("90", JPEG_2000), ("91", JPEG_2000)] {
        let syntax = format!("1.2.840.10008.1.2.4.{number}");
        let bundle = read(encapsulated(&syntax, 16, "2", &[hex(stream), hex(stream)])).unwrap();
        for view in 0..2 {
            let Block::U16(found) = samples(&bundle, view, "mono") else { panic!("type") };
            assert!(found.iter().eq(DECODED.as_flattened()), "{number}: {found}");
        }
    }
    let higher = |v: &u16| v >> 8;
    let bundle = read(encapsulated("1.2.840.10008.1.2.4.80", 8, "1", &[hex(JPEG_LS_8)])).unwrap();
    let Block::U8(found) = samples(&bundle, 0, "mono") else { panic!("type") };
    assert!(found.iter().copied().map(u16::from).eq(DECODED.as_flattened().iter().map(higher)));
    let bundle = read(encapsulated("1.2.840.10008.1.2.4.80", 16, "1", &[hex(JPEG_LS_8)])).unwrap();
    let Block::U16(found) = samples(&bundle, 0, "mono") else { panic!("type") };
    assert!(found.iter().copied().eq(DECODED.as_flattened().iter().map(higher)));
}

#[test]
fn signed_samples_of_jpeg_2000_keep_their_order() {
    let w = DicomWriter::EXPLICIT;
    let mut image = dicom_image(w, (4, 6), (16, 16));
    let unsigned = encapsulated_image("1.2.840.10008.1.2.4.90", image.clone(), &[hex(JPEG_2000_SIGNED)]);
    assert_eq!(refused(unsigned).0, Code::DicomStructure);
    let sign = image.len() - 2;
    image[sign] = 1;
    let bundle = read(encapsulated_image("1.2.840.10008.1.2.4.90", image, &[hex(JPEG_2000_SIGNED)])).unwrap();
    let Block::U16(found) = samples(&bundle, 0, "mono") else { panic!("type") };
    assert!(found.iter().eq(DECODED.as_flattened()), "{found}");
}

#[test]
fn streams_that_altered_their_samples_are_refused() {
    for (number, stream, word) in [
        ("80", JPEG_LS_NEAR, "NEAR"),
        ("81", JPEG_LS_NEAR, "NEAR"),
        ("90", JPEG_2000_IRREVERSIBLE, "9/7"),
        ("91", JPEG_2000_IRREVERSIBLE, "9/7"),
    ] {
        let (code, message) = refused(encapsulated(&format!("1.2.840.10008.1.2.4.{number}"), 16, "1", &[hex(stream)]));
        assert_eq!(code, Code::DicomUnsupported);
        assert!(message.contains("not lossless") && message.contains(word), "{message}");
    }
}

#[test]
fn other_encodings_are_refused_by_name() {
    for (syntax, name) in [
        ("1.2.840.10008.1.2.1.99", "deflated"),
        ("1.2.840.10008.1.2.5", "RLE"),
        ("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000"),
        ("1.2.840.10008.1.2.4.50", "lossy"),
        ("1.2.3", "unknown"),
    ] {
        let (code, message) = refused(dicom_file(syntax, PROCESSING, &[]));
        assert_eq!(code, Code::DicomUnsupported);
        assert!(message.contains(syntax) && message.contains(name), "{message}");
    }
}

/// V02A writes samples of 64 bits with a length of 8 bytes, though the representation has one of 4.
#[test]
fn samples_of_64_bits_are_read_whatever_the_length_of_their_length() {
    let w = DicomWriter::EXPLICIT;
    let values = [0_u64, 1, 70_000, u64::from(u32::MAX), 5, 6];
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let head = [0xE0, 0x7F, 0x12, 0x00, b'O', b'D'];
    let long = (bytes.len() as u64).to_le_bytes();
    let short = (bytes.len() as u32).to_le_bytes();
    for length in [[&[0, 0][..], &long].concat(), long.to_vec(), [&[0, 0][..], &short].concat()] {
        let element = [&head[..], &length, &bytes].concat();
        let file = dicom_file(
            EXPLICIT_LITTLE,
            "1.2.840.10008.5.1.4.1.1.501.2.2.2",
            &[dicom_image(w, (2, 3), (64, 64)), element],
        );
        let bundle = read(file).unwrap();
        let Block::U32(found) = samples(&bundle, 0, "mono") else { panic!("type") };
        assert!(found.iter().map(|v| u64::from(*v)).eq(values));
        assert_eq!(bundle.scan.provenance.sources[0].planes[0].column_stride, 8);
    }
    let large: Vec<u8> = [1_u64 << 32, 0, 0, 0, 0, 0].iter().flat_map(|v| v.to_le_bytes()).collect();
    let element = [&head[..], &[0, 0], &long, &large].concat();
    let file = dicom_file(EXPLICIT_LITTLE, PROCESSING, &[dicom_image(w, (2, 3), (64, 64)), element]);
    assert_eq!(refused(file).0, Code::DicomUnsupported);
}

#[test]
fn floating_point_samples_are_read_from_either_tag() {
    let w = DicomWriter::EXPLICIT;
    let values = [0.0_f32, 0.25, -1.5, 3e8];
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    for element in [0x0013, 0x0008] {
        let pixels = w.element((0x7FE0, element), "OF", &bytes);
        let shape = [w.short((0x28, 0x0010), &[2]), w.short((0x28, 0x0011), &[2])].concat();
        let bundle = read(dicom_file(EXPLICIT_LITTLE, "1.2.840.10008.5.1.4.1.1.501.2.2.3", &[shape, pixels])).unwrap();
        let Block::F32(found) = samples(&bundle, 0, "mono") else { panic!("type") };
        assert!(found.iter().eq(&values));
        let channel = &bundle.scan.views[0].channels[0];
        assert_eq!((channel.sample_type.clone(), channel.bit_depth), (SampleType::F32, None));
    }
}

/// No flipped bit of a JPEG stream does worse than an error or other samples.
#[test]
fn damaged_jpeg_streams_end_in_an_error_or_samples() {
    let jpeg = hex(JPEG_16_TURBO);
    let mut refusals = 0;
    for at in 0..jpeg.len() {
        for bit in 0..8 {
            let mut damaged = jpeg.clone();
            damaged[at] ^= 1 << bit;
            match read(encapsulated("1.2.840.10008.1.2.4.70", 16, "1", &[damaged])) {
                Ok(bundle) => assert_eq!(samples(&bundle, 0, "mono").shape(), (4, 6)),
                Err(e) => {
                    assert_ne!(e.code(), Code::Internal);
                    refusals += 1;
                }
            }
        }
        assert!(read(encapsulated("1.2.840.10008.1.2.4.70", 16, "1", &[jpeg[..at].to_vec()])).is_err() || at > 80);
    }
    assert!(refusals > 200, "{refusals}");
}
