//! Chemical elements 1 to 100.

use std::fmt;

use super::attenuation::Attenuation;
use super::table;
use crate::error::{Code, Error, Result};
use crate::units::Energy;

/// Chemical element from hydrogen (1) to fermium (100), the range of the cross sections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Element(u8);

impl Element {
    /// Largest atomic number.
    pub const MAX_Z: u8 = 100;

    /// Returns the element of an atomic number.
    ///
    /// # Errors
    /// `physics.range` outside 1 to 100.
    pub fn new(z: u8) -> Result<Self> {
        if (1..=Self::MAX_Z).contains(&z) {
            return Ok(Self(z));
        }
        Err(Error::new(Code::PhysicsRange, "no such element in the tables").expected("Z from 1 to 100").found(z))
    }

    /// Returns the element of a symbol such as `Fe`, case observed.
    ///
    /// # Errors
    /// `physics.range` when no element from H to Fm has the symbol.
    pub fn from_symbol(symbol: &str) -> Result<Self> {
        let index = ELEMENTS.iter().position(|(s, _)| *s == symbol);
        index.and_then(|i| u8::try_from(i + 1).ok()).map(Self).ok_or_else(|| {
            let shown: String = symbol.chars().take(8).collect();
            Error::new(Code::PhysicsRange, "no such element in the tables")
                .expected("a symbol from H to Fm")
                .found(format!("{shown:?}"))
        })
    }

    /// Iterates over all elements in the order of Z.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=Self::MAX_Z).map(Self)
    }

    /// Returns the atomic number.
    pub const fn z(self) -> u8 {
        self.0
    }

    /// Returns the symbol.
    pub fn symbol(self) -> &'static str {
        ELEMENTS.get(usize::from(self.0) - 1).map_or("", |(symbol, _)| symbol)
    }

    /// Returns the standard atomic weight in g/mol (IUPAC 2021, abridged); for elements without one, the mass number
    /// of the longest-lived isotope, of plutonium that of the isotope in use (239).
    pub fn atomic_weight(self) -> f64 {
        ELEMENTS.get(usize::from(self.0) - 1).map_or(f64::NAN, |(_, weight)| *weight)
    }

    /// Returns the mass attenuation at an energy; at an absorption edge, the value above it.
    ///
    /// # Errors
    /// `physics.range` when the energy lies outside 10 keV to 20 MeV.
    pub fn attenuation(self, energy: Energy) -> Result<Attenuation> {
        table::attenuation(self, energy)
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

/// Symbol and standard atomic weight: T. Prohaska et al., Pure Appl. Chem. 94 (2022) 573, abridged values.
#[rustfmt::skip]
const ELEMENTS: [(&str, f64); 100] = [
    ("H", 1.008), ("He", 4.0026), ("Li", 6.94), ("Be", 9.0122), ("B", 10.81), ("C", 12.011), ("N", 14.007),
    ("O", 15.999), ("F", 18.998), ("Ne", 20.180), ("Na", 22.990), ("Mg", 24.305), ("Al", 26.982), ("Si", 28.085),
    ("P", 30.974), ("S", 32.06), ("Cl", 35.45), ("Ar", 39.95), ("K", 39.098), ("Ca", 40.078), ("Sc", 44.956),
    ("Ti", 47.867), ("V", 50.942), ("Cr", 51.996), ("Mn", 54.938), ("Fe", 55.845), ("Co", 58.933), ("Ni", 58.693),
    ("Cu", 63.546), ("Zn", 65.38), ("Ga", 69.723), ("Ge", 72.630), ("As", 74.922), ("Se", 78.971), ("Br", 79.904),
    ("Kr", 83.798), ("Rb", 85.468), ("Sr", 87.62), ("Y", 88.906), ("Zr", 91.224), ("Nb", 92.906), ("Mo", 95.95),
    ("Tc", 97.0), ("Ru", 101.07), ("Rh", 102.91), ("Pd", 106.42), ("Ag", 107.87), ("Cd", 112.41), ("In", 114.82),
    ("Sn", 118.71), ("Sb", 121.76), ("Te", 127.60), ("I", 126.90), ("Xe", 131.29), ("Cs", 132.91), ("Ba", 137.33),
    ("La", 138.91), ("Ce", 140.12), ("Pr", 140.91), ("Nd", 144.24), ("Pm", 145.0), ("Sm", 150.36), ("Eu", 151.96),
    ("Gd", 157.25), ("Tb", 158.93), ("Dy", 162.50), ("Ho", 164.93), ("Er", 167.26), ("Tm", 168.93), ("Yb", 173.05),
    ("Lu", 174.97), ("Hf", 178.49), ("Ta", 180.95), ("W", 183.84), ("Re", 186.21), ("Os", 190.23), ("Ir", 192.22),
    ("Pt", 195.08), ("Au", 196.97), ("Hg", 200.59), ("Tl", 204.38), ("Pb", 207.2), ("Bi", 208.98), ("Po", 209.0),
    ("At", 210.0), ("Rn", 222.0), ("Fr", 223.0), ("Ra", 226.0), ("Ac", 227.0), ("Th", 232.04), ("Pa", 231.04),
    ("U", 238.03), ("Np", 237.0), ("Pu", 239.0), ("Am", 243.0), ("Cm", 247.0), ("Bk", 247.0), ("Cf", 251.0),
    ("Es", 252.0), ("Fm", 257.0),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// NIST, X-Ray Mass Attenuation Coefficients (SRD 126), table 3, µ/ρ in cm²/g at 0.1, 1 and 10 MeV.
    const NIST: [(&str, [f64; 3]); 5] = [
        ("C", [1.514e-1, 6.361e-2, 1.959e-2]),
        ("Al", [1.704e-1, 6.146e-2, 2.318e-2]),
        ("Fe", [3.717e-1, 5.995e-2, 2.994e-2]),
        ("Pb", [5.549, 7.102e-2, 4.972e-2]),
        ("U", [1.954, 7.896e-2, 5.195e-2]),
    ];

    #[test]
    fn totals_equal_published_values() {
        for (symbol, values) in NIST {
            let element = Element::from_symbol(symbol).unwrap();
            for (mev, value) in [0.1, 1.0, 10.0].into_iter().zip(values) {
                let found = element.attenuation(Energy::from_mev(mev).unwrap()).unwrap().total();
                assert!((found / value - 1.0).abs() < 2e-3, "{symbol} {mev} MeV: {found} for {value}");
            }
        }
    }

    #[test]
    fn edge_belongs_to_the_side_above() {
        let lead = Element::from_symbol("Pb").unwrap();
        let at = |kev| lead.attenuation(Energy::new(kev).unwrap()).unwrap().total();
        // SRD 126: 1.910 below and 7.683 above the K edge of lead at 88.00 keV.
        assert!((at(87.999) / 1.910 - 1.0).abs() < 0.01, "{}", at(87.999));
        assert!((at(88.01) / 7.683 - 1.0).abs() < 0.01, "{}", at(88.01));
    }

    #[test]
    fn outside_the_range_is_an_error() {
        let iron = Element::new(26).unwrap();
        for kev in [9.99, 20_001.0] {
            assert_eq!(iron.attenuation(Energy::new(kev).unwrap()).unwrap_err().code(), Code::PhysicsRange);
        }
        assert!(Element::new(0).is_err() && Element::new(101).is_err());
        assert!(Element::from_symbol("Md").is_err() && Element::from_symbol("fe").is_err());
    }

    #[test]
    fn pair_production_starts_at_its_threshold() {
        let lead = Element::new(82).unwrap();
        let pair = |kev| lead.attenuation(Energy::new(kev).unwrap()).unwrap().pair;
        assert_eq!(pair(1021.0), 0.0);
        assert!(pair(1100.0) > 0.0);
    }
}
