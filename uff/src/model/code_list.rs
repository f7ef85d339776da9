//! Code lists that later versions may extend.

/// A list of codes; a value that is not listed is kept as written.
pub trait CodeList: Sized {
    /// Listed codes with their meaning.
    const VALUES: &'static [(&'static str, &'static str)];

    /// Returns the code as written in the metadata document.
    fn code(&self) -> &str;

    /// Reads a code; a value that is not listed is kept, without the white space around it.
    fn from_code(code: &str) -> Self;

    /// Returns whether the value is in the list.
    fn is_listed(&self) -> bool;
}

/// Declares code lists; the variant after `default` is the default.
macro_rules! code_list {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident default $default:ident { $( $variant:ident = $code:literal, $meaning:literal; )+ }
    )+) => { $(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum $name {
            $( #[doc = $meaning] $variant, )+
            /// A value that this version does not list, as written.
            Unlisted(Box<str>),
        }

        impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        }

        impl crate::model::CodeList for $name {
            const VALUES: &'static [(&'static str, &'static str)] = &[$( ($code, $meaning) ),+];

            fn code(&self) -> &str {
                match self {
                    $( Self::$variant => $code, )+
                    Self::Unlisted(code) => code,
                }
            }

            fn from_code(code: &str) -> Self {
                match code.trim() {
                    $( $code => Self::$variant, )+
                    unlisted => Self::Unlisted(unlisted.into()),
                }
            }

            fn is_listed(&self) -> bool {
                !matches!(self, Self::Unlisted(_))
            }
        }

        impl From<String> for $name {
            fn from(code: String) -> Self {
                crate::model::CodeList::from_code(&code)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                crate::model::CodeList::code(&value).to_owned()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(crate::model::CodeList::code(self))
            }
        }

        impl crate::model::record::Scalar for $name {
            const SIMPLE: &'static crate::model::record::SimpleSpec = &crate::model::record::SimpleSpec {
                name: stringify!($name),
                doc: concat!($($doc),+),
                base: "token",
                values: <Self as crate::model::CodeList>::VALUES,
                pattern: "",
                range: None,
            };
            fn to_text(&self) -> String {
                crate::model::CodeList::code(self).to_owned()
            }
            fn from_text(text: &str) -> Result<Self, String> {
                match text.trim() {
                    "" => Err("a code".into()),
                    code => Ok(crate::model::CodeList::from_code(code)),
                }
            }
        }
    )+ };
}
pub(crate) use code_list;
