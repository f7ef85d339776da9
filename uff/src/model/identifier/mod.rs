//! Identifiers of the field. Each keeps what was written and says what is wrong with it; none refuses.
//!
//! ```
//! use uff::model::identifier::{ContainerNumber, Identifier};
//!
//! let number = ContainerNumber::new("CSQU 305438-4");
//! let issue = &number.issues()[0];
//! assert_eq!((issue.kind, issue.likely.as_deref()), ("check-digit", Some("CSQU3054383")));
//! assert_eq!(number.written(), "CSQU 305438-4");
//! ```

mod channel_id;
mod check_digit;
mod container;
mod country;
mod hs;
mod locode;
mod lookalike;
mod mrn;
mod plate;
mod railcar;
mod seal;
mod ucr;
mod vin;
mod written;

pub use channel_id::ChannelId;
pub use container::{ContainerNumber, ContainerParts};
pub use country::CountryCode;
pub use hs::HsCode;
pub use locode::Locode;
pub use mrn::{Mrn, MrnParts};
pub use plate::Plate;
pub use railcar::{RailcarNumber, RailcarScheme};
pub use seal::SealNumber;
pub use ucr::Ucr;
pub use vin::Vin;
pub use written::{Identifier, IdentifierIssue};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check<T: Identifier + From<String>>(text: &str) -> Result<(), TestCaseError> {
        let identifier = T::from(text.to_owned());
        prop_assert_eq!(identifier.written(), text);
        let canonical = identifier.canonical();
        prop_assert_eq!(&T::from(canonical.clone()).canonical(), &canonical);
        for issue in identifier.issues() {
            // What was probably meant does not have the same issue.
            if let Some(likely) = issue.likely {
                prop_assert!(T::from(likely.clone()).issues().iter().all(|i| i.kind != issue.kind), "{likely}");
            }
        }
        Ok(())
    }

    macro_rules! check_all {
        ($($name:ident),+ $(,)?) => { $(
            impl From<String> for $name {
                fn from(text: String) -> Self {
                    Self::new(text)
                }
            }
        )+
            fn check_all(text: &str) -> Result<(), TestCaseError> {
                $( check::<$name>(text)?; )+
                Ok(())
            }
        };
    }
    check_all!(ContainerNumber, CountryCode, HsCode, Locode, Mrn, Plate, RailcarNumber, SealNumber, Ucr, Vin);

    /// Texts that fuzzing found to be judged wrongly.
    #[test]
    fn findings_of_fuzzing_stay_mended() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/kept/identifier");
        for entry in std::fs::read_dir(directory).unwrap() {
            check_all(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        }
    }

    proptest! {
        #[test]
        fn any_text_is_kept_and_judged(text in ".{0,40}") {
            check_all(&text)?;
        }

        #[test]
        fn near_misses_are_kept_and_judged(text in "[A-Z0-9ÄıßŉА-Я \\-]{0,20}") {
            check_all(&text)?;
        }
    }
}
