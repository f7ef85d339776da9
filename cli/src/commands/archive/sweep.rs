//! `uff archive sweep`.

use std::time::Duration;

use archive::{SweepOptions, SweepReport};
use clap::Args as ClapArgs;

use super::connection::{Connection, runtime};
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::plain;
use crate::wire::{ArchiveLine, Swept, Version};

/// Arguments of `uff archive sweep`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Leave files alone that are younger than this: someone may be storing them
    #[arg(long, value_name = "HOURS", default_value_t = 24)]
    older_than: u64,
    /// Tell what would be done without doing it
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let older_than = Duration::from_secs(args.older_than.saturating_mul(3600));
    let options = SweepOptions { older_than, dry_run: args.dry_run };
    let progress = context.ui.progress(None);
    progress.say("looking at all scans");
    let report = runtime()?.block_on(async {
        let archive = connection.open(context).await?;
        Ok::<_, Error>(archive.sweep(&options).await?)
    })?;
    drop(progress);
    let complete = report.failed.is_empty();
    let told = to_wire(&report, args.dry_run);
    if context.ui.wants_json() {
        context.ui.json(&ArchiveLine::Swept(told))?;
    } else {
        told.completed.iter().try_for_each(|scan| context.ui.data(format_args!("completed   {scan}")))?;
        told.catalogued.iter().try_for_each(|scan| context.ui.data(format_args!("catalogued  {scan}")))?;
        told.logged.iter().try_for_each(|scan| context.ui.data(format_args!("logged      {scan}")))?;
        told.removed.iter().try_for_each(|path| context.ui.data(plain(&format!("removed     {path}"))))?;
        told.failed.iter().for_each(|line| context.ui.warn(plain(line)));
        if args.dry_run {
            context.ui.note("  nothing was changed (--dry-run)");
        }
    }
    Ok(if complete { Exit::Good } else { Exit::Negative })
}

fn to_wire(report: &SweepReport, dry_run: bool) -> Swept {
    Swept {
        version: Version,
        dry_run,
        completed: report.completed.iter().map(ToString::to_string).collect(),
        catalogued: report.catalogued.iter().map(ToString::to_string).collect(),
        logged: report.logged.iter().map(ToString::to_string).collect(),
        removed: report.removed.clone(),
        failed: report.failed.iter().map(|(scan, e)| format!("{scan}: {e}")).collect(),
    }
}
