//! What a channel shows, whatever it measures.

use ndarray::Array2;

use crate::model::Block;
use crate::model::Channel;

/// Ratio of the standard deviation of a normal distribution to the median of its absolute deviations from the mean.
const SIGMA_PER_MEDIAN: f64 = 1.482_602_218_505_602;

/// Statistics of the values of a channel: of a backscatter image too, which has no attenuation and tells no atomic number.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelStatistics {
    /// Pixels with a value.
    pub pixels: u64,
    /// Pixels that are marked as no data, or hold no number.
    pub without: u64,
    /// Pixels at or above the saturation limit; they have no value.
    pub saturated: u64,
    /// Mean of the values; none where no pixel has one, as all that follows.
    pub mean: Option<f64>,
    /// Standard deviation of the values.
    pub deviation: Option<f64>,
    /// Values that 0, 5, 50, 95 and 100 % of the pixels do not exceed.
    pub quantiles: Option<[f64; 5]>,
    /// Standard deviation of the noise of a pixel, from the differences of neighbours along the scan, of which edges are few.
    pub noise: Option<f64>,
}

/// Measures samples of a channel; values are scaled and shifted as the channel states.
pub fn channel_statistics(channel: &Channel, samples: &Block) -> ChannelStatistics {
    let (scale, offset) = (channel.scale.unwrap_or(1.0), channel.offset.unwrap_or(0.0));
    let (mut without, mut saturated) = (0, 0);
    let values: Array2<f64> = samples.to_f64().mapv_into(|sample| {
        let no_data = channel.no_data.is_some_and(|v| sample == v) || !sample.is_finite();
        let full = channel.saturation.is_some_and(|limit| sample >= limit);
        without += u64::from(no_data);
        saturated += u64::from(full && !no_data);
        if no_data || full { f64::NAN } else { scale * sample + offset }
    });
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let count = sorted.len() as f64;
    let at = |share: f64| sorted.get(((count - 1.0) * share).round() as usize).copied();
    let known = !sorted.is_empty();
    let mean = known.then(|| sorted.iter().sum::<f64>() / count);
    let deviation = mean.map(|mean| (sorted.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count).sqrt());
    let quantiles = || Some([at(0.0)?, at(0.05)?, at(0.5)?, at(0.95)?, at(1.0)?]);
    ChannelStatistics {
        pixels: sorted.len() as u64,
        without,
        saturated,
        mean,
        deviation,
        quantiles: if known { quantiles() } else { None },
        noise: noise(&values),
    }
}

/// Returns the noise that the differences of neighbours along the scan show; they hold that of two pixels.
fn noise(values: &Array2<f64>) -> Option<f64> {
    let pairs = values.rows().into_iter().flat_map(|row| {
        let row = row.to_vec();
        row.windows(2).map(|pair| (pair[1] - pair[0]).abs()).filter(|d| d.is_finite()).collect::<Vec<f64>>()
    });
    let mut differences: Vec<f64> = pairs.collect();
    let middle = differences.len() / 2;
    if differences.is_empty() {
        return None;
    }
    let (_, median, _) = differences.select_nth_unstable_by(middle, f64::total_cmp);
    Some(SIGMA_PER_MEDIAN * *median / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::Random;

    #[test]
    fn noise_is_told_from_structure() {
        let mut random = Random::new(9, &[]);
        let image = Array2::from_shape_fn((40, 300), |(row, column)| {
            let level = if column > 150 { 900.0 } else { 300.0 } + row as f64;
            level + 12.0 * random.normal()
        });
        let found = channel_statistics(&Channel::default(), &Block::F64(image));
        assert!((found.noise.unwrap() / 12.0 - 1.0).abs() < 0.05, "{found:?}");
        assert!(found.deviation.unwrap() > 250.0 && found.pixels == 12_000);
    }

    #[test]
    fn marked_samples_have_no_value_and_values_are_scaled() {
        let channel = Channel {
            no_data: Some(0.0),
            saturation: Some(100.0),
            scale: Some(2.0),
            offset: Some(1.0),
            ..Channel::default()
        };
        let found = channel_statistics(&channel, &Block::U16(ndarray::array![[0, 10, 20], [30, 100, 40]]));
        assert_eq!((found.pixels, found.without, found.saturated), (4, 1, 1));
        assert_eq!((found.mean, found.quantiles), (Some(51.0), Some([21.0, 21.0, 61.0, 81.0, 81.0])));
        let empty = channel_statistics(&channel, &Block::U16(ndarray::array![[0, 0]]));
        assert_eq!((empty.mean, empty.quantiles, empty.noise), (None, None, None));
    }
}
