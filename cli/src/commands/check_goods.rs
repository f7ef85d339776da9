//! `uff check-goods`: do the declared goods and mass fit what the scan shows?

use std::path::PathBuf;

use clap::Args as ClapArgs;
use uff::detect::{Subject, Walls, draw_findings};
use uff::error::Code;
use uff::goods::{
    Declared, HeadingVerdict, Judgement, MeasureOptions, Measured, Part, STANDARD, Table as Expectations, Verdict,
    judge, measure,
};
use uff::material::{AnalysisOptions, MaterialClass, ViewAnalysis, analyze_view};
use uff::model::{Bundle, Geometry, ObjectKind, Region};
use uff::picture::{MaterialScheme, Shading, draw_material};
use uff::source::read_text;

use super::Context;
use super::analyze::place;
use super::calibration_arg::calibration;
use super::read_args::ReadArgs;
use super::scan_input::ScanInput;
use super::target::Target;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::{Align, Style, Table, plain};
use crate::wire::{
    Bounds, GoodsCheck, GoodsClass, GoodsExpectation, GoodsFigures, GoodsHeading, GoodsInfo, GoodsLine, GoodsPart,
    Version,
};

/// Arguments of `uff check-goods`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// UFF file, or a delivery
    #[arg(value_name = "INPUT", required_unless_present = "print_table")]
    input: Option<PathBuf>,
    /// Harmonized System code to check instead of those of the scan: chapter, heading or more; may be repeated
    #[arg(long, value_name = "CODE")]
    hs: Vec<String>,
    /// Gross mass to check instead of that of the scan, kg
    #[arg(long, value_name = "KG", value_parser = kilograms)]
    mass: Option<f64>,
    /// How much the declared mass may be off, percent
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=100))]
    tolerance: u8,
    /// Depth of the load along the beam, mm [default: 2330 in a container, else 2450]
    #[arg(long, value_name = "MM")]
    depth: Option<f64>,
    /// Table of what goods look like, in place of the standard one
    #[arg(long, value_name = "TOML")]
    table: Option<PathBuf>,
    /// Print the standard table, to edit a copy
    #[arg(long, conflicts_with_all = ["input", "hs", "mass", "table", "reference", "out"])]
    print_table: bool,
    /// Scan of the same kind of vehicle, empty
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// View to look at
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    view: u32,
    /// Calibration to use: what uff calibrate wrote, or measured points (CSV or JSON)
    #[arg(long, value_name = "FILE")]
    calibration: Option<PathBuf>,
    /// Write a picture of the material in which the parts that do not fit are numbered
    #[arg(long, value_name = "PNG")]
    out: Option<PathBuf>,
    /// Replace a picture that exists
    #[arg(long)]
    force: bool,
    /// How to read a delivery.
    #[command(flatten)]
    read: ReadArgs,
}

fn kilograms(text: &str) -> Result<f64, String> {
    let possible = |kg: &f64| *kg > 0.0 && *kg <= 1.0e6;
    text.parse().ok().filter(possible).ok_or_else(|| "expected kilograms above 0, at most a million".to_owned())
}

/// What was found out.
struct Found {
    declared: Declared,
    measured: Option<Measured>,
    judgement: Judgement,
    notes: Vec<String>,
}

/// Checks the declared goods; the status is 0 where they are consistent, 1 where suspicious, 21 where it cannot be told.
///
/// # Errors
/// The codes of opening the input and the reference; `goods.table`; `usage` for a code, a depth or a reference that makes
/// no sense; `target.exists`.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let Some(path) = args.input.as_ref().filter(|_| !args.print_table) else {
        context.ui.raw(STANDARD.as_bytes())?;
        return Ok(Exit::Good);
    };
    let target = args.out.as_ref().map(|path| Target::new(path, args.force)).transpose()?;
    let table = match &args.table {
        Some(path) => {
            let text = read_text(path, context.limits.document, Code::LimitBytes)?;
            Expectations::from_toml(&text, &path.display().to_string())?
        }
        None => Expectations::standard()?,
    };
    let progress = context.ui.progress(None);
    progress.say(format!("{}: looking at the load", path.display()));
    let bundle = ScanInput::open(path, &args.read, context)?.bundle;
    let declared = declared(args, &bundle)?;
    let calibration = calibration(args.calibration.as_deref(), context)?;
    let options = AnalysisOptions { calibration, ..AnalysisOptions::default() };
    let analysis = match analyze_view(&bundle, args.view, &options, &context.budget()) {
        // A view without transmission says nothing about mass and density; that is an answer.
        Err(e) if e.code() == Code::MaterialNotMeasurable => Err(e.to_string()),
        other => Ok(other?),
    };
    let (found, picture) = match analysis {
        Ok(analysis) => {
            let found = look(args, context, (&bundle, &analysis), declared, &table)?;
            if let Some(target) = &target {
                target.write_bytes(&draw(&analysis, &found.judgement)?)?;
            }
            (found, target.map(|t| t.path().display().to_string()))
        }
        Err(why) => (blind(declared, &table, why), None),
    };
    drop(progress);
    let info = info(args, path.display().to_string(), &found, picture);
    match context.ui.wants_json() {
        true => json(info, &found, context)?,
        false => tell(&info, &found, context)?,
    }
    Ok(match found.judgement.verdict {
        Verdict::Consistent => Exit::Good,
        Verdict::Suspicious => Exit::Negative,
        Verdict::CannotTell => Exit::Unsupported,
    })
}

/// Takes what is declared: from the command line, or else from the scan.
fn declared(args: &Args, bundle: &Bundle) -> Result<Declared> {
    let mut declared = match args.hs.as_slice() {
        [] => bundle.scan.trade.as_ref().map(Declared::of_trade).unwrap_or_default(),
        codes => Declared::of_codes(codes)?,
    };
    declared.mass = args.mass.or(declared.mass);
    Ok(declared)
}

fn look(
    args: &Args,
    context: &Context,
    (bundle, analysis): (&Bundle, &ViewAnalysis),
    declared: Declared,
    table: &Expectations,
) -> Result<Found> {
    let geometry = geometry(bundle, args.view);
    let reference = match &args.reference {
        None => None,
        Some(path) => {
            let empty = ScanInput::open(path, &args.read, context)?.bundle;
            let of_empty = analyze_view(&empty, args.view, &AnalysisOptions::default(), &context.budget())
                .map_err(|e| e.file(path.display()))?;
            Some(Subject::of_analysis(&of_empty, self::geometry(&empty, args.view))?)
        }
    };
    let object = &bundle.scan.object;
    let container = object.kind == ObjectKind::Container || !object.containers.is_empty();
    let usual = if container { MeasureOptions::CONTAINER } else { MeasureOptions::BODY };
    let mut notes = analysis.notes.clone();
    if args.depth.is_none() {
        let whose = if container { "a freight container (ISO 668)" } else { "a body of the largest width on the road" };
        notes.push(format!("the load is taken to be {:.2} m deep, the width inside {whose}", usual / 1000.0));
    }
    let options = MeasureOptions { reference: reference.as_ref(), depth: args.depth.unwrap_or(usual) };
    let measured = measure(analysis, geometry, &options).map_err(|e| match &args.reference {
        Some(path) => e.file(path.display()),
        None => e,
    })?;
    let Some(measured) = measured else {
        let found = blind(declared, table, "nothing is loaded, or no place for a load was found".to_owned());
        return Ok(Found { notes: notes.into_iter().chain(found.notes).collect(), ..found });
    };
    if measured.walls == Walls::Unknown {
        notes.push("the load fills the bay: the walls are not seen bare, and their mass counts as load".into());
    }
    let judgement = judge(&measured, &declared, table, tolerance(args));
    Ok(Found { declared, measured: Some(measured), judgement, notes })
}

/// Answers where nothing is measured.
fn blind(declared: Declared, table: &Expectations, why: String) -> Found {
    Found { judgement: Judgement::blind(&declared, table, &why), declared, measured: None, notes: Vec::new() }
}

fn geometry(bundle: &Bundle, view: u32) -> Option<&Geometry> {
    bundle.scan.views.get(view as usize).and_then(|v| v.geometry.as_ref())
}

fn tolerance(args: &Args) -> f64 {
    f64::from(args.tolerance) / 100.0
}

fn draw(analysis: &ViewAnalysis, judgement: &Judgement) -> Result<Vec<u8>> {
    let alpha = analysis.alpha_high.view();
    let picture = draw_material(&analysis.map, &alpha, &Shading::default(), &MaterialScheme::USUAL)?;
    let marks: Vec<Region> = judgement.parts.iter().map(|part| *part.patch.bounds()).collect();
    Ok(draw_findings(&picture, &marks).png()?)
}

fn info(args: &Args, input: String, found: &Found, picture: Option<String>) -> GoodsInfo {
    GoodsInfo {
        version: Version,
        input,
        view: args.view,
        verdict: found.judgement.verdict.name().to_owned(),
        declared_mass_kg: found.declared.mass,
        tolerance: tolerance(args),
        measured: found.measured.as_ref().map(figures),
        notes: found.notes.clone(),
        picture,
    }
}

fn figures(measured: &Measured) -> GoodsFigures {
    let class = |(class, share): (&MaterialClass, f64)| GoodsClass { class: class.name().to_owned(), share };
    GoodsFigures {
        bay: Bounds::from(&measured.bay),
        floor: measured.floor,
        walls: measured.walls.name().to_owned(),
        mass_kg: measured.mass.map(|m| m.kg),
        sigma_mass_kg: measured.mass.map(|m| m.sigma),
        depth_mm: measured.depth,
        density: measured.density.map(|d| d.median),
        density_range: measured.density.map(|d| [d.low, d.high]),
        density_sigma: measured.density.map(|d| d.sigma),
        classes: measured
            .classes
            .into_iter()
            .flat_map(|shares| MaterialClass::ALL.iter().zip(shares))
            .map(class)
            .collect(),
        opaque: measured.opaque,
        unevenness: measured.texture.unevenness,
        evenness: measured.texture.evenness().name().to_owned(),
        items: measured.items.as_ref().map(|i| i.count),
        regularity: measured.items.as_ref().map(|i| i.regularity),
    }
}

fn heading(heading: &HeadingVerdict) -> GoodsHeading {
    GoodsHeading {
        version: Version,
        hs: heading.line.code.clone(),
        description: heading.line.description.clone(),
        declared_mass_kg: heading.line.mass,
        verdict: heading.verdict.name().to_owned(),
        reason: heading.reason.clone(),
        explained: heading.explained,
        expected: heading.expectation.as_ref().map(|e| GoodsExpectation {
            hs: e.code.clone(),
            title: e.title.clone(),
            density: e.density,
            basis: e.basis.name().to_owned(),
            source: e.source.clone(),
        }),
    }
}

fn part(number: usize, part: &Part) -> GoodsPart {
    GoodsPart {
        version: Version,
        number,
        misfit: part.misfit.name().to_owned(),
        bounds: Bounds::from(part.patch.bounds()),
        runs: part.patch.runs().iter().map(|run| [run.row, run.column, run.length]).collect(),
        density: part.density,
        class: part.class.name().to_owned(),
        mass_kg: part.mass,
        share: part.share,
    }
}

fn json(info: GoodsInfo, found: &Found, context: &Context) -> Result<()> {
    let ui = &context.ui;
    ui.json(&GoodsLine::Goods(Box::new(info)))?;
    for outcome in &found.judgement.outcomes {
        let (check, verdict) = (outcome.check.name().to_owned(), outcome.verdict.name().to_owned());
        ui.json(&GoodsLine::Check(GoodsCheck { version: Version, check, verdict, reason: outcome.reason.clone() }))?;
    }
    for verdict in &found.judgement.headings {
        ui.json(&GoodsLine::Heading(Box::new(heading(verdict))))?;
    }
    for (index, found) in found.judgement.parts.iter().enumerate() {
        ui.json(&GoodsLine::Part(part(index + 1, found)))?;
    }
    Ok(())
}

fn tell(info: &GoodsInfo, found: &Found, context: &Context) -> Result<()> {
    let ui = &context.ui;
    let judgement = &found.judgement;
    ui.data(ui.paint(Style::Heading, format_args!("{}: {}", info.input, info.verdict)))?;
    for outcome in &judgement.outcomes {
        let line = format!("{:<12}{:<13}{}", outcome.check.name(), outcome.verdict.name(), outcome.reason);
        ui.data(plain(&line))?;
    }
    if !judgement.headings.is_empty() {
        ui.data(format_args!("\n{}", ui.paint(Style::Heading, "Declared")))?;
        ui.data(headings(&judgement.headings))?;
    }
    if !judgement.parts.is_empty() {
        ui.data(format_args!("\n{}", ui.paint(Style::Heading, "Parts that no declared heading explains")))?;
        ui.data(parts(&judgement.parts))?;
    }
    info.notes.iter().for_each(|note| ui.note(plain(&format!("  {note}"))));
    if let Some(picture) = &info.picture {
        ui.note(format_args!("  picture: {picture}"));
    }
    Ok(())
}

fn headings(all: &[HeadingVerdict]) -> Table {
    let mut table = Table::new(&[
        ("HS", Align::Left),
        ("kg", Align::Right),
        ("looks like", Align::Left),
        ("verdict", Align::Left),
        ("why", Align::Left),
    ]);
    let dash = || "-".to_owned();
    for h in all {
        table.row([
            h.line.code.clone().unwrap_or_else(dash),
            h.line.mass.map_or_else(dash, |kg| format!("{kg:.0}")),
            h.expectation.as_ref().map_or_else(dash, |e| format!("{} {}", e.code, e.title)),
            h.verdict.name().to_owned(),
            h.reason.clone(),
        ]);
    }
    table
}

fn parts(all: &[Part]) -> Table {
    let mut table = Table::new(&[
        ("no.", Align::Right),
        ("what", Align::Left),
        ("region", Align::Left),
        ("kg/m³", Align::Right),
        ("class", Align::Left),
        ("kg", Align::Right),
        ("of the mass", Align::Right),
    ]);
    for (index, part) in all.iter().enumerate() {
        table.row([
            (index + 1).to_string(),
            part.misfit.name().to_owned(),
            place(part.patch.bounds()),
            format!("{:.0}", part.density),
            part.class.name().to_owned(),
            part.mass.map_or_else(|| "-".to_owned(), |kg| format!("{kg:.0}")),
            format!("{:.0} %", 100.0 * part.share),
        ]);
    }
    table
}
