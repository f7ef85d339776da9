//! A first look at a view: every pixel by itself, from the nearest entry of a table.
//!
//! What an [`Inversion`] answers for a single pixel depends on two attenuations alone, so that its answers can be laid
//! out in a table once and read off many times. Nothing is smoothed and nothing is interpolated: it is several times as
//! fast as an analysis, and as noisy as the samples. More pixels are undecided, and one that is not is right as often as
//! its confidence says, as anywhere.

use std::ops::Range;

use fearless_simd::Level;
use fearless_simd::dispatch;
use ndarray::Array2;
use rayon::prelude::*;

use super::forward::ROW_STEP;
use super::inversion::Inversion;
use super::inversion::OPAQUE_LOW;
use super::map::BLOCK;
use super::map::BlockMut;
use super::map::LineMut;
use super::map::MaterialMap;
use super::rows::bands_mut;
use super::rows::block_of;
use super::single::SingleEnergy;
use super::solver::Solver;
use super::tiles::MaterialTile;
use super::tiles::MaterialTiles;
use super::view::MaterialView;
use super::whole::whole;
use crate::error::Result;
use crate::model::Region;

/// A view, ready for a first look.
pub struct FirstLook<'a> {
    view: &'a MaterialView,
    /// The ways from attenuation to material by columns.
    parts: Vec<(Range<usize>, Way<'a>)>,
}

/// Way from attenuation to material.
enum Way<'a> {
    /// By table.
    Pair(Answers),
    /// One energy, which is as fast as a table.
    Single(&'a SingleEnergy),
}

impl<'a> FirstLook<'a> {
    /// Prepares the tables.
    pub fn new(view: &'a MaterialView) -> Self {
        let way = |solver: &'a Solver| match solver {
            Solver::Pair(inversion) => Way::Pair(Answers::new(inversion)),
            Solver::Single(single) => Way::Single(single),
        };
        let parts = view.parts().iter().map(|part| (part.columns.clone(), way(&part.solver))).collect();
        Self { view, parts }
    }
}

impl MaterialTiles for FirstLook<'_> {
    fn shape(&self) -> (usize, usize) {
        self.view.shape()
    }

    fn attenuation(&self, region: &Region) -> Result<Array2<f32>> {
        Ok(self.view.attenuation(region)?.0)
    }

    fn read(&self, region: &Region, tile: &mut MaterialTile) -> Result<()> {
        region.check(self.view.shape())?;
        let (high, low) = self.view.raw(region)?;
        let (map, alpha_high, alpha_low) = tile.renew((region.rows, region.columns));
        let alphas = bands_mut(alpha_high, 1).zip(bands_mut(alpha_low, 1)).enumerate();
        map.bands_mut(1).zip(alphas).for_each(|(mut out, (row, (alpha_high, alpha_low)))| {
            high.row(row, alpha_high);
            low.as_ref().unwrap_or(&high).row(row, alpha_low);
            let parts = self.parts.iter().map(|(columns, way)| (within(columns, region), way));
            for (columns, way) in parts.filter(|(columns, _)| !columns.is_empty()) {
                let (high, low) = (&alpha_high[columns.clone()], &alpha_low[columns.clone()]);
                match way {
                    Way::Pair(answers) => answers.line(region.row + row, (high, low), out.line(0, &columns)),
                    Way::Single(single) => single.line(high, out.line(0, &columns)),
                }
            }
        });
        Ok(())
    }
}

/// Returns the columns of a region, counted from its first, that lie in a stretch of the view.
fn within(stretch: &Range<usize>, region: &Region) -> Range<usize> {
    let first = stretch.start.max(region.column) - region.column;
    let end = stretch.end.min(region.column + region.columns).saturating_sub(region.column);
    first..end.max(first)
}

/// Answers of an inversion by attenuation.
struct Answers {
    /// Tables and the first row of the view that each holds for, ascending.
    tables: Vec<(usize, Table)>,
    /// α_H from which on nothing is measured.
    opaque: f32,
    /// α_H below which there is more signal than noise explains.
    negative: f32,
}

/// Answers by α_H in steps of [`ROW_STEP`], then by q = α_L / α_H − 1.
struct Table {
    rows: u32,
    /// α_L / α_H of the first column.
    start: f32,
    /// Columns per unit of q.
    per_q: f32,
    /// Row by row; [`Special`] answers come last.
    entries: Vec<Entry>,
}

/// Columns of a table.
const COLUMNS: u32 = 512;

/// Answer for a pixel, in as few bits as one load takes: λ / α_H in g/cm² above; Z in eighths, flags, confidence and class
/// below.
#[derive(Debug, Clone, Copy)]
struct Entry(u64);

impl Entry {
    /// Steps of Z.
    const STEPS: f32 = 8.0;

    fn new(z: f32, lambda: f32, [class, confidence, flags]: [u8; 3]) -> Self {
        let z = (z * Self::STEPS).round() as u64;
        let low = u64::from(class) | u64::from(confidence) << 3 | u64::from(flags) << 11 | z << 18;
        Self(u64::from(lambda.to_bits()) << 32 | low)
    }

    #[inline(always)]
    fn z(self) -> f32 {
        (self.0 as u32 >> 18) as f32 * (1.0 / Self::STEPS)
    }

    #[inline(always)]
    fn lambda(self) -> f32 {
        f32::from_bits((self.0 >> 32) as u32)
    }

    #[inline(always)]
    fn class(self) -> u8 {
        self.0 as u8 & 7
    }

    #[inline(always)]
    fn confidence(self) -> u8 {
        (self.0 as u32 >> 3) as u8
    }

    #[inline(always)]
    fn flags(self) -> u8 {
        (self.0 as u32 >> 11) as u8 & 127
    }
}

/// What has an answer of its own, in the order of the table.
#[derive(Clone, Copy)]
enum Special {
    Opaque,
    NoData,
    Negative,
}

impl Answers {
    fn new(inversion: &Inversion) -> Self {
        let (opaque, negative) = (inversion.options().opaque as f32, inversion.negative());
        let tables = inversion.first_rows().map(|row| (row, Table::new(inversion, row, (opaque, negative)))).collect();
        Self { tables, opaque, negative }
    }

    /// Answers for a stretch of a row of the view.
    fn line(&self, row: usize, (high, low): (&[f32], &[f32]), out: LineMut<'_>) {
        let next = self.tables.partition_point(|(first, _)| *first <= row);
        let Some((_, table)) = self.tables.get(next.saturating_sub(1)) else { return };
        dispatch!(Level::new(), _simd => self.look(table, (high, low), out));
    }

    #[inline(always)]
    fn look(&self, table: &Table, (high, low): (&[f32], &[f32]), out: LineMut<'_>) {
        let (mut last_high, mut last_low) = ([f32::NAN; BLOCK], [f32::NAN; BLOCK]);
        // A closure that is not inlined would not work on vectors.
        out.fill_blocks(
            #[inline(always)]
            |first, out| {
                let pair = (block_of(high, first, &mut last_high), block_of(low, first, &mut last_low));
                self.block(table, pair, out);
            },
        );
    }

    #[inline(always)]
    fn block(&self, table: &Table, (high, low): (&[f32; BLOCK], &[f32; BLOCK]), out: BlockMut<'_>) {
        // What is looked up beforehand is not looked up for each pixel.
        let (last, specials) = (table.rows - 1, table.rows * COLUMNS);
        let (start, per_q) = (table.start, table.per_q);
        let (opaque, opaque_low, negative) = (self.opaque, OPAQUE_LOW * self.opaque, self.negative);
        let (mut indices, mut depths) = ([0; BLOCK], [0.0; BLOCK]);
        for i in 0..BLOCK {
            let row = whole(high[i] * (1.0 / ROW_STEP as f32) + 0.5).min(last);
            let column = whole((low[i] / high[i] - start) * per_q + 0.5).min(COLUMNS - 1);
            let is_opaque = (high[i] >= opaque) | (low[i] >= opaque_low);
            let no_data = high[i].is_nan() | low[i].is_nan();
            let index = row * COLUMNS + column;
            let index = if high[i] < negative { specials + Special::Negative as u32 } else { index };
            let index = if is_opaque { specials + Special::Opaque as u32 } else { index };
            indices[i] = if no_data { specials + Special::NoData as u32 } else { index };
            let depth = if high[i] > 0.0 { high[i] } else { 0.0 };
            depths[i] = if is_opaque { opaque } else { depth };
        }
        let mut entries = [Entry(0); BLOCK];
        for i in 0..BLOCK {
            entries[i] = table.entries[indices[i] as usize];
        }
        for i in 0..BLOCK {
            out.z[i] = entries[i].z();
            out.lambda[i] = entries[i].lambda() * depths[i];
            out.class[i] = entries[i].class();
            out.confidence[i] = entries[i].confidence();
            out.flags[i] = entries[i].flags();
        }
    }
}

impl Table {
    fn new(inversion: &Inversion, first_row: usize, (opaque, negative): (f32, f32)) -> Self {
        let (rows, (least, most)) = inversion.extent(first_row);
        let per_q = (COLUMNS - 1) as f32 / (most - least);
        let mut entries = Vec::with_capacity((rows + 1) * COLUMNS as usize);
        for row in 0..rows {
            // In the first row no matter is in the way, and the ratio is that of next to none.
            let alpha = (row as f32).max(0.01) * ROW_STEP as f32;
            let low = (0..COLUMNS).map(|column| alpha * (1.0 + least + column as f32 / per_q));
            let pairs: Vec<(f32, f32)> = low.map(|low| (alpha, low)).collect();
            entries.extend(answers(inversion, first_row, &pairs));
        }
        let specials = [(opaque, opaque), (f32::NAN, f32::NAN), (2.0 * negative, 0.0)];
        entries.extend(answers(inversion, first_row, &specials));
        Self { rows: rows as u32, start: 1.0 + least, per_q, entries }
    }
}

/// Answers that an inversion gives for single pixels.
fn answers(inversion: &Inversion, row: usize, pairs: &[(f32, f32)]) -> Vec<Entry> {
    let mut map = MaterialMap::undecided((1, pairs.len()));
    let (high, low): (Vec<f32>, Vec<f32>) = pairs.iter().copied().unzip();
    let gain = vec![1.0; pairs.len()];
    map.bands_mut(1).for_each(|mut out| {
        inversion.invert_row(row, (&high, &low, &gain), out.line(0, &(0..pairs.len())));
    });
    let entry = |i: usize| {
        let lambda = map.lambda[[0, i]] / pairs[i].0.max(f32::MIN_POSITIVE);
        Entry::new(map.z[[0, i]], lambda, [map.class[[0, i]], map.confidence[[0, i]], map.flags[[0, i]]])
    };
    (0..pairs.len()).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::Flags;
    use crate::material::InversionOptions;
    use crate::material::MaterialClass;
    use crate::material::NoiseModel;
    use crate::physics::Beam;
    use crate::units::Energy;

    fn inversion(high: f64, low: f64) -> Inversion {
        let beam = |mev: f64| Beam::usual(Energy::from_mev(mev).unwrap()).unwrap();
        let noise = NoiseModel::new(1e-6, 1e-4).unwrap();
        let (high, low) = if high == low {
            Beam::tube_sandwich(Energy::from_mev(high).unwrap()).unwrap()
        } else {
            (beam(high), beam(low))
        };
        Inversion::new(&high, &low, InversionOptions::new(noise, noise)).unwrap()
    }

    /// Answers of the table, in a row of `count` pairs.
    fn look(answers: &Answers, high: &[f32], low: &[f32]) -> MaterialMap {
        let mut map = MaterialMap::undecided((1, high.len()));
        map.bands_mut(1).for_each(|mut out| answers.line(0, (high, low), out.line(0, &(0..high.len()))));
        map
    }

    #[test]
    fn answers_survive_packing() {
        for (z, lambda, marks) in [(92.0, 17.25, [4, 255, 127]), (0.0, 0.0, [0; 3]), (6.125, 1e-3, [1, 128, 64])] {
            let entry = Entry::new(z, lambda, marks);
            assert_eq!((entry.z(), entry.lambda()), (z, lambda));
            assert_eq!([entry.class(), entry.confidence(), entry.flags()], marks);
        }
        assert!(Entry::new(0.0, f32::NAN, [0; 3]).lambda().is_nan());
    }

    /// Over all that a pair may be, the table says what the inversion says of the pair, but next to where its answer
    /// changes.
    #[test]
    fn first_look_is_the_inversion_of_a_pixel() {
        for (high, low) in [(9.0, 6.0), (6.0, 4.0), (0.16, 0.16)] {
            let inversion = inversion(high, low);
            let answers = Answers::new(&inversion);
            let (_, (least, most)) = inversion.extent(0);
            let opaque = inversion.options().opaque;
            let (mut pairs, mut other, mut off) = (0, 0, Vec::new());
            let ratios = (1..100).map(|i| f64::from(least) + f64::from(most - least) * f64::from(i) / 100.0);
            for q in ratios {
                let alpha: Vec<f32> = (0..150).map(|i| (opaque * (f64::from(i) / 150.0 + 0.003)) as f32).collect();
                let lows: Vec<f32> = alpha.iter().map(|a| a * (1.0 + q) as f32).collect();
                let found = look(&answers, &alpha, &lows);
                for (i, (high, low)) in alpha.iter().zip(&lows).enumerate() {
                    let exact = inversion.solve(f64::from(*high), f64::from(*low), 1.0, 0);
                    pairs += 1;
                    other += usize::from(exact.class.code() != found.class[[0, i]]);
                    let lambda = exact.lambda.unwrap_or(f64::NAN);
                    off.push((f64::from(found.lambda[[0, i]]) / lambda - 1.0).abs());
                }
            }
            off.retain(|o| o.is_finite());
            off.sort_by(f64::total_cmp);
            assert!(other * 20 < pairs, "{{{high}, {low}}}: {other} of {pairs} in another class");
            let (median, most) = (off[off.len() / 2], off[off.len() * 95 / 100]);
            assert!(median < 0.002 && most < 0.03, "{{{high}, {low}}}: λ off by {median}, {most}");
        }
    }

    #[test]
    fn what_is_no_measurement_is_told_as_ever() {
        let inversion = inversion(6.0, 4.0);
        let opaque = inversion.options().opaque as f32;
        let pairs =
            [(f32::NAN, 1.0), (1.0, f32::NAN), (f32::INFINITY, 2.0), (1.0, 1.6 * opaque), (-0.5, 0.0), (-1e-4, 0.0)];
        let (high, low): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
        let found = look(&Answers::new(&inversion), &high, &low);
        for (i, (high, low)) in pairs.into_iter().enumerate() {
            let exact = inversion.solve(f64::from(high), f64::from(low), 1.0, 0);
            let place = format!("{high} {low}");
            assert_eq!(found.class[[0, i]], MaterialClass::Undecided.code(), "{place}");
            assert_eq!(Flags::from_bits(found.flags[[0, i]]), exact.flags, "{place}");
            let lambda = exact.lambda.map_or(f32::NAN, |lambda| lambda as f32);
            let same = (found.lambda[[0, i]] - lambda).abs() <= 1e-5 * lambda.abs()
                || found.lambda[[0, i]].is_nan() && lambda.is_nan();
            assert!(same, "{place}: {} for {lambda}", found.lambda[[0, i]]);
        }
    }
}
