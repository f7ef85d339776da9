//! `uff atr run`: detectors of others on one scan.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args as ClapArgs;
use uff::atr::Detector;
use uff::atr::Report;
use uff::convert::ConvertOptions;
use uff::convert::convert;
use uff::format::UffFile;
use uff::format::WriteOptions;
use uff::model::MachineFinding;
use uff::vendor::Delivery;
use url::Url;

use super::service::Service;
use crate::commands::Context;
use crate::commands::archive::runtime;
use crate::commands::target::Target;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::{Align, Style, Table, plain};
use crate::wire::{AtrDetection, AtrLine, AtrReport, AtrWritten, Bounds, Version};

/// Arguments of `uff atr run`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// UFF file
    #[arg(value_name = "UFF")]
    input: PathBuf,
    /// Program to ask, with its arguments, parted by blanks; may be repeated
    #[arg(long, value_name = "PROGRAM", required_unless_present = "at")]
    with: Vec<String>,
    /// Service to ask over HTTP, which is sent the file; may be repeated. Its key is taken from UFF_ATR_TOKEN
    #[arg(long, value_name = "URL")]
    at: Vec<Url>,
    /// Longest time for the answer of a detector, seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    patience: u64,
    /// Write the scan with what was found into a new UFF file
    #[arg(short, long, value_name = "UFF")]
    output: Option<PathBuf>,
    /// Replace a file that exists
    #[arg(long)]
    force: bool,
}

/// Asks every detector, in order.
///
/// # Errors
/// `atr.failed`, `atr.answer`, `atr.timeout`; the codes of opening and of writing a UFF file; `target.exists`. Nothing is
/// written unless every detector has answered.
pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let target = args.output.as_ref().map(|path| Target::new(path, args.force)).transpose()?;
    let budget = context.budget();
    let bundle = UffFile::open_path(&args.input, &budget)?.bundle()?;
    let progress = context.ui.progress(None);
    let mut reports = Vec::new();
    let patience = Duration::from_secs(args.patience);
    let services = args.at.iter().map(|url| Service::new(url, patience)).collect::<Result<Vec<_>>>()?;
    for command in &args.with {
        let mut words = command.split_whitespace().map(str::to_owned);
        let program = words.next().unwrap_or_default();
        progress.say(format!("{program}: detecting"));
        let detector = Detector { program, arguments: words.collect(), patience };
        reports.push(detector.run(&bundle, &args.input)?);
    }
    for (service, url) in services.iter().zip(&args.at) {
        progress.say(format!("{url}: detecting"));
        reports.push(runtime()?.block_on(service.ask(&bundle, &args.input))?);
    }
    let found: Vec<MachineFinding> = reports.iter().flat_map(|report| report.findings.iter().cloned()).collect();
    drop(progress);
    for report in &reports {
        tell(report, context)?;
    }
    let Some(target) = target else { return Ok(Exit::Good) };
    let delivery = Delivery::open(&args.input, &budget)?;
    let options = ConvertOptions {
        machine_findings: found,
        write: WriteOptions { threads: context.threads, ..WriteOptions::default() },
        force: args.force,
        limits: context.limits.clone(),
        ..ConvertOptions::default()
    };
    let report = convert(&delivery, target.path(), &options, &|_| {})?;
    let written = AtrWritten { version: Version, target: report.target.display().to_string() };
    if context.ui.wants_json() {
        context.ui.json(&AtrLine::Written(written))?;
    } else {
        context.ui.note(plain(&format!("  written: {}", written.target)));
    }
    Ok(Exit::Good)
}

fn tell(report: &Report, context: &Context) -> Result<()> {
    let ui = &context.ui;
    let detections: Vec<AtrDetection> = report.findings.iter().filter_map(detection).collect();
    if ui.wants_json() {
        let line =
            AtrReport { version: Version, name: report.name.clone(), release: report.release.clone(), detections };
        ui.json(&AtrLine::Report(line))?;
        return Ok(());
    }
    let release = report.release.as_deref().unwrap_or_default();
    ui.data(ui.paint(Style::Heading, plain(&format!("{} {release}", report.name))))?;
    let mut table = Table::new(&[
        ("category", Align::Left),
        ("view", Align::Right),
        ("region", Align::Left),
        ("probability", Align::Right),
    ]);
    for found in &detections {
        let Bounds { row, column, rows, columns } = found.bounds;
        table.row([
            plain(&found.category).to_string(),
            found.view.to_string(),
            format!("{row},{column},{rows},{columns}"),
            found.probability.map_or_else(|| "-".to_owned(), |p| format!("{:.0} %", 100.0 * p)),
        ]);
    }
    ui.data(&table)?;
    Ok(())
}

fn detection(finding: &MachineFinding) -> Option<AtrDetection> {
    let region = finding.regions.first()?;
    Some(AtrDetection {
        category: finding.category.clone(),
        probability: finding.probability.map(uff::units::Probability::get),
        view: region.view,
        bounds: Bounds {
            row: region.row as usize,
            column: region.column as usize,
            rows: region.rows as usize,
            columns: region.columns as usize,
        },
    })
}
