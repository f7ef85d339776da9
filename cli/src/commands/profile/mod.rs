//! `uff profile`: vendor profiles, which tell how one scanner writes.

mod check;
mod expected;
mod explain;
mod list;
mod new;

use clap::{Args as ClapArgs, Subcommand};

use super::Context;
use super::profile_folders::ProfileFolders;
use crate::error::Result;
use crate::exit::Exit;

/// Arguments of `uff profile`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    folders: ProfileFolders,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the known profiles
    List,
    /// Draft a profile for a delivery that nothing recognises
    New(new::Args),
    /// Check a profile, and whether it recognises and reads deliveries
    Check(check::Args),
    /// Show which value of a delivery a profile takes from where
    Explain(explain::Args),
}

/// Runs one command on profiles.
///
/// # Errors
/// Whatever the command says.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    match &args.command {
        Command::List => list::run(&args.folders, context),
        Command::New(args) => new::run(args, context),
        Command::Check(command) => check::run(command, &args.folders, context),
        Command::Explain(command) => explain::run(command, &args.folders, context),
    }
}
