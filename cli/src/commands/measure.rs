//! `uff measure`: lines, histograms, contrast and image quality of a view.

use std::path::PathBuf;
use std::str::FromStr;

use clap::ArgGroup;
use clap::Args as ClapArgs;
use ndarray::Array2;
use uff::error::Code;
use uff::material::AnalysisOptions;
use uff::material::MaterialClass;
use uff::material::MaterialView;
use uff::measure::Contrast;
use uff::measure::LIMIT;
use uff::measure::ProfilePoint;
use uff::measure::Quality;
use uff::measure::TestReading;
use uff::measure::contrast;
use uff::measure::histogram;
use uff::measure::profile_line;
use uff::measure::quality;
use uff::measure::read_test_object;
use uff::measure::test_object;
use uff::model::Region;
use uff::source::read_document;

use super::Context;
use super::calibration_arg::calibration;
use super::read_args::ReadArgs;
use super::region_arg::RegionArg;
use super::scan_input::ScanInput;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::{Align, Style, Table};
use crate::wire::{
    Bounds, ContrastFigures, ContrastInfo, FeatureInfo, HistogramInfo, LinePoint, MeasureLine, ProfileLineInfo,
    QualityInfo, Version,
};

/// Bytes that a pixel of a histogram takes while it is made.
const BYTES_PER_PIXEL: u64 = 64;
/// Width of the longest bar of a histogram.
const BAR: u64 = 40;

/// Arguments of `uff measure`.
#[derive(Debug, ClapArgs)]
#[command(group(ArgGroup::new("what").required(true).multiple(true).args(["line", "histogram", "contrast", "test_object"])))]
pub struct Args {
    /// UFF file, or a delivery
    #[arg(value_name = "INPUT")]
    input: PathBuf,
    /// Values along a line from one pixel to another; may be repeated
    #[arg(long, value_name = "ROW,COLUMN,ROW,COLUMN")]
    line: Vec<LineArg>,
    /// How often transmissions, areal densities and atomic numbers occur in a region; may be repeated
    #[arg(long, value_name = "ROW,COLUMN,ROWS,COLUMNS")]
    histogram: Vec<RegionArg>,
    /// Bins of a histogram
    #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    bins: u16,
    /// Contrast of a target against a background, two regions; may be repeated
    #[arg(long, value_name = "TARGET/BACKGROUND")]
    contrast: Vec<PairArg>,
    /// Penetration, contrast and wires of a test object (CSV: test, size, row, column, rows, columns, background_row, ...)
    #[arg(long, value_name = "FILE")]
    test_object: Option<PathBuf>,
    /// Contrast-to-noise ratio from which on a feature of a test object counts as seen
    #[arg(long, value_name = "CNR", default_value_t = LIMIT, requires = "test_object", value_parser = cnr)]
    limit: f64,
    /// View to measure
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    view: u32,
    /// Calibration of the material: what uff calibrate wrote, or measured points (CSV or JSON)
    #[arg(long, value_name = "FILE")]
    calibration: Option<PathBuf>,
    /// How to read a delivery.
    #[command(flatten)]
    read: ReadArgs,
}

/// Two ends of a line.
#[derive(Debug, Clone, Copy)]
struct LineArg((usize, usize), (usize, usize));

impl FromStr for LineArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected two pixels row,column,row,column, such as 10,20,10,400".to_owned();
        let numbers =
            text.split(',').map(|n| n.trim().parse()).collect::<Result<Vec<usize>, _>>().map_err(|_| expected())?;
        match numbers.as_slice() {
            &[a, b, c, d] => Ok(Self((a, b), (c, d))),
            _ => Err(expected()),
        }
    }
}

/// A target and its background.
#[derive(Debug, Clone, Copy)]
struct PairArg(Region, Region);

impl FromStr for PairArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (target, background) = text.split_once('/').ok_or("expected two regions parted by a slash")?;
        Ok(Self(target.parse::<RegionArg>()?.0, background.parse::<RegionArg>()?.0))
    }
}

fn cnr(text: &str) -> Result<f64, String> {
    let inside = |value: &f64| (0.01..=100.0).contains(value);
    text.parse().ok().filter(inside).ok_or_else(|| "expected a number from 0.01 to 100".to_owned())
}

/// Measures what is asked for.
///
/// # Errors
/// The codes of opening the input; `uff.region`, `material.not_measurable`; `input.value` for a table.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let features = match &args.test_object {
        Some(path) => read_test_object(
            &read_document(path, context.limits.document, Code::LimitBytes)?,
            &path.display().to_string(),
            &context.budget(),
        )?,
        None => Vec::new(),
    };
    let calibration = calibration(args.calibration.as_deref(), context)?;
    let input = ScanInput::open(&args.input, &args.read, context)?;
    let options = AnalysisOptions { calibration, ..AnalysisOptions::default() };
    let view = MaterialView::open(&input.bundle, args.view, &options)?;
    for LineArg(from, to) in &args.line {
        let points = profile_line(&view, *from, *to)?;
        let points = points.iter().map(line_point).collect();
        say(&MeasureLine::Profile(ProfileLineInfo { version: Version, points }), context)?;
    }
    for RegionArg(region) in &args.histogram {
        region.check(view.shape())?;
        context.budget().charge((region.rows * region.columns) as u64 * BYTES_PER_PIXEL, "the histogram")?;
        let tile = view.tile(region)?;
        // 0 stands for no answer in the map.
        let z = tile.map.z.mapv(|z| if z > 0.0 { z } else { f32::NAN });
        let transmission = tile.alpha_high().mapv(|a| (-a).exp());
        for (quantity, values) in [("transmission", &transmission), ("lambda", &tile.map.lambda), ("z", &z)] {
            say(&MeasureLine::Histogram(histogram_info(region, quantity, values, args.bins)), context)?;
        }
    }
    for PairArg(target, background) in &args.contrast {
        let figures = figures(&contrast(&view, target, background)?);
        let info = ContrastInfo {
            version: Version,
            target: Bounds::from(target),
            background: Bounds::from(background),
            figures,
        };
        say(&MeasureLine::Contrast(info), context)?;
    }
    if args.test_object.is_some() {
        let readings = test_object(&view, &features, args.limit)?;
        let found = quality(&readings);
        if context.ui.wants_json() {
            readings.iter().try_for_each(|r| say(&MeasureLine::Feature(feature_info(r)), context))?;
        } else {
            tell_features(&readings, context)?;
        }
        found.iter().try_for_each(|q| say(&MeasureLine::Quality(quality_info(q, args.limit)), context))?;
    }
    Ok(Exit::Good)
}

fn line_point(point: &ProfilePoint) -> LinePoint {
    let finite = |value: f32| Some(value).filter(|v| v.is_finite());
    LinePoint {
        row: point.row,
        column: point.column,
        distance: point.distance,
        alpha_high: finite(point.alpha_high),
        alpha_low: finite(point.alpha_low),
        lambda: finite(point.lambda),
        z: Some(point.z).filter(|z| *z > 0.0),
        class: MaterialClass::from_code(point.class).name().to_owned(),
    }
}

fn histogram_info(region: &Region, quantity: &str, values: &Array2<f32>, bins: u16) -> HistogramInfo {
    let found = histogram(values, usize::from(bins));
    HistogramInfo {
        version: Version,
        bounds: Bounds::from(region),
        quantity: quantity.to_owned(),
        first: found.first,
        width: found.width,
        counts: found.counts,
        without: found.without,
    }
}

fn figures(contrast: &Contrast) -> ContrastFigures {
    ContrastFigures {
        target_transmission: contrast.target,
        background_transmission: contrast.background,
        noise: contrast.noise,
        relative: contrast.relative,
        cnr: contrast.cnr,
    }
}

fn feature_info(reading: &TestReading) -> FeatureInfo {
    FeatureInfo {
        version: Version,
        test: reading.feature.test.name().to_owned(),
        size: reading.feature.size,
        target: Bounds::from(&reading.feature.target),
        background: Bounds::from(&reading.feature.background),
        figures: figures(&reading.contrast),
        seen: reading.seen,
    }
}

fn quality_info(quality: &Quality, limit: f64) -> QualityInfo {
    QualityInfo {
        version: Version,
        test: quality.test.name().to_owned(),
        value: quality.value,
        unit: quality.test.unit().to_owned(),
        at_end: quality.at_end,
        limit,
    }
}

/// Prints a result, as JSON or for people.
fn say(line: &MeasureLine, context: &Context) -> Result<()> {
    let ui = &context.ui;
    if ui.wants_json() {
        return Ok(ui.json(line)?);
    }
    let number = |value: Option<f32>, digits: usize| value.map_or_else(|| "-".to_owned(), |v| format!("{v:.digits$}"));
    let ratio = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |v| format!("{v:.3}"));
    match line {
        MeasureLine::Profile(info) => {
            let mut table = Table::new(&[
                ("row", Align::Right),
                ("column", Align::Right),
                ("distance", Align::Right),
                ("α high", Align::Right),
                ("α low", Align::Right),
                ("g/cm²", Align::Right),
                ("Z", Align::Right),
                ("class", Align::Left),
            ]);
            for point in &info.points {
                table.row([
                    point.row.to_string(),
                    point.column.to_string(),
                    format!("{:.1}", point.distance),
                    number(point.alpha_high, 4),
                    number(point.alpha_low, 4),
                    number(point.lambda, 2),
                    number(point.z, 1),
                    point.class.clone(),
                ]);
            }
            ui.data(&table)?;
        }
        MeasureLine::Histogram(info) => {
            let Bounds { row, column, rows, columns } = info.bounds;
            let title = format!("{} in {row},{column},{rows},{columns}", info.quantity);
            ui.data(ui.paint(Style::Heading, &title))?;
            let mut table = Table::new(&[("from", Align::Right), ("pixels", Align::Right), ("", Align::Left)]);
            let most = info.counts.iter().copied().max().unwrap_or_default().max(1);
            for (bin, count) in info.counts.iter().enumerate() {
                let bar = "█".repeat((count * BAR).div_ceil(most) as usize);
                table.row([format!("{:.4}", info.first + bin as f64 * info.width), count.to_string(), bar]);
            }
            ui.data(&table)?;
            ui.data(format_args!("without a value: {}\n", info.without))?;
        }
        MeasureLine::Contrast(info) => {
            let f = &info.figures;
            ui.data(format_args!(
                "target {:.5}, background {:.5} ± {:.5}, contrast {}, contrast-to-noise {}",
                f.target_transmission,
                f.background_transmission,
                f.noise,
                ratio(f.relative),
                ratio(f.cnr)
            ))?;
        }
        MeasureLine::Quality(info) => {
            let value = info.value.map_or_else(|| "none seen".to_owned(), |v| format!("{v} {}", info.unit));
            let more = if info.at_end { "; the hardest feature is seen, the scanner may do better" } else { "" };
            ui.data(format_args!("{}: {value}{more}", info.test))?;
        }
        MeasureLine::Feature(_) | MeasureLine::Failure(_) => {}
    }
    Ok(())
}

fn tell_features(readings: &[TestReading], context: &Context) -> Result<()> {
    let mut table = Table::new(&[
        ("test", Align::Left),
        ("size", Align::Right),
        ("", Align::Left),
        ("contrast", Align::Right),
        ("contrast-to-noise", Align::Right),
        ("seen", Align::Left),
    ]);
    let ratio = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |v| format!("{v:.3}"));
    for reading in readings {
        table.row([
            reading.feature.test.name().to_owned(),
            reading.feature.size.to_string(),
            reading.feature.test.unit().to_owned(),
            ratio(reading.contrast.relative),
            ratio(reading.contrast.cnr),
            if reading.seen { "yes" } else { "no" }.to_owned(),
        ]);
    }
    context.ui.data(&table)?;
    Ok(())
}
