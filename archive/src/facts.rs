//! Facts that come after a scan is archived: holds, longer keeping, redaction, deletion.
//!
//! `facts.json` in each object that has any holds one [`Facts`]. Each change is a version of the object of its own, so
//! that who asked for what, and when, stays readable with any OCFL tool. Persons stand there by the pseudonyms of the
//! custody log.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uff::model::Sha256;
use uff::redact::DataKind;
use uuid::Uuid;

use crate::error::{Code, Error, Result};
use crate::store::digest::Sha512;
use crate::subject::Subject;
use crate::versioned;

/// Format number of the facts this software writes.
pub const FORMAT: u32 = 1;

/// Logical path of the facts in a scan's object.
pub const FACTS_PATH: &str = "facts.json";

/// Longest text that a fact may hold, in bytes.
pub const MAX_TEXT: usize = 1000;
/// Largest number of holds of one scan.
pub const MAX_HOLDS: usize = 100;

/// What became of a scan since it was archived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// Format number.
    pub format: u32,
    /// Legal holds in force. While there is one, nothing is redacted and nothing deleted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub holds: Vec<Hold>,
    /// Times until which data are kept beyond what the policy says.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub keep_until: BTreeMap<Subject, Timestamp>,
    /// What was taken out of the scan.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub redactions: Vec<Redaction>,
    /// The first of two persons wants the scan deleted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deletion_request: Option<DeletionRequest>,
    /// The scan is deleted; this is its tombstone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tombstone: Option<Tombstone>,
}

/// Legal hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// Identifier, by which it is released.
    pub id: Uuid,
    /// On whose behalf.
    pub holder: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub placed: Timestamp,
    /// Who placed it: a pseudonym of the custody log.
    pub by: String,
}

/// Redaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Redaction {
    /// What was taken out.
    pub kinds: Vec<DataKind>,
    /// When.
    pub time: Timestamp,
    /// By whom: a pseudonym of the custody log.
    pub by: String,
    /// SHA-512 of the inventory before, as the custody log has it.
    pub replaces: Sha512,
    /// SHA-256 of each file that is gone.
    pub erased: Vec<Sha256>,
}

/// Request to delete a scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeletionRequest {
    /// Why.
    pub reason: String,
    /// When.
    pub time: Timestamp,
    /// By whom: a pseudonym of the custody log.
    pub by: String,
}

/// What is left of a deleted scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tombstone {
    /// Request of the first person.
    pub request: DeletionRequest,
    /// When the second person agreed, and it was done.
    pub time: Timestamp,
    /// The second person: a pseudonym of the custody log.
    pub by: String,
    /// SHA-512 of the inventory before, as the custody log has it.
    pub replaces: Sha512,
    /// SHA-256 of each file that is gone.
    pub erased: Vec<Sha256>,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            format: FORMAT,
            holds: Vec::new(),
            keep_until: BTreeMap::new(),
            redactions: Vec::new(),
            deletion_request: None,
            tombstone: None,
        }
    }
}

impl Facts {
    /// Reads `facts.json`.
    ///
    /// # Errors
    /// `archive.version` for another format; `archive.corrupt` when it holds no facts.
    pub fn from_json(bytes: &[u8], name: &str) -> Result<Self> {
        versioned::read(bytes, FORMAT, "the list of facts of the scan", name)
    }

    /// Writes `facts.json`; the same facts give the same bytes.
    ///
    /// # Errors
    /// `archive.internal` when a value has no JSON form.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        serde_json::to_vec_pretty(self)
            .map_err(|e| Error::new(Code::Internal, "the facts of the scan cannot be written").cause(e))
    }

    /// Tells whether kinds of data were taken out already.
    pub fn is_redacted(&self, kind: DataKind) -> bool {
        self.redactions.iter().any(|r| r.kinds.contains(&kind))
    }

    /// Tells whether a file was part of the scan and is gone.
    pub(crate) fn has_erased(&self, file: &Sha256) -> bool {
        let of_tombstone = self.tombstone.iter().flat_map(|t| &t.erased);
        self.redactions.iter().flat_map(|r| &r.erased).chain(of_tombstone).any(|gone| gone == file)
    }
}

/// Checks a text that a person gives.
///
/// # Errors
/// `archive.fact` when it is empty or too long.
pub(crate) fn stated(what: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_TEXT {
        return Err(Error::new(Code::Fact, format!("the {what} is missing or too long"))
            .expected(format!("1 to {MAX_TEXT} bytes"))
            .found(format!("{} bytes", text.len())));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_of_another_format_are_refused_with_both_numbers() {
        let facts = Facts::default();
        assert_eq!(Facts::from_json(&facts.to_json().expect("JSON"), "f").expect("sound"), facts);
        let e = Facts::from_json(br#"{"format":9}"#, "f").expect_err("later");
        assert_eq!((e.code(), e.finding()), ("archive.version", Some("9")));
        assert_eq!(Facts::from_json(b"[]", "f").expect_err("none").code(), "archive.corrupt");
    }

    #[test]
    fn texts_are_bounded() {
        assert_eq!(stated("reason", " x ").expect("stated"), "x");
        assert!(stated("reason", " ").is_err() && stated("reason", &"x".repeat(MAX_TEXT + 1)).is_err());
    }
}
