//! What a detector found.

use super::patch::Patch;
use crate::error::Result;
use crate::model::{ImageRegion, MachineFinding};
use crate::units::Probability;

/// Name of the algorithm in findings.
pub const ALGORITHM: &str = "uff-detect";
/// Version of the algorithm; grows when the same input gives other findings.
pub const ALGORITHM_VERSION: &str = "1";

/// Count of the numbers that a confidence is made of.
pub const EVIDENCE: usize = 14;

/// Kind of a detection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Too thick for the beam: nothing is known of what lies there or behind.
    DarkZone,
    /// Closed space in the load.
    Void,
    /// Compact item denser than its surroundings.
    Dense,
    /// Item of organic matter among metal.
    OrganicInMetal,
    /// Item of metal among organic matter.
    MetalInOrganic,
    /// Matter in the structure of the vehicle that the empty reference does not show.
    Cavity,
    /// Item of a regular load that differs from the others.
    Deviation,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::DarkZone,
        Self::Void,
        Self::Dense,
        Self::OrganicInMetal,
        Self::MetalInOrganic,
        Self::Cavity,
        Self::Deviation,
    ];

    /// Returns the name, as in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DarkZone => "dark-zone",
            Self::Void => "void",
            Self::Dense => "dense",
            Self::OrganicInMetal => "organic-in-metal",
            Self::MetalInOrganic => "metal-in-organic",
            Self::Cavity => "cavity",
            Self::Deviation => "deviation",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Part of the vehicle in which a detection lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Where the load stands.
    Load,
    /// Outside of it, not known more closely.
    Structure,
    /// Floor.
    Floor,
    /// Roof.
    Roof,
    /// Wall before the load, at lower columns.
    FrontWall,
    /// Wall or doors behind the load, at higher columns.
    RearWall,
    /// Wheels and what lies between them and the ground.
    RunningGear,
    /// Between the floor and the running gear: frame, tanks, boxes.
    Underbody,
}

impl Zone {
    /// Returns the name for files and people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Structure => "structure",
            Self::Floor => "floor",
            Self::Roof => "roof",
            Self::FrontWall => "front wall",
            Self::RearWall => "rear wall",
            Self::RunningGear => "running gear",
            Self::Underbody => "underbody",
        }
    }
}

/// Numbers of a detection. What cannot be told is absent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measures {
    /// Area in the object plane, cm²; needs the size of the pixels.
    pub area: Option<f64>,
    /// Median areal density of everything in the beam there, g/cm²; a lower bound in a dark zone.
    pub lambda: f64,
    /// Median areal density around, g/cm².
    pub lambda_around: f64,
    /// Difference of the two: what the item adds, or what is missing; g/cm².
    pub excess: f64,
    /// Its standard deviation by noise and by the unevenness of the surroundings, g/cm².
    pub excess_sigma: f64,
    /// Median effective atomic number of everything in the beam there.
    pub z: Option<f64>,
    /// Share of metal in the excess, 0 to 1; needs two energies.
    pub metal_share: Option<f64>,
    /// Mass that the item adds, or that is missing (negative), kg; a lower bound in a dark zone.
    pub mass: Option<f64>,
    /// Its standard deviation, kg.
    pub mass_sigma: Option<f64>,
    /// Difference in α over its spread: noise of a pixel and unevenness of the surroundings.
    pub snr: f64,
}

/// Detection.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// Kind.
    pub kind: Kind,
    /// Where.
    pub patch: Patch,
    /// Part of the vehicle.
    pub zone: Zone,
    /// Numbers.
    pub measures: Measures,
    /// Degree of belief, 0 to 1, that something is there that an inspection would want to see; see `confidence.rs` for how
    /// far it may be taken for a probability.
    pub confidence: f64,
    /// Numbers that the confidence was made of; their meaning is in `schemas/detections.md`.
    pub evidence: [f64; EVIDENCE],
    /// What was found and why it matters, in words.
    pub reason: String,
}

impl Detection {
    /// Returns the detection as the model keeps it.
    ///
    /// # Errors
    /// `input.value` when the confidence is no probability.
    pub fn to_finding(&self, view: u32) -> Result<MachineFinding> {
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let bounds = self.patch.bounds();
        let region = ImageRegion {
            view,
            row: number(bounds.row),
            column: number(bounds.column),
            rows: number(bounds.rows),
            columns: number(bounds.columns),
            ..ImageRegion::default()
        };
        Ok(MachineFinding {
            algorithm: ALGORITHM.into(),
            version: Some(ALGORITHM_VERSION.into()),
            category: self.kind.name().into(),
            probability: Some(Probability::new(self.confidence)?),
            regions: vec![region],
            ..MachineFinding::default()
        })
    }
}
