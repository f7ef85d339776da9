//! Bits, signs, frames and colours of samples.

use super::*;
use crate::model::CodeList;
use crate::model::LossKind;
use crate::model::Quantity;

fn with_bits(stored: u16, signed: u16, values: &[u16]) -> Vec<u8> {
    let w = DicomWriter::EXPLICIT;
    let samples: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let image = [
        w.short((0x28, 0x0010), &[1]),
        w.short((0x28, 0x0011), &[values.len() as u16]),
        w.short((0x28, 0x0100), &[16]),
        w.short((0x28, 0x0101), &[stored]),
        w.short((0x28, 0x0102), &[stored - 1]),
        w.short((0x28, 0x0103), &[signed]),
        w.text((0x28, 0x1052), "DS", "10"),
        w.text((0x28, 0x1053), "DS", "0.5"),
        w.element((0x7FE0, 0x0010), "OW", &samples),
    ];
    dicom_file(EXPLICIT_LITTLE, PROCESSING, &image)
}

/// value = 10 + 0.5 · stored sample, for every stored sample as two's complement has it.
#[test]
fn signed_samples_keep_their_value() {
    let expected = [10.0, 9.5, 10.0 + 0.5 * 2047.0, 10.0 - 0.5 * 2048.0];
    // Once with the sign drawn out through the spare bits, once without.
    for raw in [[0, 0xFFFF, 0x07FF, 0xF800], [0, 0x0FFF, 0x07FF, 0x0800]] {
        let bundle = read(with_bits(12, 1, &raw)).unwrap();
        let channel = &bundle.scan.views[0].channels[0];
        let (scale, offset) = (channel.scale.unwrap(), channel.offset.unwrap());
        let found: Vec<f64> = samples(&bundle, 0, "mono").to_f64().iter().map(|s| offset + scale * s).collect();
        assert_eq!(found, expected);
        assert_eq!(channel.bit_depth, Some(12));
        assert!(bundle.scan.provenance.sources[0].planes.is_empty());
    }
    let bundle = read(with_bits(16, 1, &[0x8000, 0x7FFF])).unwrap();
    let Block::U16(found) = samples(&bundle, 0, "mono") else { panic!("type") };
    assert!(found.iter().eq(&[0, 0xFFFF]));
}

#[test]
fn other_content_above_the_stored_bits_is_masked_and_the_file_kept_whole() {
    let clean = read(with_bits(12, 0, &[0x0FFF, 3])).unwrap();
    assert_eq!(clean.scan.provenance.sources[0].planes.len(), 1);
    let overlaid = read(with_bits(12, 0, &[0x8FFF, 0x1003])).unwrap();
    let Block::U16(found) = samples(&overlaid, 0, "mono") else { panic!("type") };
    assert!(found.iter().eq(&[0x0FFF, 3]));
    assert!(overlaid.scan.provenance.sources[0].planes.is_empty());
}

/// PS3.6 gives IS for the number of frames; files of the field hold US, which their explicit representation says.
#[test]
fn frames_are_views_whether_their_number_is_text_or_binary() {
    let w = DicomWriter::EXPLICIT;
    let values: Vec<u16> = (0..12).collect();
    let implicit_us = |value: &[u8]| w.element((0x28, 0x0008), "IS", value);
    for number in [w.text((0x28, 0x0008), "IS", "3"), w.short((0x28, 0x0008), &[3]), implicit_us(&[3, 0])] {
        let bundle = read(projection(PROCESSING, &[number], &[], (2, 2), &values)).unwrap();
        assert_eq!(bundle.scan.views.len(), 3);
        for view in 0..3_u16 {
            let Block::U16(found) = samples(&bundle, view.into(), "mono") else { panic!("type") };
            assert!(found.iter().copied().eq(4 * view..4 * view + 4));
        }
        assert_eq!(bundle.scan.views[2].name.as_deref(), Some("frame 3"));
        assert_eq!(bundle.scan.provenance.sources[0].planes.len(), 3);
    }
}

#[test]
fn a_picture_in_colours_has_three_channels_for_display() {
    let w = DicomWriter::EXPLICIT;
    let bytes: Vec<u8> = (0..18).collect();
    for planar in [0, 1] {
        let image = [
            w.short((0x28, 0x0002), &[3]),
            w.text((0x28, 0x0004), "CS", "RGB"),
            w.short((0x28, 0x0006), &[planar]),
            w.short((0x28, 0x0010), &[2]),
            w.short((0x28, 0x0011), &[3]),
            w.short((0x28, 0x0100), &[8]),
            w.element((0x7FE0, 0x0010), "OB", &bytes),
        ];
        let bundle = read(dicom_file(EXPLICIT_LITTLE, "1.2.840.10008.5.1.4.1.1.501.4", &image)).unwrap();
        for (index, name) in (0_u8..).zip(["red", "green", "blue"]) {
            let Block::U8(found) = samples(&bundle, 0, name) else { panic!("type") };
            let expected: Vec<u8> = (0..6).map(|i| if planar == 1 { 6 * index + i } else { 3 * i + index }).collect();
            assert!(found.iter().eq(&expected), "{name} {planar}");
        }
        let view = &bundle.scan.views[0];
        assert!(view.channels.iter().all(|c| c.quantity == Quantity::Display && !c.measurement_grade));
        assert_eq!(bundle.scan.provenance.sources[0].planes.len(), 3);
    }
}

#[test]
fn the_quantity_follows_what_the_file_says() {
    let w = DicomWriter::EXPLICIT;
    let of = |class: &str, after: &[Vec<u8>]| {
        let bundle = read(projection(class, &[], after, (1, 2), &[1, 2])).unwrap();
        let invented = bundle.scan.provenance.losses.iter().any(|l| l.kind == LossKind::Invented);
        (bundle.scan.views[0].channels[0].quantity.code().to_owned(), invented)
    };
    let relation = |code| w.text((0x28, 0x1040), "CS", code);
    let rescale = |code| w.text((0x28, 0x1054), "LO", code);
    assert_eq!(of(PROCESSING, &[relation("LIN")]), ("raw-counts".into(), false));
    assert_eq!(of(PROCESSING, &[]), ("raw-counts".into(), true));
    assert_eq!(of(PROCESSING, &[relation("LOG")]), ("log-intensity".into(), false));
    assert_eq!(of(PROCESSING, &[relation("LOG"), rescale("LOG_ATTENUATION")]), ("log-attenuation".into(), false));
    assert_eq!(of(PROCESSING, &[rescale("US")]), ("raw-counts".into(), true));
    assert_eq!(of(PROCESSING, &[relation("LIN"), rescale("HU")]), ("raw-counts".into(), false));
    assert_eq!(of(PRESENTATION, &[relation("LIN")]), ("display".into(), false));
    assert_eq!(of(PRESENTATION, &[rescale("Z_EFF")]), ("zeff".into(), false));
    assert_eq!(of("1.2.840.10008.5.1.4.1.1.501.1", &[rescale("HU")]), ("ct-number".into(), false));
}

#[test]
fn samples_that_fall_with_intensity_are_turned_by_the_scale_alone() {
    let w = DicomWriter::EXPLICIT;
    let after = [w.text((0x28, 0x1040), "CS", "LIN"), w.element((0x28, 0x1041), "SS", &(-1_i16).to_le_bytes())];
    let bundle = read(projection(PROCESSING, &[], &after, (1, 2), &[0, 65535])).unwrap();
    let channel = &bundle.scan.views[0].channels[0];
    assert_eq!((channel.scale, channel.offset), (Some(-1.0), Some(65535.0)));
    assert_eq!(bundle.scan.provenance.losses.len(), 1);
}
