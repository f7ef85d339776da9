//! `uff archive init`.

use super::connection::{Connection, runtime};
use crate::commands::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::wire::{ArchiveLine, Initialized, Version};

pub(super) fn run(connection: &Connection, context: &Context) -> Result<Exit> {
    let archive = runtime()?.block_on(connection.init(context))?;
    let made = Initialized {
        version: Version,
        location: connection.location()?.to_string(),
        archive: archive.id().to_string(),
    };
    if context.ui.wants_json() {
        context.ui.json(&ArchiveLine::Initialized(made))?;
    } else {
        context.ui.data(&made.archive)?;
        context.ui.note(format_args!("  archive made at {}", made.location));
    }
    Ok(Exit::Good)
}
