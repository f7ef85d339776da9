//! What `uff demo` did.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Failure, Version};

/// A line of `uff demo --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum DemoLine {
    /// A step was done.
    Step(DemoStep),
    /// All steps were done.
    Done(DemoDone),
    /// The command failed.
    Failure(Failure),
}

/// A step of the demonstration.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DemoStep {
    /// Version of this object.
    pub version: Version,
    /// What was done.
    pub step: String,
    /// What it was done to.
    pub subject: String,
    /// What came out.
    pub result: String,
    /// Whether it came out as it should.
    pub good: bool,
    /// Duration in seconds.
    pub seconds: f64,
}

/// What the demonstration left to look at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DemoDone {
    /// Version of this object.
    pub version: Version,
    /// Folder with everything.
    pub folder: String,
    /// Pictures.
    pub pictures: Vec<String>,
    /// Report.
    pub report: String,
    /// Whether every step came out as it should.
    pub good: bool,
    /// Duration in seconds.
    pub seconds: f64,
}
