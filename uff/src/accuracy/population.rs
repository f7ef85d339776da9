//! Plates drawn as the prior has it, which stated confidences are compared with.
//!
//! A confidence is right when, of all pixels that are 80 % sure, 80 % are in the class they name. That holds over matter as
//! it occurs, not for one plate, whose class is always the same. Plates are therefore drawn as the prior says matter is met:
//! goods of the catalogue with the variation of their recipes, now and then matter that the catalogue does not know, and a
//! thickness. All of them lie off the axis of the inversion, and the truth of the setting is not what the inversion assumes.

use super::report::Bin;
use super::run::Picture;
use super::setting::Noise;
use super::setting::TrueBeam;
use crate::error::Result;
use crate::material::Expected;
use crate::material::Inversion;
use crate::material::MaterialClass;
use crate::material::Regime;
use crate::material::UNKNOWN;
use crate::material::expected;
use crate::material::recipe;
use crate::physics::Material;
use crate::synth::Random;

/// Rows and columns of a plate: its middle sees nothing of its neighbours, as far as the smoothing reaches.
const SIZE: usize = 15;
/// Thicknesses, g/cm²; as many plates in each part of this range that is as wide as the others in its logarithm.
const THINNEST: f64 = 10.0;
const THICKEST: f64 = 120.0;
/// Effective atomic numbers from which to which matter is met that the catalogue does not know: from polyethylene to the last
/// element as good as stable.
const LIGHTEST: f64 = 4.75;
const HEAVIEST: f64 = 83.0;
/// Goods drawn for a mixture before it is given up.
const TRIES: usize = 200;

/// Compares stated with found confidence in the middles of so many plates, in ten steps of the stated one. Those without a
/// class are left out.
pub(super) fn reliability(
    truth: &(TrueBeam, TrueBeam),
    noise: Noise,
    inversion: &Inversion,
    (count, seed): (usize, u64),
) -> Result<[Bin; 10]> {
    let mut random = Random::new(seed, &[2]);
    let drawn: Vec<_> = (0..count).filter_map(|_| draw(&mut random)).collect();
    let plates: Vec<_> = drawn.iter().map(|(material, lambda)| (material, *lambda)).collect();
    let picture = Picture::new(truth, noise, &plates, SIZE, seed.wrapping_add(3))?;
    let map = inversion.analyze(&picture.high.view(), &picture.low.view(), 0)?;
    let mut bins = [Bin::default(); 10];
    let middle = |index: usize| (SIZE / 2, index * SIZE + SIZE / 2);
    for (index, (material, _)) in drawn.iter().enumerate() {
        let truth = MaterialClass::of_z(material.effective_z_megavolt());
        let (code, confidence) = (map.class[middle(index)], map.confidence[middle(index)]);
        if code != MaterialClass::Undecided.code() {
            let bin = &mut bins[(usize::from(confidence) * 10 / 256).min(9)];
            bin.pixels += 1;
            bin.stated += u64::from(confidence);
            bin.right += u64::from(code == truth.code());
        }
    }
    Ok(bins)
}

/// Draws a plate: its material and its areal density in g/cm².
fn draw(random: &mut Random) -> Option<(Material, f64)> {
    let lambda = THINNEST * (THICKEST / THINNEST).powf(random.uniform());
    let goods = met(random)?;
    let z = if random.uniform() < UNKNOWN {
        let [organic, light, metal] = MaterialClass::BOUNDS;
        let (from, to) = match goods.class {
            MaterialClass::Undecided => return None,
            MaterialClass::Organic => (LIGHTEST, organic),
            MaterialClass::Light => (organic, light),
            MaterialClass::Metal => (light, metal),
            MaterialClass::Heavy => (metal, HEAVIEST),
        };
        from + (to - from) * random.uniform()
    } else {
        goods.z + recipe(goods.z) * random.normal()
    };
    Some((made_of(&goods.material, z, random).unwrap_or_else(|| goods.material.clone()), lambda))
}

/// Draws goods as often as the prior expects them.
fn met(random: &mut Random) -> Option<&'static Expected> {
    let mut share = random.uniform();
    expected(Regime::Megavolt).iter().find(|e| {
        share -= e.share;
        share < 0.0
    })
}

/// Mixes a material with other goods so that it gets an effective atomic number; nothing when those drawn do not allow it.
fn made_of(material: &Material, z: f64, random: &mut Random) -> Option<Material> {
    let own = material.effective_z_megavolt();
    for _ in 0..TRIES {
        let other = &met(random)?.material;
        // By electrons, the effective atomic number of a mixture is the mean.
        let share = (z - own) / (other.effective_z_megavolt() - own);
        if (0.0..=1.0).contains(&share) {
            let (own, other) = ((material, (1.0 - share) / material.z_over_a()), (other, share / other.z_over_a()));
            return Material::mixture("mixture", &[own, other]).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixtures_have_the_atomic_number_asked_for() {
        let mut random = Random::new(5, &[1]);
        let water = Material::named("water").unwrap();
        for z in [6.0, 6.7, 9.0, 13.0, 25.0, 60.0] {
            let made = made_of(&water, z, &mut random).unwrap();
            assert!((made.effective_z_megavolt() - z).abs() < 1e-9, "{z}: {}", made.effective_z_megavolt());
        }
    }

    #[test]
    fn classes_are_drawn_as_often_as_the_prior_says() {
        let mut random = Random::new(5, &[2]);
        let mut counts = [0.0; MaterialClass::ALL.len()];
        for _ in 0..20_000 {
            let (material, lambda) = draw(&mut random).unwrap();
            assert!((THINNEST..=THICKEST).contains(&lambda));
            counts[usize::from(MaterialClass::of_z(material.effective_z_megavolt()).code())] += 1.0 / 20_000.0;
        }
        for class in MaterialClass::ALL {
            let found: f64 = counts[usize::from(class.code())];
            assert!((found - class.prior()).abs() < 0.03, "{class}: {found}");
        }
    }
}
