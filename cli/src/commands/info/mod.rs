//! `uff info`: what a file is about, in one screen.

mod summary;
mod text;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args as ClapArgs;
use uff::format::UffFile;
use uff::source::{FileSource, ReadAt};

use super::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::wire::InfoLine;

/// Arguments of `uff info`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// UFF files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print the metadata document instead, byte for byte
    #[arg(long, conflicts_with = "json")]
    metadata: bool,
}

/// Tells of each file.
///
/// # Errors
/// Only when stdout takes no more data.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let mut first = true;
    context.each(&args.files, |path| {
        let source: Arc<dyn ReadAt> = Arc::new(FileSource::open(path)?);
        let file = UffFile::open(source.clone(), &context.budget())?;
        if args.metadata {
            context.ui.raw(file.metadata_xml())?;
            return Ok(Exit::Good);
        }
        let info = summary::of(&file, source, context)?;
        if context.ui.wants_json() {
            context.ui.json(&InfoLine::Info(Box::new(info)))?;
        } else {
            let gap = if std::mem::take(&mut first) { "" } else { "\n" };
            context.ui.data(format_args!("{gap}{}", text::of(&info, file.scan(), context)))?;
        }
        Ok(Exit::Good)
    })
}
