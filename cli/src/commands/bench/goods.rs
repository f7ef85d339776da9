//! `uff bench goods`: the check of declared goods on random consignments, each once honest and once as a cover.

use clap::Args as ClapArgs;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use uff::goods::Verdict;
use uff::trial::{GoodsTrial, run_goods};

use crate::commands::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::{Align, Style, Table};
use crate::wire::{BenchLine, ConsignmentScore, GoodsBench, Version};

/// Share of the parts that must lie where the undeclared goods are for these to count as located.
const LOCATED: f64 = 0.5;

/// Arguments of `uff bench goods`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Consignments to simulate, each once honest and once as a cover
    #[arg(long, value_name = "COUNT", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    scenes: u32,
    /// Seed of the first consignment
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// Let the empty vehicle be known
    #[arg(long)]
    reference: bool,
}

/// Measures the check of declared goods.
///
/// # Errors
/// The codes of rendering and analysis.
pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let progress = context.ui.progress(None);
    progress.say(format!("{} consignments: simulating and judging", args.scenes));
    let trials = |cover: bool| -> Result<Vec<GoodsTrial>> {
        let seeds: Vec<u64> = (0..u64::from(args.scenes)).map(|k| args.seed.saturating_add(k)).collect();
        let judged = |seed: u64| run_goods(seed, cover, args.reference, &context.budget());
        Ok(seeds.into_par_iter().map(judged).collect::<uff::Result<_>>()?)
    };
    let (honest, covers) = (trials(false)?, trials(true)?);
    drop(progress);
    let sums = [sum(args, &honest, false), sum(args, &covers, true)];
    if context.ui.wants_json() {
        for trial in honest.iter().chain(&covers) {
            context.ui.json(&BenchLine::Consignment(score(trial)))?;
        }
        sums.into_iter().try_for_each(|sum| context.ui.json(&BenchLine::Goods(sum)))?;
        return Ok(Exit::Good);
    }
    tell(args, &sums, &covers, context)?;
    Ok(Exit::Good)
}

fn count(trials: &[GoodsTrial], verdict: Verdict) -> usize {
    trials.iter().filter(|t| t.verdict == verdict).count()
}

fn sum(args: &Args, trials: &[GoodsTrial], cover: bool) -> GoodsBench {
    let located = |t: &&GoodsTrial| t.verdict == Verdict::Suspicious && t.inside.is_some_and(|share| share >= LOCATED);
    GoodsBench {
        version: Version,
        first_seed: args.seed,
        cover,
        reference: args.reference,
        consignments: trials.len(),
        consistent: count(trials, Verdict::Consistent),
        cannot_tell: count(trials, Verdict::CannotTell),
        suspicious: count(trials, Verdict::Suspicious),
        located: trials.iter().filter(located).count(),
    }
}

fn score(trial: &GoodsTrial) -> ConsignmentScore {
    ConsignmentScore {
        version: Version,
        seed: trial.seed,
        carrier: trial.carrier.to_owned(),
        declared: trial.declared.to_owned(),
        undeclared: trial.undeclared.map(str::to_owned),
        verdict: trial.verdict.name().to_owned(),
        against: trial.against.iter().map(|check| check.name().to_owned()).collect(),
        covered: trial.covered,
        inside: trial.inside,
    }
}

fn tell(args: &Args, sums: &[GoodsBench; 2], covers: &[GoodsTrial], context: &Context) -> Result<()> {
    let ui = &context.ui;
    ui.data(ui.paint(Style::Heading, format_args!("{} consignments from seed {} on", args.scenes, args.seed)))?;
    let mut table = Table::new(&[
        ("load", Align::Left),
        ("consistent", Align::Right),
        ("cannot tell", Align::Right),
        ("suspicious", Align::Right),
        ("located", Align::Right),
    ]);
    for sum in sums {
        table.row([
            if sum.cover { "cover" } else { "honest" }.to_owned(),
            sum.consistent.to_string(),
            sum.cannot_tell.to_string(),
            sum.suspicious.to_string(),
            if sum.cover { sum.located.to_string() } else { "-".to_owned() },
        ]);
    }
    ui.data(table)?;
    let mut missed = Table::new(&[
        ("seed", Align::Right),
        ("vehicle", Align::Left),
        ("declared", Align::Left),
        ("undeclared", Align::Left),
        ("verdict", Align::Left),
    ]);
    for trial in covers.iter().filter(|t| t.verdict != Verdict::Suspicious) {
        missed.row([
            trial.seed.to_string(),
            trial.carrier.to_owned(),
            trial.declared.to_owned(),
            trial.undeclared.unwrap_or("-").to_owned(),
            trial.verdict.name().to_owned(),
        ]);
    }
    if !missed.is_empty() {
        ui.data(format_args!("\n{}", ui.paint(Style::Heading, "Covers that are not suspected")))?;
        ui.data(missed)?;
    }
    Ok(())
}
