//! `uff watch`: a hot folder, its wrong deliveries, and kills at any point.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use uff::format::UffFile;
use uff::limits::Budget;
use uff::model::ScanId;
use uff::vendor::Delivery;

use crate::driver::{command, folder, names, npy, uff_in};

/// Puts a delivery into the folder: files of one stem, or a folder. Returns the identifier of its scan.
fn deliver(into: &Path, number: u8) -> ScanId {
    let files = [("npy", npy(12, 16, number)), ("txt", format!("delivery {number}").into_bytes())];
    let names = match number % 3 {
        0 => files.map(|(ending, bytes)| (format!("truck{number}/im.{ending}"), bytes)),
        _ => files.map(|(ending, bytes)| (format!("scan{number}.{ending}"), bytes)),
    };
    let mut paths = Vec::new();
    for (name, bytes) in names {
        let path = into.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        paths.push(path);
    }
    ScanId::from_delivery(&Delivery::open_files("", &paths).unwrap().digest())
}

fn once(here: &Path, more: &[&str]) -> crate::driver::Run {
    uff_in(here, &[&["watch", "in", "--out", "out", "--once", "--settle", "0", "--json"], more].concat())
}

fn watch(here: &Path) -> Child {
    let arguments = ["watch", "in", "--out", "out", "--settle", "0", "--interval", "0.01", "--json", "--quiet"];
    command(here).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs")
}

fn kinds(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["type"].as_str().unwrap()).collect()
}

#[test]
fn deliveries_are_converted_and_put_away() {
    let here = folder();
    let here = here.path();
    fs::create_dir(here.join("in")).unwrap();
    let expected = [0, 1, 2].map(|number| format!("{}.uff", deliver(&here.join("in"), number)));
    let lines = once(here, &[]).exits(0).json();
    assert_eq!(kinds(&lines), ["watching", "converted", "converted", "converted", "stopped"]);
    assert_eq!(lines[3]["movedTo"], "in/done/truck0");
    assert_eq!(names(&here.join("out")), expected.into());
    assert_eq!(names(&here.join("in")), [".uff", "done", "failed"].map(str::to_owned).into());
    assert_eq!(names(&here.join("in/done")), ["scan1", "scan2", "truck0"].map(str::to_owned).into());
    assert_eq!(names(&here.join("in/done/scan1")), ["scan1.npy", "scan1.txt"].map(str::to_owned).into());
    assert!(names(&here.join("in/.uff/claimed")).is_empty());

    // The same delivery once more gives nothing new; its files are kept beside the first ones.
    deliver(&here.join("in"), 1);
    let lines = once(here, &[]).exits(0).json();
    assert_eq!((&lines[1]["before"], &lines[1]["movedTo"]), (&true.into(), &"in/done/scan1-2".into()));
    assert_eq!(names(&here.join("out")).len(), 3);
    assert_eq!(kinds(&once(here, &[]).exits(0).json()), ["watching", "stopped"]);
}

#[test]
fn what_cannot_be_converted_is_put_aside_with_its_reason() {
    let here = folder();
    let here = here.path();
    fs::create_dir_all(here.join("in/empty")).unwrap();
    fs::write(here.join("in/notes.txt"), "nothing to see").unwrap();
    let bytes = npy(12, 16, 7);
    fs::write(here.join("in/short.npy"), &bytes[..bytes.len() - 1]).unwrap();
    deliver(&here.join("in"), 1);
    let lines = once(here, &[]).exits(21).json();
    assert_eq!(kinds(&lines), ["watching", "failed", "converted", "failed", "stopped"]);
    let failed = here.join("in/failed");
    let expected = ["notes", "notes.reason.json", "short", "short.reason.json"];
    assert_eq!(names(&failed), expected.map(str::to_owned).into());
    let reason: Value = serde_json::from_slice(&fs::read(failed.join("notes.reason.json")).unwrap()).unwrap();
    assert_eq!((&reason["type"], &reason["version"]), (&"failure".into(), &1.into()));
    assert_eq!((&reason["code"], &reason["input"]), (&"input.unrecognized".into(), &"notes".into()));
    assert!(here.join("in/empty").is_dir(), "an empty folder may be filled yet");
    assert_eq!(names(&here.join("out")).len(), 1);
}

/// A limit on the size of files refuses the target as a full disk does.
#[cfg(unix)]
#[test]
fn a_place_without_space_is_not_the_fault_of_the_delivery() {
    let here = folder();
    let here = here.path();
    fs::create_dir(here.join("in")).unwrap();
    deliver(&here.join("in"), 0);
    deliver(&here.join("in"), 1);
    let script = "trap '' XFSZ; ulimit -f 2; exec \"$UFF\" watch in --out out --once --settle 0 --json";
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", script]).current_dir(here).env("UFF", env!("CARGO_BIN_EXE_uff"));
    let run = crate::driver::of(shell.output().expect("a shell")).exits(40);
    let lines = run.json();
    assert_eq!(kinds(&lines), ["watching", "waiting", "stopped"]);
    assert_eq!(lines[1]["reason"]["code"], "io.disk_full");
    let back = [".uff", "done", "failed", "scan1.npy", "scan1.txt", "truck0"];
    assert_eq!(names(&here.join("in")), back.map(str::to_owned).into());
    assert_eq!((names(&here.join("in/failed")).len(), names(&here.join("out")).len()), (0, 0));
    once(here, &[]).exits(0);
    assert_eq!(names(&here.join("out")).len(), 2);
}

#[test]
fn folders_that_make_no_sense_are_refused() {
    let here = folder();
    fs::create_dir(here.path().join("in")).unwrap();
    fs::write(here.path().join("file"), "").unwrap();
    let watch = |folder: &str, out: &str| uff_in(here.path(), &["watch", folder, "--out", out, "--once"]);
    watch("gone", "out").fails_with(23, "io.not_found");
    watch("file", "out").fails_with(2, "usage");
    watch("in", "in").fails_with(2, "usage");
    watch("in", "file").fails_with(40, "io.write");
    uff_in(here.path(), &["watch", "in"]).exits(2);
    uff_in(here.path(), &["watch", "in", "--out", "out", "--settle", "-1"]).exits(2);
    // Targets inside the folder are no deliveries.
    deliver(&here.path().join("in"), 1);
    watch("in", "in/out").exits(0);
    assert!(
        uff_in(here.path(), &["watch", "in", "--out", "in/out", "--once", "--settle", "0"]).exits(0).stdout.is_empty()
    );
}

#[test]
fn a_delivery_that_still_grows_is_left_alone() {
    let here = folder();
    let here = here.path();
    fs::create_dir(here.join("in")).unwrap();
    let mut child = command(here)
        .args(["watch", "in", "--out", "out", "--settle", "0.6", "--interval", "0.02", "--quiet"])
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let whole = npy(12, 160, 3);
    let start = Instant::now();
    for size in (1..=whole.len()).step_by(whole.len() / 10) {
        fs::write(here.join("in/slow.npy"), &whole[..size]).unwrap();
        std::thread::sleep(Duration::from_millis(60));
    }
    fs::write(here.join("in/slow.npy"), &whole).unwrap();
    assert!(start.elapsed() > Duration::from_millis(600));
    let done = here.join("in/done/slow");
    until(|| done.is_dir() || here.join("in/failed/slow").is_dir());
    assert!(done.is_dir());
    child.kill().expect("it runs");
    child.wait().expect("it ends");
}

/// SIGTERM ends the watch after what it is at, with a good status.
#[cfg(unix)]
#[test]
fn a_polite_end_finishes_the_delivery() {
    for signal in ["-TERM", "-INT"] {
        let here = folder();
        let here = here.path();
        fs::create_dir(here.join("in")).unwrap();
        let mut child = watch(here);
        for number in 0..6 {
            deliver(&here.join("in"), number);
        }
        until(|| here.join("in/done").is_dir() && !names(&here.join("in/done")).is_empty());
        let kill = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(kill.expect("kill").success());
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
        assert!(names(&here.join("in/.uff/claimed")).is_empty(), "nothing stays claimed");
        assert!(names(&here.join("out")).iter().all(|name| name.ends_with(".uff")));
    }
}

#[track_caller]
fn until(happened: impl Fn() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < Duration::from_secs(60), "it does not happen");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Pseudo-random numbers: the generator of Lehmer, modulus 2^31 - 1, multiplier 48271.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0 * 48_271 % 0x7fff_ffff;
        self.0 % bound
    }
}

/// Counts what a killed watch had claimed and no other has taken over yet.
fn claims_of(here: &Path, id: u32) -> usize {
    let claimed = here.join("in/.uff/claimed");
    let Ok(watches) = fs::read_dir(&claimed) else { return 0 };
    let own = format!("{id}-");
    let places =
        watches.map(|e| e.unwrap().path()).filter(|p| p.file_name().unwrap().to_string_lossy().starts_with(&own));
    places.filter_map(|place| Some(fs::read_dir(place).ok()?.flatten().filter(|e| e.path().is_dir()).count())).sum()
}

/// Two watches are killed again and again while deliveries arrive; in the end each delivery is in the targets and in
/// `done` exactly once, and nothing else is anywhere.
#[test]
fn every_delivery_is_converted_exactly_once_whenever_the_watch_is_killed() {
    const KILLS: u8 = 30;
    let here = folder();
    let here = here.path();
    fs::create_dir(here.join("in")).unwrap();
    let staging = here.join("staging");
    let mut random = Random(20_261_122);
    let mut expected = BTreeMap::new();
    let mut at_work = 0;
    let mut other = watch(here);
    for kill in 0..KILLS {
        let mut child = watch(here);
        for number in [2 * kill, 2 * kill + 1] {
            // Whole folders and files appear by renaming, as a sender that does not rely on the wait would do it; of a
            // pair of files, the array comes last and is a delivery with or without the text.
            let id = deliver(&staging, number);
            let mut arriving: Vec<String> = names(&staging).into_iter().collect();
            arriving.sort_by_key(|name| name.ends_with(".npy"));
            let folder = arriving.len() == 1;
            if !folder {
                fs::remove_file(staging.join(arriving.remove(0))).unwrap();
            }
            let id = match folder {
                true => id,
                false => {
                    let path = staging.join(&arriving[0]);
                    ScanId::from_delivery(&Delivery::open_files("", &[path]).unwrap().digest())
                }
            };
            fs::rename(staging.join(&arriving[0]), here.join("in").join(&arriving[0])).unwrap();
            let name = arriving[0].trim_end_matches(".npy").to_owned();
            assert!(expected.insert(name, id).is_none());
        }
        std::thread::sleep(Duration::from_millis(random.below(80)));
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        at_work += claims_of(here, child.id());
        if kill % 6 == 5 {
            other.kill().expect("it runs");
            other.wait().expect("it ends");
            other = watch(here);
        }
    }
    other.kill().expect("it runs");
    other.wait().expect("it ends");
    eprintln!("{at_work} deliveries were in the hands of a watch when it was killed");
    assert!(at_work > 0, "no kill hit");
    once(here, &[]).exits(0);

    let targets: Vec<String> = expected.values().map(|id| format!("{id}.uff")).collect();
    assert_eq!(names(&here.join("out")), targets.iter().cloned().collect());
    assert_eq!(targets.len(), 2 * usize::from(KILLS));
    assert_eq!(names(&here.join("in/done")), expected.keys().cloned().collect());
    assert!(names(&here.join("in/failed")).is_empty());
    assert_eq!(names(&here.join("in")), [".uff", "done", "failed"].map(str::to_owned).into());
    assert!(names(&here.join("in/.uff/claimed")).is_empty());
    for (name, id) in expected {
        let file = UffFile::open_path(&here.join(format!("out/{id}.uff")), &Budget::default()).unwrap();
        let done = Delivery::open(&here.join("in/done").join(&name), &Budget::default()).unwrap();
        assert_eq!(file.scan().provenance.delivery_digest, Some(done.digest()), "{name}");
    }
}
