//! What `uff synth` made.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Failure, Version};

/// A line of `uff synth --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum SynthLine {
    /// A scene that comes with the command.
    Scene(SceneInfo),
    /// A delivery was made.
    Simulated(Simulated),
    /// The command failed.
    Failure(Failure),
}

/// A scene that comes with the command.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SceneInfo {
    /// Version of this object.
    pub version: Version,
    /// Name.
    pub name: String,
    /// What it shows.
    pub title: String,
}

/// A delivery that was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Simulated {
    /// Version of this object.
    pub version: Version,
    /// Name of the scene.
    pub scene: String,
    /// Invented vendor.
    pub vendor: String,
    /// Seed of the noise.
    pub seed: u64,
    /// Rows of the picture.
    pub rows: usize,
    /// Columns of the picture.
    pub columns: usize,
    /// Folder written, with `delivery` and `truth.json` in it.
    pub folder: String,
    /// Files written, by their path in the folder.
    pub files: Vec<String>,
}
