//! `uff archive redact`.

use clap::Args as ClapArgs;
use uff::redact::DataKind;

use super::change::ChangeArgs;
use super::connection::Connection;
use crate::commands::Context;
use crate::error::Result;
use crate::exit::Exit;

/// Arguments of `uff archive redact`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    #[command(flatten)]
    change: ChangeArgs,
    /// What is taken out: plates, pictures, names or radiation; the original delivery goes with any of them
    #[arg(long = "kind", value_name = "KIND", required = true, value_delimiter = ',')]
    kinds: Vec<DataKind>,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let kinds = args.kinds.iter().copied().collect();
    args.change.apply(connection, context, async |archive, scan| archive.redact(scan, &kinds).await)
}
