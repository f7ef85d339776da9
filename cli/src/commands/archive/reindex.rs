//! `uff archive reindex`.

use archive::Archive;

use super::connection::{Connection, runtime};
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{plain, plural};
use crate::wire::{ArchiveLine, Reindexed, Version};

pub(super) fn run(connection: &Connection, context: &Context) -> Result<Exit> {
    let progress = context.ui.progress(None);
    progress.say("reading the records of all scans");
    let report = runtime()?.block_on(async {
        let mut config = connection.config(context)?;
        config.create_catalog = true;
        let archive = Archive::open(&connection.location()?, config).await?;
        Ok::<_, Error>(archive.reindex().await?)
    })?;
    drop(progress);
    let lost = report.without_bytes.iter().map(|scan| format!("{scan}: the store has nothing of it"));
    let failed: Vec<String> = report.failed.iter().map(|(scan, e)| format!("{scan}: {e}")).chain(lost).collect();
    if context.ui.wants_json() {
        let told = Reindexed { version: Version, scans: report.indexed, failed };
        context.ui.json(&ArchiveLine::Reindexed(told))?;
    } else {
        context.ui.data(plural(report.indexed as usize, "scan"))?;
        failed.iter().for_each(|line| context.ui.warn(plain(line)));
    }
    Ok(if report.is_complete() { Exit::Good } else { Exit::Negative })
}
