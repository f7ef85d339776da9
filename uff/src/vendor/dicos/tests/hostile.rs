//! Damaged files and files that lie.

use super::*;
use crate::limits::Limits;
use crate::testing::dicom_file::IMPLICIT_LITTLE;

fn limited(bytes: Vec<u8>, limits: Limits) -> Code {
    let source = Arc::new(MemorySource::new("a", bytes)) as Arc<dyn crate::source::ReadAt>;
    let delivery = Delivery::from_files("d", vec![("a".into(), source)]).unwrap();
    Dicos.read(&delivery, &ReadOptions::default(), &Budget::new(limits)).map(|_| ()).unwrap_err().code()
}

#[test]
fn deep_sequences_end_at_the_limit() {
    let w = DicomWriter::EXPLICIT;
    let open = [&[0x08, 0x00, 0x15, 0x11][..], b"SQ\0\0", &[0xFF; 4], &[0xFE, 0xFF, 0x00, 0xE0], &[0xFF; 4]].concat();
    let file = dicom_file(EXPLICIT_LITTLE, PROCESSING, &[open.repeat(100_000)]);
    assert_eq!(refused(file).0, Code::LimitDepth);
    let mut inside = w.text((0x8, 0x0018), "UI", "2.25.10");
    for _ in 0..20 {
        inside = w.open_sequence((0x8, 0x1115), &[inside]);
    }
    let good = projection(PROCESSING, &[inside], &[], (1, 2), &[1, 2]);
    assert!(read(good).is_ok());
}

#[test]
fn lengths_past_the_end_are_refused_before_anything_is_allocated() {
    let w = DicomWriter::EXPLICIT;
    let image = dicom_image(w, (2, 2), (16, 16));
    let long = [&[0xE0, 0x7F, 0x10, 0x00][..], b"OW\0\0", &0xFFFF_FFF0_u32.to_le_bytes(), &[0; 8]].concat();
    assert_eq!(refused(dicom_file(EXPLICIT_LITTLE, PROCESSING, &[image.clone(), long])).0, Code::DicomStructure);
    let open = [&[0xE0, 0x7F, 0x10, 0x00][..], b"OW\0\0", &[0xFF; 4], &[0; 8]].concat();
    assert_eq!(refused(dicom_file(EXPLICIT_LITTLE, PROCESSING, &[image.clone(), open])).0, Code::DicomStructure);
    let sized = |rows, columns| {
        let image = dicom_image(w, (rows, columns), (16, 16));
        refused(dicom_file(EXPLICIT_LITTLE, PROCESSING, &[image, w.element((0x7FE0, 0x0010), "OW", &[0; 8])])).0
    };
    assert_eq!(sized(65535, 65535), Code::InputSizeMismatch);
    assert_eq!(sized(2, 1), Code::InputSizeMismatch);
    assert_eq!(sized(0, 2), Code::InputValue);
    let frames = [w.text((0x28, 0x0008), "IS", "2000000000"), image, w.element((0x7FE0, 0x0010), "OW", &[0; 8])];
    assert_eq!(refused(dicom_file(EXPLICIT_LITTLE, PROCESSING, &frames)).0, Code::LimitCount);
}

#[test]
fn items_and_memory_are_charged() {
    let many: Vec<Vec<u8>> = (0..5000_u16).map(|i| DicomWriter::EXPLICIT.text((0x9, i), "LO", "x")).collect();
    let file = projection(PROCESSING, &many, &[], (1, 2), &[1, 2]);
    assert!(read(file.clone()).is_ok());
    assert_eq!(limited(file.clone(), Limits { items: 1000, ..Limits::default() }), Code::LimitCount);
    assert_eq!(limited(file, Limits { memory: 100_000, ..Limits::default() }), Code::LimitBytes);
}

#[test]
fn contradictions_are_refused() {
    let w = DicomWriter::EXPLICIT;
    let image = dicom_image(w, (1, 2), (16, 16));
    let pixels = w.element((0x7FE0, 0x0010), "OW", &[0; 4]);
    let code = |parts: &[Vec<u8>]| refused(dicom_file(EXPLICIT_LITTLE, PROCESSING, parts)).0;
    let twice = [image.clone(), pixels.clone(), w.element((0x7FE0, 0x0008), "OF", &[0; 8])];
    assert_eq!(code(&twice), Code::DicomUnsupported);
    assert_eq!(code(&[image.clone(), pixels.clone(), pixels.clone()]), Code::DicomStructure);
    assert_eq!(code(std::slice::from_ref(&image)), Code::DicomMissing);
    assert_eq!(code(&[w.text((0x28, 0x0010), "CS", "many"), pixels.clone()]), Code::InputValue);
    assert_eq!(code(&[w.element((2, 0x0100), "UI", b""), w.element((8, 0x0018), "Q?", b"")]), Code::DicomStructure);
    // Explicit elements in a file that says implicit: lengths make no sense.
    assert_eq!(refused(dicom_file(IMPLICIT_LITTLE, PROCESSING, &[image, pixels])).0, Code::DicomStructure);
}

#[test]
fn numbers_without_end_are_refused() {
    let w = DicomWriter::EXPLICIT;
    let speed = w.element((0x18, 0x9309), "FD", &f64::NAN.to_le_bytes());
    assert_eq!(refused(projection(PROCESSING, &[speed], &[], (1, 1), &[1])).0, Code::InputValue);
    let slope = w.element((0x28, 0x1053), "FD", &f64::INFINITY.to_le_bytes());
    assert_eq!(refused(projection(PROCESSING, &[], &[slope], (1, 1), &[1])).0, Code::InputValue);
}

/// No cut and no flipped bit of the whole file, headers and nested sequences included, does worse than an error.
#[test]
fn every_damage_ends_in_an_error_or_a_scan() {
    let w = DicomWriter::EXPLICIT;
    let nested =
        w.open_sequence((0x8, 0x1115), &[w.sequence((0x8, 0x1199), &[w.text((0x8, 0x1155), "UI", "2.25.10")])]);
    let file = projection(PROCESSING, &[nested], &[], (2, 3), &[1, 2, 3, 4, 5, 6]);
    let mut refusals = 0;
    for at in 132..file.len() {
        for bit in 0..8 {
            let mut damaged = file.clone();
            damaged[at] ^= 1 << bit;
            match read(damaged) {
                Ok(bundle) => assert!(bundle.planes.values().all(|p| p.read_all().is_ok())),
                Err(_) => refusals += 1,
            }
        }
        assert!(read(file[..at].to_vec()).is_err(), "cut to {at} bytes");
    }
    assert!(refusals > 1000, "{refusals}");
}
