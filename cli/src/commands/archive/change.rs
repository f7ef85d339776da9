//! A change of one scan: which scan, what is told of it, and the receipt.

use std::path::{Path, PathBuf};

use archive::log::Receipt;
use archive::{Archive, ChangeReceipt};
use clap::Args;
use uff::model::ScanId;

use super::connection::{Connection, runtime};
use super::{record, scan_ref};
use crate::commands::Context;
use crate::commands::target::{Target, make_directory};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::wire::{ArchiveLine, Changed, Version};

/// Which scan is changed.
#[derive(Debug, Args)]
pub(super) struct ChangeArgs {
    /// Scan: its identifier, or a number that only it has
    #[arg(value_name = "SCAN")]
    scan: String,
    /// Folder for the receipt: a proof that stands alone, SCAN-ACTION.tlog-proof, that the custody log has the change
    #[arg(long, value_name = "FOLDER")]
    receipts: Option<PathBuf>,
}

impl ChangeArgs {
    /// Changes the scan and tells what is known of it now.
    ///
    /// # Errors
    /// Whatever the change says.
    pub(super) fn apply(
        &self,
        connection: &Connection,
        context: &Context,
        change: impl AsyncFnOnce(&Archive, ScanId) -> archive::Result<ChangeReceipt>,
    ) -> Result<Exit> {
        let runtime = runtime()?;
        let archive = runtime.block_on(connection.open(context))?;
        let receipt = runtime.block_on(async {
            let scan = scan_ref::resolve(&archive, &self.scan).await?;
            let receipt = change(&archive, scan).await?;
            if let Some(folder) = &self.receipts {
                let name = format!("{scan}-{}", receipt.custody.event.action);
                save_receipt(&archive, &receipt.custody, folder, &name).await?;
            }
            Ok::<_, Error>(receipt)
        })?;
        tell(&receipt, context)?;
        Ok(Exit::Good)
    }
}

fn tell(receipt: &ChangeReceipt, context: &Context) -> Result<()> {
    let event = &receipt.custody.event;
    let told = Changed {
        version: Version,
        scan_id: receipt.scan.to_string(),
        action: event.action.to_string(),
        hold: event.hold.map(|hold| hold.to_string()),
        facts: record::facts(&receipt.facts),
        inventory_sha512: receipt.inventory_sha512.to_string(),
        custody_index: receipt.custody.index,
    };
    if context.ui.wants_json() {
        return Ok(context.ui.json(&ArchiveLine::Changed(Box::new(told)))?);
    }
    context.ui.data(told.hold.as_ref().unwrap_or(&told.scan_id))?;
    context.ui.note(format_args!("  {}: entry {} of the custody log", told.action, told.custody_index));
    Ok(())
}

/// Writes the proof that stands alone of an entry of the custody log.
///
/// # Errors
/// `archive.log`, `archive.store`; `io.*`.
pub(super) async fn save_receipt(archive: &Archive, receipt: &Receipt, folder: &Path, name: &str) -> Result<()> {
    let proof = archive.prove(receipt).await?;
    let path = folder.join(format!("{name}.tlog-proof"));
    let written = tokio::task::spawn_blocking(move || {
        path.parent().map(make_directory).transpose()?;
        Ok::<_, Error>(Target::new(path, true)?.write_bytes(proof.to_string().as_bytes())?)
    });
    written.await.map_err(archive::Error::from)?
}
