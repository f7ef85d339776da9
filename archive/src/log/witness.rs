//! A witness: remembers the largest checkpoint of a log that it saw, and signs a later one only when it continues it
//! (C2SP tlog-cosignature). Kept by somebody else than the archive, it is what makes a rewritten log noticeable.

use jiff::Timestamp;

use super::checkpoint::Checkpoint;
use super::note::{Note, SignerKey, VerifierKey};
use super::reader::LogReader;
use super::tree::continues;
use crate::error::{Code, Error, Result};

/// Signs the present checkpoint of a log when it continues `before`; gives it with all its signatures.
///
/// # Errors
/// `archive.log_fork` when it is shorter or no continuation; `archive.proof` when it is not signed by the log;
/// `archive.log` when a tile is missing; `archive.store`.
pub async fn witness(
    log: &LogReader,
    key: &VerifierKey,
    before: Option<&Checkpoint>,
    signer: &SignerKey,
    time: Timestamp,
) -> Result<(Checkpoint, Note)> {
    let (checkpoint, mut note) = log.checkpoint(key).await?;
    if let Some(before) = before {
        check(log, before, &checkpoint).await?;
    }
    note.sign(signer, time);
    Ok((checkpoint, note))
}

/// Checks that a log continues what it was before.
///
/// # Errors
/// `archive.log_fork` when it does not; `archive.log`, `archive.store`.
pub(crate) async fn check(log: &LogReader, before: &Checkpoint, now: &Checkpoint) -> Result<()> {
    let forked = |message: &str| {
        Error::new(Code::LogFork, message)
            .file(log.name())
            .expected(format!("a continuation of {} entries with root {:?}", before.size, before.root))
            .found(format!("{} entries with root {:?}", now.size, now.root))
    };
    if before.origin != now.origin {
        return Err(forked("the checkpoint that was kept is of another log").found(&now.origin));
    }
    if now.size < before.size {
        return Err(forked("the custody log is shorter than it was"));
    }
    let path = log.consistency(before.size, now.size).await?;
    match continues(before.size, &before.root, now.size, &now.root, &path) {
        true => Ok(()),
        false => Err(forked("the custody log is not a continuation of what it was")),
    }
}
