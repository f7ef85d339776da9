//! JPEG-LS streams by CharLS.

use super::fixtures::*;
use super::*;

fn decoded(stream: &[u8]) -> Result<Picture, Fault> {
    decode(ImageCodec::JpegLs, stream)
}

/// Takes a stream apart: what stands before the frame header's size, and the coded samples between scan header and end.
fn coded(stream: &[u8]) -> &[u8] {
    let start = stream.windows(2).position(|w| w == [0xFF, 0xDA]).unwrap() + 10;
    &stream[start..stream.len() - 2]
}

#[test]
fn streams_of_charls_are_decoded() {
    for (stream, expected) in [
        (LS_NOISE_16, noise_16()),
        (LS_SMOOTH_16, smooth_16()),
        (LS_SMOOTH_12, smooth_12()),
        (LS_RUNS_8, runs_8()),
        (LS_PRESET, smooth_12()),
    ] {
        assert_eq!(decoded(&hex(stream)).unwrap(), expected);
    }
}

/// A restart marker starts coding anew, so the samples of an interval are those of an image of its rows.
#[test]
fn intervals_between_restart_markers_are_images_of_their_own() {
    let stream = hex(LS_SMOOTH_12);
    let scan = stream.len() - 2 - coded(&stream).len();
    let mut repeated = stream[..scan - 10].to_vec();
    let rows = repeated.windows(2).position(|w| w == [0xFF, 0xF7]).unwrap() + 6;
    repeated[rows] = 21;
    repeated.extend([0xFF, 0xDD, 0, 4, 0, 7]);
    repeated.extend(&stream[scan - 10..scan]);
    for marker in [0xD0, 0xD1, 0xD9] {
        repeated.extend(coded(&stream));
        repeated.extend([0xFF, marker]);
    }
    let one = smooth_12().samples;
    assert_eq!(decoded(&repeated).unwrap(), Picture { shape: (21, 6), samples: one.repeat(3) });
    let at = repeated.iter().rposition(|b| *b == 0xD1).unwrap();
    repeated[at] = 0xD2;
    assert!(matches!(decoded(&repeated), Err(Fault::Damaged(_))));
}

/// A size that the frame header has no room for stands in a segment of its own (C.2.4.1.4).
#[test]
fn oversize_images_are_decoded() {
    let stream = hex(LS_SMOOTH_12);
    let frame = stream.windows(2).position(|w| w == [0xFF, 0xF7]).unwrap();
    let mut oversize = stream.clone();
    oversize[frame + 5..frame + 9].fill(0);
    let segment = [0xFF, 0xF8, 0, 10, 4, 3, 0, 0, 7, 0, 0, 6];
    oversize.splice(frame + 13..frame + 13, segment);
    assert_eq!(decoded(&oversize).unwrap(), smooth_12());
}

#[test]
fn what_is_not_lossless_is_refused() {
    let near = hex(LS_NEAR);
    assert!(ImageCodec::JpegLs.head(&near).unwrap().loss.is_some());
    lossy(decoded(&near), "1 (NEAR)");
    let mut shifted = hex(LS_SMOOTH_12);
    let at = shifted.len() - 3 - coded(&shifted).len();
    shifted[at] = 2;
    lossy(decoded(&shifted), "2 bits");
}

#[test]
fn what_is_not_handled_is_named() {
    let stream = hex(LS_SMOOTH_12);
    let frame = stream.windows(2).position(|w| w == [0xFF, 0xF7]).unwrap();
    let with = |at: usize, byte: u8| {
        let mut changed = stream.clone();
        changed[at] = byte;
        decoded(&changed)
    };
    unsupported(with(frame + 9, 3), "3 components");
    unsupported(with(frame + 4, 17), "17 bits");
    unsupported(with(stream.len() - 2 - coded(&stream).len() - 4, 1), "mapping table");
    let mut preset = hex(LS_PRESET);
    let at = preset.windows(3).position(|w| w == [0x01, 0x0F, 0xFF]).unwrap() + 1;
    preset[at..at + 2].copy_from_slice(&3000_u16.to_be_bytes());
    unsupported(decoded(&preset), "MAXVAL 3000");
}

#[test]
fn damaged_streams_end_in_errors() {
    for stream in [LS_NOISE_16, LS_SMOOTH_16, LS_SMOOTH_12, LS_RUNS_8, LS_PRESET] {
        damage(ImageCodec::JpegLs, &hex(stream));
    }
}

/// Headers that state a huge image, with the fewest bytes.
#[test]
fn memory_is_charged_before_it_is_taken() {
    let mut stream = hex(LS_SMOOTH_12);
    let frame = stream.windows(2).position(|w| w == [0xFF, 0xF7]).unwrap();
    stream[frame + 5..frame + 9].fill(0xFF);
    let found = ImageCodec::JpegLs.decode(&stream, &Budget::default());
    assert!(matches!(found, Err(Fault::Limit(_))), "{:?}", found.map(|b| b.shape()));
}
