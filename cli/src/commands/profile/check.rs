//! `uff profile check`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use uff::Code;
use uff::vendor::Delivery;
use uff::vendor::profile::Profile;

use super::expected;
use super::expected::Digests;
use crate::commands::Context;
use crate::commands::profile_folders::ProfileFolders;
use crate::commands::target::Target;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{Style, plain, plural};
use crate::wire::{ArrayVerdict, ComparedArray, ProfileCheck, ProfileLine, Version};

/// Arguments of `uff profile check`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Profile: a file or a name
    #[arg(value_name = "PROFILE")]
    profile: String,
    /// Deliveries that the profile should recognise and read
    #[arg(value_name = "DELIVERY")]
    deliveries: Vec<PathBuf>,
    /// Digests that the arrays of the one delivery should have: JSON, as --write-expected writes it
    #[arg(long, value_name = "FILE")]
    expected: Option<PathBuf>,
    /// Write the digests of the arrays of the one delivery, so that later versions of the profile can be compared
    #[arg(long, value_name = "FILE", conflicts_with = "expected")]
    write_expected: Option<PathBuf>,
    /// Replace the file of digests if it exists
    #[arg(long, requires = "write_expected")]
    force: bool,
}

impl Args {
    /// Reads the expected digests and names the file to write, before anything else is done.
    fn pins(&self) -> Result<Pins> {
        if (self.expected.is_some() || self.write_expected.is_some()) && self.deliveries.len() != 1 {
            let e = uff::Error::new(Code::Usage, "digests are those of one delivery").expected("one delivery");
            return Err(e.found(format!("{} deliveries", self.deliveries.len())).into());
        }
        let target = self.write_expected.as_ref().map(|path| Target::new(path, self.force)).transpose()?;
        Ok(Pins { expected: self.expected.as_deref().map(expected::read).transpose()?, target })
    }
}

/// What is known or wanted of the digests of the arrays.
struct Pins {
    expected: Option<Digests>,
    target: Option<Target>,
}

pub(super) fn run(args: &Args, folders: &ProfileFolders, context: &Context) -> Result<Exit> {
    let pins = args.pins()?;
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
        let check = check(&profile, &delivery, &pins, context)?;
        let read = check.recognized_by.is_some();
        let equal = |arrays: &Vec<ComparedArray>| arrays.iter().all(|a| a.verdict == ArrayVerdict::Equal);
        let good = read && check.compared.as_ref().is_none_or(equal);
        if context.ui.wants_json() {
            context.ui.json(&ProfileLine::Check(check))?;
        } else {
            let (style, word) = if read { (Style::Good, "reads") } else { (Style::Bad, "unknown") };
            let why = check.recognized_by.as_deref().unwrap_or("the profile does not recognise it");
            let word = context.ui.paint(style, word);
            let arrays = plural(check.planes.len(), "array");
            context.ui.data(format_args!("{word}  {}: {}; {arrays}", path.display(), plain(why)))?;
            check.compared.iter().flatten().try_for_each(|array| show(array, context))?;
            if let Some(target) = pins.target.as_ref().filter(|_| read) {
                context.ui.note(format_args!("  digests written to {}", target.path().display()));
            }
        }
        Ok(if good { Exit::Good } else { Exit::Negative })
    })
}

fn show(array: &ComparedArray, context: &Context) -> Result<()> {
    let style = if array.verdict == ArrayVerdict::Equal { Style::Good } else { Style::Bad };
    let word = context.ui.paint(style, array.verdict.word());
    let digests = match (&array.expected, &array.found, array.verdict) {
        (_, _, ArrayVerdict::Equal) => String::new(),
        (Some(expected), Some(found), _) => format!(": expected {expected}, found {found}"),
        (Some(_), None, _) => ": the profile reads no such array".to_owned(),
        (None, _, _) => ": the file of expected digests does not name it".to_owned(),
    };
    Ok(context.ui.data(format_args!("{word}  {}{digests}", plain(&array.array)))?)
}

fn check(profile: &Profile, delivery: &Delivery, pins: &Pins, context: &Context) -> Result<ProfileCheck> {
    let recognized_by = profile.recognizes(delivery)?;
    let mut compared = None;
    let planes = match &recognized_by {
        None => Vec::new(),
        Some(_) if pins.expected.is_some() || pins.target.is_some() => {
            let planes = profile.check(delivery, &context.budget())?.planes;
            let found: Digests = planes.iter().map(|array| (array.plane.clone(), array.digest)).collect();
            if let Some(target) = &pins.target {
                target.write_bytes(expected::written(&found)?.as_bytes())?;
            }
            compared = pins.expected.as_ref().map(|wanted| expected::compare(wanted, &found));
            planes.into_iter().map(|array| array.plane).collect()
        }
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
        compared,
    })
}
