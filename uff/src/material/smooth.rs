//! Edge-keeping smoothing of an attenuation pair before inversion.
//!
//! A joint bilateral filter guided by α_H: neighbours count in proportion to how near their α_H is to that of the
//! pixel, so that edges between objects stay and noise inside them averages out. Run along rows, then along columns
//! (T. Q. Pham, L. J. van Vliet, ICME 2005), with a compact weight (1 − (Δ/c)²)² in place of a Gaussian. Pixels whose
//! α is not finite neither give nor take.
//!
//! The result at a pixel depends only on pixels at most [`Bilateral::radius`] rows and columns away, summed in a fixed
//! order: a tile computed with that halo equals the crop of the whole to the bit. The image is worked on in tiles that
//! fit the second-level cache, several pixels at a time.

use std::ops::Range;

use fearless_simd::Level;
use fearless_simd::dispatch;
use fearless_simd::f32x16;
use fearless_simd::prelude::*;
use ndarray::Array2;
use ndarray::ArrayView2;
use ndarray::s;
use rayon::prelude::*;

use super::rows::bands_mut;
use super::whole::whole;
use crate::model::Region;

/// Parameters of the filter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bilateral {
    /// Pixels that the filter reaches to each side; 0 leaves the image as it is.
    pub radius: usize,
    /// Difference of α_H at which neighbours count as another object, where noise is low.
    pub range: f64,
    /// The same in standard deviations of α_H, where noise is high; the larger of the two holds.
    pub range_sigmas: f64,
}

impl Default for Bilateral {
    /// Reaches 7 pixels; 0.05 or 3 standard deviations.
    fn default() -> Self {
        Self { radius: 7, range: 0.05, range_sigmas: 3.0 }
    }
}

/// Smoothed attenuation pair `[row, column]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Smoothed {
    /// α at high energy.
    pub high: Array2<f32>,
    /// α at low energy.
    pub low: Array2<f32>,
    /// Variance of a smoothed value as a share of that of a pixel, 0 to 1.
    pub gain: Array2<f32>,
}

/// Rows and columns of a tile.
pub(super) const TILE: (usize, usize) = (64, 256);
/// Pixels worked on at once.
const LANES: usize = 16;
/// α of a pixel that neither gives nor takes: far from that of any other.
const NOWHERE: f32 = 1e18;

impl Bilateral {
    /// Ratio of the reach of the compact weight to the standard deviation of the Gaussian it stands for.
    const REACH: f64 = 2.5;

    /// Filters a pair of images of one shape; `sigma` gives the standard deviation of α_H at an α_H, and is asked in steps
    /// of 0.02 up to 20.
    pub fn apply(&self, high: &ArrayView2<'_, f32>, low: &ArrayView2<'_, f32>, sigma: impl Fn(f32) -> f32) -> Smoothed {
        let reaches = self.reaches((0..1000).map(|step| sigma(step as f32 * Reaches::STEP).powi(2)));
        let shape = high.raw_dim();
        let mut whole = Smoothed { high: Array2::zeros(shape), low: Array2::zeros(shape), gain: Array2::ones(shape) };
        let columns = high.ncols().max(1);
        let bands = bands_mut(&mut whole.high, TILE.0).zip(bands_mut(&mut whole.low, TILE.0));
        let bands = bands.zip(bands_mut(&mut whole.gain, TILE.0));
        bands.enumerate().for_each_init(Scratch::default, |scratch, (band, ((h, l), g))| {
            for place in tiles_of_band((band * TILE.0, h.len() / columns), columns) {
                let found = self.tile(high, low, &place, &reaches, scratch);
                for (out, from) in [(&mut *h, found.high), (&mut *l, found.low), (&mut *g, found.gain)] {
                    let lines = out.chunks_exact_mut(columns).zip(from.rows());
                    for (line, from) in lines {
                        let part = line.get_mut(place.columns.clone()).unwrap_or_default();
                        part.iter_mut().zip(from).for_each(|(to, value)| *to = *value);
                    }
                }
            }
        });
        whole
    }

    /// Filters one tile of a pair of images.
    pub(super) fn tile<'s>(
        &self,
        high: &ArrayView2<'_, f32>,
        low: &ArrayView2<'_, f32>,
        place: &Tile,
        reaches: &Reaches,
        scratch: &'s mut Scratch,
    ) -> SmoothedTile<'s> {
        let (tall, wide) = (place.rows.len(), place.columns.len());
        scratch.reset(tall, wide, self.radius);
        let complete = dispatch!(Level::new(), simd => {
            let complete = scratch.load(high, low, place, self.radius);
            for row in 0..tall + 2 * self.radius {
                reaches.fill(row, self.radius, scratch);
            }
            passes(simd, scratch, tall, self.radius);
            complete
        });
        if !complete || self.radius == 0 {
            scratch.restore(high, low, place, self.radius);
        }
        let part = s![.., ..wide];
        SmoothedTile { high: scratch.high.slice(part), low: scratch.low.slice(part), gain: scratch.gain.slice(part) }
    }

    /// Tabulates 1 / c², where c is the reach of the weight, for variances of α_H in steps of [`Reaches::STEP`].
    pub(super) fn reaches(&self, variances: impl Iterator<Item = f32>) -> Reaches {
        let (range, sigmas) = (self.range as f32, self.range_sigmas as f32);
        let square =
            |variance: f32| (range * range).max(sigmas * sigmas * variance) * (Self::REACH * Self::REACH) as f32;
        Reaches(variances.map(|variance| square(variance).recip()).collect())
    }
}

/// 1 / c² by α_H.
#[derive(Debug)]
pub(super) struct Reaches(Vec<f32>);

impl Reaches {
    /// Step of the table in α_H.
    pub(super) const STEP: f32 = 0.02;

    /// Looks 1 / c² up for the pixels of a row; 1 for those without a value, which no other is near to.
    #[inline(always)]
    fn fill(&self, row: usize, radius: usize, scratch: &mut Scratch) {
        let Scratch { guide, reach, .. } = scratch;
        let centres = line(guide, row).iter().skip(radius);
        let last = self.0.len().saturating_sub(1);
        let mut reaches = reach.row_mut(row);
        for (reach, alpha) in reaches.as_slice_mut().unwrap_or_default().iter_mut().zip(centres) {
            let step = whole(alpha.min(1e4) * (1.0 / Self::STEP)) as usize;
            *reach = if *alpha < NOWHERE { self.0[step.min(last)] } else { 1.0 };
        }
    }
}

/// Rows and columns of an image that are worked on at one time.
#[derive(Debug, Clone)]
pub(super) struct Tile {
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

impl Tile {
    /// Returns where the tile of a region lies in the image that the region is a part of.
    pub(super) fn within(&self, region: &Region) -> Self {
        let shift = |range: &Range<usize>, by: usize| range.start + by..range.end + by;
        Self { rows: shift(&self.rows, region.row), columns: shift(&self.columns, region.column) }
    }
}

/// Cuts a band of `rows` rows from `first` on into tiles.
pub(super) fn tiles_of_band((first, rows): (usize, usize), columns: usize) -> impl Iterator<Item = Tile> {
    let starts = (0..columns).step_by(TILE.1);
    starts.map(move |start| Tile { rows: first..first + rows, columns: start..(start + TILE.1).min(columns) })
}

/// A smoothed tile.
pub(super) struct SmoothedTile<'s> {
    pub(super) high: ArrayView2<'s, f32>,
    pub(super) low: ArrayView2<'s, f32>,
    pub(super) gain: ArrayView2<'s, f32>,
}

/// Memory of a tile, used again and again. The planes `guide` and `soft` hold the tile with a margin of the radius on
/// each side, `reach` and what the first pass gives with one above and below; widths are multiples of [`LANES`], and lanes
/// beyond the tile are computed and thrown away.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    guide: Array2<f32>,
    soft: Array2<f32>,
    reach: Array2<f32>,
    /// What the first pass gives, row by row.
    first: Vec<Passed>,
    high: Array2<f32>,
    low: Array2<f32>,
    gain: Array2<f32>,
}

impl Scratch {
    fn reset(&mut self, tall: usize, wide: usize, radius: usize) {
        let padded = wide.next_multiple_of(LANES);
        let renew = |plane: &mut Array2<f32>, shape: (usize, usize)| {
            if plane.dim() != shape {
                *plane = Array2::zeros(shape);
            }
        };
        let around = (tall + 2 * radius, padded + 2 * radius);
        renew(&mut self.guide, around);
        renew(&mut self.soft, around);
        renew(&mut self.reach, (around.0, padded));
        self.first.resize(around.0 * (padded / LANES), Passed::default());
        for plane in [&mut self.high, &mut self.low, &mut self.gain] {
            renew(plane, (tall, padded));
        }
    }

    /// Takes in the tile and its margin, as far as the image reaches; beyond, pixels neither give nor take. Returns whether
    /// every pixel of the image among them has a value.
    #[inline(always)]
    fn load(&mut self, high: &ArrayView2<'_, f32>, low: &ArrayView2<'_, f32>, place: &Tile, radius: usize) -> bool {
        let (rows, columns) = high.dim();
        let inner = place.columns.start.saturating_sub(radius)..(place.columns.end + radius).min(columns);
        let offset = inner.start + radius - place.columns.start;
        let mut complete = true;
        for (to, (mut guide, mut soft)) in self.guide.rows_mut().into_iter().zip(self.soft.rows_mut()).enumerate() {
            let (guide, soft) = (guide.as_slice_mut().unwrap_or_default(), soft.as_slice_mut().unwrap_or_default());
            let row = (place.rows.start + to).checked_sub(radius).filter(|row| *row < rows);
            let Some(row) = row else {
                guide.fill(NOWHERE);
                soft.fill(0.0);
                continue;
            };
            let filled = offset..offset + inner.len();
            guide[..filled.start].fill(NOWHERE);
            guide[filled.end..].fill(NOWHERE);
            soft[..filled.start].fill(0.0);
            soft[filled.end..].fill(0.0);
            let (guide, soft) = (&mut guide[filled.clone()], &mut soft[filled]);
            let part = s![row, inner.clone()];
            let (high, low) = (high.slice(part), low.slice(part));
            complete &= match (high.as_slice(), low.as_slice()) {
                (Some(high), Some(low)) => take(high.iter().zip(low), guide, soft),
                _ => take(high.iter().zip(&low), guide, soft),
            };
        }
        complete
    }

    /// Puts pixels without a value, or all where nothing is to be smoothed, back as they were.
    fn restore(&mut self, high: &ArrayView2<'_, f32>, low: &ArrayView2<'_, f32>, place: &Tile, radius: usize) {
        for (to, row) in place.rows.clone().enumerate() {
            let from = high.slice(s![row, place.columns.clone()]);
            let pairs = from.into_iter().zip(low.slice(s![row, place.columns.clone()]));
            let smoothed = self.high.row_mut(to).into_iter().zip(self.low.row_mut(to)).zip(self.gain.row_mut(to));
            for (((h, l), gain), (from_high, from_low)) in smoothed.zip(pairs) {
                if radius == 0 || !(from_high.is_finite() && from_low.is_finite()) {
                    (*h, *l, *gain) = (*from_high, *from_low, 1.0);
                }
            }
        }
    }
}

/// Copies pairs, those without a value as such; returns whether all have one.
#[inline(always)]
fn take<'a>(pairs: impl Iterator<Item = (&'a f32, &'a f32)>, guide: &mut [f32], soft: &mut [f32]) -> bool {
    let mut complete = true;
    for ((h, l), (guide, soft)) in pairs.zip(guide.iter_mut().zip(soft)) {
        let valid = h.is_finite() & l.is_finite();
        *guide = if valid { *h } else { NOWHERE };
        *soft = if valid { *l } else { 0.0 };
        complete &= valid;
    }
    complete
}

type Lanes = [f32; LANES];

/// Pixels after the first pass, together: the second takes them in at one go.
#[derive(Debug, Clone, Copy, Default)]
struct Passed {
    /// α_H before it.
    guide: Lanes,
    high: Lanes,
    low: Lanes,
    gain: Lanes,
}

/// Weighted sums of several pixels: weights, α_H, α_L, squares of the weights times variances.
struct Sums<S: Simd> {
    weight: f32x16<S>,
    high: f32x16<S>,
    low: f32x16<S>,
    gain: f32x16<S>,
}

impl<S: Simd> Sums<S> {
    #[inline(always)]
    fn new(simd: S) -> Self {
        let zero = f32x16::splat(simd, 0.0);
        Self { weight: zero, high: zero, low: zero, gain: zero }
    }

    /// Adds one neighbour of each pixel, whose α_H and 1 / c² are `centre`.
    #[inline(always)]
    fn add(
        &mut self,
        centre: (f32x16<S>, f32x16<S>),
        guide: f32x16<S>,
        (high, low, gain): (f32x16<S>, f32x16<S>, f32x16<S>),
    ) {
        let difference = guide - centre.0;
        let near = (1.0 - difference * difference * centre.1).max(0.0);
        let weight = near * near;
        self.weight += weight;
        self.high += weight * high;
        self.low += weight * low;
        self.gain += weight * weight * gain;
    }

    /// Stores the means and the share of the variance that is left.
    #[inline(always)]
    fn store(&self, high: &mut Lanes, low: &mut Lanes, gain: &mut Lanes) {
        let share = 1.0 / self.weight;
        (self.high * share).store_slice(high);
        (self.low * share).store_slice(low);
        (self.gain * share * share).store_slice(gain);
    }
}

/// Both passes over a tile, on vectors as wide as the processor has. Results are the same to the bit on every processor:
/// each pixel is summed by itself in a fixed order, and products and sums are never fused.
#[inline(always)]
fn passes<S: Simd>(simd: S, scratch: &mut Scratch, tall: usize, radius: usize) {
    for row in 0..tall + 2 * radius {
        along_row(simd, scratch, row, radius);
    }
    for row in 0..tall {
        along_columns(simd, scratch, row, radius);
    }
}

/// First pass: along a row with its margins.
#[inline(always)]
fn along_row<S: Simd>(simd: S, scratch: &mut Scratch, row: usize, radius: usize) {
    let Scratch { guide, soft, reach, first, .. } = scratch;
    let (guide, soft, reach) = (line(guide, row), line(soft, row), line(reach, row).as_chunks::<LANES>().0);
    let one = f32x16::splat(simd, 1.0);
    let out = first.get_mut(row * reach.len()..).unwrap_or_default();
    for ((start, reach), out) in (0..).step_by(LANES).zip(reach).zip(out) {
        let taps = start..start + LANES + 2 * radius;
        let (Some(guide), Some(soft)) = (guide.get(taps.clone()), soft.get(taps)) else { return };
        let Some(centre) = guide.get(radius..).and_then(|from| from.first_chunk()) else { return };
        out.guide = *centre;
        let centre = (f32x16::from_slice(simd, centre), f32x16::from_slice(simd, reach));
        let mut sums = Sums::new(simd);
        for (guide, soft) in guide.windows(LANES).zip(soft.windows(LANES)) {
            let (guide, soft) = (f32x16::from_slice(simd, guide), f32x16::from_slice(simd, soft));
            sums.add(centre, guide, (guide, soft, one));
        }
        sums.store(&mut out.high, &mut out.low, &mut out.gain);
    }
}

/// Second pass: along the columns, into a row of the tile.
#[inline(always)]
fn along_columns<S: Simd>(simd: S, scratch: &mut Scratch, row: usize, radius: usize) {
    let Scratch { reach, first, high, low, gain, .. } = scratch;
    let reach = line(reach, row + radius).as_chunks::<LANES>().0;
    let across = reach.len();
    let targets = lanes_mut(high, row).zip(lanes_mut(low, row)).zip(lanes_mut(gain, row));
    for ((place, reach), ((high, low), gain)) in (row * across..).zip(reach).zip(targets) {
        let Some(column) = first.get(place..) else { return };
        let Some(centre) = column.get(radius * across) else { return };
        let centre = (f32x16::from_slice(simd, &centre.guide), f32x16::from_slice(simd, reach));
        let mut sums = Sums::new(simd);
        for passed in column.iter().step_by(across).take(2 * radius + 1) {
            let vector = |lanes: &Lanes| f32x16::from_slice(simd, lanes);
            sums.add(centre, vector(&passed.guide), (vector(&passed.high), vector(&passed.low), vector(&passed.gain)));
        }
        sums.store(high, low, gain);
    }
}

fn line(plane: &Array2<f32>, row: usize) -> &[f32] {
    let width = plane.ncols();
    plane.as_slice().and_then(|all| all.get(row * width..(row + 1) * width)).unwrap_or_default()
}

#[inline(always)]
fn lanes_mut(plane: &mut Array2<f32>, row: usize) -> impl Iterator<Item = &mut Lanes> {
    let width = plane.ncols();
    let line = plane.as_slice_mut().unwrap_or_default().get_mut(row * width..(row + 1) * width);
    line.unwrap_or_default().as_chunks_mut::<LANES>().0.iter_mut()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::noise::tests::deviates;
    use ndarray::s;

    fn scene(sigma: f64) -> (Array2<f32>, Array2<f32>) {
        let mut deviate = deviates(5);
        let mut image = |scale: f64| {
            Array2::from_shape_fn((60, 90), |(r, c)| {
                let level = if r > 30 { 2.0 } else { 1.0 } + if c > 45 { 0.5 } else { 0.0 };
                (level * scale + sigma * deviate()) as f32
            })
        };
        (image(1.0), image(1.15))
    }

    #[test]
    fn noise_falls_as_the_gain_says_and_edges_stay() {
        let (high, low) = scene(0.01);
        let smoothed = Bilateral::default().apply(&high.view(), &low.view(), |_| 0.01);
        let flat = s![8..22, 8..36];
        let spread = |a: &Array2<f32>| a.slice(flat).iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
        let std = |v: Vec<f64>| {
            let mean = v.iter().sum::<f64>() / v.len() as f64;
            (v.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / v.len() as f64).sqrt()
        };
        let (before, after) = (std(spread(&low)), std(spread(&smoothed.low)));
        let gain = f64::from(smoothed.gain.slice(flat).mean().unwrap()).sqrt();
        assert!(after < 0.15 * before, "{before} {after}");
        assert!((0.6..1.6).contains(&(after / before / gain)), "{} for {gain}", after / before);
        assert!((smoothed.high[[10, 45]] - 1.0).abs() < 0.01 && (smoothed.high[[10, 46]] - 1.5).abs() < 0.01);
    }

    #[test]
    fn tile_with_halo_equals_the_crop_to_the_bit() {
        let (high, low) = scene(0.02);
        let filter = Bilateral { radius: 3, ..Bilateral::default() };
        let sigma = |a: f32| 0.01 * a;
        let whole = filter.apply(&high.view(), &low.view(), sigma);
        let tile = filter.apply(&high.slice(s![17..46, 27..70]), &low.slice(s![17..46, 27..70]), sigma);
        assert_eq!(whole.high.slice(s![20..43, 30..67]), tile.high.slice(s![3..26, 3..40]));
        assert_eq!(whole.low.slice(s![20..43, 30..67]), tile.low.slice(s![3..26, 3..40]));
        assert_eq!(whole.gain.slice(s![20..43, 30..67]), tile.gain.slice(s![3..26, 3..40]));
    }

    #[test]
    fn pixels_without_value_do_not_spread() {
        let (mut high, mut low) = scene(0.0);
        high[[10, 10]] = f32::INFINITY;
        low[[10, 12]] = f32::NAN;
        let smoothed = Bilateral::default().apply(&high.view(), &low.view(), |_| 0.01);
        assert_eq!(smoothed.high[[10, 10]], f32::INFINITY);
        assert!(smoothed.low[[10, 12]].is_nan());
        assert!((smoothed.high[[10, 11]] - 1.0).abs() < 1e-5 && (smoothed.low[[10, 11]] - 1.15).abs() < 1e-5);
    }
}
