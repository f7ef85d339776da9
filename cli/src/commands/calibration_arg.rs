//! Files of calibration, as named on the command line.

use std::path::Path;

use uff::error::Code;
use uff::material::ScannerCalibration;
use uff::material::read_calibration;
use uff::source::read_document;

use super::Context;
use crate::error::Result;

/// Reads a calibration, or none where none is named.
///
/// # Errors
/// As [`read_document`]; `input.value` with the line.
pub(super) fn calibration(path: Option<&Path>, context: &Context) -> Result<ScannerCalibration> {
    let Some(path) = path else { return Ok(ScannerCalibration::default()) };
    let bytes = read_document(path, context.limits.document, Code::LimitBytes)?;
    Ok(read_calibration(&bytes, &path.display().to_string(), &context.budget())?)
}
