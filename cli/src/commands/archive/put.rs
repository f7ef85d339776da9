//! `uff archive put`.

use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use archive::log::Check;
use archive::{Archive, PutOutcome, PutReceipt, PutRequest};
use clap::{Args as ClapArgs, ValueEnum};
use futures::{StreamExt, stream};
use tokio::sync::Semaphore;
use uff::error::Direction;
use uff::vendor::Delivery;

use super::change::save_receipt;
use super::connection::{Connection, runtime};
use super::record;
use crate::commands::Context;
use crate::commands::target::{Target, make_directory};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{bytes, plain, plural};
use crate::wire::{ArchiveLine, Failure, Stored, Version};

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
    /// How closely each file is looked at before it is stored; what is not sound is refused
    #[arg(long, value_enum, value_name = "CHECK", default_value_t)]
    check: CheckArg,
    /// Folder for what is refused: a copy of the file, and FILE.failure.json with the reason
    #[arg(long, value_name = "FOLDER")]
    quarantine: Option<PathBuf>,
    /// Files stored at one time
    #[arg(long, value_name = "COUNT", default_value_t = JOBS)]
    jobs: NonZeroUsize,
}

/// How closely a file is looked at.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(in crate::commands) enum CheckArg {
    /// The checksum of every stored block: finds what a disk or a line changed, in the least time
    Checksums,
    /// The digest of every decoded array
    #[default]
    Digests,
    /// As digests, and every rule of `uff validate`
    Rules,
}

impl From<CheckArg> for Check {
    fn from(check: CheckArg) -> Self {
        match check {
            CheckArg::Checksums => Self::Checksums,
            CheckArg::Digests => Self::Digests,
            CheckArg::Rules => Self::Rules,
        }
    }
}

/// Files stored at one time, unless stated: enough to keep the disk busy while others are digested.
const JOBS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);

/// Files done and not told yet, for each that is worked on: a large one does not keep the others waiting.
const AHEAD: usize = 8;

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    if !args.deliveries.is_empty() && args.deliveries.len() != args.files.len() {
        let message = format!("{} but --delivery {} times", plural(args.files.len(), "file"), args.deliveries.len());
        return Err(Error::usage(message, "Give --delivery once per file, in the order of the files."));
    }
    let runtime = runtime()?;
    let archive = runtime.block_on(connection.open(context))?;
    let jobs: Vec<(&PathBuf, Option<&PathBuf>)> =
        args.files.iter().enumerate().map(|(i, file)| (file, args.deliveries.get(i))).collect();
    // Told in the order of the files, whichever is done first.
    let archive = &archive;
    let free = &Semaphore::new(args.jobs.get());
    let mut puts = stream::iter(&jobs)
        .map(|(file, delivery)| async move {
            let _place = free.acquire().await.map_err(|e| lost(file, e))?;
            let receipt = put(archive, file, delivery.map(PathBuf::as_path), args.check.into(), context).await?;
            if let Some(folder) = &args.receipts {
                save_receipt(archive, &receipt.custody, folder, &receipt.record.scan_id.to_string()).await?;
            }
            Ok(receipt)
        })
        .buffered(args.jobs.get().saturating_mul(AHEAD));
    context.each(&jobs, |(file, _)| {
        let progress = context.ui.progress(None);
        progress.say(format!("{}: checking and storing", file.display()));
        let outcome = runtime.block_on(puts.next()).unwrap_or_else(|| Err(lost(file, "no outcome")));
        drop(progress);
        let receipt = outcome.inspect_err(|e| {
            if let Some(folder) = args.quarantine.as_ref().filter(|_| is_refused(e)) {
                set_aside(file, folder, e, context);
            }
        })?;
        if context.ui.wants_json() {
            context.ui.json(&ArchiveLine::Stored(Box::new(to_wire(file, &receipt))))?;
        } else {
            context.ui.data(receipt.record.scan_id)?;
            tell(file, &receipt, context);
        }
        Ok(Exit::Good)
    })
}

fn lost(file: &Path, why: impl std::fmt::Display) -> Error {
    uff::Error::new(uff::Code::Internal, "a file was not put").file(file.display()).found(why).into()
}

/// Tells whether it is the file that is refused, and not the archive that fails.
fn is_refused(e: &Error) -> bool {
    matches!(e.exit(), Exit::Malformed | Exit::Unsupported | Exit::Limit | Exit::Damaged)
}

/// Copies a refused file to where people look at it, with the reason beside it. What fails is told; the file stays where it is
/// in any case.
fn set_aside(file: &Path, folder: &Path, reason: &Error, context: &Context) {
    let copy = || -> Result<()> {
        make_directory(folder)?;
        let mut name = file.file_name().unwrap_or_default().to_owned();
        let target = Target::new(folder.join(&name), true)?;
        let mut from = std::fs::File::open(file).map_err(|e| uff::Error::io(Direction::Read, file, e))?;
        target.write(|out| {
            let mut piece = vec![0; 1 << 20];
            loop {
                match from.read(&mut piece).map_err(|e| uff::Error::io(Direction::Read, file, e))? {
                    0 => return Ok(()),
                    count => out.put(piece.get(..count).unwrap_or_default())?,
                }
            }
        })?;
        name.push(".failure.json");
        let told = Failure { input: Some(file.display().to_string().into()), ..reason.to_wire() };
        let json = serde_json::to_vec_pretty(&told);
        let json = json.map_err(|e| uff::Error::new(uff::Code::Internal, "the reason has no JSON form").cause(e))?;
        Ok(Target::new(folder.join(name), true)?.write_bytes(&json)?)
    };
    match copy() {
        Ok(()) => context.ui.note(format_args!("  {} set aside in {}", file.display(), folder.display())),
        Err(e) => context.ui.warn(plain(&format!("{} could not be set aside: {e}", file.display()))),
    }
}

/// Puts one file away.
pub(in crate::commands) async fn put(
    archive: &Archive,
    file: &Path,
    delivery: Option<&Path>,
    check: Check,
    context: &Context,
) -> Result<PutReceipt> {
    let mut request = PutRequest::from_path(file)?.checked(check);
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
    for twin in &receipt.twins {
        context.ui.warn(format_args!("{} has the same samples as scan {twin}", file.display()));
    }
    for again in &receipt.again {
        let minutes = archive::AGAIN.as_mins();
        context.ui.warn(format_args!(
            "{} shows the same object as scan {again}, by the same scanner within {minutes} minutes",
            file.display()
        ));
    }
}

fn to_wire(file: &Path, receipt: &PutReceipt) -> Stored {
    Stored {
        version: Version,
        input: file.display().to_string(),
        already: receipt.outcome == PutOutcome::AlreadyStored,
        object_path: receipt.object_path.clone(),
        inventory_sha512: receipt.inventory_sha512.to_string(),
        custody_index: receipt.custody.index,
        same_samples: receipt.twins.iter().map(ToString::to_string).collect(),
        same_object: receipt.again.iter().map(ToString::to_string).collect(),
        scan: record::to_wire(&receipt.record, receipt.archived),
    }
}
