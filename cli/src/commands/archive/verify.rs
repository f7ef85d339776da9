//! `uff archive verify`.

use archive::{CatalogVerdict, FileState, FileVerdict, ScanVerdict, VerifySummary};
use clap::Args as ClapArgs;

use super::connection::{Connection, runtime};
use super::scan_ref;
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{Style, bytes, plain, plural};
use crate::wire::{ArchiveLine, DamagedFile, Verified, VerifiedSummary, Version};

/// Arguments of `uff archive verify`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Scans to verify: identifiers, or numbers that only one scan has [default: all]
    #[arg(value_name = "SCAN")]
    scans: Vec<String>,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let runtime = runtime()?;
    let archive = runtime.block_on(connection.open(context))?;
    if args.scans.is_empty() {
        let progress = context.ui.progress(None);
        let mut told = Ok(());
        let summary = runtime.block_on(archive.verify(&mut |verdict| {
            progress.say(format!("verifying {}", verdict.scan));
            if told.is_ok() {
                told = tell(&verdict, context);
            }
        }))?;
        drop(progress);
        told?;
        return sum_up(&summary, context);
    }
    context.each(&args.scans, |scan| {
        let verdict = runtime.block_on(async {
            let scan = scan_ref::resolve(&archive, scan).await?;
            Ok::<_, Error>(archive.verify_scan(scan).await?)
        })?;
        tell(&verdict, context)?;
        Ok(if verdict.is_sound() { Exit::Good } else { Exit::Negative })
    })
}

fn tell(verdict: &ScanVerdict, context: &Context) -> Result<()> {
    let told = to_wire(verdict);
    if context.ui.wants_json() {
        return Ok(context.ui.json(&ArchiveLine::Verified(told))?);
    }
    if told.sound {
        let word = context.ui.paint(Style::Good, "sound");
        return Ok(context.ui.data(format_args!("{word}    {}  {}", told.scan_id, bytes(told.bytes)))?);
    }
    tell_damage(&told, context)
}

/// Tells people what is wrong with a scan.
pub(super) fn tell_damage(told: &Verified, context: &Context) -> Result<()> {
    let word = context.ui.paint(Style::Bad, "damaged");
    context.ui.data(format_args!("{word}  {}  catalogue {}", told.scan_id, told.catalog))?;
    for file in &told.damaged {
        let detail = file.detail.as_ref().map(|d| format!(": {d}")).unwrap_or_default();
        context.ui.data(plain(&format!("         {} {}{detail}", file.state, file.path)))?;
    }
    Ok(())
}

fn sum_up(summary: &VerifySummary, context: &Context) -> Result<Exit> {
    let sound = summary.is_sound();
    if context.ui.wants_json() {
        context.ui.json(&ArchiveLine::Summary(VerifiedSummary {
            version: Version,
            sound,
            scans: summary.scans,
            damaged: summary.damaged,
            files: summary.files,
            bytes: summary.bytes,
            stray: summary.stray.clone(),
        }))?;
    } else {
        for path in &summary.stray {
            context.ui.data(plain(&format!("stray    {path}")))?;
        }
        context.ui.note(format_args!(
            "  {}, {} damaged, {}, {} digested",
            plural(summary.scans as usize, "scan"),
            summary.damaged,
            plural(summary.files as usize, "file"),
            bytes(summary.bytes)
        ));
    }
    Ok(if sound { Exit::Good } else { Exit::Negative })
}

/// Returns a verdict as it is told in JSON.
pub(super) fn to_wire(verdict: &ScanVerdict) -> Verified {
    let catalog = match verdict.catalog {
        CatalogVerdict::Sound => "sound",
        CatalogVerdict::Absent => "absent",
        CatalogVerdict::Differs => "differs",
        CatalogVerdict::Unknown => "unknown",
    };
    Verified {
        version: Version,
        scan_id: verdict.scan.to_string(),
        sound: verdict.is_sound(),
        bytes: verdict.bytes,
        catalog: catalog.to_owned(),
        damaged: verdict.files.iter().filter_map(damaged).collect(),
    }
}

fn damaged(file: &FileVerdict) -> Option<DamagedFile> {
    let (state, detail) = match &file.state {
        FileState::Sound => return None,
        FileState::Missing => ("missing", None),
        FileState::Changed { expected, found } => ("changed", Some(format!("expected {expected}, found {found}"))),
        FileState::Extra => ("extra", None),
        FileState::Unreadable { code, message } => ("unreadable", Some(format!("{message} [{code}]"))),
    };
    Some(DamagedFile { path: file.path.clone(), state: state.to_owned(), detail })
}
