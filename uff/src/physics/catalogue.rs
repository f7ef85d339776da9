//! Named materials of cargo, baggage and packing.
//!
//! Composition is a formula or a mixture of formulas by mass; density is that of the solid material in g/cm³, not of
//! what is stacked or poured. Each line names its source.

use super::substance::Material;
use crate::error::{Code, Error, Result};

/// Name, parts (formula, share by mass), density in g/cm³, source of composition and density.
type Entry = (&'static str, &'static [(&'static str, f64)], f64, &'static str);

const NIST: &str = "NIST SRD 126, tables 1 and 2";
const CRC: &str = "CRC Handbook of Chemistry and Physics, physical constants";
const PNNL: &str = "PNNL-15870 Rev. 1, Compendium of Material Composition Data";
const MEYER: &str = "R. Meyer et al., Explosives, 6th ed.";

#[rustfmt::skip]
const ENTRIES: &[Entry] = &[
    ("polyethylene", &[("C2H4", 1.0)], 0.93, NIST),
    ("polypropylene", &[("C3H6", 1.0)], 0.90, PNNL),
    ("polystyrene", &[("C8H8", 1.0)], 1.06, NIST),
    ("pmma", &[("C5H8O2", 1.0)], 1.19, NIST),
    ("nylon", &[("C6H11NO", 1.0)], 1.14, PNNL),
    ("pvc", &[("C2H3Cl", 1.0)], 1.406, NIST),
    ("ptfe", &[("C2F4", 1.0)], 2.20, PNNL),
    ("rubber", &[("C5H8", 1.0)], 0.92, PNNL),
    ("water", &[("H2O", 1.0)], 1.0, NIST),
    ("ethanol", &[("C2H6O", 1.0)], 0.789, CRC),
    ("petrol", &[("C8H18", 1.0)], 0.703, CRC),
    ("acetone", &[("C3H6O", 1.0)], 0.790, CRC),
    ("hydrogen-peroxide", &[("H2O2", 1.0)], 1.44, CRC),
    ("cellulose", &[("C6H10O5", 1.0)], 1.50, "CRC Handbook of Chemistry and Physics, polymers"),
    ("wood", &[("C6H10O5", 0.70), ("C10H12O3", 0.20), ("H2O", 0.10)], 0.60, "cellulose, lignin and 10 % moisture; pine, PNNL-15870"),
    ("paper", &[("C6H10O5", 0.80), ("CaCO3", 0.15), ("H2O", 0.05)], 0.80, "uncoated office paper with 15 % chalk"),
    ("tobacco", &[("C6H10O5", 0.70), ("H2O", 0.12), ("C5H9NO4", 0.12), ("KCl", 0.03), ("CaCO3", 0.03)], 0.40, "cured leaf: carbohydrate, protein, 12 % moisture, ash"),
    ("sugar", &[("C12H22O11", 1.0)], 1.58, CRC),
    ("coffee", &[("C6H10O5", 0.75), ("C18H34O2", 0.15), ("H2O", 0.06), ("C5H9NO4", 0.04)], 0.65, "roasted beans: carbohydrate, oil, moisture, protein"),
    ("cocaine-hydrochloride", &[("C17H22ClNO4", 1.0)], 1.34, CRC),
    ("heroin", &[("C21H23NO5", 1.0)], 1.32, CRC),
    ("methamphetamine-hydrochloride", &[("C10H16ClN", 1.0)], 1.10, CRC),
    ("tnt", &[("C7H5N3O6", 1.0)], 1.654, MEYER),
    ("rdx", &[("C3H6N6O6", 1.0)], 1.82, MEYER),
    ("petn", &[("C5H8N4O12", 1.0)], 1.76, MEYER),
    ("ammonium-nitrate", &[("NH4NO3", 1.0)], 1.72, CRC),
    ("black-powder", &[("KNO3", 0.75), ("C", 0.15), ("S", 0.10)], 1.70, MEYER),
    ("graphite", &[("C", 1.0)], 2.00, "technical graphite; crystal 2.27 (CRC)"),
    ("salt", &[("NaCl", 1.0)], 2.17, CRC),
    ("quartz", &[("SiO2", 1.0)], 2.65, CRC),
    ("glass", &[("SiO2", 0.73), ("Na2O", 0.14), ("CaO", 0.10), ("MgO", 0.03)], 2.50, "soda-lime container glass"),
    ("concrete", &[("H", 0.0221), ("C", 0.002484), ("O", 0.57493), ("Na", 0.015208), ("Mg", 0.001266), ("Al", 0.019953), ("Si", 0.304627), ("K", 0.010045), ("Ca", 0.042951), ("Fe", 0.006435)], 2.30, NIST),
    ("limestone", &[("CaCO3", 1.0)], 2.71, CRC),
    ("magnesium", &[("Mg", 1.0)], 1.74, NIST),
    ("aluminium", &[("Al", 1.0)], 2.699, NIST),
    ("titanium", &[("Ti", 1.0)], 4.54, NIST),
    ("iron", &[("Fe", 1.0)], 7.874, NIST),
    ("steel", &[("Fe", 0.985), ("Mn", 0.010), ("Si", 0.003), ("C", 0.002)], 7.85, "structural steel S235, EN 10025-2"),
    ("stainless-steel", &[("Fe", 0.695), ("Cr", 0.19), ("Ni", 0.095), ("Mn", 0.02)], 8.00, "AISI 304, PNNL-15870"),
    ("nickel", &[("Ni", 1.0)], 8.902, NIST),
    ("copper", &[("Cu", 1.0)], 8.96, NIST),
    ("brass", &[("Cu", 0.63), ("Zn", 0.37)], 8.44, "CuZn37, EN 12163"),
    ("zinc", &[("Zn", 1.0)], 7.133, NIST),
    ("silver", &[("Ag", 1.0)], 10.5, NIST),
    ("tin", &[("Sn", 1.0)], 7.31, NIST),
    ("tungsten", &[("W", 1.0)], 19.3, NIST),
    ("gold", &[("Au", 1.0)], 19.32, NIST),
    ("lead", &[("Pb", 1.0)], 11.35, NIST),
    ("uranium", &[("U", 1.0)], 18.95, NIST),
    ("air", &[("N2", 0.7553), ("O2", 0.2318), ("Ar", 0.0129)], 0.001205, NIST),
    ("cadmium-tungstate", &[("CdWO4", 1.0)], 7.9, "scintillator; Saint-Gobain Crystals data sheet"),
    ("caesium-iodide", &[("CsI", 1.0)], 4.51, NIST),
    ("gadolinium-oxysulfide", &[("Gd2O2S", 1.0)], 7.44, NIST),
];

impl Material {
    /// Returns the names of all known materials.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ENTRIES.iter().map(|entry| entry.0)
    }

    /// Returns a known material by name, with its density.
    ///
    /// # Errors
    /// `physics.range` when no material has the name.
    pub fn named(name: &str) -> Result<Self> {
        let entry = ENTRIES.iter().find(|entry| entry.0 == name);
        let (name, parts, density, _) = entry.ok_or_else(|| {
            let shown: String = name.chars().take(40).collect();
            Error::new(Code::PhysicsRange, "no such material")
                .expected(Self::names().collect::<Vec<_>>().join(", "))
                .found(format!("{shown:?}"))
        })?;
        let materials = parts.iter().map(|(formula, _)| Self::from_formula(formula)).collect::<Result<Vec<_>>>()?;
        let shares: Vec<_> = materials.iter().zip(parts.iter().map(|part| part.1)).collect();
        Self::mixture(name, &shares)?.with_density(*density)
    }

    /// Returns the material a person means: a known name, or else a formula.
    ///
    /// # Errors
    /// `input.value` when the text is neither.
    pub fn parse(text: &str) -> Result<Self> {
        Self::named(text).or_else(|_| Self::from_formula(text))
    }

    /// Returns where composition and density of a known material come from.
    pub fn source(name: &str) -> Option<&'static str> {
        ENTRIES.iter().find(|entry| entry.0 == name).map(|entry| entry.3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Energy;

    #[test]
    fn every_entry_can_be_made() {
        let made: Vec<_> = Material::names().map(|name| Material::named(name).unwrap()).collect();
        assert!(made.len() > 40);
        for material in made {
            let sum: f64 = material.mass_fractions().iter().map(|part| part.1).sum();
            assert!((sum - 1.0).abs() < 1e-9 && material.density().is_some(), "{}", material.name());
            assert!((0.38..0.6).contains(&material.z_over_a()), "{} {}", material.name(), material.z_over_a());
        }
    }

    #[test]
    fn mixtures_equal_published_values() {
        // NIST, SRD 126, table 4, µ/ρ in cm²/g at 1 MeV.
        for (name, value) in [("concrete", 6.495e-2), ("pmma", 6.870e-2), ("air", 6.358e-2), ("pvc", 6.532e-2)] {
            let found = Material::named(name).unwrap().attenuation(Energy::new(1000.0).unwrap()).unwrap().total();
            assert!((found / value - 1.0).abs() < 5e-3, "{name} {found}");
        }
    }

    #[test]
    fn unknown_name_lists_the_known() {
        let error = Material::named("unobtainium").unwrap_err();
        assert!(error.expectation().unwrap().contains("polyethylene"));
        assert_eq!(Material::parse("SiO2").unwrap().name(), "SiO2");
        assert_eq!(Material::parse("unobtainium").unwrap_err().code(), Code::InputValue);
    }
}
