//! `uff atr`: the reference detector and misbehaving ones through the contract.
#![cfg(unix)]

use std::fs;
use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::driver::{command, convert, folder, of, uff_in};

/// Writes a detector as a shell script.
fn script(here: &Path, name: &str, body: &str) -> String {
    let path = here.join(name);
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

const HEAD: &str = r#"echo '{"type":"detector","version":1,"name":"acme","release":"4.2"}'"#;
const HIT: &str = r#"echo '{"type":"detection","view":0,"category":"weapon","probability":0.9,"row":3,"column":4,"rows":5,"columns":6}'"#;
const DONE: &str = r#"echo '{"type":"done"}'"#;

#[test]
fn findings_of_two_detectors_are_kept_beside_each_other() {
    let here = folder();
    let file = convert(here.path(), "kestrane-container");
    // It reads the request, and sees nothing of the environment that could be a secret.
    let check = r#"read request; case "$request" in *'"type":"request","version":1'*.uff*) ;; *) exit 3;; esac; [ -z "$UFF_SECRET" ] || exit 4"#;
    let acme = script(here.path(), "acme", &[check, HEAD, HIT, DONE].join("\n"));
    let reference = format!("{} atr reference", env!("CARGO_BIN_EXE_uff"));
    let arguments = ["atr", "run", &file, "--with", &acme, "--with", &reference, "-o", "seen.uff", "--json"];
    let told = command(here.path()).env("UFF_SECRET", "key of the store").args(arguments).output().unwrap();
    let told = of(told).exits(0).json();
    assert_eq!(
        (told[0]["name"].as_str(), told[0]["detections"][0]["category"].as_str()),
        (Some("acme"), Some("weapon"))
    );
    let looked = uff_in(here.path(), &["analyze", &file, "--findings", "--json"]).exits(0).json();
    let looked = looked.iter().filter(|l| l["type"] == "finding").count();
    assert!(looked > 0 && told[1]["detections"].as_array().unwrap().len() == looked, "{looked} findings");
    uff_in(here.path(), &["validate", "--quiet", "seen.uff"]).exits(0);
    let metadata = here.path().join("metadata");
    uff_in(here.path(), &["extract", "seen.uff", "--into", "metadata"]).exits(0);
    let document = walk(&metadata).into_iter().find(|p| p.ends_with("metadata.xml")).unwrap();
    let document = fs::read_to_string(document).unwrap();
    assert!(document.contains("acme") && document.contains("uff-detect") && document.contains("weapon"));
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(walk(&path)) } else { all.push(path) }
    }
    all
}

#[test]
fn detectors_that_misbehave_are_named_and_nothing_is_written() {
    let here = folder();
    let file = convert(here.path(), "kestrane-container");
    let outside = HIT.replace("\"columns\":6", "\"columns\":60000");
    let cases = [
        (script(here.path(), "crash", "echo 'no licence' >&2; exit 7"), 23, "atr.failed", "no licence"),
        (script(here.path(), "chatter", &["echo loading", HEAD, DONE].join("\n")), 20, "atr.answer", "line 1"),
        (script(here.path(), "broken-off", &[HEAD, HIT].join("\n")), 20, "atr.answer", "line 3"),
        (script(here.path(), "outside", &[HEAD, &outside, DONE].join("\n")), 20, "atr.answer", "line 2"),
        (script(here.path(), "flood", "head -c 9000000 /dev/zero | tr '\\0' x"), 20, "atr.answer", "too long"),
        (script(here.path(), "sleeper", "exec sleep 60"), 22, "atr.timeout", "in time"),
        ("./not-there".to_owned(), 23, "atr.failed", "cannot be started"),
    ];
    for (program, status, code, said) in cases {
        let patience = if code == "atr.timeout" { "1" } else { "50" };
        let arguments = ["atr", "run", &file, "--with", &program, "--patience", patience, "-o", "seen.uff"];
        let refused = uff_in(here.path(), &arguments).fails_with(status, code);
        assert!(refused.stderr.contains(said), "{program}: {}", refused.stderr);
        assert!(!here.path().join("seen.uff").exists());
    }
}

/// A service on this machine that answers one `POST` with a status and a body, and hands over what it was sent.
fn service(status: &'static str, body: String) -> (String, std::thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/detect", listener.local_addr().unwrap());
    let serve = move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut sent = Vec::new();
        let mut piece = vec![0; 1 << 16];
        let whole = |sent: &[u8]| {
            let end = sent.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
            let head = String::from_utf8_lossy(&sent[..end]).to_lowercase();
            let length: usize = head.split("content-length: ").nth(1)?.lines().next()?.trim().parse().ok()?;
            Some(sent.len() >= end + length)
        };
        while whole(&sent) != Some(true) {
            let count = stream.read(&mut piece).unwrap();
            assert!(count > 0, "the request is broken off");
            sent.extend_from_slice(&piece[..count]);
        }
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        // The client need not wait for the end of what it refuses.
        let _ = stream.write_all(format!("{head}{body}").as_bytes());
        sent
    };
    (url, std::thread::spawn(serve))
}

/// Lines of shell that print, as they print.
fn printed(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim_start_matches("echo '").trim_end_matches('\'').to_owned() + "\n").collect()
}

#[test]
fn a_service_is_sent_the_scan_and_its_answer_is_kept() {
    let here = folder();
    let file = convert(here.path(), "parcel-160kv");
    let (url, served) = service("200 OK", printed(&[HEAD, HIT, DONE]));
    let arguments = ["atr", "run", &file, "--at", &url, "-o", "seen.uff", "--json"];
    let told = command(here.path()).env("UFF_ATR_TOKEN", "open sesame").args(arguments).output().unwrap();
    let told = of(told).exits(0).json();
    assert_eq!(told[0]["detections"][0]["category"].as_str(), Some("weapon"));
    let sent = served.join().unwrap();
    let scan = fs::read(here.path().join(&file)).unwrap();
    assert!(sent.windows(scan.len()).any(|part| part == scan), "the file is not in what was sent");
    let sent = String::from_utf8_lossy(&sent);
    for part in
        ["POST /detect", "Bearer open sesame", "name=\"request\"", "\"file\":\"parcel-160kv.uff\"", "name=\"scan\""]
    {
        assert!(sent.to_lowercase().contains(&part.to_lowercase()), "{part}");
    }
    assert!(!sent.contains(&here.path().display().to_string()), "a folder of this machine was told");
    uff_in(here.path(), &["validate", "--quiet", "seen.uff"]).exits(0);
}

#[test]
fn services_that_misbehave_are_named_and_nothing_is_written() {
    let here = folder();
    let file = convert(here.path(), "parcel-160kv");
    let cases = [
        ("503 Busy", "queue is full".to_owned(), 23, "atr.failed", "queue is full"),
        ("302 Found\r\nLocation: http://127.0.0.1:1/", String::new(), 23, "atr.failed", "302"),
        ("200 OK", printed(&[HEAD, HIT]), 20, "atr.answer", "line 3"),
        ("200 OK", "x".repeat(5 << 20), 20, "atr.answer", "too long"),
    ];
    for (status, body, exit, code, said) in cases {
        let (url, served) = service(status, body);
        let refused = uff_in(here.path(), &["atr", "run", &file, "--at", &url, "-o", "seen.uff"]);
        let refused = refused.fails_with(exit, code);
        assert!(refused.stderr.contains(said) && refused.stderr.contains(&url), "{status}: {}", refused.stderr);
        served.join().unwrap();
    }
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    uff_in(here.path(), &["atr", "run", &file, "--at", &url, "--patience", "1", "-o", "seen.uff"])
        .fails_with(22, "atr.timeout");
    drop(silent);
    uff_in(here.path(), &["atr", "run", &file, "--at", &url, "-o", "seen.uff"]).fails_with(23, "atr.failed");
    uff_in(here.path(), &["atr", "run", &file, "--at", "http://192.0.2.1/", "-o", "seen.uff"]).fails_with(2, "usage");
    assert!(!here.path().join("seen.uff").exists());
}
