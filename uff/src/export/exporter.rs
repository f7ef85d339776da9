//! What every exporter offers, and the list of them.

use super::Folder;
use super::dicos::Dicos;
use super::n42::N42Export;
use super::npy::Npy;
use super::png::Png;
use super::tiff::Tiff;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Loss;

/// Writer of one format.
pub trait Exporter: Sync {
    /// Returns the stable name, such as `tiff`; `uff convert --to` takes it.
    fn name(&self) -> &'static str;

    /// Returns one line for people: what is written.
    fn description(&self) -> &'static str;

    /// Writes the scan into files of the folder and returns what of it has no place there. The same scan gives the
    /// same bytes.
    ///
    /// # Errors
    /// `export.unsupported` when the format can hold nothing of the scan; `limit.*`; `io.*`; whatever the samples say.
    fn export(&self, bundle: &Bundle, folder: &mut Folder, budget: &Budget) -> Result<Vec<Loss>>;
}

/// Every exporter, one per format.
pub static EXPORTERS: &[&dyn Exporter] = &[&Dicos, &Tiff, &Png, &Npy, &N42Export];

/// Returns the exporter of a format.
///
/// # Errors
/// `usage` listing those there are.
pub fn exporter(name: &str) -> Result<&'static dyn Exporter> {
    EXPORTERS.iter().find(|e| e.name() == name).copied().ok_or_else(|| {
        let names: Vec<_> = EXPORTERS.iter().map(|e| e.name()).collect();
        Error::new(Code::Usage, "there is no such format to write").expected(names.join(", ")).found(name)
    })
}
