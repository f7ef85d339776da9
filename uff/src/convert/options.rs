//! What to convert and how.

use std::path::PathBuf;

use crate::format::WriteOptions;
use crate::limits::Limits;
use crate::material::AnalysisOptions;
use crate::model::MachineFinding;
use crate::vendor::ReadOptions;

/// What to convert and how.
#[derive(Debug, Clone, Default)]
pub struct ConvertOptions {
    /// What to tell the reader.
    pub read: ReadOptions,
    /// How to write.
    pub write: WriteOptions,
    /// Document of ANSI N42.42 to attach to the scan.
    pub radiation: Option<PathBuf>,
    /// Whether to derive material channels, where a view has a pair of energies.
    pub material: bool,
    /// Whether to look for findings, as [`detect`](mod@crate::detect) does, and to keep them as machine findings.
    pub findings: bool,
    /// Machine findings to add, such as those of a detector of somebody else.
    pub machine_findings: Vec<MachineFinding>,
    /// How to analyse for both.
    pub analysis: AnalysisOptions,
    /// Whether to replace an existing target.
    pub force: bool,
    /// Limits on what the delivery may ask for.
    pub limits: Limits,
}
