//! A failure.

use schemars::JsonSchema;
use serde::Serialize;

use super::Version;

/// What failed, why and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Version of this object.
    pub version: Version,
    /// Stable dotted code.
    pub code: &'static str,
    /// The input that failed, where a command treats several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Box<str>>,
    /// Status the command exits with, if nothing worse happens.
    pub exit: u8,
    /// What failed, in words.
    pub message: String,
    /// The file concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The place in the file: an offset, a dataset, an element, a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// Causes, nearest first.
    pub causes: Vec<String>,
    /// What to do.
    pub hint: String,
}

/// The line that any command prints for a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum FailureLine {
    /// One input failed, or the command did.
    Failure(Failure),
}
