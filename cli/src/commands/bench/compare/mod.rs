//! `uff bench compare`: how well two scans of one object are compared, on simulated pairs with known differences.
//!
//! Half of the pairs are of the container, half of the truck that come with the command. The second scan is taken by the
//! same scanner, by the same model at another and varying speed with drifting dose, by another make, or by another make
//! with one energy; between the scans nothing happens, or goods of seven kinds come, go or move.

mod draw;
mod figures;
mod page;
mod pair;
mod passage;
mod score;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use clap::Args as ClapArgs;

pub(super) use self::figures::Scored;
use self::figures::figures;
pub(super) use self::page::{TITLE, body};
use self::pair::{Deed, Pair, Setting};
use self::score::score;
use super::page::page as framed;
use crate::commands::Context;
use crate::commands::target::Target;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::{Align, Style, Table};
use crate::wire::{BenchLine, CompareBench, CompareFigures, CompareGroup, ComparePair, Tally, Version};

/// Arguments of `uff bench compare`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Pairs of scans; twenty hold every setting with every deed once
    #[arg(long, value_name = "COUNT", default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pairs: u64,
    /// Seed of the first pair; the next ones follow
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Columns of the first scans
    #[arg(long, value_name = "COUNT", default_value_t = 500, value_parser = clap::value_parser!(u32).range(200..=4000))]
    columns: u32,
    /// Write a page with all figures
    #[arg(long, value_name = "HTML")]
    out: Option<PathBuf>,
    /// Replace a page that exists
    #[arg(long)]
    force: bool,
}

/// Measures.
///
/// # Errors
/// As rendering; `target.exists`, `io.*` for the page.
pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let target = args.out.as_ref().map(|path| Target::new(path, args.force)).transpose()?;
    let pairs = measure((args.pairs, args.seed, args.columns), context, |scored| {
        if context.ui.wants_json() {
            context.ui.json(&BenchLine::ComparePair(line(scored)))?;
        }
        Ok(())
    })?;
    let page = target.as_ref().map(|t| t.path().display().to_string());
    let (groups, all) = sum_up(&pairs, (args.seed, args.columns), page);
    if let Some(target) = &target {
        target.write_bytes(framed(TITLE, &body(&all, &groups, &pairs)).as_bytes())?;
    }
    if context.ui.wants_json() {
        for group in groups {
            context.ui.json(&BenchLine::CompareGroup(group))?;
        }
        context.ui.json(&BenchLine::Compare(all))?;
        return Ok(Exit::Good);
    }
    tell(&groups, &all, context)?;
    if let Some(page) = &all.page {
        context.ui.note(format_args!("  page: {page}"));
    }
    Ok(Exit::Good)
}

/// Plans, scans and compares pairs: their number, the seed of the first and its columns; each is told as it is done.
///
/// # Errors
/// As rendering, and what `each` says.
pub(super) fn measure(
    (pairs, seed, columns): (u64, u64, u32),
    context: &Context,
    mut each: impl FnMut(&Scored) -> Result<()>,
) -> Result<Vec<Scored>> {
    let progress = context.ui.progress(None);
    let mut all = Vec::new();
    for number in 0..pairs {
        progress.say(format!("pair {} of {pairs}", number + 1));
        let scored = one(seed.saturating_add(number), number, columns, context)?;
        each(&scored)?;
        all.push(scored);
    }
    Ok(all)
}

/// Sums up by setting and in all.
pub(super) fn sum_up(
    pairs: &[Scored],
    (first_seed, columns): (u64, u32),
    page: Option<String>,
) -> (Vec<CompareGroup>, CompareBench) {
    let of = |setting: Setting| pairs.iter().filter(move |p| p.setting == setting);
    let groups = Setting::ALL.into_iter().filter(|setting| of(*setting).next().is_some()).map(|setting| CompareGroup {
        version: Version,
        setting: setting.name().to_owned(),
        figures: figures(of(setting)),
    });
    (groups.collect(), CompareBench { version: Version, first_seed, columns, figures: figures(pairs.iter()), page })
}

/// Tells the figures.
pub(super) fn tell(groups: &[CompareGroup], all: &CompareBench, context: &Context) -> Result<()> {
    let head = format!("{} pairs of {} columns from seed {} on", all.figures.pairs, all.columns, all.first_seed);
    context.ui.data(context.ui.paint(Style::Heading, head))?;
    context.ui.data(table(groups, all))?;
    Ok(())
}

/// Plans, scans and compares one pair; `number` chooses the setting and the deed, each in turn.
fn one(seed: u64, number: u64, columns: u32, context: &Context) -> Result<Scored> {
    let settings = Setting::ALL.len() as u64;
    let setting = Setting::ALL[(number % settings) as usize];
    let deed = Deed::ALL[(number / settings % Deed::ALL.len() as u64) as usize];
    let budget = context.budget();
    let pair = Pair::plan(seed, setting, deed, columns, &budget)?;
    let (score, _) = score(&pair, &budget)?;
    Ok(Scored { seed, setting, deed, score })
}

/// Returns the line of a pair.
pub(super) fn line(scored: &Scored) -> ComparePair {
    let score = &scored.score;
    ComparePair {
        version: Version,
        seed: scored.seed,
        setting: scored.setting.name().to_owned(),
        deed: scored.deed.name().to_owned(),
        changes: score.outcomes.len(),
        found: score.outcomes.iter().filter(|o| o.found).count(),
        parts: score.outcomes.iter().filter(|o| o.parts).count(),
        unclear: score.outcomes.iter().filter(|o| o.unclear).count(),
        unclear_places: score.unclear,
        false_items: score.false_items,
        similarity: score.similarity,
        registration: score.registration,
        refusal: score.refusal.clone(),
        milliseconds: score.milliseconds,
    }
}

/// Headings of the figures, in the order of [`cells`].
const HEADINGS: [&str; 14] = [
    "second scan",
    "pairs",
    "refused",
    "added",
    "removed",
    "moved",
    "in parts",
    "unclear",
    "false per pair",
    "unclear per pair",
    "same called same",
    "place px (90 %)",
    "mass",
    "registration px (90 %)",
];

/// Figures as text.
fn cells(name: &str, f: &CompareFigures) -> [String; 14] {
    let tally = |t: Tally| format!("{}/{}", t.found, t.made);
    [
        name.to_owned(),
        f.pairs.to_string(),
        f.refused.to_string(),
        tally(f.added),
        tally(f.removed),
        tally(f.moved),
        f.parts.to_string(),
        f.unclear.to_string(),
        format!("{:.2}", f.false_per_pair),
        format!("{:.2}", f.unclear_per_pair),
        tally(f.identical),
        format!("{:.2} ({:.2})", f.offset, f.offset_ninety),
        format!("{:.2}", f.mass_ratio),
        format!("{:.2} ({:.2})", f.registration, f.registration_ninety),
    ]
}

fn table(groups: &[CompareGroup], all: &CompareBench) -> Table {
    let align = |i: usize| if i == 0 { Align::Left } else { Align::Right };
    let columns: Vec<(&str, Align)> = HEADINGS.iter().enumerate().map(|(i, h)| (*h, align(i))).collect();
    let mut table = Table::new(&columns);
    groups.iter().for_each(|group| table.row(cells(&group.setting, &group.figures)));
    table.row(cells("all", &all.figures));
    table
}
