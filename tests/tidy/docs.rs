//! Pages that every part must have, and lists in them that must match the code.

use crate::{assert_clean, tree};

#[test]
fn each_crate_has_its_pages() {
    let mut broken = Vec::new();
    for krate in ["uff", "archive", "cli"] {
        for page in ["README.md", "CHANGELOG.md"] {
            let path = tree::root().join(krate).join(page);
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            if text.lines().count() < 3 {
                broken.push(format!("{krate}/{page} is missing or empty"));
            }
        }
    }
    assert_clean("each crate has its pages", &broken);
}

#[test]
fn every_top_level_test_is_wired() {
    let manifest = std::fs::read_to_string(tree::root().join("cli/Cargo.toml")).unwrap();
    let tests: Vec<_> = tree::files()
        .into_iter()
        .filter(|f| f.path.strip_prefix("tests/").is_some_and(|rest| !rest.contains('/') && rest.ends_with(".rs")))
        .collect();
    assert!(!tests.is_empty());
    let broken: Vec<_> = tests
        .iter()
        .filter(|f| !manifest.contains(&format!("path = \"../{}\"", f.path)))
        .map(|f| format!("{} is not named in cli/Cargo.toml, so it never runs", f.path))
        .collect();
    assert_clean("every top-level test is wired", &broken);
}

/// The sample page names every sample file's folder; the digests it lists are checked with the samples themselves.
#[test]
fn every_relative_link_of_a_page_leads_somewhere() {
    let mut broken = Vec::new();
    let mut links = 0;
    for file in tree::files().iter().filter(|f| f.path.ends_with(".md")) {
        let folder = file.full.parent().unwrap();
        for target in file.text().unwrap_or_default().split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = target.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.contains(' ') || target.starts_with("mailto:") {
                continue;
            }
            links += 1;
            if !folder.join(target).exists() {
                broken.push(format!("{}: {target}", file.path));
            }
        }
    }
    eprintln!("{links} relative links looked at");
    assert_clean("links lead somewhere", &broken);
}
