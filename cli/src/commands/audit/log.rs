//! `uff audit log`.

use archive::log::{Action, BEGUN, DONE, Event, LogEntry};
use clap::Args as ClapArgs;
use futures::StreamExt;
use uff::model::ScanId;

use super::log_key::LogKeyArg;
use crate::commands::Context;
use crate::commands::archive::{Connection, runtime};
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::plain;
use crate::wire::{AuditLine, LogEntryInfo, Version};

/// Arguments of `uff audit log`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Only entries about a scan, by its identifier
    #[arg(long, value_name = "SCAN")]
    scan: Option<ScanId>,
    /// Only what a person did; found by the pseudonym, which needs the key file of the archive
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Only an action: init, put, put-again, read, verify, reindex, sweep
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// Only what failed or was refused
    #[arg(long)]
    failed: bool,
    /// First entry
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    from: u64,
    /// Entries to list at most
    #[arg(long, value_name = "COUNT", default_value_t = u64::MAX, hide_default_value = true)]
    limit: u64,
    #[command(flatten)]
    key: LogKeyArg,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let runtime = runtime()?;
    let actor = match &args.by {
        Some(name) => Some(runtime.block_on(connection.open(context))?.pseudonym(name)),
        None => None,
    };
    let action = args.action.clone().map(Action::from);
    runtime.block_on(async {
        let key = args.key.resolve(connection, context).await?;
        let log = connection.log()?;
        let (checkpoint, _) = log.checkpoint(&key).await?;
        let mut entries = log.entries(args.from..checkpoint.size, checkpoint.size);
        let mut listed = 0;
        while let Some(entry) = entries.next().await {
            if listed >= args.limit {
                break;
            }
            let entry = entry?;
            let event = Event::from_entry(&entry.bytes, entry.index)?;
            let wanted = args.scan.is_none_or(|scan| event.scan == Some(scan))
                && actor.as_ref().is_none_or(|actor| event.actor.as_ref() == Some(actor))
                && action.as_ref().is_none_or(|action| event.action == *action)
                && !(args.failed && matches!(event.outcome.as_str(), DONE | BEGUN));
            if wanted {
                listed += 1;
                tell(&entry, &event, context)?;
            }
        }
        Ok(Exit::Good)
    })
}

fn tell(entry: &LogEntry, event: &Event, context: &Context) -> Result<()> {
    if context.ui.wants_json() {
        let (version, index) = (Version, entry.index);
        return Ok(context.ui.json(&AuditLine::Entry(Box::new(LogEntryInfo {
            version,
            index,
            event: json(entry),
        })))?);
    }
    context.ui.data(plain(&format!("{:>8}  {}", entry.index, line(event))))?;
    Ok(())
}

/// Counts entries in words.
pub(super) fn count(entries: u64) -> String {
    match entries {
        1 => "1 entry".to_owned(),
        _ => format!("{entries} entries"),
    }
}

/// Returns an entry as the object it is.
pub(super) fn json(entry: &LogEntry) -> serde_json::Value {
    serde_json::from_slice(&entry.bytes).unwrap_or_default()
}

/// Tells an entry in one line.
pub(super) fn line(event: &Event) -> String {
    let mut line = format!("{:.3}  {:<9}", event.time, event.action);
    let mut add = |text: &str| {
        line.push(' ');
        line.push_str(text);
    };
    if let Some(scan) = event.scan {
        add(&scan.to_string());
    }
    if let Some(part) = &event.part {
        add(&word(part));
    }
    if let Some(check) = &event.checked {
        add(&format!("checked by {}", word(check)));
    }
    if let (Some(scans), damaged) = (event.scans, event.damaged.unwrap_or(0)) {
        add(&format!("{scans} scans, {damaged} damaged"));
    }
    if let Some(actor) = &event.actor {
        add(&format!("by {actor}"));
    }
    match event.outcome.as_str() {
        DONE => {}
        BEGUN => add("begun"),
        failure => add(&format!("failed: {failure}")),
    }
    line
}

/// Returns the word by which the log knows something.
fn word(what: &impl serde::Serialize) -> String {
    serde_json::to_value(what).ok().and_then(|v| Some(v.as_str()?.to_owned())).unwrap_or_default()
}
