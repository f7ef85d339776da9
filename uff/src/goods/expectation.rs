//! What goods of a heading look like in a picture.

use crate::detect::Evenness;
use crate::material::MaterialClass;

/// How a row of the table is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The density is that of the named publication.
    Published,
    /// The density was worked out; the source says from what.
    Derived,
}

impl Basis {
    /// Returns the name, as in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Derived => "derived",
        }
    }
}

/// What a load of goods looks like.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Chapter, heading or subheading: two, four or six digits.
    pub code: String,
    /// What the goods are.
    pub title: String,
    /// Density of the goods as packed and stowed, kg/m³: least and most.
    pub density: [f64; 2],
    /// Share of the mass that is of each class, least and most, in the order of [`MaterialClass::ALL`] from organic on.
    pub classes: [[f64; 2]; 4],
    /// How uneven the load may be at most.
    pub texture: Evenness,
    /// How the density is known.
    pub basis: Basis,
    /// Publication, or reasoning.
    pub source: String,
}

impl Expectation {
    /// Returns least and most share of a class; anything for undecided.
    pub fn share(&self, class: MaterialClass) -> [f64; 2] {
        usize::from(class.code()).checked_sub(1).and_then(|k| self.classes.get(k)).copied().unwrap_or([0.0, 1.0])
    }
}
