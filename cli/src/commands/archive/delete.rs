//! `uff archive delete`.

use clap::{ArgGroup, Args as ClapArgs};

use super::change::ChangeArgs;
use super::connection::Connection;
use crate::commands::Context;
use crate::error::Result;
use crate::exit::Exit;

/// Arguments of `uff archive delete`.
#[derive(Debug, ClapArgs)]
#[command(group(ArgGroup::new("step").required(true).args(["reason", "approve", "withdraw"])))]
pub(super) struct Args {
    #[command(flatten)]
    change: ChangeArgs,
    /// Request the deletion, as the first person, and say why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Approve what another person requested: the scan is deleted, and only its tombstone stays
    #[arg(long)]
    approve: bool,
    /// Withdraw the request
    #[arg(long)]
    withdraw: bool,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    args.change.apply(connection, context, async |archive, scan| match &args.reason {
        Some(reason) => archive.request_deletion(scan, reason).await,
        None if args.approve => archive.delete(scan).await,
        None => archive.withdraw_deletion(scan).await,
    })
}
