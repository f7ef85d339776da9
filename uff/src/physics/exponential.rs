//! Exponential of 64-bit floats, the same to the bit on every machine, and several numbers at once.
//!
//! That of the system's mathematics library differs from machine to machine in the last bit and is called one number at a
//! time; tables of the material analysis are made of it. A whole power of 2 is split off (W. J. Cody, W. Waite, Software
//! Manual for the Elementary Functions, 1980), and the rest is the Taylor polynomial of degree 13, whose error is below
//! 10⁻¹⁷ there.

/// Returns eˣ with an error of at most 2 units in the last place; from −708 to 709, and beyond as there.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    // Beside 1.5 · 2⁵² the last bit of a float is 1: the sum is rounded, and its low bits hold the whole number.
    const BESIDE: f64 = 6_755_399_441_055_744.0;
    // ln 2 in two parts, the first of few bits, so that its products are exact.
    const LN_2_HIGH: f64 = 355.0 / 512.0;
    const LN_2_LOW: f64 = -2.121_944_400_546_905_8e-4;
    let x = if x > -708.0 { x } else { -708.0 };
    let x = if x < 709.0 { x } else { 709.0 };
    let sum = x * std::f64::consts::LOG2_E + BESIDE;
    let whole = sum - BESIDE;
    let rest = x - whole * LN_2_HIGH - whole * LN_2_LOW;
    let mut tail = 1.0 / 6_227_020_800.0;
    for factorial in
        [479_001_600.0, 39_916_800.0, 3_628_800.0, 362_880.0, 40_320.0, 5_040.0, 720.0, 120.0, 24.0, 6.0, 2.0]
    {
        tail = tail * rest + 1.0 / factorial;
    }
    let mantissa = tail * rest * rest + rest + 1.0;
    let power = (sum.to_bits() << 52).wrapping_add(1023 << 52);
    mantissa * f64::from_bits(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_exponential_to_the_last_places() {
        let mut worst = 0.0_f64;
        for step in 0..=1_417_000 {
            let x = -708.0 + f64::from(step) * 1e-3;
            worst = worst.max((exp(x) / x.exp() - 1.0).abs() / f64::EPSILON);
        }
        assert!(worst < 2.0, "{worst} units");
        assert_eq!((exp(0.0), exp(-1e9), exp(f64::NAN)), (1.0, exp(-708.0), exp(-708.0)));
    }
}
