//! HDF5 deliveries: every layout, element type and filter, as h5py wrote them (`tests/hdf5/make.py`).

use ndarray::Array2;

use super::delivery;
use super::profile;
use crate::error::Code;
use crate::error::Error;
use crate::format::write_original;
use crate::limits::Budget;
use crate::limits::Limits;
use crate::model::Block;
use crate::model::Bundle;
use crate::model::PlaneKey;
use crate::model::PlanePart;
use crate::model::Region;
use crate::model::SampleType;
use crate::model::identifier::ChannelId;
use crate::vendor::ReadOptions;
use crate::vendor::recognize;

/// Old groups and B-trees, and new ones with the other chunk indexes behind a block of 512 bytes.
const FILES: [&[u8]; 2] =
    [include_bytes!("../../../../tests/hdf5/old.h5"), include_bytes!("../../../../tests/hdf5/new.h5")];

const HEAD: &str = r#"
[profile]
name = "hdf5"
version = "1"
title = "HDF5 of the tests"

[[file]]
id = "scan"
pattern = "*.h5"
format = "hdf5"
ENCODING

[[view]]
kind = "side"
rows = 5
columns = COLUMNS

[[view.channel]]
id = "high"
role = "high"
quantity = "raw-counts"

[[view.channel]]
id = "low"
role = "low"
quantity = "raw-counts"
"#;

/// Blocks for both channels.
const PAIR: &str =
    "[[pixels]]\nfile = \"scan\"\ndataset = \"chunked/planes\"\nchannels = [\"high\", \"low\"]\norder = \"rows\"\n";

fn text(rest: &str) -> String {
    HEAD.replace("ENCODING", "").replace("COLUMNS", "7") + rest
}

/// A block for a dataset that holds the image of channel `high`, and one for `low`.
fn block(dataset: &str, order: &str) -> String {
    let one = |channel: &str, dataset: &str, order: &str| {
        format!(
            "[[pixels]]\nfile = \"scan\"\ndataset = \"{dataset}\"\nchannels = [\"{channel}\"]\norder = \"{order}\"\n"
        )
    };
    text(&(one("high", dataset, order) + &one("low", "/chunked/rows", "rows")))
}

fn pair(dataset: &str, interleave: &str) -> String {
    text(&format!(
        "[[pixels]]\nfile = \"scan\"\ndataset = \"{dataset}\"\nchannels = [\"high\", \"low\"]\norder = \"rows\"\ninterleave = \"{interleave}\"\n"
    ))
}

fn try_read(text: &str, bytes: &[u8]) -> Result<Bundle, Error> {
    Ok(profile(text).read(&delivery(&[("scan.h5", bytes)]), &Budget::default())?.bundle)
}

fn read(text: &str, bytes: &[u8]) -> Bundle {
    try_read(text, bytes).unwrap()
}

/// The image of the script that wrote the files.
fn image(channel: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_fn((5, columns), |(row, column)| (1000 * channel + 100 * row + column) as f64)
}

fn plane(bundle: &Bundle, channel: &str, part: PlanePart) -> Block {
    let channel = ChannelId::new(channel).unwrap();
    bundle.planes[&PlaneKey::Channel { view: 0, channel, part }].read_all().unwrap()
}

fn samples(bundle: &Bundle, channel: &str) -> Array2<f64> {
    plane(bundle, channel, PlanePart::Samples).to_f64()
}

#[test]
fn one_array_is_read_in_every_layout() {
    for bytes in FILES {
        for (dataset, order, kind) in [
            ("/plain/u16be", "rows", SampleType::U16),
            ("/plain/u32", "columns", SampleType::U32),
            ("/plain/i16", "rows", SampleType::U16),
            ("/plain/compact", "rows", SampleType::U16),
            ("/chunked/rows", "rows", SampleType::U16),
            ("chunked/columns", "columns", SampleType::U32),
            ("/chunked/szip", "rows", SampleType::U16),
        ] {
            let text = block(dataset, order);
            let bundle = read(&text, bytes);
            let high = plane(&bundle, "high", PlanePart::Samples);
            assert_eq!((high.sample_type(), high.to_f64()), (kind, image(0, 7)), "{dataset}");
            let mut rebuilt = Vec::new();
            write_original(&bundle, &bundle.scan.provenance.sources[0], &mut rebuilt).unwrap();
            assert!(rebuilt == bytes, "{dataset}: the file is rebuilt differently");
        }
    }
}

#[test]
fn channels_stand_on_any_axis() {
    for bytes in FILES {
        for (dataset, interleave) in [
            ("/plain/planes", "plane"),
            ("/chunked/planes", "plane"),
            ("/zhard", "plane"),
            ("/chunked/lines", "line"),
            ("/chunked/pixels", "pixel"),
        ] {
            let bundle = read(&pair(dataset, interleave), bytes);
            assert_eq!(samples(&bundle, "high"), image(0, 7), "{dataset}");
            assert_eq!(samples(&bundle, "low"), image(1, 7), "{dataset}");
        }
    }
}

#[test]
fn every_region_is_that_of_the_image() {
    for (dataset, interleave) in [("/chunked/planes", "plane"), ("/chunked/pixels", "pixel")] {
        let bundle = read(&pair(dataset, interleave), FILES[0]);
        let low = &bundle.planes[&PlaneKey::samples(0, ChannelId::new("low").unwrap())];
        let whole = low.read_all().unwrap();
        for row in 0..5 {
            for column in 0..7 {
                for (rows, columns) in (1..=5 - row).flat_map(|r| (1..=7 - column).map(move |c| (r, c))) {
                    let region = Region { row, column, rows, columns };
                    assert_eq!(low.read(&region).unwrap(), whole.crop(&region).unwrap(), "{dataset} {region:?}");
                }
            }
        }
    }
}

#[test]
fn frames_and_lines_are_picked() {
    let rest = r#"
[[field]]
name = "frame"
file = "scan"
dataset = "/chunked/frames"
axis = 3

[[pixels]]
file = "scan"
dataset = "/chunked/frames"
index = [0]
channels = ["high", "low"]
order = "rows"
lines = [{ part = "dark", count = "frame" }]

[[pixels]]
file = "scan"
dataset = "/chunked/frames"
index = [1]
channels = ["high", "skip"]
order = "rows"
lines = [{ part = "skip", count = 1 }, { part = "air", count = "frame - 1" }]
"#;
    for bytes in FILES {
        let bundle = read(&text(&(PAIR.to_owned() + rest)), bytes);
        assert_eq!(plane(&bundle, "low", PlanePart::Dark).to_f64(), image(1, 3));
        let air = image(2, 3);
        assert_eq!(plane(&bundle, "high", PlanePart::Air).to_f64(), air.slice(ndarray::s![.., 1..]));
        assert_eq!(bundle.planes.len(), 5);
    }
}

#[test]
fn what_was_never_written_has_the_fill_value() {
    for bytes in FILES {
        let bundle = read(&block("/chunked/sparse", "rows"), bytes);
        let expected = Array2::from_shape_fn((5, 7), |(r, c)| if r < 3 && c < 3 { image(0, 7)[(r, c)] } else { 9.0 });
        assert_eq!(samples(&bundle, "high"), expected);
        assert_eq!(samples(&read(&block("/chunked/unwritten", "rows"), bytes), "high"), Array2::<f64>::zeros((5, 7)));
    }
}

#[test]
fn values_of_every_type_are_found_and_the_rest_is_kept() {
    let maps: String = [
        ("identity/scannerScanId", "scan:/info@fixed"),
        ("identity/site/name", "scan:/zalias/site"),
        ("system/manufacturer", "scan:info/@vlen"),
        ("system/model", "scan:/info@u64"),
        ("system/serial", "scan:/info@spaces"),
        ("object/plate[*]/number", "scan:/info/plates[*]/number"),
        ("object/plate[*]/country", "scan:/info/plates[*]/country"),
        ("object/seal", "scan:/info@names[*]"),
    ]
    .map(|(to, from)| format!("[[map]]\nto = \"{to}\"\nfrom = \"{from}\"\n"))
    .concat();
    let kind = "[[map]]\nto = \"object/kind\"\nfrom = \"scan:/info@kind\"\ncodes = { railcar = \"railcar\" }\n";
    let energy = "[[field]]\nname = \"kV\"\nfrom = \"scan:/info@kV[1]\"\nmin = 300\nmax = 300\n";
    for bytes in FILES {
        let bundle = read(&text(&(energy.to_owned() + PAIR + &maps + kind)), bytes);
        let scan = &bundle.scan;
        assert_eq!(scan.identity.scanner_scan_id.as_deref(), Some("NL-6"));
        assert_eq!(scan.identity.site.as_ref().and_then(|s| s.name.as_deref()), Some("Kirkenes"));
        assert_eq!(scan.system.manufacturer.as_deref(), Some("Åse"));
        assert_eq!(scan.system.model.as_deref(), Some("18446744073709551615"));
        assert_eq!(scan.system.serial.as_deref(), Some("AB 12"));
        let plates = scan.object.plates.iter();
        let plates: Vec<_> = plates.map(|p| (p.number.to_string(), p.country.clone().unwrap().to_string())).collect();
        assert_eq!(plates, [("KR 1".to_owned(), "PL".to_owned()), ("WX 2".to_owned(), "SK".to_owned())]);
        assert_eq!(scan.object.seals.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a", "b", "c"]);
        let kept = |origin: &str| {
            let found = scan.vendor.iter().find(|v| v.origin == format!("scan.h5: {origin}"));
            found.and_then(|v| v.text.as_deref()).unwrap_or_else(|| panic!("{origin}: {:?}", scan.vendor)).to_owned()
        };
        assert_eq!(kept("/info@i64"), i64::MIN.to_string());
        assert_eq!(kept("/info@f32"), "0.1");
        assert_eq!(kept("/info@f64be"), "-1.5e300");
        assert_eq!(kept("/info@flag"), "true");
        assert_eq!(kept("/info@kV"), "160");
        assert_eq!(kept("/info@one"), "42");
        assert_eq!(kept("/info@grid"), "1, 2, 3, 4");
        assert_eq!(kept("/info@latin"), "text that is not utf-8; kept in the file");
        assert_eq!(kept("/info@many"), "u8; kept in the file");
        assert_eq!(kept("/info@reference"), "reference; kept in the file");
        assert_eq!(kept("/info/plates[1]/box"), "3, 4");
        assert_eq!(kept("/info/curve"), "f64, 400; kept in the file");
        assert!(kept("/plain/u16be").starts_with("0, 1, 2, 3, 4, 5, 6, 100, 101"));
        assert!(!scan.vendor.iter().any(|v| v.origin.contains("@kV[1]")), "a value that was used is kept again");
    }
}

#[test]
fn texts_are_in_the_encoding_of_the_profile() {
    let map = "[[map]]\nto = \"identity/site/name\"\nfrom = \"scan:/info@latin\"\n";
    let text =
        text(&(PAIR.to_owned() + map)).replacen("format = \"hdf5\"", "format = \"hdf5\"\nencoding = \"latin-1\"", 1);
    let bundle = read(&text, FILES[0]);
    assert_eq!(bundle.scan.identity.site.unwrap().name.as_deref(), Some("Tromsø"));
}

#[test]
fn what_cannot_be_samples_is_said() {
    let fails = |text: &str| {
        let e = try_read(text, FILES[0]).and_then(|b| b.planes.values().try_for_each(|s| s.read_all().map(drop)));
        let e = e.map(drop).unwrap_err();
        (e.code(), e.to_string())
    };
    let code = |text: &str| fails(text).0;
    let (missing, message) = fails(&block("/plain/nowhere", "rows"));
    assert_eq!(missing, Code::InputValue);
    assert!(message.contains("/chunked/pixels (f64 big-endian, 5 × 7 × 2)"), "{message}");
    let (wrong, message) = fails(&block("/chunked/rows", "columns"));
    assert_eq!(wrong, Code::InputSizeMismatch);
    assert!(message.contains("7 lines × 5 rows") && message.contains("[5, 7]"), "{message}");
    assert_eq!(code(&pair("/chunked/planes", "pixel")), Code::InputSizeMismatch);
    assert_eq!(code(&block("/chunked/frames", "rows")), Code::InputSizeMismatch);
    assert_eq!(code(&block("/plain/negative", "rows")), Code::InputValue);
    assert_eq!(code(&block("/plain/outside", "rows")), Code::Hdf5Unsupported);
    assert_eq!(code(&block("/info/site", "rows")), Code::Hdf5Type);
    assert_eq!(code(&block("/info/curve", "rows")), Code::Hdf5Type);
    assert_eq!(code(&block("/info", "rows")), Code::InputValue);
}

#[test]
fn keys_that_do_not_fit_hdf5_are_named() {
    let refused = |rest: &str| {
        let e = crate::vendor::profile::Profile::parse(&text(rest), "p.toml").map(drop).unwrap_err();
        assert_eq!(e.code(), Code::ProfileValue, "{e}");
        e.to_string()
    };
    assert!(refused(&(PAIR.to_owned() + "type = \"u16\"\n")).contains("found type"));
    assert!(refused(&(PAIR.to_owned() + "offset = 4\n")).contains("found offset"));
    assert!(
        refused("[[pixels]]\nfile = \"scan\"\nchannels = [\"high\", \"low\"]\norder = \"rows\"\n").contains("dataset")
    );
    assert!(refused(&PAIR.replace("chunked/planes", "a@b")).contains("a path of a dataset"));
    let field = "[[field]]\nname = \"n\"\nfile = \"scan\"\ndataset = \"/a\"\n";
    assert!(refused(&(field.to_owned() + PAIR)).contains("file, dataset and axis"));
    let mark = "[recognize]\nhdf5 = [{ file = \"scan\", path = \"/a/@\" }]\n";
    assert!(refused(&(PAIR.to_owned() + mark)).contains("/entry@model"));
}

#[test]
fn a_file_is_recognised_by_what_it_holds() {
    let why = |marks: &str| {
        let text = text(PAIR) + &format!("[recognize]\nhdf5 = [{marks}]\n");
        profile(&text).recognizes(&delivery(&[("scan.h5", FILES[1])])).unwrap()
    };
    let found =
        why(r#"{ file = "scan", path = "/info@fixed", text = "NL-6" }, { file = "scan", path = "chunked/rows" }"#);
    assert_eq!(found.as_deref(), Some("/info@fixed = \"NL-6\" and /chunked/rows in scan.h5"));
    assert!(why(r#"{ file = "scan", path = "/zalias/site", text = "Kirkenes" }"#).is_some());
    assert!(why(r#"{ file = "scan", path = "/info@one", text = "42" }"#).is_some());
    for other in [
        r#"{ file = "scan", path = "/info@fixed", text = "NL-7" }"#,
        r#"{ file = "scan", path = "/info@none" , text = "" }"#,
        r#"{ file = "scan", path = "/info@nothing" }"#,
        r#"{ file = "scan", path = "/far" }"#,
        r#"{ file = "scan", path = "/dangling/x" }"#,
    ] {
        assert_eq!(why(other), None, "{other}");
    }
}

#[test]
fn a_file_that_no_profile_describes_is_listed() {
    let refused = |bytes: &[u8]| {
        let options = ReadOptions::default();
        recognize(&delivery(&[("scan.h5", bytes)]), &options).map(|f| f.candidate.to_string()).unwrap_err()
    };
    let e = refused(FILES[1]);
    assert_eq!(e.code(), Code::InputUnrecognized);
    assert!(
        e.to_string().contains("HDF5") && e.to_string().contains("/chunked/planes (f32 big-endian, 2 × 5 × 7)"),
        "{e}"
    );
    let e = refused(&FILES[1][..20_000]);
    assert_eq!(e.code(), Code::InputUnrecognized);
    assert!(e.to_string().contains("a damaged file"), "{e}");
}

#[test]
fn limits_hold() {
    let fails = |limits: Limits| {
        let read = profile(&text(PAIR)).read(&delivery(&[("scan.h5", FILES[0])]), &Budget::new(limits));
        read.map(drop).map_err(|e| e.code())
    };
    assert_eq!(fails(Limits { items: 20, ..Limits::default() }), Err(Code::LimitCount));
    assert_eq!(fails(Limits { depth: 0, ..Limits::default() }), Err(Code::LimitDepth));
    assert_eq!(fails(Limits { memory: 600, ..Limits::default() }), Err(Code::LimitBytes));
    assert_eq!(fails(Limits { memory: 4 << 20, items: 5000, ..Limits::default() }), Ok(()));
}

/// Every 211th byte is flipped, and the file is cut at every 997th.
#[test]
fn damage_is_refused_or_does_no_harm() {
    let text =
        text(&(PAIR.to_owned() + "[recognize]\nhdf5 = [{ file = \"scan\", path = \"/info@vlen\", text = \"Åse\" }]\n"));
    let profile = profile(&text);
    let mut refused = 0;
    for bytes in FILES {
        let flipped = (0..bytes.len()).step_by(211).map(|at| {
            let mut damaged = bytes.to_vec();
            damaged[at] ^= 0xff;
            damaged
        });
        let cut = (0..bytes.len()).step_by(997).map(|length| bytes[..length].to_vec());
        for damaged in flipped.chain(cut) {
            let budget = Budget::new(Limits { memory: 16 << 20, items: 20_000, ..Limits::default() });
            let read = profile.read(&delivery(&[("scan.h5", &damaged)]), &budget);
            let read = read.and_then(|r| r.bundle.planes.values().try_for_each(|s| s.read_all().map(drop)));
            if let Err(e) = read {
                use crate::error::Kind;
                let blames = matches!(e.kind(), Kind::Malformed | Kind::Unsupported | Kind::Limit | Kind::Integrity);
                assert!(blames, "{e}");
                refused += 1;
            }
        }
    }
    assert!(refused > 100, "{refused}");
}
