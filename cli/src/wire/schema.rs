//! The schemas that exist.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Failure, Version};

/// A line of `uff schema --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum SchemaLine {
    /// One schema.
    Schema(SchemaInfo),
    /// The command failed.
    Failure(Failure),
}

/// A schema that `uff schema NAME` prints.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SchemaInfo {
    /// Version of this object.
    pub version: Version,
    /// Name to ask for, and of its file in the project's folder `schemas`.
    pub file: String,
    /// What it describes.
    pub about: String,
}
