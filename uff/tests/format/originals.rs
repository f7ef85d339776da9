//! Files of the delivery are rebuilt byte for byte.

use std::sync::Arc;

use uff::Code;
use uff::format::WriteOptions;
use uff::format::write_original;
use uff::model::*;
use uff::source::MemorySource;

use super::sample_scan::*;

/// Lays both channels into one file, line after line and pulse after pulse, big-endian, between header and trailer.
fn interlaced(bundle: &mut Bundle) -> Vec<u8> {
    let (rows, columns) = (700, 3000);
    let header = b"HEADER 16 BYTES.";
    let mut file = header.to_vec();
    let image = |name: &str| match bundle.planes[&PlaneKey::samples(0, channel_id(name))].read_all().unwrap() {
        Block::U16(array) => array,
        _ => panic!("another type"),
    };
    let (high, low) = (image("high"), image("low"));
    for column in 0..columns {
        for plane in [&high, &low] {
            file.extend((column as u32).to_be_bytes());
            plane.column(column).iter().for_each(|v| file.extend(v.to_be_bytes()));
        }
    }
    file.extend(b"trailer");
    let line = 4 + 2 * rows as u64;
    let mut rest = header.to_vec();
    (0..columns).for_each(|c| (0..2).for_each(|_| rest.extend((c as u32).to_be_bytes())));
    rest.extend(b"trailer");
    let place = |name: &str, pulse: u64| PlacedPlane {
        channel: channel_id(name),
        offset: 16 + 4 + pulse * line,
        row_stride: 2,
        column_stride: 2 * line,
        byte_order: ByteOrder::Big,
        ..PlacedPlane::default()
    };
    bundle.blobs.insert("vendor/originals/0", Arc::new(MemorySource::new("rest", rest)));
    bundle.scan.provenance.sources.push(SourceFile {
        name: "scan.raw".into(),
        size: file.len() as u64,
        digest: Sha256::of(&file),
        rest: Some("0".into()),
        planes: vec![place("high", 0), place("low", 1)],
        ..SourceFile::default()
    });
    file
}

#[test]
fn an_interlaced_file_is_rebuilt_from_the_uff_file() {
    let mut bundle = bundle(700, 3000, SampleType::U16);
    let original = interlaced(&mut bundle);
    assert!(original.len() > 8 << 20, "several windows");
    let back = opened(written(&bundle, &WriteOptions::default()).0).unwrap().bundle().unwrap();
    let mut rebuilt = Vec::new();
    write_original(&back, &back.scan.provenance.sources[0], &mut rebuilt).unwrap();
    assert!(rebuilt == original);
}

#[test]
fn what_cannot_be_rebuilt_is_an_error() {
    let mut bundle = bundle(700, 3000, SampleType::U16);
    interlaced(&mut bundle);
    let source = bundle.scan.provenance.sources[0].clone();
    let code = |source: &SourceFile| write_original(&bundle, source, &mut Vec::new()).err().map(|e| e.code());
    assert_eq!(code(&source), None);
    assert_eq!(code(&SourceFile { digest: Sha256::of(b""), ..source.clone() }), Some(Code::UffDigest));
    assert_eq!(code(&SourceFile { rest: None, ..source.clone() }), Some(Code::UffMissing));
    assert_eq!(code(&SourceFile { rest: Some("1".into()), ..source.clone() }), Some(Code::UffMissing));
    assert_eq!(code(&SourceFile { size: source.size - 8, ..source.clone() }), Some(Code::UffInconsistent));
    let mut twice = source.clone();
    twice.planes[1] = twice.planes[0].clone();
    assert_eq!(code(&twice), Some(Code::UffInconsistent));
    let mut far = source.clone();
    far.planes[0].column_stride = u64::MAX / 2;
    assert_eq!(code(&far), Some(Code::UffInconsistent));
    let mut still = source;
    still.planes[0].row_stride = 0;
    assert_eq!(code(&still), Some(Code::UffInconsistent));
}
