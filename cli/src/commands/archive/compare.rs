//! `uff archive compare`.

use super::connection::{Connection, runtime};
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::plural;
use crate::wire::{ArchiveLine, Compared, DifferenceInfo, Version};

pub(super) fn run(connection: &Connection, context: &Context) -> Result<Exit> {
    let progress = context.ui.progress(None);
    progress.say("comparing storage, catalogue and custody log");
    let report = runtime()?.block_on(async {
        let archive = connection.open(context).await?;
        Ok::<_, Error>(archive.compare().await?)
    })?;
    drop(progress);
    let difference = |(scan, difference): &(uff::model::ScanId, archive::Difference)| DifferenceInfo {
        scan_id: scan.to_string(),
        difference: difference.as_str().to_owned(),
    };
    let differences: Vec<DifferenceInfo> = report.differences.iter().map(difference).collect();
    let same = differences.is_empty();
    if context.ui.wants_json() {
        let (stored, rows, logged) = (report.stored, report.rows, report.logged);
        context.ui.json(&ArchiveLine::Compared(Compared { version: Version, stored, rows, logged, differences }))?;
    } else {
        differences.iter().try_for_each(|d| context.ui.data(format_args!("{:<18}  {}", d.difference, d.scan_id)))?;
        context.ui.note(format_args!(
            "  {} stored, {} in the catalogue, {} in the custody log",
            plural(report.stored as usize, "scan"),
            report.rows,
            report.logged
        ));
    }
    Ok(if same { Exit::Good } else { Exit::Negative })
}
