//! The look-up inversion of an attenuation pair.

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use super::axis::Regime;
use super::class::MaterialClass;
use super::flags::Flags;
use super::forward::Forward;
use super::inverse::Inverse;
use super::noise::NoiseModel;
use super::rows::rows_mut;
use super::smooth::Bilateral;
use super::smooth::Smoothed;
use crate::error::{Code, Error, Result};
use crate::physics::Beam;

/// What an inversion needs to know beside the beams.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InversionOptions {
    /// Noise of the high-energy channel.
    pub noise_high: NoiseModel,
    /// Noise of the low-energy channel.
    pub noise_low: NoiseModel,
    /// Smoothing before the inversion.
    pub smoothing: Bilateral,
    /// α_H below which too little matter is in the way to tell materials apart.
    pub thin: f64,
    /// α_H from which on nothing is measured.
    pub opaque: f64,
    /// Smallest posterior probability for which a class is named, 0 to 1.
    pub min_confidence: f64,
    /// Largest standard deviation for which an atomic number is named.
    pub max_sigma_z: f64,
    /// Error of the forward model in α_L at given α_H: a share of α_H.
    pub model_error_relative: f64,
    /// Error of the forward model in α_L at given α_H: absolute.
    pub model_error_absolute: f64,
}

impl InversionOptions {
    /// Model error with default spectra and no calibration, as a share of α_H.
    pub const UNCALIBRATED: f64 = 0.005;
    /// Model error between calibration points, as a share of α_H.
    pub const CALIBRATED: f64 = 0.002;

    /// Returns the defaults for channels of this noise, without calibration.
    pub fn new(noise_high: NoiseModel, noise_low: NoiseModel) -> Self {
        Self {
            noise_high,
            noise_low,
            smoothing: Bilateral::default(),
            thin: 0.15,
            opaque: noise_high.opaque_alpha(8.0).min(noise_low.opaque_alpha(8.0)),
            min_confidence: 0.6,
            max_sigma_z: 8.0,
            model_error_relative: Self::UNCALIBRATED,
            model_error_absolute: 0.0,
        }
    }

    fn check(&self) -> Result<()> {
        let checks = [
            ("smoothing radius", self.smoothing.radius as f64, 0.0, 50.0),
            ("smoothing range", self.smoothing.range, 1e-4, 10.0),
            ("smoothing range in sigmas", self.smoothing.range_sigmas, 0.0, 100.0),
            ("thin", self.thin, 0.0, 2.0),
            ("opaque", self.opaque, self.thin + 0.1, 20.0),
            ("least confidence", self.min_confidence, 0.0, 1.0),
            ("largest sigma of Z", self.max_sigma_z, 0.0, 100.0),
            ("relative model error", self.model_error_relative, 0.0, 1.0),
            ("absolute model error", self.model_error_absolute, 0.0, 1.0),
        ];
        match checks.iter().find(|(_, value, least, most)| !(least..=most).contains(&value)) {
            None => Ok(()),
            Some((name, value, least, most)) => Err(Error::new(Code::MaterialOptions, "impossible option")
                .at(name)
                .expected(format!("{least} to {most}"))
                .found(value)),
        }
    }
}

/// What one pair of attenuations says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Solution {
    /// Effective atomic number; none where nothing can be said.
    pub z: Option<f64>,
    /// Standard deviation of the atomic number (Cramér–Rao bound and model error).
    pub sigma_z: f64,
    /// Areal density in g/cm²; a lower bound where opaque; none where there is no attenuation.
    pub lambda: Option<f64>,
    /// Standard deviation of the areal density in g/cm².
    pub sigma_lambda: f64,
    /// Atomic number of the other material that shows the same pair, if there is one.
    pub twin_z: Option<f64>,
    /// Class, or undecided.
    pub class: MaterialClass,
    /// Posterior probability of the most likely class, 0 to 1, also where it is too small to decide.
    pub confidence: f64,
    /// Remarks.
    pub flags: Flags,
}

/// Derived arrays `[row, column]` of one view.
#[derive(Debug, Clone, PartialEq)]
pub struct MaterialMap {
    /// Effective atomic number; 0 where undecided.
    pub z: Array2<f32>,
    /// Areal density in g/cm²; a lower bound where flagged opaque; NaN where there is none.
    pub lambda: Array2<f32>,
    /// Codes of [`MaterialClass`]; 0 where undecided.
    pub class: Array2<u8>,
    /// Posterior probability of the most likely class, 0 to 255 for 0 to 1.
    pub confidence: Array2<u8>,
    /// Bits of [`Flags`].
    pub flags: Array2<u8>,
}

/// Beams of a range of detector rows; they differ where spectrum and scatter vary over the fan.
#[derive(Debug, Clone, PartialEq)]
pub struct RowBeams {
    /// First row the beams hold for; they do up to the first row of the next entry.
    pub first_row: usize,
    /// High-energy beam.
    pub high: Beam,
    /// Low-energy beam.
    pub low: Beam,
}

/// Look-up inversion for one pair of beams per range of rows; build it once, use it for any number of tiles.
#[derive(Debug)]
pub struct Inversion {
    options: InversionOptions,
    /// Tables and the first row each holds for, ascending; the first holds from row 0 on.
    tables: Vec<(usize, Inverse)>,
    kilovolt: bool,
    /// Variances of α_H and of α_L without smoothing, and of the model error of α_L, per step of [`NOISE_STEP`] in α.
    variances: Vec<[f32; 3]>,
}

/// Step of the noise table in α.
const NOISE_STEP: f32 = 0.02;
/// Distance from the curve, in standard deviations, beyond which no single material fits.
const OUTSIDE_SIGMAS: f32 = 4.0;

impl Inversion {
    /// Prepares the tables for a high and a low beam that hold for all rows.
    ///
    /// # Errors
    /// As [`Inversion::by_rows`].
    pub fn new(high: &Beam, low: &Beam, options: InversionOptions) -> Result<Self> {
        Self::by_rows(&[RowBeams { first_row: 0, high: high.clone(), low: low.clone() }], options)
    }

    /// Prepares the tables for beams that differ from row to row; the first entry also holds for the rows before it.
    ///
    /// # Errors
    /// `material.options` for impossible options, no beams, rows that do not ascend, or a high beam that is not harder
    /// than the low one; `material.not_measurable` when the beams tell no materials apart.
    pub fn by_rows(beams: &[RowBeams], options: InversionOptions) -> Result<Self> {
        options.check()?;
        if beams.is_empty() || !beams.is_sorted_by(|a, b| a.first_row < b.first_row) {
            return Err(Error::new(Code::MaterialOptions, "the rows of the beams do not ascend"));
        }
        let variance =
            |alpha: f64| (options.noise_high.sigma_alpha(alpha).powi(2), options.noise_low.sigma_alpha(alpha).powi(2));
        let prepare = |pair: &RowBeams| {
            let (high, low) = (&pair.high, &pair.low);
            if high.mean_energy() <= low.mean_energy() {
                let what = "the high-energy beam is not harder than the low-energy beam";
                return Err(Error::new(Code::MaterialOptions, what).found(format!(
                    "mean {:.0} and {:.0} keV",
                    high.mean_energy(),
                    low.mean_energy()
                )));
            }
            let forward = Forward::new(high, low, options.opaque)?;
            Ok(((pair.first_row, Inverse::new(&forward, variance)), forward.regime))
        };
        let prepared = beams.par_iter().map(prepare).collect::<Result<Vec<_>>>()?;
        let kilovolt = prepared.iter().any(|(_, regime)| *regime == Regime::Kilovolt);
        let steps = (options.opaque * 1.5 / f64::from(NOISE_STEP)).ceil() as usize + 2;
        let variances = (0..steps).map(|step| {
            let alpha = step as f64 * f64::from(NOISE_STEP);
            let (h, l) = variance(alpha);
            let model = (options.model_error_relative * alpha).powi(2) + options.model_error_absolute.powi(2);
            [h as f32, l as f32, model as f32]
        });
        let tables = prepared.into_iter().map(|(table, _)| table).collect();
        Ok(Self { options, tables, kilovolt, variances: variances.collect() })
    }

    /// Returns the tables of a row.
    fn table(&self, row: usize) -> &Inverse {
        let next = self.tables.partition_point(|(first, _)| *first <= row);
        &self.tables[next.saturating_sub(1)].1
    }

    /// Returns the options in force.
    pub fn options(&self) -> &InversionOptions {
        &self.options
    }

    /// Returns the number of pixels around a tile that its result depends on.
    pub fn halo(&self) -> usize {
        self.options.smoothing.radius
    }

    /// Smooths and inverts a pair of attenuation images of one shape, the first row of which is row `first_row` of the
    /// view.
    ///
    /// A pixel depends only on pixels within [`Inversion::halo`]: a tile computed with that halo equals the crop of
    /// the whole to the bit.
    ///
    /// # Errors
    /// `uff.inconsistent` when the shapes differ.
    pub fn analyze(
        &self,
        high: &ArrayView2<'_, f32>,
        low: &ArrayView2<'_, f32>,
        first_row: usize,
    ) -> Result<MaterialMap> {
        if high.dim() != low.dim() {
            return Err(Error::new(Code::UffInconsistent, "the channels of a pair differ in size")
                .expected(format!("{} x {}", high.nrows(), high.ncols()))
                .found(format!("{} x {}", low.nrows(), low.ncols())));
        }
        let sigma = |alpha: f32| self.variances_at(alpha)[0].sqrt();
        Ok(self.invert(&self.options.smoothing.apply(high, low, sigma), first_row))
    }

    /// Inverts a pair that is smoothed already, or must not be, from row `first_row` of the view on.
    pub fn invert(&self, pair: &Smoothed, first_row: usize) -> MaterialMap {
        let shape = pair.high.raw_dim();
        let mut map = MaterialMap {
            z: Array2::zeros(shape),
            lambda: Array2::zeros(shape),
            class: Array2::zeros(shape),
            confidence: Array2::zeros(shape),
            flags: Array2::zeros(shape),
        };
        let rows = rows_mut(&mut map.z).zip(rows_mut(&mut map.lambda)).zip(rows_mut(&mut map.class));
        let rows = rows.zip(rows_mut(&mut map.confidence)).zip(rows_mut(&mut map.flags));
        rows.enumerate().for_each(|(row, ((((z, lambda), class), confidence), flags))| {
            let table = self.table(first_row.saturating_add(row));
            let input = pair.high.row(row).into_iter().zip(pair.low.row(row)).zip(pair.gain.row(row));
            let output = z.iter_mut().zip(lambda).zip(class).zip(confidence).zip(flags);
            for (((high, low), gain), ((((z, lambda), class), confidence), flags)) in input.zip(output) {
                let point = self.point(table, *high, *low, *gain);
                (*z, *lambda, *class, *flags) = (point.z, point.lambda, point.class.code(), point.flags.bits());
                *confidence = (point.confidence * 255.0).round() as u8;
            }
        });
        map
    }

    /// Solves one pair measured at a row; `gain` is the share of a pixel's variance that the pair has, 1 for a single
    /// pixel and 1/n for the mean of n.
    pub fn solve(&self, alpha_high: f64, alpha_low: f64, gain: f64, row: usize) -> Solution {
        let table = self.table(row);
        let point = self.point(table, alpha_high as f32, alpha_low as f32, gain as f32);
        let ratio = f64::from(table.slope_ratio(table.place(alpha_high as f32)));
        let [high, low, model] = self.variances_at(alpha_high as f32).map(f64::from);
        let (high, low) = (high * gain, low * gain + model);
        let at = |h: f64, l: f64| {
            let cell = table.solve(table.place(h as f32), (l / h - 1.0) as f32);
            f64::from(cell.lambda) * h
        };
        // Central differences over one tenth of a table row.
        let step = 0.005;
        let by_low = (at(alpha_high, alpha_low + step) - at(alpha_high, alpha_low - step)) / (2.0 * step);
        let along = (at(alpha_high + step, alpha_low + ratio * step) - at(alpha_high - step, alpha_low - ratio * step))
            / (2.0 * step);
        let by_high = along - ratio * by_low;
        let measured = alpha_high.is_finite() && alpha_low.is_finite() && alpha_high > step;
        Solution {
            z: (point.z > 0.0).then_some(f64::from(point.z)),
            sigma_z: f64::from(point.sigma_z),
            lambda: (!point.lambda.is_nan()).then_some(f64::from(point.lambda)),
            sigma_lambda: if measured { (by_high.powi(2) * high + by_low.powi(2) * low).sqrt() } else { f64::NAN },
            twin_z: (point.twin_z > 0.0).then_some(f64::from(point.twin_z)),
            class: point.class,
            confidence: f64::from(point.confidence),
            flags: point.flags,
        }
    }

    /// Returns the Cramér–Rao bound of Z for a pair measured at a row: the least standard deviation that noise alone
    /// allows, whatever the method.
    pub fn cramer_rao_z(&self, alpha_high: f64, alpha_low: f64, gain: f64, row: usize) -> f64 {
        let table = self.table(row);
        let place = table.place(alpha_high as f32);
        let cell = table.solve(place, (alpha_low / alpha_high - 1.0) as f32);
        let ratio = f64::from(table.slope_ratio(place));
        let [high, low, _] = self.variances_at(alpha_high as f32).map(f64::from);
        f64::from(cell.steepness) * ((low + ratio * ratio * high) * gain).sqrt() / alpha_high
    }

    fn variances_at(&self, alpha: f32) -> [f32; 3] {
        let step = (alpha / NOISE_STEP).max(0.0) as usize;
        self.variances[step.min(self.variances.len() - 1)]
    }

    fn point(&self, table: &Inverse, high: f32, low: f32, gain: f32) -> Point {
        let options = &self.options;
        if high.is_nan() || low.is_nan() {
            return Point::nothing(Flags::NO_DATA, f32::NAN);
        }
        let opaque = options.opaque as f32;
        if high >= opaque || low >= opaque * 1.5 {
            let lambda = opaque * table.middle_lambda(table.place(opaque));
            let mut point = Point::nothing(Flags::OPAQUE, lambda);
            if self.kilovolt {
                (point.class, point.confidence) = (MaterialClass::Heavy, options.min_confidence as f32);
            }
            return point;
        }
        let place = table.place(high);
        let [variance_high, variance_low, variance_model] = self.variances_at(high);
        if high < options.thin as f32 {
            let negative = high < -4.0 * (variance_high * gain).sqrt();
            let flags = if negative { Flags::THIN | Flags::NEGATIVE } else { Flags::THIN };
            return Point::nothing(flags, high.max(0.0) * table.middle_lambda(place));
        }
        let q = low / high - 1.0;
        let ratio = table.slope_ratio(place);
        let sigma_q = ((variance_low + ratio * ratio * variance_high) * gain + variance_model).sqrt() / high;
        let cell = table.solve(place, q);
        let verdict = table.verdict(place, q, sigma_q);
        let mut point = Point {
            z: cell.z,
            sigma_z: cell.steepness * sigma_q,
            lambda: cell.lambda * high,
            twin_z: cell.twin_z,
            class: verdict.class,
            confidence: verdict.confidence,
            flags: Flags::NONE,
        };
        if cell.twin_z > 0.0 && verdict.class == MaterialClass::of_z(f64::from(cell.twin_z)) {
            if verdict.class != MaterialClass::of_z(f64::from(cell.z)) {
                (point.z, point.twin_z) = (cell.twin_z, cell.z);
                point.lambda = cell.twin_lambda * high;
                point.flags |= Flags::AMBIGUOUS;
            }
        } else if cell.twin_z > 0.0 {
            point.flags |= Flags::AMBIGUOUS;
        }
        if table.excess(place, q) > OUTSIDE_SIGMAS * sigma_q {
            point.flags |= Flags::OUTSIDE;
            point.class = MaterialClass::Undecided;
        }
        if point.confidence < options.min_confidence as f32 {
            point.class = MaterialClass::Undecided;
        }
        if point.class == MaterialClass::Undecided || point.sigma_z > options.max_sigma_z as f32 {
            point.z = 0.0;
        }
        point
    }
}

/// [`Solution`] in the precision of the arrays.
#[derive(Debug, Clone, Copy)]
struct Point {
    z: f32,
    sigma_z: f32,
    lambda: f32,
    twin_z: f32,
    class: MaterialClass,
    confidence: f32,
    flags: Flags,
}

impl Point {
    fn nothing(flags: Flags, lambda: f32) -> Self {
        let class = MaterialClass::Undecided;
        Self { z: 0.0, sigma_z: f32::NAN, lambda, twin_z: 0.0, class, confidence: 0.0, flags }
    }
}
