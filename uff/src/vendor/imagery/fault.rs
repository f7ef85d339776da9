//! Why a stream is not decoded.

use crate::error::Code;
use crate::error::Error;

/// Why a stream is not decoded; the reader of the file around it chooses the code.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The stream breaks its own format, in the way said.
    Damaged(String),
    /// The stream is sound, but uses what is said.
    Unsupported(String),
    /// The samples are not those that were measured, for the reason said.
    Lossy(String),
    /// A limit was reached.
    Limit(Error),
}

impl Fault {
    /// Makes an error of a fault in a stream of `codec`: `damaged` for one that breaks its format, `unsupported` for one
    /// that is not handled.
    pub(crate) fn error(self, codec: &str, damaged: Code, unsupported: Code) -> Error {
        match self {
            Self::Damaged(what) => Error::new(damaged, format!("the {codec} data are damaged")).found(what),
            Self::Unsupported(what) => {
                Error::new(unsupported, format!("the {codec} image is of a kind that is not handled")).found(what)
            }
            Self::Lossy(what) => Error::new(unsupported, format!("the {codec} image is not lossless"))
                .expected("samples as they were measured")
                .found(what)
                .hint("Ask the sender for the image without loss: its samples have been altered."),
            Self::Limit(error) => error,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Limit(error)
    }
}

/// Makes a fault of a stream that breaks its format.
pub(super) fn damaged(what: impl Into<String>) -> Fault {
    Fault::Damaged(what.into())
}

/// Makes a fault of a sound stream that is not handled.
pub(super) fn unsupported(what: impl Into<String>) -> Fault {
    Fault::Unsupported(what.into())
}
