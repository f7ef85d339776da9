//! From samples to attenuation: dark and air correction, logarithm.

use fearless_simd::Level;
use fearless_simd::dispatch;
use ndarray::{Array1, Array2, ArrayView1, Axis};

use super::elementary::ln;
use super::rows::fill_rows;
use crate::error::{Code, Error, Result};
use crate::model::{Block, Channel, Quantity};

/// How samples become transmissions: T = (scale · sample + offset − dark) / (air − dark), row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Levels {
    /// Dark level per row, in values.
    dark: Vec<f64>,
    /// Air level minus dark level per row, in values; positive.
    span: Vec<f64>,
    scale: f64,
    offset: f64,
    /// Whether values are already −ln T.
    logarithmic: bool,
    no_data: Option<f64>,
    saturation: Option<f64>,
}

/// Where the air level of a channel was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AirSource {
    /// The quantity needs none: transmission or log attenuation.
    Quantity,
    /// Air lines stored with the scan.
    Lines,
    /// A level stated in the metadata.
    Level,
    /// The brightest part of the image, for want of anything better.
    Image,
}

impl Levels {
    /// Takes the levels from a channel's metadata, its dark and air lines `[row, line]` and, failing those, its image.
    ///
    /// Dark lines go before the stated dark level, which goes before 0. Air lines go before the stated air level. When
    /// neither exists, corrected counts use the brightest part of the image (its 99.5th percentile) for all rows.
    ///
    /// # Errors
    /// `material.not_measurable` when the channel holds no transmission, or raw counts without any air level;
    /// `uff.inconsistent` when lines and image differ in rows, or air is not brighter than dark in most rows; fewer are
    /// dead rows, of which α is NaN.
    pub fn of_channel(
        channel: &Channel,
        image: &Block,
        dark: Option<&Block>,
        air: Option<&Block>,
    ) -> Result<(Self, AirSource)> {
        let rows = image.shape().0;
        let (scale, offset) = (channel.scale.unwrap_or(1.0), channel.offset.unwrap_or(0.0));
        let value = |sample: f64| scale * sample + offset;
        let mut levels = Self {
            dark: vec![0.0; rows],
            span: vec![1.0; rows],
            scale,
            offset,
            logarithmic: channel.quantity == Quantity::LogAttenuation,
            no_data: channel.no_data,
            saturation: channel.saturation,
        };
        match channel.quantity {
            Quantity::LogAttenuation | Quantity::Transmission => return Ok((levels, AirSource::Quantity)),
            Quantity::RawCounts | Quantity::CorrectedCounts => {}
            _ => {
                return Err(Error::new(Code::MaterialNotMeasurable, "the channel holds no transmission")
                    .at(format!("channel {}", channel.id))
                    .expected("counts, transmission or log attenuation")
                    .found(channel.quantity.to_string()));
            }
        }
        let stated = channel.calibration.as_ref();
        if let Some(lines) = dark {
            levels.dark = means(lines, rows, channel)?.into_iter().map(value).collect();
        } else if let Some(level) = stated.and_then(|c| c.dark_level) {
            levels.dark = vec![value(level); rows];
        }
        let (bright, source): (Vec<f64>, _) = if let Some(lines) = air {
            (means(lines, rows, channel)?.into_iter().map(value).collect(), AirSource::Lines)
        } else if let Some(level) = stated.and_then(|c| c.air_level) {
            (vec![value(level); rows], AirSource::Level)
        } else if channel.quantity == Quantity::CorrectedCounts {
            (vec![value(brightest(image)); rows], AirSource::Image)
        } else {
            return Err(Error::new(Code::MaterialNotMeasurable, "raw counts without an air level")
                .at(format!("channel {}", channel.id))
                .expected("air lines or an air level"));
        };
        levels.span = bright.iter().zip(&levels.dark).map(|(air, dark)| air - dark).collect();
        let wrong = |span: &f64| !(span.is_finite() && *span > 0.0);
        let failed = levels.span.iter().filter(|span| wrong(span)).count();
        if let Some(row) = levels.span.iter().position(wrong).filter(|_| 2 * failed > rows) {
            return Err(Error::new(Code::UffInconsistent, "air is not brighter than dark")
                .at(format!("channel {}, row {row}", channel.id))
                .found(format!("air {}, dark {}", bright[row], levels.dark[row])));
        }
        Ok((levels, source))
    }

    /// Computes α of whole rows, the first of which is row `first_row` of the image; any columns.
    ///
    /// α is NaN where the sample is no data or saturated, and +∞ where it is not above dark.
    ///
    /// # Errors
    /// `uff.region` when the rows lie outside the image.
    pub fn attenuation(&self, block: &Block, first_row: usize) -> Result<Array2<f32>> {
        self.check(first_row, block.shape().0)?;
        Ok(match block {
            Block::U16(samples) if !self.logarithmic => fill_rows(samples.dim(), |row, out| {
                self.attenuate(samples.row(row), first_row + row, out);
            }),
            _ => return self.attenuation_of(&self.values(block), first_row),
        })
    }

    /// Returns whether samples are counts or transmissions, as [`Levels::attenuate`] takes them.
    pub(super) fn takes_counts(&self) -> bool {
        !self.logarithmic
    }

    /// Computes α of samples of a row of the image; as [`Levels::attenuation`].
    pub(super) fn attenuate(&self, samples: ArrayView1<'_, u16>, row: usize, out: &mut [f32]) {
        let (place, limits) = (self.place(row), self.limits());
        dispatch!(Level::new(), _simd => match samples.as_slice() {
            Some(samples) => place.fill(samples.iter(), &limits, out),
            None => place.fill(samples.iter(), &limits, out),
        });
    }

    /// Computes α of values as [`Levels::values`] returns them, or means of such; rows as [`Levels::attenuation`].
    ///
    /// # Errors
    /// `uff.region` when the rows lie outside the image.
    pub(super) fn attenuation_of(&self, values: &Array2<f32>, first_row: usize) -> Result<Array2<f32>> {
        self.check(first_row, values.nrows())?;
        let scale = (self.scale as f32, self.offset as f32);
        Ok(fill_rows(values.dim(), |row, out| {
            let place = self.place(first_row + row);
            for (out, value) in out.iter_mut().zip(values.row(row)) {
                *out = match self.logarithmic {
                    true if place.dead => f32::NAN,
                    true => scale.0 * value + scale.1,
                    false => place.alpha(*value, &Limits::NONE),
                };
            }
        }))
    }

    /// Returns samples as numbers, NaN where they are no data or saturated.
    pub(super) fn values(&self, block: &Block) -> Array2<f32> {
        let limits = self.limits();
        let value = |sample: f64| match sample as f32 {
            s if s == limits.no_data || s >= limits.saturation => f32::NAN,
            s => s,
        };
        match block {
            Block::U16(samples) => samples.mapv(|s| value(f64::from(s))),
            _ => block.to_f64().mapv(value),
        }
    }

    /// Marks rows as dead that give less than `share` of the usual signal in air, or that show one and the same sample
    /// everywhere in `survey` while others do not. Returns them.
    pub(super) fn bury_dead_rows(&mut self, survey: &Block, share: f64) -> Vec<usize> {
        let middle = |mut values: Vec<f64>| {
            let at = values.len() / 2;
            if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(at, f64::total_cmp).1 }
        };
        let usual = middle(self.span.iter().copied().filter(|s| s.is_finite()).collect());
        let spreads: Vec<f64> = survey.to_f64().rows().into_iter().map(|row| spread(row.iter().copied())).collect();
        let varied = middle(spreads.clone()) > 0.0 && survey.shape().1 >= FEWEST_COLUMNS;
        let mut dead = Vec::new();
        for (row, (span, spread)) in self.span.iter_mut().zip(&spreads).enumerate() {
            if !(span.is_finite() && *span > share * usual) || varied && *spread == 0.0 {
                *span = f64::NAN;
                dead.push(row);
            }
        }
        dead
    }

    fn check(&self, first_row: usize, rows: usize) -> Result<()> {
        if first_row.checked_add(rows).is_none_or(|end| end > self.dark.len()) {
            return Err(Error::new(Code::UffRegion, "the rows lie outside the image")
                .expected(format!("up to {} rows", self.dark.len()))
                .found(format!("{rows} rows from {first_row} on")));
        }
        Ok(())
    }

    fn limits(&self) -> Limits {
        Limits {
            no_data: self.no_data.map_or(f32::NAN, |v| v as f32),
            saturation: self.saturation.map_or(f32::INFINITY, |v| v as f32),
        }
    }

    /// Levels of a row, in samples.
    fn place(&self, row: usize) -> RowLevels {
        let (dark, span) = (self.dark[row], self.span[row]);
        let dead = !(span.is_finite() && span > 0.0);
        RowLevels {
            dark: ((dark - self.offset) / self.scale) as f32,
            span: (span / self.scale).abs().ln() as f32,
            sign: self.scale.signum() as f32,
            dead,
        }
    }
}

/// Fewest columns that show whether a row is dead.
const FEWEST_COLUMNS: usize = 64;

/// Samples that are no measurements.
struct Limits {
    /// NaN where there is none.
    no_data: f32,
    saturation: f32,
}

impl Limits {
    const NONE: Self = Self { no_data: f32::NAN, saturation: f32::INFINITY };
}

/// Levels of a row, in samples.
struct RowLevels {
    dark: f32,
    /// ln(air − dark).
    span: f32,
    sign: f32,
    dead: bool,
}

impl RowLevels {
    /// Computes α of a row of samples.
    #[inline(always)]
    fn fill<'a>(&self, samples: impl Iterator<Item = &'a u16>, limits: &Limits, out: &mut [f32]) {
        for (out, sample) in out.iter_mut().zip(samples) {
            *out = self.alpha(f32::from(*sample), limits);
        }
    }

    #[inline(always)]
    fn alpha(&self, sample: f32, limits: &Limits) -> f32 {
        let signal = (sample - self.dark) * self.sign;
        let alpha = self.span - ln(signal);
        let alpha = if signal < f32::MIN_POSITIVE { f32::INFINITY } else { alpha };
        let invalid = self.dead | signal.is_nan() | (sample == limits.no_data) | (sample >= limits.saturation);
        if invalid { f32::NAN } else { alpha }
    }
}

/// Returns the largest difference between values, 0 without any.
fn spread(values: impl Iterator<Item = f64>) -> f64 {
    let (least, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    if most > least { most - least } else { 0.0 }
}

/// Returns the mean of each row of dark or air lines.
fn means(lines: &Block, rows: usize, channel: &Channel) -> Result<Vec<f64>> {
    if lines.shape().0 != rows || lines.shape().1 == 0 {
        return Err(Error::new(Code::UffInconsistent, "calibration lines do not fit the image")
            .at(format!("channel {}", channel.id))
            .expected(format!("{rows} rows and at least one line"))
            .found(format!("{} rows and {} lines", lines.shape().0, lines.shape().1)));
    }
    let mean: Option<Array1<f64>> = lines.to_f64().mean_axis(Axis(1));
    Ok(mean.map(|m| m.to_vec()).unwrap_or_default())
}

fn brightest(image: &Block) -> f64 {
    let mut samples: Vec<f64> = image.to_f64().iter().copied().filter(|v| v.is_finite()).collect();
    if samples.is_empty() {
        return f64::NAN;
    }
    let at = ((samples.len() - 1) as f64 * 0.995) as usize;
    *samples.select_nth_unstable_by(at, f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Calibration;
    use ndarray::array;

    fn channel(quantity: Quantity) -> Channel {
        Channel { quantity, ..Channel::default() }
    }

    fn alpha(channel: &Channel, image: &Block, dark: Option<&Block>, air: Option<&Block>) -> Array2<f32> {
        Levels::of_channel(channel, image, dark, air).unwrap().0.attenuation(image, 0).unwrap()
    }

    #[test]
    fn lines_correct_each_row_by_itself() {
        let image = Block::U16(array![[1100, 600, 101], [2200, 1200, 150]]);
        let dark = Block::U16(array![[100, 100, 101], [200, 200, 200]]);
        let air = Block::U16(array![[1100, 1100], [2200, 2200]]);
        let found = alpha(&channel(Quantity::RawCounts), &image, Some(&dark), Some(&air));
        for (row, dark, span) in [(0, 100.0 + 1.0 / 3.0, 999.0 + 2.0 / 3.0), (1, 200.0, 2000.0)] {
            for (column, sample) in [[1100.0f64, 600.0, 101.0], [2200.0, 1200.0, 150.0]][row].iter().enumerate() {
                let t = (sample - dark) / span;
                let expected = if t > 0.0 { -t.ln() as f32 } else { f32::INFINITY };
                let got = found[[row, column]];
                let tolerance = if *sample - dark < 8.0 { 0.1 } else { 1e-4 };
                assert!(got == expected || (got - expected).abs() < tolerance, "{row} {column}: {got} for {expected}");
            }
        }
    }

    #[test]
    fn table_and_logarithm_agree() {
        let samples = Array2::from_shape_fn((4, 5000), |(_, c)| (c * 13) as u16);
        let calibration = Calibration { dark_level: Some(37.3), air_level: Some(60_000.0), ..Calibration::default() };
        let channel = Channel { calibration: Some(calibration), ..channel(Quantity::CorrectedCounts) };
        let fine = alpha(&channel, &Block::F64(samples.mapv(f64::from)), None, None);
        let fast = alpha(&channel, &Block::U16(samples), None, None);
        for (column, (a, b)) in fine.row(0).iter().zip(fast.row(0)).enumerate().skip(4) {
            assert!((a - b).abs() < 1e-4, "column {column}: {a} {b}");
        }
    }

    #[test]
    fn stored_logarithms_and_transmissions_are_taken_as_they_are() {
        let log = alpha(&channel(Quantity::LogAttenuation), &Block::F32(array![[1.5, f32::NAN]]), None, None);
        assert!(log[[0, 0]] == 1.5 && log[[0, 1]].is_nan());
        let scaled = Channel { scale: Some(1.0 / 65_535.0), ..channel(Quantity::Transmission) };
        let found = alpha(&scaled, &Block::U16(array![[65_535, 24_109, 0]]), None, None);
        assert!(found[[0, 0]].abs() < 1e-5 && (found[[0, 1]] - 1.0).abs() < 1e-4 && found[[0, 2]] == f32::INFINITY);
    }

    #[test]
    fn marked_samples_have_no_value() {
        let marked = Channel { no_data: Some(0.0), saturation: Some(1000.0), ..channel(Quantity::CorrectedCounts) };
        let found = alpha(&marked, &Block::U16(array![[0, 500, 1000]]), None, None);
        assert!(found[[0, 0]].is_nan() && found[[0, 1]].is_finite() && found[[0, 2]].is_nan());
    }

    #[test]
    fn missing_or_absurd_calibration_is_refused() {
        let image = Block::U16(array![[10, 20]]);
        let code = |channel: &Channel, dark: Option<&Block>| {
            Levels::of_channel(channel, &image, dark, None).map(|_| ()).unwrap_err().code()
        };
        assert_eq!(code(&channel(Quantity::RawCounts), None), Code::MaterialNotMeasurable);
        assert_eq!(code(&channel(Quantity::Display), None), Code::MaterialNotMeasurable);
        let bright = Block::U16(array![[100]]);
        assert_eq!(code(&channel(Quantity::CorrectedCounts), Some(&bright)), Code::UffInconsistent);
        let two_rows = Block::U16(array![[1], [1]]);
        assert_eq!(code(&channel(Quantity::CorrectedCounts), Some(&two_rows)), Code::UffInconsistent);
    }
}
