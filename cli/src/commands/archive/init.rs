//! `uff archive init`.

use super::connection::{Connection, runtime};
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::wire::{ArchiveLine, Initialized, StoreAbilities, Version};

pub(super) fn run(connection: &Connection, context: &Context) -> Result<Exit> {
    let (id, abilities) = runtime()?.block_on(async {
        let archive = connection.init(context).await?;
        Ok::<_, Error>((archive.id(), archive.abilities().await?))
    })?;
    let made = Initialized {
        version: Version,
        location: connection.location()?.to_string(),
        archive: id.to_string(),
        store: StoreAbilities {
            creates_once: abilities.creates_once,
            replaces_what_was_read: abilities.replaces_what_was_read,
            gives_ranges: abilities.gives_ranges,
            lists_at_once: abilities.lists_at_once,
            keeps_versions: abilities.keeps_versions,
        },
    };
    if context.ui.wants_json() {
        context.ui.json(&ArchiveLine::Initialized(made))?;
        return Ok(Exit::Good);
    }
    context.ui.data(&made.archive)?;
    context.ui.note(format_args!("  archive made at {}", made.location));
    if !made.store.gives_ranges {
        context.ui.warn("the store gives no byte ranges: regions of images cannot be read");
    }
    if !made.store.lists_at_once {
        context.ui.warn("the store lists late: run sweep and reindex only when nothing was written for a while");
    }
    if made.store.keeps_versions {
        context.ui.warn("the store keeps versions: what is redacted or deleted stays there until its versions end");
    }
    Ok(Exit::Good)
}
