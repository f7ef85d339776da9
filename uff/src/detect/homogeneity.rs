//! How even a load is.

use super::bay::Bay;
use super::robust::Robust;
use super::subject::Subject;
use crate::model::Region;

/// α from which on a pixel of the bay counts as load.
const LOADED: f32 = 0.25;

/// How even a load is, in a word: by the spread of its areal density over the median.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evenness {
    /// Below 8 %.
    Uniform,
    /// Below 25 %.
    FairlyEven,
    /// Below 60 %.
    Uneven,
    /// More.
    Mixed,
}

impl Evenness {
    /// Every degree, the most even first.
    pub const ALL: [Self; 4] = [Self::Uniform, Self::FairlyEven, Self::Uneven, Self::Mixed];

    /// Returns the words for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::FairlyEven => "fairly even",
            Self::Uneven => "uneven",
            Self::Mixed => "mixed",
        }
    }

    /// Returns the unevenness below which a load is called so; infinite for the last.
    pub const fn below(self) -> f64 {
        match self {
            Self::Uniform => 0.08,
            Self::FairlyEven => 0.25,
            Self::Uneven => 0.6,
            Self::Mixed => f64::INFINITY,
        }
    }
}

/// Load as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// Smallest rectangle that holds it.
    pub bounds: Region,
    /// Median areal density, walls included, g/cm².
    pub lambda: f64,
    /// Spread of the areal density over its median: 0 for one piece of one thickness. Robust: a tenth of foreign matter
    /// does not change it.
    pub unevenness: f64,
    /// Mass in kg of everything in the beam there, a lower bound where it is dark; needs the size of the pixels.
    pub mass: Option<f64>,
}

impl Load {
    /// Returns how even the load is, in a word.
    pub fn evenness(&self) -> Evenness {
        Evenness::ALL.into_iter().find(|e| self.unevenness < e.below()).unwrap_or(Evenness::Mixed)
    }
}

/// Measures the load; none where the bay is empty.
pub(super) fn load(subject: &Subject, bay: &Bay) -> Option<Load> {
    let r = &bay.inside;
    let inside = || (r.row..r.row + r.rows).flat_map(|row| (r.column..r.column + r.columns).map(move |c| (row, c)));
    let loaded: Vec<(usize, usize)> = inside().filter(|p| subject.alpha[*p] > LOADED).collect();
    if loaded.len() * 50 < r.rows * r.columns {
        return None;
    }
    let lambda = Robust::of(loaded.iter().map(|p| subject.lambda[*p]));
    let (top, bottom) = (loaded.iter().map(|p| p.0).min()?, loaded.iter().map(|p| p.0).max()?);
    let (left, right) = (loaded.iter().map(|p| p.1).min()?, loaded.iter().map(|p| p.1).max()?);
    let sum: f64 = loaded.iter().map(|p| f64::from(subject.lambda[*p])).sum();
    Some(Load {
        bounds: Region { row: top, column: left, rows: bottom - top + 1, columns: right - left + 1 },
        lambda: lambda.median,
        unevenness: lambda.spread / lambda.median.max(1e-6),
        mass: subject.pixel_area().map(|area| sum * area / 1000.0),
    })
}
