//! Processes that put scans into one archive, change them, or care for it are killed, at any point, again and again: what was
//! acknowledged is there and sound, what was not is whole or gone, and the custody log holds.
//!
//! `UFF_KILLS` states how many processes are killed; unless it does, few are, so that the suite stays quick. The archives lie
//! on the local disk, or in the object store that `UFF_TEST_STORE` names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::driver::{Run, command, convert, delivery, folder, uff_in};

const SAMPLES: [&str; 6] =
    ["oldfield-export", "palmar-handheld", "vesper-van", "halcyr-portal", "nordlys-lab", "quarrel-x300"];
/// Processes killed per archive; by then most scans are there.
const PER_ARCHIVE: usize = 12;

/// Deterministic numbers below a bound; what they meet is up to the machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound.max(1)
    }
}

/// An archive of a name of its own, with its key in the folder, and its catalogue as well unless `UFF_TEST_CATALOG` names a
/// PostgreSQL database.
struct Place {
    location: String,
    catalog: String,
    key: String,
}

/// Runs statements on the database that the environment names.
fn psql(statements: &str) {
    let url = std::env::var("UFF_TEST_CATALOG").expect("it is named");
    let run = std::process::Command::new("psql").args(["-q", "-v", "ON_ERROR_STOP=1", &url, "-c", statements]).output();
    let run = run.expect("psql is installed");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

impl Place {
    fn new(here: &Path, name: &str) -> Self {
        let location = Self::location(here, name);
        let schema = format!("{name}_{}", std::process::id()).replace('-', "_");
        let catalog = match std::env::var("UFF_TEST_CATALOG") {
            Ok(url) => {
                psql(&format!("CREATE SCHEMA {schema}"));
                format!("{url}?options=-csearch_path%3D{schema}")
            }
            Err(_) => format!("{name}.sqlite"),
        };
        let place = Self { location, catalog, key: format!("{name}.key") };
        place.run(here, &["archive", "init"]).exits(0);
        place
    }

    /// Location of that name: in the store that the environment names, or in the folder.
    fn location(here: &Path, name: &str) -> String {
        match std::env::var("UFF_TEST_STORE") {
            Ok(url) => format!("{url}/{}-{name}", here.file_name().expect("a name").to_string_lossy().replace('.', "")),
            Err(_) => name.to_owned(),
        }
    }

    /// Arguments that name the archive, and others.
    fn arguments(&self, arguments: &[&str]) -> Vec<String> {
        let named = ["-a", &self.location, "--catalog", &self.catalog, "--custody-key", &self.key];
        arguments.iter().chain(&named).map(|argument| (*argument).to_owned()).collect()
    }

    /// Throws the catalogue away.
    fn forget(&self, here: &Path) {
        if let Some((_, schema)) = self.catalog.split_once("%3D") {
            return psql(&format!("DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}"));
        }
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(here.join(format!("{}{ending}", self.catalog)));
        }
    }

    fn run(&self, here: &Path, arguments: &[&str]) -> Run {
        let arguments = self.arguments(arguments);
        uff_in(here, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// Starts to put all samples, from the one of that number on.
fn put(here: &Path, store: &Place, first: usize) -> Child {
    let mut arguments = store.arguments(&["archive", "put", "--quiet"]);
    let order: Vec<&str> = SAMPLES.iter().cycle().skip(first).take(SAMPLES.len()).copied().collect();
    arguments.extend(order.iter().map(|sample| format!("{sample}.uff")));
    arguments.extend(order.iter().flat_map(|sample| ["-d".to_owned(), delivery(sample)]));
    command(here).args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary runs")
}

/// Runs a command as a person, and kills it after that time at most. Returns whether it came to its end, and what it printed.
fn killed(here: &Path, store: &Place, person: &str, arguments: &[&str], after: Duration) -> (Option<i32>, String) {
    let arguments = store.arguments(&[arguments, &["--actor", person, "--quiet"]].concat());
    let mut child =
        command(here).args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs");
    std::thread::sleep(after);
    child.kill().expect("ours");
    let output = child.wait_with_output().expect("it ended");
    (output.status.code(), String::from_utf8(output.stdout).expect("text"))
}

/// Scans of an archive, as the catalogue finds them.
fn found(here: &Path, store: &Place) -> Vec<String> {
    let mut lines = found_by(here, store, &[]);
    lines.extend(found_by(here, store, &["--state", "deleted"]));
    lines
}

fn found_by(here: &Path, store: &Place, filter: &[&str]) -> Vec<String> {
    let run = store.run(here, &[&["archive", "search", "--json", "--limit", "100"], filter].concat());
    run.stdout.lines().filter(|line| line.contains("\"type\":\"scan\"")).map(str::to_owned).collect()
}

#[test]
fn kills_at_any_point_lose_nothing_that_was_acknowledged() {
    let kills: usize = std::env::var("UFF_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(24);
    let here = folder();
    let here = here.path();
    SAMPLES.iter().for_each(|sample| drop(convert(here, sample)));
    let store = Place::new(here, "whole");
    let started = Instant::now();
    assert!(put(here, &store, 0).wait().expect("it ends").success());
    let whole = started.elapsed().as_micros() as u64;
    let mut random = Random(kills as u64);
    let (mut acknowledged_in_all, mut killed) = (0, 0);
    for round in 0..kills.div_ceil(PER_ARCHIVE) {
        let store = Place::new(here, &format!("store-{round}"));
        let mut acknowledged = BTreeSet::new();
        for _ in 0..PER_ARCHIVE / 2 {
            // Two at a time: they take turns in the log, and one may die in the middle of its turn.
            let first = random.below(SAMPLES.len() as u64) as usize;
            let mut pair = [put(here, &store, first), put(here, &store, first + 1)];
            for child in &mut pair {
                std::thread::sleep(Duration::from_micros(random.below(whole)));
                child.kill().expect("ours");
                killed += 1;
            }
            for child in pair {
                let output = child.wait_with_output().expect("it ended");
                let text = String::from_utf8(output.stdout).expect("text");
                acknowledged.extend(text.lines().filter(|line| line.len() == 36).map(str::to_owned));
            }
        }
        store.run(here, &["archive", "sweep", "--older-than", "0"]).exits(0);
        store.run(here, &["archive", "verify"]).exits(0);
        store.run(here, &["audit", "verify"]).exits(0);
        let log = store.run(here, &["audit", "log"]).exits(0).stdout;
        let before = found(here, &store);
        for scan in &acknowledged {
            assert!(before.iter().any(|line| line.contains(scan.as_str())), "{scan} was acknowledged, and is lost");
            let told = |line: &str| line.contains(" put") && line.contains(scan.as_str());
            assert!(log.lines().any(told), "the log does not know {scan}");
        }
        store.forget(here);
        store.run(here, &["archive", "reindex"]).exits(0);
        assert_eq!(found(here, &store), before, "a catalogue built again says the same");
        acknowledged_in_all += acknowledged.len();
        let _ = fs::remove_dir_all(here.join(&store.location));
    }
    println!("{killed} processes killed, {acknowledged_in_all} scans acknowledged before that");
    assert!(acknowledged_in_all > 0, "some scans were acknowledged");
}

/// What is killed: changes of scans, care of the archive.
const STEPS: [&[&str]; 7] = [
    &["archive", "hold", "SCAN", "--holder", "Court", "--reason", "case"],
    &["archive", "extend", "SCAN", "--until", "2090-01-01"],
    &["archive", "redact", "SCAN", "--kind", "plates"],
    &["archive", "delete", "SCAN", "--reason", "a test"],
    &["archive", "delete", "SCAN", "--approve"],
    &["archive", "scrub", "--repair", "--replica", "REPLICA"],
    &["archive", "replicate", "REPLICA"],
];

/// Facts of a scan as `uff archive show` tells them.
fn facts(here: &Path, store: &Place, scan: &str) -> serde_json::Value {
    store.run(here, &["archive", "show", scan, "--json"]).json()[0]["facts"].clone()
}

/// Puts the archive in order and makes sure of it; what nobody was told of may be there or not.
fn in_order(here: &Path, store: &Place, replica: &str) {
    store.run(here, &["archive", "scrub", "--restart", "--repair", "--replica", replica]);
    store.run(here, &["archive", "sweep", "--older-than", "0"]).exits(0);
    store.run(here, &["archive", "verify"]).exits(0);
    store.run(here, &["archive", "compare"]).exits(0);
    store.run(here, &["audit", "verify"]).exits(0);
    let before = found(here, store);
    store.forget(here);
    store.run(here, &["archive", "reindex"]).exits(0);
    assert_eq!(found(here, store), before, "a catalogue built again says the same");
}

#[test]
fn kills_of_changes_and_of_care_lose_nothing_that_was_acknowledged() {
    let kills: usize = std::env::var("UFF_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(24);
    let here = folder();
    let here = here.path();
    SAMPLES.iter().for_each(|sample| drop(convert(here, sample)));
    fs::write(here.join("policy.toml"), "[[rule]]\nname = 'r'\nimage = '10y'\nplates = '0d'\n").expect("written");
    let mut random = Random(kills as u64 + 7);
    let (mut killed_in_all, mut acknowledged) = (0, 0);
    for round in 0.. {
        if killed_in_all >= kills {
            break;
        }
        let store = Place::new(here, &format!("changed-{round}"));
        let replica = Place::location(here, &format!("replica-{round}"));
        let (moved, moved_key) = (Place::location(here, &format!("moved-{round}")), format!("moved-{round}.key"));
        assert!(put(here, &store, 0).wait().expect("it ends").success());
        store.run(here, &["archive", "retention", "policy.toml", "--actor", "anna"]).exits(0);
        store.run(here, &["archive", "replicate", &replica]).exits(0);
        let scans: Vec<String> = found(here, &store)
            .iter()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).expect("JSON")["scanId"]
                    .as_str()
                    .expect("text")
                    .to_owned()
            })
            .collect();
        let started = Instant::now();
        store.run(here, &["archive", "hold", &scans[0], "--holder", "x", "--reason", "y", "--actor", "anna"]).exits(0);
        let whole = started.elapsed().as_micros() as u64;
        for _ in 0..PER_ARCHIVE * 2 - 3 {
            // Few scans are deleted, so that there are some to change until the end.
            let (scan, step) = (&scans[1 + random.below(5) as usize], STEPS[random.below(7) as usize]);
            let scan = if step.contains(&"delete") { &scans[5] } else { scan };
            let person = if step.contains(&"--approve") { "jan" } else { "anna" };
            let named = |word: &&'static str| -> String {
                match *word {
                    "SCAN" => scan.clone(),
                    "REPLICA" => replica.clone(),
                    word => word.to_owned(),
                }
            };
            if step.contains(&"scrub") && std::env::var("UFF_TEST_STORE").is_err() {
                damage(&here.join(&store.location), &here.join(&replica), &mut random);
            }
            let arguments: Vec<String> = step.iter().map(named).collect();
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let after = Duration::from_micros(random.below(whole * 2));
            let (status, said) = killed(here, &store, person, &arguments, after);
            killed_in_all += usize::from(status.is_none());
            if said.trim().is_empty() || step.contains(&"scrub") || step.contains(&"replicate") {
                continue;
            }
            acknowledged += 1;
            let facts = facts(here, &store, scan);
            let (word, place) = (said.trim(), step[1]);
            let is_kept = match (place, step.contains(&"--approve")) {
                ("hold", _) => facts["holds"].as_array().is_some_and(|all| all.iter().any(|hold| hold["id"] == word)),
                ("redact", _) => facts["redactions"].is_array(),
                ("delete", false) => facts["deletionRequest"].is_object() || facts["tombstone"].is_object(),
                ("delete", true) => facts["tombstone"].is_object(),
                _ => true,
            };
            assert!(is_kept || facts["tombstone"].is_object(), "{arguments:?} was acknowledged, and is lost: {facts}");
        }
        in_order(here, &store, &replica);
        store.run(here, &["archive", "replicate", &replica]).exits(0);
        // Moving is killed as well, and done in the end.
        let before = found(here, &store);
        let there = Place { location: moved, catalog: format!("moved-{round}.sqlite"), key: moved_key };
        let arguments =
            ["archive", "migrate", &there.location, "--to-catalog", &there.catalog, "--to-custody-key", &there.key];
        for _ in 0..3 {
            let after = Duration::from_micros(random.below(whole * 4));
            killed_in_all += usize::from(killed(here, &store, "anna", &arguments, after).0.is_none());
        }
        store.run(here, &arguments).exits(0);
        for command in [["archive", "verify"], ["archive", "compare"], ["audit", "verify"]] {
            there.run(here, &command).exits(0);
        }
        assert_eq!(found(here, &there), before, "all of it is at the new place");
        assert_eq!(store.run(here, &["archive", "verify"]).status, 41, "the old place says that it was moved");
    }
    println!("{killed_in_all} processes killed, {acknowledged} changes acknowledged before that");
    assert!(acknowledged > 0, "some changes were acknowledged");
}

/// Changes a bit of some content file that the replica has.
fn damage(archive: &Path, replica: &Path, random: &mut Random) {
    let (mut files, mut waiting) = (Vec::new(), vec![archive.join("storage")]);
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("listed").path();
            match path.is_dir() {
                true => waiting.push(path),
                false if path.components().any(|part| part.as_os_str() == "content") => files.push(path),
                false => {}
            }
        }
    }
    files.retain(|file| replica.join(file.strip_prefix(archive).expect("below")).exists());
    files.sort();
    let file = &files[random.below(files.len() as u64) as usize];
    let mut bytes = fs::read(file).expect("readable");
    if let Some(place) = (random.below(bytes.len() as u64) as usize..).next().filter(|_| !bytes.is_empty()) {
        bytes[place] ^= 1;
        fs::write(file, bytes).expect("written");
    }
}
