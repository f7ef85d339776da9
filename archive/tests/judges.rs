//! OCFL validators that were written elsewhere, where they are installed: `ocfl-validate.py` (PyPI `ocfl-py`) and
//! `rocfl` (crates.io).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::path::Path;
use std::process::Command;

use archive::testing::scans::Sample;
use archive::{Archive, ArchiveConfig, FileRef, Location, Policy, ReplicateOptions};
use uff::redact::DataKind;

/// Runs a judge; nothing when it is not installed.
fn judge(program: &str, arguments: &[&str]) -> Option<(bool, String)> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            Some((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
        }
        Err(e) => {
            eprintln!("skipped: {program} is not installed ({e})");
            None
        }
    }
}

/// Asks every validator about a storage root and its objects.
fn accepted(root: &Path, objects: &[String]) {
    let root_text = root.to_str().unwrap();
    if let Some((sound, said)) = judge("ocfl-root.py", &["validate", "--root", root_text]) {
        assert!(sound && !said.contains("INVALID") && !said.contains("[W"), "{said}");
    }
    for object in objects {
        if let Some((sound, said)) = judge("ocfl-validate.py", &[root.join(object).to_str().unwrap()]) {
            assert!(sound && said.contains("VALID") && !said.contains("INVALID") && !said.contains("[W"), "{said}");
        }
    }
    if let Some((sound, said)) = judge("rocfl", &["--root", root_text, "validate"]) {
        assert!(sound, "{said}");
    }
}

/// Holds, a redaction and a deletion make versions, and take content out of older ones.
#[tokio::test(flavor = "multi_thread")]
async fn validators_accept_what_was_held_redacted_and_deleted() {
    let directory = tempfile::tempdir().unwrap();
    let location = directory.path().into();
    let config = |actor: &str| ArchiveConfig { actor: Some(actor.into()), ..ArchiveConfig::default() };
    let anna = Archive::init(&location, config("anna")).await.unwrap();
    let jan = Archive::open(&location, config("jan")).await.unwrap();
    let root = directory.path().join("storage");
    let due = "[[rule]]\nname = 'due'\nimage = '10y'\nplates = '0d'\nnames = '0d'";
    anna.set_policy(Policy::from_toml(due, "policy").unwrap()).await.unwrap();
    let samples: Vec<Sample> = (0..3).map(Sample::new).collect();
    let mut objects = Vec::new();
    for sample in &samples {
        objects.push(anna.put(sample.request()).await.unwrap().object_path);
        anna.hold(sample.id(), "Court", "case 12/26").await.unwrap();
    }
    accepted(&root, &objects);
    for sample in &samples[1..] {
        let hold = anna.show(sample.id()).await.unwrap().facts.holds[0].id;
        anna.release(sample.id(), hold).await.unwrap();
        anna.redact(sample.id(), &[DataKind::Plates].into()).await.unwrap();
    }
    accepted(&root, &objects);
    anna.request_deletion(samples[2].id(), "a test").await.unwrap();
    jan.delete(samples[2].id()).await.unwrap();
    accepted(&root, &objects);

    // What moved, and what was replicated, is what it was.
    anna.replicate(&Location::Directory(directory.path().join("replica")), &ReplicateOptions::default()).await.unwrap();
    accepted(&directory.path().join("replica/storage"), &objects);
    let moved = tempfile::tempdir().unwrap();
    let (anna, _) = anna.migrate(&moved.path().into(), config("anna"), &mut |_| ()).await.unwrap();
    let root = moved.path().join("storage");
    accepted(&root, &objects);

    // What was redacted is restored without this software, in its newest and in its first version.
    let id = format!("urn:uuid:{}", samples[1].id());
    let cat =
        |arguments: &[&str]| Command::new("rocfl").args(["--root", root.to_str().unwrap()]).args(arguments).output();
    if let Ok(restored) = cat(&["cat", &id, "scan.uff"]) {
        let (_, expected) = anna.copy(samples[1].id(), &FileRef::Uff, Vec::new()).await.unwrap();
        assert!(restored.status.success() && restored.stdout == expected);
        assert!(!cat(&["cat", "-v", "1", &id, "scan.uff"]).unwrap().status.success(), "it is in no version any more");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn validators_accept_the_storage_root_and_every_object() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::init(&directory.path().into(), ArchiveConfig::default()).await.unwrap();
    let root = directory.path().join("storage");
    let root_text = root.to_str().unwrap();
    let mut objects = Vec::new();
    for number in 0..3 {
        let request = match number {
            0 => archive::PutRequest::new(Sample::new(0).uff_source()),
            _ => Sample::new(number).request(),
        };
        objects.push(archive.put(request).await.unwrap().object_path);
    }
    accepted(&root, &objects);

    // A scan is restored without this software.
    let sample = Sample::new(1);
    let id = format!("urn:uuid:{}", sample.id());
    let named = sample.files.iter().map(|(name, bytes)| (format!("original/{name}"), bytes.clone()));
    for (name, bytes) in named.chain([("scan.uff".to_owned(), sample.uff.clone())]) {
        let restored = Command::new("rocfl").args(["--root", root_text, "cat", &id, &name]).output();
        if let Ok(restored) = restored {
            assert!(restored.status.success() && restored.stdout == bytes.to_vec(), "{name}");
        }
    }

    // A judge that accepts everything would prove nothing.
    damage(&root.join(&objects[1]));
    if let Some((sound, said)) = judge("ocfl-validate.py", &[root.join(&objects[1]).to_str().unwrap()]) {
        assert!(!sound || said.contains("INVALID"), "{said}");
    }
    if let Some((sound, said)) = judge("rocfl", &["--root", root_text, "validate"]) {
        assert!(!sound, "{said}");
    }
}

fn damage(object: &Path) {
    let content = object.join("v1/content");
    let attempt = std::fs::read_dir(&content).unwrap().next().unwrap().unwrap().path();
    let file = attempt.join("scan.uff");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[0] ^= 1;
    std::fs::write(file, bytes).unwrap();
}
