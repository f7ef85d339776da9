//! `uff archive migrate`.

use std::path::PathBuf;

use archive::log::CustodyKeySource;
use archive::{Archive, ArchiveConfig, CatalogLocation, Location};
use clap::Args as ClapArgs;

use super::connection::{Connection, runtime};
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{bytes, plural};
use crate::wire::{ArchiveLine, Migrated, Version};

/// Arguments of `uff archive migrate`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// New location: a folder, or the URL of an object store; empty, or a replica of the archive
    #[arg(value_name = "LOCATION")]
    to: Location,
    /// Catalogue there: a file, or postgres://user@host/database [default: in the archive's folder]
    #[arg(long, value_name = "FILE")]
    to_catalog: Option<String>,
    /// Where the secret key of the custody log is written there [default: custody.key beside the catalogue]
    #[arg(long, value_name = "FILE")]
    to_custody_key: Option<PathBuf>,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let progress = context.ui.progress(None);
    progress.say(format!("copying to {}", args.to));
    let config = ArchiveConfig {
        catalog: args.to_catalog.as_deref().map(str::parse::<CatalogLocation>).transpose()?,
        custody_key: args.to_custody_key.clone().map_or_else(CustodyKeySource::default, CustodyKeySource::File),
        ..connection.config(context)?
    };
    let report = runtime()?.block_on(async {
        let archive = match connection.open(context).await {
            Err(Error::Archive(e)) if e.archive_code() == Some(archive::Code::Moved) => {
                return match Archive::end_migration(&connection.location()?, &args.to, config).await? {
                    Some(_) => Ok(None),
                    None => Err(e.into()),
                };
            }
            archive => archive?,
        };
        let told = &mut |verdict: archive::ScanVerdict| progress.say(format!("verifying {}", verdict.scan));
        Ok::<_, Error>(Some(archive.migrate(&args.to, config, told).await?.1))
    })?;
    drop(progress);
    let Some(report) = report else {
        context.ui.data(&args.to)?;
        context.ui.note("  the archive was there already; what was left of the move is done");
        return Ok(Exit::Good);
    };
    if context.ui.wants_json() {
        context.ui.json(&ArchiveLine::Migrated(Migrated {
            version: Version,
            location: args.to.to_string(),
            copied: report.copied,
            bytes: report.bytes,
            verified: report.verified.scans,
        }))?;
    } else {
        context.ui.data(&args.to)?;
        let (copied, verified) = (report.copied, plural(report.verified.scans as usize, "scan"));
        context.ui.note(format_args!("  {copied} copied, {}; {verified} verified there", bytes(report.bytes)));
        context.ui.note("  the old location takes nothing more; its bytes stay until you remove them");
    }
    Ok(Exit::Good)
}
