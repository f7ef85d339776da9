//! Where an archive lies, and what declares it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::{Code, Error, Result};
use crate::id::ArchiveId;
use crate::versioned;

/// Format number of the archives this software makes.
pub const FORMAT: u32 = 1;

/// File in the storage root that declares the archive; other tools ignore it (OCFL 1.1, section 4.1).
pub const MARKER: &str = "uff-archive.json";

/// Where an archive lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A directory of the local disk, with the bytes in `storage/` and the catalogue in `catalog.sqlite`.
    Directory(PathBuf),
    /// A prefix of an object store, such as `s3://bucket/prefix`.
    Url(Url),
}

impl Location {
    /// Returns where the catalogue lies unless stated otherwise.
    ///
    /// # Errors
    /// `archive.location` for a store on the network, which cannot hold a database file.
    pub fn default_catalog(&self) -> Result<CatalogLocation> {
        match self {
            Self::Directory(directory) => Ok(CatalogLocation::Sqlite(directory.join("catalog.sqlite"))),
            Self::Url(url) if url.scheme() == "memory" => Ok(CatalogLocation::Memory),
            Self::Url(url) => Err(Error::new(Code::Location, "an archive in object storage needs a catalogue path")
                .file(url)
                .hint("State where the catalogue of this archive lies on the local disk.")),
        }
    }
}

impl FromStr for Location {
    type Err = Error;

    /// Reads a URL (anything with `://`, `memory:` or `file:` in front), or takes the text as a directory.
    fn from_str(text: &str) -> Result<Self> {
        let is_url = text.contains("://") || text.starts_with("memory:") || text.starts_with("file:");
        if !is_url {
            return Ok(Self::Directory(text.into()));
        }
        let wrong = || Error::new(Code::Location, "not a URL of a store").expected("such as s3://bucket/prefix");
        let url = Url::parse(text).map_err(|e| wrong().cause(e))?;
        match url.scheme() {
            "file" => url.to_file_path().map(Self::Directory).map_err(|()| wrong()),
            _ => Ok(Self::Url(url)),
        }
    }
}

impl From<&Path> for Location {
    fn from(directory: &Path) -> Self {
        Self::Directory(directory.to_owned())
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(directory) => directory.display().fmt(f),
            Self::Url(url) => url.fmt(f),
        }
    }
}

/// File that lies beside the catalogue of an archive: in its directory, or, for one in object storage, with the name of
/// the catalogue in front. None for a catalogue that is no file.
pub(crate) fn beside(location: &Location, catalog: &CatalogLocation, name: &str) -> Option<PathBuf> {
    match (location, catalog) {
        (Location::Directory(directory), _) => Some(directory.join(name)),
        (Location::Url(_), CatalogLocation::Sqlite(path)) => {
            let mut file = path.file_name().unwrap_or_default().to_owned();
            file.push(format!(".{name}"));
            Some(path.with_file_name(file))
        }
        (Location::Url(_), CatalogLocation::Postgres(_)) => None,
        (Location::Url(_), CatalogLocation::Memory) => None,
    }
}

/// Settings of object stores, as `object_store` names them (`aws_region`, `azure_storage_account_name`, …). The environment goes
/// before them. Values may be secrets, and are never shown.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct StoreOptions(BTreeMap<String, String>);

impl StoreOptions {
    /// Returns names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl fmt::Debug for StoreOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Where a catalogue lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogLocation {
    /// SQLite database in a file.
    Sqlite(PathBuf),
    /// PostgreSQL database.
    Postgres(PostgresUrl),
    /// Database in memory, gone when the archive is closed.
    Memory,
}

/// URL of a PostgreSQL database: `postgres://user@host:port/database?options=-csearch_path%3Dschema`.
///
/// It holds no password, since URLs end up in logs; the password comes from `PGPASSWORD`. Unless the server is on this
/// machine, the connection is encrypted, with the certificates that the machine trusts; `sslmode` says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresUrl(Url);

impl PostgresUrl {
    /// Tells whether a text is meant as such a URL.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with("postgres://") || text.starts_with("postgresql://")
    }

    /// Returns the URL.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl FromStr for PostgresUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::new(Code::Location, "not the URL of a PostgreSQL database");
        let url = Url::parse(text).map_err(|e| wrong().cause(e))?;
        if url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password") {
            let e = Error::new(Code::Location, "the URL of the catalogue holds a password");
            return Err(e.hint("Put the password into PGPASSWORD."));
        }
        match Self::is_meant(text) {
            true => Ok(Self(url)),
            false => Err(wrong().expected("postgres://user@host/database")),
        }
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CatalogLocation {
    type Err = Error;

    /// Reads the URL of a PostgreSQL database, or takes the text as a file.
    fn from_str(text: &str) -> Result<Self> {
        if PostgresUrl::is_meant(text) {
            return Ok(Self::Postgres(text.parse()?));
        }
        Ok(Self::Sqlite(text.into()))
    }
}

/// Content of [`MARKER`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Marker {
    /// Format number of the archive.
    pub(crate) format: u32,
    /// Identity of the archive.
    pub(crate) archive: ArchiveId,
    /// What made it.
    pub(crate) software: String,
}

impl Marker {
    pub(crate) fn new() -> Self {
        Self { format: FORMAT, archive: ArchiveId::generate(), software: software() }
    }

    /// Reads the declaration.
    ///
    /// # Errors
    /// `archive.version` for another format; `archive.corrupt` when it is no declaration.
    pub(crate) fn from_json(bytes: &[u8], name: &str) -> Result<Self> {
        versioned::read(bytes, FORMAT, "the archive", name)
    }
}

/// Returns the name and version of this software.
pub(crate) fn software() -> String {
    concat!("uff archive ", env!("CARGO_PKG_VERSION")).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_urls_are_told_apart() {
        let of = |t: &str| t.parse::<Location>().expect("sound");
        assert_eq!(of("scans"), Location::Directory("scans".into()));
        assert_eq!(of("C:/scans"), Location::Directory("C:/scans".into()));
        assert_eq!(of("file:///var/scans"), Location::Directory("/var/scans".into()));
        assert!(matches!(of("s3://bucket/a"), Location::Url(_)));
        assert_eq!(of("memory:").default_catalog().expect("sound"), CatalogLocation::Memory);
        assert_eq!(of("s3://bucket").default_catalog().expect_err("no path").code(), "archive.location");
    }

    #[test]
    fn passwords_in_urls_are_refused_without_repeating_them() {
        for text in ["postgres://u:secret@h/d", "postgresql://u@h/d?password=secret"] {
            let e = text.parse::<PostgresUrl>().expect_err("refused");
            assert_eq!(e.code(), "archive.location");
            assert!(!format!("{e:?}").contains("secret"));
        }
        assert!("mysql://u@h/d".parse::<PostgresUrl>().is_err());
    }

    #[test]
    fn later_format_is_a_typed_error_with_both_numbers() {
        let json = br#"{"format":2,"new":true}"#;
        let e = Marker::from_json(json, "m").expect_err("later");
        assert_eq!(e.to_string(), "m: the archive has another format: expected 1, found 2 [archive.version]");
    }
}
