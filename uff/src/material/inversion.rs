//! The look-up inversion of an attenuation pair.

use fearless_simd::Level;
use fearless_simd::dispatch;
use fearless_simd::prelude::*;
use ndarray::ArrayView2;
use rayon::prelude::*;

use super::axis::Regime;
use super::class::MaterialClass;
use super::flags::Flags;
use super::forward::Forward;
use super::inverse;
use super::inverse::Inverse;
use super::inverse::LAST_STABLE;
use super::inverse::excess_squared;
use super::map::BLOCK;
use super::map::BlockMut;
use super::map::LineMut;
use super::map::MaterialMap;
use super::noise::NoiseModel;
use super::rows::block_of;
use super::rows::line;
use super::smooth::Bilateral;
use super::smooth::Reaches;
use super::smooth::Scratch;
use super::smooth::Smoothed;
use super::smooth::SmoothedTile;
use super::smooth::TILE;
use super::smooth::Tile;
use super::smooth::tiles_of_band;
use super::whole::whole;
use crate::error::{Code, Error, Result};
use crate::model::Region;
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
    /// Model error between calibration points, as a share of α_H: what [`accuracy`](crate::accuracy) finds, rms over five
    /// materials of 10 to 120 g/cm², is 0.0007 at {10, 6} MeV and 0.0011 at {6, 4} MeV.
    pub const CALIBRATED: f64 = 0.0009;

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
    beams: Vec<RowBeams>,
    /// Tables and the first row each holds for, ascending; the first holds from row 0 on.
    tables: Vec<(usize, Inverse)>,
    kilovolt: bool,
    /// Per step of [`NOISE_STEP`] in α.
    noise: Vec<NoiseAt>,
    reaches: Reaches,
}

/// What noise does to a channel at an α, without smoothing.
#[derive(Debug, Clone, Copy)]
struct NoiseAt {
    /// Variance of α_H.
    high: f32,
    /// Variance of α_L.
    low: f32,
    /// Variance of the model error of α_L at this α_H.
    model: f32,
}

/// Returns by how much −ln of a noisy transmission is on average more than α, for its variance; however many such values
/// are averaged, it stays. To the second order of ln(1 + x); at most as much as it is where one in ten is not above 0.
#[inline(always)]
fn excess_of_logarithm(variance: f32) -> f32 {
    (variance * (0.5 + 0.75 * variance)).min(0.7)
}

/// Step of the noise table in α.
const NOISE_STEP: f32 = Reaches::STEP;
/// Distance from the curve, in standard deviations, beyond which no single material fits.
const OUTSIDE_SIGMAS: f32 = 4.0;

/// α_L from which on nothing is measured, over that α_H.
pub(super) const OPAQUE_LOW: f32 = 1.5;
/// Standard deviations below 0 from which on α_H shows more signal than air gives.
const NEGATIVE_SIGMAS: f32 = 4.0;

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
        let of_high = |alpha: f64| options.noise_high.sigma_alpha(alpha).powi(2);
        let of_low = |alpha: f64| options.noise_low.sigma_alpha(alpha).powi(2);
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
            Ok(((pair.first_row, Inverse::new(&forward, of_high, of_low)), forward.regime))
        };
        let prepared = beams.par_iter().map(prepare).collect::<Result<Vec<_>>>()?;
        let kilovolt = prepared.iter().any(|(_, regime)| *regime == Regime::Kilovolt);
        let steps = (options.opaque * f64::from(OPAQUE_LOW) / f64::from(NOISE_STEP)).ceil() as usize + 2;
        let noise = (0..steps).map(|step| {
            let alpha = step as f64 * f64::from(NOISE_STEP);
            let model = (options.model_error_relative * alpha).powi(2) + options.model_error_absolute.powi(2);
            NoiseAt { high: of_high(alpha) as f32, low: of_low(alpha) as f32, model: model as f32 }
        });
        let noise: Vec<NoiseAt> = noise.collect();
        let reaches = options.smoothing.reaches(noise.iter().map(|at| at.high));
        let tables = prepared.into_iter().map(|(table, _)| table).collect();
        Ok(Self { options, beams: beams.to_vec(), tables, kilovolt, noise, reaches })
    }

    /// Returns the tables of a row.
    fn table(&self, row: usize) -> &Inverse {
        let next = self.tables.partition_point(|(first, _)| *first <= row);
        &self.tables[next.saturating_sub(1)].1
    }

    /// Returns the first row that each table holds for.
    pub(super) fn first_rows(&self) -> impl Iterator<Item = usize> {
        self.tables.iter().map(|(first, _)| *first)
    }

    /// Returns the extent of the table of a row; see [`Inverse::extent`].
    pub(super) fn extent(&self, row: usize) -> (usize, (f32, f32)) {
        self.table(row).extent()
    }

    /// Returns the α_H of a single pixel below which there is more signal than noise explains.
    pub(super) fn negative(&self) -> f32 {
        -NEGATIVE_SIGMAS * self.noise_at(0.0).high.sqrt()
    }

    /// Returns the beams that the tables were made for.
    pub fn beams(&self) -> &[RowBeams] {
        &self.beams
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
        let mut map = MaterialMap::default();
        let all = Region { row: 0, column: 0, rows: high.nrows(), columns: high.ncols() };
        self.analyze_part((high, low), first_row, &all, &mut map)?;
        Ok(map)
    }

    /// As [`Inversion::analyze`], for the part `inner` of the images; what lies around is what smoothing reaches.
    ///
    /// # Errors
    /// `uff.inconsistent` when the shapes differ.
    pub(super) fn analyze_part(
        &self,
        (high, low): (&ArrayView2<'_, f32>, &ArrayView2<'_, f32>),
        first_row: usize,
        inner: &Region,
        map: &mut MaterialMap,
    ) -> Result<()> {
        same_size(high, low)?;
        map.resize((inner.rows, inner.columns));
        map.bands_mut(TILE.0).enumerate().for_each_init(Scratch::default, |scratch, (band, mut out)| {
            for tile in tiles_of_band((band * TILE.0, out.rows()), inner.columns) {
                let place = tile.within(inner);
                let smoothed = self.smooth(high, low, &place, scratch);
                for row in 0..tile.rows.len() {
                    let pair = [&smoothed.high, &smoothed.low, &smoothed.gain].map(|image| line(image, row));
                    self.invert_row(
                        first_row.saturating_add(place.rows.start + row),
                        (&pair[0], &pair[1], &pair[2]),
                        out.line(row, &tile.columns),
                    );
                }
            }
        });
        Ok(())
    }

    /// Inverts a pair that is smoothed already, or must not be, from row `first_row` of the view on.
    pub fn invert(&self, pair: &Smoothed, first_row: usize) -> MaterialMap {
        let mut map = MaterialMap::undecided(pair.high.dim());
        map.bands_mut(TILE.0).enumerate().for_each(|(band, mut out)| {
            for row in 0..out.rows() {
                let at = band * TILE.0 + row;
                let input = [&pair.high, &pair.low, &pair.gain].map(|image| line(&image.view(), at));
                let to = out.line(row, &(0..pair.high.ncols()));
                self.invert_row(first_row.saturating_add(at), (&input[0], &input[1], &input[2]), to);
            }
        });
        map
    }

    /// Inverts a stretch of a row of the view.
    pub(super) fn invert_row(&self, row: usize, (high, low, gain): (&[f32], &[f32], &[f32]), out: LineMut<'_>) {
        let table = self.table(row);
        let (mut last_high, mut last_low, mut last_gain) = ([f32::NAN; BLOCK], [f32::NAN; BLOCK], [1.0; BLOCK]);
        dispatch!(Level::new(), simd => {
            // A closure that is not inlined would not work on vectors.
            out.fill_blocks(
                #[inline(always)]
                |first, out| {
                    let pairs = Pairs {
                        high: block_of(high, first, &mut last_high),
                        low: block_of(low, first, &mut last_low),
                        gain: block_of(gain, first, &mut last_gain),
                    };
                    points(simd, self, table, &pairs, out);
                },
            );
        });
    }

    /// Solves one pair measured at a row, each α −ln of a transmission or the mean of such values; `gain` is the share of a
    /// pixel's variance that the pair has, 1 for a single pixel and 1/n for the mean of n.
    pub fn solve(&self, alpha_high: f64, alpha_low: f64, gain: f64, row: usize) -> Solution {
        let [high, low, gains] = [alpha_high, alpha_low, gain].map(|value| [value as f32; BLOCK]);
        let (mut z, mut lambda) = ([0.0; BLOCK], [0.0; BLOCK]);
        let (mut class, mut confidence, mut flags) = ([0; BLOCK], [0; BLOCK], [0; BLOCK]);
        let out = BlockMut {
            z: &mut z,
            lambda: &mut lambda,
            class: &mut class,
            confidence: &mut confidence,
            flags: &mut flags,
        };
        let pairs = Pairs { high: &high, low: &low, gain: &gains };
        let [twin_z, ..] = dispatch!(Level::new(), simd => points(simd, self, self.table(row), &pairs, out));
        let (sigma_z, sigma_lambda) = self.sigmas((alpha_high, alpha_low), gain, row);
        Solution {
            z: (z[0] > 0.0).then_some(f64::from(z[0])),
            sigma_z,
            lambda: (!lambda[0].is_nan()).then_some(f64::from(lambda[0])),
            sigma_lambda,
            twin_z: (twin_z > 0.0).then_some(f64::from(twin_z)),
            class: MaterialClass::from_code(class[0]),
            confidence: f64::from(confidence[0]) / 255.0,
            flags: Flags::from_bits(flags[0]),
        }
    }

    /// Returns the standard deviations of Z and λ of a pair as [`Inversion::solve`] takes it; NaN for Z where matter is thin
    /// or opaque, and for both where nothing is measured.
    pub(super) fn sigmas(&self, (alpha_high, alpha_low): (f64, f64), gain: f64, row: usize) -> (f64, f64) {
        // Central differences over one tenth of a table row.
        let step = 0.005;
        let opaque = self.options.opaque;
        let measured = alpha_high < opaque && alpha_low < opaque * f64::from(OPAQUE_LOW);
        if !measured || alpha_high.is_nan() || alpha_low.is_nan() || alpha_high <= step {
            return (f64::NAN, f64::NAN);
        }
        let table = self.table(row);
        let [high, low, model] = self.variances_of(alpha_high as f32, alpha_low as f32).map(f64::from);
        let (h, l) = self.unbiased(alpha_high, alpha_low);
        let place = table.place(h as f32, (l / h - 1.0) as f32);
        let ratio = f64::from(place.slope_ratio);
        let sigma_z = (alpha_high >= self.options.thin).then(|| {
            let variance = (low + ratio * ratio * high) * gain + model;
            f64::from(table.solve(&place).steepness) * variance.sqrt() / h
        });
        let at = |h: f64, l: f64| {
            let cell = table.solve(&table.place(h as f32, (l / h - 1.0) as f32));
            f64::from(cell.lambda) * h
        };
        let by_low = (at(h, l + step) - at(h, l - step)) / (2.0 * step);
        let along = (at(h + step, l + ratio * step) - at(h - step, l - ratio * step)) / (2.0 * step);
        let by_high = along - ratio * by_low;
        let variance = by_high.powi(2) * high * gain + by_low.powi(2) * (low * gain + model);
        (sigma_z.unwrap_or(f64::NAN), variance.sqrt())
    }

    /// Smooths a tile of a pair of images as [`Inversion::analyze`] does.
    pub(super) fn smooth<'s>(
        &self,
        high: &ArrayView2<'_, f32>,
        low: &ArrayView2<'_, f32>,
        tile: &Tile,
        scratch: &'s mut Scratch,
    ) -> SmoothedTile<'s> {
        self.options.smoothing.tile(high, low, tile, &self.reaches, scratch)
    }

    /// Returns the atomic number before the fold of a pair measured at a row, whatever its uncertainty; none where nothing
    /// is measured. For figures of accuracy: an answer for people is [`Inversion::solve`].
    pub fn raw_z(&self, alpha_high: f64, alpha_low: f64, row: usize) -> Option<f64> {
        let measured = (self.options.thin..self.options.opaque).contains(&alpha_high) && alpha_low.is_finite();
        let table = self.table(row);
        let (high, low) = self.unbiased(alpha_high, alpha_low);
        let cell = || table.solve(&table.place(high as f32, (low / high - 1.0) as f32));
        measured.then(|| f64::from(cell().z))
    }

    /// Returns the Cramér–Rao bound of Z for a pair measured at a row: the least standard deviation that noise alone
    /// allows, whatever the method.
    pub fn cramer_rao_z(&self, alpha_high: f64, alpha_low: f64, gain: f64, row: usize) -> f64 {
        let table = self.table(row);
        let place = table.place(alpha_high as f32, (alpha_low / alpha_high - 1.0) as f32);
        let cell = table.solve(&place);
        let ratio = f64::from(place.slope_ratio);
        let [high, low, _] = self.variances_of(alpha_high as f32, alpha_low as f32).map(f64::from);
        f64::from(cell.steepness) * ((low + ratio * ratio * high) * gain).sqrt() / alpha_high
    }

    /// Returns the variances of the α of a pair, each at its own α, and that of the model.
    fn variances_of(&self, high: f32, low: f32) -> [f32; 3] {
        let at_high = self.noise_at(high);
        [at_high.high, self.noise_at(low).low, at_high.model]
    }

    #[inline(always)]
    fn noise_at(&self, alpha: f32) -> NoiseAt {
        self.noise[self.noise_step(alpha) as usize]
    }

    /// Returns where the noise at an α stands.
    #[inline(always)]
    fn noise_step(&self, alpha: f32) -> u32 {
        whole(alpha * (1.0 / NOISE_STEP)).min(self.noise.len() as u32 - 1)
    }

    /// Returns a measured pair of mean logarithms without what noise adds to them.
    fn unbiased(&self, high: f64, low: f64) -> (f64, f64) {
        let [of_high, of_low, _] = self.variances_of(high as f32, low as f32);
        (high - f64::from(excess_of_logarithm(of_high)), low - f64::from(excess_of_logarithm(of_low)))
    }

    /// Answers for pairs that are not measured, too thin or opaque.
    #[cold]
    fn beyond(&self, table: &Inverse, high: f32, low: f32, gain: f32) -> (Flags, f32, Option<(MaterialClass, u8)>) {
        let options = &self.options;
        if high.is_nan() || low.is_nan() {
            return (Flags::NO_DATA, f32::NAN, None);
        }
        let opaque = options.opaque as f32;
        if high >= opaque || low >= opaque * OPAQUE_LOW {
            let confidence = (255.0 * options.min_confidence).ceil() as u8;
            let heavy = self.kilovolt.then_some((MaterialClass::Heavy, confidence));
            return (Flags::OPAQUE, opaque * table.place(opaque, 0.0).middle_lambda, heavy);
        }
        let negative = high < -NEGATIVE_SIGMAS * (self.noise_at(high).high * gain).sqrt();
        let flags = if negative { Flags::THIN | Flags::NEGATIVE } else { Flags::THIN };
        (flags, high.max(0.0) * table.place(high, 0.0).middle_lambda, None)
    }
}

/// Attenuations of a block, and the share of a pixel's variance that each has.
struct Pairs<'a> {
    high: &'a [f32; BLOCK],
    low: &'a [f32; BLOCK],
    gain: &'a [f32; BLOCK],
}

/// Solves a block of pairs; returns the atomic number of the other material that shows the same, 0 where there is none.
#[inline(always)]
fn points<S: Simd>(
    simd: S,
    inversion: &Inversion,
    table: &Inverse,
    pairs: &Pairs<'_>,
    out: BlockMut<'_>,
) -> [f32; BLOCK] {
    let options = &inversion.options;
    let (thin, opaque, low_most) = (options.thin as f32, options.opaque as f32, OPAQUE_LOW * options.opaque as f32);
    let mut measured = [false; BLOCK];
    let (mut high, mut low) = ([0.0; BLOCK], [0.0; BLOCK]);
    let (mut noise_high, mut noise_low) = ([0; BLOCK], [0; BLOCK]);
    for i in 0..BLOCK {
        let (h, l) = (pairs.high[i], pairs.low[i]);
        measured[i] = (h >= thin) & (h < opaque) & (l < low_most);
        high[i] = if measured[i] { h } else { 1.0 };
        low[i] = if measured[i] { l } else { 1.0 };
        (noise_high[i], noise_low[i]) = (inversion.noise_step(high[i]), inversion.noise_step(low[i]));
    }
    let (mut of_high, mut of_low, mut of_model) = ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
    for i in 0..BLOCK {
        let at_high = &inversion.noise[noise_high[i] as usize];
        (of_high[i], of_model[i]) = (at_high.high, at_high.model);
        of_low[i] = inversion.noise[noise_low[i] as usize].low;
    }
    let (mut q, mut row, mut down) = ([0.0; BLOCK], [0; BLOCK], [0.0; BLOCK]);
    for i in 0..BLOCK {
        high[i] -= excess_of_logarithm(of_high[i]);
        q[i] = (low[i] - excess_of_logarithm(of_low[i])) / high[i] - 1.0;
        (row[i], down[i]) = table.row(high[i]);
    }
    let (mut starts, mut per_qs, mut ratios) = ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
    for i in 0..BLOCK {
        [starts[i], per_qs[i], ratios[i], _] = table.frame(simd, row[i], down[i]);
    }
    let (mut column, mut across, mut outside) = ([0; BLOCK], [0.0; BLOCK], [false; BLOCK]);
    let (mut variance_q, mut index) = ([0.0; BLOCK], [0; BLOCK]);
    for i in 0..BLOCK {
        let u;
        (u, column[i], across[i]) = inverse::column(q[i], starts[i], per_qs[i]);
        let of_pair = (of_low[i] + ratios[i] * ratios[i] * of_high[i]) * pairs.gain[i] + of_model[i];
        variance_q[i] = of_pair / (high[i] * high[i]);
        outside[i] = excess_squared(u, per_qs[i]) > OUTSIDE_SIGMAS * OUTSIDE_SIGMAS * variance_q[i];
        index[i] = table.class_index((row[i], down[i]), (column[i], across[i]), per_qs[i], variance_q[i]);
    }
    let (mut z, mut lambda, mut steepness, mut twin_z) = ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
    let (mut class, mut confidence) = ([0; BLOCK], [0; BLOCK]);
    for i in 0..BLOCK {
        [z[i], lambda[i], steepness[i], twin_z[i]] = table.cell(simd, (row[i], down[i]), (column[i], across[i]));
        let verdict = table.verdict(index[i]);
        (class[i], confidence[i]) = (verdict.class.code(), verdict.confidence);
    }
    let mut twins = false;
    for i in 0..BLOCK {
        lambda[i] *= high[i];
        twins |= twin_z[i] > 0.0;
    }
    *out.flags = [0; BLOCK];
    for i in (0..BLOCK).filter(|_| twins) {
        if measured[i] && twin_z[i] > 0.0 {
            let mut pair = Twins { z: z[i], twin_z: twin_z[i], class: class[i], flags: 0 };
            if pair.tell() {
                lambda[i] = high[i] * table.twin_lambda((row[i], down[i]), (column[i], across[i]));
            }
            (z[i], twin_z[i], class[i], out.flags[i]) = (pair.z, pair.twin_z, pair.class, pair.flags);
        }
    }
    let least = (255.0 * options.min_confidence) as f32;
    let widest = (options.max_sigma_z * options.max_sigma_z) as f32;
    let undecided = MaterialClass::Undecided.code();
    let mut all = true;
    for i in 0..BLOCK {
        let folded = class[i] == undecided;
        out.flags[i] |= if outside[i] { Flags::OUTSIDE.bits() } else { 0 };
        out.flags[i] |= if folded { Flags::AMBIGUOUS.bits() } else { 0 };
        let unsure = outside[i] | (f32::from(confidence[i]) < least);
        out.class[i] = if unsure { undecided } else { class[i] };
        let wide = steepness[i] * steepness[i] * variance_q[i] > widest;
        out.z[i] = if (out.class[i] == undecided) | wide { 0.0 } else { z[i] };
        out.lambda[i] = lambda[i];
        out.confidence[i] = confidence[i];
        all &= measured[i];
    }
    for i in (0..BLOCK).filter(|_| !all) {
        if !measured[i] {
            let (flags, lambda, heavy) = inversion.beyond(table, pairs.high[i], pairs.low[i], pairs.gain[i]);
            let (class, confidence) = heavy.unwrap_or((MaterialClass::Undecided, 0));
            (out.z[i], out.lambda[i], twin_z[i]) = (0.0, lambda, 0.0);
            (out.class[i], out.confidence[i], out.flags[i]) = (class.code(), confidence, flags.bits());
        }
    }
    twin_z
}

/// A pixel that two materials explain.
struct Twins {
    z: f32,
    twin_z: f32,
    class: u8,
    flags: u8,
}

impl Twins {
    /// Leaves the class open where both occur and are of different classes; returns whether they change places, since only
    /// the other is of the most likely class.
    fn tell(&mut self) -> bool {
        let of_z = |z: f32| MaterialClass::of_z(f64::from(z)).code();
        let (own, twin) = (of_z(self.z), of_z(self.twin_z));
        if own == twin {
            return false;
        }
        self.flags |= Flags::AMBIGUOUS.bits();
        if f64::from(self.twin_z) < LAST_STABLE {
            self.class = MaterialClass::Undecided.code();
            return false;
        }
        let exchanged = self.class == twin;
        if exchanged {
            std::mem::swap(&mut self.z, &mut self.twin_z);
        }
        exchanged
    }
}

/// Checks that the images of a pair are of one size.
///
/// # Errors
/// `uff.inconsistent` when they are not.
pub(super) fn same_size(high: &ArrayView2<'_, f32>, low: &ArrayView2<'_, f32>) -> Result<()> {
    if high.dim() == low.dim() {
        return Ok(());
    }
    Err(Error::new(Code::UffInconsistent, "the channels of a pair differ in size")
        .expected(format!("{} x {}", high.nrows(), high.ncols()))
        .found(format!("{} x {}", low.nrows(), low.ncols())))
}
