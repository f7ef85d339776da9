//! What `uff materials` knows.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Failure, Version};

/// A line of `uff materials --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum MaterialsLine {
    /// A material.
    Material(MaterialInfo),
    /// The command failed.
    Failure(Failure),
}

/// A material and how it attenuates radiation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaterialInfo {
    /// Version of this object.
    pub version: Version,
    /// Name to ask for, or the formula.
    pub name: String,
    /// Title for people; absent for a formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Kind of goods; absent for a formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Density, g/cm³; absent for a formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub density: Option<f64>,
    /// Where composition and density come from; absent for a formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Elements in the order of Z; the shares add up to 1.
    pub composition: Vec<ElementShare>,
    /// Electrons per gram in mol, Z/A.
    pub z_over_a: f64,
    /// Effective atomic number below about 300 keV (Mayneord, exponent 2.94).
    pub z_kilovolt: f64,
    /// Effective atomic number for megavolt beams, Σ n Z² / Σ n Z over the atoms n.
    pub z_megavolt: f64,
    /// Attenuation of a narrow beam at the energies asked for; empty in the list.
    pub attenuation: Vec<AttenuationInfo>,
    /// Beams asked for, and what they leave behind slabs; empty in the list.
    pub beams: Vec<BeamInfo>,
}

/// Share of an element.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ElementShare {
    /// Symbol.
    pub element: String,
    /// Share by mass, 0 to 1.
    pub share: f64,
}

/// Attenuation of a narrow beam of one energy; coefficients in cm²/g.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttenuationInfo {
    /// Photon energy, keV.
    pub energy: f64,
    /// Total mass attenuation µ/ρ, coherent scatter included.
    pub total: f64,
    /// Coherent scatter.
    pub coherent: f64,
    /// Incoherent scatter.
    pub incoherent: f64,
    /// Photoelectric absorption.
    pub photoelectric: f64,
    /// Pair production.
    pub pair: f64,
    /// Mass energy absorption µ_en/ρ.
    pub absorbed: f64,
    /// Half-value layer, g/cm².
    pub half_value_layer: f64,
    /// Half-value layer, mm; absent where the density is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_value_thickness: Option<f64>,
}

/// The usual beam of an end-point energy: below 1 MeV a tube behind 1 mm of copper, else an accelerator, on 30 mm of
/// CdWO₄; narrow, without the correction that calibration points bring.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BeamInfo {
    /// End-point energy, keV.
    pub energy: f64,
    /// Mean photon energy of the signal without any object, keV.
    pub mean_energy: f64,
    /// The slabs asked for.
    pub slabs: Vec<SlabInfo>,
    /// The spectrum as the detector weights it: transmission is the sum of share times exp(−µ/ρ times areal density).
    pub signal: Vec<BeamBin>,
}

/// What passes a slab.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SlabInfo {
    /// Areal density, g/cm².
    pub areal_density: f64,
    /// Thickness, mm; absent where the density is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thickness: Option<f64>,
    /// Log attenuation α = −ln(transmission).
    pub alpha: f64,
    /// Share of the signal that passes, 0 to 1.
    pub transmission: f64,
}

/// A bin of the spectrum.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct BeamBin {
    /// Centre, keV.
    pub energy: f64,
    /// Share in the signal without any object; all add up to 1.
    pub share: f64,
}
