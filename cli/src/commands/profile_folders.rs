//! Where vendor profiles are found.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use uff::error::{Code, Direction, Error};
use uff::vendor::profile::{Profile, open_site};

use crate::error::Result;

/// What stands between folders in the environment variable, as in `PATH`.
const SEPARATOR: char = if cfg!(windows) { ';' } else { ':' };

/// Where vendor profiles are looked for.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Vendor profiles")]
pub(super) struct ProfileFolders {
    /// Folder with vendor profiles (*.toml); may be repeated
    #[arg(long = "profiles", value_name = "FOLDER", env = "UFF_PROFILES", value_delimiter = SEPARATOR, global = true)]
    folders: Vec<PathBuf>,
    /// Constants of this site that profiles may refer to as site:NAME: a TOML file of NAME = "value" lines
    #[arg(long, value_name = "FILE", env = "UFF_SITE", global = true)]
    site: Option<PathBuf>,
}

impl ProfileFolders {
    /// Reads every profile of the folders, and of the user's own folder where there is one, sorted by name.
    ///
    /// # Errors
    /// `io.*` when a folder cannot be read; `profile.*` when a profile is wrong.
    pub(super) fn load(&self) -> Result<Vec<Arc<Profile>>> {
        let site = self.constants()?;
        let own = own_folder().filter(|folder| folder.is_dir());
        let mut found: Vec<Arc<Profile>> = Vec::new();
        for folder in self.folders.iter().chain(&own) {
            for path in profile_files(folder)? {
                found.push(Arc::new(Profile::open(&path)?.at_site(site.clone())));
            }
        }
        found.sort_by(|a, b| a.name().cmp(b.name()).then_with(|| a.origin().cmp(b.origin())));
        found.dedup_by(|a, b| a.digest() == b.digest());
        Ok(found)
    }

    /// Finds a profile by its name among the known ones, or by its file.
    ///
    /// # Errors
    /// `profile.unknown`; `io.*`; `profile.*`.
    pub(super) fn find(&self, name: &str) -> Result<Arc<Profile>> {
        let path = Path::new(name);
        if path.is_file() || path.extension().is_some_and(|e| e == "toml") {
            return Ok(Arc::new(Profile::open(path)?.at_site(self.constants()?)));
        }
        let known = self.load()?;
        match known.iter().find(|p| p.name() == name) {
            Some(profile) => Ok(profile.clone()),
            None => {
                let names: Vec<_> = known.iter().map(|p| p.name()).collect();
                let expected = match names.is_empty() {
                    true => "a file, or a name from a folder given with --profiles".to_owned(),
                    false => format!("a file, or one of {}", names.join(", ")),
                };
                Err(Error::new(Code::ProfileUnknown, "no such profile").expected(expected).found(name).into())
            }
        }
    }
}

impl ProfileFolders {
    /// Reads the constants of the site; none without a file.
    fn constants(&self) -> Result<BTreeMap<String, String>> {
        Ok(self.site.as_deref().map(open_site).transpose()?.unwrap_or_default())
    }
}

/// The user's own profiles: `uff/profiles` in the configuration folder of the platform.
fn own_folder() -> Option<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let config = match cfg!(windows) {
        true => var("APPDATA"),
        false => var("XDG_CONFIG_HOME").or_else(|| var("HOME").map(|home| home.join(".config"))),
    };
    config.map(|folder| folder.join("uff").join("profiles"))
}

fn profile_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let fail = |e| Error::io(Direction::Read, folder, e);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.extension().is_some_and(|e| e == "toml") && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
