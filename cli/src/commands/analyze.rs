//! `uff analyze`: what the load is made of.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use uff::error::{Code, Error};
use uff::material::{AnalysisOptions, MaterialClass, RegionStatistics, Segment, ViewAnalysis, analyze_view, segments};
use uff::model::Region;
use uff::physics::Material;
use uff::picture::{MaterialScheme, Shading, draw_material};

use super::Context;
use super::calibration_arg::calibration;
use super::look::LookArgs;
use super::read_args::ReadArgs;
use super::region_arg::RegionArg;
use super::scan_input::ScanInput;
use super::scatter::{is_scatter, tell as tell_scatter};
use super::target::Target;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::{Align, Style, Table, plain};
use crate::wire::{Analysis, AnalyzeLine, Bounds, ClassShare, RegionInfo, SegmentInfo, Version};

/// Arguments of `uff analyze`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// UFF file, or a delivery
    #[arg(value_name = "INPUT")]
    input: PathBuf,
    /// View to analyse
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    view: u32,
    /// Region to measure as one piece of material; may be repeated
    #[arg(long, value_name = "ROW,COLUMN,ROWS,COLUMNS")]
    roi: Vec<RegionArg>,
    /// Calibration to use: what uff calibrate wrote, or measured points (CSV or JSON)
    #[arg(long, value_name = "FILE")]
    calibration: Option<PathBuf>,
    /// What the load is taken for where there is one energy only: a material or formula [default: water]
    #[arg(long, value_name = "MATERIAL", value_parser = material)]
    assume: Option<Material>,
    /// Connected areas of one class to list at most
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    segments: usize,
    /// Pixels that an area must have to be listed
    #[arg(long, value_name = "PIXELS", default_value_t = 25)]
    least: usize,
    /// Look for what an analyst should see: dark zones, voids, dense and foreign items
    #[arg(long)]
    findings: bool,
    /// How to look.
    #[command(flatten)]
    look: LookArgs,
    /// Write a picture of the material; findings are numbered in it
    #[arg(long, value_name = "PNG")]
    out: Option<PathBuf>,
    /// Replace a picture that exists
    #[arg(long)]
    force: bool,
    /// How to read a delivery.
    #[command(flatten)]
    read: ReadArgs,
}

/// Reads a material by name or formula.
fn material(text: &str) -> uff::Result<Material> {
    Material::parse(text)
}

impl Args {
    /// Refuses what only the material of a view can answer.
    fn refuse_for_scatter(&self) -> Result<()> {
        let of_material = [
            ("--roi", !self.roi.is_empty()),
            ("--calibration", self.calibration.is_some()),
            ("--assume", self.assume.is_some()),
            ("--findings", self.findings),
            ("--out", self.out.is_some()),
        ];
        let Some((option, _)) = of_material.into_iter().find(|(_, given)| *given) else { return Ok(()) };
        let e = Error::new(Code::MaterialNotMeasurable, "the view measures scatter, which tells no material");
        let e = e.file(self.input.display()).at(format!("view {}", self.view)).found(option);
        Err(e.hint("Leave the option out for statistics of the channels; uff render draws them.").into())
    }
}

/// Analyses one view; of one that measures scatter it tells statistics of the channels.
///
/// # Errors
/// The codes of opening the input and the reference; `material.not_measurable`, `material.options`, `uff.region`,
/// `target.exists`; `usage` for a reference that cannot be compared.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let target = args.out.as_ref().map(|path| Target::new(path, args.force)).transpose()?;
    let calibration = calibration(args.calibration.as_deref(), context)?;
    let progress = context.ui.progress(None);
    progress.say(format!("{}: analysing", args.input.display()));
    let input = ScanInput::open(&args.input, &args.read, context)?;
    if let Some(view) = input.bundle.scan.views.get(args.view as usize).filter(|view| is_scatter(view)) {
        args.refuse_for_scatter()?;
        drop(progress);
        tell_scatter(&input, args.view, view, context)?;
        return Ok(Exit::Good);
    }
    let options = AnalysisOptions { calibration, assumed: args.assume.clone(), ..AnalysisOptions::default() };
    let analysis = analyze_view(&input.bundle, args.view, &options, &context.budget())?;
    let measured: Vec<RegionStatistics> =
        args.roi.iter().map(|roi| analysis.measure(&roi.0)).collect::<uff::Result<_>>()?;
    let mut areas = segments(&analysis.map, args.least, analysis.pixel_area);
    let left_out = areas.len().saturating_sub(args.segments);
    areas.truncate(args.segments);
    let look = args.findings.then(|| args.look.look(&analysis, &input.bundle, &args.read, context)).transpose()?;
    if let Some(target) = &target {
        let alpha = analysis.alpha_high.view();
        let picture = draw_material(&analysis.map, &alpha, &Shading::default(), &MaterialScheme::USUAL)?;
        let picture = match &look {
            Some(look) => look.draw(&picture),
            None => picture,
        };
        target.write_bytes(&picture.png()?)?;
    }
    drop(progress);
    let head = head(args, &analysis, target.as_ref().map(Target::path));
    if context.ui.wants_json() {
        context.ui.json(&AnalyzeLine::Analysis(head))?;
        for area in &areas {
            context.ui.json(&AnalyzeLine::Segment(segment_info(area)))?;
        }
        for region in &measured {
            context.ui.json(&AnalyzeLine::Region(Box::new(region_info(region))))?;
        }
        look.iter().try_for_each(|look| look.json(context))?;
        return Ok(Exit::Good);
    }
    tell(&head, &areas, left_out, &measured, context)?;
    look.iter().try_for_each(|look| look.tell(context))?;
    Ok(Exit::Good)
}

fn head(args: &Args, analysis: &ViewAnalysis, picture: Option<&Path>) -> Analysis {
    let product = &analysis.product;
    let mut counts = [0usize; MaterialClass::ALL.len()];
    for code in &analysis.map.class {
        if let Some(count) = counts.get_mut(usize::from(MaterialClass::from_code(*code).code())) {
            *count += 1;
        }
    }
    Analysis {
        version: Version,
        input: args.input.display().to_string(),
        view: analysis.view,
        method: format!("{} {}", product.method, product.version),
        high: product.high.to_string(),
        low: product.low.to_string(),
        calibration_points: product.calibration_points.len(),
        notes: analysis.notes.clone(),
        classes: shares(&counts),
        picture: picture.map(|p| p.display().to_string()),
    }
}

fn shares(counts: &[usize]) -> Vec<ClassShare> {
    let share =
        |(class, pixels): (&MaterialClass, &usize)| ClassShare { class: class.name().to_owned(), pixels: *pixels };
    MaterialClass::ALL.iter().zip(counts).map(share).collect()
}

fn segment_info(segment: &Segment) -> SegmentInfo {
    SegmentInfo {
        version: Version,
        class: segment.class.name().to_owned(),
        pixels: segment.pixels,
        bounds: Bounds::from(&segment.bounds),
        z: segment.z.map(|z| z.median),
        lambda: segment.lambda.map(|l| l.median),
        mass_kg: segment.mass,
    }
}

fn region_info(region: &RegionStatistics) -> RegionInfo {
    let finite = |value: f64| Some(value).filter(|v| v.is_finite());
    let whole = &region.whole;
    RegionInfo {
        version: Version,
        bounds: Bounds::from(&region.region),
        class: whole.class.name().to_owned(),
        confidence: whole.confidence,
        z: whole.z,
        sigma_z: finite(whole.sigma_z),
        twin_z: whole.twin_z,
        lambda: whole.lambda,
        sigma_lambda: finite(whole.sigma_lambda),
        median_z: region.z.map(|z| z.median),
        median_lambda: region.lambda.map(|l| l.median),
        alpha_high: region.alpha_high.mean,
        alpha_low: region.alpha_low.mean,
        mass_kg: region.mass,
        sigma_mass_kg: region.sigma_mass,
        flags: whole.flags.names().map(str::to_owned).collect(),
        classes: shares(&region.classes),
    }
}

fn tell(
    head: &Analysis,
    areas: &[Segment],
    left_out: usize,
    measured: &[RegionStatistics],
    context: &Context,
) -> Result<()> {
    let ui = &context.ui;
    let total: usize = head.classes.iter().map(|c| c.pixels).sum();
    let mut classes = Table::new(&[("class", Align::Left), ("pixels", Align::Right), ("share", Align::Right)]);
    for class in &head.classes {
        let share = 100.0 * class.pixels as f64 / total.max(1) as f64;
        classes.row([class.class.clone(), class.pixels.to_string(), format!("{share:.1} %")]);
    }
    ui.data(ui.paint(Style::Heading, format_args!("View {}: {}", head.view, head.method)))?;
    ui.data(&classes)?;
    if !areas.is_empty() {
        ui.data(format_args!("\n{}", ui.paint(Style::Heading, "Areas of one class, most matter first")))?;
        ui.data(segment_table(areas))?;
    }
    if left_out > 0 {
        ui.note(format_args!("  and {left_out} smaller areas (--segments lists more)"));
    }
    if !measured.is_empty() {
        ui.data(format_args!("\n{}", ui.paint(Style::Heading, "Regions, each as one piece of one material")))?;
        ui.data(region_table(measured))?;
    }
    head.notes.iter().for_each(|note| ui.note(plain(&format!("  {note}"))));
    if let Some(picture) = &head.picture {
        ui.note(format_args!("  picture: {picture}"));
    }
    Ok(())
}

fn segment_table(areas: &[Segment]) -> Table {
    let mut table = Table::new(&[
        ("class", Align::Left),
        ("region", Align::Left),
        ("pixels", Align::Right),
        ("Z", Align::Right),
        ("g/cm²", Align::Right),
        ("kg", Align::Right),
    ]);
    for area in areas {
        table.row([
            area.class.name().to_owned(),
            place(&area.bounds),
            area.pixels.to_string(),
            number(area.z.map(|z| z.median)),
            number(area.lambda.map(|l| l.median)),
            number(area.mass),
        ]);
    }
    table
}

fn region_table(measured: &[RegionStatistics]) -> Table {
    let mut table = Table::new(&[
        ("class", Align::Left),
        ("region", Align::Left),
        ("Z", Align::Right),
        ("g/cm²", Align::Right),
        ("pixels' Z", Align::Right),
        ("pixels' g/cm²", Align::Right),
        ("kg", Align::Right),
        ("confidence", Align::Right),
        ("remarks", Align::Left),
    ]);
    let with_sigma = |value: Option<f64>, sigma: f64| match value {
        Some(value) if sigma.is_finite() => format!("{value:.1} ± {sigma:.1}"),
        value => number(value),
    };
    for region in measured {
        let whole = &region.whole;
        let twin = whole.twin_z.map(|z| format!("or Z {z:.0}"));
        let remarks: Vec<String> = whole.flags.names().map(str::to_owned).chain(twin).collect();
        table.row([
            whole.class.name().to_owned(),
            place(&region.region),
            with_sigma(whole.z, whole.sigma_z),
            with_sigma(whole.lambda, whole.sigma_lambda),
            number(region.z.map(|z| z.median)),
            number(region.lambda.map(|l| l.median)),
            with_sigma(region.mass, region.sigma_mass.unwrap_or(f64::NAN)),
            format!("{:.0} %", 100.0 * whole.confidence),
            remarks.join(", "),
        ]);
    }
    table
}

/// Writes a region as `--roi` takes it.
pub(super) fn place(region: &Region) -> String {
    format!("{},{},{},{}", region.row, region.column, region.rows, region.columns)
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |v| format!("{v:.1}"))
}
