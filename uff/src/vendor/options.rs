//! What the caller tells the readers beyond the bytes.

use std::sync::Arc;

use super::profile::Profile;
use crate::model::Quantity;
use crate::units::{Energy, Millimetres};

/// What the caller tells the readers: the choice of reader and facts that the delivery does not state.
///
/// Facts given here win over a sidecar; each is listed in the loss report as not coming from the delivery.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Name of the reader to use, such as `npy`; absent: decided by content.
    pub format: Option<String>,
    /// The vendor profile to use; absent: whichever of [`ReadOptions::profiles`] recognises the delivery.
    pub profile: Option<Arc<Profile>>,
    /// Known vendor profiles.
    pub profiles: Vec<Arc<Profile>>,
    /// End-point energies, high before low; one for a single-energy scan.
    pub energies: Vec<Energy>,
    /// What a sample means.
    pub quantity: Option<Quantity>,
    /// Name of the file with the high-energy (or only) image.
    pub high: Option<String>,
    /// Name of the file with the low-energy image.
    pub low: Option<String>,
    /// Pixel size between rows in the object plane, mm.
    pub pitch_rows: Option<Millimetres>,
    /// Pixel size between columns in the object plane, mm.
    pub pitch_columns: Option<Millimetres>,
}
