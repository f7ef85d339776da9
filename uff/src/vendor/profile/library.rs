//! Profiles kept in a directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Profile;
use crate::error::{Code, Direction, Error, Result};

/// Deepest directory looked into.
const DEEPEST: u32 = 8;

/// Loads the profiles of a directory: files called `profile.toml` or ending in `.profile.toml`, also in directories
/// below it, sorted by the name of the profile.
///
/// # Errors
/// `profile.*` for a profile that is damaged; `profile.value` when two have the same name; `io.*`.
pub fn load_directory(directory: &Path) -> Result<Vec<Arc<Profile>>> {
    let mut paths = Vec::new();
    find(directory, 0, &mut paths)?;
    paths.sort();
    let mut profiles = paths.iter().map(|p| Profile::open(p).map(Arc::new)).collect::<Result<Vec<_>>>()?;
    profiles.sort_by(|a, b| a.name().cmp(b.name()));
    if let Some([a, b]) = profiles.array_windows().find(|[a, b]| a.name() == b.name()) {
        return Err(Error::new(Code::ProfileValue, "two profiles have the same name")
            .file(b.origin())
            .expected("a name of its own")
            .found(format!("{}, as in {}", a.name(), a.origin())));
    }
    Ok(profiles)
}

fn find(directory: &Path, depth: u32, paths: &mut Vec<PathBuf>) -> Result<()> {
    let fail = |e| Error::io(Direction::Read, directory, e);
    for entry in std::fs::read_dir(directory).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let kind = entry.file_type().map_err(fail)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if kind.is_dir() && depth < DEEPEST {
            find(&entry.path(), depth + 1, paths)?;
        } else if kind.is_file() && (name == "profile.toml" || name.ends_with(".profile.toml")) {
            paths.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_found_below_and_names_are_unique() {
        let dir = tempfile::tempdir().unwrap();
        let text = super::super::tests::PROFILE;
        std::fs::create_dir(dir.path().join("b")).unwrap();
        std::fs::write(dir.path().join("b/profile.toml"), text).unwrap();
        std::fs::write(dir.path().join("other.toml"), "not = 'a profile'").unwrap();
        let names = |dir: &Path| load_directory(dir).map(|p| p.iter().map(|p| p.name().to_owned()).collect::<Vec<_>>());
        assert_eq!(names(dir.path()).unwrap(), ["test-gantry"]);
        std::fs::write(dir.path().join("a.profile.toml"), text).unwrap();
        assert_eq!(names(dir.path()).err().map(|e| e.code()), Some(Code::ProfileValue));
        std::fs::write(dir.path().join("a.profile.toml"), text.replace("test-gantry", "another")).unwrap();
        assert_eq!(names(dir.path()).unwrap(), ["another", "test-gantry"]);
        assert_eq!(names(&dir.path().join("none")).err().map(|e| e.code()), Some(Code::IoNotFound));
    }
}
