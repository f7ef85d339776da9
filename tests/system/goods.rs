//! `uff check-goods` on a container of tiles, once as declared and once as a cover for other goods.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::driver::{convert, delivery, folder, profiles, uff_in};

/// Simulates a scene and converts it; returns the name of the UFF file.
fn scan(here: &Path, scene: &str) -> String {
    uff_in(here, &["synth", scene, "--vendor", "kestrane", "--seed", "11", "--rays", "1"]).exits(0);
    let (from, file) = (format!("{scene}/delivery"), format!("{scene}.uff"));
    uff_in(here, &["convert", &from, "--profiles", &profiles(), "-o", &file, "--quiet"]).exits(0);
    file
}

fn lines<'a>(all: &'a [Value], kind: &str) -> Vec<&'a Value> {
    all.iter().filter(|line| line["type"] == kind).collect()
}

fn check<'a>(all: &'a [Value], name: &str) -> &'a Value {
    all.iter().find(|line| line["type"] == "check" && line["check"] == name).unwrap()
}

#[test]
fn honest_tiles_are_consistent() {
    let here = folder();
    let file = scan(here.path(), "tiles");
    let found = uff_in(here.path(), &["check-goods", &file, "--json"]).exits(0).json();
    let goods = &found[0];
    assert_eq!((&goods["type"], &goods["verdict"]), (&"goods".into(), &"consistent".into()), "{found:#?}");
    // 20 pallets of 1.14 t, by the scene.
    let mass = goods["measured"]["massKg"].as_f64().unwrap();
    assert!((mass / 23_400.0 - 1.0).abs() < 0.1, "{mass}");
    let heading = lines(&found, "heading")[0];
    assert_eq!((&heading["hs"], &heading["verdict"]), (&"690721".into(), &"consistent".into()));
    assert!(lines(&found, "part").is_empty());

    // What a person states counts instead of the papers.
    let run = uff_in(here.path(), &["check-goods", &file, "--hs", "6203.42", "--mass", "23400"]).exits(1);
    assert!(run.stdout.contains("too dense") && run.stdout.contains("published"), "{}", run.stdout);
    let run = uff_in(here.path(), &["check-goods", &file, "--mass", "12000"]).exits(1);
    assert!(run.stdout.contains("too heavy"), "{}", run.stdout);
    let run = uff_in(here.path(), &["check-goods", &file, "--hs", "6907"]).exits(21);
    assert!(run.stdout.contains("no mass is declared"), "{}", run.stdout);
    let run = uff_in(here.path(), &["check-goods", &file, "--hs", "9900", "--mass", "23400"]).exits(21);
    assert!(run.stdout.contains("does not know what 9900"), "{}", run.stdout);
    uff_in(here.path(), &["check-goods", &file, "--hs", "tiles"]).fails_with(2, "usage");
    uff_in(here.path(), &["check-goods", &file, "--depth", "5"]).fails_with(2, "usage");
}

#[test]
fn a_cover_load_is_suspicious_where_the_undeclared_goods_are() {
    let here = folder();
    let file = scan(here.path(), "tiles-cover");
    let found = uff_in(here.path(), &["check-goods", &file, "--json", "--out", "parts.png"]).exits(1).json();
    assert_eq!(found[0]["verdict"], "suspicious");
    assert!(check(&found, "mass")["reason"].as_str().unwrap().contains("too light"), "{found:#?}");
    assert_eq!(check(&found, "parts")["verdict"], "suspicious");
    assert!(fs::read(here.path().join("parts.png")).unwrap().starts_with(b"\x89PNG"));

    // The truth is that of the scene: cartons of electronics beside cartons of clothing.
    let truth = fs::read(here.path().join("tiles-cover/truth.json")).unwrap();
    let truth: Value = serde_json::from_slice(&truth).unwrap();
    let of = |name: &str| {
        let object = truth["objects"].as_array().unwrap().iter().find(|o| o["name"] == name).unwrap();
        ["row", "column", "rows", "columns"].map(|key| object["rectangle"][key].as_u64().unwrap())
    };
    let hidden = [of("electronics"), of("clothing")];
    let inside = |row: u64, column: u64| {
        hidden.iter().any(|[r, c, rows, columns]| (*r..r + rows).contains(&row) && (*c..c + columns).contains(&column))
    };
    let (mut pixels, mut right) = (0u64, 0u64);
    for part in lines(&found, "part") {
        assert_eq!(part["misfit"], "lighter", "{part:#?}");
        for run in part["runs"].as_array().unwrap() {
            let [row, first, length] = [0, 1, 2].map(|k| run[k].as_u64().unwrap());
            pixels += length;
            right += (first..first + length).filter(|column| inside(row, *column)).count() as u64;
        }
    }
    let truly: u64 = hidden.iter().map(|[_, _, rows, columns]| rows * columns).sum();
    // The rest is the roof, which the cartons nearly touch.
    assert!(right * 100 >= pixels * 75, "{right} of {pixels} pixels are right");
    assert!(right * 100 >= truly * 85, "{right} of {truly} pixels are found");
}

#[test]
fn a_table_is_edited_and_its_mistakes_are_told_with_their_line() {
    let here = folder();
    let file = scan(here.path(), "tiles");
    let table = uff_in(here.path(), &["check-goods", "--print-table"]).exits(0).stdout;
    let tiles = "title = \"Ceramic flags, paving and tiles\"\ndensity = [900, 1950]";
    assert!(table.contains(tiles));
    let edited = |density: &str| table.replace(tiles, &tiles.replace("[900, 1950]", density));
    fs::write(here.path().join("own.toml"), edited("[200, 300]")).unwrap();
    let run = uff_in(here.path(), &["check-goods", &file, "--table", "own.toml"]).exits(1);
    assert!(run.stdout.contains("too dense"), "{}", run.stdout);
    fs::write(here.path().join("own.toml"), edited("[300, 200]")).unwrap();
    let line = 2 + table[..table.find(tiles).unwrap()].matches('\n').count();
    let run = uff_in(here.path(), &["check-goods", &file, "--table", "own.toml"]).fails_with(2, "goods.table");
    assert!(run.stderr.contains("own.toml") && run.stderr.contains(&format!("line {line}")), "{}", run.stderr);
}

#[test]
fn backscatter_cannot_tell() {
    let here = folder();
    let file = convert(here.path(), "vesper-van");
    let found = uff_in(here.path(), &["check-goods", &file, "--json"]).exits(21).json();
    assert_eq!((&found[0]["verdict"], &found[0]["measured"]), (&"cannot-tell".into(), &Value::Null));
    let input = delivery("vesper-van");
    let run = uff_in(here.path(), &["check-goods", &input, "--profiles", &profiles()]).exits(21);
    assert!(run.stdout.contains("cannot-tell") && run.stdout.contains("visibility"), "{}", run.stdout);
}
