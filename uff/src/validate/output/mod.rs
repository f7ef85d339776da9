//! Forms of a report: text for people, JSON lines and SARIF for machines.

pub(super) mod jsonl;
pub(super) mod sarif;
#[cfg(test)]
mod tests;
pub(super) mod text;

use std::path::Path;

use crate::error::Direction;
use crate::error::Error;

/// Wraps a failure of the report's output.
fn cannot_write(source: std::io::Error) -> Error {
    Error::io(Direction::Write, Path::new("report"), source)
}
