//! `uff profile check`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use uff::Code;
use uff::vendor::Delivery;
use uff::vendor::profile::Profile;

use crate::commands::Context;
use crate::commands::profile_folders::ProfileFolders;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{Style, plain, plural};
use crate::wire::{ProfileCheck, ProfileLine, Version};

/// Arguments of `uff profile check`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Profile: a file or a name
    #[arg(value_name = "PROFILE")]
    profile: String,
    /// Deliveries that the profile should recognise and read
    #[arg(value_name = "DELIVERY")]
    deliveries: Vec<PathBuf>,
}

pub(super) fn run(args: &Args, folders: &ProfileFolders, context: &Context) -> Result<Exit> {
    let profile = match folders.find(&args.profile) {
        // A wrong profile is what the check is there to find; what is wrong with it is told as any error.
        Err(Error::Codec(e)) if matches!(e.code(), Code::ProfileSyntax | Code::ProfileValue) => {
            context.report(&Error::Codec(e))?;
            return Ok(Exit::Negative);
        }
        found => found?,
    };
    if !context.ui.wants_json() {
        let word = context.ui.paint(Style::Good, "sound");
        context.ui.data(format_args!(
            "{word}  {} {}: {}",
            profile.name(),
            profile.version(),
            plain(profile.title())
        ))?;
    }
    context.each(&args.deliveries, |path| {
        let delivery = Delivery::open(path, &context.budget())?;
        let check = check(&profile, &delivery, context)?;
        let good = check.recognized_by.is_some();
        if context.ui.wants_json() {
            context.ui.json(&ProfileLine::Check(check))?;
        } else {
            let (style, word) = if good { (Style::Good, "reads") } else { (Style::Bad, "unknown") };
            let why = check.recognized_by.as_deref().unwrap_or("the profile does not recognise it");
            let word = context.ui.paint(style, word);
            let arrays = plural(check.planes.len(), "array");
            context.ui.data(format_args!("{word}  {}: {}; {arrays}", path.display(), plain(why)))?;
        }
        Ok(if good { Exit::Good } else { Exit::Negative })
    })
}

fn check(profile: &Profile, delivery: &Delivery, context: &Context) -> Result<ProfileCheck> {
    let recognized_by = profile.recognizes(delivery)?;
    let planes = match &recognized_by {
        None => Vec::new(),
        Some(_) => {
            let bundle = profile.read(delivery, &context.budget())?.bundle;
            // Samples are read on demand: reading the last line of each array proves that the file holds them all.
            for samples in bundle.planes.values() {
                let (rows, columns) = samples.shape();
                let last = uff::model::Region { row: rows.saturating_sub(1), column: 0, rows: 1, columns };
                samples.read(&last)?;
            }
            bundle.planes.keys().map(ToString::to_string).collect()
        }
    };
    Ok(ProfileCheck {
        version: Version,
        profile: profile.name().to_owned(),
        delivery: delivery.name().to_owned(),
        recognized_by,
        planes,
    })
}
