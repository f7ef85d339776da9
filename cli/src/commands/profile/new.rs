//! `uff profile new`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use uff::vendor::Delivery;
use uff::vendor::profile::draft;

use crate::commands::Context;
use crate::commands::target::Target;
use crate::error::Result;
use crate::exit::Exit;

/// Arguments of `uff profile new`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Delivery of the scanner: a file, or a folder with the files of one scan
    #[arg(value_name = "DELIVERY")]
    delivery: PathBuf,
    /// Name of the profile: lower-case letters, digits and hyphens
    #[arg(long, default_value = "new-scanner")]
    name: String,
    /// File to write [default: stdout]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace a file that exists
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let target = args.output.as_ref().map(|path| Target::new(path, args.force)).transpose()?;
    let delivery = Delivery::open(&args.delivery, &context.budget())?;
    let text = draft(&delivery, &args.name, &context.budget())?.text;
    match target {
        None => context.ui.raw(text.as_bytes())?,
        Some(target) => {
            target.write_bytes(text.as_bytes())?;
            context.ui.data(target.path().display())?;
            context
                .ui
                .note("  correct it with the vendor's interface document, then run `uff profile check` and `uff profile explain`");
        }
    }
    Ok(Exit::Good)
}
