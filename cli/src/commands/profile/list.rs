//! `uff profile list`.

use crate::commands::Context;
use crate::commands::profile_folders::ProfileFolders;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::{Align, Table};
use crate::wire::{ProfileInfo, ProfileLine, Version};

pub(super) fn run(folders: &ProfileFolders, context: &Context) -> Result<Exit> {
    let known = folders.load()?;
    let mut table =
        Table::new(&[("name", Align::Left), ("version", Align::Left), ("title", Align::Left), ("file", Align::Left)]);
    for profile in &known {
        let info = ProfileInfo {
            version: Version,
            name: profile.name().to_owned(),
            profile_version: profile.version().to_owned(),
            title: profile.title().to_owned(),
            origin: profile.origin().to_owned(),
            digest: profile.digest().to_string(),
        };
        if context.ui.wants_json() {
            context.ui.json(&ProfileLine::Profile(info))?;
        } else {
            table.row([info.name, info.profile_version, info.title, info.origin]);
        }
    }
    if known.is_empty() {
        context.ui.note("  no profiles; name a folder that holds some with --profiles");
        return Ok(Exit::Negative);
    }
    if !context.ui.wants_json() {
        context.ui.data(table)?;
    }
    Ok(Exit::Good)
}
