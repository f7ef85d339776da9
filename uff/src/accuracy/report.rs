//! What is measured.

use crate::material::MaterialClass;

/// What was found on a plate; figures are over the pixels of its middle, away from its edges.
#[derive(Debug, Clone, PartialEq)]
pub struct PlateAccuracy {
    /// Material.
    pub material: String,
    /// Areal density, g/cm².
    pub lambda: f64,
    /// Effective atomic number.
    pub z: f64,
    /// Root mean square error of Z of the pixels solved one by one, without smoothing.
    pub z_rmse: f64,
    /// Cramér–Rao bound of Z for a pixel.
    pub cramer_rao: f64,
    /// Share of the pixels in the true class, 0 to 1.
    pub right: f64,
    /// Share in another class.
    pub wrong: f64,
    /// Median of the areal density found less the true one, as a share of it.
    pub lambda_error: f64,
}

/// Model less truth in α for one material and thickness, after calibration with three points.
#[derive(Debug, Clone, PartialEq)]
pub struct Residual {
    /// Material.
    pub material: String,
    /// Areal density, g/cm².
    pub lambda: f64,
    /// Difference at high energy.
    pub high: f64,
    /// Difference at low energy.
    pub low: f64,
}

/// A plate whose pair of attenuations a material of another class shows as well, on the other side of the fold.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldedPlate {
    /// Material.
    pub material: String,
    /// Areal density, g/cm².
    pub lambda: f64,
    /// Effective atomic number.
    pub z: f64,
    /// Atomic number of the other material.
    pub twin_z: f64,
    /// Share of the pixels in its middle that were given its class, 0 to 1.
    pub right: f64,
    /// Share that was given another class.
    pub wrong: f64,
}

/// Pixels for which about the same confidence was stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bin {
    /// Pixels.
    pub pixels: u64,
    /// Sum of the stated confidences, 0 to 255 for each.
    pub stated: u64,
    /// Pixels whose most likely class is the true one.
    pub right: u64,
}

impl Bin {
    /// Returns the mean stated confidence, 0 to 1.
    pub fn stated(&self) -> f64 {
        self.stated as f64 / 255.0 / self.pixels.max(1) as f64
    }

    /// Returns the share that is right.
    pub fn found(&self) -> f64 {
        self.right as f64 / self.pixels.max(1) as f64
    }
}

/// Accuracy in one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Accuracy {
    /// Name of the setting.
    pub setting: String,
    /// Root mean square of model less truth in α, both energies, over materials and thicknesses, after calibration with
    /// three points.
    pub alpha_residual: f64,
    /// The plates.
    pub plates: Vec<PlateAccuracy>,
    /// Share of all pixels of the picture, edges included, in their true class.
    pub class_accuracy: f64,
    /// The same of the pixels that were decided.
    pub decided_accuracy: f64,
    /// Largest of RMSE / Cramér–Rao bound over plates whose bound is below 3; none without such a plate.
    pub worst_rmse_to_bound: Option<f64>,
    /// Median over the organic plates of the size of the error of λ.
    pub lambda_error_organic: f64,
    /// The same over the metal plates.
    pub lambda_error_metal: f64,
    /// Stated against found confidence, in ten steps from 0 to 1, over plates drawn as the prior has it.
    pub reliability: [Bin; 10],
    /// Largest difference between stated and found confidence over steps of at least 200 pixels.
    pub worst_reliability: f64,
    /// Pixels of plates too thin or opaque that were given a class.
    pub forbidden: u64,
    /// The plates that a material of another class looks like.
    pub folded: Vec<FoldedPlate>,
    /// What [`Accuracy::alpha_residual`] is the root mean square of.
    pub residuals: Vec<Residual>,
    /// Pixels of the picture, edges included, by code of the true class, then by code of the class found.
    pub confusion: [[u64; MaterialClass::ALL.len()]; MaterialClass::ALL.len()],
}

impl Accuracy {
    /// Returns the share of the pixels of folded plates that were given a class, 0 to 1; none where no plate is folded.
    pub fn folded_share(&self) -> Option<f64> {
        let told: f64 = self.folded.iter().map(|plate| plate.right + plate.wrong).sum();
        (!self.folded.is_empty()).then(|| told / self.folded.len() as f64)
    }
}
