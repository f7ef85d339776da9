//! `uff audit witness`.

use std::path::{Path, PathBuf};

use archive::log::{Checkpoint, Role, SignerKey, VerifierKey, witness};
use clap::Args as ClapArgs;
use jiff::Timestamp;
use uff::error::Direction;

use super::log::count;
use super::log_key::{LogKeyArg, read_small};
use crate::commands::Context;
use crate::commands::archive::{Connection, runtime};
use crate::commands::target::Target;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::wire::{AuditLine, Version, Witnessed};

/// Arguments of `uff audit witness`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Checkpoint that was signed last; written anew when the log continues it, made when there is none
    #[arg(value_name = "FILE")]
    state: PathBuf,
    /// Secret key of the witness; made when there is no file
    #[arg(long, value_name = "FILE")]
    signer: PathBuf,
    /// Name of a new witness, such as audit.customs.example
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    key: LogKeyArg,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let Some(key) = args.key.given()? else {
        let hint = "Name it with --key; a witness that asks the archive for the key vouches for nothing.";
        return Err(Error::usage("no key is named", hint));
    };
    let signer = signer(&args.signer, args.name.as_deref())?;
    let before = state(&args.state, &key, &signer)?;
    let (checkpoint, note) = runtime()?.block_on(async {
        let log = connection.log()?;
        Ok::<_, Error>(witness(&log, &key, before.as_ref(), &signer, Timestamp::now()).await?)
    })?;
    Target::new(&args.state, true)?.write_bytes(note.to_string().as_bytes())?;
    let told = Witnessed {
        version: Version,
        file: args.state.display().to_string(),
        size: checkpoint.size,
        before: before.map(|b| b.size),
        key: signer.public().to_string(),
    };
    if context.ui.wants_json() {
        context.ui.json(&AuditLine::Witnessed(told))?;
    } else {
        let since = told.before.map(|b| format!(", a continuation of {b}")).unwrap_or_default();
        context.ui.data(&told.key)?;
        context.ui.note(format_args!("  {} witnessed{since}, in {}", count(told.size), told.file));
    }
    Ok(Exit::Good)
}

/// Reads what the witness signed last, and checks that it did.
fn state(path: &Path, key: &VerifierKey, signer: &SignerKey) -> Result<Option<Checkpoint>> {
    if !path.exists() {
        return Ok(None);
    }
    let (checkpoint, note) = Checkpoint::open(&read_small(path)?, key).map_err(|e| e.file(path.display()))?;
    note.verify(signer.public()).map_err(|e| e.file(path.display()))?;
    Ok(Some(checkpoint))
}

/// Reads the key of the witness, or makes one that only its owner can read.
fn signer(path: &Path, name: Option<&str>) -> Result<SignerKey> {
    let wrong = |message: &str| archive::Error::new(archive::Code::LogKey, message).file(path.display());
    if path.exists() {
        let text = std::fs::read_to_string(path).map_err(|e| uff::Error::io(Direction::Read, path, e))?;
        let key = SignerKey::from_secret_text(&text).map_err(|e| e.file(path.display()))?;
        return match key.public().role() == Role::Witness && name.is_none_or(|name| name == key.public().name()) {
            true => Ok(key),
            false => Err(wrong("the key is not that of this witness").found(key.public()).into()),
        };
    }
    let Some(name) = name else {
        return Err(Error::usage("the witness has no key yet", "Name a new witness with --name."));
    };
    let key = SignerKey::generate(name, Role::Witness)?;
    key.save(path, "")?;
    Ok(key)
}
