//! `uff audit verify`.

use std::path::PathBuf;

use archive::log::{Event, LogEntry, LogReport, Problem, Seen};
use clap::Args as ClapArgs;

use super::kept;
use super::log::{count, json, line};
use super::log_key::LogKeyArg;
use crate::commands::Context;
use crate::commands::archive::{Connection, runtime};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{Style, plain};
use crate::wire::{AuditLine, KeptInfo, LogProblem, LogVerified, Version};

/// Arguments of `uff audit verify`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Proofs and checkpoints that were kept: each is checked by itself, and against the log where an archive is named
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    key: LogKeyArg,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    if !connection.is_named() && args.files.is_empty() {
        return Err(Error::usage(
            "nothing to verify is named",
            "Name an archive with --archive, or proofs with --key.",
        ));
    }
    let runtime = runtime()?;
    let key = match args.key.given()? {
        Some(key) => key,
        None if connection.is_named() => runtime.block_on(args.key.resolve(connection, context))?,
        None => return Err(Error::usage("no key is named", "Name it with --key; `uff audit key` prints it.")),
    };
    let mut seen = Vec::new();
    let checked = context.each(&args.files, |file| {
        let one = kept::read(file, &key)?;
        tell_kept(&one, context)?;
        seen.push(one);
        Ok(Exit::Good)
    })?;
    if !connection.is_named() {
        return Ok(checked);
    }
    let progress = context.ui.progress(None);
    progress.say("hashing the custody log");
    let report = runtime.block_on(async { Ok::<_, Error>(connection.log()?.verify(&key, &seen).await?) })?;
    drop(progress);
    tell(&report, context)?;
    Ok(match report.is_sound() {
        true => checked,
        false => Exit::Negative,
    })
}

fn tell_kept(seen: &Seen, context: &Context) -> Result<()> {
    let size = seen.checkpoint.size;
    let entry = seen.entry.as_ref().map(|(index, bytes)| LogEntry { index: *index, bytes: bytes.clone() });
    if context.ui.wants_json() {
        return Ok(context.ui.json(&AuditLine::Kept(KeptInfo {
            version: Version,
            file: seen.name.clone(),
            size,
            index: entry.as_ref().map(|e| e.index),
            event: entry.as_ref().map(json),
        }))?);
    }
    let word = context.ui.paint(Style::Good, "holds");
    let what = match &entry {
        Some(entry) => {
            let event = Event::from_entry(&entry.bytes, entry.index);
            let said = event.map_or_else(|e| e.to_string(), |event| line(&event));
            format!("entry {} of {size}: {said}", entry.index)
        }
        None => format!("checkpoint of {}", count(size)),
    };
    Ok(context.ui.data(format_args!("{word}    {}  {}", plain(&seen.name), plain(&what)))?)
}

fn tell(report: &LogReport, context: &Context) -> Result<()> {
    let problems: Vec<LogProblem> = report.problems.iter().map(problem).collect();
    if context.ui.wants_json() {
        return Ok(context.ui.json(&AuditLine::Log(LogVerified {
            version: Version,
            sound: report.is_sound(),
            size: report.size,
            entries: report.entries,
            wrong: report.wrong,
            problems,
        }))?);
    }
    for problem in &problems {
        let word = context.ui.paint(Style::Bad, &problem.kind);
        context.ui.data(format_args!("{word}  {}: {}", plain(&problem.what), plain(&problem.message)))?;
    }
    if report.wrong > problems.len() as u64 {
        context.ui.data(format_args!("and {} more", report.wrong - problems.len() as u64))?;
    }
    if report.is_sound() {
        let word = context.ui.paint(Style::Good, "sound");
        context.ui.data(format_args!("{word}    {}", count(report.entries)))?;
    }
    Ok(())
}

fn problem(problem: &Problem) -> LogProblem {
    let (kind, what, message) = match problem {
        Problem::Checkpoint { message } => ("checkpoint", "checkpoint".to_owned(), message.clone()),
        Problem::Part { path, message } => ("part", path.clone(), message.clone()),
        Problem::Entry { index } => {
            ("entry", format!("entry {index}"), "it is not the entry that was hashed when it was written".to_owned())
        }
        Problem::Tile { path, hash } => {
            ("tile", path.clone(), format!("hash {hash} is not that of the tile it stands for"))
        }
        Problem::Root { expected, found } => {
            ("root", "checkpoint".to_owned(), format!("it signs the root {expected:?}, the entries have {found:?}"))
        }
        Problem::Truncated { seen, expected, found } => {
            ("truncated", seen.clone(), format!("it saw {expected} entries, the log has {found}"))
        }
        Problem::Forked { seen, size } => {
            ("forked", seen.clone(), format!("the first {size} entries are not those it saw"))
        }
        Problem::Replaced { seen, index } => ("replaced", seen.clone(), format!("entry {index} is not the one it saw")),
    };
    LogProblem { kind: kind.to_owned(), what, message }
}
