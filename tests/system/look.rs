//! `uff info`, `validate`, `render`, `analyze` on real files, damaged files and wrong requests.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::driver::{convert, delivery, folder, names, root, uff_in};

#[test]
fn info_tells_what_when_where_and_who() {
    let here = folder();
    let file = convert(here.path(), "orsolvik-truck");
    let text = uff_in(here.path(), &["info", &file]).exits(0).stdout;
    for word in [
        "open HDF5 profile",
        "not the WCO byte layout",
        "2026-09-14T05:42:17.253+03:00",
        "LTVNO",
        "AB 4821-7",
        "320 rows × 1136 columns",
        "6 MeV",
        "orsolvik-portal",
        "72 lines",
    ] {
        assert!(text.contains(word), "{word} is missing:\n{text}");
    }
    assert!(!text.contains('\x1b'));
    let info = &uff_in(here.path(), &["info", "--json", &file]).exits(0).json()[0];
    assert_eq!((info["type"].as_str(), info["version"].as_u64()), (Some("info"), Some(1)));
    assert_eq!(info["views"][0]["channels"][0]["energyKev"], 6000.0);
    assert_eq!(info["scan"]["identity"]["scanId"], info["scanId"]);
    assert_eq!(info["quickVerdict"]["failures"], 0);
}

#[test]
fn a_wrong_check_digit_is_told_with_the_likely_number() {
    let here = folder();
    let file = convert(here.path(), "kestrane-container");
    let text = uff_in(here.path(), &["info", &file]).exits(0).stdout;
    assert!(text.contains("QZKU 448211-8") && text.contains("probably"), "{text}");
    let report = uff_in(here.path(), &["validate", &file]).exits(0).stdout;
    assert!(report.contains("identifier.") && report.contains("WARN"), "{report}");
    uff_in(here.path(), &["validate", "--strict", &file]).exits(1);
    fs::write(here.path().join("s.toml"), "[severity]\nidentifier.container_check_digit = \"ignore\"\n").unwrap();
    uff_in(here.path(), &["validate", "--strict", "--severities", "s.toml", &file]).exits(0);
    fs::write(here.path().join("s.toml"), "[severity]\nidentifier.nonsense = \"ignore\"\n").unwrap();
    let run = uff_in(here.path(), &["validate", "--severities", "s.toml", &file]).fails_with(2, "profile.value");
    assert!(run.stderr.contains("line 2"), "{}", run.stderr);
}

#[test]
fn one_changed_sample_fails_validation_in_every_form() {
    let here = folder();
    let file = convert(here.path(), "parcel-160kv");
    let mut bytes = fs::read(here.path().join(&file)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(here.path().join("bad.uff"), bytes).unwrap();
    assert!(uff_in(here.path(), &["validate", "bad.uff"]).exits(1).stdout.contains("FAIL"));
    let lines = uff_in(here.path(), &["validate", "--json", &file, "bad.uff"]).exits(1).json();
    let verdicts: Vec<&Value> = lines.iter().filter(|l| l["type"] == "summary").map(|l| &l["verdict"]).collect();
    assert_eq!(verdicts.len(), 2);
    assert!(verdicts[0] != "fail" && verdicts[1] == "fail", "{verdicts:?}");
    let sarif = uff_in(here.path(), &["validate", "--form", "sarif", &file, "bad.uff"]).exits(1).stdout;
    let log: Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!((&log["version"], log["runs"][0]["artifacts"].as_array().map(Vec::len)), (&"2.1.0".into(), Some(2)));
}

/// Every prefix of a file is refused with a code and an exit status of the input, never with a crash.
#[test]
fn truncation_at_many_lengths_is_always_a_clear_refusal() {
    let here = folder();
    let file = convert(here.path(), "parcel-160kv");
    let bytes = fs::read(here.path().join(file)).unwrap();
    let lengths: Vec<usize> = (0..40).map(|i| bytes.len() * i / 40).chain([8, 63, 511, bytes.len() - 1]).collect();
    for length in &lengths {
        fs::write(here.path().join("part.uff"), &bytes[..*length]).unwrap();
        let info = uff_in(here.path(), &["info", "part.uff"]);
        assert!((20..30).contains(&info.status), "{length}: {} {}", info.status, info.stderr);
        assert!(info.stderr.contains("part.uff") && info.stderr.contains("hint: "), "{length}: {}", info.stderr);
        uff_in(here.path(), &["validate", "part.uff", "--quiet"]).exits(1);
    }
    assert_eq!(lengths.len(), 44);
}

fn png_size(path: &Path) -> (u32, u32) {
    let bytes = fs::read(path).unwrap();
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn pictures_have_the_size_of_what_they_show() {
    let here = folder();
    let file = convert(here.path(), "orsolvik-truck");
    let draw = |name: &str, more: &[&str]| {
        let mut arguments = vec!["render", &file, "-o", name];
        arguments.extend(more);
        uff_in(here.path(), &arguments).exits(0);
        png_size(&here.path().join(name))
    };
    assert_eq!(draw("log.png", &[]), (1136, 320));
    assert_eq!(draw("grey.png", &["--palette", "grey", "--depth", "16", "--channel", "low"]), (1136, 320));
    assert_eq!(draw("half.png", &["--level", "1"]), (568, 160));
    assert_eq!(draw("part.png", &["--region", "10,20,30,40"]), (40, 30));
    let (width, height) = draw("material.png", &["--palette", "material"]);
    assert!(width == 1136 && height > 320, "a legend stands below");
    assert_eq!(draw("bare.png", &["--palette", "material", "--no-legend"]), (1136, 320));
    assert_ne!(fs::read(here.path().join("log.png")).unwrap(), fs::read(here.path().join("grey.png")).unwrap());
    let (png, input) = ("raw.png", delivery("parcel-160kv"));
    uff_in(here.path(), &["render", &input, "-o", png]).exits(0);
    assert_eq!(png_size(&here.path().join(png)), (512, 384));
}

/// Every way to show a picture changes it and nothing else; options that do not go together are refused.
#[test]
fn pictures_are_shaded_as_asked() {
    let here = folder();
    let file = convert(here.path(), "orsolvik-truck");
    let draw = |name: &str, more: &[&str]| {
        uff_in(here.path(), &[&["render", &file, "-o", name], more].concat()).exits(0);
        fs::read(here.path().join(name)).unwrap()
    };
    let ways: [(&str, &[&str]); 12] = [
        ("log.png", &[]),
        ("inverse.png", &["--inverse"]),
        ("edges.png", &["--edges", "2"]),
        ("local.png", &["--local-contrast", "4"]),
        ("high.png", &["--penetration", "high"]),
        ("low.png", &["--penetration", "low"]),
        ("all.png", &["--palette", "material"]),
        ("quick.png", &["--palette", "material", "--quick"]),
        ("safe.png", &["--palette", "material-safe"]),
        ("organic.png", &["--palette", "material", "--only", "organic"]),
        ("metal.png", &["--palette", "material", "--only", "metal"]),
        ("band.png", &["--palette", "material", "--band", "40,80"]),
    ];
    let pictures: std::collections::BTreeSet<Vec<u8>> = ways.iter().map(|(name, more)| draw(name, more)).collect();
    assert_eq!(pictures.len(), ways.len());
    let (good, bad) = (draw("good.jpg", &["--palette", "material"]), draw("bad.JPEG", &["--quality", "20"]));
    assert!(good.starts_with(b"\xff\xd8\xff") && good.ends_with(b"\xff\xd9") && bad.len() < good.len());
    for wrong in [
        &["--only", "organic"][..],
        &["--band", "40,80"],
        &["--quick"],
        &["--palette", "grey", "--penetration", "low"],
        &["--penetration", "low", "--window", "0,5"],
        &["--edges", "9"],
        &["--local-contrast", "0"],
    ] {
        uff_in(here.path(), &[&["render", &file, "-o", "no.png"], wrong].concat()).exits(2);
    }
    uff_in(here.path(), &["render", &file, "-o", "no.jpg", "--depth", "16"]).fails_with(2, "usage");
    assert!(!here.path().join("no.png").exists() && !here.path().join("no.jpg").exists());
}

#[test]
fn a_picture_that_exists_is_kept_and_wrong_places_are_refused() {
    let here = folder();
    let file = convert(here.path(), "parcel-160kv");
    fs::write(here.path().join("a.png"), "precious").unwrap();
    uff_in(here.path(), &["render", &file, "-o", "a.png"]).fails_with(41, "target.exists");
    assert_eq!(fs::read(here.path().join("a.png")).unwrap(), b"precious");
    uff_in(here.path(), &["render", &file, "-o", "a.png", "--force"]).exits(0);
    uff_in(here.path(), &["render", &file, "-o", "b.png", "--view", "7"]).fails_with(23, "uff.no_such_channel");
    uff_in(here.path(), &["render", &file, "-o", "b.png", "--channel", "x"]).fails_with(23, "uff.no_such_channel");
    uff_in(here.path(), &["render", &file, "-o", "b.png", "--region", "0,0,9999,1"]).fails_with(2, "uff.region");
    uff_in(here.path(), &["render", &file, "-o", "b.png", "--level", "9"]).exits(23);
    uff_in(here.path(), &["analyze", &file, "--roi", "0,0,9999,1", "--out", "b.png"]).fails_with(2, "uff.region");
    assert_eq!(names(here.path()).len(), 2);
}

/// The truth comes from the scene, not from the analysis.
#[test]
fn the_declared_rolls_are_organic_and_as_heavy_as_they_are() {
    let here = folder();
    let file = convert(here.path(), "orsolvik-truck");
    let truth = fs::read(root().join("samples/orsolvik-truck/truth.json")).unwrap();
    let truth: Value = serde_json::from_slice(&truth).unwrap();
    let object = truth["objects"].as_array().unwrap().iter().find(|o| o["name"] == "rolls-lower").unwrap();
    let core = &object["core"];
    let at = |name: &str| core["rectangle"][name].as_u64().unwrap();
    let roi = format!("{},{},{},{}", at("row"), at("column"), at("rows"), at("columns"));
    let lines = uff_in(here.path(), &["analyze", &file, "--json", "--roi", &roi, "--out", "m.png"]).exits(0).json();
    let region = lines.iter().find(|l| l["type"] == "region").unwrap();
    assert_eq!(region["class"], "organic");
    let (found, expected) = (region["lambda"].as_f64().unwrap(), core["areal_density"].as_f64().unwrap());
    assert!((found / expected - 1.0).abs() < 0.1, "{found} for {expected} g/cm²");
    assert!(lines.iter().any(|l| l["type"] == "segment" && l["class"] == "organic"));
    assert!(png_size(&here.path().join("m.png")).0 == 1136);
    let text = uff_in(here.path(), &["analyze", &file, "--roi", &roi]).exits(0).stdout;
    assert!(text.contains("organic") && text.contains(&roi), "{text}");
}

#[test]
fn one_energy_tells_how_much_and_not_what() {
    let here = folder();
    fs::create_dir(here.path().join("d")).unwrap();
    let high = Path::new(&delivery("parcel-160kv")).join("high.npy");
    fs::copy(high, here.path().join("d/image.npy")).unwrap();
    let facts = ["--energy", "160keV", "--quantity", "corrected-counts"];
    let with = |arguments: &[&'static str]| -> Vec<&'static str> { arguments.iter().chain(&facts).copied().collect() };
    let amount = |assumed: &'static str| {
        let said = uff_in(here.path(), &with(&["analyze", "d", "--roi", "240,50,40,8", "--assume", assumed])).exits(0);
        assert!(said.stderr.contains(&format!("areal density holds for {assumed}")), "{}", said.stderr);
        let line = said.stdout.lines().find(|l| l.contains("240,50,40,8")).unwrap().to_owned();
        assert!(line.starts_with("undecided") && line.ends_with("assumed"), "{line}");
        line.split_whitespace().nth(3).unwrap().parse::<f64>().unwrap()
    };
    // 6.6 g/cm² of water, by the truth of the sample; the same attenuation is much less steel.
    let (water, steel) = (amount("water"), amount("steel"));
    assert!((5.0..8.5).contains(&water) && steel < 0.4 * water, "{water} {steel}");
    assert_eq!(names(here.path()).len(), 1);
}

/// Backscatter tells no material: statistics of its channels, and a refusal of what only a material could answer.
#[test]
fn scatter_is_told_by_channel() {
    let here = folder();
    let input = convert(here.path(), "vesper-van");
    for view in ["0", "1", "2"] {
        let told = uff_in(here.path(), &["analyze", &input, "--view", view, "--json"]).exits(0).json();
        assert_eq!(told.len(), 1);
        let line = &told[0];
        assert_eq!((line["type"].as_str(), line["role"].as_str()), (Some("channel"), Some("backscatter")), "{line}");
        let quantiles: Vec<f64> = line["quantiles"].as_array().unwrap().iter().map(|q| q.as_f64().unwrap()).collect();
        assert!(quantiles.is_sorted() && quantiles[0] < quantiles[4], "{line}");
        let (noise, deviation) = (line["noise"].as_f64().unwrap(), line["deviation"].as_f64().unwrap());
        assert!(noise > 0.0 && noise < deviation, "{line}");
    }
    let table = uff_in(here.path(), &["analyze", &input]).exits(0);
    assert!(table.stdout.contains("median") && table.stderr.contains("no atomic number"), "{}", table.stderr);
    let refused = uff_in(here.path(), &["analyze", &input, "--findings"]).fails_with(21, "material.not_measurable");
    assert!(refused.stderr.contains("--findings"), "{}", refused.stderr);
}

#[test]
fn deviations_of_the_material_are_kept_where_they_are_asked_for() {
    let here = folder();
    let input = delivery("parcel-160kv");
    for (name, more, kept) in [("plain.uff", None, false), ("sure.uff", Some("--uncertainty"), true)] {
        let arguments = [&["convert", &input, "-o", name, "--material"], more.as_slice()].concat();
        uff_in(here.path(), &arguments).exits(0);
        let info = uff_in(here.path(), &["info", name]).exits(0);
        assert_eq!(info.stdout.contains("zeff-sigma, areal-density-sigma"), kept, "{}", info.stdout);
        uff_in(here.path(), &["validate", "--quiet", name]).exits(0);
    }
    uff_in(here.path(), &["convert", &input, "-o", "no.uff", "--uncertainty"]).exits(2);
}
