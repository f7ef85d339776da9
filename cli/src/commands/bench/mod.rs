//! `uff bench`: how well the analysis works, measured on simulated scenes with known truth.

mod all;
mod compare;
mod findings;
mod goods;
mod material;
mod page;
mod plot;

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
    /// Measure material, findings and comparison, and write one report
    All(all::Args),
    /// Measure recall, false differences and localisation of uff compare
    Compare(compare::Args),
    /// Measure recall, false findings and confidences of uff analyze --findings
    Findings(findings::Args),
    /// Measure how often uff check-goods suspects honest loads and misses covers
    Goods(goods::Args),
    /// Measure the accuracy of atomic number, areal density, class and confidence
    Material(material::Args),
}

/// Runs one measurement.
///
/// # Errors
/// Whatever the command says.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    match &args.command {
        Command::All(args) => all::run(args, context),
        Command::Compare(args) => compare::run(args, context),
        Command::Findings(args) => findings::run(args, context),
        Command::Goods(args) => goods::run(args, context),
        Command::Material(args) => material::run(args, context),
    }
}
