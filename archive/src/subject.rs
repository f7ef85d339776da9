//! What a retention period is about.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uff::redact::DataKind;

use crate::error::{Code, Error, Result};

/// What a period is about: the scan as a whole, or a kind of data that it can live without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// The image, and with it the scan.
    Image,
    /// Data that are taken out while the image stays.
    Data(DataKind),
}

impl Subject {
    /// Returns every subject.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Image).chain(DataKind::ALL.map(Self::Data))
    }

    /// Returns the word used in policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Data(kind) => kind.as_str(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Subject {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::all().find(|subject| subject.as_str() == text).ok_or_else(|| {
            let all: Vec<_> = Self::all().map(Self::as_str).collect();
            Error::new(Code::Policy, "no such kind of data").expected(all.join(", ")).found(text)
        })
    }
}

impl TryFrom<String> for Subject {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.as_str().to_owned()
    }
}
