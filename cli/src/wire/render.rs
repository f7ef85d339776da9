//! What `uff render` drew.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Failure, Version};

/// A line of `uff render --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum RenderLine {
    /// A picture was written.
    Rendered(Rendered),
    /// The command failed.
    Failure(Failure),
}

/// A picture that was written.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Rendered {
    /// Version of this object.
    pub version: Version,
    /// Input as given.
    pub input: String,
    /// File written.
    pub target: String,
    /// Index of the view.
    pub view: u32,
    /// Channel shown; absent for material.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Rows of the picture, without the legend.
    pub rows: usize,
    /// Columns of the picture.
    pub columns: usize,
    /// Bytes written.
    pub bytes: u64,
}
