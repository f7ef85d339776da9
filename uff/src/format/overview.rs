//! Halving of images for overviews.
//!
//! Averaging is linear in transmission, so that an overview shows what a coarser detector would have measured:
//! counts, transmission and dose are averaged as they are, log attenuation α as −ln(mean(exp(−α))). Codes (material
//! class) are never averaged: the most frequent value stands, the first in row-major order on a tie. Samples that mark
//! "no data" are left out; where all four do, so does the result. At an odd edge the cell holds two samples or one.

use crate::h5::Sample;
use crate::model::Channel;
use crate::model::Quantity;

use super::layout;

/// How the four samples of a cell become one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Averaging {
    /// Mean of the samples but those equal to `no_data` and NaN.
    Linear { no_data: Option<f64> },
    /// Mean of exp(−scale · sample) but for `no_data` and NaN.
    LogAttenuation { scale: f64, no_data: Option<f64> },
    /// Most frequent sample.
    Majority,
}

impl Averaging {
    /// Returns how the samples of a channel are averaged.
    pub(super) fn of_channel(channel: &Channel) -> Self {
        let no_data = channel.no_data;
        match &channel.quantity {
            Quantity::LogAttenuation => Self::LogAttenuation { scale: channel.scale.unwrap_or(1.0), no_data },
            other => match Self::of_quantity(other) {
                Self::Linear { .. } => Self::Linear { no_data },
                other => other,
            },
        }
    }

    /// Returns how a derived array is averaged; 0 stands for "undecided" in effective atomic numbers.
    pub(super) fn of_quantity(quantity: &Quantity) -> Self {
        match quantity {
            Quantity::MaterialClass | Quantity::Unlisted(_) => Self::Majority,
            Quantity::EffectiveAtomicNumber => Self::Linear { no_data: Some(0.0) },
            Quantity::LogAttenuation => Self::LogAttenuation { scale: 1.0, no_data: None },
            _ => Self::Linear { no_data: None },
        }
    }

    /// Returns the name written beside an overview.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Linear { .. } => layout::AVERAGING_MEAN,
            Self::LogAttenuation { .. } => layout::AVERAGING_TRANSMISSION,
            Self::Majority => layout::AVERAGING_MAJORITY,
        }
    }
}

/// Halves an image of whole rows in both axes, rounding sizes up.
pub(super) fn halve<T: Sample>(samples: &[T], columns: usize, averaging: Averaging) -> Vec<T> {
    let plain = averaging == Averaging::Linear { no_data: None } && T::ALWAYS_VALID;
    let mut out = Vec::with_capacity((samples.len() / columns.max(1)).div_ceil(2) * columns.div_ceil(2));
    for pair in samples.chunks(2 * columns.max(1)) {
        let (upper, lower) = pair.split_at(columns.min(pair.len()));
        let ((left, odd_upper), (right, odd_lower)) = (upper.as_chunks::<2>(), lower.as_chunks::<2>());
        if lower.is_empty() {
            out.extend(left.iter().map(|a| cell(a, averaging)));
        } else if plain {
            out.extend(left.iter().zip(right).map(|(a, b)| T::mean([a[0], a[1], b[0], b[1]])));
        } else {
            out.extend(left.iter().zip(right).map(|(a, b)| cell(&[a[0], a[1], b[0], b[1]], averaging)));
        }
        match (odd_upper, odd_lower) {
            ([a], [b]) => out.push(cell(&[*a, *b], averaging)),
            ([a], _) => out.push(*a),
            _ => {}
        }
    }
    out
}

fn cell<T: Sample>(samples: &[T], averaging: Averaging) -> T {
    match averaging {
        Averaging::Linear { no_data } => mean(samples, no_data, |v| v, |v| v),
        Averaging::LogAttenuation { scale, no_data } => {
            mean(samples, no_data, |v| (-scale * v).exp(), |t| -t.ln() / scale)
        }
        Averaging::Majority => majority(samples),
    }
}

fn mean<T: Sample>(samples: &[T], no_data: Option<f64>, to: impl Fn(f64) -> f64, from: impl Fn(f64) -> f64) -> T {
    let (mut sum, mut count) = (0.0, 0);
    for value in samples.iter().map(|s| s.to_f64()) {
        if !value.is_nan() && Some(value) != no_data {
            sum += to(value);
            count += 1;
        }
    }
    match (count, samples.first()) {
        (0, Some(first)) => *first,
        _ => T::from_f64(from(sum / f64::from(count))),
    }
}

fn majority<T: Sample>(samples: &[T]) -> T {
    let mut best = (0, T::default());
    for sample in samples {
        let count = samples.iter().filter(|s| *s == sample).count();
        if count > best.0 {
            best = (count, *sample);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINEAR: Averaging = Averaging::Linear { no_data: None };

    #[test]
    fn odd_edges_average_what_is_there() {
        let image = [1_u16, 3, 9, 5, 7, 11, 20, 30, 40];
        assert_eq!(halve(&image, 3, LINEAR), [4, 10, 25, 40]);
    }

    #[test]
    fn integers_round_half_up_and_do_not_overflow() {
        assert_eq!(halve(&[0_u16, 1, 1, 0], 2, LINEAR), [1]);
        assert_eq!(halve(&[u32::MAX; 4], 2, LINEAR), [u32::MAX]);
        assert_eq!(halve(&[u16::MAX; 4], 2, LINEAR), [u16::MAX]);
    }

    #[test]
    fn no_data_is_left_out() {
        let skip = Averaging::Linear { no_data: Some(0.0) };
        assert_eq!(halve(&[0_u16, 10, 0, 20], 2, skip), [15]);
        assert_eq!(halve(&[0_u16; 4], 2, skip), [0]);
        let nan = halve(&[f32::NAN, 1.0, 3.0, f32::NAN], 2, LINEAR);
        assert_eq!(nan, [2.0]);
        assert!(halve(&[f32::NAN; 4], 2, LINEAR)[0].is_nan());
    }

    #[test]
    fn log_attenuation_averages_transmission() {
        let (open, closed) = (0.0_f64, 20.0);
        let half = halve(&[open, closed, open, closed], 2, Averaging::LogAttenuation { scale: 1.0, no_data: None });
        assert!((half[0] - 2_f64.ln()).abs() < 1e-6, "half the radiation passes: {}", half[0]);
    }

    #[test]
    fn codes_are_never_mixed() {
        assert_eq!(halve(&[1_u8, 3, 3, 2], 2, Averaging::Majority), [3]);
        assert_eq!(halve(&[4_u8, 3, 3, 4], 2, Averaging::Majority), [4]);
    }
}
