//! Choice of the reader by content.

use super::dicos::Dicos;
use super::n42::N42;
use super::npy::Npy;
use super::png::Png;
use super::profile::ProfileReader;
use super::tiff::Tiff;
use super::uff::Uff;
use super::{Candidate, Delivery, ReadOptions, VendorReader, foreign, hdf5};
use crate::error::{Code, Error, Result};

/// Every reader, one per format.
pub static READERS: &[&dyn VendorReader] = &[&Uff, &ProfileReader, &Npy, &Tiff, &Png, &Dicos, &N42];

/// The reader chosen for a delivery.
pub struct Recognized {
    /// The reader.
    pub reader: &'static dyn VendorReader,
    /// Why, and with which profile.
    pub candidate: Candidate,
}

/// Finds the one reader for a delivery.
///
/// A profile given by name is used as it is; a reader given by name is the only one asked.
///
/// # Errors
/// `input.unrecognized` saying what was looked at; `input.ambiguous` listing the candidates; `input.foreign` for the
/// other formats called UFF; `usage` for a reader that does not exist; whatever reading the delivery says.
pub fn recognize(delivery: &Delivery, options: &ReadOptions) -> Result<Recognized> {
    let mut found: Vec<Recognized> = Vec::new();
    let mut looked = Vec::new();
    for reader in asked(options)? {
        let sniff = reader.sniff(delivery, options)?;
        looked.push(format!("{}: {}", reader.name(), sniff.looked_for));
        found.extend(sniff.candidates.into_iter().map(|candidate| Recognized { reader, candidate }));
    }
    if found.iter().any(|f| !f.reader.is_plain()) {
        found.retain(|f| !f.reader.is_plain());
    }
    match found.len() {
        1 => found.pop().ok_or_else(|| Error::new(Code::Internal, "the only candidate is gone")),
        0 => {
            foreign::refuse(delivery)?;
            match hdf5::undescribed(delivery)? {
                Some(error) => Err(error),
                None => Err(unrecognized(delivery, &looked)?),
            }
        }
        _ => {
            let names: Vec<_> = found.iter().map(|r| r.candidate.to_string()).collect();
            Err(Error::new(Code::InputAmbiguous, "more than one reader claims the delivery")
                .file(delivery.name())
                .expected("one candidate")
                .found(names.join("; ")))
        }
    }
}

/// Returns the readers to ask: the one named, that of profiles when a profile is named, or all.
fn asked(options: &ReadOptions) -> Result<Vec<&'static dyn VendorReader>> {
    let named = match (&options.format, &options.profile) {
        (Some(format), _) => format.as_str(),
        (None, Some(_)) => ProfileReader::NAME,
        (None, None) => return Ok(READERS.to_vec()),
    };
    match READERS.iter().find(|r| r.name() == named) {
        Some(reader) => Ok(vec![*reader]),
        None => {
            let names: Vec<_> = READERS.iter().map(|r| r.name()).collect();
            Err(Error::new(Code::Usage, "there is no such reader").expected(names.join(", ")).found(named))
        }
    }
}

fn unrecognized(delivery: &Delivery, looked: &[String]) -> Result<Error> {
    let mut heads = Vec::new();
    for file in delivery.files().iter().take(3) {
        let shown: String = file.head(8)?.iter().flat_map(|b| std::ascii::escape_default(*b)).map(char::from).collect();
        heads.push(format!("{} ({} bytes) starts with \"{shown}\"", file.name(), file.size()));
    }
    if delivery.files().len() > heads.len() {
        heads.push(format!("{} more files", delivery.files().len() - heads.len()));
    }
    Ok(Error::new(Code::InputUnrecognized, "no reader recognises the content")
        .file(delivery.name())
        .expected(looked.join("; "))
        .found(heads.join(", ")))
}
