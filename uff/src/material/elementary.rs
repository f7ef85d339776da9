//! Logarithm and exponential of 32-bit floats, the same to the bit on every machine.
//!
//! Those of the system's mathematics library differ from machine to machine in the last bit, and are called one number
//! at a time. These are arithmetic alone, so that equal samples give equal results anywhere, and a compiler works on
//! several numbers at once. Method and coefficients: S. L. Moshier, Cephes library, `logf` (the mantissa is brought to
//! √½ … √2 and the rest is a polynomial of degree 9 with two terms split off) and `expf` (a whole power of 2 is split
//! off, and the rest is a polynomial of degree 7).

/// Returns ln x of a positive, normal number, with an error of at most 2 units in the last place.
///
/// Zero, negative, subnormal and not finite numbers give meaningless finite results; callers sort them out.
#[inline(always)]
pub(super) fn ln(x: f32) -> f32 {
    // Bits of √½: adding the difference to 1 carries into the exponent for mantissas above √2.
    const HALF_ROOT: i32 = 0x3f35_04f3;
    // ln 2 in two parts, the first of few bits, so that its products are exact.
    const LN_2_HIGH: f32 = 355.0 / 512.0;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let bits = x.to_bits() as i32;
    let shifted = bits.wrapping_sub(HALF_ROOT);
    let exponent = (shifted >> 23) as f32;
    let mantissa = f32::from_bits(((shifted & 0x007f_ffff) + HALF_ROOT) as u32);
    let f = mantissa - 1.0;
    let square = f * f;
    let mut tail = 7.037_683_6e-2;
    for coefficient in [
        -1.151_461e-1,
        1.167_699_8e-1,
        -1.242_014_1e-1,
        1.424_932_3e-1,
        -1.666_805_8e-1,
        2.000_071_5e-1,
        -2.499_999_4e-1,
        3.333_333e-1,
    ] {
        tail = tail * f + coefficient;
    }
    let tail = f * square * tail + exponent * LN_2_LOW - 0.5 * square;
    f + tail + exponent * LN_2_HIGH
}

/// Returns eˣ of a number from −87 to 0, with an error of at most 2 units in the last place; what is less gives next to
/// nothing, as −87 does.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // Beside 1.5 · 2²³ the last bit of a float is 1: the sum is rounded, and its low bits hold the whole number.
    const BESIDE: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 355.0 / 512.0;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = if x > -87.0 { x } else { -87.0 };
    let sum = x * std::f32::consts::LOG2_E + BESIDE;
    let whole = sum - BESIDE;
    let rest = x - whole * LN_2_HIGH - whole * LN_2_LOW;
    // Written out: a loop over an array takes most of the time where nothing is optimised.
    let tail = 1.987_569_1e-4 * rest + 1.398_199_9e-3;
    let tail = tail * rest + 8.333_452e-3;
    let tail = tail * rest + 4.166_579_6e-2;
    let tail = tail * rest + 1.666_666_5e-1;
    let tail = tail * rest + 5e-1;
    let mantissa = tail * rest * rest + rest + 1.0;
    let power = (sum.to_bits() << 23).wrapping_add(127 << 23);
    mantissa * f32::from_bits(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_exponential_to_the_last_places() {
        let mut worst = 0.0_f64;
        for step in 0..=870_000 {
            let x = -87.0 + step as f32 * 1e-4;
            let exact = f64::from(x.min(0.0)).exp();
            worst = worst.max((f64::from(exp(x.min(0.0))) / exact - 1.0).abs() / f64::from(f32::EPSILON));
        }
        assert!(worst < 2.0, "{worst} units");
        assert_eq!(exp(0.0), 1.0);
        assert!([-88.0, -1e30, f32::NEG_INFINITY, f32::NAN].iter().all(|x| exp(*x) == exp(-87.0)));
    }

    #[test]
    fn it_is_the_logarithm_to_the_last_places() {
        let mut worst = 0.0_f64;
        for step in 0..400_000_u32 {
            let x = f32::from_bits(0x3080_0000 + step * 1511);
            let exact = f64::from(x).ln();
            let unit = f64::from(f32::EPSILON) * exact.abs().max(0.5);
            worst = worst.max((f64::from(ln(x)) - exact).abs() / unit);
        }
        assert!(worst < 1.5, "{worst} units");
        for sample in 1..=65_535_u16 {
            let exact = f64::from(sample).ln();
            assert!((f64::from(ln(f32::from(sample))) - exact).abs() < 1e-6, "{sample}");
        }
        assert_eq!(ln(1.0), 0.0);
        for nonsense in [0.0, -0.0, -1.0, -3e38, 1e-40, f32::NEG_INFINITY] {
            let _ = ln(nonsense);
        }
    }
}
