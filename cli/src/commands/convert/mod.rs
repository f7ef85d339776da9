//! `uff convert`: deliveries of scanners into UFF files or other formats.

mod batch;
mod plan;
mod report;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args as ClapArgs;
use clap::builder::PossibleValue;
use clap::builder::PossibleValuesParser;
use uff::Code;
use uff::convert::{ConvertOptions, ConvertReport, ExportTarget, Step, UFF};
use uff::convert::{clear_leftovers, convert, export, is_converted, is_exported};
use uff::export::{EXPORTERS, exporter};
use uff::model::ScanId;

use self::plan::{Job, Plan};
use super::Context;
use super::read_args::ReadArgs;
use super::target::make_directory;
use super::write_args::WriteArgs;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{Progress, bytes, duration, plain, plural};
use crate::wire::{ConvertLine, ConvertSummary, Skipped, Version};

/// Files that belong to no delivery, told in words; all are in the JSON.
const SHOWN: usize = 5;

/// Arguments of `uff convert`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Deliveries: files, or folders with the files of one scan each; other folders are searched for deliveries
    #[arg(required = true, value_name = "DELIVERY|FOLDER")]
    inputs: Vec<PathBuf>,
    /// Format to write
    #[arg(long, value_name = "FORMAT", default_value = UFF, value_parser = formats())]
    to: String,
    /// Target for a single delivery: a file, or a folder when the format needs several files [default: the delivery's
    /// name with the ending of the format]
    #[arg(short, long, value_name = "FILE", conflicts_with = "into")]
    output: Option<PathBuf>,
    /// Folder to write into; it is made when missing, and targets keep the path of their delivery below a folder that
    /// was searched
    #[arg(short, long, visible_alias = "out", value_name = "FOLDER")]
    into: Option<PathBuf>,
    /// Name targets after the identifier of the scan instead of the delivery
    #[arg(long, conflicts_with = "output")]
    by_id: bool,
    /// Replace a target that exists
    #[arg(long)]
    force: bool,
    /// Skip deliveries whose target exists and records the same delivery; another target is replaced with --force only
    #[arg(long)]
    resume: bool,
    /// Attach a document of radiation data (ANSI N42.42) taken at the same time in the same lane
    #[arg(long, value_name = "FILE")]
    radiation: Option<PathBuf>,
    /// What to derive and how to write.
    #[command(flatten)]
    write: WriteArgs,
    /// How to read the delivery.
    #[command(flatten)]
    read: ReadArgs,
}

fn formats() -> PossibleValuesParser {
    let own = PossibleValue::new(UFF).help("UFF file of this open profile");
    let others = EXPORTERS.iter().map(|e| PossibleValue::new(e.name()).help(e.description()));
    std::iter::once(own).chain(others).collect::<Vec<_>>().into()
}

/// What became of a delivery.
enum Outcome {
    Converted(Box<ConvertReport>),
    Skipped(Skipped),
}

/// Converts each delivery.
///
/// # Errors
/// `usage`, `profile.*` and `io.*` before anything is read; after that only when stdout takes no more data.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    if args.output.is_some() && args.inputs.len() > 1 {
        return Err(Error::usage("one file cannot take several deliveries", "Name a folder with --into."));
    }
    let start = Instant::now();
    let mut options = args.write.options(&args.read, context)?;
    options.force = args.force;
    options.radiation = args.radiation.clone();
    if let Some(folder) = &args.into {
        make_directory(folder)?;
    }
    let plan = Plan::new(&args.inputs, args.into.as_deref(), &options.read, &|| context.budget());
    if plan.searched && args.into.is_none() && (args.output.is_none() || plan.jobs.len() > 1) {
        let hint = "Name a folder for the targets with --out.";
        let e = uff::Error::new(Code::Usage, "the folder is no delivery by itself").file(args.inputs[0].display());
        return Err(e.found(plural(plan.jobs.len(), "delivery in it")).hint(hint).into());
    }
    if args.radiation.is_some() && plan.jobs.len() > 1 {
        let hint = "Convert the delivery that the radiation data belong to by itself.";
        return Err(Error::usage("one document cannot belong to several deliveries", hint));
    }
    let workers = workers(plan.jobs.len(), context);
    if workers > 1 {
        // One conversion per thread: they share the processors, not the threads of one.
        options.write.threads = Some(NonZeroUsize::MIN);
    }
    let several = plan.searched || plan.jobs.len() > 1;
    let steps = if several { plan.jobs.len() } else { Step::ALL.len() };
    let progress = context.ui.progress(Some(steps as u64));
    let mut tally = Tally { several, ..Tally::default() };
    for (input, e) in &plan.failures {
        tally.failure(input, e, context)?;
    }
    let work = |job: &Job| {
        let outcome = treat(job, args, &options, context, &|step: Option<Step>| {
            progress.say(format!("{}: {}", job.input, step.map_or("digests", Step::as_str)));
            if step.is_some() && !several {
                progress.step();
            }
        });
        if several {
            progress.step();
        }
        outcome
    };
    batch::in_order(&plan.jobs, workers, work, |job, outcome| tally.tell(job, outcome, context, &progress))?;
    drop(progress);
    tally.finish(plan, start, context)
}

fn workers(jobs: usize, context: &Context) -> usize {
    let processors = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    context.threads.unwrap_or_else(processors).get().min(jobs)
}

/// Converts one delivery; `say` is told each step, nothing for the digests before the first.
fn treat(
    job: &Job,
    args: &Args,
    options: &ConvertOptions,
    context: &Context,
    say: &dyn Fn(Option<Step>),
) -> Result<Outcome> {
    if let Some(clash) = job.clash.as_ref().filter(|_| !args.by_id) {
        let e = uff::Error::new(Code::TargetExists, "two deliveries of the batch have the same target").file(clash);
        return Err(e.hint("Convert them one by one, or pass --by-id.").into());
    }
    say(None);
    let delivery = job.found.open(&context.budget())?;
    let (below, stem) = match args.by_id {
        true => (Path::new(""), ScanId::from_delivery(&delivery.digest()).to_string()),
        false => (job.below.as_path(), job.stem.clone()),
    };
    let folder = args.into.as_deref().unwrap_or(Path::new("")).join(below);
    if args.into.is_some() {
        make_directory(&folder)?;
    }
    if args.resume && args.into.is_some() {
        clear_leftovers(&folder)?;
    }
    let skipped = |target: &Path| {
        Ok(Outcome::Skipped(Skipped {
            version: Version,
            input: job.input.clone(),
            target: target.display().to_string(),
            format: args.to.clone(),
            delivery_digest: delivery.digest().to_string(),
        }))
    };
    let tell = |step| say(Some(step));
    let report = if args.to == UFF {
        let target = args.output.clone().unwrap_or_else(|| folder.join(stem).with_added_extension(UFF));
        if args.resume && target.exists() && is_converted(&target, &delivery, options)? {
            return skipped(&target);
        }
        convert(&delivery, &target, options, &tell)?
    } else {
        let target = args.output.clone().map_or(ExportTarget::Derived { folder, stem }, ExportTarget::Exact);
        if args.resume
            && let Some(target) = is_exported(&target, &args.to, delivery.digest())
        {
            return skipped(&target);
        }
        export(&delivery, &target, exporter(&args.to)?, options, &tell)?
    };
    Ok(Outcome::Converted(Box::new(report)))
}

/// Tells what becomes of the deliveries, and counts.
#[derive(Default)]
struct Tally {
    several: bool,
    summary: ConvertSummary,
    worst: Option<Exit>,
}

impl Tally {
    fn tell(&mut self, job: &Job, outcome: Result<Outcome>, context: &Context, progress: &Progress) -> Result<()> {
        let ui = &context.ui;
        match outcome {
            Ok(Outcome::Converted(report)) => {
                self.summary.converted += 1;
                self.summary.delivery_bytes += report.delivery_bytes;
                self.summary.bytes += report.bytes;
                if ui.wants_json() {
                    let line = ConvertLine::Converted(Box::new(report::to_wire(&job.input, &report)));
                    progress.suspend(|| ui.json(&line))?;
                } else {
                    progress.suspend(|| ui.data(report.target.display()))?;
                    progress.suspend(|| report::tell(&report, context));
                }
            }
            Ok(Outcome::Skipped(skipped)) => {
                self.summary.skipped += 1;
                match ui.wants_json() {
                    true => progress.suspend(|| ui.json(&ConvertLine::Skipped(skipped)))?,
                    false => ui.note_beside(progress, format_args!("{}: converted before", skipped.target)),
                }
            }
            Err(e) => progress.suspend(|| self.failure(&job.input, &e, context))?,
        }
        Ok(())
    }

    fn failure(&mut self, input: &str, failure: &Error, context: &Context) -> Result<()> {
        self.summary.failed += 1;
        self.worst = self.worst.max(Some(failure.exit()));
        context.report_input(failure, input, self.several)
    }

    fn finish(mut self, plan: Plan, start: Instant, context: &Context) -> Result<Exit> {
        let took = start.elapsed();
        self.summary.seconds = took.as_secs_f64();
        self.summary.others = plan.others;
        let summary = &self.summary;
        if self.several && context.ui.wants_json() {
            context.ui.json(&ConvertLine::Summary(summary.clone()))?;
        } else if self.several {
            let rate = bytes((summary.delivery_bytes as f64 / took.as_secs_f64().max(1e-9)) as u64);
            context.ui.note(format_args!(
                "{} converted, {} skipped, {} failed; {} → {} in {}, {rate}/s",
                summary.converted,
                summary.skipped,
                summary.failed,
                bytes(summary.delivery_bytes),
                bytes(summary.bytes),
                duration(took),
            ));
            tell_others(&summary.others, context);
        }
        Ok(self.worst.unwrap_or(Exit::Good))
    }
}

fn tell_others(others: &[String], context: &Context) {
    if others.is_empty() {
        return;
    }
    let more = match others.len() {
        n if n > SHOWN => format!(" and {} more (--json lists all)", n - SHOWN),
        _ => String::new(),
    };
    let shown = others.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    context.ui.note(plain(&format!("{} in no delivery: {shown}{more}", plural(others.len(), "file"))));
}
