//! Layers: a module imports only what stands below it.

use crate::rust_source::{code, root_imports};
use crate::{assert_clean, tree};

/// Modules of a crate, lowest layer first. Within a layer, a module may import those to its left.
struct Layers {
    krate: &'static str,
    rows: &'static [&'static [&'static str]],
    /// Modules that may import everything and that nothing else may import.
    top: &'static [&'static str],
}

const LAYERS: [Layers; 3] = [
    Layers {
        krate: "uff",
        rows: &[
            &["error", "units", "normal_equations"],
            &["source", "limits", "model", "physics"],
            &["material"],
            &["measure", "picture", "atr"],
            &["compare", "detect", "goods"],
            &["h5", "xml", "synth", "trial"],
            &["accuracy"],
            &["format", "vendor", "export"],
            &["validate", "redact"],
            &["convert"],
        ],
        top: &["lib", "testing"],
    },
    Layers {
        krate: "archive",
        rows: &[
            &["error", "id", "versioned"],
            &["subject", "record", "config"],
            &["store"],
            &["facts", "care"],
            &["query", "retention"],
            &["catalog", "log"],
            &["draft", "reindex", "settings", "lock"],
            &["retrieve", "ingest", "verify", "compare", "sweep"],
            &["change", "replicate", "scrub"],
            &["expire"],
            &["archive"],
            &["migrate"],
        ],
        top: &["lib", "testing"],
    },
    Layers {
        krate: "cli",
        rows: &[&["exit", "wire", "ui"], &["error"], &["serve"], &["commands"]],
        top: &["lib", "main"],
    },
];

/// Crates that a crate may name; the arrows are `cli` to `archive` to `uff`, and `cli` to `uff`.
const ARROWS: [(&str, &[&str]); 3] = [("uff", &[]), ("archive", &["uff"]), ("cli", &["uff", "archive"])];

/// Returns the place of a file in its crate: `uff/src/xml/v2.rs` is `["xml", "v2"]`.
fn module_of(path: &str, krate: &str) -> Vec<String> {
    let inner = path.trim_start_matches(krate).trim_start_matches("/src/").trim_end_matches(".rs");
    let mut parts: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

fn position(layers: &Layers, module: &str) -> Option<(usize, usize)> {
    layers.rows.iter().enumerate().find_map(|(row, names)| Some((row, names.iter().position(|n| *n == module)?)))
}

#[test]
fn every_module_imports_only_what_stands_below_it() {
    let mut broken = Vec::new();
    for layers in &LAYERS {
        let mut seen = 0;
        for file in tree::sources(layers.krate) {
            let module = module_of(&file.path, layers.krate);
            // Tests may import everything.
            let code_of_tests = module.iter().any(|part| part == "tests");
            let Some(head) = module.first().filter(|m| !layers.top.contains(&m.as_str()) && !code_of_tests) else {
                continue;
            };
            let Some(own) = position(layers, head) else {
                broken.push(format!("{}: module {head} has no layer; give it one in tests/tidy/layers.rs", file.path));
                continue;
            };
            for (line, target) in root_imports(&code(&file.text().unwrap_or_default()), &module) {
                let below = match position(layers, &target) {
                    Some((row, place)) => target == *head || row < own.0 || (row == own.0 && place < own.1),
                    // Macros and re-exports of the root: uff's are those of its error module, below everything.
                    None => !layers.top.contains(&target.as_str()),
                };
                seen += 1;
                if !below {
                    broken.push(format!("{}:{line}: {head} imports {target}, which does not stand below", file.path));
                }
            }
        }
        eprintln!("{}: {seen} imports looked at", layers.krate);
    }
    assert_clean("layers point down", &broken);
}

#[test]
fn crates_depend_only_along_the_arrows() {
    let mut broken = Vec::new();
    for (krate, allowed) in ARROWS {
        let manifest = std::fs::read_to_string(tree::root().join(krate).join("Cargo.toml")).unwrap();
        for (other, _) in ARROWS {
            let named = manifest.lines().any(|l| {
                l.strip_prefix(other).is_some_and(|rest| rest.trim_start().starts_with(['.', '=']) && !l.contains('['))
            });
            if named && !allowed.contains(&other) {
                broken.push(format!("{krate}/Cargo.toml names {other}"));
            }
        }
    }
    assert_clean("crates depend along the arrows", &broken);
}

/// The codec is synchronous and knows no network, terminal or database; only the command knows the terminal.
#[test]
fn heavy_dependencies_stay_where_they_belong() {
    let forbidden: [(&str, &[&str]); 2] = [
        ("uff", &["tokio", "object_store", "rusqlite", "sqlx", "clap", "indicatif", "axum", "futures"]),
        ("archive", &["clap", "indicatif", "axum"]),
    ];
    let mut broken = Vec::new();
    for (krate, names) in forbidden {
        let manifest = std::fs::read_to_string(tree::root().join(krate).join("Cargo.toml")).unwrap();
        let normal = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        for name in names {
            if normal.lines().any(|l| l.starts_with(&format!("{name}.")) || l.starts_with(&format!("{name} ="))) {
                broken.push(format!("{krate}/Cargo.toml names {name}"));
            }
        }
    }
    assert_clean("heavy dependencies stay where they belong", &broken);
}

/// The code map of a crate's README names each module once, so it cannot drift from the table above.
#[test]
fn code_maps_name_every_module() {
    let mut broken = Vec::new();
    for layers in &LAYERS {
        let page = std::fs::read_to_string(tree::root().join(layers.krate).join("README.md")).unwrap_or_default();
        let rows: String = page.lines().filter(|l| l.starts_with("| ") && l.contains('`')).collect();
        for module in layers.rows.iter().copied().flatten() {
            let exists = tree::sources(layers.krate)
                .iter()
                .any(|f| module_of(&f.path, layers.krate).first().is_some_and(|m| m == module));
            if exists && !rows.contains(&format!("`{module}`")) {
                broken.push(format!("{}/README.md does not name `{module}`", layers.krate));
            }
        }
    }
    assert_clean("code maps are complete", &broken);
}
