//! A disk that is full: refused in order, nothing lost, and everything goes on when there is space again.
//!
//! Needs the right to mount a file system of its own, in memory; says aloud where it has none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::driver::{Run, convert, folder, uff_in};

const SAMPLES: [&str; 6] =
    ["oldfield-export", "palmar-handheld", "vesper-van", "halcyr-portal", "nordlys-lab", "quarrel-x300"];

/// A small file system, unmounted when dropped.
struct Small(PathBuf);

impl Small {
    fn mount(at: &Path, kilobytes: u64) -> Option<Self> {
        fs::create_dir(at).unwrap();
        let size = format!("size={kilobytes}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "uff-test"]).arg(at).output();
        mounted.is_ok_and(|run| run.status.success()).then(|| Self(at.to_owned()))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn archive(here: &Path, arguments: &[&str]) -> Run {
    uff_in(here, &[&["archive"], arguments, &["-a", "small/store", "--actor", "anna"]].concat())
}

#[test]
fn a_full_disk_refuses_in_order_and_the_archive_goes_on() {
    let here = folder();
    let here = here.path();
    let Some(_small) = Small::mount(&here.join("small"), 6000) else {
        eprintln!("skipped: no right to mount a small file system");
        return;
    };
    let files: Vec<String> = SAMPLES.iter().map(|sample| convert(here, sample)).collect();
    archive(here, &["init"]).exits(0);
    archive(here, &["put", &files[0]]).exits(0);
    // What is left of the disk is filled to the last block but a few, and a few more each time: every step of a put is the one
    // that finds no space.
    let mut stored = 1;
    for spare in (0..120).step_by(6) {
        fill(&here.join("small/filler"), spare * 4096);
        let next = &files[1 + (spare / 6) % 5];
        let run = archive(here, &["put", next]);
        assert!(matches!(run.status, 0 | 40..=49), "{spare}: {} {}", run.status, run.stderr);
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        stored += usize::from(run.status == 0 && !run.stderr.contains("already"));
        fs::remove_file(here.join("small/filler")).unwrap();
        archive(here, &["sweep", "--older-than", "0"]).exits(0);
        archive(here, &["verify"]).exits(0);
        archive(here, &["compare"]).exits(0);
    }
    for file in &files {
        archive(here, &["put", file]).exits(0);
    }
    archive(here, &["verify"]).exits(0);
    uff_in(here, &["audit", "verify", "-a", "small/store"]).exits(0);
    let found = archive(here, &["search", "--json"]).exits(0).json();
    assert_eq!(found.iter().filter(|line| line["type"] == "scan").count(), 6);
    assert!(stored < 21, "some puts were refused");
}

/// Fills a file system but for some bytes.
fn fill(path: &Path, spare: usize) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    let block = [7; 4096];
    let mut written = 0;
    while file.write_all(&block).is_ok() {
        written += block.len();
    }
    file.set_len(written.saturating_sub(spare) as u64).unwrap();
}
