//! OCFL validators that were written elsewhere, where they are installed: `ocfl-validate.py` (PyPI `ocfl-py`) and
//! `rocfl` (crates.io).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::path::Path;
use std::process::Command;

use archive::testing::scans::Sample;
use archive::{Archive, ArchiveConfig};

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
    if let Some((sound, said)) = judge("ocfl-root.py", &["validate", "--root", root_text]) {
        assert!(sound && !said.contains("INVALID") && !said.contains("[W"), "{said}");
    }
    for object in &objects {
        if let Some((sound, said)) = judge("ocfl-validate.py", &[root.join(object).to_str().unwrap()]) {
            assert!(sound && said.contains("VALID") && !said.contains("INVALID") && !said.contains("[W"), "{said}");
        }
    }
    if let Some((sound, said)) = judge("rocfl", &["--root", root_text, "validate"]) {
        assert!(sound, "{said}");
    }

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
