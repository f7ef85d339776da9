//! What detectors look at: one view, smoothed, with its noise.

use std::ops::Range;

use ndarray::Array2;

use super::basis::Basis;
use super::robust::median;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::material::Bilateral;
use crate::material::Inversion;
use crate::material::NoiseModel;
use crate::material::Smoothed;
use crate::material::Solver;
use crate::material::ViewAnalysis;
use crate::model::Geometry;

/// Share of α that counts as texture whatever the noise: goods are never perfectly even.
const TEXTURE: f64 = 0.01;
/// Texture of what is almost air.
const THIN_TEXTURE: f64 = 0.004;

/// One view, prepared for the detectors. Arrays are `[row, column]`.
#[derive(Debug)]
pub struct Subject {
    /// α at the high or only energy, smoothed; at most `opaque`; NaN without data.
    pub(super) alpha: Array2<f32>,
    /// Areal density, g/cm²; a lower bound where opaque; 0 where nothing attenuates.
    pub(super) lambda: Array2<f32>,
    /// Where nothing is measured because too little radiation passes.
    pub(super) dark: Array2<bool>,
    /// Effective atomic number; 0 where undecided. None with one energy.
    pub(super) z: Option<Array2<f32>>,
    /// Organic matter and metal, none with one energy.
    pub(super) parts: Option<Split>,
    /// Noise of the α that was smoothed.
    pub(super) noise: NoiseModel,
    /// Share of a pixel's variance that smoothing leaves, typically.
    pub(super) gain: f64,
    /// α from which on nothing is measured.
    pub(super) opaque: f64,
    /// Height and width of a pixel in the object plane, mm.
    pub(super) pitch: Option<[f64; 2]>,
}

/// Decomposition of a view.
#[derive(Debug)]
pub(super) struct Split {
    /// Organic matter, g/cm².
    pub(super) organic: Array2<f32>,
    /// Metal, as iron, g/cm².
    pub(super) metal: Array2<f32>,
    basis: Basis,
    /// α at low energy, smoothed.
    pub(super) low: Array2<f32>,
    noise_low: NoiseModel,
}

impl Subject {
    /// Takes an analysed view; `geometry` gives the size of its pixels. Of a view that was scanned in parts the one that
    /// shows most counts, and the rest is as if there were no data.
    ///
    /// # Errors
    /// `physics.range` when the beams lie outside the attenuation tables.
    pub fn of_analysis(analysis: &ViewAnalysis, geometry: Option<&Geometry>) -> Result<Self> {
        let main = analysis.main().ok_or_else(|| Error::new(Code::Internal, "an analysis of no columns"))?;
        let (noise, opaque, smoothing) = match &main.solver {
            Solver::Pair(inversion) => {
                let options = inversion.options();
                (options.noise_high, options.opaque, options.smoothing)
            }
            Solver::Single(single) => (*single.noise(), single.opaque(), Bilateral::default()),
        };
        let (high, low) =
            (of_columns(&analysis.alpha_high, &main.columns), of_columns(&analysis.alpha_low, &main.columns));
        let smoothed = smoothing.apply(&high.view(), &low.view(), |alpha| noise.sigma_alpha(f64::from(alpha)) as f32);
        let gain = median(smoothed.gain.iter().copied().filter(|g| *g < 1.0)).map_or(1.0, f64::from);
        let inside = |column: usize| main.columns.contains(&column);
        let mut subject = Self {
            alpha: smoothed.high.mapv(|a| if a.is_nan() { a } else { a.min(opaque as f32) }),
            lambda: analysis.map.lambda.mapv(|l| if l.is_finite() { l } else { 0.0 }),
            dark: dark(&analysis.alpha_high, opaque, inside),
            z: None,
            parts: None,
            noise,
            gain,
            opaque,
            pitch: pitch(geometry),
        };
        if let Solver::Pair(inversion) = &main.solver {
            subject.z = Some(analysis.map.z.clone());
            subject.parts = Some(Split::new(inversion, smoothed)?);
        }
        Ok(subject)
    }

    /// Returns rows and columns.
    pub(super) fn shape(&self) -> (usize, usize) {
        self.alpha.dim()
    }

    /// Returns the area of a pixel in cm².
    pub(super) fn pixel_area(&self) -> Option<f64> {
        self.pitch.map(|[rows, columns]| rows * columns / 100.0)
    }

    /// Returns what a smoothed pixel may differ by from an equal one: noise and texture.
    pub(super) fn step(&self, alpha: f64) -> f64 {
        let noise = self.noise.sigma_alpha(alpha) * self.gain.sqrt();
        (noise.powi(2) + (TEXTURE * alpha).powi(2) + THIN_TEXTURE.powi(2)).sqrt()
    }

    /// Returns half a length in pixels, or `usual` where the size of the pixels is unknown; at least 1.
    pub(super) fn half(&self, length: f64, usual: usize) -> usize {
        let of = |p: [f64; 2]| (length / 2.0 / p[0].max(p[1])).round().clamp(1.0, 50.0) as usize;
        self.pitch.map_or(usual, of)
    }

    /// Returns an α image in units of [`Subject::step`], counted from air: one level is one standard deviation at any depth.
    pub(super) fn levels(&self, alpha: &Array2<f32>) -> Array2<f32> {
        const FINE: f64 = 0.01;
        let mut sum = 0.0;
        let mut table = vec![0.0f32];
        for k in 0..(self.opaque / FINE).ceil() as usize + 1 {
            sum += FINE / self.step((k as f64 + 0.5) * FINE);
            table.push(sum as f32);
        }
        alpha.mapv(|alpha| {
            let place = alpha.max(0.0) / FINE as f32;
            let k = place as usize;
            match (table.get(k), table.get(k + 1)) {
                (Some(a), Some(b)) => a + (b - a) * (place - k as f32),
                _ => f32::NAN,
            }
        })
    }
}

impl Split {
    /// Splits a smoothed pair.
    fn new(inversion: &Inversion, smoothed: Smoothed) -> Result<Self> {
        let options = inversion.options();
        let basis = Basis::new(inversion.beams(), options.opaque)?;
        let shape = smoothed.high.raw_dim();
        let (mut organic, mut metal) = (Array2::zeros(shape), Array2::zeros(shape));
        for (at, alpha) in smoothed.high.indexed_iter() {
            let alpha = Some(*alpha).filter(|a| f64::from(*a) < options.opaque);
            if let Some(parts) = alpha.and_then(|alpha| basis.split(at.0, alpha, smoothed.low[at])) {
                (organic[at], metal[at]) = (parts.organic, parts.metal);
            }
        }
        Ok(Self {
            organic: median_filter(&organic),
            metal: median_filter(&metal),
            basis,
            low: smoothed.low,
            noise_low: options.noise_low,
        })
    }

    /// Returns the standard deviation by noise of the metal at a pixel, g/cm²; that of the organic matter is alike.
    pub(super) fn sigma(&self, at: (usize, usize), alpha: f32, noise: &NoiseModel) -> f64 {
        const STEP: f32 = 0.01;
        let Some(low) = self.low.get(at).copied().filter(|l| l.is_finite()) else { return f64::INFINITY };
        let metal = |high: f32, low: f32| self.basis.split(at.0, high, low).unwrap_or_default().metal;
        let slope = |a: f32, b: f32| f64::from(a - b) / f64::from(2.0 * STEP);
        let by_low = slope(metal(alpha, low + STEP), metal(alpha, low - STEP));
        let by_high = slope(metal(alpha + STEP, low), metal(alpha - STEP, low));
        (by_high * noise.sigma_alpha(f64::from(alpha))).hypot(by_low * self.noise_low.sigma_alpha(f64::from(low)))
    }
}

fn pitch(geometry: Option<&Geometry>) -> Option<[f64; 2]> {
    let (rows, columns) = geometry.and_then(|g| g.pitch_rows.zip(g.pitch_columns))?;
    let pitch = [rows.get(), columns.get()];
    pitch.iter().all(|p| *p > 0.0).then_some(pitch)
}

/// Returns where the mean transmission of a pixel and its neighbours is too small to be measured. A single pixel near the
/// limit is dark or not by its noise.
fn dark(alpha: &Array2<f32>, opaque: f64, inside: impl Fn(usize) -> bool) -> Array2<bool> {
    let limit = (-opaque).exp();
    Array2::from_shape_fn(alpha.dim(), |(row, column)| {
        let rows = row.saturating_sub(1)..(row + 2).min(alpha.nrows());
        let columns = || (column.saturating_sub(1)..(column + 2).min(alpha.ncols())).filter(|c| inside(*c));
        let values =
            rows.flat_map(|r| columns().map(move |c| (r, c))).map(|p| f64::from(alpha[p])).filter(|a| !a.is_nan());
        let (sum, count) = values.fold((0.0, 0u32), |(sum, count), a| (sum + (-a).exp(), count + 1));
        inside(column) && !alpha[(row, column)].is_nan() && sum <= limit * f64::from(count)
    })
}

/// Returns an image in which all columns but some are without data.
fn of_columns(image: &Array2<f32>, columns: &Range<usize>) -> Array2<f32> {
    Array2::from_shape_fn(image.dim(), |at| if columns.contains(&at.1) { image[at] } else { f32::NAN })
}

/// Replaces each value by the median of itself and its eight neighbours: lines at edges go, areas stay.
fn median_filter(image: &Array2<f32>) -> Array2<f32> {
    Array2::from_shape_fn(image.raw_dim(), |(row, column)| {
        let mut around = [0.0f32; 9];
        let mut count = 0;
        for r in row.saturating_sub(1)..(row + 2).min(image.nrows()) {
            for c in column.saturating_sub(1)..(column + 2).min(image.ncols()) {
                around[count] = image[(r, c)];
                count += 1;
            }
        }
        let (_, middle, _) = around[..count].select_nth_unstable_by(count / 2, f32::total_cmp);
        *middle
    })
}
