//! `uff profile explain`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use uff::vendor::Delivery;

use crate::commands::Context;
use crate::commands::profile_folders::ProfileFolders;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::{Align, Table, plain};
use crate::wire::{ProfileLine, ProfileValue, Version};

/// Arguments of `uff profile explain`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Profile: a file or a name
    #[arg(value_name = "PROFILE")]
    profile: String,
    /// Delivery to read
    #[arg(value_name = "DELIVERY")]
    delivery: PathBuf,
}

pub(super) fn run(args: &Args, folders: &ProfileFolders, context: &Context) -> Result<Exit> {
    let profile = folders.find(&args.profile)?;
    let delivery = Delivery::open(&args.delivery, &context.budget())?;
    let reading = profile.read(&delivery, &context.budget())?;
    let mut table = Table::new(&[("value", Align::Left), ("goes to", Align::Left), ("comes from", Align::Left)]);
    for filled in reading.filled {
        if context.ui.wants_json() {
            let value =
                ProfileValue { version: Version, target: filled.target, origin: filled.origin, value: filled.value };
            context.ui.json(&ProfileLine::Value(value))?;
        } else {
            table.row([filled.value, filled.target, filled.origin]);
        }
    }
    if !context.ui.wants_json() {
        context.ui.data(table)?;
        for loss in &reading.bundle.scan.provenance.losses {
            context.ui.note(plain(&format!("  {} {}: {}", loss.kind, loss.subject, loss.reason)));
        }
    }
    Ok(Exit::Good)
}
