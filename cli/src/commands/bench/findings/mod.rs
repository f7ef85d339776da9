//! `uff bench findings`: the detectors on random scenes.

mod page;

use std::path::PathBuf;

use clap::Args as ClapArgs;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use uff::detect::{ALGORITHM, ALGORITHM_VERSION};
use uff::synth::Rectangle;
use uff::trial::{Tally, Trial, fit, run as trial};

pub(super) use self::page::{body, title};
use super::page::page as framed;
use crate::commands::Context;
use crate::commands::target::Target;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::{Align, Style, Table};
use crate::wire::{BenchLine, Bounds, DetectionBench, KindScore, Reliability, SceneScore, Version};

/// Arguments of `uff bench findings`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Scenes to simulate
    #[arg(long, value_name = "COUNT", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    scenes: u32,
    /// Seed of the first scene
    #[arg(long, value_name = "NUMBER", default_value_t = 100_000)]
    seed: u64,
    /// Confidence from which on a finding counts, percent
    #[arg(long, value_name = "PERCENT", default_value_t = 50, value_parser = clap::value_parser!(u8).range(0..=100))]
    confidence: u8,
    /// Fit the confidences to these scenes and print the weights instead
    #[arg(long)]
    fit: bool,
    /// Write a report (HTML, one file)
    #[arg(long, value_name = "HTML")]
    out: Option<PathBuf>,
    /// Replace a report that exists
    #[arg(long)]
    force: bool,
}

/// Measures the detectors.
///
/// # Errors
/// `target.exists`, `io.*`; the codes of rendering and analysis.
pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let target = args.out.as_ref().map(|path| Target::new(path, args.force)).transpose()?;
    let trials = measure(args.scenes, args.seed, context)?;
    if args.fit {
        return weights(&trials, context);
    }
    let least = f64::from(args.confidence) / 100.0;
    let tally = Tally::of(&trials, least);
    if let Some(target) = &target {
        target.write_bytes(framed(&title(&tally), &body(&trials, &tally, args.seed)).as_bytes())?;
    }
    let report = target.as_ref().map(|t| t.path().display().to_string());
    if context.ui.wants_json() {
        lines(&trials, &tally, args.seed, report).iter().try_for_each(|line| context.ui.json(line))?;
    } else {
        tell(&tally, args.seed, report, context)?;
    }
    Ok(Exit::Good)
}

/// Simulates scenes and looks for what is hidden in them.
///
/// # Errors
/// Those of rendering and analysis.
pub(super) fn measure(scenes: u32, seed: u64, context: &Context) -> Result<Vec<Trial>> {
    let progress = context.ui.progress(None);
    progress.say(format!("{scenes} scenes: simulating and looking"));
    let seeds: Vec<u64> = (0..u64::from(scenes)).map(|k| seed.saturating_add(k)).collect();
    Ok(seeds.into_par_iter().map(|seed| trial(seed, 0.0, &context.budget())).collect::<uff::Result<_>>()?)
}

fn weights(trials: &[Trial], context: &Context) -> Result<Exit> {
    let mut table = Table::new(&[
        ("kind", Align::Left),
        ("findings", Align::Right),
        ("right", Align::Right),
        ("constant and weights", Align::Left),
    ]);
    for fit in fit(trials) {
        let weights: Vec<String> = fit.weights.iter().map(|w| format!("{w:.3}")).collect();
        table.row([fit.kind.name().to_owned(), fit.findings.to_string(), fit.right.to_string(), weights.join(", ")]);
    }
    context.ui.data(table)?;
    Ok(Exit::Good)
}

/// Returns what `--json` prints.
pub(super) fn lines(trials: &[Trial], tally: &Tally, seed: u64, report: Option<String>) -> Vec<BenchLine> {
    let mut lines: Vec<BenchLine> = trials.iter().map(|trial| BenchLine::Scene(score(trial, tally.least))).collect();
    lines.extend(tally.recall.iter().map(|r| {
        BenchLine::Kind(KindScore {
            version: Version,
            kind: r.kind.name().to_owned(),
            objects: r.objects,
            found: r.found,
            in_dark_zones: r.shadowed,
            distance: r.distance,
            overlap: r.overlap,
        })
    }));
    lines.extend(tally.reliability.iter().map(|bin| {
        let (findings, stated, observed) = (bin.findings, bin.stated, bin.observed);
        BenchLine::Reliability(Reliability { version: Version, findings, stated, observed })
    }));
    lines.push(BenchLine::Findings(DetectionBench {
        version: Version,
        algorithm: format!("{ALGORITHM} {ALGORITHM_VERSION}"),
        first_seed: seed,
        scenes: tally.scenes,
        clean_scenes: tally.clean,
        confidence: tally.least,
        recall: tally.recall_of_all(),
        recall_visible: tally.recall_of_visible(),
        false_per_scene: tally.false_per_scene,
        false_per_clean_scene: tally.false_per_clean_scene,
        dark_zones: tally.dark_zones.0,
        dark_zones_right: tally.dark_zones.1,
        calibration_error: tally.calibration_error(),
        report,
    }));
    lines
}

/// Sums up one scene.
fn score(trial: &Trial, least: f64) -> SceneScore {
    let is_found =
        |hit: Option<usize>| hit.and_then(|h| trial.findings.get(h)).is_some_and(|f| f.detection.confidence >= least);
    let bounds = |r: &Rectangle| Bounds { row: r.row, column: r.column, rows: r.rows, columns: r.columns };
    SceneScore {
        version: Version,
        seed: trial.seed,
        carrier: trial.carrier.to_owned(),
        load: trial.load.to_owned(),
        hidden: trial.targets.iter().map(|t| t.kind.name().to_owned()).collect(),
        found: trial.targets.iter().filter(|t| is_found(t.hit)).count(),
        wrong: trial.findings.iter().filter(|f| !f.right && f.detection.confidence >= least).count(),
        missed: trial.targets.iter().filter(|t| !is_found(t.hit)).map(|t| bounds(&t.rectangle)).collect(),
    }
}

/// Tells the figures.
pub(super) fn tell(tally: &Tally, seed: u64, report: Option<String>, context: &Context) -> Result<()> {
    let ui = &context.ui;
    let share = |part: usize, of: usize| {
        if of == 0 { "-".to_owned() } else { format!("{:.0} %", 100.0 * part as f64 / of as f64) }
    };
    let title =
        format!("{} scenes from seed {seed} on, findings of {:.0} % and more", tally.scenes, 100.0 * tally.least);
    ui.data(ui.paint(Style::Heading, title))?;
    let mut hidden = Table::new(&[
        ("hidden", Align::Left),
        ("objects", Align::Right),
        ("found", Align::Right),
        ("recall", Align::Right),
        ("in dark zones", Align::Right),
        ("off by, pixels", Align::Right),
        ("overlap", Align::Right),
    ]);
    for r in &tally.recall {
        hidden.row([
            r.kind.name().to_owned(),
            r.objects.to_string(),
            r.found.to_string(),
            share(r.found, r.objects),
            r.shadowed.to_string(),
            format!("{:.1}", r.distance),
            format!("{:.2}", r.overlap),
        ]);
    }
    ui.data(hidden)?;
    let mut findings = Table::new(&[
        ("finding", Align::Left),
        ("told", Align::Right),
        ("right", Align::Right),
        ("share", Align::Right),
    ]);
    for p in &tally.precision {
        findings.row([
            p.kind.name().to_owned(),
            p.findings.to_string(),
            p.right.to_string(),
            share(p.right, p.findings),
        ]);
    }
    ui.data(format_args!("\n{findings}"))?;
    let mut bins = Table::new(&[("stated", Align::Right), ("right", Align::Right), ("findings", Align::Right)]);
    for bin in tally.reliability.iter().filter(|b| b.findings > 0) {
        bins.row([
            format!("{:.0} %", 100.0 * bin.stated),
            format!("{:.0} %", 100.0 * bin.observed),
            bin.findings.to_string(),
        ]);
    }
    ui.data(format_args!("\n{bins}"))?;
    ui.data(format_args!(
        "\nrecall {:.0} %, {:.0} % of what no dark zone covers; {:.2} false findings per scene, {:.2} where nothing is hidden ({} scenes); confidences off by {:.0} % on average",
        100.0 * tally.recall_of_all(),
        100.0 * tally.recall_of_visible(),
        tally.false_per_scene,
        tally.false_per_clean_scene,
        tally.clean,
        100.0 * tally.calibration_error()
    ))?;
    if let Some(report) = report {
        ui.note(format_args!("  report: {report}"));
    }
    Ok(())
}
