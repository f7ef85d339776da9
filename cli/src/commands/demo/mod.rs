//! `uff demo`: the whole chain on the samples of the project.
//!
//! Each sample is converted, validated and archived; the archive is searched; a region is read back by range; the
//! material is analysed and compared with the known truth; the originals are rebuilt and compared byte for byte.

mod folder;
mod journal;
mod next;
mod report;
mod samples;
mod scan;
mod shelf;
mod truth;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args as ClapArgs;

use super::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::{Style, duration, plural};
use crate::wire::{DemoDone, DemoLine, Version};
use journal::Journal;
use shelf::Shelf;

/// Arguments of `uff demo`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Folder to work in; one that a demo made before is made anew [default: target/uff-demo or uff-demo]
    #[arg(short, long, value_name = "FOLDER")]
    into: Option<PathBuf>,
    /// Folder with the samples of the project [default: looked for from here upwards]
    #[arg(long, value_name = "FOLDER")]
    samples: Option<PathBuf>,
}

/// Runs the chain and shows each step.
///
/// # Errors
/// `io.not_found` without the samples; `target.exists` for a folder that no demo made; whatever a step says.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let started = Instant::now();
    let samples = samples::find(args.samples.as_deref())?;
    let folder = folder::prepare(args.into.as_deref())?;
    let mut journal = Journal::new(context);
    journal.heading(format_args!(
        "{} in {}, working in {}",
        plural(samples.all.len(), "sample"),
        samples.root.display(),
        folder.display()
    ))?;

    let mut scans = Vec::new();
    for sample in &samples.all {
        scans.push(scan::convert(sample, &samples, &folder, &mut journal)?);
    }
    let shelf = Shelf::make(&folder, context)?;
    for scan in &scans {
        shelf.put(scan, &mut journal)?;
    }
    shelf.search(&scans, &mut journal)?;
    shelf.region(&scans, &mut journal)?;
    let mut measured = Vec::new();
    for scan in &scans {
        measured.extend(scan::analyze(scan, &folder, &mut journal)?);
    }
    for scan in &scans {
        scan::extract(scan, &folder, &mut journal)?;
    }
    let report = report::write(&folder, &journal, &scans, &measured)?;
    finish(&journal, &scans, &report, &folder, started, context)
}

fn finish(
    journal: &Journal<'_>,
    scans: &[scan::DemoScan],
    report: &std::path::Path,
    folder: &std::path::Path,
    started: Instant,
    context: &Context,
) -> Result<Exit> {
    let pictures: Vec<String> =
        scans.iter().filter(|s| s.picture.exists()).map(|s| s.picture.display().to_string()).collect();
    let good = journal.all_good();
    let ui = &context.ui;
    if ui.wants_json() {
        ui.json(&DemoLine::Done(DemoDone {
            version: Version,
            folder: folder.display().to_string(),
            pictures,
            report: report.display().to_string(),
            good,
            seconds: started.elapsed().as_secs_f64(),
        }))?;
    } else {
        let (style, verdict) = match good {
            true => (Style::Good, "every step came out as it should"),
            false => (Style::Bad, "not every step came out as it should"),
        };
        ui.data(format_args!("\n{} in {}\n", ui.paint(style, verdict), duration(started.elapsed())))?;
        pictures.iter().try_for_each(|picture| ui.data(format_args!("picture  {picture}")))?;
        ui.data(format_args!("report   {}", report.display()))?;
        ui.data(format_args!("\n{}", ui.paint(Style::Heading, "Try next")))?;
        next::commands(scans, folder).iter().try_for_each(|line| ui.data(format_args!("  {line}")))?;
    }
    Ok(if good { Exit::Good } else { Exit::Negative })
}
