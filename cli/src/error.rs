//! What failed, why and what to do, whichever crate says so.

use std::error::Error as _;
use std::fmt;
use std::io;

use crate::exit::Exit;
use crate::ui::StdoutError;
use crate::wire;

/// Result of a command.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Failure of a command.
#[derive(Debug)]
pub enum Error {
    /// The codec says so.
    Codec(uff::Error),
    /// The archive says so.
    Archive(archive::Error),
    /// Stdout does not take the data.
    Stdout(io::Error),
}

impl Error {
    /// Creates the failure of a request that makes no sense.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Codec(uff::Error::new(uff::Code::Usage, message).hint(hint))
    }

    /// Returns the stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Codec(e) => e.code().as_str(),
            Self::Archive(e) => e.code(),
            Self::Stdout(_) => uff::Code::IoWrite.as_str(),
        }
    }

    /// Returns what to do.
    pub fn hint(&self) -> &str {
        match self {
            Self::Codec(e) => e.advice(),
            Self::Archive(e) => e.advice(),
            Self::Stdout(_) => "Check what stdout is connected to.",
        }
    }

    /// Returns the causes, nearest first; each text covers its own layer.
    pub fn causes(&self) -> Vec<String> {
        let mut next = self.source();
        let mut causes = Vec::new();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        causes
    }

    /// Returns whether the reader of our data went away: nothing to tell, and nobody to tell it to.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Stdout(e) if e.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Returns the status to exit with.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Codec(e) => e.kind().into(),
            Self::Archive(e) => match e.archive_code() {
                Some(code) => code.into(),
                None => e.kind().into(),
            },
            Self::Stdout(_) if self.is_broken_pipe() => Exit::Good,
            Self::Stdout(_) => Exit::Output,
        }
    }

    /// Returns the failure as it is told in JSON.
    pub fn to_wire(&self) -> wire::Failure {
        let (file, place, expected, found) = match self {
            Self::Codec(e) => (e.file_name(), e.place(), e.expectation(), e.finding()),
            Self::Archive(e) => (e.file_name(), e.place(), e.expectation(), e.finding()),
            Self::Stdout(_) => (None, None, None, None),
        };
        let message = match self {
            Self::Codec(e) => e.message().to_owned(),
            Self::Archive(e) => e.message().to_owned(),
            Self::Stdout(_) => self.to_string(),
        };
        let own = |text: Option<&str>| text.map(str::to_owned);
        wire::Failure {
            version: wire::Version,
            code: self.code(),
            input: None,
            exit: self.exit().number(),
            message,
            file: own(file),
            place: own(place),
            expected: own(expected),
            found: own(found),
            causes: self.causes(),
            hint: self.hint().to_owned(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Codec(e) => e.fmt(f),
            Self::Archive(e) => e.fmt(f),
            Self::Stdout(_) => write!(f, "stdout: cannot write [{}]", self.code()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Codec(e) => e.source(),
            Self::Archive(e) => e.source(),
            Self::Stdout(e) => Some(e),
        }
    }
}

impl From<uff::Error> for Error {
    fn from(e: uff::Error) -> Self {
        Self::Codec(e)
    }
}

impl From<archive::Error> for Error {
    fn from(e: archive::Error) -> Self {
        Self::Archive(e)
    }
}

impl From<StdoutError> for Error {
    fn from(StdoutError(e): StdoutError) -> Self {
        Self::Stdout(e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let disk = io::Error::other("device vanished");
        let e = Error::from(uff::Error::new(uff::Code::IoRead, "cannot read").file("a.raw").cause(disk));
        assert_eq!(e.to_string(), "a.raw: cannot read [io.read]");
        assert_eq!(e.causes(), ["device vanished"]);
        assert_eq!(e.exit(), Exit::Unreadable);
    }

    #[test]
    fn a_reader_that_goes_away_is_no_failure() {
        let e = Error::from(StdoutError(io::ErrorKind::BrokenPipe.into()));
        assert_eq!((e.is_broken_pipe(), e.exit()), (true, Exit::Good));
        assert_eq!(Error::from(StdoutError(io::ErrorKind::StorageFull.into())).exit(), Exit::Output);
    }
}
