//! The project's files.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold what tools produce.
const PRODUCED: [&str; 6] = ["target", ".git", "corpus", "artifacts", "__pycache__", "uff-demo"];

/// A file of the project.
pub(crate) struct ProjectFile {
    /// Path from the workspace root, with forward slashes.
    pub(crate) path: String,
    /// Where it lies.
    pub(crate) full: PathBuf,
}

impl ProjectFile {
    /// Returns the text, or nothing for a binary file.
    pub(crate) fn text(&self) -> Option<String> {
        fs::read(&self.full).ok().and_then(|bytes| String::from_utf8(bytes).ok())
    }

    /// Returns the name without folders.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// Returns the workspace root.
pub(crate) fn root() -> PathBuf {
    let cli = Path::new(env!("CARGO_MANIFEST_DIR"));
    cli.parent().unwrap_or(cli).to_owned()
}

/// Returns every file of the project, sorted by path.
pub(crate) fn files() -> Vec<ProjectFile> {
    let mut found = Vec::new();
    walk(&root(), "", &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 50, "only {} files found: is the root right?", found.len());
    found
}

/// Returns the Rust files of one crate's library or binary.
pub(crate) fn sources(krate: &str) -> Vec<ProjectFile> {
    let prefix = format!("{krate}/src/");
    let mut all = files();
    all.retain(|f| f.path.starts_with(&prefix) && f.path.ends_with(".rs"));
    assert!(!all.is_empty(), "{krate} has no source");
    all
}

fn walk(dir: &Path, prefix: &str, found: &mut Vec<ProjectFile>) {
    for entry in fs::read_dir(dir).expect("a readable folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if PRODUCED.contains(&name.as_str()) {
            continue;
        }
        let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        match entry.file_type() {
            Ok(t) if t.is_dir() => walk(&entry.path(), &path, found),
            Ok(t) if t.is_file() => found.push(ProjectFile { path, full: entry.path() }),
            _ => {}
        }
    }
}
