//! One file per subcommand: its arguments and what it does.

pub mod analyze;
pub mod archive;
pub mod atr;
pub mod audit;
pub mod bench;
pub mod calibrate;
mod calibration_arg;
pub mod check_goods;
pub mod compare;
pub mod completions;
mod context;
pub mod convert;
pub mod demo;
mod energy_arg;
pub mod extract;
mod folder;
pub mod info;
mod look;
pub mod materials;
pub mod measure;
pub mod profile;
mod profile_folders;
mod read_args;
mod region_arg;
pub mod render;
mod scan_input;
mod scatter;
pub mod schema;
pub mod synth;
mod target;
mod thickness_arg;
pub mod validate;
pub mod watch;
mod write_args;

use clap::{Parser, Subcommand};

pub use context::{Context, GlobalArgs, Size};

use crate::error::Result;
use crate::exit::Exit;

/// Convert, check, show, analyse, archive and retrieve X-ray scans of cargo
///
/// Works on the open UFF profile: an HDF5 file with XML metadata that covers the published scope of the WCO Unified
/// File Format. It is not the byte layout of the WCO specification, which is not public.
#[derive(Debug, Parser)]
#[command(name = "uff", version, max_term_width = 100, arg_required_else_help = true, subcommand_required = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options that every command takes.
    #[command(flatten)]
    pub global: GlobalArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Convert deliveries of scanners into UFF files or other formats
    Convert(Box<convert::Args>),
    /// Convert the deliveries that arrive in a folder, as they arrive
    Watch(Box<watch::Args>),
    /// Tell what a UFF file is about
    Info(info::Args),
    /// Check UFF files against the layout and metadata documents
    Validate(validate::Args),
    /// Draw a channel or the material as PNG
    Render(Box<render::Args>),
    /// Work out what the load is made of
    Analyze(Box<analyze::Args>),
    /// Measure lines, histograms, contrast and the image quality a test object shows
    Measure(Box<measure::Args>),
    /// Ask detectors of others about a scan, and answer as one
    Atr(Box<atr::Args>),
    /// Fit the beams of a scanner to known matter: a step wedge, or a table of points
    Calibrate(Box<calibrate::Args>),
    /// List the known materials, or tell how one attenuates radiation
    Materials(materials::Args),
    /// Find what differs between two scans of one object
    Compare(Box<compare::Args>),
    /// Judge whether declared goods and mass fit what the scan shows
    CheckGoods(Box<check_goods::Args>),
    /// Simulate a scan of a scene, with its truth, as an invented vendor would deliver it
    Synth(synth::Args),
    /// Write everything in a file as plain files: arrays, metadata, originals, media
    Extract(extract::Args),
    /// List, draft, check and explain vendor profiles
    Profile(Box<profile::Args>),
    /// Put scans away as evidence, find them and get them back
    Archive(Box<archive::Args>),
    /// Read, prove and verify who did what with the scans of an archive
    Audit(Box<audit::Args>),
    /// Run the whole chain on the samples of the project and show each step
    Demo(demo::Args),
    /// Measure how well an analysis does on simulated scans with known truth
    Bench(Box<bench::Args>),
    /// Print the schemas that files and output are checked against
    Schema(schema::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

/// Runs one command.
///
/// # Errors
/// Whatever the command says.
pub fn run(command: Command, context: &Context) -> Result<Exit> {
    match command {
        Command::Convert(args) => convert::run(&args, context),
        Command::Watch(args) => watch::run(&args, context),
        Command::Info(args) => info::run(&args, context),
        Command::Validate(args) => validate::run(&args, context),
        Command::Render(args) => render::run(&args, context),
        Command::Analyze(args) => analyze::run(&args, context),
        Command::Measure(args) => measure::run(&args, context),
        Command::Atr(args) => atr::run(&args, context),
        Command::Calibrate(args) => calibrate::run(&args, context),
        Command::Materials(args) => materials::run(&args, context),
        Command::Compare(args) => compare::run(&args, context),
        Command::CheckGoods(args) => check_goods::run(&args, context),
        Command::Synth(args) => synth::run(&args, context),
        Command::Extract(args) => extract::run(&args, context),
        Command::Profile(args) => profile::run(&args, context),
        Command::Archive(args) => archive::run(&args, context),
        Command::Audit(args) => audit::run(&args, context),
        Command::Demo(args) => demo::run(&args, context),
        Command::Bench(args) => bench::run(&args, context),
        Command::Schema(args) => schema::run(&args, context),
        Command::Completions(args) => completions::run(&args, context),
    }
}
