//! The folder that the demo works in.

use std::fs;
use std::path::{Path, PathBuf};

use uff::error::{Code, Direction, Error};

use crate::commands::target::make_directory;
use crate::error::Result;

/// File that marks a folder as made by a demo, so that the next one may make it anew.
const MARK: &str = ".uff-demo";

/// Makes an empty folder; one that a demo made before is emptied.
///
/// # Errors
/// `target.exists` for a folder with content that no demo made; `io.*`.
pub(super) fn prepare(wanted: Option<&Path>) -> Result<PathBuf> {
    let folder = wanted.map_or_else(usual, Path::to_owned);
    let fail = |e| Error::io(Direction::Write, &folder, e);
    let occupied = fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some());
    if occupied && !folder.join(MARK).is_file() {
        let e = Error::new(Code::TargetExists, "the folder holds something that no demo made").file(folder.display());
        return Err(e.hint("Name another folder with --into.").into());
    }
    if occupied {
        fs::remove_dir_all(&folder).map_err(fail)?;
    }
    make_directory(&folder)?;
    fs::write(folder.join(MARK), "made by `uff demo`, which may replace this folder\n").map_err(fail)?;
    Ok(folder)
}

/// Beside what the compiler makes in a clone, else here.
fn usual() -> PathBuf {
    match Path::new("target").is_dir() {
        true => PathBuf::from("target").join("uff-demo"),
        false => PathBuf::from("uff-demo"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_of_a_demo_are_made_anew() {
        let place = tempfile::tempdir().unwrap();
        let folder = prepare(Some(&place.path().join("a/demo"))).unwrap();
        fs::write(folder.join("left"), "over").unwrap();
        assert!(!prepare(Some(&folder)).unwrap().join("left").exists());

        let precious = place.path().join("precious");
        fs::create_dir(&precious).unwrap();
        fs::write(precious.join("thesis"), "years").unwrap();
        assert_eq!(prepare(Some(&precious)).unwrap_err().code(), "target.exists");
        assert!(precious.join("thesis").exists());
    }
}
