//! Options on how to read a delivery, shared by the commands that take one.

use std::str::FromStr;

use clap::Args;
use uff::model::{CodeList, Quantity};
use uff::units::Millimetres;
use uff::vendor::{READERS, ReadOptions};

use super::energy_arg::EnergyArg;
use super::profile_folders::ProfileFolders;
use crate::error::Result;

/// How to read a delivery, and facts that it does not state.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Reading the delivery")]
pub(super) struct ReadArgs {
    /// Reader to use instead of the one that recognises the content
    #[arg(long, value_name = "READER", value_parser = reader_names())]
    format: Option<String>,
    /// Vendor profile to use: a name or a file
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// Where vendor profiles are looked for.
    #[command(flatten)]
    folders: ProfileFolders,
    /// End-point energies, high before low, such as 6MeV,4MeV or 160keV
    #[arg(long, value_name = "ENERGY", value_delimiter = ',')]
    energy: Vec<EnergyArg>,
    /// What a sample means
    #[arg(long, value_name = "QUANTITY", value_parser = quantities())]
    quantity: Option<String>,
    /// File of the delivery with the high-energy (or only) image
    #[arg(long, value_name = "NAME")]
    high: Option<String>,
    /// File of the delivery with the low-energy image
    #[arg(long, value_name = "NAME")]
    low: Option<String>,
    /// Pixel size in the object plane in mm: height,width
    #[arg(long, value_name = "ROWS,COLUMNS")]
    pitch: Option<PitchArg>,
}

impl ReadArgs {
    /// Loads the profiles and gathers the options.
    ///
    /// # Errors
    /// `profile.*`, `io.*`.
    pub(super) fn options(&self) -> Result<ReadOptions> {
        Ok(ReadOptions {
            format: self.format.clone(),
            profile: self.profile.as_deref().map(|name| self.folders.find(name)).transpose()?,
            profiles: self.folders.load()?,
            energies: self.energy.iter().map(|e| e.0).collect(),
            quantity: self.quantity.as_deref().map(Quantity::from_code),
            high: self.high.clone(),
            low: self.low.clone(),
            pitch_rows: self.pitch.map(|p| p.rows),
            pitch_columns: self.pitch.map(|p| p.columns),
        })
    }
}

fn reader_names() -> clap::builder::PossibleValuesParser {
    READERS.iter().map(|r| clap::builder::PossibleValue::new(r.name()).help(r.description())).collect::<Vec<_>>().into()
}

fn quantities() -> clap::builder::PossibleValuesParser {
    Quantity::VALUES
        .iter()
        .map(|(code, meaning)| clap::builder::PossibleValue::new(*code).help(meaning.trim_end_matches('.')))
        .collect::<Vec<_>>()
        .into()
}

/// Pixel size in the object plane.
#[derive(Debug, Clone, Copy, PartialEq)]
struct PitchArg {
    rows: Millimetres,
    columns: Millimetres,
}

impl FromStr for PitchArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (rows, columns) = text.split_once(',').ok_or("expected two numbers of mm, such as 5,4.2")?;
        let mm = |text: &str| match text.trim().parse().map(Millimetres::new) {
            Ok(Ok(mm)) if mm.get() > 0.0 => Ok(mm),
            _ => Err(format!("{text:?} is not a positive number of mm")),
        };
        Ok(Self { rows: mm(rows)?, columns: mm(columns)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pitch_is_two_positive_lengths() {
        assert!("5,4.2".parse::<PitchArg>().is_ok());
        assert!(["5", "0,4", "a,b", "5,-1"].iter().all(|t| t.parse::<PitchArg>().is_err()));
    }
}
