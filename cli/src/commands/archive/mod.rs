//! `uff archive`: put scans away as evidence, find them and get them back.

mod calibration;
mod change;
mod compare;
mod connection;
mod delete;
mod expire;
mod extend;
mod get;
mod hold;
mod init;
mod migrate;
mod put;
mod record;
mod redact;
mod reindex;
mod replicate;
mod retention;
mod scan_ref;
mod scrub;
mod search;
mod show;
mod stats;
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
    Search(Box<search::Args>),
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
    /// Read stored bytes again from where they lie, little by little, and mend damage from a replica
    Scrub(scrub::Args),
    /// Compare what storage, catalogue and custody log say of each scan
    Compare,
    /// Bring a replica at another location up to date
    Replicate(replicate::Args),
    /// Move the archive to another location, proved there before this one is left
    Migrate(migrate::Args),
    /// Tell how many scans and bytes there are, by month, site, kind, scanner and state
    Stats,
    /// Place a legal hold on a scan: nothing of it is redacted or deleted until it is released
    Hold(hold::HoldArgs),
    /// Release a legal hold of a scan
    Release(hold::ReleaseArgs),
    /// Put a retention policy in force, or show the one in force
    Retention(retention::Args),
    /// Keep data of a scan for longer than the policy says
    Extend(extend::Args),
    /// Take data whose time is up out of a scan, while its image stays
    Redact(redact::Args),
    /// Delete a scan: one person requests it, another approves it
    Delete(delete::Args),
    /// Look for data whose time is up: redact them, and request the deletion of scans that are due as a whole
    Expire(expire::Args),
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
        Command::Scrub(args) => scrub::run(args, connection, context),
        Command::Compare => compare::run(connection, context),
        Command::Replicate(args) => replicate::run(args, connection, context),
        Command::Migrate(args) => migrate::run(args, connection, context),
        Command::Stats => stats::run(connection, context),
        Command::Hold(args) => hold::place(args, connection, context),
        Command::Release(args) => hold::release(args, connection, context),
        Command::Retention(args) => retention::run(args, connection, context),
        Command::Extend(args) => extend::run(args, connection, context),
        Command::Redact(args) => redact::run(args, connection, context),
        Command::Delete(args) => delete::run(args, connection, context),
        Command::Expire(args) => expire::run(args, connection, context),
    }
}
