//! The reader of all profiles.

use std::sync::Arc;

use super::{Profile, files};
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::Bundle;
use crate::vendor::{Candidate, Delivery, ReadOptions, Sniff, VendorReader};

/// Reader of whatever the known profiles describe.
pub struct ProfileReader;

impl ProfileReader {
    /// Name of the reader.
    pub const NAME: &'static str = "profile";
}

impl VendorReader for ProfileReader {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn description(&self) -> &'static str {
        "proprietary raw files with sidecars, as a vendor profile describes them"
    }

    fn sniff(&self, delivery: &Delivery, options: &ReadOptions) -> Result<Sniff> {
        let candidate =
            |profile: &Profile, why| Candidate { reader: Self::NAME, profile: Some(profile.name().to_owned()), why };
        if let Some(profile) = &options.profile {
            let why = profile.recognizes(delivery)?.unwrap_or_else(|| "named by the caller".to_owned());
            return Ok(Sniff { candidates: vec![candidate(profile, why)], looked_for: String::new() });
        }
        let mut candidates = Vec::new();
        for profile in &options.profiles {
            if let Some(why) = profile.recognizes(delivery)? {
                candidates.push(candidate(profile, why));
            }
        }
        let names: Vec<_> = options.profiles.iter().map(|p| p.name()).collect();
        let looked_for = match names.as_slice() {
            [] => "no profile is known".to_owned(),
            names => format!("what the profiles {} describe", names.join(", ")),
        };
        Ok(Sniff { candidates, looked_for })
    }

    fn read(&self, delivery: &Delivery, options: &ReadOptions, budget: &Budget) -> Result<Bundle> {
        Ok(self.choose(delivery, options)?.read(delivery, budget)?.bundle)
    }
}

impl ProfileReader {
    /// Returns the profile for a delivery: the one named, else the only one that recognises it.
    ///
    /// # Errors
    /// `input.unrecognized`, `input.ambiguous`.
    pub fn choose(&self, delivery: &Delivery, options: &ReadOptions) -> Result<Arc<Profile>> {
        if let Some(profile) = &options.profile {
            return Ok(profile.clone());
        }
        let mut found = Vec::new();
        for profile in &options.profiles {
            if profile.recognizes(delivery)?.is_some() {
                found.push(profile.clone());
            }
        }
        let names: Vec<_> = found.iter().map(|p| p.name().to_owned()).collect();
        match (found.pop(), names.len()) {
            (Some(profile), 1) => Ok(profile),
            (None, _) => {
                Err(Error::new(Code::InputUnrecognized, "no profile recognises the delivery").file(delivery.name()))
            }
            _ => Err(Error::new(Code::InputAmbiguous, "more than one profile recognises the delivery")
                .file(delivery.name())
                .found(names.join(", "))),
        }
    }
}

impl Profile {
    /// Returns what in a delivery fulfils the conditions of the profile; nothing when it is not of this scanner.
    ///
    /// # Errors
    /// `io.*` when the delivery cannot be read.
    pub fn recognizes(&self, delivery: &Delivery) -> Result<Option<String>> {
        files::recognised(&self.plan, delivery)
    }
}
