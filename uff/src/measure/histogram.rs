//! Histograms of a region.

/// Counts of values in bins of equal width.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Lower end of the first bin.
    pub first: f64,
    /// Width of a bin.
    pub width: f64,
    /// Values in each bin; a bin holds its lower end.
    pub counts: Vec<u64>,
    /// Values that are no finite number: no data, opaque, or without an answer.
    pub without: u64,
}

/// Sorts values into `bins` bins (at least 1) from the least to the largest, which counts to the last.
pub fn histogram<'a>(values: impl IntoIterator<Item = &'a f32>, bins: usize) -> Histogram {
    let (finite, others): (Vec<f64>, Vec<f64>) =
        values.into_iter().map(|v| f64::from(*v)).partition(|value| value.is_finite());
    let bins = bins.max(1);
    let (least, most) = finite.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)));
    let first = if finite.is_empty() { 0.0 } else { least };
    let width = if most > least { (most - least) / bins as f64 } else { 1.0 };
    let mut counts = vec![0; bins];
    for value in finite {
        let bin = (((value - first) / width) as usize).min(bins - 1);
        counts[bin] += 1;
    }
    Histogram { first, width, counts, without: others.len() as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fall_into_their_bins() {
        let values = [0.0_f32, 0.5, 1.0, 1.5, 2.0, f32::NAN, f32::INFINITY];
        let found = histogram(&values, 2);
        assert_eq!((found.first, found.width, found.counts, found.without), (0.0, 1.0, vec![2, 3], 2));
        assert_eq!(histogram(&[3.0, 3.0], 4).counts, [2, 0, 0, 0]);
        assert_eq!(histogram(&[f32::NAN], 3), Histogram { first: 0.0, width: 1.0, counts: vec![0; 3], without: 1 });
    }
}
