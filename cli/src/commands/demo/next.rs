//! What to try after the demo: commands that work as they stand.

use std::path::{Path, PathBuf};

use uff::model::identifier::Identifier;

use super::scan::DemoScan;
use super::shelf;

/// Returns commands on what the demo left behind.
pub(super) fn commands(scans: &[DemoScan], folder: &Path) -> Vec<String> {
    let uff = program();
    let mut lines = Vec::new();
    if let Some(scan) = scans.first() {
        let file = quoted(&scan.uff);
        lines.push(format!("{uff} info {file}"));
        lines.push(format!("{uff} validate --verbose {file}"));
        lines.push(format!("{uff} analyze {file}"));
        lines.push(format!("{uff} render --palette log -o {} {file}", quoted(&folder.join("log.png"))));
    }
    let archive = quoted(&shelf::place(folder));
    lines.push(format!("{uff} archive -a {archive} search"));
    let container = scans.iter().flat_map(|s| &s.scan.object.containers).next();
    if let Some(container) = container {
        lines.push(format!("{uff} archive -a {archive} show {}", quoted(Path::new(container.written()))));
    }
    lines.push(format!("{uff} archive -a {archive} verify"));
    lines
}

/// The command as it can be typed here: by its path, short where it lies below this folder.
fn program() -> String {
    let path = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("uff"));
    let here = std::env::current_dir().unwrap_or_default();
    quoted(path.strip_prefix(&here).unwrap_or(&path))
}

/// Quotes what a shell would take apart.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let harmless = |c: char| c.is_alphanumeric() || "/._-+:\\".contains(c);
    match text.chars().all(harmless) && !text.is_empty() {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_survive_a_shell() {
        assert_eq!(quoted(Path::new("target/release/uff")), "target/release/uff");
        assert_eq!(quoted(Path::new("my scans/it's")), r"'my scans/it'\''s'");
        assert_eq!(quoted(Path::new("CSQU 305438 3")), "'CSQU 305438 3'");
    }
}
