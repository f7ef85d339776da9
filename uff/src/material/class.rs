//! Material classes and how likely each is in cargo.

/// Class of a material by effective atomic number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum MaterialClass {
    /// The measurement does not tell.
    Undecided = 0,
    /// Z below 10: food, textile, wood, plastics, drugs, explosives.
    Organic = 1,
    /// Z from 10 to 20: minerals, salts, ceramics, aluminium, organic matter mixed with metal.
    Light = 2,
    /// Z from 20 to 45: iron, steel, copper, zinc.
    Metal = 3,
    /// Z above 45: silver, tin, tungsten, gold, lead, uranium; below 1 MeV also what no radiation passes.
    Heavy = 4,
}

impl MaterialClass {
    /// Every class, in the order of its code.
    pub const ALL: [Self; 5] = [Self::Undecided, Self::Organic, Self::Light, Self::Metal, Self::Heavy];

    /// Atomic numbers at which organic ends, light ends and metal ends.
    pub const BOUNDS: [f64; 3] = [10.0, 20.0, 45.0];

    /// Returns the class of an atomic number; zero, negative and NaN are undecided.
    pub fn of_z(z: f64) -> Self {
        match z {
            z if z.is_nan() || z <= 0.0 => Self::Undecided,
            z if z < Self::BOUNDS[0] => Self::Organic,
            z if z < Self::BOUNDS[1] => Self::Light,
            z if z < Self::BOUNDS[2] => Self::Metal,
            _ => Self::Heavy,
        }
    }

    /// Returns the class of a code as stored in a class array; unknown codes are undecided.
    pub fn from_code(code: u8) -> Self {
        Self::ALL.get(usize::from(code)).copied().unwrap_or(Self::Undecided)
    }

    /// Returns the code as stored in a class array.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Returns the name for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Organic => "organic",
            Self::Light => "light",
            Self::Metal => "metal",
            Self::Heavy => "heavy",
        }
    }

    /// Returns how often, 0 to 1, a ray through cargo meets the class first and foremost: a rough prior that decides where the
    /// curve folds, chosen so that organic matter dominates and heavy metals are rare.
    pub const fn prior(self) -> f64 {
        match self {
            Self::Undecided => 0.0,
            Self::Organic => 0.45,
            Self::Light => 0.20,
            Self::Metal => 0.27,
            Self::Heavy => 0.08,
        }
    }
}

impl std::fmt::Display for MaterialClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_separate_the_classes() {
        let expected = [(6.0, "organic"), (13.0, "light"), (26.0, "metal"), (82.0, "heavy"), (0.0, "undecided")];
        for (z, name) in expected {
            assert_eq!(MaterialClass::of_z(z).name(), name);
        }
        assert_eq!(MaterialClass::of_z(f64::NAN), MaterialClass::Undecided);
        for class in MaterialClass::ALL {
            assert_eq!(MaterialClass::from_code(class.code()), class);
        }
        assert_eq!(MaterialClass::from_code(99), MaterialClass::Undecided);
    }
}
