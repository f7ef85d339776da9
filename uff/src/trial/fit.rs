//! Fit of the confidences: logistic regression of right and wrong on the evidence.

use super::run::Trial;
use crate::detect::{EVIDENCE, Kind};
use crate::normal_equations::NormalEquations;

/// Weight of the pull towards 0: a standard normal prior on each weight but the constant.
const PRIOR: f64 = 1.0;
/// Steps of Newton's method; it converges in fewer than ten.
const STEPS: usize = 25;
/// Least p (1 − p): a row that is all but certain must not be divided by nothing.
const FLATTEST: f64 = 1e-12;
/// Numbers to fit: a constant and a weight per number of the evidence.
const SIZE: usize = EVIDENCE + 1;

/// Weights of a kind, the constant first.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Kind.
    pub kind: Kind,
    /// Findings used.
    pub findings: usize,
    /// Of these, right ones.
    pub right: usize,
    /// Constant, then a weight per number of the evidence.
    pub weights: [f64; SIZE],
}

/// Fits the confidences of every kind but dark zones, which are measured.
pub fn fit(trials: &[Trial]) -> Vec<Fit> {
    Kind::ALL.into_iter().filter(|kind| *kind != Kind::DarkZone).map(|kind| fit_kind(trials, kind)).collect()
}

fn fit_kind(trials: &[Trial], kind: Kind) -> Fit {
    let findings = trials.iter().flat_map(|t| &t.findings).filter(|f| f.detection.kind == kind);
    let rows: Vec<([f64; SIZE], bool)> = findings
        .map(|f| {
            let mut row = [1.0; SIZE];
            row[1..].copy_from_slice(&f.detection.evidence);
            (row, f.right)
        })
        .collect();
    let right = rows.iter().filter(|r| r.1).count();
    Fit { kind, findings: rows.len(), right, weights: logistic(&rows) }
}

/// Maximises the posterior by Newton's method (iteratively reweighted least squares).
fn logistic(rows: &[([f64; SIZE], bool)]) -> [f64; SIZE] {
    let mut weights = [0.0; SIZE];
    for _ in 0..STEPS {
        let mut system = NormalEquations::new(SIZE);
        for (row, right) in rows {
            let sum: f64 = row.iter().zip(&weights).map(|(x, w)| x * w).sum();
            let p = 1.0 / (1.0 + (-sum).exp());
            let bend = p * (1.0 - p);
            let terms: [(usize, f64); SIZE] = std::array::from_fn(|i| (i, row[i]));
            system.add(&terms, (f64::from(u8::from(*right)) - p) / bend.max(FLATTEST), bend.max(FLATTEST));
        }
        for (i, weight) in weights.iter().enumerate() {
            system.add(&[(i, 1.0)], -weight, if i == 0 { 1e-3 } else { PRIOR });
        }
        let Some(step) = system.solve() else { break };
        weights.iter_mut().zip(step).for_each(|(w, s)| *w += s.clamp(-5.0, 5.0));
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_weights_are_found_again() {
        // 5000 rows with p = 1 / (1 + exp(0.7 - 1.5 x1)), by a low-discrepancy sequence in place of chance.
        let rows: Vec<_> = (0..5000)
            .map(|k| {
                let mut row = [0.0; SIZE];
                (row[0], row[1]) = (1.0, f64::from(k % 50) / 12.5 - 2.0);
                let p = 1.0 / (1.0 + (0.7 - 1.5 * row[1]).exp());
                (row, (f64::from(k / 50) + 0.5) / 100.0 < p)
            })
            .collect();
        let found = logistic(&rows);
        assert!((found[0] + 0.7).abs() < 0.06 && (found[1] - 1.5).abs() < 0.06, "{found:?}");
        assert!(found[2..].iter().all(|w| w.abs() < 1e-9));
    }
}
