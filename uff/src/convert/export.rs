//! The steps of a conversion into another format.

use std::path::Path;
use std::path::PathBuf;

use super::ConvertOptions;
use super::ConvertReport;
use super::LossReport;
use super::Step;
use super::WrittenFile;
use super::clock::Clock;
use super::input;
use super::report::Output;
use super::staging::Staging;
use super::staging::replaceable;
use super::target::vacant;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::export::Exporter;
use crate::export::Folder;
use crate::limits::Budget;
use crate::source::FileSource;
use crate::vendor;
use crate::vendor::Delivery;

/// Where an export goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportTarget {
    /// The one file, or the folder of several, has this path.
    Exact(PathBuf),
    /// A name in a folder: `STEM.ENDING` for one file with the ending that the format gives it, `STEM-FORMAT` for the
    /// folder of several.
    Derived {
        /// The folder; it must exist.
        folder: PathBuf,
        /// The name without ending.
        stem: String,
    },
}

impl ExportTarget {
    /// Returns the path for the files that a format wrote.
    fn of(&self, names: &[String], format: &str) -> PathBuf {
        match (self, names) {
            (Self::Exact(path), _) => path.clone(),
            (Self::Derived { folder, stem }, [only]) => match Path::new(only).extension() {
                Some(ending) => folder.join(stem).with_added_extension(ending),
                None => folder.join(stem),
            },
            (Self::Derived { folder, stem }, _) => folder.join(format!("{stem}-{format}")),
        }
    }

    /// Returns a path in the folder of the target.
    fn beside(&self) -> PathBuf {
        match self {
            Self::Exact(path) => path.clone(),
            Self::Derived { folder, stem } => folder.join(stem),
        }
    }

    /// Refuses early what is known to be taken; the whole answer is known when the files are.
    fn check(&self, format: &str, force: bool) -> Result<()> {
        let folder = match self {
            Self::Exact(path) if force && path.is_dir() => return Ok(()),
            Self::Exact(path) => return vacant(path, force),
            Self::Derived { folder, stem } => folder.join(format!("{stem}-{format}")),
        };
        match force {
            true => Ok(()),
            false => replaceable(&[], &folder, false).map(|_| ()),
        }
    }
}

/// Converts a delivery into another format; `progress` is told each step as it begins.
///
/// One file takes the name of the target, several appear as a folder of that name. What the format cannot hold stands
/// beside the target as `TARGET.losses.json` ([`LossReport`]), which appears before the target does.
///
/// # Errors
/// `target.exists`; `export.unsupported` when the format can hold nothing of the scan; `material.*` when material was
/// asked for; `input.*`, `profile.*` and the codes of the formats; `radiation.*`; `limit.*`; `io.*`. In every case the
/// target is as it was before.
pub fn export(
    delivery: &Delivery,
    target: &ExportTarget,
    exporter: &dyn Exporter,
    options: &ConvertOptions,
    progress: &dyn Fn(Step),
) -> Result<ConvertReport> {
    let budget = Budget::new(options.limits.clone());
    let mut clock = Clock::new(progress);
    let format = exporter.name();
    target.check(format, options.force)?;
    let staging = Staging::create(&target.beside())?;
    let input = input::read(delivery, options, &budget, &mut clock)?;

    clock.begin(Step::Write);
    let mut folder = Folder::new(staging.content());
    let mut losses = input.bundle.scan.provenance.losses.clone();
    losses.extend(exporter.export(&input.bundle, &mut folder, &budget)?);
    clock.begin(Step::Sync);
    staging.sync(folder.names())?;
    let files = written(&folder)?;

    clock.begin(Step::Publish);
    let target = target.of(folder.names(), format);
    let report = LossReport {
        version: LossReport::VERSION,
        target: target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        format,
        scan_id: input.bundle.scan.identity.scan_id,
        delivery_digest: delivery.digest(),
        losses: &losses,
    };
    let losses_file = publish(&staging, folder.names(), &target, &report, options.force)?;
    let output = Output { target, format, files, losses_file, kept_whole: Vec::new(), losses };
    Ok(ConvertReport::new(delivery, input, output, clock.end()))
}

/// Publishes the losses, where there are any, and then the export. Returns where the losses are.
fn publish(
    staging: &Staging,
    names: &[String],
    target: &Path,
    report: &LossReport<'_>,
    force: bool,
) -> Result<Option<PathBuf>> {
    let beside = target.with_added_extension(LossReport::ENDING);
    // Before the losses are named, whatever can be known to stand in the way of the export does.
    match names {
        [] => return Err(Error::new(Code::Internal, "the export wrote no file").found(report.format)),
        [_] => vacant(target, force)?,
        _ => replaceable(names, target, force).map(|_| ())?,
    }
    let old = beside.symlink_metadata().is_ok();
    if !report.losses.is_empty() {
        staging.publish_beside(&report.to_json()?, &beside, force)?;
    }
    let published = match names {
        [only] => staging.publish_file(only, target, force),
        _ => staging.publish_folder(names, target, force),
    };
    let stale = report.losses.is_empty() && old && force;
    if stale || published.is_err() && !old {
        // A failure to remove what no longer belongs to anything is no failure of the export.
        let _ = std::fs::remove_file(&beside);
    }
    published?;
    Ok((!report.losses.is_empty()).then_some(beside))
}

fn written(folder: &Folder) -> Result<Vec<WrittenFile>> {
    let mut files = Vec::new();
    for name in folder.names() {
        let source = FileSource::open(folder.path().join(name))?;
        let digest = vendor::digest_of(&source)?;
        files.push(WrittenFile { name: name.clone(), bytes: crate::source::ReadAt::len(&source), digest });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}
