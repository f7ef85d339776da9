//! `uff archive calibration`: the calibrations of a scanner, each of them kept in the archived scan that it was made from.

use std::path::PathBuf;

use archive::{Filter, Hit, Query, Scheme};
use clap::{ArgGroup, Args as ClapArgs};
use jiff::Timestamp;
use uff::material::ScannerCalibration;
use uff::model::{Scan, System};

use super::connection::{Connection, runtime};
use super::search::{counted, end, time};
use crate::commands::Context;
use crate::commands::calibrate::{noise_pair, point_info};
use crate::commands::read_args::ReadArgs;
use crate::commands::scan_input::ScanInput;
use crate::commands::target::Target;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{Align, Table, plain};
use crate::wire::{ArchiveLine, ArchivedCalibration, KeptCalibration, Version};

/// Arguments of `uff archive calibration`.
#[derive(Debug, ClapArgs)]
#[command(group(ArgGroup::new("of").required(true).args(["scan", "scanner"])))]
pub(super) struct Args {
    /// UFF file or delivery to be analysed: the calibrations of its scanner from before its time
    #[arg(value_name = "SCAN")]
    scan: Option<PathBuf>,
    /// Serial number of the scanner
    #[arg(long, value_name = "SERIAL")]
    scanner: Option<String>,
    /// Calibrations from before this time: RFC 3339, or a date that starts at midnight UTC
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,
    /// View that is calibrated
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    view: u32,
    /// Write the calibration in force, the newest, for --calibration of other commands
    #[arg(short, long, value_name = "JSON")]
    output: Option<PathBuf>,
    /// Replace a file that exists
    #[arg(long)]
    force: bool,
    /// Calibrations to list
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    limit: u32,
    /// How to read a delivery.
    #[command(flatten)]
    read: ReadArgs,
}

impl Args {
    fn query(&self, context: &Context) -> Result<Query> {
        let (scanner, scanned) = match &self.scan {
            None => (vec![(Scheme::Serial, self.scanner.clone())], None),
            Some(path) => {
                let scan = ScanInput::open(path, &self.read, context)?.bundle.scan;
                let System { manufacturer, model, serial, .. } = scan.system;
                if serial.is_none() && model.is_none() {
                    let message = format!("{} does not say which scanner made it", path.display());
                    return Err(Error::usage(message, "Name the scanner with --scanner, and the time with --at."));
                }
                let scanner =
                    vec![(Scheme::Manufacturer, manufacturer), (Scheme::Model, model), (Scheme::Serial, serial)];
                (scanner, scan.identity.start.map(|start| start.instant()))
            }
        };
        let filters = scanner.into_iter().filter_map(|(scheme, text)| Some(Filter::new(scheme, text?)));
        Ok(Query {
            filters: filters.chain([Filter::calibrates(self.view)]).collect(),
            until: self.at.or(scanned),
            limit: self.limit,
            ..Query::default()
        })
    }
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let target = args.output.as_ref().map(|path| Target::new(path, args.force)).transpose()?;
    let query = args.query(context)?;
    let (page, count, newest) = runtime()?.block_on(async {
        let archive = connection.open(context).await?;
        let (page, count) = counted(&archive, &query).await?;
        let newest = match page.hits.first().filter(|_| target.is_some()) {
            Some(hit) => Some(archive.metadata(hit.record.scan_id).await?.scan),
            None => None,
        };
        Ok::<_, Error>((page, count, newest))
    })?;
    if let (Some(target), Some(scan)) = (&target, newest) {
        let document = serde_json::to_vec_pretty(&document(&scan, args.view)?)
            .map_err(|e| uff::Error::new(uff::Code::Internal, e.to_string()))?;
        target.write_bytes(&document)?;
    }
    let calibrations: Vec<ArchivedCalibration> =
        page.hits.iter().enumerate().map(|(i, hit)| to_wire(hit, args.view, i == 0)).collect();
    if context.ui.wants_json() {
        for calibration in calibrations {
            context.ui.json(&ArchiveLine::Calibration(calibration))?;
        }
        context.ui.json(&ArchiveLine::Page(end(&page, count)))?;
    } else if !calibrations.is_empty() {
        context.ui.data(table(&calibrations))?;
        if let Some(path) = &args.output {
            context.ui.note(plain(&format!("  calibration in force: {}", path.display())));
        }
    }
    if page.hits.is_empty() {
        context.ui.note("  no calibration of this scanner and view; an analysis takes the usual beams, and says so");
        return Ok(Exit::Negative);
    }
    Ok(Exit::Good)
}

/// Makes the document of a calibration.
///
/// # Errors
/// `archive.corrupt` when the scan holds no calibration, though the catalogue says so.
fn document(scan: &Scan, view: u32) -> Result<KeptCalibration> {
    let calibration = scan.views.get(view as usize).and_then(ScannerCalibration::of_view).ok_or_else(|| {
        archive::Error::new(archive::Code::Corrupt, "the scan holds no calibration, though the catalogue says so")
            .file(scan.identity.scan_id)
    })?;
    Ok(KeptCalibration {
        version: Version,
        scan: scan.identity.scan_id.to_string(),
        scanned: scan.identity.start.as_ref().map(ToString::to_string),
        view,
        manufacturer: scan.system.manufacturer.clone(),
        model: scan.system.model.clone(),
        serial: scan.system.serial.clone(),
        noise: calibration.noise.map(noise_pair),
        points: calibration.points.iter().map(point_info).collect(),
    })
}

fn to_wire(hit: &Hit, view: u32, in_force: bool) -> ArchivedCalibration {
    let record = &hit.record;
    ArchivedCalibration {
        version: Version,
        scan_id: record.scan_id.to_string(),
        scanned: record.start.map(|t| t.to_string()),
        archived: hit.archived.to_string(),
        manufacturer: record.scanner.manufacturer.clone(),
        model: record.scanner.model.clone(),
        serial: record.scanner.serial.clone(),
        view,
        in_force,
    }
}

fn table(calibrations: &[ArchivedCalibration]) -> Table {
    let mut table = Table::new(&[
        ("scan", Align::Left),
        ("scanned", Align::Left),
        ("scanner", Align::Left),
        ("serial", Align::Left),
        ("", Align::Left),
    ]);
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    for calibration in calibrations {
        let scanner = [&calibration.manufacturer, &calibration.model].into_iter().flatten().cloned();
        table.row([
            calibration.scan_id.clone(),
            or_dash(&calibration.scanned),
            scanner.collect::<Vec<_>>().join(" "),
            or_dash(&calibration.serial),
            if calibration.in_force { "in force" } else { "" }.to_owned(),
        ]);
    }
    table
}
