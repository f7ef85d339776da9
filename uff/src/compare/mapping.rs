//! Where the first scan lies in the second.

/// Position in the second scan for every position in the first, in pixels from the first edge of each: a straight line
/// along a column of detectors, a polyline along the scan, because the speed of an object against its scanner varies.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// Row 0 of the first scan in the second, and rows of the second per row of the first.
    pub rows: (f64, f64),
    /// Knots along the scan: columns of the first, columns of the second; both ascend.
    pub columns: Vec<(f64, f64)>,
}

impl Mapping {
    /// Creates the mapping of one shift and one scale per axis over `width` columns, with `knots` knots.
    pub(super) fn affine(rows: (f64, f64), columns: (f64, f64), width: usize, knots: usize) -> Self {
        let at = |k: usize| width as f64 * k as f64 / (knots.max(2) - 1) as f64;
        let columns = (0..knots.max(2)).map(|k| (at(k), columns.0 + columns.1 * at(k))).collect();
        Self { rows, columns }
    }

    /// Returns the row of the second scan.
    pub fn row(&self, row: f64) -> f64 {
        self.rows.0 + self.rows.1 * row
    }

    /// Returns the column of the second scan; beyond the knots the last piece goes on.
    pub fn column(&self, column: f64) -> f64 {
        let after = self.columns.partition_point(|k| k.0 <= column).clamp(1, self.columns.len().max(2) - 1);
        match (self.columns.get(after - 1), self.columns.get(after)) {
            (Some((a0, b0)), Some((a1, b1))) => b0 + (column - a0) * (b1 - b0) / (a1 - a0),
            _ => column,
        }
    }

    /// Returns columns of the second scan per column of the first, over all knots.
    pub fn column_scale(&self) -> f64 {
        match (self.columns.first(), self.columns.last()) {
            (Some((a0, b0)), Some((a1, b1))) if a1 > a0 => (b1 - b0) / (a1 - a0),
            _ => 1.0,
        }
    }

    /// Returns the largest deviation of the knots from one straight line, in columns of the second scan: what the
    /// varying speed amounts to.
    pub fn unevenness(&self) -> f64 {
        let n = self.columns.len().max(1) as f64;
        let mean = self.columns.iter().fold((0.0, 0.0), |sum, k| (sum.0 + k.0 / n, sum.1 + k.1 / n));
        let (mut xx, mut xy) = (0.0, 0.0);
        for (a, b) in &self.columns {
            xx += (a - mean.0).powi(2);
            xy += (a - mean.0) * (b - mean.1);
        }
        let slope = if xx > 0.0 { xy / xx } else { 1.0 };
        let off = |k: &(f64, f64)| (k.1 - mean.1 - slope * (k.0 - mean.0)).abs();
        self.columns.iter().map(off).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polyline_runs_through_its_knots_and_beyond() {
        let mapping = Mapping { rows: (3.0, 2.0), columns: vec![(0.0, 5.0), (10.0, 15.0), (20.0, 35.0)] };
        assert_eq!([-1.0, 5.0, 10.0, 15.0, 22.0].map(|c| mapping.column(c)), [4.0, 10.0, 15.0, 25.0, 39.0]);
        assert_eq!((mapping.row(4.0), mapping.column_scale()), (11.0, 1.5));
        assert!((mapping.unevenness() - 10.0 / 3.0).abs() < 1e-9, "{}", mapping.unevenness());
        let even = Mapping::affine((0.0, 1.0), (2.0, 0.5), 100, 6);
        assert!(even.unevenness() < 1e-9 && (even.column(33.0) - 18.5).abs() < 1e-9);
    }
}
