//! Entries of the custody log: what was done with a scan, when, by whom, and how it ended.
//!
//! An entry is one JSON object, hashed as it stands. It names scans by identifier, content by digest and persons by a
//! salted digest: nothing personal is in the log, so that nothing in it ever has to be erased.

use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uff::model::{ScanId, Sha256};
use uuid::Uuid;

use crate::config::software;
use crate::error::{Code, Error, Result};
use crate::store::digest::Sha512;
use crate::subject::Subject;

/// Format number of the entries this software writes.
pub const FORMAT: u32 = 1;

/// Outcome of what succeeded; what failed has the code of its error.
pub const DONE: &str = "done";
/// Outcome of what cannot be undone, noted before it is done; an entry with another outcome follows.
pub const BEGUN: &str = "begun";

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Action {
    /// The archive was made.
    Init,
    /// A scan was put into the archive.
    Put,
    /// A scan that was there already, byte for byte, was delivered again.
    PutAgain,
    /// Content of a scan was given out.
    Read,
    /// Stored bytes were digested again.
    Verify,
    /// The catalogue was built again.
    Reindex,
    /// Leftovers of crashes were cleared up.
    Sweep,
    /// A version of a scan was found that a crash had kept out of the log.
    Found,
    /// A retention policy was put in force.
    Policy,
    /// A legal hold was placed on a scan.
    Hold,
    /// A legal hold of a scan was released.
    Release,
    /// Data of a scan are kept for longer.
    Extend,
    /// Data whose time is up are taken out of a scan.
    Redact,
    /// The first of two persons wants a scan deleted.
    RequestDeletion,
    /// A request to delete a scan was withdrawn.
    WithdrawDeletion,
    /// A scan is deleted.
    Delete,
    /// Data whose time is up were looked for.
    Expire,
    /// Stored bytes were digested again, by a scrub.
    Scrub,
    /// A damaged scan was mended.
    Repair,
    /// A replica was brought up to date.
    Replicate,
    /// Storage, catalogue and log were compared.
    Compare,
    /// The archive was moved to another location.
    Migrate,
    /// Something this software does not know.
    Unlisted(String),
}

impl Action {
    const LISTED: [Self; 22] = [
        Self::Init,
        Self::Put,
        Self::PutAgain,
        Self::Read,
        Self::Verify,
        Self::Reindex,
        Self::Sweep,
        Self::Found,
        Self::Policy,
        Self::Hold,
        Self::Release,
        Self::Extend,
        Self::Redact,
        Self::RequestDeletion,
        Self::WithdrawDeletion,
        Self::Delete,
        Self::Expire,
        Self::Scrub,
        Self::Repair,
        Self::Replicate,
        Self::Compare,
        Self::Migrate,
    ];

    /// Returns the word of the log.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Init => "init",
            Self::Put => "put",
            Self::PutAgain => "put-again",
            Self::Read => "read",
            Self::Verify => "verify",
            Self::Reindex => "reindex",
            Self::Sweep => "sweep",
            Self::Found => "found",
            Self::Policy => "policy",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Extend => "extend",
            Self::Redact => "redact",
            Self::RequestDeletion => "request-deletion",
            Self::WithdrawDeletion => "withdraw-deletion",
            Self::Delete => "delete",
            Self::Expire => "expire",
            Self::Scrub => "scrub",
            Self::Repair => "repair",
            Self::Replicate => "replicate",
            Self::Compare => "compare",
            Self::Migrate => "migrate",
            Self::Unlisted(word) => word,
        }
    }
}

impl From<String> for Action {
    fn from(word: String) -> Self {
        Self::LISTED.into_iter().find(|a| a.as_str() == word).unwrap_or(Self::Unlisted(word))
    }
}

impl From<Action> for String {
    fn from(action: Action) -> Self {
        action.as_str().to_owned()
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Part of a scan that was given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The UFF file.
    Uff,
    /// A file of the original delivery.
    Original,
    /// The metadata document.
    Metadata,
    /// Samples, read where they lie; one entry stands for all that one process reads within a quarter of an hour.
    Samples,
}

/// How closely a file is looked at before it is stored. Whatever is asked for, its structure and metadata are read, and the
/// archive digests it whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Each stored chunk of samples has its checksum: what a disk or a line changed is found.
    Checksums,
    /// The decoded samples of each array have the digest that the file records.
    #[default]
    Digests,
    /// As [`Check::Digests`], and validation finds no failure.
    Rules,
}

/// Entry of the custody log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Format number of the entry.
    pub format: u32,
    /// When it was done, to the millisecond.
    pub time: Timestamp,
    /// What was done.
    pub action: Action,
    /// With which scan.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scan: Option<ScanId>,
    /// [`DONE`], [`BEGUN`], or the code of the error.
    pub outcome: String,
    /// Part of the scan.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub part: Option<Part>,
    /// SHA-256 of the file that was stored or given out, or of the policy.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sha256: Option<Sha256>,
    /// SHA-512 of the inventory of the scan, which covers every stored byte.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub inventory: Option<Sha512>,
    /// SHA-512 of the inventory of the scan before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaces: Option<Sha512>,
    /// How closely a file was looked at before it was stored.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub checked: Option<Check>,
    /// Kinds of data that were taken out, or are kept for longer.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub kinds: Vec<Subject>,
    /// Identifier of the hold.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hold: Option<Uuid>,
    /// Until when data are kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Timestamp>,
    /// Scans that were looked at.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scans: Option<u64>,
    /// Scans of which something was wrong.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub damaged: Option<u64>,
    /// Who did it: a salted digest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub actor: Option<String>,
    /// What wrote the entry.
    pub software: String,
}

impl Event {
    /// Says that something was done now.
    pub(crate) fn now(action: Action) -> Self {
        Self {
            format: FORMAT,
            time: Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap_or_default(),
            action,
            scan: None,
            outcome: DONE.to_owned(),
            part: None,
            sha256: None,
            inventory: None,
            replaces: None,
            checked: None,
            kinds: Vec::new(),
            hold: None,
            until: None,
            scans: None,
            damaged: None,
            actor: None,
            software: software(),
        }
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// `archive.log` when it is none of this software; `archive.version` when it has another format.
    pub fn from_entry(entry: &[u8], index: u64) -> Result<Self> {
        let event: Self = serde_json::from_slice(entry).map_err(|e| {
            Error::new(Code::Log, "not an entry of the custody log").file(format!("entry {index}")).cause(e)
        })?;
        match event.format == FORMAT {
            true => Ok(event),
            false => Err(Error::new(Code::Version, "an entry of the custody log has another format")
                .file(format!("entry {index}"))
                .expected(FORMAT)
                .found(event.format)),
        }
    }

    pub(crate) fn to_entry(&self) -> Result<Bytes> {
        let json = serde_json::to_vec(self);
        json.map(Bytes::from)
            .map_err(|e| Error::new(Code::Internal, "an entry of the custody log cannot be written").cause(e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_they_were_written_and_later_ones_as_far_as_they_are_known() {
        let scan = "8d2e4b50-0000-8000-8000-000000000001".parse().expect("a UUID");
        let event = Event { scan: Some(scan), part: Some(Part::Samples), ..Event::now(Action::Read) };
        assert_eq!(Event::from_entry(&event.to_entry().expect("JSON"), 0).expect("an entry"), event);
        let later =
            br#"{"format":1,"time":"2026-01-01T00:00:00Z","action":"fold","outcome":"done","software":"x","new":1}"#;
        assert_eq!(Event::from_entry(later, 0).expect("an entry").action, Action::Unlisted("fold".into()));
        let other = br#"{"format":2,"time":"2026-01-01T00:00:00Z","action":"put","outcome":"done","software":"x"}"#;
        assert_eq!(Event::from_entry(other, 3).expect_err("later").code(), "archive.version");
        assert_eq!(Event::from_entry(b"x", 3).expect_err("none").code(), "archive.log");
        for action in Action::LISTED {
            assert_eq!(Action::from(action.as_str().to_owned()), action);
        }
    }
}
