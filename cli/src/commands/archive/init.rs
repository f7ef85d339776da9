//! `uff archive init`.

use archive::store::{LockMode, ObjectLock};

use super::connection::{Connection, runtime};
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::wire::{ArchiveLine, Initialized, StoreAbilities, StoreLock, Version};

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
            object_lock: lock_of(abilities.object_lock),
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
    let lock = match made.store.object_lock {
        StoreLock::Impossible => return Ok(Exit::Good),
        StoreLock::Unknown => "whether the store locks files cannot be seen with these credentials",
        StoreLock::Possible => "the store locks what a rule in compliance mode or a legal hold keeps",
        StoreLock::Governance => "the store locks every file for a time, which who has the right to can end",
        StoreLock::Compliance => "the store locks every file for a time, which nobody can end",
    };
    context.ui.note(format_args!("  {lock} (Object Lock)"));
    Ok(Exit::Good)
}

fn lock_of(seen: ObjectLock) -> StoreLock {
    match seen {
        ObjectLock::Impossible => StoreLock::Impossible,
        ObjectLock::Unknown => StoreLock::Unknown,
        ObjectLock::Possible => StoreLock::Possible,
        ObjectLock::Default(LockMode::Governance) => StoreLock::Governance,
        ObjectLock::Default(LockMode::Compliance) => StoreLock::Compliance,
    }
}
