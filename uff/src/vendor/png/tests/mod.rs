//! Tests of the PNG reader: files of another program, and hostile ones.

mod foreign;

use std::sync::Arc;

use ndarray::Array2;

use crate::error::{Code, Kind, Result};
use crate::format::write_original;
use crate::limits::{Budget, Limits};
use crate::model::{Block, Bundle, PlaneKey, Quantity};
use crate::source::MemorySource;
use crate::vendor::png::Png;
use crate::vendor::{Delivery, ReadOptions, VendorReader};

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |b: &u8| char::from(*b).to_digit(16).unwrap() as u8;
    hex.as_bytes().chunks(2).map(|pair| 16 * digit(&pair[0]) + digit(&pair[1])).collect()
}

fn read(bytes: &[u8]) -> Result<Bundle> {
    let source = Arc::new(MemorySource::new("a.png", bytes));
    let delivery = Delivery::from_files("delivery", vec![("a.png".to_owned(), source)])?;
    let limits = Limits { memory: 1 << 20, items: 10_000, ..Limits::default() };
    let bundle = Png.read(&delivery, &ReadOptions::default(), &Budget::new(limits))?;
    bundle.planes.values().try_for_each(|samples| samples.read_all().map(|_| ()))?;
    Ok(bundle)
}

fn samples(bundle: &Bundle, channel: &str) -> Block {
    let mut rebuilt = Vec::new();
    write_original(bundle, &bundle.scan.provenance.sources[0], &mut rebuilt).unwrap();
    bundle.planes[&PlaneKey::samples(0, channel.parse().unwrap())].read_all().unwrap()
}

fn grid<T>(value: impl Fn(usize) -> T) -> Array2<T> {
    Array2::from_shape_fn((9, 13), |(r, c)| value(101 * r + 7 * c))
}

#[test]
fn pictures_of_another_program_hold_their_samples_and_texts() {
    let bundle = read(&bytes(foreign::GREY_16)).unwrap();
    assert_eq!(samples(&bundle, "mono"), Block::U16(grid(|v| v as u16)));
    let scan = &bundle.scan;
    let channel = &scan.views[0].channels[0];
    assert_eq!(
        (channel.quantity.clone(), channel.measurement_grade, channel.bit_depth),
        (Quantity::RawCounts, true, Some(16))
    );
    assert_eq!(scan.system.software.as_deref(), Some("Viewer 4"));
    assert_eq!(scan.identity.start.map(|t| t.to_string()).as_deref(), Some("2026-11-22T03:14:15+01:00"));
    assert!(scan.vendor.iter().any(|v| v.origin == "a.png: Author" && v.text.as_deref() == Some("J. Doe")));
    // 6.35 pixels per inch are 250 per metre.
    let pitch = scan.views[0].geometry.as_ref().and_then(|g| g.pitch_rows);
    assert_eq!(pitch.map(f64::from), Some(4.0));

    let bundle = read(&bytes(foreign::GREY_8)).unwrap();
    assert_eq!(samples(&bundle, "display"), Block::U8(grid(|v| (v % 251) as u8)));
    let view = &bundle.scan.views[0];
    assert!(!view.channels[0].measurement_grade && view.geometry.is_none());
    assert!(bundle.scan.provenance.losses.iter().any(|l| l.subject == "a.png: pHYs"));
}

#[test]
fn what_is_no_measurement_is_refused_by_name() {
    for (hex, word) in [(foreign::COLOUR, "RGB"), (foreign::OPACITY, "opacity"), (foreign::ONE_BIT, "1 bits")] {
        let e = read(&bytes(hex)).err();
        assert!(e.as_ref().is_some_and(|e| e.code() == Code::PngUnsupported && e.to_string().contains(word)), "{e:?}");
    }
}

#[test]
fn cut_and_flipped_pictures_do_no_harm() {
    let file = bytes(foreign::GREY_16);
    for length in 8..file.len() {
        let code = read(&file[..length]).err().map(|e| e.code());
        assert_eq!(code, Some(Code::InputTruncated), "{length}");
    }
    let mut refused = 0;
    for (at, bit) in (0..file.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut flipped = file.clone();
        flipped[at] ^= 1 << bit;
        match read(&flipped) {
            Err(e) if matches!(e.kind(), Kind::Malformed | Kind::Unsupported | Kind::Limit | Kind::NotFound) => {
                refused += 1
            }
            Err(e) => panic!("byte {at} bit {bit}: {e}"),
            Ok(bundle) => assert_eq!(samples(&bundle, "mono"), Block::U16(grid(|v| v as u16)), "byte {at} bit {bit}"),
        }
    }
    assert!(refused > 1000, "only {refused} were refused");
}

#[test]
fn a_picture_larger_than_its_bytes_is_refused() {
    let mut file = bytes(foreign::GREY_16);
    file[16..24].fill(0x7f);
    assert_eq!(read(&file).err().map(|e| e.code()), Some(Code::InputSizeMismatch));
}
