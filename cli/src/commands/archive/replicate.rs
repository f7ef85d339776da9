//! `uff archive replicate`.

use archive::{Location, ReplicateOptions};
use clap::Args as ClapArgs;

use super::connection::{Connection, runtime};
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{bytes, plain, plural};
use crate::wire::{ArchiveLine, Replicated, Version};

/// Arguments of `uff archive replicate`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Location of the replica: a folder, or the URL of an object store
    #[arg(value_name = "LOCATION")]
    to: Location,
    /// Compare every stored scan, not only those that the custody log names since the last time
    #[arg(long)]
    full: bool,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let progress = context.ui.progress(None);
    progress.say(format!("copying to {}", args.to));
    let report = runtime()?.block_on(async {
        let archive = connection.open(context).await?;
        Ok::<_, Error>(archive.replicate(&args.to, &ReplicateOptions { full: args.full }).await?)
    })?;
    drop(progress);
    let failed: Vec<String> = report.failed.iter().map(|(scan, e)| format!("{scan}: {e}")).collect();
    let complete = failed.is_empty();
    if context.ui.wants_json() {
        context.ui.json(&ArchiveLine::Replicated(Replicated {
            version: Version,
            copied: report.copied,
            unchanged: report.unchanged,
            bytes: report.bytes,
            entries: report.entries,
            failed,
        }))?;
    } else {
        let (copied, unchanged) = (plural(report.copied as usize, "scan"), report.unchanged);
        context.ui.data(format_args!("{copied} copied, {unchanged} there already, {}", bytes(report.bytes)))?;
        failed.iter().for_each(|line| context.ui.warn(plain(line)));
        context.ui.note(format_args!("  {} has the custody log up to entry {}", args.to, report.entries));
    }
    Ok(if complete { Exit::Good } else { Exit::Negative })
}
