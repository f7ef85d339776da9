//! `uff atr`: automatic target recognition by programs and services of others.

mod reference;
mod run;
mod service;

use clap::{Args as ClapArgs, Subcommand};

use super::Context;
use crate::error::Result;
use crate::exit::Exit;

/// Arguments of `uff atr`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask detectors about a scan and keep what they find as machine findings
    Run(run::Args),
    /// Answer a request on standard input, as a detector does: the findings of uff analyze --findings
    Reference(reference::Args),
}

/// Runs one command.
///
/// # Errors
/// Whatever the command says.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    match &args.command {
        Command::Run(args) => run::run(args, context),
        Command::Reference(args) => reference::run(args, context),
    }
}
