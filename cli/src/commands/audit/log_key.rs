//! Which key checks what an archive signs.

use std::path::Path;

use archive::log::VerifierKey;
use clap::Args;
use uff::error::Direction;

use crate::commands::Context;
use crate::commands::archive::Connection;
use crate::error::Result;

/// The key.
#[derive(Debug, Clone, Args)]
pub(super) struct LogKeyArg {
    /// Key that checks what the archive signs, or a file with it [default: what the archive itself says]
    #[arg(long, value_name = "KEY", env = "UFF_LOG_KEY")]
    key: Option<String>,
}

impl LogKeyArg {
    /// Returns the key that was given.
    ///
    /// # Errors
    /// `archive.log_key` when it is none; `io.*`.
    pub(super) fn given(&self) -> Result<Option<VerifierKey>> {
        let Some(text) = &self.key else { return Ok(None) };
        let text = match text.contains('+') {
            true => text.clone(),
            false => {
                let bytes = read_small(Path::new(text))?;
                String::from_utf8_lossy(&bytes).into_owned()
            }
        };
        Ok(Some(text.parse()?))
    }

    /// Returns the key that was given, or else what the archive says, which proves less.
    ///
    /// # Errors
    /// As [`LogKeyArg::given`]; as opening the archive.
    pub(super) async fn resolve(&self, connection: &Connection, context: &Context) -> Result<VerifierKey> {
        match self.given()? {
            Some(key) => Ok(key),
            None => {
                let key = connection.open(context).await?.log_key().clone();
                context.ui.note("  no --key given: the key is what the archive itself says");
                Ok(key)
            }
        }
    }
}

/// Reads a small file from outside.
///
/// # Errors
/// `io.*`; `limit.bytes` when it is longer than any proof.
pub(super) fn read_small(path: &Path) -> Result<Vec<u8>> {
    use std::io::Read;
    let failed = |e| uff::Error::io(Direction::Read, path, e);
    let mut bytes = Vec::new();
    let limit = archive::log::proof::MAX_PROOF as u64 + 1;
    std::fs::File::open(path).and_then(|f| f.take(limit).read_to_end(&mut bytes)).map_err(failed)?;
    match bytes.len() as u64 == limit {
        true => Err(uff::Error::new(uff::Code::LimitBytes, "too long for a proof or a checkpoint")
            .file(path.display())
            .expected(format!("at most {} bytes", limit - 1))
            .into()),
        false => Ok(bytes),
    }
}
