//! Checkpoints and proofs that somebody kept.

use std::path::Path;

use archive::log::{Checkpoint, Proof, Seen, VerifierKey};

use super::log_key::read_small;
use crate::error::Result;

/// Reads a file that holds a proof or a checkpoint, and checks it with the key.
///
/// # Errors
/// `archive.proof` when it is neither, or does not hold; `io.*`.
pub(super) fn read(path: &Path, key: &VerifierKey) -> Result<Seen> {
    let bytes = read_small(path)?;
    let name = path.display().to_string();
    let found = match bytes.starts_with(b"c2sp.org/tlog-proof@") {
        true => Proof::parse(&bytes).and_then(|proof| {
            let checkpoint = proof.verify(key)?;
            Ok(Seen { name: name.clone(), checkpoint, entry: Some((proof.index, proof.entry)) })
        }),
        false => {
            Checkpoint::open(&bytes, key).map(|(checkpoint, _)| Seen { name: name.clone(), checkpoint, entry: None })
        }
    };
    Ok(found.map_err(|e| e.file(name))?)
}
