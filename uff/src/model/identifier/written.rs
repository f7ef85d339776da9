//! What every identifier has in common: the text as written, its canonical form, and what is wrong with it.

use crate::model::record::{Scalar, SimpleSpec};

/// What is wrong with an identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierIssue {
    /// Stable word for the kind of issue: `length`, `characters`, `check-digit`, `country`, `structure`, `category`.
    pub kind: &'static str,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// The number that was probably meant, when one is likely.
    pub likely: Option<String>,
}

/// Identifier that keeps what was written.
pub trait Identifier {
    /// Name of the scheme with its standard, such as `ISO 6346`.
    const SCHEME: &'static str;

    /// Returns the text exactly as written.
    fn written(&self) -> &str;

    /// Returns the text without spaces and separators, in upper case: the form to search by.
    fn canonical(&self) -> String {
        self.written().chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
    }

    /// Returns what is wrong with the identifier; empty when it is sound.
    fn issues(&self) -> Vec<IdentifierIssue>;
}

macro_rules! identifier {
    ($( $(#[doc = $doc:literal])+ $name:ident, $scheme:literal; )+) => { $(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Keeps the text as written.
            pub fn new(written: impl Into<String>) -> Self {
                Self(written.into())
            }
        }

        impl Identifier for $name {
            const SCHEME: &'static str = $scheme;
            fn written(&self) -> &str {
                &self.0
            }
            fn issues(&self) -> Vec<IdentifierIssue> {
                Vec::new()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Scalar for $name {
            const SIMPLE: &'static SimpleSpec = &SimpleSpec {
                name: stringify!($name),
                doc: concat!($($doc),+),
                base: "string",
                values: &[],
                pattern: "",
                range: None,
            };
            fn to_text(&self) -> String {
                self.0.clone()
            }
            fn from_text(text: &str) -> Result<Self, String> {
                Ok(Self(text.to_owned()))
            }
        }
    )+ };
}

identifier! {
    /// Container number (ISO 6346): owner code, category, serial number, check digit.
    ContainerNumber, "ISO 6346";
    /// Place (UN/LOCODE): country and three characters.
    Locode, "UN/LOCODE";
    /// Country (ISO 3166-1 alpha-2).
    CountryCode, "ISO 3166-1 alpha-2";
    /// Master reference number of a declaration.
    Mrn, "MRN";
    /// Harmonized System code of 6 to 10 digits.
    HsCode, "HS";
    /// Unique consignment reference, at most 35 printable characters.
    Ucr, "UCR";
    /// Number plate.
    Plate, "number plate";
    /// Vehicle identification number of 17 characters.
    Vin, "ISO 3779";
    /// Seal number.
    SealNumber, "seal number";
    /// Railcar number.
    RailcarNumber, "railcar number";
}
