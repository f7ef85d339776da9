//! `uff audit prove`.

use std::path::PathBuf;

use archive::log::{Action, Event, LogReader};
use clap::Args as ClapArgs;
use futures::StreamExt;
use uff::model::ScanId;

use super::log_key::LogKeyArg;
use crate::commands::Context;
use crate::commands::archive::{Connection, runtime};
use crate::commands::target::Target;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::wire::{AuditLine, ProofWritten, Version};

/// Arguments of `uff audit prove`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Index of an entry, or the identifier of a scan: then the entry that says it was put into the archive
    #[arg(value_name = "ENTRY")]
    entry: String,
    /// File for the proof, in the form of C2SP tlog-proof
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Replace the file
    #[arg(short, long)]
    force: bool,
    #[command(flatten)]
    key: LogKeyArg,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let target = Target::new(&args.output, args.force)?;
    runtime()?.block_on(async {
        let key = args.key.resolve(connection, context).await?;
        let log = connection.log()?;
        let checkpoint = log.checkpoint(&key).await?;
        let size = checkpoint.0.size;
        let index = match (args.entry.parse::<u64>(), args.entry.parse::<ScanId>()) {
            (Ok(index), _) => index,
            (_, Ok(scan)) => find(&log, size, scan).await?,
            _ => {
                let message = format!("{:?} is neither an index nor the identifier of a scan", args.entry);
                return Err(Error::usage(message, "Find entries with `uff audit log`."));
            }
        };
        let proof = log.prove(index, &checkpoint).await?;
        proof.verify(&key)?;
        target.write_bytes(proof.to_string().as_bytes())?;
        let file = args.output.display().to_string();
        if context.ui.wants_json() {
            context.ui.json(&AuditLine::Proof(ProofWritten { version: Version, file, index, size }))?;
        } else {
            context.ui.data(&file)?;
            context.ui.note(format_args!("  proves entry {index} of {size}"));
        }
        Ok(Exit::Good)
    })
}

/// Finds the entry that says that a scan was put into the archive.
async fn find(log: &LogReader, size: u64, scan: ScanId) -> Result<u64> {
    let mut entries = log.entries(0..size, size);
    while let Some(entry) = entries.next().await {
        let entry = entry?;
        let event = Event::from_entry(&entry.bytes, entry.index)?;
        if event.scan == Some(scan) && event.action == Action::Put && event.outcome == archive::log::event::DONE {
            return Ok(entry.index);
        }
    }
    let e = archive::Error::new(archive::Code::NoSuchScan, "the custody log does not say that the scan was put");
    Err(e.file(scan).into())
}
