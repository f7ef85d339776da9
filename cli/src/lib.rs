//! The command `uff`.
//!
//! [`run`] reads the arguments, runs one of the [`commands`] and returns the exit status. Only [`ui`] prints; what goes
//! to stdout with `--json` is declared in [`wire`]; [`exit`] says which failure gives which status.

pub mod commands;
pub mod error;
pub mod exit;
pub mod ui;
pub mod wire;

use std::ffi::OsString;

use clap::Parser;

use crate::commands::{Cli, Context};
use crate::exit::Exit;

/// Runs the command that the arguments ask for.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version are data; a wrong argument is a wrong request. A closed stream leaves nobody to tell.
            drop(e.print());
            return if e.use_stderr() { Exit::Usage } else { Exit::Good };
        }
    };
    let fallback = ui::Ui::new(cli.global.color, cli.global.quiet, cli.global.json);
    let context = match Context::new(&cli.global) {
        Ok(context) => context,
        Err(e) => {
            fallback.error(&e, &e.causes(), Some(e.hint()));
            return e.exit();
        }
    };
    match commands::run(cli.command, &context) {
        Ok(exit) => exit,
        Err(e) => match context.report(&e) {
            Ok(()) => e.exit(),
            Err(deaf) => e.exit().max(deaf.exit()),
        },
    }
}
