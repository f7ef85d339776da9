//! `uff completions`: tab completion for a shell.

use clap::{Args as ClapArgs, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Context};
use crate::error::Result;
use crate::exit::Exit;

/// Arguments of `uff completions`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Shell to write for
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the completion script.
///
/// # Errors
/// When stdout does not take it.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "uff", &mut script);
    context.ui.raw(&script)?;
    Ok(Exit::Good)
}
