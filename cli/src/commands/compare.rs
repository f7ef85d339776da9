//! `uff compare`: what differs between two scans of one object.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use uff::compare::{
    CompareOptions, CompareVerdict, Comparison, Exposure, Item, Place, compare, difference_picture, swipe_picture,
};

use super::Context;
use super::read_args::ReadArgs;
use super::scan_input::ScanInput;
use super::target::Target;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::{Align, Style, Table, plain, plural};
use crate::wire::{
    Bounds, CompareLine, ComparisonInfo, ItemInfo, PhotometryInfo, PlaceInfo, RegistrationInfo, Version,
};

/// Arguments of `uff compare`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// First scan, such as that of the departure: UFF file, or a delivery
    #[arg(value_name = "A")]
    first: PathBuf,
    /// Second scan, such as that of the arrival
    #[arg(value_name = "B")]
    second: PathBuf,
    /// View of the first scan
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    view_a: u32,
    /// View of the second scan
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    view_b: u32,
    /// Take A for an empty reference: what B has more is its load
    #[arg(long)]
    reference: bool,
    /// Write a picture of the difference
    #[arg(long, value_name = "PNG")]
    out: Option<PathBuf>,
    /// Write a picture of both scans and of strips of both
    #[arg(long, value_name = "PNG")]
    swipe: Option<PathBuf>,
    /// Replace pictures that exist
    #[arg(long)]
    force: bool,
    /// How to read deliveries.
    #[command(flatten)]
    read: ReadArgs,
}

/// Compares two scans.
///
/// # Errors
/// The codes of opening the inputs; `compare.*`; `material.not_measurable`; `target.exists`.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let target = |path: &Option<PathBuf>| path.as_ref().map(|p| Target::new(p, args.force)).transpose();
    let (out, swipe) = (target(&args.out)?, target(&args.swipe)?);
    let progress = context.ui.progress(None);
    progress.say(format!("{} and {}: comparing", args.first.display(), args.second.display()));
    let read = |path: &PathBuf, view: u32| -> Result<Exposure> {
        let input = ScanInput::open(path, &args.read, context)?;
        Ok(Exposure::of_view(&input.bundle, view, &context.budget()).map_err(|e| e.file(path.display()))?)
    };
    let (first, second) = (read(&args.first, args.view_a)?, read(&args.second, args.view_b)?);
    let options = CompareOptions { reference: args.reference };
    let comparison = compare(&first, &second, &options, &context.budget())?;
    // Unrelated scans have no difference to draw; the verdict says so.
    let drawn = comparison.difference.is_some();
    if let Some(target) = out.as_ref().filter(|_| drawn) {
        target.write_bytes(&difference_picture(&comparison)?)?;
    }
    if let Some(target) = swipe.as_ref().filter(|_| drawn) {
        target.write_bytes(&swipe_picture(&comparison)?)?;
    }
    drop(progress);
    let named = |target: &Option<Target>| target.as_ref().filter(|_| drawn).map(|t| t.path().display().to_string());
    let info = info(args, &comparison, (named(&out), named(&swipe)));
    if context.ui.wants_json() {
        context.ui.json(&CompareLine::Comparison(Box::new(info)))?;
        for (index, item) in comparison.items.iter().enumerate() {
            context.ui.json(&CompareLine::Item(Box::new(item_info(index + 1, item))))?;
        }
        for (index, place) in comparison.unclear.iter().enumerate() {
            let number = comparison.items.len() + index + 1;
            context.ui.json(&CompareLine::Unclear(Box::new(item_info(number, place))))?;
        }
    } else {
        tell(&info, &comparison, args.reference, context)?;
    }
    Ok(match comparison.verdict {
        CompareVerdict::Same => Exit::Good,
        CompareVerdict::Different | CompareVerdict::Unrelated => Exit::Negative,
    })
}

fn info(args: &Args, comparison: &Comparison, (picture, swipe): (Option<String>, Option<String>)) -> ComparisonInfo {
    let r = &comparison.registration;
    ComparisonInfo {
        version: Version,
        first: args.first.display().to_string(),
        second: args.second.display().to_string(),
        first_view: args.view_a,
        second_view: args.view_b,
        verdict: comparison.verdict.name().to_owned(),
        similarity: comparison.similarity,
        items: comparison.items.len(),
        unclear: comparison.unclear.len(),
        registration: RegistrationInfo {
            rows_flipped: r.rows_flipped,
            columns_flipped: r.columns_flipped,
            row_shift: r.mapping.row(0.0),
            row_scale: r.mapping.rows.1,
            column_shift: r.mapping.column(0.0),
            column_scale: r.mapping.column_scale(),
            unevenness: r.mapping.unevenness(),
            correlation: r.correlation,
            runner_up: r.runner_up,
            overlap: r.overlap,
            row_tolerance: r.tolerance.0,
            column_tolerance: r.tolerance.1,
        },
        photometry: comparison.difference.as_ref().map(|d| PhotometryInfo {
            gain: d.gain.linear,
            gain_bend: d.gain.bend,
            drift: f64::from(d.drift),
            model_error: d.model_error,
            inflation: d.inflation,
        }),
        notes: comparison.notes.clone(),
        picture,
        swipe,
    }
}

fn item_info(number: usize, item: &Item) -> ItemInfo {
    let place = |p: &Place| PlaceInfo {
        bounds: Bounds::from(&p.bounds),
        down_mm: p.millimetres.map(|mm| mm.0),
        along_mm: p.millimetres.map(|mm| mm.1),
    };
    ItemInfo {
        version: Version,
        number,
        kind: item.kind.name().to_owned(),
        first: place(&item.first),
        second: place(&item.second),
        change: item.change,
        sigma: item.sigma,
        mass_kg: item.mass.map(|m| m.0),
        sigma_mass_kg: item.mass.map(|m| m.1),
        before: item.before.name().to_owned(),
        after: item.after.name().to_owned(),
        significance: item.significance,
        confidence: item.confidence,
        reason: item.reason.clone(),
    }
}

fn tell(info: &ComparisonInfo, comparison: &Comparison, reference: bool, context: &Context) -> Result<()> {
    let ui = &context.ui;
    let (items, unclear) = (&comparison.items, &comparison.unclear);
    let found = match info.verdict.as_str() {
        "same" => "no significant difference".to_owned(),
        "unrelated" => "the scans do not show the same object".to_owned(),
        _ if reference => format!("{} beyond the reference", plural(items.len(), "item")),
        _ => format!("{} differ", plural(items.len(), "item")),
    };
    let verdict = format!("{}: {found}; {:.1} % alike", info.verdict, 100.0 * info.similarity);
    ui.data(ui.paint(Style::Heading, verdict))?;
    if !items.is_empty() {
        ui.data(table(items, 1))?;
    }
    if !unclear.is_empty() {
        ui.data(ui.paint(Style::Heading, format!("{} cannot be told", plural(unclear.len(), "place"))))?;
        ui.data(table(unclear, items.len() + 1))?;
    }
    let r = &info.registration;
    let flips = match (r.rows_flipped, r.columns_flipped) {
        (false, false) => "",
        (false, true) => ", from the other end",
        (true, false) => ", upside down",
        (true, true) => ", turned by half a turn",
    };
    ui.note(format_args!(
        "  laid over with correlation {:.2}, {:.0} % in common{flips}; scale {:.3} down and {:.3} along, speed uneven by \
         {:.1} columns; parts agree within {:.1} rows and {:.1} columns",
        r.correlation,
        100.0 * r.overlap,
        r.row_scale,
        r.column_scale,
        r.unevenness,
        r.row_tolerance,
        r.column_tolerance
    ));
    if let Some(p) = &info.photometry {
        ui.note(format_args!(
            "  corrected: gain {:+.1} %, drift up to {:.1} %; scanners agree within {:.1} %",
            100.0 * p.gain,
            100.0 * p.drift,
            100.0 * p.model_error
        ));
    }
    for (number, item) in items.iter().chain(unclear).enumerate() {
        ui.note(plain(&format!("  {}: {}", number + 1, item.reason)));
    }
    info.notes.iter().for_each(|note| ui.note(plain(&format!("  {note}"))));
    for picture in info.picture.iter().chain(&info.swipe) {
        ui.note(format_args!("  picture: {picture}"));
    }
    Ok(())
}

/// Items as a table, numbered from `first` on.
fn table(items: &[Item], first: usize) -> Table {
    let mut table = Table::new(&[
        ("#", Align::Right),
        ("what", Align::Left),
        ("in A", Align::Left),
        ("in B", Align::Left),
        ("mm along,down in A", Align::Left),
        ("in B", Align::Left),
        ("Δ g/cm²", Align::Right),
        ("Δ kg", Align::Right),
        ("class", Align::Left),
        ("confidence", Align::Right),
    ]);
    let pixels = |p: &Place| format!("{},{},{},{}", p.bounds.row, p.bounds.column, p.bounds.rows, p.bounds.columns);
    let mm = |p: &Place| p.millimetres.map_or_else(|| "-".to_owned(), |mm| format!("{:.0},{:.0}", mm.1, mm.0));
    for (index, item) in items.iter().enumerate() {
        let class = match item.before == item.after {
            true => item.after.name().to_owned(),
            false => format!("{} → {}", item.before.name(), item.after.name()),
        };
        table.row([
            (first + index).to_string(),
            item.kind.name().to_owned(),
            pixels(&item.first),
            pixels(&item.second),
            mm(&item.first),
            mm(&item.second),
            format!("{:+.1} ± {:.1}", item.change, item.sigma),
            item.mass.map_or_else(|| "-".to_owned(), |(kg, sigma)| format!("{kg:+.1} ± {sigma:.1}")),
            class,
            format!("{:.1} %", 100.0 * item.confidence),
        ]);
    }
    table
}
