//! Processes that put scans into one archive are killed, at any point, again and again: what was acknowledged is there
//! and sound, what was not is whole or gone, and the custody log holds.
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

/// An archive of a name of its own, with its catalogue and its key in the folder.
struct Place {
    location: String,
    catalog: String,
}

impl Place {
    fn new(here: &Path, name: &str) -> Self {
        let location = match std::env::var("UFF_TEST_STORE") {
            Ok(url) => format!("{url}/{}-{name}", here.file_name().expect("a name").to_string_lossy().replace('.', "")),
            Err(_) => name.to_owned(),
        };
        let place = Self { location, catalog: format!("{name}.sqlite") };
        place.run(here, &["archive", "init"]).exits(0);
        place
    }

    /// Arguments that name the archive, and others.
    fn arguments(&self, arguments: &[&str]) -> Vec<String> {
        let named = ["-a", &self.location, "--catalog", &self.catalog];
        arguments.iter().chain(&named).map(|argument| (*argument).to_owned()).collect()
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

/// Scans of an archive, as the catalogue finds them.
fn found(here: &Path, store: &Place) -> Vec<String> {
    let run = store.run(here, &["archive", "search", "--json", "--limit", "100"]);
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
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(here.join(format!("{}{ending}", store.catalog)));
        }
        store.run(here, &["archive", "reindex"]).exits(0);
        assert_eq!(found(here, &store), before, "a catalogue built again says the same");
        acknowledged_in_all += acknowledged.len();
        let _ = fs::remove_dir_all(here.join(&store.location));
    }
    println!("{killed} processes killed, {acknowledged_in_all} scans acknowledged before that");
    assert!(acknowledged_in_all > 0, "some scans were acknowledged");
}
