//! Which archive, and the runtime its work runs on.

use std::path::PathBuf;

use archive::log::{CustodyKeySource, LogReader};
use archive::{Archive, ArchiveConfig, CatalogLocation, Location, StoreOptions};
use clap::Args;
use serde::Deserialize;
use tokio::runtime::Runtime;
use uff::source::read_text;

use crate::commands::Context;
use crate::error::{Error, Result};

/// Which archive.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Archive")]
pub(in crate::commands) struct Connection {
    /// Settings (TOML) for what neither an option nor the environment states: location, catalog, custody_key, actor, and in
    /// [store] those of the object store, such as aws_region
    #[arg(long, global = true, value_name = "FILE", env = "UFF_SETTINGS")]
    settings: Option<PathBuf>,
    /// Archive: a folder, or the URL of an object store such as s3://bucket/prefix
    #[arg(short = 'a', long = "archive", global = true, value_name = "LOCATION", env = "UFF_ARCHIVE")]
    location: Option<String>,
    /// Catalogue database: a file, or postgres://user@host/database [default: in the archive's folder]
    #[arg(long, global = true, value_name = "FILE", env = "UFF_CATALOG")]
    catalog: Option<String>,
    /// Secret key that signs the custody log [default: custody.key beside the catalogue]
    #[arg(long, global = true, value_name = "FILE", env = "UFF_CUSTODY_KEY")]
    custody_key: Option<PathBuf>,
    /// Who acts, for the custody log, which keeps a pseudonym [default: the user of the system]
    #[arg(long, global = true, value_name = "NAME", env = "UFF_ACTOR")]
    actor: Option<String>,
}

/// File of settings.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    location: Option<String>,
    catalog: Option<String>,
    custody_key: Option<PathBuf>,
    actor: Option<String>,
    #[serde(default)]
    store: StoreOptions,
}

/// Largest file of settings, in bytes.
const LARGEST_SETTINGS: u64 = 1 << 20;

impl Connection {
    /// Reads the file of settings, where one is named.
    ///
    /// # Errors
    /// `io.*`; `usage` when it is none. Its values, which may be secrets, are not repeated.
    fn settings(&self) -> Result<Settings> {
        let Some(path) = &self.settings else { return Ok(Settings::default()) };
        let text = read_text(path, LARGEST_SETTINGS, uff::Code::LimitBytes)?;
        toml::from_str(&text).map_err(|e| {
            let line = e.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let message = format!("{}: the settings cannot be read in line {line}", path.display());
            let hint = "Known are location, catalog, custody_key, actor, and [store] with texts.";
            Error::usage(message, hint)
        })
    }

    /// Names a folder.
    pub(in crate::commands) fn folder(folder: &std::path::Path) -> Self {
        Self { location: Some(folder.display().to_string()), ..Self::default() }
    }

    /// Returns the location.
    ///
    /// # Errors
    /// `usage` when none is named; `archive.location` when it is no location.
    pub(super) fn location(&self) -> Result<Location> {
        let Some(location) = self.location.clone().or(self.settings()?.location) else {
            return Err(Error::usage("no archive is named", "Name it with --archive, or set UFF_ARCHIVE."));
        };
        Ok(location.parse()?)
    }

    /// Returns how to use it.
    ///
    /// # Errors
    /// As reading the settings; `archive.location` for a catalogue that is none.
    pub(super) fn config(&self, context: &Context) -> Result<ArchiveConfig> {
        let settings = self.settings()?;
        // Read here and not among the arguments, whose errors repeat what was given.
        let catalog = self.catalog.as_deref().or(settings.catalog.as_deref());
        let catalog = catalog.map(str::parse::<CatalogLocation>).transpose()?;
        let key = self.custody_key.clone().or(settings.custody_key);
        let mut config = ArchiveConfig {
            catalog,
            limits: context.limits.clone(),
            custody_key: key.map_or_else(CustodyKeySource::default, CustodyKeySource::File),
            store: settings.store,
            actor: self.actor.clone().or(settings.actor).or_else(user),
            ..ArchiveConfig::default()
        };
        if let Some(threads) = context.threads {
            config.parallel = threads.get();
        }
        Ok(config)
    }

    /// Tells whether an archive is named.
    pub(in crate::commands) fn is_named(&self) -> bool {
        self.location.is_some() || self.settings.is_some()
    }

    /// Opens the custody log alone, which needs neither catalogue nor secret key.
    ///
    /// # Errors
    /// As [`Connection::location`] and [`LogReader::open`].
    pub(in crate::commands) fn log(&self) -> Result<LogReader> {
        Ok(LogReader::open(&self.location()?, &self.settings()?.store)?)
    }

    /// Opens the archive.
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub(in crate::commands) async fn open(&self, context: &Context) -> Result<Archive> {
        Ok(Archive::open(&self.location()?, self.config(context)?).await?)
    }

    /// Makes the archive.
    ///
    /// # Errors
    /// As [`Archive::init`].
    pub(in crate::commands) async fn init(&self, context: &Context) -> Result<Archive> {
        Ok(Archive::init(&self.location()?, self.config(context)?).await?)
    }
}

/// Returns the user of the system, as the environment names them.
fn user() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()))
}

/// Starts the runtime.
///
/// # Errors
/// `internal` when the machine gives no threads.
pub(in crate::commands) fn runtime() -> Result<Runtime> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    Ok(built.map_err(|e| uff::Error::new(uff::Code::Internal, "no threads for the archive's work").cause(e))?)
}
