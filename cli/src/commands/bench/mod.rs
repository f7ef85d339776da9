//! `uff bench`: how well the analysis works, measured on simulated scenes with known truth.

mod compare;

use clap::{Args as ClapArgs, Subcommand};

use super::Context;
use crate::error::Result;
use crate::exit::Exit;

/// Arguments of `uff bench`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure recall, false differences and localisation of uff compare
    Compare(compare::Args),
}

/// Runs one measurement.
///
/// # Errors
/// Whatever the command says.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    match &args.command {
        Command::Compare(args) => compare::run(args, context),
    }
}
