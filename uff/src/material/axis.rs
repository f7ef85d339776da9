//! The material axis: the one-parameter family of materials that an inversion chooses from.
//!
//! Pure elements alone would overstate the areal density of hydrogenous matter by a fifth, because hydrogen has twice
//! the electrons per gram. The axis therefore runs through real compounds up to quartz: polyethylene, PMMA, cellulose,
//! RDX, quartz, aluminium, calcium, iron, copper, then every second element up to uranium. Between two of these
//! anchors stand mixtures by mass, so that neighbours differ by about one in Z.

use crate::error::Result;
use crate::physics::{Element, Material};

/// Which effective atomic number labels the axis, and how far it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Regime {
    /// End-points of 1 MeV and more: Compton scatter against pair production; Z is Σ n Z² / Σ n Z
    /// ([`Material::effective_z_megavolt`]); the axis reaches uranium.
    Megavolt,
    /// Tubes below 1 MeV: photoelectric absorption against Compton scatter; Z is the power mean with exponent 2.94
    /// ([`Material::effective_z_power`]). The axis ends at molybdenum: from Z 45 to 58 on the K edge folds the curve,
    /// and lead would pass for aluminium.
    Kilovolt,
}

impl Regime {
    /// Returns the effective atomic number of a material by which the axis is labelled.
    pub(super) fn label(self, material: &Material) -> f64 {
        match self {
            Self::Megavolt => material.effective_z_megavolt(),
            Self::Kilovolt => material.effective_z_power(),
        }
    }
}

/// One material of the axis.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Effective atomic number.
    pub(super) z: f64,
    pub(super) material: Material,
}

const ANCHORS: [&str; 9] = ["C2H4", "C5H8O2", "C6H10O5", "C3H6N6O6", "SiO2", "Al", "Ca", "Fe", "Cu"];
const LAST_KILOVOLT: u8 = 42;
const LAST_MEGAVOLT: u8 = 92;

/// Returns the axis in ascending order of Z.
pub(super) fn axis(regime: Regime) -> Result<Vec<Node>> {
    let label = |m: &Material| regime.label(m);
    let mut nodes: Vec<Node> = Vec::new();
    for formula in ANCHORS {
        let material = Material::from_formula(formula)?;
        if let Some(last) = nodes.last().cloned() {
            let gap = label(&material) - last.z;
            let steps = gap.ceil().max(1.0) as u32;
            for step in 1..steps {
                let share = f64::from(step) / f64::from(steps);
                let mixed = Material::mixture(formula, &[(&last.material, 1.0 - share), (&material, share)])?;
                nodes.push(Node { z: label(&mixed), material: mixed });
            }
        }
        nodes.push(Node { z: label(&material), material });
    }
    let last = match regime {
        Regime::Megavolt => LAST_MEGAVOLT,
        Regime::Kilovolt => LAST_KILOVOLT,
    };
    for element in Element::all().filter(|e| (30..=last).contains(&e.z()) && e.z() % 2 == 0) {
        nodes.push(Node { z: f64::from(element.z()), material: Material::from_element(element) });
    }
    nodes.sort_by(|a, b| a.z.total_cmp(&b.z));
    Ok(nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_ascends_without_gaps_from_polyethylene_on() {
        for (regime, first, last) in [(Regime::Megavolt, 4.75, 92.0), (Regime::Kilovolt, 5.44, 42.0)] {
            let nodes = axis(regime).unwrap();
            assert!((nodes[0].z - first).abs() < 0.02 && nodes[nodes.len() - 1].z == last, "{}", nodes[0].z);
            for pair in nodes.windows(2) {
                assert!(pair[1].z > pair[0].z && pair[1].z - pair[0].z < 2.5, "{} {}", pair[0].z, pair[1].z);
            }
        }
    }
}
