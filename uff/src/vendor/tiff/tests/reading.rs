//! Files of other programs, and every layout made from the specification.

use ndarray::Array2;

use super::files::{WRITERS, array, read, read_with};
use super::foreign;
use crate::error::Code;
use crate::model::{Block, ByteOrder, Quantity, SampleType};
use crate::testing::{TiffPage, TiffWriter};
use crate::vendor::ReadOptions;

fn grid<T>(channel: usize, value: impl Fn(u32) -> T) -> Array2<T> {
    Array2::from_shape_fn((9, 13), |(r, c)| value(foreign::sample(channel, r, c)))
}

fn attenuation() -> ReadOptions {
    ReadOptions { quantity: Some(Quantity::LogAttenuation), ..ReadOptions::default() }
}

fn two(first: &str, second: &str) -> ReadOptions {
    ReadOptions { high: Some(first.to_owned()), low: Some(second.to_owned()), ..attenuation() }
}

#[test]
fn compressed_files_of_other_programs_hold_their_samples() {
    let one = |hex: &str| array(&read(&foreign::bytes(hex), &attenuation()), 0, "mono");
    let words = Block::U16(grid(0, |v| v as u16));
    assert_eq!(one(foreign::LZW_TILES), words);
    assert_eq!(one(foreign::PILLOW_LZW), words);
    assert_eq!(one(foreign::PILLOW_DEFLATE), words);
    assert_eq!(one(foreign::DEFLATE_LONG), Block::U32(grid(0, |v| v)));
    assert_eq!(one(foreign::DEFLATE_FLOAT_BIG), Block::F32(grid(0, |v| v as f32 / 8.0)));
    assert_eq!(one(foreign::PILLOW_PACKBITS), Block::U8(grid(0, |v| (v % 251) as u8)));

    let apart = read(&foreign::bytes(foreign::DEFLATE_DOUBLE_APART), &two("a.tif#1.1", "a.tif#1.2"));
    let together = read(&foreign::bytes(foreign::LZW_TOGETHER_BIG), &two("a.tif#1.1", "a.tif#1.2"));
    for (channel, id) in [(0, "high"), (1, "low")] {
        assert_eq!(array(&apart, 0, id), Block::F64(grid(channel, |v| f64::from(v) / 8.0)), "{id}");
        assert_eq!(array(&together, 0, id), Block::U16(grid(channel, |v| v as u16)), "{id}");
    }
}

#[test]
fn named_pages_are_a_pair_read_in_place() {
    let bundle = read(&foreign::bytes(foreign::BIG_PAGES), &ReadOptions::default());
    for (channel, id) in [(0, "high"), (1, "low")] {
        assert_eq!(array(&bundle, 0, id), Block::U16(grid(channel, |v| v as u16)), "{id}");
    }
    let source = &bundle.scan.provenance.sources[0];
    assert_eq!(source.planes.len(), 2);
    assert!(source.planes.iter().all(|p| p.byte_order == ByteOrder::Big && p.row_stride == 26));
    let rest = bundle.blobs.get("vendor/originals/0").map(|b| b.len());
    assert_eq!(rest, Some(source.size - 2 * 9 * 13 * 2));
    assert!(bundle.scan.views[0].channels.iter().all(|c| c.measurement_grade && c.quantity == Quantity::RawCounts));
}

#[test]
fn tags_go_to_the_model_and_what_they_leave_open_is_said() {
    let bundle = read(&foreign::bytes(foreign::PILLOW_RAW), &ReadOptions::default());
    let scan = &bundle.scan;
    assert_eq!(array(&bundle, 0, "mono"), Block::U16(grid(0, |v| v as u16)));
    assert_eq!(scan.system.manufacturer.as_deref(), Some("Gantry Works"));
    assert_eq!(scan.system.model.as_deref(), Some("G-2"));
    assert_eq!(scan.system.software.as_deref(), Some("Viewer 4"));
    assert_eq!(scan.identity.start.map(|t| t.to_string()).as_deref(), Some("2026-11-22T03:14:15Z"));
    let geometry = scan.views[0].geometry.as_ref().unwrap();
    // 25 pixels per cm across, 40 down.
    assert_eq!(geometry.pitch_columns.map(f64::from), Some(0.4));
    assert_eq!(geometry.pitch_rows.map(f64::from), Some(0.25));
    let losses: Vec<_> = scan.provenance.losses.iter().map(|l| l.subject.as_str()).collect();
    for subject in ["view/channel[mono]/quantity", "identity/start", "view/geometry"] {
        assert!(losses.contains(&subject), "{losses:?}");
    }

    let eight = read(&foreign::bytes(foreign::PILLOW_PACKBITS), &ReadOptions::default());
    let channel = &eight.scan.views[0].channels[0];
    assert_eq!((channel.quantity.clone(), channel.measurement_grade), (Quantity::Display, false));
    assert_eq!(array(&eight, 0, "display").sample_type(), SampleType::U8);
}

/// Every layout of the same two channels: together and apart, strips and tiles, one piece and scattered.
#[test]
fn every_layout_of_the_specification_is_read() {
    let sample = |channel: usize, r: usize, c: usize| (channel * 5000 + r * 300 + c) as u16;
    let (rows, columns) = (7, 10);
    for w in WRITERS {
        let encode = |v: u16| if w.big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
        // Rows and columns of a chunk beyond the image are filled.
        let cell = |channel: usize, r: usize, c: usize| match r < rows && c < columns {
            true => encode(sample(channel, r, c)),
            false => [0xee; 2],
        };
        for (apart, tile) in
            [(false, None), (true, None), (false, Some((4, 16))), (true, Some((4, 16))), (false, Some((16, 4)))]
        {
            let (high, wide) = tile.unwrap_or((3, columns));
            let mut chunks = Vec::new();
            for plane in 0..if apart { 2 } else { 1 } {
                for top in (0..rows).step_by(high) {
                    let bottom = if tile.is_some() { top + high } else { rows.min(top + high) };
                    for left in (0..columns).step_by(wide) {
                        let mut chunk: Vec<u8> = Vec::new();
                        for (r, c) in (top..bottom).flat_map(|r| (left..left + wide).map(move |c| (r, c))) {
                            match apart {
                                true => chunk.extend(cell(plane, r, c)),
                                false => (0..2).for_each(|channel| chunk.extend(cell(channel, r, c))),
                            }
                        }
                        chunks.push(chunk);
                    }
                }
            }
            let mut fields = vec![
                w.short(256, &[columns as u16]),
                w.short(257, &[rows as u16]),
                w.short(258, &[16, 16]),
                w.short(262, &[1]),
                w.short(277, &[2]),
                w.short(284, &[1 + u16::from(apart)]),
                w.short(338, &[0]),
            ];
            match tile {
                None => fields.push(w.short(278, &[3])),
                Some((high, wide)) => {
                    fields.push(w.short(322, &[wide as u16]));
                    fields.push(w.short(323, &[high as u16]));
                }
            }
            let in_place = wide >= columns;
            for scattered in [false, true] {
                let mut page = TiffPage { fields: fields.clone(), chunks: chunks.clone() };
                if scattered {
                    // Bytes between the strips, which are cut off their sizes below.
                    page.chunks.iter_mut().for_each(|c| c.extend([0xdd; 2]));
                }
                let mut file = w.file(&[page]);
                if scattered {
                    shorten(&mut file, w, tile.is_some());
                }
                let bundle = read(&file, &two("a.tif#1.2", "a.tif#1.1"));
                for (channel, id) in [(1, "high"), (0, "low")] {
                    let expected = Array2::from_shape_fn((rows, columns), |(r, c)| sample(channel, r, c));
                    assert_eq!(array(&bundle, 0, id), Block::U16(expected), "{w:?} {apart} {tile:?} {scattered}");
                }
                let placed = bundle.scan.provenance.sources[0].planes.len();
                assert_eq!(placed, if in_place && !scattered { 2 } else { 0 }, "{apart} {tile:?} {scattered}");
            }
        }
    }
}

/// Takes 2 off every byte count of a file with one directory.
fn shorten(file: &mut [u8], w: TiffWriter, tiled: bool) {
    let (first, word, entry, head) = if w.big_tiff { (16, 8, 20, 8) } else { (8, 4, 12, 2) };
    let number = |bytes: &[u8]| {
        let fold = |n: u64, b: &u8| n << 8 | u64::from(*b);
        if w.big_endian { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) }
    };
    let count = number(&file[first..first + head]) as usize;
    let tag = if tiled { 325 } else { 279 };
    let field = (0..count).map(|i| first + head + i * entry).find(|at| number(&file[*at..at + 2]) == tag).unwrap();
    let values = number(&file[field + 4..field + 4 + word]) as usize;
    let inline = field + 4 + word;
    let at = if values == 1 { inline } else { number(&file[inline..inline + word]) as usize };
    for place in (0..values).map(|i| at + i * word) {
        let value = number(&file[place..place + word]) - 2;
        let bytes =
            if w.big_endian { value.to_be_bytes()[8 - word..].to_vec() } else { value.to_le_bytes()[..word].to_vec() };
        file[place..place + word].copy_from_slice(&bytes);
    }
}

#[test]
fn reduced_copies_are_passed_over_and_views_follow_names() {
    let w = WRITERS[0];
    let page = |name: &str, shape, n| w.grey(name, shape, 3, move |r, c| n + 10 * r + c);
    let mut small = page("side high", (2, 3), 9);
    small.fields.push(w.long(254, &[1]));
    let file = w.file(&[page("side low", (6, 8), 1), page("side high", (6, 8), 2), small, page("top", (4, 8), 3)]);
    let bundle = read(&file, &ReadOptions::default());
    let views = &bundle.scan.views;
    assert_eq!(views.len(), 2);
    assert_eq!(views[0].channels.len(), 2);
    assert_eq!(views[1].kind, crate::model::ViewKind::Top);
    assert_eq!(array(&bundle, 0, "high"), Block::U16(Array2::from_shape_fn((6, 8), |(r, c)| (2 + 10 * r + c) as u16)));
    assert_eq!(array(&bundle, 1, "mono"), Block::U16(Array2::from_shape_fn((4, 8), |(r, c)| (3 + 10 * r + c) as u16)));
    assert!(bundle.scan.provenance.losses.iter().any(|l| l.subject == "a.tif#3"));
}

#[test]
fn what_is_no_measurement_is_refused_by_name() {
    let w = WRITERS[0];
    let refused = |change: &[(u16, u16, Vec<u8>)]| {
        let mut page = w.grey("x", (4, 4), 4, |r, c| r + c);
        for field in change {
            page.fields.retain(|(tag, ..)| *tag != field.0);
            page.fields.push(field.clone());
        }
        read_with(&w.file(&[page]), &ReadOptions::default()).err().map(|e| (e.code(), e.to_string()))
    };
    let unsupported = |change: &[(u16, u16, Vec<u8>)], word: &str| {
        let found = refused(change);
        assert!(
            found.as_ref().is_some_and(|(code, text)| *code == Code::TiffUnsupported && text.contains(word)),
            "{word}: {found:?}"
        );
    };
    assert_eq!(refused(&[]), None);
    unsupported(&[w.short(262, &[2])], "RGB");
    unsupported(&[w.short(262, &[3])], "palette");
    unsupported(&[w.short(338, &[2])], "opacity");
    unsupported(&[w.short(339, &[2])], "signed of 16 bits");
    unsupported(&[w.short(258, &[12])], "unsigned of 12 bits");
    unsupported(&[w.short(259, &[7])], "JPEG");
    unsupported(&[w.short(266, &[2])], "reverse");
    unsupported(&[w.short(277, &[2]), w.short(258, &[16, 8])], "differ");
    unsupported(&[w.short(259, &[5]), w.short(317, &[3])], "predictor");
}
