//! Named materials of cargo, baggage, packing, scanners and their filters.
//!
//! Composition is a formula or a mixture of formulas by mass; density in g/cm³ is that of one piece (crystal, plate,
//! bean, leaf), not of what is stacked or poured, unless the title says so. Each entry names its source; where goods
//! have no fixed recipe the source states what was assumed.

mod chemicals;
mod electronics;
mod fibres;
mod food;
mod liquids;
mod metals;
mod minerals;
mod plastics;
mod scanner;

use super::substance::Material;
use crate::error::{Code, Error, Result};

const NIST: &str = "NIST SRD 126, tables 1 and 2";
const CRC: &str = "CRC Handbook of Chemistry and Physics, physical constants";
const PNNL: &str = "PNNL-15870 Rev. 1, Compendium of Material Composition Data";
const MEYER: &str = "R. Meyer et al., Explosives, 6th ed.";
/// Mean amino acid of proteins: M. W. Senko et al., J. Am. Soc. Mass Spectrom. 6 (1995) 229.
const PROTEIN: &str = "C4.9384H7.7583N1.3577O1.4773S0.0417";
/// Starch and cellulose.
const CARBOHYDRATE: &str = "C6H10O5";
/// Triolein, which stands for fats and oils.
const FAT: &str = "C57H104O6";

/// Kind of goods that a known material belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MaterialGroup {
    /// Fuels, solvents and other liquids; gases.
    Liquid,
    /// Food and tobacco, and what lives.
    Food,
    /// Wood, paper, textiles.
    Fibre,
    /// Plastics and rubber.
    Plastic,
    /// Drugs and medicines.
    Drug,
    /// Explosives and their precursors.
    Explosive,
    /// Fertiliser and bulk chemicals.
    Chemical,
    /// Building materials, glass, ceramics, ores.
    Mineral,
    /// Metals and alloys.
    Metal,
    /// Electronics and batteries, as mixtures.
    Electronics,
    /// Scintillators and shields.
    Scanner,
}

impl MaterialGroup {
    /// Every group, in the order of [`KnownMaterial::all`].
    pub const ALL: [Self; 11] = [
        Self::Liquid,
        Self::Food,
        Self::Fibre,
        Self::Plastic,
        Self::Drug,
        Self::Explosive,
        Self::Chemical,
        Self::Mineral,
        Self::Metal,
        Self::Electronics,
        Self::Scanner,
    ];

    /// Returns the name for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Liquid => "liquid",
            Self::Food => "food",
            Self::Fibre => "fibre",
            Self::Plastic => "plastic",
            Self::Drug => "drug",
            Self::Explosive => "explosive",
            Self::Chemical => "chemical",
            Self::Mineral => "mineral",
            Self::Metal => "metal",
            Self::Electronics => "electronics",
            Self::Scanner => "scanner",
        }
    }

    const fn entries(self) -> &'static [Entry] {
        match self {
            Self::Liquid => liquids::ENTRIES,
            Self::Food => food::ENTRIES,
            Self::Fibre => fibres::ENTRIES,
            Self::Plastic => plastics::ENTRIES,
            Self::Drug => chemicals::DRUGS,
            Self::Explosive => chemicals::EXPLOSIVES,
            Self::Chemical => chemicals::BULK,
            Self::Mineral => minerals::ENTRIES,
            Self::Metal => metals::ENTRIES,
            Self::Electronics => electronics::ENTRIES,
            Self::Scanner => scanner::ENTRIES,
        }
    }
}

/// Name, title, parts (formula, share by mass), density in g/cm³, source of composition and density.
type Entry = (&'static str, &'static str, &'static [(&'static str, f64)], f64, &'static str);

/// Entry of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KnownMaterial {
    group: MaterialGroup,
    entry: &'static Entry,
}

impl KnownMaterial {
    /// Iterates over the catalogue, group by group.
    pub fn all() -> impl Iterator<Item = Self> {
        let of = |group: MaterialGroup| group.entries().iter().map(move |entry| Self { group, entry });
        MaterialGroup::ALL.into_iter().flat_map(of)
    }

    /// Returns the entry of a name, or the first that consists of nothing but a formula.
    pub fn find(text: &str) -> Option<Self> {
        let pure = |known: &Self| matches!(known.parts(), [(formula, _)] if *formula == text);
        Self::all().find(|known| known.name() == text).or_else(|| Self::all().find(pure))
    }

    /// Returns the name, which never changes.
    pub const fn name(self) -> &'static str {
        self.entry.0
    }

    /// Returns the title for people.
    pub const fn title(self) -> &'static str {
        self.entry.1
    }

    /// Returns the kind of goods.
    pub const fn group(self) -> MaterialGroup {
        self.group
    }

    /// Returns the formulas it is made of, each with its share by mass.
    pub const fn parts(self) -> &'static [(&'static str, f64)] {
        self.entry.2
    }

    /// Returns where composition and density come from.
    pub const fn source(self) -> &'static str {
        self.entry.4
    }

    /// Returns the material, with its density.
    ///
    /// # Errors
    /// None in practice; a test makes every entry.
    pub fn material(self) -> Result<Material> {
        let (name, _, parts, density, _) = *self.entry;
        let materials = parts.iter().map(|(formula, _)| Material::from_formula(formula)).collect::<Result<Vec<_>>>()?;
        let shares: Vec<_> = materials.iter().zip(parts.iter().map(|part| part.1)).collect();
        Material::mixture(name, &shares)?.with_density(density)
    }
}

impl Material {
    /// Returns a known material by name, with its density.
    ///
    /// # Errors
    /// `physics.range` when no material has the name.
    pub fn named(name: &str) -> Result<Self> {
        let known = KnownMaterial::all().find(|known| known.name() == name).ok_or_else(|| {
            let shown: String = name.chars().take(40).collect();
            Error::new(Code::PhysicsRange, "no such material")
                .expected("a name of the catalogue, such as polyethylene, water or steel")
                .found(format!("{shown:?}"))
                .hint("List the names with `uff materials`.")
        })?;
        known.material()
    }

    /// Returns the material a person means: a known name, or else a formula.
    ///
    /// # Errors
    /// `input.value` when the text is neither.
    pub fn parse(text: &str) -> Result<Self> {
        Self::named(text).or_else(|_| Self::from_formula(text))
    }
}

#[cfg(test)]
mod tests;
