//! What a ray through cargo meets, before anything is measured: the prior of the class.
//!
//! Each class is met as often as [`MaterialClass::prior`] says, and within a class the materials of the catalogue are met
//! alike often, but for what is no cargo (scintillators of scanners) and for what is next to never met (elements beyond
//! bismuth are radioactive). Real goods crowd: of what is below Z 10 nearly all lies between 5 and 7.5, and glass, concrete
//! and sand stand just above 10; a prior that spreads a class evenly over Z would call them organic.

use std::sync::LazyLock;

use super::axis::Regime;
use super::class::MaterialClass;
use crate::physics::KnownMaterial;
use crate::physics::Material;
use crate::physics::MaterialGroup;

/// How often what holds an element beyond bismuth is met, against other materials of its class.
const RADIOACTIVE: f64 = 0.02;
/// Last atomic number with a stable isotope, or one as good as stable.
pub(super) const BISMUTH: u8 = 83;
/// Share of a class that is spread evenly over its stretch of the axis: goods that the catalogue does not know.
pub(crate) const UNKNOWN: f64 = 0.1;

/// A material as the prior expects it.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    pub(crate) material: Material,
    /// Effective atomic number of the regime.
    pub(crate) z: f64,
    pub(crate) class: MaterialClass,
    /// How often it is met, 0 to 1; all add up to 1.
    pub(crate) share: f64,
}

/// Returns the materials of the catalogue with the share of rays that each is expected on.
pub(crate) fn expected(regime: Regime) -> &'static [Expected] {
    static MEGAVOLT: LazyLock<Vec<Expected>> = LazyLock::new(|| list(Regime::Megavolt));
    static KILOVOLT: LazyLock<Vec<Expected>> = LazyLock::new(|| list(Regime::Kilovolt));
    match regime {
        Regime::Megavolt => &MEGAVOLT,
        Regime::Kilovolt => &KILOVOLT,
    }
}

fn list(regime: Regime) -> Vec<Expected> {
    let cargo = KnownMaterial::all().filter(|known| known.group() != MaterialGroup::Scanner);
    let materials = cargo.filter_map(|known| known.material().ok());
    let mut list: Vec<Expected> = materials
        .map(|material| {
            let radioactive = material.mass_fractions().iter().any(|(element, _)| element.z() > BISMUTH);
            let z = regime.label(&material);
            let share = if radioactive { RADIOACTIVE } else { 1.0 };
            Expected { material, z, class: MaterialClass::of_z(z), share }
        })
        .collect();
    for class in MaterialClass::ALL {
        let all: f64 = list.iter().filter(|e| e.class == class).map(|e| e.share).sum();
        list.iter_mut().filter(|e| e.class == class).for_each(|e| e.share *= class.prior() / all);
    }
    list
}

/// Returns the prior weight of matter that the catalogue does not know, by node of an axis with labels `z` (ascending);
/// the weights add up to [`UNKNOWN`].
pub(super) fn unknown(z: &[f64]) -> Vec<f64> {
    let at = |i: usize| z.get(i).copied().unwrap_or(f64::NAN);
    let width = |i: usize| {
        let left = if i == 0 { at(0) } else { (at(i - 1) + at(i)) / 2.0 };
        let right = if i + 1 == z.len() { at(i) } else { (at(i) + at(i + 1)) / 2.0 };
        right - left
    };
    let class = |i: usize| MaterialClass::of_z(at(i));
    let met = |i: usize| if at(i) > f64::from(BISMUTH) { RADIOACTIVE * width(i) } else { width(i) };
    let all = |of: MaterialClass| (0..z.len()).filter(|i| class(*i) == of).map(met).sum::<f64>();
    let by_class = MaterialClass::ALL.map(|of| (of.prior(), all(of)));
    let weight = |i: usize| {
        let (prior, all) = by_class.get(usize::from(class(i).code())).copied().unwrap_or_default();
        UNKNOWN * prior * met(i) / all
    };
    (0..z.len()).map(weight).collect()
}

/// Returns how far around its Z goods like a material lie, as a standard deviation: recipes, alloys and moisture vary by a
/// percent or so of Z.
pub(crate) fn recipe(z: f64) -> f64 {
    0.1 + 0.01 * z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priors_add_up_per_class() {
        let z: Vec<f64> = (4..=92).map(f64::from).collect();
        let weights = unknown(&z);
        for class in [MaterialClass::Organic, MaterialClass::Light, MaterialClass::Metal, MaterialClass::Heavy] {
            let members = z.iter().zip(&weights).filter(|(z, _)| MaterialClass::of_z(**z) == class);
            let sum: f64 = members.map(|(_, w)| w).sum();
            assert!((sum - UNKNOWN * class.prior()).abs() < 1e-9, "{class}: {sum}");
            let listed: f64 = expected(Regime::Megavolt).iter().filter(|e| e.class == class).map(|e| e.share).sum();
            assert!((listed - class.prior()).abs() < 1e-9, "{class}: {listed}");
        }
    }

    #[test]
    fn every_material_of_the_catalogue_but_those_of_scanners_is_expected() {
        let cargo = KnownMaterial::all().filter(|known| known.group() != MaterialGroup::Scanner).count();
        assert_eq!(expected(Regime::Kilovolt).len(), cargo);
    }
}
