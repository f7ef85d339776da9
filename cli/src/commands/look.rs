//! `uff analyze --findings`: what an analyst should look at, as a table, as JSON and in the picture.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use uff::detect::{ALGORITHM, ALGORITHM_VERSION, DetectOptions, Detection, Detections, Subject, detect, draw_findings};
use uff::material::{AnalysisOptions, ViewAnalysis, analyze_view};
use uff::model::{Bundle, Region};
use uff::picture::Raster;

use super::Context;
use super::analyze::place;
use super::read_args::ReadArgs;
use super::scan_input::ScanInput;
use crate::error::Result;
use crate::ui::{Align, Style, Table, plural};
use crate::wire::{AnalyzeLine, Bounds, FindingInfo, LoadInfo, Version};

/// How to look for findings.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Findings")]
pub(super) struct LookArgs {
    /// Scan of the same kind of vehicle, empty: what its structure holds beyond that is a finding
    #[arg(long, value_name = "FILE", requires = "findings")]
    reference: Option<PathBuf>,
    /// Findings to list at most
    #[arg(long, value_name = "COUNT", default_value_t = DetectOptions::default().most, requires = "findings")]
    most: usize,
    /// Least confidence of a finding, percent
    #[arg(
        long,
        value_name = "PERCENT",
        default_value_t = 20,
        value_parser = clap::value_parser!(u8).range(0..=100),
        requires = "findings"
    )]
    confidence: u8,
}

impl LookArgs {
    /// Looks for everything in an analysed view.
    ///
    /// # Errors
    /// The codes of opening and analysing the reference; `usage` when it cannot be compared.
    pub(super) fn look(
        &self,
        analysis: &ViewAnalysis,
        bundle: &Bundle,
        read: &ReadArgs,
        context: &Context,
    ) -> Result<Look> {
        let prepare = |analysis: &ViewAnalysis, bundle: &Bundle| {
            let view = bundle.scan.views.get(analysis.view as usize);
            Subject::of_analysis(analysis, view.and_then(|v| v.geometry.as_ref()))
        };
        let reference = match &self.reference {
            None => None,
            Some(path) => {
                let empty = ScanInput::open(path, read, context)?.bundle;
                let analysis = analyze_view(&empty, analysis.view, &AnalysisOptions::default(), &context.budget())
                    .map_err(|e| e.file(path.display()))?;
                Some(prepare(&analysis, &empty)?)
            }
        };
        let least = f64::from(self.confidence) / 100.0;
        let options = DetectOptions { reference: reference.as_ref(), least, most: self.most };
        let name = |e: uff::Error| match &self.reference {
            Some(path) => e.file(path.display()),
            None => e,
        };
        Ok(Look(detect(&prepare(analysis, bundle)?, &options).map_err(name)?))
    }
}

/// What was found.
pub(super) struct Look(Detections);

impl Look {
    /// Draws the numbered findings into a picture of the view.
    pub(super) fn draw(&self, picture: &Raster) -> Raster {
        let marks: Vec<Region> = self.0.found.iter().map(|d| *d.patch.bounds()).collect();
        draw_findings(picture, &marks)
    }

    /// Prints a line for the load and one per finding.
    pub(super) fn json(&self, context: &Context) -> Result<()> {
        context.ui.json(&AnalyzeLine::Load(self.load_info()))?;
        for (index, detection) in self.0.found.iter().enumerate() {
            context.ui.json(&AnalyzeLine::Finding(Box::new(info(index + 1, detection))))?;
        }
        Ok(())
    }

    /// Prints the load, the table of findings and the reasons.
    pub(super) fn tell(&self, context: &Context) -> Result<()> {
        let ui = &context.ui;
        ui.data(format_args!("\n{}", ui.paint(Style::Heading, "Load")))?;
        ui.data(self.load_line())?;
        ui.data(format_args!("\n{}", ui.paint(Style::Heading, "Findings, most important first")))?;
        if self.0.found.is_empty() {
            ui.data("none")?;
        }
        let mut table = Table::new(&[
            ("no.", Align::Right),
            ("kind", Align::Left),
            ("confidence", Align::Right),
            ("region", Align::Left),
            ("g/cm²", Align::Right),
            ("around", Align::Right),
            ("kg", Align::Right),
        ]);
        for (index, d) in self.0.found.iter().enumerate() {
            let bound = if d.kind == uff::detect::Kind::DarkZone { "≥ " } else { "" };
            let mass = match (d.measures.mass, d.measures.mass_sigma) {
                (Some(mass), Some(sigma)) => format!("{mass:.1} ± {sigma:.1}"),
                (Some(mass), None) => format!("{bound}{mass:.1}"),
                _ => "-".to_owned(),
            };
            table.row([
                (index + 1).to_string(),
                d.kind.name().to_owned(),
                format!("{:.0} %", 100.0 * d.confidence),
                place(d.patch.bounds()),
                format!("{bound}{:.1}", d.measures.lambda),
                format!("{:.1}", d.measures.lambda_around),
                mass,
            ]);
        }
        if !table.is_empty() {
            ui.data(table)?;
            ui.data("")?;
        }
        for (index, d) in self.0.found.iter().enumerate() {
            ui.data(format_args!("{:>3}  {}", index + 1, d.reason))?;
        }
        if self.0.left_out > 0 {
            let more = plural(self.0.left_out, "more finding");
            ui.note(format_args!("  and {more} of less confidence (--most lists more)"));
        }
        Ok(())
    }

    fn load_line(&self) -> String {
        let Some(load) = &self.0.load else { return "nothing loaded, or no place for a load found".to_owned() };
        let (lambda, unevenness) = (load.lambda, 100.0 * load.unevenness);
        let mut line = format!("{}: {lambda:.1} g/cm² ± {unevenness:.0} %", load.evenness().name());
        if let Some(mass) = load.mass {
            line.push_str(&format!(", {mass:.0} kg in the beam, walls included"));
        }
        if let Some(items) = &self.0.items {
            let pitch =
                items.pitch_mm.map_or_else(|| format!("{:.1} columns", items.pitch), |mm| format!("{mm:.0} mm"));
            line.push_str(&format!("; regular, {} items along the scan, {pitch} apart", items.count));
        }
        line
    }

    fn load_info(&self) -> LoadInfo {
        let load = self.0.load.as_ref();
        let items = self.0.items.as_ref();
        LoadInfo {
            version: Version,
            bay: self.0.bay.as_ref().map(Bounds::from),
            bounds: load.map(|l| Bounds::from(&l.bounds)),
            lambda: load.map(|l| l.lambda),
            unevenness: load.map(|l| l.unevenness),
            evenness: load.map(|l| l.evenness().name().to_owned()),
            mass_kg: load.and_then(|l| l.mass),
            items: items.map(|i| i.count),
            pitch_columns: items.map(|i| i.pitch),
            pitch_mm: items.and_then(|i| i.pitch_mm),
            regularity: items.map(|i| i.regularity),
            left_out: self.0.left_out,
        }
    }
}

fn info(number: usize, d: &Detection) -> FindingInfo {
    let m = &d.measures;
    FindingInfo {
        version: Version,
        number,
        algorithm: format!("{ALGORITHM} {ALGORITHM_VERSION}"),
        kind: d.kind.name().to_owned(),
        zone: d.zone.name().to_owned(),
        confidence: d.confidence,
        reason: d.reason.clone(),
        bounds: Bounds::from(d.patch.bounds()),
        pixels: d.patch.len(),
        runs: d.patch.runs().iter().map(|run| [run.row, run.column, run.length]).collect(),
        area_cm2: m.area,
        lambda: m.lambda,
        lambda_around: m.lambda_around,
        excess: m.excess,
        excess_sigma: m.excess_sigma,
        z: m.z,
        metal_share: m.metal_share,
        mass_kg: m.mass,
        mass_sigma_kg: m.mass_sigma,
        snr: m.snr,
    }
}
