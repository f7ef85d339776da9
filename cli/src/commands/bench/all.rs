//! `uff bench all`: material, findings, comparison and declared goods in one report.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use uff::trial::{Tally, Trial};

use super::compare::Scored;
use super::page::{page, put, row};
use super::{compare, findings, goods, material};
use crate::commands::Context;
use crate::commands::folder::Folder;
use crate::error::Result;
use crate::exit::Exit;
use crate::wire::{BenchLine, BenchReport, CompareBench, CompareGroup, MaterialBench, Version};

/// Confidence from which on a finding counts.
const CONFIDENCE: f64 = 0.5;
/// Columns of the first scans of pairs.
const COLUMNS: u32 = 500;
/// Seeds that --seed adds to: of the noise and of the first pair, of the first scene, and of the first consignment, none of
/// which anything was set by.
const SEED: u64 = 1;
const SCENE_SEED: u64 = 100_000;
const GOODS_SEED: u64 = 1000;

/// Arguments of `uff bench all`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Folder for bench.html and bench.jsonl
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Scenes for the findings
    #[arg(long, value_name = "COUNT", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    scenes: u32,
    /// Pairs of scans for the comparison
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pairs: u64,
    /// Consignments for the check of declared goods, each once honest and once as a cover
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    consignments: u32,
    /// Number to add to the seeds of the single measurements, for noise and scenes never seen before
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// Replace a report that exists
    #[arg(long)]
    force: bool,
}

/// Measures all.
///
/// # Errors
/// As the single measurements; `target.exists`, `io.*` for the report.
pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let folder = Folder::open(&args.out, args.force)?;
    let (seed, scene_seed) = (args.seed.saturating_add(SEED), args.seed.saturating_add(SCENE_SEED));
    let head = BenchReport {
        version: Version,
        software: concat!("uff ", env!("CARGO_PKG_VERSION")).to_owned(),
        command: format!(
            "uff bench all --scenes {} --pairs {} --consignments {} --seed {}",
            args.scenes, args.pairs, args.consignments, args.seed
        ),
        date: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        seed,
        scene_seed,
    };
    let plates = material::measure((material::PLATES as usize, seed), context)?;
    let trials = findings::measure(args.scenes, scene_seed, context)?;
    let tally = Tally::of(&trials, CONFIDENCE);
    let pairs = compare::measure((args.pairs, seed, COLUMNS), context, |_| Ok(()))?;
    let (groups, total) = compare::sum_up(&pairs, (seed, COLUMNS), None);
    let goods = goods::measure(args.consignments, (args.seed.saturating_add(GOODS_SEED), false), context)?;
    let all = All { head, plates, trials, tally, pairs, groups, total, goods };

    let lines = all.lines();
    folder.write("bench.html", |out| out.put(all.page().as_bytes()))?;
    folder.write("bench.jsonl", |out| {
        for line in &lines {
            let text = serde_json::to_string(line).map_err(|e| uff::Error::new(uff::Code::Internal, e.to_string()))?;
            out.put(text.as_bytes())?;
            out.put(b"\n")?;
        }
        Ok(())
    })?;
    folder.finish()?;
    if context.ui.wants_json() {
        lines.iter().try_for_each(|line| context.ui.json(line))?;
    } else {
        all.plates.iter().try_for_each(|bench| material::tell(bench, context))?;
        findings::tell(&all.tally, scene_seed, None, context)?;
        compare::tell(&all.groups, &all.total, context)?;
        all.goods.tell(context)?;
        context.ui.note(format_args!("  report: {}", args.out.join("bench.html").display()));
    }
    Ok(Exit::Good)
}

/// What was measured.
struct All {
    head: BenchReport,
    plates: Vec<MaterialBench>,
    trials: Vec<Trial>,
    tally: Tally,
    pairs: Vec<Scored>,
    groups: Vec<CompareGroup>,
    total: CompareBench,
    goods: goods::Measured,
}

impl All {
    /// Composes the page.
    fn page(&self) -> String {
        let head = &self.head;
        let mut body = String::from("<table>\n");
        for (name, value) in [
            ("software", head.software.clone()),
            ("command", format!("<code>{}</code>", head.command)),
            ("date", head.date.clone()),
            ("seed of noise and of the first pair", head.seed.to_string()),
            ("seed of the first scene", head.scene_seed.to_string()),
        ] {
            row(&mut body, "td", "", &[name.to_owned(), value]);
        }
        body.push_str("</table>\n");
        for (title, chapter) in [
            (material::TITLE.to_owned(), material::body(&self.plates)),
            (findings::title(&self.tally), findings::body(&self.trials, &self.tally, head.scene_seed)),
            (compare::TITLE.to_owned(), compare::body(&self.total, &self.groups, &self.pairs)),
            (goods::TITLE.to_owned(), self.goods.body()),
        ] {
            put(&mut body, format_args!("<section><h1>{title}</h1>\n{chapter}</section>\n"));
        }
        page("Analysis of scans, measured", &body)
    }

    /// Returns what `--json` prints and `bench.jsonl` holds.
    fn lines(&self) -> Vec<BenchLine> {
        let mut lines = vec![BenchLine::Report(self.head.clone())];
        lines.extend(self.plates.iter().cloned().map(BenchLine::Material));
        lines.extend(findings::lines(&self.trials, &self.tally, self.head.scene_seed, None));
        lines.extend(self.pairs.iter().map(compare::line).map(BenchLine::ComparePair));
        lines.extend(self.groups.iter().cloned().map(BenchLine::CompareGroup));
        lines.push(BenchLine::Compare(self.total.clone()));
        lines.extend(self.goods.lines());
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{ClassCount, MaterialGoal};

    /// A report of one setting without plates, no scenes and no pairs.
    fn nearly_empty() -> All {
        let goal = |found| MaterialGoal {
            what: "figure".into(),
            found: Some(found),
            bound: "at most".into(),
            goal: Some(1.0),
            met: found <= 1.0,
        };
        let classes =
            vec![ClassCount { truth: "metal".into(), undecided: 1, organic: 0, light: 0, metal: 3, heavy: 0 }];
        let plates = MaterialBench {
            version: Version,
            setting: "one setting".into(),
            seed: 4,
            goals: vec![goal(0.5), goal(2.0)],
            plates: Vec::new(),
            classes,
            residuals: Vec::new(),
            folded: Vec::new(),
            reliability: Vec::new(),
        };
        let head = BenchReport {
            version: Version,
            software: "uff 1".into(),
            command: "uff bench all --seed 3".into(),
            date: "2026-01-02T03:04:05Z".into(),
            seed: 4,
            scene_seed: 100_003,
        };
        let (groups, total) = compare::sum_up(&[], (4, COLUMNS), None);
        let (trials, tally) = (Vec::new(), Tally::of(&[], CONFIDENCE));
        let goods = goods::Measured::default();
        All { head, plates: vec![plates], trials, tally, pairs: Vec::new(), groups, total, goods }
    }

    #[test]
    fn page_holds_every_chapter_and_how_it_was_made() {
        let page = nearly_empty().page();
        for part in [
            "<code>uff bench all --seed 3</code>",
            "2026-01-02T03:04:05Z",
            "<h1>Accuracy of the material analysis</h1>",
            "<h1>Findings on 0 simulated scenes</h1>",
            "<h1>Comparison of scans, measured</h1>",
            "<h1>Check of declared goods, measured</h1>",
            "<td class=\"met\">met</td>",
            "<td class=\"missed\">not met</td>",
            "75.0 %",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert_eq!(
            (page.matches("<!doctype").count(), page.matches("<svg").count()),
            (1, page.matches("</svg>").count())
        );
        for part in ["http", "<script", "NaN"] {
            assert!(!page.contains(part), "{part}");
        }
    }

    #[test]
    fn lines_start_with_what_made_them() {
        let lines = nearly_empty().lines();
        assert!(matches!(&lines[0], BenchLine::Report(head) if head.scene_seed == 100_003));
        assert!(lines.iter().any(|line| matches!(line, BenchLine::Findings(_))));
        assert!(lines.iter().any(|line| matches!(line, BenchLine::Compare(all) if all.figures.pairs == 0)));
        assert!(matches!(lines.last(), Some(BenchLine::Goods(covers)) if covers.cover && covers.consignments == 0));
    }
}
