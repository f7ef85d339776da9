//! `uff convert`: deliveries of scanners into UFF files.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use uff::convert::{ConvertOptions, ConvertReport, Step};
use uff::format::{DeflateLevel, WriteOptions};
use uff::model::ScanId;
use uff::vendor::Delivery;
use uff::xml::MetadataVersion;

use super::Context;
use super::read_args::ReadArgs;
use super::target::make_directory;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{Progress, Style, bytes, duration, plain, plural};
use crate::wire::{ConvertLine, Converted, LossInfo, PlaneInfo, StepInfo, Version};

/// Arguments of `uff convert`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Deliveries: files, or folders with the files of one scan each
    #[arg(required = true, value_name = "DELIVERY")]
    inputs: Vec<PathBuf>,
    /// File to write, for a single delivery [default: the delivery's name with .uff]
    #[arg(short, long, value_name = "FILE", conflicts_with = "into")]
    output: Option<PathBuf>,
    /// Folder to write into; it is made when missing
    #[arg(short, long, value_name = "FOLDER")]
    into: Option<PathBuf>,
    /// Name files after the identifier of the scan instead of the delivery
    #[arg(long, conflicts_with = "output")]
    by_id: bool,
    /// Replace a target that exists
    #[arg(long)]
    force: bool,
    /// Derive and store material channels where a view has a pair of energies
    #[arg(long)]
    material: bool,
    /// Attach a document of radiation data (ANSI N42.42) taken at the same time in the same lane
    #[arg(long, value_name = "FILE")]
    radiation: Option<PathBuf>,
    /// Major version of the metadata document
    #[arg(long, value_name = "VERSION", default_value = "3", value_parser = ["2", "3"])]
    metadata: String,
    /// Effort of compression, from 1 (fast) to 12 (small)
    #[arg(long, value_name = "LEVEL", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=12))]
    level: u8,
    /// Leave the overviews out
    #[arg(long)]
    no_overviews: bool,
    /// How to read the delivery.
    #[command(flatten)]
    read: ReadArgs,
}

/// Converts each delivery.
///
/// # Errors
/// `usage` and `profile.*` before anything is read; after that only when stdout takes no more data.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    if args.output.is_some() && args.inputs.len() > 1 {
        return Err(Error::usage("one file cannot take several deliveries", "Name a folder with --into."));
    }
    if args.radiation.is_some() && args.inputs.len() > 1 {
        let hint = "Convert the delivery that the radiation data belong to by itself.";
        return Err(Error::usage("one document cannot belong to several deliveries", hint));
    }
    let options = options(args, context)?;
    if let Some(folder) = &args.into {
        make_directory(folder)?;
    }
    context.each(&args.inputs, |input| {
        let progress = context.ui.progress(Some(Step::ALL.len() as u64));
        progress.say(format!("{}: digests", input.display()));
        let delivery = Delivery::open(input, &context.budget())?;
        let target = target(args, input, &delivery)?;
        let report = convert(&delivery, &target, &options, &progress)?;
        drop(progress);
        if context.ui.wants_json() {
            context.ui.json(&ConvertLine::Converted(Box::new(to_wire(input, &report))))?;
        } else {
            context.ui.data(report.target.display())?;
            tell(&report, context);
        }
        Ok(Exit::Good)
    })
}

fn options(args: &Args, context: &Context) -> Result<ConvertOptions> {
    let metadata = if args.metadata == "2" { MetadataVersion::V2 } else { MetadataVersion::V3 };
    Ok(ConvertOptions {
        read: args.read.options()?,
        write: WriteOptions {
            level: DeflateLevel::new(args.level)?,
            metadata,
            threads: context.threads,
            overviews: !args.no_overviews,
        },
        radiation: args.radiation.clone(),
        material: args.material,
        force: args.force,
        limits: context.limits.clone(),
        ..ConvertOptions::default()
    })
}

/// Converts one delivery and shows the steps.
fn convert(delivery: &Delivery, target: &Path, options: &ConvertOptions, progress: &Progress) -> Result<ConvertReport> {
    Ok(uff::convert::convert(delivery, target, options, &|step| {
        progress.say(format!("{}: {}", delivery.name(), step.as_str()));
        progress.step();
    })?)
}

fn target(args: &Args, input: &Path, delivery: &Delivery) -> Result<PathBuf> {
    if let Some(output) = &args.output {
        return Ok(output.clone());
    }
    let name = match args.by_id {
        true => PathBuf::from(ScanId::from_delivery(&delivery.digest()).to_string()).with_added_extension("uff"),
        false => derived_name(input)?,
    };
    Ok(args.into.as_ref().map_or(name.clone(), |folder| folder.join(name)))
}

/// Names the file after the delivery.
fn derived_name(input: &Path) -> Result<PathBuf> {
    // `.` and `..` have no name of their own, but the folder they stand for has.
    let absolute = std::path::absolute(input).map_err(|e| uff::Error::io(uff::error::Direction::Read, input, e))?;
    let named = absolute.components().next_back().and_then(|c| match c {
        std::path::Component::Normal(name) => Some(PathBuf::from(name)),
        _ => None,
    });
    let Some(name) = named else {
        return Err(Error::usage("the delivery has no name to derive the target's from", "Name the target with -o."));
    };
    Ok(match input.is_dir() {
        true => name.with_added_extension("uff"),
        false => name.with_extension("uff"),
    })
}

fn tell(report: &ConvertReport, context: &Context) {
    let ui = &context.ui;
    let total = report.times.iter().map(|t| t.took).sum();
    let profile = report.profile.as_ref().map(|p| format!(" {p}")).unwrap_or_default();
    ui.note(format_args!(
        "  {} {}, {} → {} in {}, read back and compared",
        ui.paint_err(Style::Good, "converted"),
        plural(report.delivery_files, "file"),
        bytes(report.delivery_bytes),
        bytes(report.bytes),
        duration(total),
    ));
    ui.note(plain(&format!("  scan {}, by {}{profile}: {}", report.scan_id, report.reader, report.recognized_by)));
    if let Some(reason) = &report.radiation {
        ui.note(plain(&format!("  radiation data attached: {reason}")));
    }
    if !report.losses.is_empty() {
        ui.note(format_args!("  {}; `uff info` lists them", plural(report.losses.len(), "recorded loss")));
    }
}

fn to_wire(input: &Path, report: &ConvertReport) -> Converted {
    let plane = |p: &uff::convert::PlaneSize| PlaneInfo {
        plane: p.plane.clone(),
        rows: p.rows,
        columns: p.columns,
        sample_type: p.sample_type.clone(),
    };
    Converted {
        version: Version,
        input: input.display().to_string(),
        target: report.target.display().to_string(),
        scan_id: report.scan_id.to_string(),
        reader: report.reader.clone(),
        profile: report.profile.clone(),
        recognized_by: report.recognized_by.clone(),
        radiation: report.radiation.clone(),
        delivery_files: report.delivery_files,
        delivery_bytes: report.delivery_bytes,
        delivery_digest: report.delivery_digest.to_string(),
        bytes: report.bytes,
        digest: report.digest.to_string(),
        planes: report.planes.iter().map(plane).collect(),
        kept_whole: report.kept_whole.clone(),
        losses: report.losses.iter().map(LossInfo::from).collect(),
        steps: report
            .times
            .iter()
            .map(|t| StepInfo { step: t.step.as_str().to_owned(), seconds: t.took.as_secs_f64() })
            .collect(),
    }
}
