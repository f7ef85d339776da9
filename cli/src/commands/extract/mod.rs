//! `uff extract`: everything in a file, as files that need no HDF5.
//!
//! | in the folder | what it is |
//! | --- | --- |
//! | `metadata.xml` | the metadata document, byte for byte |
//! | `views/N/channels/ID.npy` and so on | every array as NumPy file `[row, column]`, little-endian |
//! | `originals/NAME` | every file of the delivery, rebuilt and checked against its digest |
//! | `media/…`, `vendor/…` and so on | opaque bytes as they are |

mod parts;

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use uff::format::UffFile;

use super::Context;
use super::folder::Folder;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{bytes, plural};
use crate::wire::{ExtractLine, ExtractedFile};

/// What to extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The metadata document
    Metadata,
    /// Arrays of samples, with calibration lines and derived material
    Channels,
    /// Files of the original delivery
    Originals,
    /// Pictures and documents
    Media,
    /// Opaque vendor content and radiation documents
    Vendor,
}

/// Arguments of `uff extract`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// UFF file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Folder to write into [default: the file's name with .extracted]
    #[arg(short, long, value_name = "FOLDER")]
    into: Option<PathBuf>,
    /// Extract only these parts
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART")]
    only: Vec<Part>,
    /// Write into a folder that has content, replacing files of the same name
    #[arg(long)]
    force: bool,
}

impl Args {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    fn target(&self) -> Result<PathBuf> {
        let derived = || self.file.file_stem().map(|stem| Path::new(stem).with_added_extension("extracted"));
        self.into
            .clone()
            .or_else(derived)
            .ok_or_else(|| Error::usage("the file has no name to derive the folder's from", "Name it with --into."))
    }
}

/// Extracts one file.
///
/// # Errors
/// `target.exists`, `io.*`; the codes of opening a file; `uff.digest` when an original cannot be rebuilt exactly.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let file = UffFile::open_path(&args.file, &context.budget())?;
    let target = args.target()?;
    let folder = Folder::open(&target, args.force)?;
    let progress = context.ui.progress(None);
    let mut written = Vec::new();
    let mut keep = |extracted: ExtractedFile| {
        progress.say(&extracted.path);
        written.push(extracted);
    };
    if args.wants(Part::Metadata) {
        parts::metadata(&file, &folder, &mut keep)?;
    }
    if args.wants(Part::Channels) {
        parts::channels(&file, &folder, &mut keep)?;
    }
    if args.wants(Part::Originals) {
        parts::originals(&file, &folder, &mut keep)?;
    }
    parts::blobs(&file, &folder, (args.wants(Part::Media), args.wants(Part::Vendor)), &mut keep)?;
    drop(progress);
    folder.finish()?;
    tell(&written, &target, context)
}

fn tell(written: &[ExtractedFile], target: &Path, context: &Context) -> Result<Exit> {
    if context.ui.wants_json() {
        for file in written {
            context.ui.json(&ExtractLine::Extracted(file.clone()))?;
        }
        return Ok(Exit::Good);
    }
    for file in written {
        context.ui.data(target.join(&file.path).display())?;
    }
    let size = written.iter().map(|w| w.bytes).sum();
    context.ui.note(format_args!("{}, {} in {}", plural(written.len(), "file"), bytes(size), target.display()));
    Ok(Exit::Good)
}
