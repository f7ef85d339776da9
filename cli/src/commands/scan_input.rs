//! A scan to look at: a UFF file, or a delivery read on the fly.

use std::path::Path;

use uff::format::UffFile;
use uff::model::Bundle;
use uff::source::{FileSource, ReadAt};
use uff::vendor::{Delivery, recognize};

use super::Context;
use super::read_args::ReadArgs;
use crate::error::Result;

/// What every HDF5 file starts with.
const SIGNATURE: &[u8; 8] = b"\x89HDF\r\n\x1a\n";

/// A scan that was opened.
pub(super) struct ScanInput {
    /// The scan with its arrays, read on demand.
    pub(super) bundle: Bundle,
    /// The file, when it is a UFF file.
    pub(super) file: Option<UffFile>,
}

impl ScanInput {
    /// Opens a UFF file, or reads a delivery as `uff convert` would.
    ///
    /// # Errors
    /// The codes of opening a file and of reading a delivery.
    pub(super) fn open(path: &Path, read: &ReadArgs, context: &Context) -> Result<Self> {
        let budget = context.budget();
        if is_hdf5(path)? {
            let file = UffFile::open_path(path, &budget)?;
            return Ok(Self { bundle: file.bundle()?, file: Some(file) });
        }
        let options = read.options()?;
        let delivery = Delivery::open(path, &budget)?;
        let recognized = recognize(&delivery, &options)?;
        Ok(Self { bundle: recognized.reader.read(&delivery, &options, &budget)?, file: None })
    }
}

fn is_hdf5(path: &Path) -> Result<bool> {
    if path.is_dir() {
        return Ok(false);
    }
    let source = FileSource::open(path)?;
    let mut head = [0; 8];
    Ok(source.len() >= 8 && source.read_exact_at(0, &mut head).map(|()| head == *SIGNATURE)?)
}
