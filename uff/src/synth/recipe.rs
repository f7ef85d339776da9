//! Materials of a scene: those the physics knows by name, and recipes of the scene's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};
use crate::physics::Material;

/// Name of the material that takes away what was there.
pub const VOID: &str = "void";

/// Material made of chemical formulas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Formula and share by mass.
    pub parts: BTreeMap<String, f64>,
    /// Density, g/cm³.
    pub density: f64,
}

impl Recipe {
    fn material(&self, name: &str) -> Result<Material> {
        let materials = self.parts.keys().map(|formula| Material::from_formula(formula)).collect::<Result<Vec<_>>>()?;
        let shares: Vec<_> = materials.iter().zip(self.parts.values().copied()).collect();
        Material::mixture(name, &shares)?.with_density(self.density)
    }
}

/// Returns the material of a scene by name, with its density in g/cm³.
///
/// # Errors
/// `scene.value` when neither the scene nor the physics knows the name, or the recipe is impossible.
pub(super) fn material(name: &str, recipes: &BTreeMap<String, Recipe>) -> Result<(Material, f64)> {
    let wrong = |cause: Error| Error::new(Code::SceneValue, format!("material {name:?} cannot be made")).cause(cause);
    let material = match recipes.get(name) {
        Some(recipe) => recipe.material(name),
        None => Material::named(name),
    }
    .map_err(wrong)?;
    let density = material.density().unwrap_or(1.0);
    Ok((material, density))
}
