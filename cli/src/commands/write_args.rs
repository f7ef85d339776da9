//! Options on how UFF files are written, shared by the commands that convert.

use std::path::PathBuf;

use clap::Args;
use uff::convert::ConvertOptions;
use uff::format::DeflateLevel;
use uff::format::WriteOptions;
use uff::material::AnalysisOptions;
use uff::xml::MetadataVersion;

use super::Context;
use super::calibration_arg::calibration;
use super::read_args::ReadArgs;
use crate::error::Result;

/// What to derive and how to write.
#[derive(Debug, Clone, Args)]
pub(super) struct WriteArgs {
    /// Derive and store material channels where a view has a pair of energies
    #[arg(long)]
    material: bool,
    /// Calibration for that, kept in the file: what uff calibrate wrote, or measured points (CSV or JSON)
    #[arg(long, value_name = "FILE", requires = "material")]
    calibration: Option<PathBuf>,
    /// Store the standard deviations of atomic number and areal density too
    #[arg(long, requires = "material")]
    uncertainty: bool,
    /// Look for what an analyst should see, as uff analyze --findings does, and store it as machine findings
    #[arg(long)]
    findings: bool,
    /// Major version of the metadata document
    #[arg(long, value_name = "VERSION", default_value = "3", value_parser = ["2", "3"])]
    metadata: String,
    /// Effort of compression, from 1 (fast) to 12 (small)
    #[arg(long, value_name = "LEVEL", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=12))]
    level: u8,
    /// Leave the overviews out
    #[arg(long)]
    no_overviews: bool,
}

impl WriteArgs {
    /// Gathers the options of a conversion that replaces nothing.
    ///
    /// # Errors
    /// `profile.*` and `io.*` when the profiles cannot be loaded; `input.value` for the calibration.
    pub(super) fn options(&self, read: &ReadArgs, context: &Context) -> Result<ConvertOptions> {
        let metadata = if self.metadata == "2" { MetadataVersion::V2 } else { MetadataVersion::V3 };
        let calibration = calibration(self.calibration.as_deref(), context)?;
        Ok(ConvertOptions {
            read: read.options()?,
            write: WriteOptions {
                level: DeflateLevel::new(self.level)?,
                metadata,
                threads: context.threads,
                overviews: !self.no_overviews,
            },
            material: self.material,
            analysis: AnalysisOptions { calibration, uncertainty: self.uncertainty, ..AnalysisOptions::default() },
            findings: self.findings,
            limits: context.limits.clone(),
            ..ConvertOptions::default()
        })
    }
}
