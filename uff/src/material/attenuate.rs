//! From samples to attenuation: dark and air correction, logarithm.

use ndarray::{Array1, Array2, Axis};

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
    /// `uff.inconsistent` when lines and image differ in rows or air is not brighter than dark.
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
        if let Some(row) = levels.span.iter().position(|span| !(span.is_finite() && *span > 0.0)) {
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
        let rows = block.shape().0;
        if first_row.checked_add(rows).is_none_or(|end| end > self.dark.len()) {
            return Err(Error::new(Code::UffRegion, "the rows lie outside the image")
                .expected(format!("up to {} rows", self.dark.len()))
                .found(format!("{rows} rows from {first_row} on")));
        }
        Ok(match block {
            Block::U16(samples) if self.tables_serve() => self.by_table(samples, first_row),
            _ => self.by_logarithm(&block.to_f64(), first_row),
        })
    }

    /// Returns whether every dark level is a 16-bit sample, up to rounding.
    fn tables_serve(&self) -> bool {
        let sample = |value: f64| (value - self.offset) / self.scale;
        !self.logarithmic && self.scale > 0.0 && self.dark.iter().all(|d| (0.0..=65_535.0).contains(&sample(*d)))
    }

    fn invalid(&self, sample: f64) -> bool {
        self.no_data == Some(sample) || self.saturation.is_some_and(|s| sample >= s) || !sample.is_finite()
    }

    fn by_logarithm(&self, samples: &Array2<f64>, first_row: usize) -> Array2<f32> {
        fill_rows(samples.dim(), |row, out| {
            let (dark, span) = (self.dark[first_row + row], self.span[first_row + row]);
            for (out, sample) in out.iter_mut().zip(samples.row(row)) {
                let value = self.scale * sample + self.offset;
                *out = match () {
                    () if self.invalid(*sample) => f32::NAN,
                    () if self.logarithmic => value as f32,
                    () if value <= dark => f32::INFINITY,
                    () => -((value - dark) / span).ln() as f32,
                };
            }
        })
    }

    /// Looks ln(sample − whole dark) up in a table of all 16-bit samples; the rest of the dark level, at most half a
    /// sample, enters by the first terms of its series, which err by less than 0.0001 from 8 samples above dark on.
    fn by_table(&self, samples: &Array2<u16>, first_row: usize) -> Array2<f32> {
        let mut log = vec![f32::NEG_INFINITY; 1 << 16];
        for (sample, entry) in log.iter_mut().enumerate().skip(1) {
            *entry = (sample as f32).ln();
        }
        let reciprocal: Vec<f32> = (0..1u32 << 16).map(|s| (s.max(1) as f32).recip()).collect();
        fill_rows(samples.dim(), |row, out| {
            let samples = samples.row(row);
            let dark = (self.dark[first_row + row] - self.offset) / self.scale;
            let span = (self.span[first_row + row] / self.scale).ln() as f32;
            let whole = dark.round();
            let rest = (dark - whole) as f32;
            let whole = whole as u16;
            for (out, sample) in out.iter_mut().zip(&samples) {
                let above = usize::from(sample.saturating_sub(whole));
                let shift = rest * reciprocal[above];
                *out = span - log[above] + shift * (1.0 + 0.5 * shift);
            }
            if self.no_data.is_some() || self.saturation.is_some() {
                for (out, sample) in out.iter_mut().zip(&samples) {
                    if self.invalid(f64::from(*sample)) {
                        *out = f32::NAN;
                    }
                }
            }
        })
    }
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
