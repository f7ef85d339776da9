//! `uff bench goods`: the check of declared goods on random consignments, each once honest and once as a cover.

use clap::Args as ClapArgs;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use uff::goods::Verdict;
use uff::trial::{GoodsTrial, run_goods};

use super::page::{put, row};
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
    let measured = measure(args.scenes, (args.seed, args.reference), context)?;
    match context.ui.wants_json() {
        true => measured.lines().iter().try_for_each(|line| context.ui.json(line))?,
        false => measured.tell(context)?,
    }
    Ok(Exit::Good)
}

/// Judges random consignments from a seed on, with or without knowing the empty vehicle.
///
/// # Errors
/// The codes of rendering and analysis.
pub(super) fn measure(count: u32, (seed, reference): (u64, bool), context: &Context) -> Result<Measured> {
    let progress = context.ui.progress(None);
    progress.say(format!("{count} consignments: simulating and judging"));
    let trials = |cover: bool| -> Result<Vec<GoodsTrial>> {
        let seeds: Vec<u64> = (0..u64::from(count)).map(|k| seed.saturating_add(k)).collect();
        let judged = |seed: u64| run_goods(seed, cover, reference, &context.budget());
        Ok(seeds.into_par_iter().map(judged).collect::<uff::Result<_>>()?)
    };
    Ok(Measured { seed, reference, honest: trials(false)?, covers: trials(true)? })
}

/// Consignments that were judged.
#[derive(Default)]
pub(super) struct Measured {
    seed: u64,
    reference: bool,
    honest: Vec<GoodsTrial>,
    covers: Vec<GoodsTrial>,
}

/// Title of the chapter of a report.
pub(super) const TITLE: &str = "Check of declared goods, measured";

impl Measured {
    /// Returns what `--json` prints.
    pub(super) fn lines(&self) -> Vec<BenchLine> {
        let scores = self.honest.iter().chain(&self.covers).map(|trial| BenchLine::Consignment(score(trial)));
        scores.chain(self.sums().map(BenchLine::Goods)).collect()
    }

    fn sums(&self) -> [GoodsBench; 2] {
        [(&self.honest, false), (&self.covers, true)].map(|(trials, cover)| self.sum(trials, cover))
    }

    /// Returns the covers that are not suspected.
    fn missed(&self) -> impl Iterator<Item = [String; 5]> {
        self.covers.iter().filter(|t| t.verdict != Verdict::Suspicious).map(|trial| {
            [
                trial.seed.to_string(),
                trial.carrier.to_owned(),
                trial.declared.to_owned(),
                trial.undeclared.unwrap_or("-").to_owned(),
                trial.verdict.name().to_owned(),
            ]
        })
    }

    /// Composes the chapter of a report.
    pub(super) fn body(&self) -> String {
        let mut body = String::new();
        let known = if self.reference { "known" } else { "not known" };
        put(
            &mut body,
            format_args!(
                "<p>{} consignments from seed {} on, each with an honest declaration and once as a \
             cover; the empty vehicle is {known}.</p>\n<table>\n",
                self.honest.len(),
                self.seed
            ),
        );
        row(&mut body, "th", "", &SUM_HEADS.map(|(head, _)| head));
        self.sums().iter().for_each(|sum| row(&mut body, "td", "", &sum_cells(sum)));
        body.push_str("</table>\n<table><caption>Covers that are not suspected</caption>\n");
        row(&mut body, "th", "", &MISSED_HEADS.map(|(head, _)| head));
        self.missed().for_each(|cells| row(&mut body, "td", "", &cells));
        body.push_str("</table>\n");
        body
    }

    fn sum(&self, trials: &[GoodsTrial], cover: bool) -> GoodsBench {
        let count = |verdict| trials.iter().filter(|t| t.verdict == verdict).count();
        let located =
            |t: &&GoodsTrial| t.verdict == Verdict::Suspicious && t.inside.is_some_and(|share| share >= LOCATED);
        GoodsBench {
            version: Version,
            first_seed: self.seed,
            cover,
            reference: self.reference,
            consignments: trials.len(),
            consistent: count(Verdict::Consistent),
            cannot_tell: count(Verdict::CannotTell),
            suspicious: count(Verdict::Suspicious),
            located: trials.iter().filter(located).count(),
        }
    }

    /// Prints it.
    ///
    /// # Errors
    /// Those of printing.
    pub(super) fn tell(&self, context: &Context) -> Result<()> {
        let ui = &context.ui;
        let heading = format_args!("{} consignments from seed {} on", self.honest.len(), self.seed);
        ui.data(ui.paint(Style::Heading, heading))?;
        let mut table = Table::new(&SUM_HEADS);
        self.sums().iter().for_each(|sum| table.row(sum_cells(sum)));
        ui.data(table)?;
        let mut missed = Table::new(&MISSED_HEADS);
        self.missed().for_each(|cells| missed.row(cells));
        if !missed.is_empty() {
            ui.data(format_args!("\n{}", ui.paint(Style::Heading, "Covers that are not suspected")))?;
            ui.data(missed)?;
        }
        Ok(())
    }
}

const SUM_HEADS: [(&str, Align); 5] = [
    ("load", Align::Left),
    ("consistent", Align::Right),
    ("cannot tell", Align::Right),
    ("suspicious", Align::Right),
    ("located", Align::Right),
];

fn sum_cells(sum: &GoodsBench) -> [String; 5] {
    [
        if sum.cover { "cover" } else { "honest" }.to_owned(),
        sum.consistent.to_string(),
        sum.cannot_tell.to_string(),
        sum.suspicious.to_string(),
        if sum.cover { sum.located.to_string() } else { "-".to_owned() },
    ]
}

const MISSED_HEADS: [(&str, Align); 5] = [
    ("seed", Align::Right),
    ("vehicle", Align::Left),
    ("declared", Align::Left),
    ("undeclared", Align::Left),
    ("verdict", Align::Left),
];

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
