//! `uff archive`: put, find, get, verify, and what happens when bytes are damaged.

use std::fs;
use std::path::{Path, PathBuf};

use uff::format::UffFile;
use uff::limits::Budget;
use uff::model::{Block, PlaneKey, Quantity};

use crate::driver::{convert, delivery, folder, names, uff_in};

/// Makes an archive with the truck and the container, each with its delivery.
fn filled(here: &Path) -> (String, String) {
    uff_in(here, &["archive", "init", "-a", "store"]).exits(0);
    let (truck, container) = (convert(here, "orsolvik-truck"), convert(here, "kestrane-container"));
    let put = [
        "archive",
        "put",
        "-a",
        "store",
        &truck,
        &container,
        "-d",
        &delivery("orsolvik-truck"),
        "-d",
        &delivery("kestrane-container"),
    ];
    let ids: Vec<String> = uff_in(here, &put).exits(0).stdout.lines().map(str::to_owned).collect();
    assert_eq!(ids.len(), 2);
    (ids[0].clone(), ids[1].clone())
}

fn search(here: &Path, arguments: &[&str]) -> (i32, Vec<String>) {
    let mut all = vec!["archive", "search", "-a", "store", "--json"];
    all.extend(arguments);
    let run = uff_in(here, &all);
    let scans =
        run.json().into_iter().filter(|l| l["type"] == "scan").map(|l| l["scanId"].as_str().unwrap().to_owned());
    (run.status, scans.collect())
}

#[test]
fn scans_are_found_by_number_place_and_time() {
    let here = folder();
    let here = here.path();
    let (truck, container) = filled(here);
    let one = |id: &String| (0, vec![id.clone()]);
    assert_eq!(search(here, &["--plate", "ab4821 7"]), one(&truck));
    assert_eq!(search(here, &["--container", "qzku 448211-8", "--matching", "exact"]), one(&container));
    assert_eq!(search(here, &["--container", "QZKU 448211-0"]), one(&container), "the likely number is found too");
    assert_eq!(search(here, &["--container", "QZKU 448211-0", "--matching", "exact"]), (1, vec![]));
    assert_eq!(search(here, &["QZKU", "--matching", "prefix"]), one(&container));
    assert_eq!(search(here, &["--site", "LTVNO"]), one(&truck));
    assert_eq!(search(here, &["--from", "2026-09-14", "--until", "2026-09-15"]), one(&truck));
    assert_eq!(search(here, &["--object", "truck"]), one(&truck));
    assert_eq!(search(here, &["nothing at all"]), (1, vec![]));
    let (status, both) = search(here, &[]);
    assert_eq!((status, both.len()), (0, 2));
    let first = uff_in(here, &["archive", "search", "-a", "store", "--json", "--limit", "1"]).exits(0).json();
    let next = first.last().unwrap()["next"].as_str().unwrap().to_owned();
    assert_eq!(search(here, &["--limit", "1", "--after", &next]).1.len(), 1);
    uff_in(here, &["archive", "search", "-a", "store", "--after", "nonsense"]).fails_with(2, "archive.query");
    let shown = uff_in(here, &["archive", "show", "-a", "store", "AB 4821-7"]).exits(0).stdout;
    assert!(shown.contains(&truck) && shown.contains("scan.uff") && shown.contains(".opw"), "{shown}");
}

#[test]
fn a_scan_comes_back_whole_in_parts_and_by_range() {
    let here = folder();
    let here = here.path();
    let (truck, _) = filled(here);
    uff_in(here, &["archive", "get", "-a", "store", &truck]).exits(0);
    assert!(fs::read(here.join(format!("{truck}.uff"))).unwrap() == fs::read(here.join("orsolvik-truck.uff")).unwrap());
    uff_in(here, &["archive", "get", "-a", "store", &truck]).fails_with(41, "target.exists");
    uff_in(here, &["archive", "get", "-a", "store", &truck, "--force"]).exits(0);
    uff_in(here, &["archive", "get", "-a", "store", &truck, "--originals", "-o", "originals"]).exits(0);
    for name in names(Path::new(&delivery("orsolvik-truck"))) {
        let original = fs::read(Path::new(&delivery("orsolvik-truck")).join(&name)).unwrap();
        assert!(original == fs::read(here.join("originals").join(name)).unwrap());
    }
    uff_in(here, &["archive", "get", "-a", "store", &truck, "--metadata", "-o", "m.xml"]).exits(0);
    assert_eq!(
        fs::read_to_string(here.join("m.xml")).unwrap(),
        uff_in(here, &["info", "--metadata", "orsolvik-truck.uff"]).exits(0).stdout
    );
    let region =
        ["archive", "get", "-a", "store", &truck, "--region", "100,200,4,3", "--channel", "low", "-o", "r.npy"];
    uff_in(here, &region).exits(0);
    uff_in(here, &["extract", "orsolvik-truck.uff", "--only", "channels", "--into", "x"]).exits(0);
    let samples = |bytes: Vec<u8>| bytes[128..].to_vec();
    let whole = samples(fs::read(here.join("x/views/0/channels/low.npy")).unwrap());
    let rows = (100..104).flat_map(|row| whole[2 * (row * 1136 + 200)..2 * (row * 1136 + 203)].to_vec());
    assert_eq!(samples(fs::read(here.join("r.npy")).unwrap()), rows.collect::<Vec<u8>>());
    uff_in(here, &["archive", "get", "-a", "store", &truck, "--region", "0,0,9999,1"]).fails_with(2, "uff.region");
    uff_in(here, &["archive", "get", "-a", "store", "no such number"]).fails_with(1, "archive.no_such_scan");
}

#[test]
fn putting_again_changes_nothing_and_other_bytes_are_refused() {
    let here = folder();
    let here = here.path();
    filled(here);
    let (truck, sample) = ("orsolvik-truck.uff", delivery("orsolvik-truck"));
    let again = uff_in(here, &["archive", "put", "-a", "store", "--json", truck, "-d", &sample]).exits(0).json();
    assert_eq!(again[0]["already"], true);
    let other = ["convert", &sample, "--profiles", &crate::driver::profiles(), "--level", "9", "-o", "other.uff"];
    uff_in(here, &other).exits(0);
    uff_in(here, &["archive", "put", "-a", "store", "other.uff", "-d", &sample]).fails_with(41, "archive.conflict");
    let wrong = delivery("kestrane-container");
    uff_in(here, &["archive", "put", "-a", "store", truck, "-d", &wrong]).fails_with(20, "archive.delivery");
    uff_in(here, &["archive", "put", "-a", "store", truck, "-d", &sample, "-d", &sample]).fails_with(2, "usage");
    uff_in(here, &["archive", "init", "-a", "store"]).fails_with(41, "archive.exists");
    uff_in(here, &["archive", "search", "-a", "nowhere"]).fails_with(42, "archive.absent");
    uff_in(here, &["archive", "search"]).fails_with(2, "usage");
    assert!(!here.join("nowhere").exists());
}

fn largest(folder: &Path) -> PathBuf {
    let mut all = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            match entry.file_type().unwrap().is_dir() {
                true => open.push(entry.path()),
                false => all.push((entry.metadata().unwrap().len(), entry.path())),
            }
        }
    }
    all.into_iter().max().unwrap().1
}

#[test]
fn damage_is_found_and_a_lost_catalogue_is_built_again() {
    let here = folder();
    let here = here.path();
    let (truck, container) = filled(here);
    uff_in(here, &["archive", "verify", "-a", "store"]).exits(0);
    fs::remove_file(here.join("store/catalog.sqlite")).unwrap();
    uff_in(here, &["archive", "search", "-a", "store"]).fails_with(42, "archive.catalog_absent");
    uff_in(here, &["archive", "reindex", "-a", "store"]).exits(0);
    assert_eq!(search(here, &[]).1.len(), 2);

    let victim = largest(&here.join("store/storage"));
    let mut bytes = fs::read(&victim).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let mut permissions = fs::metadata(&victim).unwrap().permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "the file is thrown away with its folder")]
    permissions.set_readonly(false);
    fs::set_permissions(&victim, permissions).unwrap();
    fs::write(&victim, bytes).unwrap();
    let lines = uff_in(here, &["archive", "verify", "-a", "store", "--json"]).exits(1).json();
    let damaged: Vec<_> = lines.iter().filter(|l| l["type"] == "verified" && l["sound"] == false).collect();
    assert_eq!(damaged.len(), 1);
    assert_eq!(damaged[0]["damaged"][0]["state"], "changed");
    let hit = damaged[0]["scanId"].as_str().unwrap();
    let sound = if hit == truck { &container } else { &truck };
    uff_in(here, &["archive", "verify", "-a", "store", sound]).exits(0);
    uff_in(here, &["archive", "verify", "-a", "store", sound, hit]).exits(1);
    uff_in(here, &["archive", "sweep", "-a", "store", "--dry-run"]).exits(0);
}

/// Runs a command on the archive as a person.
fn by(here: &Path, person: &str, arguments: &[&str]) -> crate::driver::Run {
    let named = ["-a", "store", "--actor", person];
    uff_in(here, &[&["archive"], arguments, &named].concat())
}

#[test]
fn holds_retention_redaction_and_deletion_in_two_hands() {
    let here = folder();
    let here = here.path();
    let (truck, container) = filled(here);
    by(here, "anna", &["retention"]).exits(1);
    let policy = |text: &str| fs::write(here.join("policy.toml"), text).unwrap();
    policy("[[rule]]\nname = 'trucks'\nobject = 'truck'\nimage = '10 years'\n");
    let refused = by(here, "anna", &["retention", "policy.toml"]).fails_with(2, "archive.policy").stderr;
    assert!(refused.contains("policy.toml") && refused.contains("line 4") && refused.contains("18m"), "{refused}");
    policy("[[rule]]\nname = 'trucks'\nobject = 'truck'\nmode = 'compliance'\nimage = '10y'\nplates = '0d'\n");
    by(here, "anna", &["retention", "policy.toml"]).exits(0);
    assert!(by(here, "anna", &["retention"]).exits(0).stdout.contains("compliance"));

    let hold = by(here, "anna", &["hold", &truck, "--holder", "Court", "--reason", "case 12/26"]).exits(0).stdout;
    by(here, "anna", &["redact", &truck, "--kind", "plates"]).fails_with(1, "archive.held");
    assert_eq!(search(here, &["--state", "held"]), (0, vec![truck.clone()]));
    let shown = by(here, "jan", &["show", &truck]).exits(0).stdout;
    assert!(shown.contains("Court: case 12/26") && shown.contains(hold.trim()) && shown.contains("binding"), "{shown}");
    by(here, "jan", &["release", &truck, hold.trim()]).exits(0);
    let due = by(here, "jan", &["expire", "--dry-run"]).exits(0).stdout;
    assert!(due.contains(&truck) && due.contains("plates") && !due.contains(&container), "{due}");
    by(here, "jan", &["expire"]).exits(0);
    assert_eq!(search(here, &["--plate", "AB 4821-7"]), (1, vec![]));
    uff_in(here, &["archive", "get", "-a", "store", &truck, "-o", "redacted.uff"]).exits(0);
    uff_in(here, &["validate", "redacted.uff"]).exits(0);
    by(here, "jan", &["delete", &truck, "--reason", "space"]).fails_with(1, "archive.retained");

    by(here, "jan", &["delete", &container, "--approve"]).fails_with(1, "archive.approval");
    by(here, "anna", &["delete", &container, "--reason", "a test that went in by mistake"]).exits(0);
    by(here, "anna", &["delete", &container, "--approve"]).fails_with(1, "archive.approval");
    by(here, "jan", &["delete", &container, "--approve", "--receipts", "proofs"]).exits(0);
    uff_in(here, &["archive", "get", "-a", "store", &container]).fails_with(1, "archive.deleted");
    let shown = by(here, "anna", &["show", &container, "--json"]).exits(0).json();
    assert_eq!(shown[0]["facts"]["tombstone"]["request"]["reason"], "a test that went in by mistake");
    let key = uff_in(here, &["audit", "key", "-a", "store"]).exits(0).stdout;
    let proof = format!("proofs/{container}-delete.tlog-proof");
    uff_in(here, &["audit", "verify", "--key", key.trim(), &proof]).exits(0);
    uff_in(here, &["archive", "verify", "-a", "store"]).exits(0);
    uff_in(here, &["audit", "verify", "-a", "store"]).exits(0);
    let found = search(here, &[]);
    fs::remove_file(here.join("store/catalog.sqlite")).unwrap();
    uff_in(here, &["archive", "reindex", "-a", "store"]).exits(0);
    assert_eq!(search(here, &[]), found);
    assert_eq!(search(here, &["--state", "deleted"]), (0, vec![container]));
}

#[test]
fn scans_are_found_by_what_their_load_is_made_of() {
    let here = folder();
    let here = here.path();
    filled(here);
    let found = |range: &str| search(here, &["--material", range]);
    assert_eq!(found("organic:0.."), (1, vec![]), "files without material arrays have no figures");
    uff_in(here, &["convert", &delivery("parcel-160kv"), "--material", "-o", "parcel.uff"]).exits(0);
    let id = uff_in(here, &["archive", "put", "-a", "store", "parcel.uff"]).exits(0).stdout.trim().to_owned();
    let file = UffFile::open_path(&here.join("parcel.uff"), &Budget::default()).unwrap();
    let class = file.plane(&PlaneKey::Material { view: 0, quantity: Quantity::MaterialClass }).unwrap();
    let Block::U8(class) = class.read_all().unwrap() else { panic!("classes are bytes") };
    let pixels = |wanted: &dyn Fn(u8) -> bool| class.iter().filter(|code| wanted(**code)).count() as f64;
    let organic = (100.0 * pixels(&|code| code == 1) / pixels(&|code| code != 0)).round() as u32;
    let one = (0, vec![id.clone()]);
    assert_eq!(found(&format!("organic:{organic}")), one);
    assert_eq!(found(&format!("organic:..{organic}")), one);
    assert_eq!(found(&format!("organic:{organic}..")), one);
    assert_eq!(found(&format!("organic:{}..", organic + 1)), (1, vec![]));
    assert_eq!(search(here, &["--material", "z:1..92", "--material", "areal-density:0.."]), one);
    let shown = uff_in(here, &["archive", "show", "-a", "store", &id]).exits(0).stdout;
    assert!(shown.contains(&format!("view 0: {organic} % organic")), "{shown}");
    for wrong in ["organic", "organic:", "weight:1..2", "organic:5..4", "organic:0..1000", "z:x..1"] {
        uff_in(here, &["archive", "search", "-a", "store", "--material", wrong]).exits(2);
    }
}

#[test]
fn what_is_refused_is_set_aside_and_the_others_are_stored() {
    let here = folder();
    let here = here.path();
    uff_in(here, &["archive", "init", "-a", "store"]).exits(0);
    let sound: Vec<String> = ["orsolvik-truck", "vesper-van", "palmar-handheld"].map(|s| convert(here, s)).to_vec();
    let whole = fs::read(here.join(&sound[0])).unwrap();
    fs::write(here.join("cut.uff"), &whole[..whole.len() / 2]).unwrap();
    let put = [
        "archive", "put", "-a", "store", &sound[0], "cut.uff", &sound[1], &sound[2], "--check", "rules", "--jobs", "3",
    ];
    let run = uff_in(here, &[&put[..], &["--quarantine", "aside"]].concat()).exits(20);
    assert!(run.stderr.contains("[archive.invalid]"), "{}", run.stderr);
    assert_eq!(run.stdout.lines().count(), 3, "the others are stored, in their order");
    assert!(fs::read(here.join("aside/cut.uff")).unwrap() == whole[..whole.len() / 2]);
    let reason: serde_json::Value =
        serde_json::from_slice(&fs::read(here.join("aside/cut.uff.failure.json")).unwrap()).unwrap();
    assert_eq!((&reason["code"], &reason["input"]), (&"archive.invalid".into(), &"cut.uff".into()));
    assert_eq!(search(here, &[]).1.len(), 3);
    uff_in(here, &["archive", "put", "-a", "store", "none.uff", "--quarantine", "aside"]).exits(23);
    assert_eq!(names(&here.join("aside")).len(), 2, "what is not there is not set aside");
}

#[test]
fn settings_come_from_a_file_where_nothing_else_states_them() {
    let here = folder();
    let here = here.path();
    let settings = |text: &str| fs::write(here.join("uff.toml"), text).unwrap();
    settings(
        "location = 'kept'\ncatalog = 'elsewhere.sqlite'\ncustody_key = 'secret.key'\nactor = 'anna'\n[store]\naws_region = 'x'\n",
    );
    let named = ["--settings", "uff.toml"];
    uff_in(here, &[&["archive", "init"][..], &named].concat()).exits(0);
    assert!(["kept/storage", "elsewhere.sqlite", "secret.key"].iter().all(|path| here.join(path).exists()));
    uff_in(here, &[&["audit", "verify"][..], &named].concat()).exits(0);
    uff_in(here, &[&["archive", "init", "-a", "stated"][..], &named].concat())
        .fails_with(42, "archive.catalog_foreign");
    let secret = ["archive", "search", "-a", "kept", "--catalog", "postgres://anna:hidden@127.0.0.1/db"];
    let refused = uff_in(here, &secret).fails_with(2, "archive.location").stderr;
    assert!(!refused.contains("hidden"), "{refused}");
    settings("location = 'kept'\nsecret = 'hidden'\n");
    let refused = uff_in(here, &[&["archive", "search"][..], &named].concat()).exits(2).stderr;
    assert!(refused.contains("line 2") && !refused.contains("hidden"), "{refused}");
}
