//! Files of calibration, as named on the command line.

use std::path::Path;

use uff::error::Direction;
use uff::error::Error;
use uff::material::CalibrationFile;
use uff::material::read_calibration;

use super::Context;
use crate::error::Result;

/// Reads a small file that a person wrote.
///
/// # Errors
/// `io.*`; `limit.bytes` when it is larger than a document may be.
pub(super) fn small_file(path: &Path, context: &Context) -> Result<Vec<u8>> {
    let fail = |e| Error::io(Direction::Read, path, e);
    let limit = context.limits.document;
    let size = path.metadata().map_err(fail)?.len();
    if size > limit {
        let e = Error::new(uff::Code::LimitBytes, "the file is too large").file(path.display());
        return Err(e.expected(format!("at most {limit} bytes")).found(format!("{size} bytes")).into());
    }
    Ok(std::fs::read(path).map_err(fail)?)
}

/// Reads a calibration, or none where none is named.
///
/// # Errors
/// As [`small_file`]; `input.value` with the line.
pub(super) fn calibration(path: Option<&Path>, context: &Context) -> Result<CalibrationFile> {
    let Some(path) = path else { return Ok(CalibrationFile::default()) };
    let bytes = small_file(path, context)?;
    Ok(read_calibration(&bytes, &path.display().to_string(), &context.budget())?)
}
