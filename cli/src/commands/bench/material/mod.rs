//! `uff bench material`: how accurate atomic number, areal density, class and confidence are.

mod page;
mod plots;

use std::path::PathBuf;

use clap::Args as ClapArgs;
use uff::accuracy::Accuracy;
use uff::accuracy::Noise;
use uff::accuracy::Residual;
use uff::accuracy::Setting;
use uff::accuracy::run as accuracy;
use uff::material::MaterialClass;

pub(super) use self::page::{TITLE, body};
use super::page::page as framed;
use crate::commands::Context;
use crate::commands::target::Target;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::{Align, Style, Table};
use crate::wire::{
    BenchLine, ClassCount, FoldedPlate, MaterialBench, MaterialGoal, MaterialPlate, ModelResidual, ReliabilityBin,
    Version,
};

/// Plates on which stated and found confidence are compared, unless told.
pub(super) const PLATES: u32 = 60_000;

/// Arguments of `uff bench material`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Seed of the noise
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Plates on which stated and found confidence are compared
    #[arg(long, value_name = "NUMBER", default_value_t = PLATES, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    plates: u32,
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
/// `target.exists`, `io.*` for the page.
pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let target = args.out.as_ref().map(|path| Target::new(path, args.force)).transpose()?;
    let all = measure((args.plates as usize, args.seed), context)?;
    if let Some(target) = &target {
        target.write_bytes(framed(TITLE, &body(&all)).as_bytes())?;
    }
    for bench in all {
        if context.ui.wants_json() {
            context.ui.json(&BenchLine::Material(bench))?;
        } else {
            tell(&bench, context)?;
        }
    }
    if let (Some(target), false) = (&target, context.ui.wants_json()) {
        context.ui.note(format_args!("  page: {}", target.path().display()));
    }
    Ok(Exit::Good)
}

/// Measures every setting.
///
/// # Errors
/// Those of tables and calibration, which a setting that exists does not cause.
pub(super) fn measure((plates, seed): (usize, u64), context: &Context) -> Result<Vec<MaterialBench>> {
    let progress = context.ui.progress(None);
    let one = |setting: Setting| {
        progress.say(setting.name());
        Ok(info(&setting, &accuracy(&setting, plates, seed)?, seed))
    };
    Setting::ALL.into_iter().map(one).collect()
}

fn info(setting: &Setting, found: &Accuracy, seed: u64) -> MaterialBench {
    let field = setting.noise == Noise::FIELD;
    let class = match (setting.high > 8.0, field) {
        (true, false) => Some(0.99),
        (false, true) => Some(0.84),
        _ => None,
    };
    let at_least = |what: &str, found: f64, goal: Option<f64>| MaterialGoal {
        what: what.into(),
        found: Some(found),
        bound: "at least".into(),
        goal,
        met: goal.is_none_or(|goal| found >= goal),
    };
    let at_most = |what: &str, found: Option<f64>, goal: f64| MaterialGoal {
        what: what.into(),
        found: found.filter(|f| f.is_finite()),
        bound: "at most".into(),
        goal: Some(goal),
        met: found.is_none_or(|found| found <= goal),
    };
    MaterialBench {
        version: Version,
        setting: found.setting.clone(),
        seed,
        goals: vec![
            at_most("residual of α after calibration with three points", Some(found.alpha_residual), 0.008),
            at_most("RMSE of Z / Cramér–Rao bound, worst plate with a bound below 3", found.worst_rmse_to_bound, 1.2),
            at_least("pixels in their true class", found.class_accuracy, class),
            at_least("decided pixels in their true class", found.decided_accuracy, None),
            at_most("median error of areal density, organics", Some(found.lambda_error_organic), 0.02),
            at_most("median error of areal density, metals", Some(found.lambda_error_metal), 0.02),
            at_most("stated less found confidence, worst step of 200 pixels", Some(found.worst_reliability), 0.05),
            at_most("classes given to plates too thin or opaque, pixels", Some(found.forbidden as f64), 0.0),
            at_most(
                "classes given to plates that a twin of another class looks like, share",
                found.folded_share(),
                0.0,
            ),
        ],
        plates: found
            .plates
            .iter()
            .map(|p| MaterialPlate {
                material: p.material.clone(),
                lambda: p.lambda,
                z: p.z,
                z_rmse: p.z_rmse,
                cramer_rao: p.cramer_rao,
                right: p.right,
                wrong: p.wrong,
                lambda_error: p.lambda_error,
            })
            .collect(),
        classes: found.confusion.iter().zip(MaterialClass::ALL).skip(1).map(class_count).collect(),
        residuals: found.residuals.iter().map(residual).collect(),
        folded: found.folded.iter().map(folded).collect(),
        reliability: found
            .reliability
            .iter()
            .filter(|b| b.pixels > 0)
            .map(|b| ReliabilityBin { pixels: b.pixels, stated: b.stated(), found: b.found() })
            .collect(),
    }
}

fn class_count((found, truth): (&[u64; MaterialClass::ALL.len()], MaterialClass)) -> ClassCount {
    let [undecided, organic, light, metal, heavy] = *found;
    ClassCount { truth: truth.name().into(), undecided, organic, light, metal, heavy }
}

fn residual(found: &Residual) -> ModelResidual {
    let Residual { material, lambda, high, low } = found.clone();
    ModelResidual { material, lambda, high, low }
}

fn folded(found: &uff::accuracy::FoldedPlate) -> FoldedPlate {
    let uff::accuracy::FoldedPlate { material, lambda, z, twin_z, right, wrong } = found.clone();
    FoldedPlate { material, lambda, z, twin_z, right, wrong }
}

/// Tells the figures of a setting.
pub(super) fn tell(bench: &MaterialBench, context: &Context) -> Result<()> {
    let ui = &context.ui;
    ui.data(ui.paint(Style::Heading, &bench.setting))?;
    let mut goals = Table::new(&[
        ("figure", Align::Left),
        ("found", Align::Right),
        ("", Align::Left),
        ("goal", Align::Right),
        ("", Align::Left),
    ]);
    for goal in &bench.goals {
        let verdict = match (goal.goal, goal.found) {
            (None, _) | (_, None) => "",
            _ if goal.met => "met",
            _ => "not met",
        };
        goals.row([
            goal.what.clone(),
            goal.found.map_or_else(|| "-".to_owned(), |f| format!("{f:.4}")),
            goal.goal.map_or_else(String::new, |_| goal.bound.clone()),
            goal.goal.map_or_else(String::new, |g| g.to_string()),
            verdict.to_owned(),
        ]);
    }
    ui.data(format_args!("{goals}\n"))?;
    Ok(())
}
