//! JPEG 2000 streams by OpenJPEG.

use super::fixtures::*;
use super::*;

fn decoded(stream: &[u8]) -> Result<Picture, Fault> {
    decode(ImageCodec::Jpeg2000, stream)
}

fn position(stream: &[u8], marker: u8) -> usize {
    stream.windows(2).position(|w| w == [0xFF, marker]).unwrap()
}

#[test]
fn streams_of_openjpeg_are_decoded() {
    for (stream, expected) in [
        (J2K_NOISE_16, noise_16()),
        (J2K_SMOOTH_16, smooth_16()),
        (J2K_SMOOTH_12, smooth_12()),
        (J2K_RUNS_8, runs_8()),
        (J2K_TILES, smooth_12()),
        (J2K_LAYERS, smooth_12()),
    ] {
        assert_eq!(decoded(&hex(stream)).unwrap(), expected);
    }
}

#[test]
fn signed_samples_are_twos_complement() {
    let stream = hex(J2K_SIGNED);
    assert!(ImageCodec::Jpeg2000.head(&stream).unwrap().signed);
    let mut expected = smooth_16();
    expected.samples.iter_mut().for_each(|sample| *sample ^= 0x8000);
    assert_eq!(decoded(&stream).unwrap(), expected);
}

#[test]
fn what_is_not_lossless_is_refused() {
    lossy(decoded(&hex(J2K_IRREVERSIBLE)), "9/7");
    let cut = hex(J2K_CUT);
    assert_eq!(ImageCodec::Jpeg2000.head(&cut).unwrap().loss, None);
    lossy(decoded(&cut), "lowest bit planes");
}

/// Without its last layer a stream is sound, but not lossless.
#[test]
fn layers_left_out_are_noticed() {
    let stream = hex(J2K_LAYERS);
    let (sot, cod) = (position(&stream, 0x90), position(&stream, 0x52));
    let mut fewer = stream.clone();
    fewer[cod + 7] = 2;
    assert!(matches!(decoded(&fewer), Err(Fault::Damaged(_))));
    let packets = sot + 14;
    let refused = (packets..stream.len() - 2).filter(|end| {
        let mut cut = fewer[..*end].to_vec();
        cut[sot + 6..sot + 10].copy_from_slice(&((end - sot) as u32).to_be_bytes());
        cut.extend([0xFF, 0xD9]);
        match decoded(&cut) {
            Err(Fault::Lossy(what)) => what.contains("lowest bit planes"),
            Err(_) => false,
            Ok(_) => panic!("cut at {end}"),
        }
    });
    assert_eq!(refused.count(), 1);
}

#[test]
fn what_is_not_handled_is_named() {
    let stream = hex(J2K_SMOOTH_12);
    let (size, cod) = (position(&stream, 0x51), position(&stream, 0x52));
    let with = |at: usize, byte: u8| {
        let mut changed = stream.clone();
        changed[at] = byte;
        decoded(&changed)
    };
    unsupported(with(size + 39, 3), "3 components");
    unsupported(with(size + 40, 19), "20 bits");
    unsupported(with(size + 41, 2), "reference grid");
    unsupported(with(cod + 12, 0x40), "high-throughput");
    let inserted = |marker: u8| {
        let mut changed = stream.clone();
        changed.splice(cod..cod, [0xFF, marker, 0, 5, 0, 0, 0]);
        decoded(&changed)
    };
    for (marker, word) in [(0x50, "CAP"), (0x53, "single"), (0x5E, "RGN"), (0x5F, "POC"), (0x60, "PPM")] {
        unsupported(inserted(marker), word);
    }
}

#[test]
fn damaged_streams_end_in_errors() {
    for stream in [J2K_NOISE_16, J2K_SMOOTH_12, J2K_RUNS_8, J2K_TILES, J2K_LAYERS] {
        damage(ImageCodec::Jpeg2000, &hex(stream));
    }
}

/// Headers that state a huge image of tiny precincts, with the fewest bytes.
#[test]
fn memory_is_charged_before_it_is_taken() {
    let mut stream = hex(J2K_SMOOTH_12);
    let size = position(&stream, 0x51);
    for at in [6, 10, 22, 26] {
        stream[size + at..size + at + 4].copy_from_slice(&0x0001_0000_u32.to_be_bytes());
    }
    let found = ImageCodec::Jpeg2000.decode(&stream, &Budget::default());
    assert!(matches!(found, Err(Fault::Limit(_))), "{:?}", found.map(|b| b.shape()));
}
