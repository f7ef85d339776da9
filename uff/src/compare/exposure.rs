//! One scan of one view, ready to be compared.

use ndarray::{Array2, s};

use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::material::{AnalysisOptions, NoiseModel, Solver, ViewAnalysis, analyze_view};
use crate::model::{Bundle, Modality, ViewKind};
use crate::physics::Beam;

/// What the dual-energy analysis says of each pixel `[row, column]`.
#[derive(Debug, Clone)]
pub struct Substance {
    /// Effective atomic number; 0 where undecided.
    pub z: Array2<f32>,
    /// Codes of [`MaterialClass`](crate::material::MaterialClass); 0 where undecided.
    pub class: Array2<u8>,
    /// Probability of the most likely class, 0 to 255 for 0 to 1.
    pub confidence: Array2<u8>,
}

/// One scan of one view: attenuation, how noisy it is, by which beam, and what is known of the material.
#[derive(Debug, Clone)]
pub struct Exposure {
    /// Which projection.
    pub kind: ViewKind,
    /// α = −ln T `[row, column]` of the high or only energy, not smoothed; NaN without data, +∞ where nothing passes.
    pub alpha: Array2<f32>,
    /// Noise of the transmissions.
    pub noise: NoiseModel,
    /// The beam of `alpha`; without one, areal densities are nominal.
    pub beam: Option<Beam>,
    /// Material, where the view has a pair of energies.
    pub substance: Option<Substance>,
    /// Size of a pixel between rows and between columns in the object plane, mm, as stated.
    pub pitch: Option<(f64, f64)>,
    /// What was assumed for want of data, in sentences.
    pub notes: Vec<String>,
}

impl Exposure {
    /// Reads a view of a scan: with its material when it has a pair of energies, else its only energy.
    ///
    /// # Errors
    /// `uff.no_such_channel` when there is no such view; `compare.views` when it is no transmission view; otherwise as
    /// [`analyze_view`](crate::material::analyze_view).
    pub fn of_view(bundle: &Bundle, view: u32, budget: &Budget) -> Result<Self> {
        let views = &bundle.scan.views;
        let record = views.get(view as usize).ok_or_else(|| {
            Error::new(Code::UffNoSuchChannel, "the scan has no such view")
                .expected(format!("0 to {}", views.len().saturating_sub(1)))
                .found(view)
        })?;
        if record.modality != Modality::Transmission {
            return Err(Error::new(Code::CompareViews, "the view shows no transmission")
                .at(format!("view {view}"))
                .expected(Modality::Transmission.to_string())
                .found(record.modality.to_string()));
        }
        let pitch = record.geometry.as_ref().and_then(|g| g.pitch_rows.zip(g.pitch_columns));
        let pitch = pitch.map(|(rows, columns)| (rows.get(), columns.get())).filter(|p| p.0 > 0.0 && p.1 > 0.0);
        let ViewAnalysis { map, mut alpha_high, parts, mut notes, .. } =
            analyze_view(bundle, view, &AnalysisOptions::default(), budget)?;
        // Columns scanned at other energies than most, such as an occupied cab, have no place in one picture.
        let main = parts.iter().max_by_key(|p| (matches!(p.solver, Solver::Pair(_)), p.columns.len()));
        let main = main.ok_or_else(|| Error::new(Code::Internal, "an analysed view has no parts"))?;
        for other in parts.iter().filter(|p| p.columns != main.columns && p.beam != main.beam) {
            alpha_high.slice_mut(s![.., other.columns.clone()]).fill(f32::NAN);
            notes.push(format!(
                "columns {} to {} were scanned at other energies and are left out",
                other.columns.start, other.columns.end
            ));
        }
        let (noise, told) = match &main.solver {
            Solver::Pair(inversion) => (inversion.options().noise_high, true),
            Solver::Single(single) => (*single.noise(), false),
        };
        let substance = told.then_some(Substance { z: map.z, class: map.class, confidence: map.confidence });
        Ok(Self {
            kind: record.kind.clone(),
            alpha: alpha_high,
            noise,
            beam: Some(main.beam.clone()),
            substance,
            pitch,
            notes,
        })
    }

    /// Returns the exposure turned: `rows` upside down, `columns` left to right.
    pub(super) fn turned(&self, rows: bool, columns: bool) -> Self {
        let mut turned = self.clone();
        turned.alpha = turn(&self.alpha, rows, columns);
        turned.substance = self.substance.as_ref().map(|s| Substance {
            z: turn(&s.z, rows, columns),
            class: turn(&s.class, rows, columns),
            confidence: turn(&s.confidence, rows, columns),
        });
        turned
    }
}

/// Turns an image upside down or left to right.
pub(super) fn turn<T: Clone>(image: &Array2<T>, rows: bool, columns: bool) -> Array2<T> {
    let mut view = image.view();
    if rows {
        view.invert_axis(ndarray::Axis(0));
    }
    if columns {
        view.invert_axis(ndarray::Axis(1));
    }
    view.as_standard_layout().into_owned()
}
