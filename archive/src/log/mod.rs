//! The custody log: every write, read and check of an archive, in a Merkle log that nobody can change unseen.
//!
//! The log lies in the store of the archive, beside the scans, in the form of C2SP tlog-tiles: entries in bundles of 256,
//! hashes of RFC 6962 in tiles of 256, and a checkpoint that the archive signs with Ed25519 (C2SP signed-note,
//! tlog-checkpoint). Any tool that knows these forms reads and verifies it.
//!
//! * A [`proof`] shows offline that an entry is in the log; each put is answered with one.
//! * [`LogReader::verify`] hashes everything again. What an administrator could still do, who holds the key and writes the
//!   whole log anew, shows against any checkpoint or proof that was kept elsewhere, and against a [`fn@witness`].
//!
//! Layers, each importing only those before it: [`tree`]; [`note`]; [`checkpoint`], [`tiles`]; [`event`], [`key`],
//! [`proof`]; `writer`, `verify`; [`reader`]; [`mod@witness`]; `custody`.

pub mod checkpoint;
mod custody;
pub mod event;
pub mod key;
pub mod note;
pub mod proof;
pub mod reader;
pub mod tiles;
pub mod tree;
mod verify;
pub mod witness;
mod writer;

pub use checkpoint::Checkpoint;
pub(crate) use custody::Custody;
pub use custody::{CustodyKeySource, Receipt};
pub use event::{Action, BEGUN, Check, DONE, Event, Part};
pub use key::CustodyKey;
pub use note::{Note, Role, SignerKey, VerifierKey};
pub use proof::Proof;
pub use reader::{LogEntry, LogReader};
pub use verify::{LogReport, Problem, Seen};
pub(crate) use witness::check as continues;
pub use witness::witness;
pub(crate) use writer::Turns;

/// Path of the newest checkpoint in the log.
pub(crate) const CHECKPOINT: &str = "checkpoint";
