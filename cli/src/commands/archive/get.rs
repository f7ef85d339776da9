//! `uff archive get`.

use std::path::{Path, PathBuf};

use archive::{Archive, FileRef};
use clap::Args as ClapArgs;
use uff::export::npy::write_array;
use uff::limits::Budget;
use uff::model::identifier::ChannelId;
use uff::model::{PlaneKey, ScanId};

use super::connection::{Connection, runtime};
use super::scan_ref;
use crate::commands::Context;
use crate::commands::region_arg::RegionArg;
use crate::commands::target::{Target, inside, make_directory};
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::bytes;
use crate::wire::{ArchiveLine, Saved, Version};

/// Arguments of `uff archive get`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Scan: its identifier, or a number that only it has
    #[arg(value_name = "SCAN")]
    scan: String,
    /// File to write, or folder with --originals [default: named after the scan]
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Replace a file that exists
    #[arg(long)]
    force: bool,
    /// Get the metadata document, without fetching samples
    #[arg(long, group = "what")]
    metadata: bool,
    /// Get the files of the original delivery
    #[arg(long, group = "what")]
    originals: bool,
    /// Get a region of a channel as NumPy file, fetching only the chunks it lies in
    #[arg(long, group = "what", value_name = "ROW,COLUMN,ROWS,COLUMNS")]
    region: Option<RegionArg>,
    /// View of the region
    #[arg(long, value_name = "INDEX", default_value_t = 0, requires = "region")]
    view: u32,
    /// Channel of the region
    #[arg(long, value_name = "ID", default_value = "high", requires = "region")]
    channel: ChannelId,
    /// Level of the region: 0 is full size, 1 is half of it
    #[arg(long, value_name = "LEVEL", default_value_t = 0, requires = "region")]
    level: u32,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let runtime = runtime()?;
    let archive = runtime.block_on(connection.open(context))?;
    let scan = runtime.block_on(scan_ref::resolve(&archive, &args.scan))?;
    let output = |ending: &str| args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{scan}{ending}")));
    let progress = context.ui.progress(None);
    progress.say(format!("getting {scan}"));
    let saved = runtime.block_on(async {
        if args.metadata {
            metadata(&archive, scan, &Target::new(output(".xml"), args.force)?).await
        } else if args.originals {
            originals(&archive, scan, &output(""), args.force).await
        } else if let Some(RegionArg(region)) = args.region {
            let key = PlaneKey::samples(args.view, args.channel.clone());
            let target = Target::new(output(".npy"), args.force)?;
            let block = archive.region(scan, &key, args.level, &region).await?;
            target.write(|out| write_array(&block, &Budget::default(), &mut |bytes| out.put(bytes)))?;
            Ok(vec![saved(scan, target.path())?])
        } else {
            Ok(vec![file(&archive, scan, &FileRef::Uff, Target::new(output(".uff"), args.force)?).await?])
        }
    })?;
    drop(progress);
    for saved in saved {
        if context.ui.wants_json() {
            context.ui.json(&ArchiveLine::Saved(saved))?;
        } else {
            context.ui.data(&saved.path)?;
            context.ui.note(format_args!("  {}, digests as recorded", bytes(saved.bytes)));
        }
    }
    Ok(Exit::Good)
}

async fn metadata(archive: &Archive, scan: ScanId, target: &Target) -> Result<Vec<Saved>> {
    let metadata = archive.metadata(scan).await?;
    target.write_bytes(&metadata.xml)?;
    Ok(vec![saved(scan, target.path())?])
}

async fn originals(archive: &Archive, scan: ScanId, folder: &Path, force: bool) -> Result<Vec<Saved>> {
    let record = archive.show(scan).await?.record;
    if record.original.is_empty() {
        let e = archive::Error::new(archive::Code::NoSuchFile, "no original delivery is stored with the scan");
        return Err(e.file(scan).hint("Get the UFF file and run `uff extract --only originals` on it.").into());
    }
    make_directory(folder)?;
    let mut all = Vec::new();
    for original in &record.original {
        let path = inside(folder, &original.name)?;
        if let Some(parent) = path.parent() {
            make_directory(parent)?;
        }
        all.push(file(archive, scan, &FileRef::Original(original.name.clone()), Target::new(path, force)?).await?);
    }
    Ok(all)
}

async fn file(archive: &Archive, scan: ScanId, name: &FileRef, target: Target) -> Result<Saved> {
    let path = target.path().to_owned();
    if target.replaces() {
        // The archive never replaces a file; this one goes away only once its successor is complete.
        let beside = path.with_added_extension("part");
        archive.save(scan, name, &beside).await?;
        std::fs::rename(&beside, &path).map_err(|e| uff::Error::io(uff::error::Direction::Write, &path, e))?;
    } else {
        archive.save(scan, name, &path).await?;
    }
    saved(scan, &path)
}

fn saved(scan: ScanId, path: &Path) -> Result<Saved> {
    let size = path.metadata().map_err(|e| uff::Error::io(uff::error::Direction::Read, path, e))?.len();
    Ok(Saved { version: Version, scan_id: scan.to_string(), path: path.display().to_string(), bytes: size })
}
