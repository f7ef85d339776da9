//! Deliveries whose samples are packed, compressed, tiled or spread over several files, with sidecars of other kinds.

use std::collections::BTreeMap;

use ndarray::Array2;

use super::delivery;
use super::profile;
use crate::error::Code;
use crate::format::write_original;
use crate::limits::Budget;
use crate::limits::Limits;
use crate::model::Block;
use crate::model::Bundle;
use crate::model::PlaneKey;
use crate::model::identifier::ChannelId;

const HEAD: &str = r#"
[profile]
name = "carriers"
version = "1"
title = "Carriers of the tests"

[[file]]
id = "image"
pattern = "*.bin"
FILE

[[view]]
kind = "side"
rows = 4
columns = 6

[[view.channel]]
id = "high"
role = "high"
quantity = "raw-counts"
"#;

fn text(file: &str, rest: &str) -> String {
    HEAD.replace("FILE", file) + rest
}

fn image(limit: u16) -> Array2<u16> {
    Array2::from_shape_fn((4, 6), |(r, c)| (r * 991 + c * 97) as u16 % limit)
}

fn read(text: &str, files: &[(&str, &[u8])]) -> Bundle {
    profile(text).read(&delivery(files), &Budget::default()).unwrap().bundle
}

fn high(bundle: &Bundle) -> Block {
    bundle.planes[&PlaneKey::samples(0, ChannelId::new("high").unwrap())].read_all().unwrap()
}

/// Every original comes back byte for byte.
fn rebuilds(bundle: &Bundle, files: &[(&str, &[u8])]) {
    for (source, (name, bytes)) in bundle.scan.provenance.sources.iter().zip(files) {
        let mut rebuilt = Vec::new();
        write_original(bundle, source, &mut rebuilt).unwrap();
        assert_eq!((source.name.as_str(), rebuilt.as_slice()), (*name, *bytes));
    }
}

/// Packs bit by bit, least significant first, each line ending with its byte.
fn packed(image: &Array2<u16>, bits: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for row in image.rows() {
        let stream = row.iter().flat_map(|v| (0..bits).map(move |i| v >> i & 1)).collect::<Vec<_>>();
        bytes.extend(stream.chunks(8).map(|byte| byte.iter().enumerate().fold(0, |b, (i, bit)| b | (*bit as u8) << i)));
    }
    bytes
}

#[test]
fn packed_samples_are_read_and_the_file_is_kept() {
    for bits in [10, 12, 14] {
        let bytes = packed(&image(1 << bits), bits);
        let pixels =
            format!("[[pixels]]\nfile = \"image\"\nchannels = [\"high\"]\ntype = \"u{bits}\"\norder = \"rows\"\n");
        let files: [(&str, &[u8]); 1] = [("a.bin", &bytes)];
        let bundle = read(&text("", &pixels), &files);
        assert_eq!(high(&bundle), Block::U16(image(1 << bits)), "{bits} bits");
        rebuilds(&bundle, &files);
        let longer = [bytes.as_slice(), &[0]].concat();
        let e = profile(&text("", &pixels)).read(&delivery(&[("a.bin", &longer)]), &Budget::default());
        assert_eq!(e.map(|_| ()).map_err(|e| e.code()), Err(Code::InputSizeMismatch));
    }
}

#[test]
fn lines_are_padded_to_their_alignment() {
    let mut bytes = Vec::new();
    for row in image(u16::MAX).rows() {
        row.iter().for_each(|v| bytes.extend(v.to_be_bytes()));
        bytes.extend([0xee; 4]);
    }
    let pixels = "[[pixels]]\nfile = \"image\"\nchannels = [\"high\"]\ntype = \"u16\"\nendian = \"big\"\norder = \"rows\"\nline_align = 16\n";
    let bundle = read(&text("", pixels), &[("a.bin", &bytes)]);
    assert_eq!(high(&bundle), Block::U16(image(u16::MAX)));
}

#[test]
fn a_compressed_part_is_a_file_of_its_own() {
    let samples: Vec<u8> = image(u16::MAX).iter().flat_map(|v| v.to_le_bytes()).collect();
    let mut packer = libdeflater::Compressor::new(libdeflater::CompressionLvl::best());
    let mut stream = vec![0; packer.zlib_compress_bound(samples.len())];
    let length = packer.zlib_compress(&samples, &mut stream).unwrap();
    stream.truncate(length);
    let file = [&b"HEAD"[..], &(length as u16).to_le_bytes(), &stream, b"TAIL"].concat();
    let rest = r#"
[[field]]
name = "length"
file = "image"
offset = 4
type = "u16"

[[payload]]
id = "plane"
file = "image"
offset = 6
length = "length"
codec = "zlib"
size = "SIZE"

[[field]]
name = "first"
file = "plane"
offset = 2
type = "u16"
max = 97

[[pixels]]
file = "plane"
channels = ["high"]
type = "u16"
order = "rows"
"#;
    let files: [(&str, &[u8]); 1] = [("a.bin", &file)];
    let bundle = read(&text("", &rest.replace("SIZE", "2 * 4 * 6")), &files);
    assert_eq!(high(&bundle), Block::U16(image(u16::MAX)));
    rebuilds(&bundle, &files);
    let fails = |size: &str, limit: u64| {
        let budget = Budget::new(Limits { memory: limit, ..Limits::default() });
        let text = text("", &rest.replace("SIZE", size));
        profile(&text).read(&delivery(&files), &budget).map(|_| ()).map_err(|e| e.code())
    };
    assert_eq!(fails("49", 1 << 20), Err(Code::InputSizeMismatch));
    assert_eq!(fails("1e15", 1 << 20), Err(Code::LimitBytes));
}

#[test]
fn several_files_are_joined_without_their_heads() {
    let samples: Vec<u8> = image(u16::MAX).t().iter().flat_map(|v| v.to_le_bytes()).collect();
    let part = |n: u8, bytes: &[u8]| [&[b'S', n, 0, 0][..], bytes].concat();
    let (one, two) = (part(1, &samples[..16]), part(2, &samples[16..]));
    let pixels = "[[pixels]]\nfile = \"image\"\nchannels = [\"high\"]\ntype = \"u16\"\norder = \"columns\"\n";
    let profile_text = text("many = true\nskip = 4", pixels);
    let files: [(&str, &[u8]); 2] = [("a-1.bin", &one), ("a-2.bin", &two)];
    let bundle = read(&profile_text, &files);
    assert_eq!(high(&bundle), Block::U16(image(u16::MAX)));
    rebuilds(&bundle, &files);
    let e = profile(&profile_text).read(&delivery(&[("a-1.bin", &one), ("a-2.bin", b"S")]), &Budget::default());
    assert_eq!(e.map(|_| ()).map_err(|e| e.code()), Err(Code::InputTruncated));
}

#[test]
fn tiles_are_put_together() {
    let image = image(u16::MAX);
    let mut bytes = Vec::new();
    for (down, beside) in [(0, 0), (0, 4), (3, 0), (3, 4)] {
        for (r, c) in (0..3).flat_map(|r| (0..4).map(move |c| (down + r, beside + c))) {
            bytes.extend(image.get((r, c)).copied().unwrap_or(7).to_le_bytes());
        }
    }
    let pixels = "[[pixels]]\nfile = \"image\"\nchannels = [\"high\"]\ntype = \"u16\"\norder = \"rows\"\ntile = { rows = 3, columns = 4 }\n";
    let files: [(&str, &[u8]); 1] = [("a.bin", &bytes)];
    let bundle = read(&text("", pixels), &files);
    assert_eq!(high(&bundle), Block::U16(image));
    rebuilds(&bundle, &files);
}

#[test]
fn other_sidecars_media_and_the_constants_of_a_site_are_mapped() {
    let samples: Vec<u8> = image(u16::MAX).iter().flat_map(|v| v.to_le_bytes()).collect();
    let rest = r#"
[[file]]
id = "info"
pattern = "*.json"
format = "json"
encoding = "windows-1251"

[[file]]
id = "log"
pattern = "*.csv"
format = "csv"
delimiter = ";"

[[file]]
id = "slip"
pattern = "*.txt"
format = "fixed"
columns = [{ name = "seal", line = 2, start = 7, length = 8 }]

[[file]]
id = "photo"
pattern = "*.jpg"
format = "opaque"
many = true

[[pixels]]
file = "image"
channels = ["high"]
type = "u16"
order = "rows"

[[media]]
file = "photo"
kind = "plate"

[[map]]
to = "identity/site/name"
from = "info:station/name"

[[map]]
to = "identity/start"
from = "info:started"
date = "unix"

[[map]]
to = "object/plate[*]/number"
from = "log:row[*]/plate"

[[map]]
to = "object/seal"
from = "slip:seal"

[[map]]
to = "identity/site/lane"
from = "site:lane"
"#;
    let json = b"{\"station\": {\"name\": \"\xcc\xe8\xed\xf1\xea\", \"id\": 4}, \"started\": 1795313655}";
    let files: [(&str, &[u8]); 6] = [
        ("a.bin", &samples),
        ("a.csv", b"time;plate\n1;AB 12\n2;CD 34\n"),
        ("a.json", json),
        ("a.txt", b"SLIP\nSEAL: H1234567 \n"),
        ("a1.jpg", b"\xff\xd8\xff\xe0 one"),
        ("a2.jpg", b"\xff\xd8\xff\xe0 two"),
    ];
    let site = BTreeMap::from([("lane".to_owned(), "3".to_owned())]);
    let profile = profile(&text("", rest)).at_site(site);
    let bundle = profile.read(&delivery(&files), &Budget::default()).unwrap().bundle;
    let scan = &bundle.scan;
    let place = scan.identity.site.as_ref().unwrap();
    assert_eq!((place.name.as_deref(), place.lane.as_deref()), (Some("Минск"), Some("3")));
    assert_eq!(scan.identity.start.unwrap().to_string(), "2026-11-22T02:14:15Z");
    let plates: Vec<_> = scan.object.plates.iter().map(|p| p.number.to_string()).collect();
    assert_eq!(plates, ["AB 12", "CD 34"]);
    assert_eq!(scan.object.seals[0].to_string(), "H1234567");
    let media: Vec<_> = scan.media.iter().map(|m| (m.blob.as_str(), m.media_type.as_str())).collect();
    assert_eq!(media, [("photo", "image/jpeg"), ("photo-1", "image/jpeg")]);
    assert!(bundle.blobs.get("media/photo-1").is_some());
    let kept: Vec<_> = scan.vendor.iter().map(|v| (v.origin.as_str(), v.text.as_deref())).collect();
    assert!(kept.contains(&("a.json: station/id", Some("4"))), "{kept:?}");
    let named = scan.provenance.losses.iter().any(|l| l.reason.contains("constant lane of the site"));
    assert!(named, "{:?}", scan.provenance.losses);
    rebuilds(&bundle, &files);
}

#[test]
fn keys_that_do_not_fit_are_named_with_their_line() {
    let pixels = "[[pixels]]\nfile = \"image\"\nchannels = [\"high\"]\ntype = \"u12\"\norder = \"rows\"\n";
    let line = |file: &str, rest: &str| {
        let e = crate::vendor::profile::Profile::parse(&text(file, rest), "p.toml").map(|_| ()).unwrap_err();
        assert!(matches!(e.code(), Code::ProfileValue | Code::ProfileSyntax), "{e}");
        e.to_string()
    };
    assert!(line("skip = 4", pixels).contains("line 8"));
    assert!(line("delimiter = \"ab\"", pixels).contains("one ASCII character"));
    assert!(line("format = \"fixed\"", pixels).contains("columns"));
    assert!(line("encoding = \"klingon\"\nformat = \"ini\"", pixels).contains("windows-1251"));
    let tiled = pixels.to_owned() + "tile = { rows = 2, columns = 2 }\n";
    assert!(line("", &tiled).contains("tiles of whole bytes"));
    let nested = "[[payload]]\nid = \"a\"\nfile = \"b\"\ncodec = \"gzip\"\nsize = 1\n[[payload]]\nid = \"b\"\nfile = \"a\"\ncodec = \"gzip\"\nsize = 1\n";
    assert!(line("", &(nested.to_owned() + pixels)).contains("not another payload"));
    let names = "[recognize]\nname = [{ file = \"image\", pattern = \"*.bin\" }]\n";
    assert!(line("", &(names.to_owned() + pixels)).contains("beside it"));
}
