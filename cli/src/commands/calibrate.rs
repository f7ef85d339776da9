//! `uff calibrate`: the beams of a scanner, fitted to known matter.

use std::path::PathBuf;

use clap::ArgGroup;
use clap::Args as ClapArgs;
use uff::error::Code;
use uff::error::Error;
use uff::material::AnalysisOptions;
use uff::material::CalibratedBeams;
use uff::material::MaterialView;
use uff::material::NoiseModel;
use uff::material::PointResidual;
use uff::material::StepReading;
use uff::material::WedgeReading;
use uff::material::calibrate;
use uff::material::read_steps;
use uff::material::read_wedge;
use uff::model::CalibrationPoint;
use uff::physics::Correction;
use uff::source::read_document;

use super::Context;
use super::calibration_arg::calibration;
use super::read_args::ReadArgs;
use super::scan_input::ScanInput;
use super::target::Target;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::{Align, Style, Table, plain};
use crate::wire::{
    Bounds, CalibrateLine, CalibrationInfo, ChannelNoise, CorrectedBeams, NoisePair, PointInfo, ResidualInfo,
    ScalesInfo, Version, WedgeStep,
};

/// Arguments of `uff calibrate`.
#[derive(Debug, ClapArgs)]
#[command(group(ArgGroup::new("measured").required(true).args(["steps", "points"])))]
pub struct Args {
    /// UFF file or delivery of the scanner: the step wedge for --steps, any scan for --points
    #[arg(value_name = "SCAN")]
    input: PathBuf,
    /// Where the steps are (CSV: material, areal_density in g/cm², 0 for air, row, column, rows, columns)
    #[arg(long, value_name = "FILE")]
    steps: Option<PathBuf>,
    /// Points measured elsewhere (CSV: material, areal_density, alpha_high, alpha_low, row if any; or JSON)
    #[arg(long, value_name = "FILE")]
    points: Option<PathBuf>,
    /// Fit ranges of rows one by one, for beams that vary along the detector
    #[arg(long, requires = "steps")]
    by_rows: bool,
    /// View to calibrate
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    view: u32,
    /// Write the calibration, for --calibration of other commands
    #[arg(long, value_name = "JSON")]
    out: Option<PathBuf>,
    /// Replace a file that exists
    #[arg(long)]
    force: bool,
    /// How to read a delivery.
    #[command(flatten)]
    read: ReadArgs,
}

/// Fits the beams of a view.
///
/// # Errors
/// The codes of opening the input; `input.value` for the table; `uff.region`, `material.not_measurable`;
/// `physics.range` when the points are too few or do not belong to the beams; `target.exists`.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let target = args.out.as_ref().map(|path| Target::new(path, args.force)).transpose()?;
    let input = ScanInput::open(&args.input, &args.read, context)?;
    let view = MaterialView::open(&input.bundle, args.view, &AnalysisOptions::default())?;
    let wedge = match &args.steps {
        None => None,
        Some(path) => {
            let steps = read_steps(
                &read_document(path, context.limits.document, Code::LimitBytes)?,
                &path.display().to_string(),
                &context.budget(),
            )?;
            Some(read_wedge(&view, &steps, args.by_rows)?)
        }
    };
    let (points, noise) = match &wedge {
        Some(wedge) => (wedge.points.clone(), wedge.noise),
        None => {
            let file = calibration(args.points.as_deref(), context)?;
            (file.points, file.noise)
        }
    };
    let (high, low) = view
        .usual_beams()
        .ok_or_else(|| Error::new(Code::MaterialNotMeasurable, "calibration needs two energies").at(args.view))?;
    let fitted = calibrate(high, low, &points)?;
    let residuals = fitted.residuals(&points)?;
    let system = &input.bundle.scan.system;
    let mut info = CalibrationInfo {
        version: Version,
        input: args.input.display().to_string(),
        scan: input.bundle.scan.identity.scan_id.to_string(),
        scanned: input.bundle.scan.identity.start.as_ref().map(ToString::to_string),
        view: args.view,
        manufacturer: system.manufacturer.clone(),
        model: system.model.clone(),
        serial: system.serial.clone(),
        high_energy: high.nominal().get(),
        low_energy: low.nominal().get(),
        beams: beams(&fitted),
        residual: fitted.residual,
        noise: noise.map(noise_pair),
        air_high: wedge.as_ref().map_or(1.0, |w| w.air[0]),
        air_low: wedge.as_ref().map_or(1.0, |w| w.air[1]),
        steps: wedge.iter().flat_map(|w| &w.steps).map(step_info).collect(),
        points: points.iter().map(point_info).collect(),
        residuals: residuals.iter().map(residual_info).collect(),
        notes: notes(wedge.as_ref(), &view),
        out: None,
    };
    if let Some(target) = &target {
        let document = serde_json::to_string_pretty(&CalibrateLine::Calibration(Box::new(info.clone())))
            .map_err(|e| Error::new(Code::Internal, "cannot write the calibration").cause(e))?;
        target.write_bytes(format!("{document}\n").as_bytes())?;
        info.out = Some(target.path().display().to_string());
    }
    if context.ui.wants_json() {
        context.ui.json(&CalibrateLine::Calibration(Box::new(info)))?;
    } else {
        tell(&info, context)?;
    }
    Ok(Exit::Good)
}

/// Air further than this share from where the air calibration has it is worth a word.
const AIR_OFF: f64 = 0.005;

fn notes(wedge: Option<&WedgeReading>, view: &MaterialView) -> Vec<String> {
    let unfitted = |note: &&String| !note.starts_with("no calibration points");
    let mut notes: Vec<String> = view.notes().iter().filter(unfitted).cloned().collect();
    let Some(wedge) = wedge else { return notes };
    if !wedge.steps.iter().any(|s| s.step.areal_density.get() == 0.0) {
        notes.push("no step is air: the air calibration of the scan is trusted".into());
    }
    for (channel, air) in [("high", wedge.air[0]), ("low", wedge.air[1])] {
        if (air - 1.0).abs() > AIR_OFF {
            notes.push(format!(
                "{channel} energy: air beside the wedge is {:+.1} % off the air calibration of the scan; the steps are \
                 measured against air beside the wedge",
                100.0 * (air - 1.0)
            ));
        }
    }
    for step in wedge.steps.iter().filter(|s| !s.is_measured()) {
        let (material, density) = (&step.step.material, step.step.areal_density.get());
        notes.push(format!("{material}, {density} g/cm²: too little radiation passes; left out"));
    }
    if wedge.noise.is_none() {
        notes.push(
            "the noise cannot be told: it takes three steps of which the thinnest passes half as much again".into(),
        );
    }
    notes
}

fn beams(fitted: &CalibratedBeams) -> Vec<CorrectedBeams> {
    let scales = |c: Correction| ScalesInfo {
        photoelectric: c.photoelectric,
        compton: c.compton,
        pair: c.pair,
        filtration: c.filtration,
    };
    let rows = fitted.rows.iter().map(|rows| CorrectedBeams {
        first_row: rows.first_row,
        high: scales(rows.high.correction()),
        low: scales(rows.low.correction()),
    });
    rows.collect()
}

/// Returns the noise of a pair of channels as it is told in JSON.
pub(super) fn noise_pair((high, low): (NoiseModel, NoiseModel)) -> NoisePair {
    let of = |noise: NoiseModel| ChannelNoise { quantum: noise.quantum, electronic: noise.electronic };
    NoisePair { high: of(high), low: of(low) }
}

fn step_info(read: &StepReading) -> WedgeStep {
    WedgeStep {
        material: read.step.material.clone(),
        areal_density: read.step.areal_density.get(),
        bounds: Bounds::from(&read.step.region),
        pixels: read.pixels,
        transmission_high: read.transmission[0],
        transmission_low: read.transmission[1],
        deviation_high: read.deviation[0],
        deviation_low: read.deviation[1],
        measured: read.is_measured(),
    }
}

/// Returns a point as it is told in JSON.
pub(super) fn point_info(point: &CalibrationPoint) -> PointInfo {
    PointInfo {
        material: point.material.clone(),
        areal_density: point.areal_density.map(uff::units::ArealDensity::get),
        alpha_high: point.alpha_high,
        alpha_low: point.alpha_low,
        row: point.row,
    }
}

fn residual_info(residual: &PointResidual) -> ResidualInfo {
    ResidualInfo {
        alpha_high: residual.alpha_high,
        alpha_low: residual.alpha_low,
        at_given_high: residual.at_given_high,
    }
}

fn tell(info: &CalibrationInfo, context: &Context) -> Result<()> {
    let ui = &context.ui;
    let scanner: Vec<&str> =
        [&info.manufacturer, &info.model, &info.serial].into_iter().flatten().map(String::as_str).collect();
    let scanner = if scanner.is_empty() { "unnamed scanner".to_owned() } else { scanner.join(" ") };
    let energies = format!("{} and {} keV", info.high_energy, info.low_energy);
    ui.data(ui.paint(Style::Heading, plain(&format!("{scanner}, view {}: {energies}", info.view))))?;
    let mut beams = Table::new(&[
        ("rows from", Align::Right),
        ("beam", Align::Left),
        ("a photoelectric", Align::Right),
        ("b Compton", Align::Right),
        ("c pair", Align::Right),
        ("copper mm", Align::Right),
    ]);
    for rows in &info.beams {
        for (name, scales) in [("high", &rows.high), ("low", &rows.low)] {
            let [a, b, c] = [scales.photoelectric, scales.compton, scales.pair].map(|s| format!("{s:.4}"));
            let copper = format!("{:+.2}", scales.filtration);
            beams.row([rows.first_row.to_string(), name.to_owned(), a, b, c, copper]);
        }
    }
    ui.data(&beams)?;
    ui.data(format_args!("\n{}", ui.paint(Style::Heading, "Points, and model less measurement")))?;
    let mut points = Table::new(&[
        ("material", Align::Left),
        ("g/cm²", Align::Right),
        ("row", Align::Right),
        ("α high", Align::Right),
        ("α low", Align::Right),
        ("Δ high", Align::Right),
        ("Δ low", Align::Right),
        ("Δ low at given high", Align::Right),
    ]);
    for (point, residual) in info.points.iter().zip(&info.residuals) {
        points.row([
            plain(&point.material).to_string(),
            point.areal_density.map(|d| d.to_string()).unwrap_or_default(),
            point.row.map(|r| r.to_string()).unwrap_or_default(),
            format!("{:.4}", point.alpha_high),
            format!("{:.4}", point.alpha_low),
            format!("{:+.4}", residual.alpha_high),
            format!("{:+.4}", residual.alpha_low),
            format!("{:+.4}", residual.at_given_high),
        ]);
    }
    ui.data(&points)?;
    ui.data(format_args!("\nresidual {:.4} in α low at given α high, {} points", info.residual, info.points.len()))?;
    if let Some(noise) = &info.noise {
        for (name, noise) in [("high", &noise.high), ("low", &noise.low)] {
            let in_air = 100.0 * (noise.quantum + noise.electronic.powi(2)).sqrt();
            let (quantum, electronic) = (noise.quantum, noise.electronic);
            ui.data(format_args!(
                "noise {name}: quantum {quantum:.2e}, electronic {electronic:.2e}; {in_air:.2} % in air"
            ))?;
        }
    }
    info.notes.iter().for_each(|note| ui.note(plain(&format!("  {note}"))));
    if let Some(out) = &info.out {
        ui.note(plain(&format!("  calibration: {out}")));
    }
    Ok(())
}
