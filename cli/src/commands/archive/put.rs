//! `uff archive put`.

use std::path::{Path, PathBuf};

use archive::{Archive, PutOutcome, PutReceipt, PutRequest};
use clap::Args as ClapArgs;
use uff::vendor::Delivery;

use super::change::save_receipt;
use super::connection::{Connection, runtime};
use super::record;
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{bytes, plural};
use crate::wire::{ArchiveLine, Stored, Version};

/// Arguments of `uff archive put`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// UFF files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Original delivery of the file, kept byte for byte beside it; with several files, once per file in their order
    #[arg(short, long = "delivery", value_name = "DELIVERY")]
    deliveries: Vec<PathBuf>,
    /// Folder for receipts: proofs that stand alone, SCAN.tlog-proof, that the custody log has each scan
    #[arg(long, value_name = "FOLDER")]
    receipts: Option<PathBuf>,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    if !args.deliveries.is_empty() && args.deliveries.len() != args.files.len() {
        let message = format!("{} but --delivery {} times", plural(args.files.len(), "file"), args.deliveries.len());
        return Err(Error::usage(message, "Give --delivery once per file, in the order of the files."));
    }
    let runtime = runtime()?;
    let archive = runtime.block_on(connection.open(context))?;
    let jobs: Vec<(&PathBuf, Option<&PathBuf>)> =
        args.files.iter().enumerate().map(|(i, file)| (file, args.deliveries.get(i))).collect();
    context.each(&jobs, |(file, delivery)| {
        let receipt = runtime.block_on(put(&archive, file, delivery.map(PathBuf::as_path), context))?;
        if let Some(folder) = &args.receipts {
            let scan = receipt.record.scan_id;
            runtime.block_on(save_receipt(&archive, &receipt.custody, folder, &scan.to_string()))?;
        }
        if context.ui.wants_json() {
            context.ui.json(&ArchiveLine::Stored(Box::new(to_wire(file, &receipt))))?;
        } else {
            context.ui.data(receipt.record.scan_id)?;
            tell(file, &receipt, context);
        }
        Ok(Exit::Good)
    })
}

/// Puts one file away.
pub(in crate::commands) async fn put(
    archive: &Archive,
    file: &Path,
    delivery: Option<&Path>,
    context: &Context,
) -> Result<PutReceipt> {
    let progress = context.ui.progress(None);
    progress.say(format!("{}: checking and storing", file.display()));
    let mut request = PutRequest::from_path(file)?;
    if let Some(delivery) = delivery {
        request = request.with_delivery(Delivery::open(delivery, &context.budget())?);
    }
    Ok(archive.put(request).await?)
}

fn tell(file: &Path, receipt: &PutReceipt, context: &Context) {
    let size = receipt.record.original.iter().fold(receipt.record.uff.size, |sum, f| sum.saturating_add(f.size));
    let what = match receipt.outcome {
        PutOutcome::Stored => "stored",
        PutOutcome::AlreadyStored => "was stored already, byte for byte",
    };
    let count = plural(1 + receipt.record.original.len(), "file");
    context.ui.note(format_args!("  {} {what}: {count}, {}, in {}", file.display(), bytes(size), receipt.object_path));
}

fn to_wire(file: &Path, receipt: &PutReceipt) -> Stored {
    Stored {
        version: Version,
        input: file.display().to_string(),
        already: receipt.outcome == PutOutcome::AlreadyStored,
        object_path: receipt.object_path.clone(),
        inventory_sha512: receipt.inventory_sha512.to_string(),
        custody_index: receipt.custody.index,
        scan: record::to_wire(&receipt.record, receipt.archived),
    }
}
