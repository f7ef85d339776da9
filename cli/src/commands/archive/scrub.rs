//! `uff archive scrub`.

use std::path::PathBuf;

use archive::{Damage, Location, Repair, ScrubOptions, ScrubReport};
use clap::Args as ClapArgs;

use super::connection::{Connection, runtime};
use super::verify;
use crate::commands::Context;
use crate::commands::target::Target;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{bytes, plain, plural};
use crate::wire::{ArchiveLine, DamageFound, Scrubbed, Version};

/// Arguments of `uff archive scrub`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Share of the scans to look at, in percent; others each time
    #[arg(long, value_name = "PERCENT", default_value_t = 100.0)]
    sample: f64,
    /// Megabytes read per second at most
    #[arg(long, value_name = "MB")]
    rate: Option<u64>,
    /// Begin anew although an earlier scrub was stopped
    #[arg(long)]
    restart: bool,
    /// Read what the operating system has in memory, too
    #[arg(long)]
    from_memory: bool,
    /// Mend what is damaged: inventories from each other, content from the replica
    #[arg(long)]
    repair: bool,
    /// Replica of the archive: a folder, or the URL of an object store
    #[arg(long, value_name = "LOCATION", requires = "repair")]
    replica: Option<Location>,
    /// Write figures for a monitor there, in the text format of Prometheus
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let metrics = args.metrics.as_ref().map(|path| Target::new(path, true)).transpose()?;
    let options = ScrubOptions {
        share: args.sample / 100.0,
        rate: args.rate.map(|megabytes| megabytes.saturating_mul(1_000_000)),
        restart: args.restart,
        from_memory: args.from_memory,
        repair: args.repair,
    };
    let progress = context.ui.progress(None);
    progress.say("reading what is stored");
    let mut told = Ok(());
    let report = runtime()?.block_on(async {
        let archive = connection.open(context).await?;
        let on_damage = &mut |damage: Damage| {
            if told.is_ok() {
                told = tell(&damage, context);
            }
        };
        Ok::<_, Error>(archive.scrub(&options, args.replica.as_ref(), on_damage).await?)
    })?;
    drop(progress);
    told?;
    if let Some(target) = metrics {
        target.write_bytes(exposition(&report).as_bytes())?;
    }
    sum_up(&report, context)
}

fn tell(damage: &Damage, context: &Context) -> Result<()> {
    let (mended, failed) = match &damage.repair {
        Repair::None => (None, None),
        Repair::Mended(files) => (Some(files.clone()), None),
        Repair::Failed(e) => (None, Some(e.to_string())),
    };
    let found = verify::to_wire(&damage.verdict);
    if context.ui.wants_json() {
        return Ok(context.ui.json(&ArchiveLine::Damage(DamageFound { found, mended, failed }))?);
    }
    verify::tell_damage(&found, context)?;
    if let Some(files) = mended {
        context.ui.data(plain(&format!("         mended: {}", files.join(", "))))?;
    }
    if let Some(failed) = failed {
        context.ui.data(plain(&format!("         not mended: {failed}")))?;
    }
    Ok(())
}

fn sum_up(report: &ScrubReport, context: &Context) -> Result<Exit> {
    let sound = report.is_sound();
    if context.ui.wants_json() {
        context.ui.json(&ArchiveLine::Scrubbed(Scrubbed {
            version: Version,
            sound,
            started: report.started.to_string(),
            resumed: report.resumed,
            scans: report.scans,
            damaged: report.damaged,
            mended: report.mended,
            files: report.files,
            bytes: report.bytes,
            stray: report.stray.clone(),
        }))?;
    } else {
        for path in &report.stray {
            context.ui.data(plain(&format!("stray    {path}")))?;
        }
        if report.resumed {
            context.ui.note(format_args!("  went on with the scrub of {}", report.started));
        }
        context.ui.note(format_args!(
            "  {}, {} damaged, {} mended; {}, {} read",
            plural(report.scans as usize, "scan"),
            report.damaged,
            report.mended,
            plural(report.files as usize, "file"),
            bytes(report.bytes)
        ));
    }
    Ok(if sound { Exit::Good } else { Exit::Negative })
}

/// Returns the figures in the text format of Prometheus.
fn exposition(report: &ScrubReport) -> String {
    let figures = [
        ("started_seconds", "Unix time at which the scrub began", report.started.as_second().unsigned_abs()),
        ("scans", "Scans that the scrub looked at", report.scans),
        ("damaged_scans", "Scans of which something was not what was recorded", report.damaged),
        ("mended_scans", "Scans that were mended", report.mended),
        ("files", "Files that the scrub looked at", report.files),
        ("read_bytes", "Bytes that the scrub read", report.bytes),
        ("stray_files", "Files that belong to no scan", report.stray.len() as u64),
    ];
    let line = |(name, help, value): &(&str, &str, u64)| {
        let name = format!("uff_archive_scrub_{name}");
        format!("# HELP {name} {help}.\n# TYPE {name} gauge\n{name} {value}\n")
    };
    figures.iter().map(line).collect()
}
