//! Robust statistics.

/// Median, spread and upper and lower tenth of values.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Robust {
    /// Number of values.
    pub(crate) count: usize,
    /// Median.
    pub(crate) median: f64,
    /// 1.4826 · median absolute deviation: the standard deviation, if the values are normal.
    pub(crate) spread: f64,
    /// A tenth of the values lies below.
    pub(crate) low: f64,
    /// A tenth of the values lies above.
    pub(crate) high: f64,
}

impl Robust {
    /// Summarises the finite values; all 0 where there are none.
    pub(crate) fn of(values: impl Iterator<Item = f32>) -> Self {
        let mut values: Vec<f32> = values.filter(|v| v.is_finite()).collect();
        if values.is_empty() {
            return Self::default();
        }
        values.sort_unstable_by(f32::total_cmp);
        let count = values.len();
        let at = |share: f64| f64::from(values[((count - 1) as f64 * share).round() as usize]);
        let (low, median, high) = (at(0.1), at(0.5), at(0.9));
        let mut off: Vec<f32> = values.iter().map(|v| (v - median as f32).abs()).collect();
        let (_, middle, _) = off.select_nth_unstable_by(count / 2, f32::total_cmp);
        Self { count, median, spread: 1.4826 * f64::from(*middle), low, high }
    }
}

/// Returns the median of the finite values, or none.
pub(super) fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let found = Robust::of(values);
    (found.count > 0).then_some(found.median as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outliers_do_not_matter() {
        let found = Robust::of([1.0, 2.0, 3.0, 4.0, 1000.0, f32::NAN].into_iter());
        assert_eq!((found.count, found.median), (5, 3.0));
        assert!((found.spread - 1.4826).abs() < 1e-9);
        assert_eq!(Robust::of(std::iter::empty()), Robust::default());
        assert_eq!(median(std::iter::empty()), None);
    }
}
