//! Streams by encoders of others, whole and damaged.

mod fixtures;
mod jpeg2000;
mod jpeg_ls;

use super::Fault;
use super::ImageCodec;
use crate::limits::Budget;
use crate::limits::Limits;
use crate::model::Block;

/// An image of the fixtures: rows, columns and samples.
#[derive(Debug, Clone, PartialEq)]
struct Picture {
    shape: (usize, usize),
    samples: Vec<u16>,
}

fn picture(shape: (usize, usize), sample: impl Fn(u32, u32, u32) -> u32) -> Picture {
    let (rows, columns) = (shape.0 as u32, shape.1 as u32);
    let samples = (0..rows * columns).map(|i| sample(i / columns, i % columns, i) as u16).collect();
    Picture { shape, samples }
}

/// 16 bits that look random.
fn noise(i: u32) -> u32 {
    let mixed = i.wrapping_mul(0x9E37_79B1);
    (mixed ^ mixed >> 15).wrapping_mul(0x85EB_CA77) >> 16
}

fn noise_16() -> Picture {
    picture((5, 9), |_, _, i| noise(i))
}

fn smooth_16() -> Picture {
    picture((6, 7), |row, column, i| 9000 * row + 700 * column + noise(i) % 64)
}

fn smooth_12() -> Picture {
    picture((7, 6), |row, column, i| 100 + 37 * row + 61 * column + noise(i) % 16)
}

fn runs_8() -> Picture {
    picture((9, 41), |row, column, i| match (noise(i) % 53, (row / 3 + column / 11) % 2) {
        (0, _) => 255,
        (_, 0) => 200,
        _ => 20,
    })
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

fn decode(codec: ImageCodec, stream: &[u8]) -> Result<Picture, Fault> {
    let head = codec.head(stream)?;
    let block = codec.decode(stream, &Budget::default())?;
    assert_eq!(block.shape(), (head.rows as usize, head.columns as usize));
    let samples = match &block {
        Block::U8(a) if head.bits <= 8 => a.iter().copied().map(u16::from).collect(),
        Block::U16(a) if head.bits > 8 => a.iter().copied().collect(),
        other => panic!("{} bits as {:?}", head.bits, other.shape()),
    };
    Ok(Picture { shape: block.shape(), samples })
}

fn unsupported(found: Result<Picture, Fault>, word: &str) {
    let Err(Fault::Unsupported(what)) = found else { panic!("{found:?}") };
    assert!(what.contains(word), "{what}");
}

fn lossy(found: Result<Picture, Fault>, word: &str) {
    let Err(Fault::Lossy(what)) = found else { panic!("{found:?}") };
    assert!(what.contains(word), "{what}");
}

/// Decodes a stream cut at every length, which must fail, and with every bit flipped, which must do no worse.
fn damage(codec: ImageCodec, stream: &[u8]) {
    let budget = || Budget::new(Limits { memory: 1 << 18, ..Limits::default() });
    for length in 0..stream.len() {
        assert!(codec.decode(&stream[..length], &budget()).is_err(), "cut to {length} of {}", stream.len());
    }
    let mut refusals = 0;
    for at in 0..stream.len() {
        for bit in (0..8).step_by(if stream.len() > 400 { 7 } else { 1 }) {
            let mut damaged = stream.to_vec();
            damaged[at] ^= 1 << bit;
            refusals += usize::from(codec.decode(&damaged, &budget()).is_err());
        }
    }
    assert!(refusals > stream.len() / 2, "{refusals} refusals in {} bytes", stream.len());
}
