//! Conversion into other formats: what appears, and when nothing does.

use std::path::Path;

use super::names;
use super::options;
use crate::convert::ConvertOptions;
use crate::convert::ConvertReport;
use crate::convert::ExportTarget;
use crate::convert::export;
use crate::convert::is_exported;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::export::Carried;
use crate::export::Exporter;
use crate::export::Folder;
use crate::export::account;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Loss;
use crate::model::Sha256;
use crate::testing::ReaderSample;
use crate::testing::reader_samples;

/// Writes each of its files with its own name, fails after them when told to, loses everything unless told not to.
struct Fake {
    files: &'static [&'static str],
    fails: bool,
    loses: bool,
}

const ONE: Fake = Fake { files: &["scan.txt"], fails: false, loses: true };
const TWO: Fake = Fake { files: &["b.txt", "a.txt"], fails: false, loses: true };

impl Exporter for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn description(&self) -> &'static str {
        "for tests"
    }

    fn export(&self, bundle: &Bundle, folder: &mut Folder, _: &Budget) -> Result<Vec<Loss>> {
        for name in self.files {
            let mut file = folder.create(name)?;
            file.put(name.as_bytes())?;
            file.finish()?;
        }
        match self.fails {
            true => Err(Error::new(Code::ExportUnsupported, "stopped")),
            false if self.loses => Ok(account(bundle, &Carried::NOTHING, self.name())),
            false => Ok(Vec::new()),
        }
    }
}

fn sample() -> ReaderSample {
    reader_samples().unwrap().remove(0)
}

fn run(fake: &Fake, target: &ExportTarget, force: bool) -> Result<ConvertReport, Code> {
    let sample = sample();
    let options = ConvertOptions { force, ..options(&sample) };
    export(&sample.delivery().unwrap(), target, fake, &options, &|_| {}).map_err(|e| e.code())
}

fn derived(folder: &Path) -> ExportTarget {
    ExportTarget::Derived { folder: folder.to_owned(), stem: "s.1".to_owned() }
}

fn text(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn one_file_takes_the_name_and_the_losses_stand_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let report = run(&ONE, &derived(dir.path()), false).unwrap();
    assert_eq!(names(dir.path()), ["s.1.txt", "s.1.txt.losses.json"]);
    assert_eq!((report.target, report.bytes), (dir.path().join("s.1.txt"), 8));
    assert_eq!(report.digest, Sha256::of(b"scan.txt"));
    let losses: serde_json::Value = serde_json::from_str(&text(report.losses_file.unwrap())).unwrap();
    assert_eq!(losses["version"], 1);
    assert_eq!(losses["target"], "s.1.txt");
    assert_eq!(losses["deliveryDigest"], report.delivery_digest.to_string());
    assert_eq!(losses["losses"].as_array().map(Vec::len), Some(report.losses.len()));
    assert!(report.losses.iter().any(|l| l.reason == "fake has no place for it"));

    let exact = run(&ONE, &ExportTarget::Exact(dir.path().join("other")), false).unwrap();
    assert_eq!(text(&exact.target), "scan.txt");
    assert_eq!(names(dir.path()), ["other", "other.losses.json", "s.1.txt", "s.1.txt.losses.json"]);
}

#[test]
fn several_files_appear_as_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let report = run(&TWO, &derived(dir.path()), false).unwrap();
    assert_eq!(names(dir.path()), ["s.1-fake", "s.1-fake.losses.json"]);
    assert_eq!(names(&dir.path().join("s.1-fake")), ["a.txt", "b.txt"]);
    let files: Vec<_> = report.files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(files, ["a.txt", "b.txt"]);
    // `sha256sum a.txt b.txt | sha256sum` where each holds its own name.
    assert_eq!(report.digest.to_string(), "fd525e46fa26a3264ab110fcc43bba48b39ea9aec5c859053e2d6bad2722163c");
}

#[test]
fn what_exists_is_kept_unless_forced_and_a_folder_with_more_in_it_even_then() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    std::fs::write(&one, "precious").unwrap();
    std::fs::create_dir(&two).unwrap();
    std::fs::write(two.join("a.txt"), "precious").unwrap();
    let exact = |path: &Path| ExportTarget::Exact(path.to_owned());
    assert_eq!(run(&ONE, &exact(&one), false).err(), Some(Code::TargetExists));
    assert_eq!(run(&TWO, &exact(&two), false).err(), Some(Code::TargetExists));
    assert_eq!(run(&ONE, &exact(&two), true).err(), Some(Code::TargetExists), "a file over a folder");
    assert_eq!(run(&TWO, &exact(&one), true).err(), Some(Code::TargetExists), "a folder over a file");
    std::fs::write(two.join("c.txt"), "precious").unwrap();
    assert_eq!(run(&TWO, &exact(&two), true).err(), Some(Code::TargetExists));
    assert_eq!((text(&one), text(two.join("a.txt"))), ("precious".to_owned(), "precious".to_owned()));
    assert_eq!(names(dir.path()), ["one", "two"]);

    std::fs::remove_file(two.join("c.txt")).unwrap();
    run(&ONE, &exact(&one), true).unwrap();
    run(&TWO, &exact(&two), true).unwrap();
    assert_eq!((text(&one), text(two.join("a.txt"))), ("scan.txt".to_owned(), "a.txt".to_owned()));
    assert_eq!(names(dir.path()), ["one", "one.losses.json", "two", "two.losses.json"]);

    // Losses of another target are not replaced unasked either, and go when there are none any more.
    std::fs::remove_file(&one).unwrap();
    assert_eq!(run(&ONE, &exact(&one), false).err(), Some(Code::TargetExists));
    assert_eq!(names(dir.path()), ["one.losses.json", "two", "two.losses.json"]);
    let lossless = run(&Fake { loses: false, ..ONE }, &exact(&one), true).unwrap();
    let own = lossless.losses.len();
    assert_eq!(lossless.losses_file.is_some(), own > 0);
}

#[test]
fn whatever_fails_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let failing = Fake { fails: true, ..TWO };
    assert_eq!(run(&failing, &derived(dir.path()), false).err(), Some(Code::ExportUnsupported));
    let nothing = Fake { files: &[], ..ONE };
    assert_eq!(run(&nothing, &derived(dir.path()), false).err(), Some(Code::Internal));
    let escaping = Fake { files: &["../x"], ..ONE };
    assert_eq!(run(&escaping, &derived(dir.path()), false).err(), Some(Code::Internal));
    assert_eq!(run(&ONE, &derived(&dir.path().join("gone")), false).err(), Some(Code::IoWrite));
    assert!(names(dir.path()).is_empty());
}

#[test]
fn an_export_is_found_again_by_its_losses() {
    let dir = tempfile::tempdir().unwrap();
    let target = derived(dir.path());
    let digest = sample().delivery().unwrap().digest();
    assert_eq!(is_exported(&target, "fake", digest), None);
    for fake in [ONE, TWO] {
        let report = run(&fake, &target, false).unwrap();
        assert_eq!(is_exported(&target, "fake", digest), Some(report.target.clone()));
        assert_eq!(
            is_exported(&ExportTarget::Exact(report.target.clone()), "fake", digest),
            Some(report.target.clone())
        );
        assert_eq!(is_exported(&target, "other", digest), None);
        assert_eq!(is_exported(&target, "fake", Sha256::of(b"other")), None);
        let gone = dir.path().join(format!("gone{}", fake.files.len()));
        std::fs::rename(&report.target, &gone).unwrap();
        assert_eq!(is_exported(&target, "fake", digest), None, "the losses alone");
        std::fs::remove_file(report.losses_file.unwrap()).unwrap();
    }
}
