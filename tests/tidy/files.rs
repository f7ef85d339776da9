//! Files: a home for each, a length that one person can hold in mind, no catch-all names, no loose ends.

use crate::{assert_clean, tree};

/// Lines past which a file of code has to be split.
const SPLIT: usize = 800;
/// Lines past which a file of code is reported.
const SOFT: usize = 400;

/// Where files may live: the start of a path and the endings allowed under it, `*` for any.
const HOMES: [(&str, &[&str]); 27] = [
    ("uff/src/", &["rs"]),
    ("uff/src/goods/", &["toml"]),
    ("uff/src/physics/tables/", &["py", "md", "csv", "tsv", "bin", "txt", "toml"]),
    ("uff/tests/", &["*"]),
    ("uff/benches/", &["rs", "py", "md"]),
    ("archive/benches/", &["py", "rs"]),
    ("tests/servers/", &["sh", "py"]),
    ("uff/fuzz/", &["rs", "toml", "lock", "md", "gitignore", "dict"]),
    ("uff/fuzz/kept/", &["*"]),
    ("archive/src/", &["rs"]),
    ("archive/migrations/", &["sql"]),
    ("archive/tests/", &["rs", "sql"]),
    ("cli/src/", &["rs"]),
    ("cli/assets/", &["*"]),
    ("uff/", &["toml", "md"]),
    ("archive/", &["toml", "md"]),
    ("cli/", &["toml", "md"]),
    ("tests/", &["rs", "md"]),
    ("tests/golden/", &["txt", "json", "xml", "md"]),
    ("tests/judges/", &["go", "py", "sh", "md", "txt"]),
    ("tests/fixtures/", &["*"]),
    ("samples/", &["*"]),
    ("schemas/", &["md", "xsd", "json"]),
    (".ci/", &["*"]),
    (".cargo/", &["toml"]),
    (".github/", &["yml", "yaml", "md"]),
    ("docs/", &["md", "svg", "png"]),
];

/// Files of the root, by name.
const ROOT: [&str; 12] = [
    ".clippy.toml",
    ".deny.toml",
    ".gitattributes",
    ".gitignore",
    ".rustfmt.toml",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "CONTRIBUTING.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
];

#[test]
fn every_file_has_a_home() {
    let at_home = |path: &str| {
        let ending = path.rsplit('/').next().and_then(|n| n.rsplit_once('.')).map_or("", |(_, ending)| ending);
        if !path.contains('/') {
            return ROOT.contains(&path);
        }
        // Manifests and pages of a crate lie directly in its folder; everything else may lie deeper.
        HOMES.iter().any(|(home, endings)| {
            let shallow = matches!(*home, "uff/" | "archive/" | "cli/");
            path.strip_prefix(home).is_some_and(|rest| !shallow || !rest.contains('/'))
                && (endings.contains(&"*") || endings.contains(&ending))
        })
    };
    let broken: Vec<_> = tree::files().into_iter().map(|f| f.path).filter(|p| !at_home(p)).collect();
    assert_clean("every file has a home (tests/tidy/files.rs)", &broken);
}

#[test]
fn files_stay_short_enough_to_hold_in_mind() {
    let mut broken = Vec::new();
    let mut lengths = Vec::new();
    for file in tree::files().iter().filter(|f| f.path.ends_with(".rs") || f.path.ends_with(".py")) {
        let lines = file.text().map_or(0, |t| t.lines().count());
        lengths.push(lines);
        match lines {
            n if n > SPLIT => broken.push(format!("{}: {n} lines, split at {SPLIT}", file.path)),
            n if n > SOFT => eprintln!("{}: {n} lines, past the soft limit of {SOFT}", file.path),
            _ => {}
        }
    }
    lengths.sort_unstable();
    eprintln!("{} files of code, median {} lines", lengths.len(), lengths[lengths.len() / 2]);
    assert_clean("files stay short", &broken);
}

#[test]
fn no_file_is_named_after_nothing() {
    let vague = ["util", "utils", "misc", "common", "helper", "helpers", "stuff"];
    let stem = |f: &tree::ProjectFile| f.name().split('.').next().unwrap_or_default().to_owned();
    let files = tree::files();
    let broken: Vec<_> = files
        .iter()
        .filter(|f| vague.contains(&stem(f).as_str()) || f.path.split('/').any(|part| vague.contains(&part)))
        .map(|f| f.path.clone())
        .collect();
    assert_clean("files are named by their noun", &broken);
}

#[test]
fn no_loose_end_and_no_private_path_is_left() {
    // Written in pieces, so that this file does not break the rule itself.
    let words: [(&str, &[&str]); 10] = [
        ("TO", &["DO"]),
        ("FIX", &["ME"]),
        ("XX", &["X"]),
        ("todo", &["!("]),
        ("unimplemented", &["!("]),
        ("#[ig", &["nore"]),
        ("#[should", &["_panic"]),
        ("/ho", &["me/"]),
        ("/ro", &["ot/"]),
        ("/wo", &["rk/"]),
    ];
    let mut broken = Vec::new();
    for file in tree::files() {
        if file.path == "Cargo.lock" || file.path == "uff/fuzz/Cargo.lock" {
            continue;
        }
        let Some(text) = file.text() else { continue };
        for (number, line) in text.lines().enumerate() {
            for (head, tail) in words {
                let word = format!("{head}{}", tail.concat());
                if line.match_indices(&word).any(|(at, _)| stands_alone(line, at, &word)) {
                    broken.push(format!("{}:{}: {word}", file.path, number + 1));
                }
            }
        }
    }
    assert_clean("no loose ends", &broken);
}

/// A word of capitals counts only when it is not part of a longer one; a path only where a path starts.
fn stands_alone(line: &str, at: usize, word: &str) -> bool {
    let before = line[..at].chars().next_back();
    let after = line[at + word.len()..].chars().next();
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    match word.starts_with('/') {
        true => !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '}' | ')')),
        false if word.chars().all(char::is_uppercase) => !letter(before) && !letter(after),
        false => true,
    }
}
