//! Whole parts of numbers, several at a time.

/// Returns the whole part of a number from 0 to 4 million; negative numbers and NaN give 0. Next to a whole number it may
/// be that number or the one below.
#[inline(always)]
pub(super) fn whole(x: f32) -> u32 {
    // Beside 2²³ the last bit of a float is 1: the sum holds the rounded number in its low bits.
    const BESIDE: f32 = 8_388_608.0;
    let x = if x > 0.5 { x } else { 0.5 };
    (x - 0.5 + BESIDE).to_bits() & 0x007f_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_parts_are_whole() {
        for (x, expected) in [(0.0, 0), (0.4, 0), (0.99, 0), (1.01, 1), (2.5, 2), (159.7, 159), (4e6, 4_000_000)] {
            assert_eq!(whole(x), expected, "{x}");
        }
        for x in [f32::NAN, -7.0, f32::NEG_INFINITY] {
            assert_eq!(whole(x), 0);
        }
        assert!((2..=3).contains(&whole(3.0)));
    }
}
