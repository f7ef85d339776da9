//! `uff archive` in the long run: a replica, scrubs that mend from it, comparison, figures, moving to another place.

use std::fs;
use std::path::{Path, PathBuf};

use crate::driver::{Run, convert, delivery, folder, uff_in};

fn archive(here: &Path, arguments: &[&str]) -> Run {
    uff_in(here, &[&["archive"], arguments, &["-a", "store", "--actor", "anna"]].concat())
}

/// Finds stored UFF files.
fn stored(root: PathBuf) -> Vec<PathBuf> {
    let (mut found, mut waiting) = (Vec::new(), vec![root]);
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => waiting.push(path),
                false if path.ends_with("scan.uff") => found.push(path),
                false => {}
            }
        }
    }
    found
}

#[test]
fn a_damaged_scan_is_mended_from_the_replica_and_an_archive_moves() {
    let here = folder();
    let here = here.path();
    archive(here, &["init"]).exits(0);
    for sample in ["orsolvik-truck", "vesper-van"] {
        let uff = convert(here, sample);
        archive(here, &["put", &uff, "-d", &delivery(sample)]).exits(0);
    }
    assert!(archive(here, &["replicate", "replica"]).exits(0).stdout.starts_with("2 scans copied"));
    assert!(archive(here, &["replicate", "replica"]).exits(0).stdout.starts_with("0 scans copied"));

    let file = &stored(here.join("store/storage"))[0];
    let mut bytes = fs::read(file).unwrap();
    bytes[1000] ^= 8;
    fs::write(file, &bytes).unwrap();
    let found = archive(here, &["scrub", "--metrics", "scrub.prom"]).exits(1).stdout;
    assert!(found.contains("changed") && found.contains("scan.uff"), "{found}");
    let metrics = fs::read_to_string(here.join("scrub.prom")).unwrap();
    assert!(metrics.contains("\nuff_archive_scrub_damaged_scans 1\n"), "{metrics}");
    let mended = archive(here, &["scrub", "--repair", "--replica", "replica", "--json"]).exits(0).json();
    let kinds: Vec<&str> = mended.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["damage", "scrubbed"]);
    assert!(mended[0]["mended"][0].as_str().unwrap().ends_with("scan.uff"));
    archive(here, &["verify"]).exits(0);
    archive(here, &["scrub", "--sample", "0"]).fails_with(2, "archive.query");
    archive(here, &["compare"]).exits(0);
    let stats = archive(here, &["stats", "--json"]).exits(0).json();
    assert_eq!((&stats[0]["scans"], &stats[0]["deleted"]), (&2.into(), &0.into()));
    assert!(archive(here, &["stats"]).exits(0).stdout.contains("2026-09"));

    uff_in(here, &["archive", "search", "-a", "replica"]).fails_with(41, "archive.replica");
    assert_eq!(archive(here, &["migrate", "new"]).exits(0).stdout.trim(), "new");
    archive(here, &["search"]).fails_with(41, "archive.moved");
    archive(here, &["migrate", "new"]).exits(0);
    archive(here, &["migrate", "elsewhere"]).fails_with(41, "archive.moved");
    for command in ["verify", "compare", "search"] {
        uff_in(here, &["archive", command, "-a", "new"]).exits(0);
    }
    uff_in(here, &["audit", "verify", "-a", "new"]).exits(0);
}
