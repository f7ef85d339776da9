//! What `uff profile` tells.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Failure, Version};

/// A line of `uff profile … --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ProfileLine {
    /// A known profile.
    Profile(ProfileInfo),
    /// A delivery that was tried.
    Check(ProfileCheck),
    /// A value and where it came from.
    Value(ProfileValue),
    /// The command, or one input, failed.
    Failure(Failure),
}

/// A known profile.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileInfo {
    /// Version of this object.
    pub version: Version,
    /// Name.
    pub name: String,
    /// Version that the profile states.
    pub profile_version: String,
    /// Title for people.
    pub title: String,
    /// File it was read from.
    pub origin: String,
    /// SHA-256 of its text.
    pub digest: String,
}

/// A delivery that was tried.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileCheck {
    /// Version of this object.
    pub version: Version,
    /// Name of the profile.
    pub profile: String,
    /// Name of the delivery.
    pub delivery: String,
    /// What in the delivery speaks for the profile; absent when it is not of this scanner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recognized_by: Option<String>,
    /// Arrays that were read.
    pub planes: Vec<String>,
    /// Comparison with the expected digests, array by array; absent when none were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<Vec<ComparedArray>>,
}

/// An array and the digest it should have.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComparedArray {
    /// Name of the array, such as `view 0 channel high dark lines`.
    pub array: String,
    /// Outcome.
    pub verdict: ArrayVerdict,
    /// SHA-256 that was expected: of the samples, row by row, little-endian.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// SHA-256 of what was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

/// Outcome of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ArrayVerdict {
    /// The samples are the expected ones.
    Equal,
    /// The array holds other samples.
    Different,
    /// The profile reads no such array.
    Missing,
    /// The profile reads an array that is not expected.
    Unexpected,
}

impl ArrayVerdict {
    /// Returns the word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Different => "different",
            Self::Missing => "missing",
            Self::Unexpected => "unexpected",
        }
    }
}

/// A value and where it came from.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProfileValue {
    /// Version of this object.
    pub version: Version,
    /// What was filled: a field of the profile, an array or a path of the model.
    pub target: String,
    /// Bytes or element of a file, or a line of the profile.
    pub origin: String,
    /// The value, shortened when it is long.
    pub value: String,
}
