//! `uff audit`: who did what with the scans, provable offline, and a log that cannot be changed unseen.

use std::fs;
use std::path::Path;

use crate::driver::{convert, folder, uff_in};

/// Makes an archive with one scan that Ana put; gives the key of its log and the identifier of the scan.
fn filled(here: &Path) -> (String, String) {
    uff_in(here, &["archive", "init", "-a", "store"]).exits(0);
    let truck = convert(here, "orsolvik-truck");
    let put = ["archive", "put", "-a", "store", "--actor", "Ana", "--receipts", "receipts", &truck];
    let scan = uff_in(here, &put).exits(0).stdout.trim().to_owned();
    let key = uff_in(here, &["audit", "key", "-a", "store"]).exits(0).stdout.trim().to_owned();
    (key, scan)
}

#[test]
fn receipts_stand_alone_and_the_log_tells_who_did_what() {
    let here = folder();
    let here = here.path();
    let (key, scan) = filled(here);
    uff_in(here, &["archive", "get", "-a", "store", "--actor", "Bo", &scan]).exits(0);
    uff_in(here, &["archive", "get", "-a", "store", "--actor", "Bo", "no such number"])
        .fails_with(1, "archive.no_such_scan");
    let receipt = format!("receipts/{scan}.tlog-proof");
    let offline = uff_in(here, &["audit", "verify", "--key", &key, "--json", &receipt]).exits(0).json();
    assert_eq!((&offline[0]["type"], &offline[0]["index"]), (&"kept".into(), &1.into()));
    assert_eq!((&offline[0]["event"]["action"], &offline[0]["event"]["scan"]), (&"put".into(), &scan.clone().into()));
    let whole = uff_in(here, &["audit", "verify", "-a", "store", "--key", &key, "--json", &receipt]).exits(0).json();
    assert_eq!((&whole[1]["type"], &whole[1]["sound"], &whole[1]["entries"]), (&"log".into(), &true.into(), &3.into()));

    let listed = |arguments: &[&str]| {
        let mut all = vec!["audit", "log", "-a", "store", "--json", "--key", &key];
        all.extend(arguments);
        uff_in(here, &all)
            .exits(0)
            .json()
            .iter()
            .map(|l| l["event"]["action"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(listed(&[]), ["init", "put", "read"]);
    assert_eq!(listed(&["--by", "Ana"]), ["put"]);
    assert_eq!(listed(&["--by", "Bo", "--scan", &scan]), ["read"]);
    assert_eq!(listed(&["--from", "1", "--limit", "1"]), ["put"]);
    assert_eq!(listed(&["--failed"]), Vec::<String>::new());
    let log = fs::read_to_string(here.join("store/log/checkpoint")).unwrap();
    assert!(log.starts_with("uff-archive/") && !log.contains("Ana"), "{log}");

    uff_in(here, &["audit", "prove", "-a", "store", &scan, "-o", "p.tlog-proof"]).exits(0);
    uff_in(here, &["audit", "verify", "--key", &key, "p.tlog-proof"]).exits(0);
    uff_in(here, &["audit", "prove", "-a", "store", "--key", &key, "99", "-o", "q"]).fails_with(20, "archive.proof");
    uff_in(here, &["audit", "prove", "-a", "store", "--key", &key, "x", "-o", "q"]).fails_with(2, "usage");
    uff_in(here, &["archive", "init", "-a", "elsewhere"]).exits(0);
    let other = uff_in(here, &["audit", "key", "-a", "elsewhere"]).exits(0).stdout.trim().to_owned();
    uff_in(here, &["audit", "verify", "--key", &other, &receipt]).fails_with(20, "archive.proof");
    let damaged = key.replacen("uff-archive/", "uff-archive/0", 1);
    uff_in(here, &["audit", "verify", "--key", &damaged, &receipt]).fails_with(42, "archive.log_key");
    let changed = fs::read_to_string(here.join(&receipt)).unwrap().replace("index 1", "index 0");
    fs::write(here.join("changed"), changed).unwrap();
    uff_in(here, &["audit", "verify", "--key", &key, "changed"]).fails_with(20, "archive.proof");
    uff_in(here, &["audit", "verify", &receipt]).fails_with(2, "usage");
    uff_in(here, &["audit", "verify"]).fails_with(2, "usage");
}

#[test]
fn a_witness_and_the_verifier_find_a_log_that_was_set_back() {
    let here = folder();
    let here = here.path();
    let (key, scan) = filled(here);
    let witness = ["audit", "witness", "-a", "store", "--key", &key, "--signer", "w.key", "seen"];
    uff_in(here, &witness).fails_with(2, "usage");
    let named = [&witness[..], &["--name", "audit.example"]].concat();
    uff_in(here, &named).exits(0);
    copy(&here.join("store/log"), &here.join("before"));
    uff_in(here, &["archive", "get", "-a", "store", &scan]).exits(0);
    uff_in(here, &witness).exits(0);
    uff_in(here, &["audit", "verify", "-a", "store", "--key", &key, "seen"]).exits(0);

    fs::remove_dir_all(here.join("store/log")).unwrap();
    copy(&here.join("before"), &here.join("store/log"));
    let told = uff_in(here, &["audit", "verify", "-a", "store", "--key", &key, "--json", "seen"]).exits(1).json();
    assert_eq!(told[1]["problems"][0]["kind"], "truncated");
    uff_in(here, &["audit", "verify", "-a", "store", "--key", &key]).exits(0);
    uff_in(here, &witness).fails_with(24, "archive.log_fork");

    let tile = here.join("store/log/tile/entries/000.p/2");
    let mut bytes = fs::read(&tile).unwrap();
    let at = bytes.windows(5).position(|w| w == b"\"put\"").unwrap();
    bytes[at + 1..at + 4].copy_from_slice(b"got");
    fs::write(&tile, bytes).unwrap();
    let told = uff_in(here, &["audit", "verify", "-a", "store", "--key", &key, "--json"]).exits(1).json();
    assert_eq!(told[0]["problems"][0]["what"], "entry 1");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}
