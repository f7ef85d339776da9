//! Which archive, and the runtime its work runs on.

use std::path::PathBuf;

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
    /// Catalogue database [default: in the archive's folder]
    #[arg(long, global = true, value_name = "FILE", env = "UFF_CATALOG")]
    catalog: Option<PathBuf>,
}

impl Connection {
    /// Names a folder.
    pub(in crate::commands) fn folder(folder: &std::path::Path) -> Self {
        Self { location: Some(folder.display().to_string()), catalog: None }
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
            catalog: self.catalog.clone().map(CatalogLocation::Sqlite),
            limits: context.limits.clone(),
            ..ArchiveConfig::default()
        };
        if let Some(threads) = context.threads {
            config.parallel = threads.get();
        }
        config
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

/// Starts the runtime.
///
/// # Errors
/// `internal` when the machine gives no threads.
pub(in crate::commands) fn runtime() -> Result<Runtime> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    Ok(built.map_err(|e| uff::Error::new(uff::Code::Internal, "no threads for the archive's work").cause(e))?)
}
