//! Plates drawn as the prior has it, which stated confidences are compared with.
//!
//! A confidence is right when, of all pixels that are 80 % sure, 80 % are in the class they name. That holds over matter as
//! it occurs, not for one plate, whose class is always the same. Plates are therefore drawn: a material of the catalogue as
//! often as the prior expects it, and a thickness. The materials are those of goods, off the axis of the inversion, and the
//! truth of the setting is not what the inversion assumes.

use super::report::Bin;
use super::run::Picture;
use super::setting::Noise;
use super::setting::TrueBeam;
use crate::error::Result;
use crate::material::Inversion;
use crate::material::MaterialClass;
use crate::material::Regime;
use crate::material::expected;
use crate::synth::Random;

/// Rows and columns of a plate: its middle sees nothing of its neighbours, as far as the smoothing reaches.
const SIZE: usize = 15;
/// Thicknesses, g/cm²; as many plates in each part of this range that is as wide as the others in its logarithm.
const THINNEST: f64 = 10.0;
const THICKEST: f64 = 120.0;

/// Compares stated with found confidence in the middles of so many plates, in ten steps of the stated one. Those without a
/// class are left out.
pub(super) fn reliability(
    truth: &(TrueBeam, TrueBeam),
    noise: Noise,
    inversion: &Inversion,
    (count, seed): (usize, u64),
) -> Result<[Bin; 10]> {
    let mut random = Random::new(seed, &[2]);
    let drawn: Vec<_> = (0..count)
        .filter_map(|_| {
            let mut share = random.uniform();
            let lambda = THINNEST * (THICKEST / THINNEST).powf(random.uniform());
            let met = expected(Regime::Megavolt).iter().find(|e| {
                share -= e.share;
                share < 0.0
            });
            met.map(|e| (&e.material, lambda, e.class.code()))
        })
        .collect();
    let plates: Vec<_> = drawn.iter().map(|(material, lambda, _)| (*material, *lambda)).collect();
    let picture = Picture::new(truth, noise, &plates, SIZE, seed.wrapping_add(3))?;
    let map = inversion.analyze(&picture.high.view(), &picture.low.view(), 0)?;
    let mut bins = [Bin::default(); 10];
    let middle = |index: usize| (SIZE / 2, index * SIZE + SIZE / 2);
    for (index, (_, _, truth)) in drawn.iter().enumerate() {
        let (code, confidence) = (map.class[middle(index)], map.confidence[middle(index)]);
        if code != MaterialClass::Undecided.code() {
            let bin = &mut bins[(usize::from(confidence) * 10 / 256).min(9)];
            bin.pixels += 1;
            bin.stated += u64::from(confidence);
            bin.right += u64::from(code == *truth);
        }
    }
    Ok(bins)
}
