//! `uff archive`: put scans away as evidence, find them and get them back.

mod calibration;
mod connection;
mod get;
mod init;
mod put;
mod record;
mod reindex;
mod scan_ref;
mod search;
mod show;
mod sweep;
mod verify;

use clap::{Args as ClapArgs, Subcommand};

pub(super) use connection::{Connection, runtime};
pub(super) use put::put;

use super::Context;
use crate::error::Result;
use crate::exit::Exit;

/// Arguments of `uff archive`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make an archive at an empty location
    Init,
    /// Put UFF files with their original deliveries into the archive
    Put(put::Args),
    /// Get a scan back: the UFF file, its metadata, its originals, or a region of a channel
    Get(get::Args),
    /// Find scans by number, place, time or scanner
    Search(search::Args),
    /// Show what the archive knows of a scan
    Show(show::Args),
    /// List the calibrations of a scanner, and give the one in force
    Calibration(Box<calibration::Args>),
    /// Compute the digests of stored bytes again and compare
    Verify(verify::Args),
    /// Build the catalogue again from the stored bytes
    Reindex,
    /// Clear up after a crash
    Sweep(sweep::Args),
}

/// Runs one command of the archive.
///
/// # Errors
/// Whatever the command says.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let connection = &args.connection;
    match &args.command {
        Command::Init => init::run(connection, context),
        Command::Put(args) => put::run(args, connection, context),
        Command::Get(args) => get::run(args, connection, context),
        Command::Search(args) => search::run(args, connection, context),
        Command::Show(args) => show::run(args, connection, context),
        Command::Calibration(args) => calibration::run(args, connection, context),
        Command::Verify(args) => verify::run(args, connection, context),
        Command::Reindex => reindex::run(connection, context),
        Command::Sweep(args) => sweep::run(args, connection, context),
    }
}
