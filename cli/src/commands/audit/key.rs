//! `uff audit key`.

use crate::commands::Context;
use crate::commands::archive::{Connection, runtime};
use crate::error::Result;
use crate::exit::Exit;
use crate::wire::{AuditLine, LogKeyInfo, Version};

pub(super) fn run(connection: &Connection, context: &Context) -> Result<Exit> {
    let runtime = runtime()?;
    let archive = runtime.block_on(connection.open(context))?;
    let key = archive.log_key().to_string();
    if context.ui.wants_json() {
        context.ui.json(&AuditLine::Key(LogKeyInfo { version: Version, key }))?;
    } else {
        context.ui.data(key)?;
    }
    Ok(Exit::Good)
}
