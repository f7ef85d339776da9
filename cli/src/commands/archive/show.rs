//! `uff archive show`.

use clap::Args as ClapArgs;

use super::connection::{Connection, runtime};
use super::{record, scan_ref};
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{Align, Table, plain};
use crate::wire::{ArchiveLine, ScanRecord};

/// Arguments of `uff archive show`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Scan: its identifier, or a number that only it has
    #[arg(value_name = "SCAN")]
    scan: String,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let hit = runtime()?.block_on(async {
        let archive = connection.open(context).await?;
        let scan = scan_ref::resolve(&archive, &args.scan).await?;
        Ok::<_, Error>(archive.show(scan).await?)
    })?;
    let told = record::hit(&hit);
    if context.ui.wants_json() {
        context.ui.json(&ArchiveLine::Scan(Box::new(told)))?;
    } else {
        context.ui.data(text(&told.scan))?;
    }
    Ok(Exit::Good)
}

fn text(scan: &ScanRecord) -> String {
    let site: Vec<&str> = [&scan.locode, &scan.site, &scan.lane].into_iter().flatten().map(String::as_str).collect();
    let pairs = [
        ("scan", scan.scan_id.clone()),
        ("start", scan.start.clone().unwrap_or_default()),
        ("site", site.join(", ")),
        ("scanner", scan.scanner.clone().unwrap_or_default()),
        ("object", scan.object.clone()),
        ("containers", scan.containers.join(", ")),
        ("plates", scan.plates.join(", ")),
        ("archived", scan.archived.clone()),
    ];
    let mut out = String::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        out.push_str(&format!("{name:<12}{}\n", plain(value)));
    }
    let mut files = Table::new(&[("file", Align::Left), ("bytes", Align::Right), ("sha256", Align::Left)]);
    for file in &scan.files {
        files.row([file.name.clone(), file.size.to_string(), file.sha256.clone()]);
    }
    out.push('\n');
    out.push_str(&files.to_string());
    out
}
