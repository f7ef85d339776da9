//! Files that lie.

use super::files::{WRITERS, read_with};
use super::foreign;
use crate::error::{Code, Kind};
use crate::testing::{TiffPage, TiffWriter};
use crate::vendor::ReadOptions;

const PLAIN: TiffWriter = WRITERS[0];

fn code(bytes: &[u8]) -> Option<Code> {
    read_with(bytes, &ReadOptions::default()).err().map(|e| e.code())
}

fn with(change: &[(u16, u16, Vec<u8>)]) -> Vec<u8> {
    let mut page = PLAIN.grey("x", (4, 4), 2, |r, c| r + c);
    for field in change {
        page.fields.retain(|(tag, ..)| *tag != field.0);
        page.fields.push(field.clone());
    }
    PLAIN.file(&[page])
}

#[test]
fn chains_that_return_are_refused() {
    let page = PLAIN.grey("x", (4, 4), 4, |r, c| r + c);
    let mut file = PLAIN.file(&[page.clone(), page]);
    assert_eq!(code(&file), Some(Code::InputAmbiguous));
    // The pointer behind the second directory: back to the first.
    let first = u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize;
    let next = first + 2 + 12 * usize::from(u16::from_le_bytes([file[first], file[first + 1]]));
    let second = u32::from_le_bytes(file[next..next + 4].try_into().unwrap()) as usize;
    let last = second + 2 + 12 * usize::from(u16::from_le_bytes([file[second], file[second + 1]]));
    for target in [first as u32, second as u32] {
        file[last..last + 4].copy_from_slice(&target.to_le_bytes());
        assert_eq!(code(&file), Some(Code::TiffStructure));
    }
    file[last..last + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(code(&file), Some(Code::InputTruncated));
    file[4..8].fill(0);
    assert_eq!(code(&file), Some(Code::TiffStructure));
}

#[test]
fn lies_about_sizes_are_caught_before_memory_is_taken() {
    let w = PLAIN;
    assert_eq!(code(&with(&[])), None);
    assert_eq!(code(&with(&[w.short(257, &[5])])), Some(Code::TiffStructure));
    assert_eq!(code(&with(&[w.short(257, &[0])])), Some(Code::TiffStructure));
    assert_eq!(code(&with(&[w.short(256, &[5])])), Some(Code::InputSizeMismatch));
    assert_eq!(code(&with(&[w.long(256, &[u32::MAX]), w.long(257, &[u32::MAX])])), Some(Code::TiffStructure));
    assert_eq!(code(&with(&[w.long(278, &[0])])), Some(Code::TiffStructure));
    assert_eq!(code(&with(&[w.short(256, &[1, 2])])), Some(Code::TiffStructure));
    assert_eq!(code(&with(&[(256, 5, vec![1; 8])])), Some(Code::TiffStructure));
    // A strip that claims more than its compression can hold.
    for compression in [5, 8, 32773] {
        let change = [w.short(259, &[compression]), w.long(256, &[0x0fff_ffff])];
        assert_eq!(code(&with(&change)), Some(Code::InputSizeMismatch), "{compression}");
    }
    // Four billion tiles of one sample.
    let mut page = TiffPage { fields: PLAIN.grey("x", (4, 4), 4, |_, _| 0).fields, chunks: vec![vec![0; 32]] };
    page.fields.retain(|(tag, ..)| !matches!(tag, 256 | 257 | 278));
    page.fields.extend([w.long(256, &[65536]), w.long(257, &[65536]), w.short(322, &[1]), w.short(323, &[1])]);
    assert_eq!(code(&PLAIN.file(&[page])), Some(Code::TiffStructure));
}

#[test]
fn many_strips_on_the_same_bytes_are_refused() {
    let w = PLAIN;
    let strip: Vec<u8> = vec![0x81; 64];
    let page = TiffPage {
        fields: vec![
            w.short(256, &[4000]),
            w.short(257, &[40]),
            w.short(258, &[8]),
            w.short(259, &[32773]),
            w.short(278, &[1]),
        ],
        chunks: vec![strip; 40],
    };
    let sound = PLAIN.file(&[page]);
    assert_eq!(code(&sound), None);
    // All offsets point to the first strip, and the rest of the file is gone.
    let first = sound.len() - 40 * 64;
    let mut file = sound.clone();
    let table =
        file.windows(8).position(|p| p == [(first as u32).to_le_bytes(), (first as u32 + 64).to_le_bytes()].concat());
    for i in 0..40 {
        let at = table.unwrap() + 4 * i;
        file[at..at + 4].copy_from_slice(&(first as u32).to_le_bytes());
    }
    file.truncate(first + 64);
    assert_eq!(code(&file), Some(Code::TiffStructure));
}

/// Every file of another program, cut anywhere and with every bit of it flipped: refused or read, never a panic.
#[test]
fn cut_and_flipped_files_do_no_harm() {
    let mut refused = 0;
    for hex in [foreign::LZW_TILES, foreign::DEFLATE_DOUBLE_APART, foreign::LZW_TOGETHER_BIG, foreign::PILLOW_PACKBITS]
    {
        let file = foreign::bytes(hex);
        let mut check = |bytes: &[u8]| {
            let options = ReadOptions {
                quantity: Some(crate::model::Quantity::Transmission),
                high: (hex != foreign::PILLOW_PACKBITS && hex != foreign::LZW_TILES).then(|| "a.tif#1.1".to_owned()),
                ..ReadOptions::default()
            };
            let read = read_with(bytes, &options)
                .and_then(|bundle| bundle.planes.values().try_for_each(|samples| samples.read_all().map(|_| ())));
            if let Err(e) = read {
                assert!(matches!(e.kind(), Kind::Malformed | Kind::Unsupported | Kind::Limit | Kind::NotFound), "{e}");
                refused += 1;
            }
        };
        for length in 0..file.len() {
            check(&file[..length]);
        }
        for (at, bit) in (0..file.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut flipped = file.clone();
            flipped[at] ^= 1 << bit;
            check(&flipped);
        }
    }
    assert!(refused > 4000, "only {refused} were refused");
}
