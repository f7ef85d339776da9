//! What is special about the measurement at a pixel.

use std::ops::{BitOr, BitOrAssign};

/// Set of remarks on a measurement, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Flags(u8);

impl Flags {
    /// Nothing to remark.
    pub const NONE: Self = Self(0);
    /// Too little matter to tell materials apart (α_H below 0.15 by default).
    pub const THIN: Self = Self(1);
    /// A material of another class looks the same: the curve folds here.
    pub const AMBIGUOUS: Self = Self(2);
    /// Signal at the level of the dark noise: the areal density is a lower bound.
    pub const OPAQUE: Self = Self(4);
    /// More signal than air gives, beyond noise.
    pub const NEGATIVE: Self = Self(8);
    /// No single material looks like this: mixed edge, scatter or wrong calibration.
    pub const OUTSIDE: Self = Self(16);
    /// The sample is marked as no data or saturated, or its detector is dead.
    pub const NO_DATA: Self = Self(32);
    /// One energy only: the areal density holds for an assumed material.
    pub const ASSUMED: Self = Self(64);

    const NAMES: [(Self, &'static str); 7] = [
        (Self::THIN, "thin"),
        (Self::AMBIGUOUS, "ambiguous"),
        (Self::OPAQUE, "opaque"),
        (Self::NEGATIVE, "negative"),
        (Self::OUTSIDE, "outside"),
        (Self::NO_DATA, "no-data"),
        (Self::ASSUMED, "assumed"),
    ];

    /// Returns the bits as stored in an array.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Returns the set of the known bits in `bits`.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 127)
    }

    /// Returns whether all of `other` is in the set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Iterates over the names of the remarks.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(flag, _)| self.contains(*flag)).map(|(_, name)| name)
    }
}

impl BitOr for Flags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Flags {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_remark_has_its_own_bit_and_name() {
        let mut all = Flags::NONE;
        for (flag, _) in Flags::NAMES {
            assert!(!all.contains(flag));
            all |= flag;
        }
        assert_eq!(all.names().count(), 7);
        assert_eq!(Flags::from_bits(255), all);
        assert_eq!((Flags::THIN | Flags::OPAQUE).names().collect::<Vec<_>>(), ["thin", "opaque"]);
    }
}
