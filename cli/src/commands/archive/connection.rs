//! Which archive, and the runtime its work runs on.

use std::path::PathBuf;

use archive::log::{CustodyKeySource, LogReader};
use archive::{Archive, ArchiveConfig, CatalogLocation, Location};
use clap::Args;
use tokio::runtime::Runtime;

use crate::commands::Context;
use crate::error::{Error, Result};

/// Which archive.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Archive")]
pub(in crate::commands) struct Connection {
    /// Archive: a folder, or the URL of an object store such as s3://bucket/prefix
    #[arg(short = 'a', long = "archive", global = true, value_name = "LOCATION", env = "UFF_ARCHIVE")]
    location: Option<String>,
    /// Catalogue database: a file, or postgres://user@host/database [default: in the archive's folder]
    #[arg(long, global = true, value_name = "FILE", env = "UFF_CATALOG")]
    catalog: Option<CatalogLocation>,
    /// Secret key that signs the custody log [default: custody.key beside the catalogue]
    #[arg(long, global = true, value_name = "FILE", env = "UFF_CUSTODY_KEY")]
    custody_key: Option<PathBuf>,
    /// Who acts, for the custody log, which keeps a pseudonym [default: the user of the system]
    #[arg(long, global = true, value_name = "NAME", env = "UFF_ACTOR")]
    actor: Option<String>,
}

impl Connection {
    /// Names a folder.
    pub(in crate::commands) fn folder(folder: &std::path::Path) -> Self {
        Self { location: Some(folder.display().to_string()), ..Self::default() }
    }

    /// Returns the location.
    ///
    /// # Errors
    /// `usage` when none is named; `archive.location` when it is no location.
    pub(super) fn location(&self) -> Result<Location> {
        let Some(location) = &self.location else {
            return Err(Error::usage("no archive is named", "Name it with --archive, or set UFF_ARCHIVE."));
        };
        Ok(location.parse()?)
    }

    /// Returns how to use it.
    pub(super) fn config(&self, context: &Context) -> ArchiveConfig {
        let mut config = ArchiveConfig {
            catalog: self.catalog.clone(),
            limits: context.limits.clone(),
            custody_key: self.custody_key.clone().map_or_else(CustodyKeySource::default, CustodyKeySource::File),
            actor: self.actor.clone().or_else(user),
            ..ArchiveConfig::default()
        };
        if let Some(threads) = context.threads {
            config.parallel = threads.get();
        }
        config
    }

    /// Tells whether an archive is named.
    pub(in crate::commands) fn is_named(&self) -> bool {
        self.location.is_some()
    }

    /// Opens the custody log alone, which needs neither catalogue nor secret key.
    ///
    /// # Errors
    /// As [`Connection::location`] and [`LogReader::open`].
    pub(in crate::commands) fn log(&self) -> Result<LogReader> {
        Ok(LogReader::open(&self.location()?)?)
    }

    /// Opens the archive.
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub(in crate::commands) async fn open(&self, context: &Context) -> Result<Archive> {
        Ok(Archive::open(&self.location()?, self.config(context)).await?)
    }

    /// Makes the archive.
    ///
    /// # Errors
    /// As [`Archive::init`].
    pub(in crate::commands) async fn init(&self, context: &Context) -> Result<Archive> {
        Ok(Archive::init(&self.location()?, self.config(context)).await?)
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
