//! `uff archive stats`.

use std::collections::BTreeMap;

use archive::Stats;

use super::connection::{Connection, runtime};
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{Align, Table, bytes, plural};
use crate::wire::{ArchiveLine, ScansOf, StatsInfo, Version};

/// Lines that people are shown of each kind.
const SHOWN: usize = 12;

pub(super) fn run(connection: &Connection, context: &Context) -> Result<Exit> {
    let stats = runtime()?.block_on(async {
        let archive = connection.open(context).await?;
        Ok::<_, Error>(archive.stats().await?)
    })?;
    let told = to_wire(&stats);
    if context.ui.wants_json() {
        context.ui.json(&ArchiveLine::Stats(told))?;
        return Ok(Exit::Good);
    }
    let range = [&told.first, &told.last].map(|time| time.as_deref().unwrap_or("-").to_owned());
    let mut table = Table::new(&[("", Align::Left), ("", Align::Left), ("scans", Align::Right)]);
    let months = [("month", &told.months)].into_iter();
    let groups = told.groups.iter().map(|(kind, counted)| (kind.as_str(), counted));
    for (kind, counted) in months.chain(groups) {
        for ScansOf { key, scans } in counted.iter().take(SHOWN) {
            table.row([kind.to_owned(), key.clone(), scans.to_string()]);
        }
    }
    context.ui.data(format_args!(
        "{}, {} of UFF files, {} of deliveries; {} to {}; {} deleted",
        plural(told.scans as usize, "scan"),
        bytes(told.uff_bytes),
        bytes(told.original_bytes),
        range[0],
        range[1],
        told.deleted
    ))?;
    context.ui.data(table)?;
    Ok(Exit::Good)
}

fn to_wire(stats: &Stats) -> StatsInfo {
    let of = |(key, scans): &(String, u64)| ScansOf { key: key.clone(), scans: *scans };
    let mut groups: BTreeMap<String, Vec<ScansOf>> = BTreeMap::new();
    for (scheme, key, scans) in &stats.groups {
        groups.entry(scheme.as_str().to_owned()).or_default().push(ScansOf { key: key.clone(), scans: *scans });
    }
    StatsInfo {
        version: Version,
        scans: stats.scans,
        deleted: stats.deleted,
        uff_bytes: stats.uff_bytes,
        original_bytes: stats.original_bytes,
        first: stats.first.map(|time| time.to_string()),
        last: stats.last.map(|time| time.to_string()),
        months: stats.months.iter().map(of).collect(),
        groups,
    }
}
