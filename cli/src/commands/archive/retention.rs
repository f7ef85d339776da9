//! `uff archive retention`.

use std::path::PathBuf;

use archive::Policy;
use clap::Args as ClapArgs;

use super::connection::{Connection, runtime};
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::wire::{ArchiveLine, PolicyInForce, Version};

/// Largest policy that is read.
const MAX_POLICY: u64 = 1 << 20;

/// Arguments of `uff archive retention`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Policy to put in force (TOML); without it, the one in force is shown
    #[arg(value_name = "POLICY")]
    policy: Option<PathBuf>,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let policy = args.policy.as_ref().map(|path| {
        let text = uff::source::read_text(path, MAX_POLICY, uff::Code::LimitBytes)?;
        Policy::from_toml(&text, &path.display().to_string())
    });
    let policy = policy.transpose()?;
    let policies = runtime()?.block_on(async {
        let archive = connection.open(context).await?;
        if let Some(policy) = policy {
            archive.set_policy(policy).await?;
        }
        Ok::<_, Error>(archive.policies().await?)
    })?;
    let Some(stored) = policies.current() else {
        context.ui.note("  no policy is in force: everything is kept for ever");
        return Ok(Exit::Negative);
    };
    let text = stored.policy.to_toml()?;
    if context.ui.wants_json() {
        let told = PolicyInForce { version: Version, since: stored.since.to_string(), policy: text };
        context.ui.json(&ArchiveLine::Policy(told))?;
    } else {
        context.ui.data(text.trim_end())?;
        context.ui.note(format_args!("  in force since {}", stored.since));
    }
    Ok(Exit::Good)
}
