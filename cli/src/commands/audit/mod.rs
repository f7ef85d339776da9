//! `uff audit`: read, prove and verify who did what with the scans of an archive.

mod kept;
mod key;
mod log;
mod log_key;
mod prove;
mod verify;
mod witness;

use clap::{Args as ClapArgs, Subcommand};

use super::Context;
use super::archive::Connection;
use crate::error::Result;
use crate::exit::Exit;

/// Arguments of `uff audit`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the key that checks what the archive signs; keep it where the archive cannot change it
    Key,
    /// List entries of the custody log
    Log(log::Args),
    /// Write a proof that stands alone: that an entry is in the log
    Prove(prove::Args),
    /// Hash the whole log again; check proofs and checkpoints that were kept
    Verify(verify::Args),
    /// Sign the checkpoint of the log if it continues the one that was signed last
    Witness(witness::Args),
}

/// Runs one command of the audit.
///
/// # Errors
/// Whatever the command says.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let connection = &args.connection;
    match &args.command {
        Command::Key => key::run(connection, context),
        Command::Log(args) => log::run(args, connection, context),
        Command::Prove(args) => prove::run(args, connection, context),
        Command::Verify(args) => verify::run(args, connection, context),
        Command::Witness(args) => witness::run(args, connection, context),
    }
}
