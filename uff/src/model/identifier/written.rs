//! What every identifier has in common: the text as written, its canonical form, and what is wrong with it.

/// What is wrong with an identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierIssue {
    /// Stable word for the kind of issue: `length`, `characters`, `check-digit`, `country`, `structure`, `category`.
    pub kind: &'static str,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// The identifier that was probably meant, in canonical form, when one is likely.
    pub likely: Option<String>,
}

impl IdentifierIssue {
    pub(super) fn new(kind: &'static str, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { kind, expected: expected.into(), found: found.into(), likely: None }
    }

    pub(super) fn likely(mut self, likely: Option<String>) -> Self {
        self.likely = likely;
        self
    }
}

/// Identifier that keeps what was written.
pub trait Identifier {
    /// Name of the scheme with its standard, such as `ISO 6346`.
    const SCHEME: &'static str;

    /// Returns the text exactly as written.
    fn written(&self) -> &str;

    /// Returns the text without spaces and separators, in upper case: the form to search by. The canonical form of a
    /// canonical form is itself.
    fn canonical(&self) -> String {
        compact(self.written())
    }

    /// Returns what is wrong with the identifier; empty when it is sound.
    fn issues(&self) -> Vec<IdentifierIssue>;
}

/// Keeps letters and digits, in upper case.
pub(super) fn compact(text: &str) -> String {
    // Upper case first: a letter may become one with a mark that is no letter.
    text.chars().flat_map(char::to_uppercase).filter(|c| c.is_alphanumeric()).collect()
}

/// Declares an identifier: a newtype of the text as written.
macro_rules! identifier {
    ($(#[doc = $doc:literal])+ $name:ident) => {
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

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl crate::model::record::Scalar for $name {
            const SIMPLE: &'static crate::model::record::SimpleSpec = &crate::model::record::SimpleSpec {
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
    };
}
pub(super) use identifier;
