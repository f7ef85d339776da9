//! Materials: mass fractions of elements and a density.

use super::attenuation::Attenuation;
use super::element::Element;
use super::formula::Formula;
use crate::error::{Code, Error, Result};
use crate::units::Energy;

/// A homogeneous material.
#[derive(Debug, Clone, PartialEq)]
pub struct Material {
    name: String,
    fractions: Vec<(Element, f64)>,
    density: Option<f64>,
}

impl Material {
    /// Creates a material from a chemical formula such as `H2O` or `Fe`; it carries no density.
    ///
    /// # Errors
    /// `input.value` when the formula cannot be read.
    pub fn from_formula(formula: &str) -> Result<Self> {
        let parsed: Formula = formula.parse()?;
        Ok(Self { name: formula.to_owned(), fractions: parsed.mass_fractions(), density: None })
    }

    /// Creates the material that is one element; it carries no density.
    pub fn from_element(element: Element) -> Self {
        Self { name: element.symbol().to_owned(), fractions: vec![(element, 1.0)], density: None }
    }

    /// Mixes materials by mass; the shares need not add up to 1.
    ///
    /// # Errors
    /// `physics.range` when no share is positive, or one is negative or not finite.
    pub fn mixture(name: &str, parts: &[(&Material, f64)]) -> Result<Self> {
        let sum: f64 = parts.iter().map(|(_, share)| share).sum();
        if !(sum.is_finite() && sum > 0.0) || parts.iter().any(|(_, share)| *share < 0.0) {
            return Err(Error::new(Code::PhysicsRange, "impossible shares of a mixture")
                .at(name)
                .expected("shares by mass that are not negative, one positive"));
        }
        let mut by_z = [0.0; Element::MAX_Z as usize + 1];
        for (material, share) in parts {
            for (element, fraction) in &material.fractions {
                by_z[usize::from(element.z())] += fraction * share / sum;
            }
        }
        let fractions = Element::all().map(|e| (e, by_z[usize::from(e.z())])).filter(|part| part.1 > 0.0).collect();
        Ok(Self { name: name.to_owned(), fractions, density: None })
    }

    /// Sets the density in g/cm³.
    ///
    /// # Errors
    /// `physics.range` outside 0 to 30 g/cm³.
    pub fn with_density(mut self, density: f64) -> Result<Self> {
        if !(density > 0.0 && density <= 30.0) {
            return Err(Error::new(Code::PhysicsRange, "impossible density")
                .at(&self.name)
                .expected("more than 0, up to 30 g/cm³")
                .found(density));
        }
        self.density = Some(density);
        Ok(self)
    }

    /// Sets the name.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the shares by mass, in the order of Z; they add up to 1.
    pub fn mass_fractions(&self) -> &[(Element, f64)] {
        &self.fractions
    }

    /// Returns the density in g/cm³, if known.
    pub fn density(&self) -> Option<f64> {
        self.density
    }

    /// Returns the ratio Z/A, electrons per gram in mol.
    pub fn z_over_a(&self) -> f64 {
        self.fractions.iter().map(|(e, w)| w * f64::from(e.z()) / e.atomic_weight()).sum()
    }

    /// Returns the effective atomic number for photon energies below about 300 keV: the power mean of Z with exponent
    /// 2.94, each element weighted by its share of the electrons (W. V. Mayneord, Acta Unio Int. Contra Cancrum 2
    /// (1937) 271). Water has 7.42.
    pub fn effective_z_power(&self) -> f64 {
        const EXPONENT: f64 = 2.94;
        let electrons = self.z_over_a();
        let term = |(e, w): &(Element, f64)| {
            let z = f64::from(e.z());
            w * z / e.atomic_weight() / electrons * z.powf(EXPONENT)
        };
        self.fractions.iter().map(term).sum::<f64>().powf(EXPONENT.recip())
    }

    /// Returns the effective atomic number for megavolt beams: the ratio of the moments Σ n Z² / Σ n Z over the atoms
    /// n, which is what pair production against Compton scatter responds to. Polyethylene has 4.75 (carbon 6).
    pub fn effective_z_megavolt(&self) -> f64 {
        let moment = |power: i32| -> f64 {
            self.fractions.iter().map(|(e, w)| w / e.atomic_weight() * f64::from(e.z()).powi(power)).sum()
        };
        moment(2) / moment(1)
    }

    /// Returns the mass attenuation at an energy: the mean over the elements by mass (Bragg's rule).
    ///
    /// # Errors
    /// `physics.range` when the energy lies outside 10 keV to 20 MeV.
    pub fn attenuation(&self, energy: Energy) -> Result<Attenuation> {
        let mut sum = Attenuation::default();
        for (element, fraction) in &self.fractions {
            sum = sum + element.attenuation(energy)? * *fraction;
        }
        Ok(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn water_equals_published_values() {
        // NIST, SRD 126, table 4, liquid water: µ/ρ and µ_en/ρ in cm²/g.
        let published = [(0.1, 1.707e-1, 2.546e-2), (1.0, 7.072e-2, 3.103e-2), (10.0, 2.219e-2, 1.566e-2)];
        let water = Material::from_formula("H2O").unwrap();
        for (mev, total, absorbed) in published {
            let found = water.attenuation(Energy::from_mev(mev).unwrap()).unwrap();
            assert!((found.total() / total - 1.0).abs() < 2e-3, "{mev} MeV: {}", found.total());
            assert!((found.absorbed / absorbed - 1.0).abs() < 5e-3, "{mev} MeV: {}", found.absorbed);
        }
    }

    #[test]
    fn effective_numbers_of_water_and_polyethylene() {
        let water = Material::from_formula("H2O").unwrap();
        assert!((water.effective_z_power() - 7.42).abs() < 0.01, "{}", water.effective_z_power());
        let polyethylene = Material::from_formula("C2H4").unwrap();
        assert!((polyethylene.effective_z_megavolt() - 38.0 / 8.0).abs() < 1e-9);
        assert!((polyethylene.z_over_a() - 0.5703).abs() < 1e-3);
    }

    #[test]
    fn mixture_is_by_mass_and_refuses_nonsense() {
        let iron = Material::from_formula("Fe").unwrap();
        let carbon = Material::from_formula("C").unwrap();
        let steel = Material::mixture("steel", &[(&iron, 99.0), (&carbon, 1.0)]).unwrap();
        assert!((steel.mass_fractions()[1].1 - 0.99).abs() < 1e-12);
        for shares in [[0.0, 0.0], [-1.0, 2.0], [f64::NAN, 1.0], [f64::INFINITY, 1.0]] {
            let made = Material::mixture("x", &[(&iron, shares[0]), (&carbon, shares[1])]);
            assert_eq!(made.unwrap_err().code(), Code::PhysicsRange, "{shares:?}");
        }
        assert!(iron.with_density(0.0).is_err());
    }
}
