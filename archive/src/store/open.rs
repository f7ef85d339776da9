//! Opens the store of a location.

use std::collections::BTreeMap;
use std::path::PathBuf;

#[cfg(feature = "cloud")]
use object_store::ObjectStoreScheme;
use object_store::local::LocalFileSystem;

use super::Store;
#[cfg(feature = "cloud")]
use super::s3;
use crate::config::{Location, StoreOptions};
use crate::error::{Code, Error, Result};

/// Part of an archive that holds the scans: an OCFL storage root.
const STORAGE: &str = "storage";
/// Part of an archive that holds the custody log.
const LOG: &str = "log";
/// Part of an archive that holds what care remembers: how far it came, of what the archive is a replica.
const CARE: &str = "care";
/// Part of an archive that holds the retention policies.
const RETENTION: &str = "retention";

/// Stores of the parts of an archive.
#[derive(Clone)]
pub struct Places {
    /// The scans: an OCFL storage root.
    pub storage: Store,
    /// The custody log.
    pub log: Store,
    /// The retention policies.
    pub retention: Store,
    /// What care remembers.
    pub care: Store,
}

impl Places {
    /// Divides a store.
    pub fn of(store: &Store) -> Self {
        Self {
            storage: store.below(STORAGE),
            log: store.below(LOG),
            retention: store.below(RETENTION),
            care: store.below(CARE),
        }
    }
}

/// Opens the stores of a location. Credentials and settings come from the environment, as `object_store` names them
/// (`AWS_ACCESS_KEY_ID`, `AZURE_STORAGE_ACCOUNT_NAME`, `GOOGLE_SERVICE_ACCOUNT`, …), and from `options` where it has none; a
/// URL with a user or a password is refused, because URLs end up in logs.
///
/// # Errors
/// `archive.location` for a URL no store knows; `archive.absent` when `create` is false and the directory is not
/// there; `archive.store` when it cannot be made.
pub fn open(location: &Location, create: bool, options: &StoreOptions) -> Result<Places> {
    match location {
        Location::Directory(directory) => {
            let storage = directory.join(STORAGE);
            if !create && !storage.is_dir() {
                return Err(Error::new(Code::Absent, "there is no archive").file(directory.display()));
            }
            let [log, retention, care] = [LOG, RETENTION, CARE].map(|part| local(directory.join(part)));
            Ok(Places { storage: local(storage)?, log: log?, retention: retention?, care: care? })
        }
        Location::Url(url) => {
            if !url.username().is_empty() || url.password().is_some() {
                return Err(Error::new(Code::Location, "the URL holds credentials")
                    .hint("Put credentials into the environment."));
            }
            let failed = |e| Error::new(Code::Location, "no store for this URL").file(url).cause(e);
            let settings = settings(options);
            #[cfg(feature = "cloud")]
            if let Ok((ObjectStoreScheme::AmazonS3, _)) = ObjectStoreScheme::parse(url) {
                return Ok(Places::of(&s3::open(url, settings).map_err(failed)?));
            }
            let (inner, prefix) = object_store::parse_url_opts(url, settings).map_err(failed)?;
            Ok(Places::of(&Store::new(inner.into(), prefix, url.as_str())))
        }
    }
}

/// Opens a directory, which is made where it is missing. Each part has a store of its own: cleaning up empty directories
/// must not take the part away.
fn local(root: PathBuf) -> Result<Store> {
    // No ban on blocking here: opening happens once, before any service starts.
    std::fs::create_dir_all(&root).map_err(|e| {
        let e = uff::Error::io(uff::error::Direction::Write, &root, e);
        Error::from(e)
    })?;
    let failed = |e| Error::new(Code::Store, "cannot open the directory").file(root.display()).cause(e);
    let local = LocalFileSystem::new_with_prefix(&root).map_err(failed)?;
    let local = local.with_fsync(true).with_automatic_cleanup(true);
    Ok(Store::on_disk(local, root))
}

/// Settings of the caller and of the environment, which goes before them, under the prefixes the stores own; a variable that is
/// not Unicode is none of ours.
fn settings(options: &StoreOptions) -> BTreeMap<String, String> {
    let owned = |key: &str| ["aws_", "azure_", "google_"].iter().any(|prefix| key.starts_with(prefix));
    let given = options.iter().map(|(key, value)| (key.to_ascii_lowercase(), value.to_owned()));
    let environment = std::env::vars_os()
        .filter_map(|(k, v)| Some((k.into_string().ok()?.to_ascii_lowercase(), v.into_string().ok()?)))
        .filter(move |(key, _)| owned(key));
    given.chain(environment).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_with_credentials_is_refused_without_repeating_them() {
        let location = "s3://key:secret@bucket/prefix".parse().expect("a URL");
        let e = open(&location, false, &StoreOptions::default()).err().expect("refused");
        assert_eq!(e.code(), "archive.location");
        assert!(!format!("{e:?}").contains("secret"));
    }

    #[test]
    fn unknown_scheme_is_refused() {
        let location = "gopher://x/y".parse().expect("a URL");
        assert_eq!(open(&location, false, &StoreOptions::default()).err().map(|e| e.code()), Some("archive.location"));
    }
}
