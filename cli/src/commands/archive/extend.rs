//! `uff archive extend`.

use archive::Subject;
use clap::Args as ClapArgs;
use jiff::Timestamp;

use super::change::ChangeArgs;
use super::connection::Connection;
use super::search::time;
use crate::commands::Context;
use crate::error::Result;
use crate::exit::Exit;

/// Arguments of `uff archive extend`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    #[command(flatten)]
    change: ChangeArgs,
    /// Until when: RFC 3339, or a date that starts at midnight UTC
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Timestamp,
    /// What is kept: image, which is the scan as a whole, plates, pictures, names or radiation
    #[arg(long = "kind", value_name = "KIND", default_value = "image", value_delimiter = ',')]
    kinds: Vec<Subject>,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let subjects = args.kinds.iter().copied().collect();
    args.change.apply(connection, context, async |archive, scan| archive.extend(scan, &subjects, args.until).await)
}
