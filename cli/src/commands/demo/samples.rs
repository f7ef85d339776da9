//! The samples of the project: `samples/NAME/delivery`, their truth beside them, and the profiles of their vendors.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use uff::error::{Code, Direction, Error};
use uff::vendor::profile::Profile;

use crate::error::Result;

/// The samples.
pub(super) struct Samples {
    /// Folder they lie in.
    pub(super) root: PathBuf,
    /// Profiles of their vendors.
    pub(super) profiles: Vec<Arc<Profile>>,
    /// Samples, by name.
    pub(super) all: Vec<Sample>,
}

/// One sample.
pub(super) struct Sample {
    /// Name of its folder.
    pub(super) name: String,
    /// What the scanner delivered.
    pub(super) delivery: PathBuf,
    /// What is known to be in it; it need not exist.
    pub(super) truth: PathBuf,
}

/// Finds the samples in `wanted`, or from here, and from where the command lies, upwards.
///
/// # Errors
/// `io.not_found` when there are none; `io.*` and `profile.*` when they cannot be read.
pub(super) fn find(wanted: Option<&Path>) -> Result<Samples> {
    let root = match wanted {
        Some(root) => root.to_owned(),
        None => upwards().ok_or_else(|| {
            let e = Error::new(Code::IoNotFound, "the samples of the project are not here or above");
            e.expected("a folder `samples`")
                .hint("Run this in a clone of the project, or name the folder with --samples.")
        })?,
    };
    let mut all = Vec::new();
    for entry in list(&root)? {
        let delivery = entry.join("delivery");
        if delivery.exists() {
            let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
            all.push(Sample { name, delivery, truth: entry.join("truth.json") });
        }
    }
    if all.is_empty() {
        let e = Error::new(Code::IoNotFound, "the folder holds no samples").file(root.display());
        return Err(e.expected("folders with a `delivery` each").into());
    }
    let mut profiles = Vec::new();
    for path in list(&root.join("profiles"))?.iter().filter(|p| p.extension().is_some_and(|e| e == "toml")) {
        profiles.push(Arc::new(Profile::open(path)?));
    }
    Ok(Samples { root, profiles, all })
}

fn upwards() -> Option<PathBuf> {
    let is_samples = |folder: &PathBuf| folder.join("profiles").is_dir();
    if let Some(here) = Some(PathBuf::from("samples")).filter(is_samples) {
        return Some(here);
    }
    let starts = [std::env::current_dir().ok(), std::env::current_exe().ok()];
    let above = starts.iter().flatten().flat_map(|start| start.ancestors());
    above.map(|folder| folder.join("samples")).find(is_samples)
}

fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let fail = |e| Error::io(Direction::Read, folder, e);
    let entries = fs::read_dir(folder).map_err(fail)?;
    let mut paths: Vec<PathBuf> = entries.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>().map_err(fail)?;
    paths.sort();
    Ok(paths)
}
