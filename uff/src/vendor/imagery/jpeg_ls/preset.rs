//! Coding parameters: those that a stream presets, and the defaults (T.87, C.2.4.1.1).

use super::super::Fault;
use super::super::fault::damaged;
use super::super::fault::unsupported;
use super::super::segments::number;

/// Parameters that a stream presets; 0 stands for the default.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Preset {
    maximum: u32,
    thresholds: [u32; 3],
    reset: u32,
}

/// Parameters of a lossless scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parameters {
    /// Largest sample, MAXVAL.
    pub(super) maximum: i32,
    /// Thresholds of the local gradients, T1 to T3.
    pub(super) thresholds: [i32; 3],
    /// Count at which a context is halved, RESET.
    pub(super) reset: i32,
}

impl Preset {
    /// Reads an LSE segment of type 1, behind its type.
    pub(super) fn read(body: &[u8]) -> Result<Self, Fault> {
        let at = |i: usize| number(body, 2 * i, 2);
        Ok(Self { maximum: at(0)?, thresholds: [at(1)?, at(2)?, at(3)?], reset: at(4)? })
    }

    /// Completes the parameters for samples of `bits`.
    pub(super) fn parameters(self, bits: u32) -> Result<Parameters, Fault> {
        let wrong = |what: &str, found: u32| damaged(format!("the preset parameter {what} is {found}"));
        let largest = (1_u32 << bits) - 1;
        let maximum = if self.maximum == 0 { largest } else { self.maximum };
        if maximum > largest {
            return Err(wrong("MAXVAL", maximum));
        }
        // CharLS states such values but codes as if they were the default: the samples would come out wrong.
        if maximum != largest || self.reset > 255 {
            let found = format!("MAXVAL {maximum} for {bits} bits, RESET {}", self.reset);
            return Err(unsupported(format!("preset parameters on which encoders disagree: {found}")));
        }
        let mut thresholds = defaults(maximum);
        let mut least = 1;
        for (i, (threshold, preset)) in thresholds.iter_mut().zip(self.thresholds).enumerate() {
            if preset != 0 {
                *threshold = preset;
            }
            if !(least..=maximum).contains(threshold) {
                return Err(wrong(["T1", "T2", "T3"].get(i).copied().unwrap_or_default(), *threshold));
            }
            least = *threshold;
        }
        let reset = if self.reset == 0 { 64 } else { self.reset };
        if reset < 3 {
            return Err(wrong("RESET", reset));
        }
        Ok(Parameters { maximum: maximum as i32, thresholds: thresholds.map(|t| t as i32), reset: reset as i32 })
    }
}

/// Returns the default thresholds of lossless coding.
fn defaults(maximum: u32) -> [u32; 3] {
    let clamp = |value: u32, least: u32| if value > maximum || value < least { least } else { value };
    let scaled = |basic: u32, base: u32| {
        if maximum >= 128 {
            (maximum.min(4095) + 128) / 256 * (basic - base) + base
        } else {
            (basic / (256 / (maximum + 1))).max(base)
        }
    };
    let t1 = clamp(scaled(3, 2), 1);
    let t2 = clamp(scaled(7, 3), t1);
    let t3 = clamp(scaled(21, 4), t2);
    [t1, t2, t3]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Table C.3 of T.87 for NEAR = 0, and the values that CharLS 2.4 computes for 12 and 16 bits.
    #[test]
    fn default_thresholds_are_those_of_the_standard() {
        for (bits, expected) in [(8, [3, 7, 21]), (12, [18, 67, 276]), (16, [18, 67, 276]), (4, [2, 3, 4])] {
            let parameters = Preset::default().parameters(bits).unwrap();
            assert_eq!((parameters.thresholds, parameters.reset), (expected, 64), "{bits} bits");
        }
    }

    #[test]
    fn parameters_out_of_order_are_refused() {
        for (maximum, thresholds, reset) in [
            (256, [0, 0, 0], 0),
            (254, [0, 0, 0], 0),
            (255, [9, 7, 21], 0),
            (255, [0, 0, 256], 0),
            (255, [0, 0, 0], 2),
            (255, [0, 0, 0], 256),
        ] {
            assert!(Preset { maximum, thresholds, reset }.parameters(8).is_err(), "{maximum} {thresholds:?} {reset}");
        }
    }
}
