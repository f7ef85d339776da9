//! `uff archive hold` and `uff archive release`.

use clap::Args as ClapArgs;
use uuid::Uuid;

use super::change::ChangeArgs;
use super::connection::Connection;
use crate::commands::Context;
use crate::error::Result;
use crate::exit::Exit;

/// Arguments of `uff archive hold`.
#[derive(Debug, ClapArgs)]
pub(super) struct HoldArgs {
    #[command(flatten)]
    change: ChangeArgs,
    /// On whose behalf, such as a court
    #[arg(long, value_name = "NAME")]
    holder: String,
    /// Why, such as the number of a case
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Arguments of `uff archive release`.
#[derive(Debug, ClapArgs)]
pub(super) struct ReleaseArgs {
    #[command(flatten)]
    change: ChangeArgs,
    /// Hold, as `uff archive show` lists it
    #[arg(value_name = "HOLD")]
    hold: Uuid,
}

pub(super) fn place(args: &HoldArgs, connection: &Connection, context: &Context) -> Result<Exit> {
    args.change
        .apply(connection, context, async |archive, scan| Ok(archive.hold(scan, &args.holder, &args.reason).await?.1))
}

pub(super) fn release(args: &ReleaseArgs, connection: &Connection, context: &Context) -> Result<Exit> {
    args.change.apply(connection, context, async |archive, scan| archive.release(scan, args.hold).await)
}
