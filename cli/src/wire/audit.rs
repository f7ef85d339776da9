//! What `uff audit` tells.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Failure, Version};

/// A line of `uff audit … --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum AuditLine {
    /// The key that checks what an archive signs.
    Key(LogKeyInfo),
    /// An entry of the custody log.
    Entry(Box<LogEntryInfo>),
    /// A proof was written.
    Proof(ProofWritten),
    /// A file that was kept holds.
    Kept(KeptInfo),
    /// The log was verified.
    Log(LogVerified),
    /// A witness signed the checkpoint.
    Witnessed(Witnessed),
    /// The command, or one input, failed.
    Failure(Failure),
}

/// The key that checks what an archive signs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LogKeyInfo {
    /// Version of this object.
    pub version: Version,
    /// The key, as C2SP signed-note writes it: name, identifier, base64.
    pub key: String,
}

/// An entry of the custody log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogEntryInfo {
    /// Version of this object.
    pub version: Version,
    /// How many entries precede it.
    pub index: u64,
    /// The entry as it was written and hashed; its fields are described in `schemas/custody.md`.
    pub event: serde_json::Value,
}

/// A proof that was written.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProofWritten {
    /// Version of this object.
    pub version: Version,
    /// File in the form of C2SP tlog-proof.
    pub file: String,
    /// Index of the entry.
    pub index: u64,
    /// Entries of the log under whose checkpoint it is proved.
    pub size: u64,
}

/// A checkpoint or proof that was kept, and holds.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KeptInfo {
    /// Version of this object.
    pub version: Version,
    /// File as given.
    pub file: String,
    /// Entries that its checkpoint signs.
    pub size: u64,
    /// Index of the entry, for a proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    /// The entry, for a proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<serde_json::Value>,
}

/// What verifying the whole log came to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LogVerified {
    /// Version of this object.
    pub version: Version,
    /// Whether nothing is wrong.
    pub sound: bool,
    /// Entries that the checkpoint signs.
    pub size: u64,
    /// Entries that were hashed again.
    pub entries: u64,
    /// How much is wrong.
    pub wrong: u64,
    /// The first of it.
    pub problems: Vec<LogProblem>,
}

/// Something wrong with the log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LogProblem {
    /// Kind: `checkpoint`, `part`, `entry`, `tile`, `root`, `truncated`, `forked` or `replaced`.
    pub kind: String,
    /// What it is about: a path of the log, an index, or the file that says otherwise.
    pub what: String,
    /// The problem in words.
    pub message: String,
}

/// A checkpoint that a witness signed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Witnessed {
    /// Version of this object.
    pub version: Version,
    /// File that holds the checkpoint with all its signatures.
    pub file: String,
    /// Entries that the checkpoint signs.
    pub size: u64,
    /// Entries that the witness knew before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// The key that checks the signature of the witness.
    pub key: String,
}
