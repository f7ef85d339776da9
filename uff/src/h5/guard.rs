//! The border to the HDF5 reading library: its errors become ours, and a panic on hostile bytes stays inside.

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use hdf5_reader::error::Error as LibraryError;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;

/// Most samples one stored byte can hold (deflate packs at most 1032 to 1), with room for the rest of the file.
const DENSEST: u64 = 1100;

/// Checks that content of this size can lie in a file of `stored` bytes, so that an array without stored chunks is not
/// read for years.
///
/// # Errors
/// `limit.bytes`.
pub(crate) fn check_density(decoded: u64, stored: u64) -> Result<()> {
    let most = stored.saturating_mul(DENSEST);
    if decoded <= most {
        return Ok(());
    }
    Err(Error::new(Code::LimitBytes, "a dataset claims more content than a file of this size can hold")
        .expected(format!("at most {most} bytes"))
        .found(format!("{decoded} bytes")))
}

/// Runs a call of the reading library.
///
/// # Errors
/// `hdf5.*`, `limit.bytes`, `input.truncated`; whatever the source said when it is the source that failed.
pub(super) fn library<T>(call: impl FnOnce() -> Result<T, LibraryError>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(translate(error)),
        Err(_) => Err(Error::new(Code::Hdf5Structure, "the structure confuses the HDF5 reader")),
    }
}

fn translate(error: LibraryError) -> Error {
    use LibraryError as E;
    if let E::Context { source, .. } = error {
        return translate(*source);
    }
    let code = match &error {
        E::Io(io) => match from_source(io) {
            Some(error) => return error,
            None => Code::IoRead,
        },
        E::InvalidMagic => Code::Hdf5Magic,
        E::UnexpectedEof { .. } => Code::InputTruncated,
        E::ChecksumMismatch { .. } => Code::Hdf5Structure,
        E::ResourceLimit(_) => Code::LimitBytes,
        E::GroupNotFound(_) | E::DatasetNotFound(_) | E::AttributeNotFound(_) => Code::Hdf5Missing,
        E::TypeMismatch { .. } => Code::Hdf5Type,
        other if other.to_string().starts_with("unsupported") => Code::Hdf5Unsupported,
        _ => Code::Hdf5Structure,
    };
    let message = match code {
        Code::Hdf5Magic => "no HDF5 signature",
        Code::InputTruncated => "the file ends before its structure does",
        Code::LimitBytes => "the file asks for more than the limits allow",
        Code::IoRead => "cannot read",
        Code::Hdf5Unsupported => "an HDF5 feature is not handled",
        _ => "the HDF5 structure is damaged",
    };
    Error::new(code, message).found(error)
}

/// Carries a failure of our own source through the library.
#[derive(Debug)]
pub(super) struct SourceFailure(std::sync::Mutex<Option<Error>>);

impl SourceFailure {
    /// Wraps a failure as the library's I/O error.
    pub(super) fn wrap(error: Error) -> LibraryError {
        LibraryError::Io(std::io::Error::other(Self(std::sync::Mutex::new(Some(error)))))
    }
}

impl std::fmt::Display for SourceFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the source failed")
    }
}

impl std::error::Error for SourceFailure {}

fn from_source(io: &std::io::Error) -> Option<Error> {
    let failure = io.get_ref()?.downcast_ref::<SourceFailure>()?;
    failure.0.lock().ok()?.take()
}
