//! Small systems of normal equations, as least squares give them.

/// Symmetric positive system A x = b, summed up term by term.
#[derive(Debug, Clone)]
pub(crate) struct NormalEquations {
    size: usize,
    matrix: Vec<f64>,
    right: Vec<f64>,
}

impl NormalEquations {
    pub(crate) fn new(size: usize) -> Self {
        Self { size, matrix: vec![0.0; size * size], right: vec![0.0; size] }
    }

    /// Adds the equation Σ coefficient · x = `value` with a weight; `terms` are the coefficients that are not 0.
    pub(crate) fn add(&mut self, terms: &[(usize, f64)], value: f64, weight: f64) {
        for (i, a) in terms {
            for (j, b) in terms {
                self.matrix[i * self.size + j] += weight * a * b;
            }
            self.right[*i] += weight * a * value;
        }
    }

    /// Adds the sums of another system.
    pub(crate) fn merge(mut self, other: &Self) -> Self {
        self.matrix.iter_mut().zip(&other.matrix).for_each(|(a, b)| *a += b);
        self.right.iter_mut().zip(&other.right).for_each(|(a, b)| *a += b);
        self
    }

    /// Makes the diagonal greater by a share of itself, which shortens and turns the step of an iteration (Levenberg and
    /// Marquardt).
    pub(crate) fn damp(mut self, share: f64) -> Self {
        for i in 0..self.size {
            self.matrix[i * self.size + i] *= 1.0 + share;
        }
        self
    }

    /// Solves the system (Cholesky); none where it determines no solution.
    pub(crate) fn solve(&self) -> Option<Vec<f64>> {
        let n = self.size;
        let mut low = self.matrix.clone();
        for i in 0..n {
            for j in 0..=i {
                let sum: f64 = (0..j).map(|k| low[i * n + k] * low[j * n + k]).sum();
                let rest = low[i * n + j] - sum;
                low[i * n + j] = match i == j {
                    true if rest > 1e-12 * self.matrix[i * n + i] && rest > 0.0 => rest.sqrt(),
                    true => return None,
                    false => rest / low[j * n + j],
                };
            }
        }
        let mut x = self.right.clone();
        for i in 0..n {
            let sum: f64 = (0..i).map(|k| low[i * n + k] * x[k]).sum();
            x[i] = (x[i] - sum) / low[i * n + i];
        }
        for i in (0..n).rev() {
            let sum: f64 = (i + 1..n).map(|k| low[k * n + i] * x[k]).sum();
            x[i] = (x[i] - sum) / low[i * n + i];
        }
        x.iter().all(|v| v.is_finite()).then_some(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn least_squares_line_is_found() {
        let mut system = NormalEquations::new(2);
        for (x, y) in [(0.0, 1.0), (1.0, 3.0), (2.0, 5.0), (3.0, 7.0)] {
            system.add(&[(0, 1.0), (1, x)], y, 0.5);
        }
        let found = system.solve().unwrap();
        assert!((found[0] - 1.0).abs() < 1e-9 && (found[1] - 2.0).abs() < 1e-9);
        let mut flat = NormalEquations::new(2);
        flat.add(&[(0, 1.0)], 1.0, 1.0);
        assert_eq!(flat.solve(), None);
        let mut one = NormalEquations::new(1);
        one.add(&[(0, 2.0)], 3.0, 1.0);
        assert!((one.damp(0.5).solve().unwrap()[0] - 1.0).abs() < 1e-12);
    }
}
