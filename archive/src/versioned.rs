//! JSON documents that carry a format number: read as far as they are known, refused with both numbers where they are of
//! another format.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{Code, Error, Result};

/// Reads a document of that format; `what` begins the messages, such as "the record of the scan".
///
/// # Errors
/// `archive.version` for another format; `archive.corrupt` when it is no such document.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8], format: u32, what: &str, name: &str) -> Result<T> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let corrupt = |e| Error::new(Code::Corrupt, format!("{what} cannot be read")).file(name).cause(e);
    let Format { format: found } = serde_json::from_slice(bytes).map_err(corrupt)?;
    if found != format {
        let e = Error::new(Code::Version, format!("{what} has another format"));
        return Err(e.file(name).expected(format).found(found));
    }
    serde_json::from_slice(bytes).map_err(corrupt)
}
