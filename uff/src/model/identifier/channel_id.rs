//! Name of a channel.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};
use crate::model::record::{Scalar, SimpleSpec};

/// Name of a channel, unique in its view: a lower-case letter, then up to 31 lower-case letters, digits or hyphens.
/// It names an HDF5 dataset, so nothing else is accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChannelId(Box<str>);

impl ChannelId {
    /// Checks and wraps a name.
    ///
    /// # Errors
    /// `input.value`.
    pub fn new(name: &str) -> Result<Self> {
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if name.len() <= 32 && name.bytes().next().is_some_and(|b| b.is_ascii_lowercase()) && name.bytes().all(legal) {
            return Ok(Self(name.into()));
        }
        Err(Error::new(Code::InputValue, "not a channel name")
            .expected("a lower-case letter, then at most 31 lower-case letters, digits or hyphens")
            .found(format!("{:?}", name.chars().take(40).collect::<String>())))
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ChannelId {
    fn default() -> Self {
        Self("mono".into())
    }
}

impl fmt::Display for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for ChannelId {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Self::new(text)
    }
}

impl TryFrom<String> for ChannelId {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        Self::new(&text)
    }
}

impl From<ChannelId> for String {
    fn from(id: ChannelId) -> String {
        id.0.into()
    }
}

impl Scalar for ChannelId {
    const SIMPLE: &'static SimpleSpec = &SimpleSpec {
        name: "ChannelId",
        doc: "Name of a channel, unique in its view.",
        base: "token",
        values: &[],
        pattern: "[a-z][a-z0-9\\-]{0,31}",
        range: None,
    };

    fn to_text(&self) -> String {
        self.0.to_string()
    }

    fn from_text(text: &str) -> std::result::Result<Self, String> {
        Self::new(text.trim())
            .map_err(|_| "a lower-case letter, then at most 31 lower-case letters, digits or hyphens".into())
    }
}
