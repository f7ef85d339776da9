//! Statistics of the contexts (T.87, A.2 to A.7).

/// Statistics of a context of regular mode.
#[derive(Debug, Clone, Copy)]
pub(super) struct Regular {
    /// Sum of the magnitudes of the errors.
    magnitudes: u32,
    /// Bias of the errors.
    bias: i32,
    /// Correction of the prediction, C.
    pub(super) correction: i32,
    /// Count of the errors.
    count: i32,
}

impl Regular {
    /// Starts with the magnitudes that the range of the samples gives.
    pub(super) fn new(magnitudes: u32) -> Self {
        Self { magnitudes, bias: 0, correction: 0, count: 1 }
    }

    /// Returns the Golomb parameter.
    #[inline]
    pub(super) fn golomb(&self) -> u32 {
        golomb(self.magnitudes, self.count)
    }

    /// Returns the error of a mapped one.
    #[inline]
    pub(super) fn error(&self, mapped: i32, golomb: u32) -> i32 {
        let error = (mapped >> 1) ^ -(mapped & 1);
        if golomb == 0 && 2 * self.bias <= -self.count { !error } else { error }
    }

    /// Takes an error into the statistics.
    #[inline]
    pub(super) fn update(&mut self, error: i32, reset: i32) {
        self.bias += error;
        self.magnitudes += error.unsigned_abs();
        if self.count == reset {
            self.magnitudes >>= 1;
            self.bias >>= 1;
            self.count >>= 1;
        }
        self.count += 1;
        if self.bias <= -self.count {
            self.bias = (self.bias + self.count).max(1 - self.count);
            self.correction = (self.correction - 1).max(-128);
        } else if self.bias > 0 {
            self.bias = (self.bias - self.count).min(0);
            self.correction = (self.correction + 1).min(127);
        }
    }
}

/// Statistics of a context of the samples that end a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interruption {
    magnitudes: u32,
    count: i32,
    /// Count of the negative errors.
    negative: i32,
    /// Whether the sample to the left equals the one above: 1, otherwise 0.
    kind: i32,
}

impl Interruption {
    /// Starts the context of a kind.
    pub(super) fn new(magnitudes: u32, kind: i32) -> Self {
        Self { magnitudes, count: 1, negative: 0, kind }
    }

    /// Returns the Golomb parameter.
    pub(super) fn golomb(&self) -> u32 {
        golomb(self.magnitudes + (self.kind * (self.count >> 1)) as u32, self.count)
    }

    /// Returns the error of a mapped one and takes it into the statistics.
    pub(super) fn error(&mut self, mapped: i32, golomb: u32, reset: i32) -> i32 {
        let doubled = mapped + self.kind;
        let (odd, magnitude) = (doubled & 1 == 1, (doubled + 1) >> 1);
        let negative = (golomb != 0 || 2 * self.negative >= self.count) == odd;
        let error = if negative { -magnitude } else { magnitude };
        if error < 0 {
            self.negative += 1;
        }
        self.magnitudes += ((mapped + 1 - self.kind) >> 1) as u32;
        if self.count == reset {
            self.magnitudes >>= 1;
            self.count >>= 1;
            self.negative >>= 1;
        }
        self.count += 1;
        error
    }
}

/// Returns the least k for which `count` shifted left by k reaches `magnitudes`; both are positive.
#[inline]
fn golomb(magnitudes: u32, count: i32) -> u32 {
    let k = count.leading_zeros().saturating_sub(magnitudes.leading_zeros());
    k + u32::from((count as u64) << k < u64::from(magnitudes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The loop of T.87, A.5.1.
    #[test]
    fn golomb_parameters_are_those_of_the_loop() {
        for count in 1..=64 {
            for magnitudes in (0..3000).chain([65_535, 65_536, 65_537, 4_194_304]) {
                let expected = (0..).find(|k| (count as u32) << k >= magnitudes).unwrap();
                assert_eq!(golomb(magnitudes, count), expected, "{magnitudes} {count}");
            }
        }
    }

    /// The mapping of T.87, A.5.2, undone.
    #[test]
    fn errors_are_mapped_back() {
        let plain = Regular::new(4);
        let biased = Regular { bias: -1, ..plain };
        let mapped = |e: i32, inverted: bool| match (e >= 0, inverted) {
            (true, false) => 2 * e,
            (false, false) => -2 * e - 1,
            (true, true) => 2 * e + 1,
            (false, true) => -2 * (e + 1),
        };
        for error in -300..300 {
            assert_eq!(plain.error(mapped(error, false), 0), error);
            assert_eq!(biased.error(mapped(error, true), 0), error);
            assert_eq!(biased.error(mapped(error, false), 1), error);
        }
    }
}
