//! Deliveries in a tree, and everything beside them.

use std::sync::Arc;

use super::*;
use crate::limits::Limits;
use crate::testing::GANTRY_PROFILE;
use crate::testing::GANTRY_SIDECAR;
use crate::testing::gantry_pixels;
use crate::testing::npy;
use crate::vendor::profile::Profile;

fn options() -> ReadOptions {
    let profiles = vec![Arc::new(Profile::parse(GANTRY_PROFILE, "test").unwrap())];
    ReadOptions { profiles, ..ReadOptions::default() }
}

fn put(root: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn gantry(root: &Path, stem: &str) {
    put(root, &format!("{stem}.raw"), gantry_pixels());
    put(root, &format!("{stem}.xml"), GANTRY_SIDECAR);
}

fn array() -> Vec<u8> {
    npy("|u1", false, (9, 12), &[7; 9 * 12])
}

fn search(root: &Path) -> Discovery {
    discover(root, &options(), &|_| false, &Budget::default()).unwrap()
}

fn found(discovery: &Discovery) -> Vec<(&str, usize)> {
    let files = |d: &Discovered| d.open(&Budget::default()).unwrap().files().len();
    discovery.deliveries.iter().map(|d| (d.name.as_str(), files(d))).collect()
}

#[test]
fn a_directory_that_is_a_delivery_is_found_as_itself() {
    let root = tempfile::tempdir().unwrap();
    gantry(root.path(), "scan");
    put(root.path(), "readme.txt", "kept with the scan");
    let discovery = search(root.path());
    assert_eq!(found(&discovery), [("", 3)]);
    assert!(discovery.others.is_empty());
    assert_eq!(discovery.deliveries[0].path(), root.path());
}

#[test]
fn the_innermost_directory_is_the_delivery_and_the_rest_is_named() {
    let root = tempfile::tempdir().unwrap();
    gantry(root.path(), "a/delivery/scan");
    put(root.path(), "a/truth.json", "{}");
    put(root.path(), "b/deep/er/image.npy", array());
    put(root.path(), "notes.txt", "nothing");
    put(root.path(), ".hidden/x.npy", array());
    let discovery = search(root.path());
    assert_eq!(found(&discovery), [("a/delivery", 2), ("b/deep/er", 1)]);
    assert_eq!(discovery.others, ["a/truth.json", "notes.txt"]);
    assert!(discovery.failures.is_empty());
}

#[test]
fn files_of_several_scans_are_grouped_by_stem() {
    let root = tempfile::tempdir().unwrap();
    for stem in ["day/s2", "day/s1", "day/s10"] {
        gantry(root.path(), stem);
    }
    put(root.path(), "day/list.txt", "s1 s2 s10");
    let discovery = search(root.path());
    assert_eq!(found(&discovery), [("day/s1", 2), ("day/s10", 2), ("day/s2", 2)]);
    assert_eq!(discovery.others, ["day/list.txt"]);
    let digests = |root: &Path| search(root).deliveries[0].open(&Budget::default()).unwrap().digest();
    let alone = tempfile::tempdir().unwrap();
    gantry(alone.path(), "s1");
    assert_eq!(digests(root.path()), digests(alone.path()), "a group is the same delivery as a directory of its own");
}

/// The picture alone bears the mark of the profile, but its sidecar lies one directory up.
#[test]
fn a_directory_that_lacks_files_belongs_to_the_one_above() {
    let mark = "sidecar = [{ file = \"info\", root = \"Scan\", namespace = \"urn:gantry\" }]\n";
    let named = "id = \"info\"\npattern = \"*.xml\"";
    let profile = GANTRY_PROFILE.replace(mark, "").replace("id = \"info\"", named);
    let profile = Arc::new(Profile::parse(&profile, "test").unwrap());
    let options = ReadOptions { profiles: vec![profile], ..ReadOptions::default() };
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "s/raw/scan.raw", gantry_pixels());
    put(root.path(), "s/scan.xml", GANTRY_SIDECAR);
    put(root.path(), "t/scan.raw", gantry_pixels());
    let discovery = discover(root.path(), &options, &|_| false, &Budget::default()).unwrap();
    assert_eq!(found(&discovery), [("s", 2), ("t", 1)]);
}

/// A pair of arrays is one scan although each of them alone would be one, too.
#[test]
fn a_directory_that_reads_as_one_scan_is_not_taken_apart() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "p/im_H.npy", array());
    put(root.path(), "p/im_L.npy", array());
    put(root.path(), "q/one.npy", array());
    put(root.path(), "q/two.npy", array());
    assert_eq!(found(&search(root.path())), [("p", 2), ("q/one", 1), ("q/two", 1)]);
}

#[test]
fn a_directory_and_a_group_of_one_name_are_told_apart() {
    let root = tempfile::tempdir().unwrap();
    gantry(root.path(), "s");
    gantry(root.path(), "s/scan");
    assert_eq!(found(&search(root.path())), [("s", 2), ("s.raw", 2)]);
}

#[test]
fn a_named_profile_takes_what_it_recognises_only() {
    let root = tempfile::tempdir().unwrap();
    gantry(root.path(), "a/scan");
    put(root.path(), "b/image.npy", array());
    let named = ReadOptions { profile: options().profiles.pop(), ..ReadOptions::default() };
    let discovery = discover(root.path(), &named, &|_| false, &Budget::default()).unwrap();
    assert_eq!(found(&discovery), [("a", 2)]);
    assert_eq!(discovery.others, ["b/image.npy"]);
}

#[test]
fn what_is_to_be_skipped_is() {
    let root = tempfile::tempdir().unwrap();
    gantry(root.path(), "in/scan");
    put(root.path(), "out/image.npy", array());
    let out = root.path().join("out");
    let discovery = discover(root.path(), &options(), &|path| path == out, &Budget::default()).unwrap();
    assert_eq!(found(&discovery), [("in", 2)]);
    assert!(discovery.others.is_empty());
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    gantry(outside.path(), "scan");
    let root = tempfile::tempdir().unwrap();
    gantry(root.path(), "a/scan");
    symlink(outside.path(), root.path().join("out")).unwrap();
    symlink(root.path(), root.path().join("loop")).unwrap();
    symlink(outside.path().join("scan.raw"), root.path().join("scan.raw")).unwrap();
    let discovery = search(root.path());
    assert_eq!(found(&discovery), [("a", 2)]);
    assert_eq!(discovery.others, ["loop", "out", "scan.raw"]);
}

#[test]
fn depth_and_number_are_bounded() {
    let root = tempfile::tempdir().unwrap();
    gantry(root.path(), &format!("{}scan", "d/".repeat(70)));
    let code = |limits| discover(root.path(), &options(), &|_| false, &Budget::new(limits)).map_err(|e| e.code());
    assert_eq!(code(Limits::default()).err(), Some(Code::LimitDepth));
    assert_eq!(code(Limits { items: 40, ..Limits::default() }).err(), Some(Code::LimitCount));
    let gone = discover(&root.path().join("gone"), &options(), &|_| false, &Budget::default());
    assert_eq!(gone.err().map(|e| e.code()), Some(Code::IoNotFound));
}

#[test]
fn a_stem_ends_before_the_last_dot() {
    assert_eq!(["a.raw", "a.b.raw", "a", ".raw"].map(stem), ["a", "a.b", "a", ".raw"]);
}

/// A photograph beside the deliveries is no failed delivery, a damaged picture of measurements is one.
#[test]
fn a_picture_in_colours_is_no_scan() {
    let picture = |color: png::ColorType| {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 8, 8);
        encoder.set_color(color);
        encoder.write_header().unwrap().write_image_data(&vec![9; 64 * color.samples()]).unwrap();
        bytes
    };
    let root = tempfile::tempdir().unwrap();
    gantry(root.path(), "a/scan");
    put(root.path(), "photo.png", picture(png::ColorType::Rgb));
    put(root.path(), "grey.png", picture(png::ColorType::Grayscale));
    let discovery = search(root.path());
    assert_eq!(found(&discovery), [("a", 2), ("grey", 1)]);
    assert_eq!(discovery.others, ["photo.png"]);
}
