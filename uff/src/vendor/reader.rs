//! What every reader of a delivery offers.

use super::{Delivery, ReadOptions};
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Bundle;

/// Reader of one format.
pub trait VendorReader: Sync {
    /// Returns the stable name, such as `npy`; `--format` takes it and the provenance records it.
    fn name(&self) -> &'static str;

    /// Returns one line for people: what the reader reads.
    fn description(&self) -> &'static str;

    /// Returns whether the format is one of plain images. They also accompany deliveries of other formats, as previews or
    /// photographs do, so such a reader steps back when one of another format claims the delivery.
    fn is_plain(&self) -> bool {
        false
    }

    /// Looks at the content, never at a suffix alone, and says whether the reader can read the delivery.
    ///
    /// # Errors
    /// `io.*` when the delivery cannot be read, `input.foreign` when the content certainly belongs to a format that
    /// shares only its name with one that is read here. Content that is merely not recognised is no error.
    fn sniff(&self, delivery: &Delivery, options: &ReadOptions) -> Result<Sniff>;

    /// Reads the delivery. The samples stay where they are and are read on demand.
    ///
    /// # Errors
    /// `input.*` and the codes of the format when the content is damaged, `limit.*` when it asks for too much.
    fn read(&self, delivery: &Delivery, options: &ReadOptions, budget: &Budget) -> Result<Bundle>;
}

/// What a reader found on looking at a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sniff {
    /// Ways in which the reader can read the delivery; more than one when several profiles match.
    pub candidates: Vec<Candidate>,
    /// What the reader looked for, for the message when nothing is recognised.
    pub looked_for: String,
}

/// One way to read a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Name of the reader.
    pub reader: &'static str,
    /// Name of the vendor profile, for the reader of profiles.
    pub profile: Option<String>,
    /// What in the content speaks for it.
    pub why: String,
}

impl std::fmt::Display for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.reader)?;
        if let Some(profile) = &self.profile {
            write!(f, " {profile}")?;
        }
        write!(f, " ({})", self.why)
    }
}
