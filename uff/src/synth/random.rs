//! Random numbers that are the same on every machine and for any number of threads.
//!
//! Each row of each image draws from its own stream, keyed by seed, image and row, so the order in which threads work
//! does not matter. The generator is SplitMix64 (Steele, Lea & Flood, "Fast splittable pseudorandom number generators",
//! OOPSLA 2014). Poisson numbers come from the transformed rejection method PTRS (W. Hörmann, "The transformed rejection
//! method for generating Poisson random variables", Insurance: Mathematics and Economics 12, 1993) for means of ten
//! and more and from inversion below; normal numbers from the polar method (Marsaglia & Bray, SIAM Review 6, 1964).

/// Stream of random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: u64,
    spare: Option<f64>,
}

impl Random {
    /// Opens the stream named by `key`; streams of different keys are independent.
    pub(crate) fn new(seed: u64, key: &[u64]) -> Self {
        let state = key.iter().fold(mix(seed ^ GOLDEN), |state, &part| mix(state.wrapping_add(GOLDEN) ^ mix(part)));
        Self { state, spare: None }
    }

    /// Draws 64 random bits.
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// Draws from the open interval (0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Draws from (-1, 1).
    pub(crate) fn symmetric(&mut self) -> f64 {
        2.0 * self.uniform() - 1.0
    }

    /// Draws from the normal distribution with mean 0 and standard deviation 1.
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (a, b) = (self.symmetric(), self.symmetric());
            let s = a * a + b * b;
            if s < 1.0 {
                let scale = (-2.0 * s.ln() / s).sqrt();
                self.spare = Some(b * scale);
                return a * scale;
            }
        }
    }

    /// Draws from the Poisson distribution; 0 where the mean is not positive.
    pub(crate) fn poisson(&mut self, mean: f64) -> f64 {
        match mean {
            m if m >= 10.0 => self.poisson_by_rejection(m),
            m if m > 0.0 => self.poisson_by_inversion(m),
            _ => 0.0,
        }
    }

    fn poisson_by_inversion(&mut self, mean: f64) -> f64 {
        let mut left = self.uniform();
        let mut share = (-mean).exp();
        let mut count = 0.0;
        while left > share && count < 200.0 {
            left -= share;
            count += 1.0;
            share *= mean / count;
        }
        count
    }

    fn poisson_by_rejection(&mut self, mean: f64) -> f64 {
        let b = 0.931 + 2.53 * mean.sqrt();
        let a = -0.059 + 0.02483 * b;
        let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
        let quick = 0.9277 - 3.6224 / (b - 2.0);
        let ln_mean = mean.ln();
        loop {
            let u = self.uniform() - 0.5;
            let v = self.uniform();
            let us = 0.5 - u.abs();
            let k = ((2.0 * a / us + b) * u + mean + 0.43).floor();
            if us >= 0.07 && v <= quick {
                return k;
            }
            if k < 0.0 || (us < 0.013 && v > us) {
                continue;
            }
            let hat = (v * inverse_alpha / (a / (us * us) + b)).ln();
            if hat <= k * ln_mean - mean - ln_factorial(k) {
                return k;
            }
        }
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Finalizer of SplitMix64.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Natural logarithm of k!, by a product up to 9 and by Stirling's series above (error below 1e-10).
fn ln_factorial(k: f64) -> f64 {
    if k < 10.0 {
        let mut product = 1.0;
        let mut factor = 2.0;
        while factor <= k {
            product *= factor;
            factor += 1.0;
        }
        return f64::ln(product);
    }
    let x = k + 1.0;
    let x2 = x * x;
    (x - 0.5) * x.ln() - x + 0.918_938_533_204_672_8 + (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1260.0 * x2)) / x2) / x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generator_gives_the_published_sequence() {
        // First outputs of SplitMix64 from state 1234567, as listed with the reference implementation (Vigna).
        let mut r = Random { state: 1_234_567, spare: None };
        let drawn: Vec<u64> = (0..3).map(|_| r.bits()).collect();
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn factorials_match_known_values() {
        assert!((ln_factorial(9.0) - 362_880f64.ln()).abs() < 1e-12);
        assert!((ln_factorial(10.0) - 3_628_800f64.ln()).abs() < 1e-10);
        assert!((ln_factorial(20.0) - 2_432_902_008_176_640_000f64.ln()).abs() < 1e-10);
    }

    #[test]
    fn poisson_has_its_mean_variance_and_third_moment() {
        for mean in [0.3, 4.0, 9.99, 10.0, 25.0, 400.0, 90_000.0] {
            let mut r = Random::new(7, &[f64::to_bits(mean)]);
            let n = 200_000;
            let drawn: Vec<f64> = (0..n).map(|_| r.poisson(mean)).collect();
            let average = drawn.iter().sum::<f64>() / f64::from(n);
            let moment = |p: i32| drawn.iter().map(|k| (k - average).powi(p)).sum::<f64>() / f64::from(n);
            let sigma = f64::sqrt(mean / f64::from(n));
            assert!((average - mean).abs() < 4.5 * sigma, "mean {mean}: {average}");
            let spread = f64::sqrt((2.0 * mean * mean + mean) / f64::from(n));
            assert!((moment(2) - mean).abs() < 4.5 * spread, "variance of {mean}: {}", moment(2));
            let skew = moment(3) / mean.powf(1.5);
            let tolerance = 5.0 * f64::sqrt((15.0 + 30.0 / mean + 1.0 / (mean * mean)) / f64::from(n));
            assert!((skew - mean.powf(-0.5)).abs() < tolerance, "skewness of {mean}: {skew}");
        }
        assert_eq!(Random::new(1, &[]).poisson(0.0), 0.0);
        assert_eq!(Random::new(1, &[]).poisson(f64::NAN), 0.0);
    }

    #[test]
    fn normal_has_unit_variance_and_its_tails() {
        let mut r = Random::new(3, &[1]);
        let drawn: Vec<f64> = (0..200_000).map(|_| r.normal()).collect();
        let mean = drawn.iter().sum::<f64>() / 2e5;
        let variance = drawn.iter().map(|v| v * v).sum::<f64>() / 2e5;
        let beyond_two = drawn.iter().filter(|v| v.abs() > 2.0).count() as f64 / 2e5;
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.015, "{mean} {variance}");
        assert!((beyond_two - 0.0455).abs() < 0.0025, "{beyond_two}");
    }

    #[test]
    fn streams_of_different_keys_differ() {
        let first = |key: &[u64]| Random::new(5, key).bits();
        let all = [first(&[0, 0]), first(&[0, 1]), first(&[1, 0]), first(&[1, 1]), first(&[0])];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(first(&[0, 1]), first(&[0, 1]));
    }
}
