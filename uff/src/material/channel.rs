//! A channel of a view, opened for analysis: from stored samples to α of any region.

use std::sync::Arc;

use ndarray::Array2;
use rayon::prelude::*;

use super::attenuate::AirSource;
use super::attenuate::Levels;
use super::noise::NoiseModel;
use super::rows::bands_mut;
use super::taps::Taps;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Block;
use crate::model::Bundle;
use crate::model::Channel;
use crate::model::PlaneKey;
use crate::model::PlanePart;
use crate::model::Region;
use crate::model::Samples;
use crate::model::identifier::ChannelId;

/// Fewest lines from which noise is measured.
const FEWEST_LINES: usize = 4;
/// Strips of columns that stand for a whole image, and columns of each.
const STRIPS: (usize, usize) = (16, 64);
/// Share of the usual signal in air below which a row is dead.
const DEAD: f64 = 0.1;

/// A channel that measures transmission.
pub(super) struct ChannelReader {
    pub(super) id: ChannelId,
    samples: Arc<dyn Samples>,
    levels: Levels,
    taps: Taps,
    /// Noise as the metadata state it, or as measured from dark and air lines.
    pub(super) noise: Option<NoiseModel>,
}

impl ChannelReader {
    /// Opens a channel; what is assumed or wrong is added to `notes`.
    ///
    /// # Errors
    /// `uff.missing` when the channel has no samples; as [`Levels::of_channel`]; those of reading.
    pub(super) fn open(bundle: &Bundle, view: u32, channel: &Channel, notes: &mut Vec<String>) -> Result<Self> {
        let plane = |part| bundle.planes.get(&PlaneKey::Channel { view, channel: channel.id.clone(), part });
        let samples = plane(PlanePart::Samples).cloned().ok_or_else(|| {
            Error::new(Code::UffMissing, "a channel has no samples").at(format!("view {view} channel {}", channel.id))
        })?;
        let dark = plane(PlanePart::Dark).map(|p| p.read_all()).transpose()?;
        let air = plane(PlanePart::Air).map(|p| p.read_all()).transpose()?;
        let survey = survey(&*samples)?;
        let (mut levels, source) = Levels::of_channel(channel, &survey, dark.as_ref(), air.as_ref())?;
        if source == AirSource::Image {
            notes.push(format!("channel {}: no air level; taken from the brightest part of the image", channel.id));
        }
        let dead = levels.bury_dead_rows(&survey, DEAD);
        if !dead.is_empty() {
            notes.push(format!("channel {}: {} left out as no data", channel.id, dead_rows(&dead)));
        }
        if let (Some(limit), Some(air)) = (channel.saturation, &air)
            && air.to_f64().iter().any(|sample| *sample >= limit)
        {
            notes.push(format!(
                "channel {}: air lines are saturated, so thin matter looks thinner than it is",
                channel.id
            ));
        }
        let stated = channel.noise.as_ref().map(NoiseModel::try_from).transpose()?;
        let measured = air.as_ref().and_then(|air| lines_noise(air, dark.as_ref()));
        let (id, taps) = (channel.id.clone(), Taps::shifted(channel.column_shift.unwrap_or(0.0)));
        Ok(Self { id, samples, levels, taps, noise: stated.or(measured) })
    }

    /// Makes two channels equally sharp along the scan where they are shifted against each other.
    pub(super) fn match_sharpness(&mut self, other: &mut Self) {
        let (own, others) = (self.taps.variance(), other.taps.variance());
        self.taps.widen(others - own);
        other.taps.widen(own - others);
    }

    /// Returns rows and columns.
    pub(super) fn shape(&self) -> (usize, usize) {
        self.samples.shape()
    }

    /// Reads α of a region: NaN where the sample is no data, saturated or in a dead row, +∞ where it is not above dark.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn read(&self, region: &Region) -> Result<Array2<f32>> {
        let mut alpha = Array2::default((0, 0));
        self.read_into(region, &mut alpha)?;
        Ok(alpha)
    }

    /// Reads α of a region as [`ChannelReader::read`] does, into an array whose memory is used again.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn read_into(&self, region: &Region, alpha: &mut Array2<f32>) -> Result<()> {
        let raw = self.read_raw(region)?;
        if let RawChannel::Alpha(whole) = raw {
            *alpha = whole;
            return Ok(());
        }
        let shape = (region.rows, region.columns);
        if alpha.dim() != shape {
            *alpha = Array2::zeros(shape);
        }
        bands_mut(alpha, 1).enumerate().for_each(|(row, out)| raw.row(row, out));
        Ok(())
    }

    /// Reads a region, to become α row by row.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn read_raw(&self, region: &Region) -> Result<RawChannel<'_>> {
        let wide = self.taps.reach(region, self.shape().1);
        let alpha = match self.samples.read(&wide)? {
            Block::U16(samples) if self.taps.is_plain() && self.levels.takes_counts() => {
                return Ok(RawChannel::Counts(&self.levels, samples, region.row));
            }
            block if self.taps.is_plain() => self.levels.attenuation(&block, region.row)?,
            block => {
                let values = self.taps.apply(&self.levels.values(&block), wide.column, region, self.shape().1);
                self.levels.attenuation_of(&values, region.row)?
            }
        };
        Ok(RawChannel::Alpha(alpha))
    }

    /// Reads α of strips spread over the image, beside each other.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn survey(&self) -> Result<Array2<f32>> {
        let (rows, columns) = self.shape();
        let parts = strips(columns)
            .map(|(column, columns)| self.read(&Region { row: 0, column, rows, columns }))
            .collect::<Result<Vec<_>>>()?;
        let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
        ndarray::concatenate(ndarray::Axis(1), &views)
            .map_err(|e| Error::new(Code::Internal, "strips of one image differ in height").cause(e))
    }
}

/// A region of a channel, not yet α where that can wait: a row at a time stays in the caches.
pub(super) enum RawChannel<'a> {
    /// Samples, the levels that they are measured by, and the row of the image that the first of them lies in.
    Counts(&'a Levels, Array2<u16>, usize),
    /// α.
    Alpha(Array2<f32>),
}

impl RawChannel<'_> {
    /// Computes α of a row of the region.
    pub(super) fn row(&self, row: usize, out: &mut [f32]) {
        match self {
            Self::Counts(levels, samples, first_row) => levels.attenuate(samples.row(row), first_row + row, out),
            Self::Alpha(alpha) => out.iter_mut().zip(alpha.row(row)).for_each(|(out, alpha)| *out = *alpha),
        }
    }
}

/// First column and number of columns of strips that stand for a whole image; all of it where it is small.
fn strips(columns: usize) -> impl Iterator<Item = (usize, usize)> {
    let (count, width) = STRIPS;
    let whole = columns <= count * width;
    let (count, width) = if whole { (1, columns) } else { (count, width) };
    (0..count).map(move |i| (if whole { 0 } else { i * (columns - width) / (count - 1) }, width))
}

/// Reads samples of strips spread over an image, beside each other.
fn survey(samples: &dyn Samples) -> Result<Block> {
    let (rows, columns) = samples.shape();
    let parts: Vec<_> = strips(columns).collect();
    let mut all = Block::zeros(&samples.sample_type(), (rows, parts.iter().map(|p| p.1).sum()))?;
    let mut at = 0;
    for (column, columns) in parts {
        all.paste(0, at, &samples.read(&Region { row: 0, column, rows, columns })?)?;
        at += columns;
    }
    Ok(all)
}

fn dead_rows(rows: &[usize]) -> String {
    const MOST: usize = 6;
    let named: Vec<String> = rows.iter().take(MOST).map(ToString::to_string).collect();
    let more = rows.len().saturating_sub(MOST);
    match (rows, more) {
        ([one], _) => format!("row {one} is dead and"),
        (_, 0) => format!("rows {} are dead and", named.join(", ")),
        _ => format!("rows {} and {more} more are dead and", named.join(", ")),
    }
}

/// Measures the noise from air lines, and its electronic part from dark lines, of which there must be at least four.
fn lines_noise(air: &Block, dark: Option<&Block>) -> Option<NoiseModel> {
    let moments = |lines: &Block| -> Option<Vec<(f64, f64)>> {
        let lines = lines.to_f64();
        let enough = lines.ncols() >= FEWEST_LINES;
        enough.then(|| lines.rows().into_iter().map(|r| (r.mean().unwrap_or(f64::NAN), r.var(1.0))).collect())
    };
    let bright = moments(air)?;
    let dark = dark.and_then(moments).unwrap_or_else(|| vec![(0.0, 0.0); bright.len()]);
    let rows = bright.iter().zip(&dark).map(|((air, air_var), (level, dark_var))| {
        let span = (air - level).powi(2);
        ((air_var - dark_var).max(0.0) / span, dark_var / span)
    });
    let (quantum, electronic) = rows.fold((0.0, 0.0), |(q, e), (quantum, dark)| (q + quantum, e + dark));
    let count = bright.len() as f64;
    NoiseModel::new(quantum / count, (electronic / count).sqrt()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_measured_from_lines() {
        let mut deviate = super::super::noise::tests::deviates(3);
        let air = Array2::from_shape_fn((20, 200), |_| 50_100.0 + 500.0 * deviate());
        let dark = Array2::from_shape_fn((20, 200), |_| 100.0 + 5.0 * deviate());
        let noise = lines_noise(&Block::F64(air), Some(&Block::F64(dark))).unwrap();
        assert!((noise.quantum.sqrt() / 0.01 - 1.0).abs() < 0.05, "{noise:?}");
        assert!((noise.electronic / 1e-4 - 1.0).abs() < 0.05, "{noise:?}");
        assert_eq!(lines_noise(&Block::U16(Array2::zeros((20, 3))), None), None);
    }
}
