//! `uff archive expire`.

use archive::{ExpireOptions, ExpireReport};
use clap::Args as ClapArgs;
use uff::model::ScanId;

use super::connection::{Connection, runtime};
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{plain, plural};
use crate::wire::{ArchiveLine, Expired, ExpiredData, Version};

/// Arguments of `uff archive expire`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Tell what would be done without doing it
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let progress = context.ui.progress(None);
    progress.say("looking at all scans");
    let report = runtime()?.block_on(async {
        let archive = connection.open(context).await?;
        Ok::<_, Error>(archive.expire(&ExpireOptions { dry_run: args.dry_run }).await?)
    })?;
    drop(progress);
    let told = to_wire(&report, args.dry_run);
    if context.ui.wants_json() {
        context.ui.json(&ArchiveLine::Expired(told))?;
    } else {
        for data in &told.redacted {
            context.ui.data(format_args!("redacted   {}  {}", data.scan_id, data.kinds.join(", ")))?;
        }
        let lists = [
            ("requested", &told.requested),
            ("waiting", &told.waiting),
            ("held", &told.held),
            ("locked", &told.locked),
        ];
        for (word, scans) in lists {
            scans.iter().try_for_each(|scan| context.ui.data(format_args!("{word:<9}  {scan}")))?;
        }
        told.failed.iter().for_each(|line| context.ui.warn(plain(line)));
        context.ui.note(format_args!("  {} looked at", plural(told.scans as usize, "scan")));
        if !told.requested.is_empty() || !told.waiting.is_empty() {
            context.ui.note("  another person deletes with `uff archive delete SCAN --approve`");
        }
        if args.dry_run {
            context.ui.note("  nothing was changed (--dry-run)");
        }
    }
    Ok(if report.failed.is_empty() { Exit::Good } else { Exit::Negative })
}

fn to_wire(report: &ExpireReport, dry_run: bool) -> Expired {
    let texts = |scans: &[ScanId]| scans.iter().map(ToString::to_string).collect();
    let data = report.redacted.iter().map(|(scan, kinds)| ExpiredData {
        scan_id: scan.to_string(),
        kinds: kinds.iter().map(ToString::to_string).collect(),
    });
    Expired {
        version: Version,
        dry_run,
        scans: report.scans,
        redacted: data.collect(),
        requested: texts(&report.requested),
        waiting: texts(&report.waiting),
        held: texts(&report.held),
        locked: texts(&report.locked),
        failed: report.failed.iter().map(|(scan, e)| format!("{scan}: {e}")).collect(),
    }
}
