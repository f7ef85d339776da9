//! Physical quantities as newtypes, so that an energy is never taken for a length.
//!
//! Each wraps a finite `f64` in the unit its name and doc state; constructors refuse NaN, infinities and values outside
//! the physical range.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $unit:literal, $min:expr, $max:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "f64", into = "f64")]
        pub struct $name(f64);

        impl $name {
            /// Unit of the wrapped number.
            pub const UNIT: &'static str = $unit;
            /// Smallest value accepted, in [`Self::UNIT`].
            pub const MIN: f64 = $min;
            /// Largest value accepted, in [`Self::UNIT`].
            pub const MAX: f64 = $max;

            /// Wraps a number given in [`Self::UNIT`].
            ///
            /// # Errors
            /// `input.value` when the number is not finite or lies outside [`Self::MIN`] to [`Self::MAX`].
            pub fn new(value: f64) -> Result<Self> {
                if (Self::MIN..=Self::MAX).contains(&value) {
                    return Ok(Self(value));
                }
                Err(Error::new(Code::InputValue, concat!("not a plausible ", stringify!($name)))
                    .expected(format!("{} to {} {}", Self::MIN, Self::MAX, Self::UNIT))
                    .found(value))
            }

            /// Returns the number in [`Self::UNIT`].
            pub const fn get(self) -> f64 {
                self.0
            }
        }

        impl From<$name> for f64 {
            fn from(value: $name) -> f64 {
                value.0
            }
        }

        impl TryFrom<f64> for $name {
            type Error = Error;
            fn try_from(value: f64) -> Result<Self> {
                Self::new(value)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)?;
                f.write_str(concat!(" ", $unit))
            }
        }
    };
}

quantity!(
    /// Energy of photons, or end-point energy of a beam, in keV; an accelerator of 6 MV has 6000.
    Energy, "keV", 0.001, 1.0e8
);
quantity!(
    /// Length in millimetres; positions along an axis may be negative.
    Millimetres, "mm", -1.0e7, 1.0e7
);
quantity!(
    /// Speed along the scan direction in millimetres per second; negative when the object moves backwards.
    MillimetresPerSecond, "mm/s", -1.0e6, 1.0e6
);
quantity!(
    /// Mass per area along the ray, in g/cm².
    ArealDensity, "g/cm2", 0.0, 1.0e5
);
quantity!(
    /// Effective atomic number.
    AtomicNumber, "1", 0.0, 120.0
);
quantity!(
    /// Mass in kilograms.
    Kilograms, "kg", 0.0, 1.0e9
);
quantity!(
    /// Angle in degrees.
    Degrees, "deg", -360.0, 360.0
);
quantity!(
    /// Probability or confidence from 0 to 1.
    Probability, "1", 0.0, 1.0
);
quantity!(
    /// Ambient dose per scan in microsievert.
    Microsieverts, "uSv", 0.0, 1.0e9
);
quantity!(
    /// Duration in seconds.
    Seconds, "s", 0.0, 1.0e10
);

impl Energy {
    /// Wraps a number given in MeV.
    ///
    /// # Errors
    /// `input.value` as [`Energy::new`].
    pub fn from_mev(value: f64) -> Result<Self> {
        Self::new(value * 1e3)
    }

    /// Returns the number in MeV.
    pub const fn mev(self) -> f64 {
        self.0 / 1e3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_values_are_refused() {
        assert!(Energy::new(f64::NAN).is_err());
        assert!(Energy::new(-1.0).is_err());
        assert!(Energy::new(f64::INFINITY).is_err());
        assert!(Probability::new(1.5).is_err());
        assert!(serde_json::from_str::<Probability>("1.5").is_err());
    }

    #[test]
    fn megaelectronvolts_convert() {
        assert_eq!(Energy::from_mev(6.0).map(Energy::get).ok(), Some(6000.0));
    }
}
