//! Fold, contrast and bound of pairs of accelerator beams, against figures calculated apart from this code.
//!
//! They come from spectra and response that P. Lalor and A. Danagoulian published (arXiv 2301.05783, 2307.12099) and NIST's
//! cross sections; the usual beams here are neither.

use crate::material::Inversion;
use crate::material::InversionOptions;
use crate::material::NoiseModel;
use crate::physics::Beam;
use crate::physics::Element;
use crate::physics::Material;
use crate::units::ArealDensity;
use crate::units::Energy;

fn beam(mev: f64) -> Beam {
    Beam::accelerator(Energy::from_mev(mev).unwrap()).unwrap()
}

/// Returns α_L of every element from lithium to uranium at the thickness that shows α_H.
fn low_at(high: &Beam, low: &Beam, alpha: f64) -> Vec<(f64, f64)> {
    let one = |z: u8| {
        let material = Material::from_element(Element::new(z).unwrap());
        let (h, l) = (high.absorber(&material).unwrap(), low.absorber(&material).unwrap());
        let mut lambda = 0.0;
        for _ in 0..20 {
            let (found, slope) = high.alpha_and_slope(&h, lambda);
            lambda += (alpha - found) / slope;
        }
        (f64::from(z), low.alpha_and_slope(&l, lambda).0)
    };
    (3..=92).map(one).collect()
}

/// Returns the first Z, from light matter on, that shows an α_L.
fn twin(curve: &[(f64, f64)], alpha_low: f64) -> f64 {
    let pair = curve.windows(2).find(|pair| pair[1].1 <= alpha_low).unwrap();
    let share = (pair[0].1 - alpha_low) / (pair[0].1 - pair[1].1);
    pair[0].0 + share.max(0.0) * (pair[1].0 - pair[0].0)
}

/// Beams in MeV; per α_H of 0.7, 1.5, 3 and 5: Z of the fold, twins of lead and of uranium, α_L of carbon less iron.
type Fold = ((f64, f64), [(f64, f64, f64, f64); 4]);

#[test]
fn curve_folds_and_parts_materials_where_it_should() {
    let folds: [Fold; 2] = [
        (
            (6.0, 4.0),
            [(44.0, 12.0, 4.0, 0.024), (61.0, 41.0, 32.0, 0.069), (73.0, 63.0, 53.0, 0.183), (76.0, 70.0, 61.0, 0.365)],
        ),
        (
            (10.0, 6.0),
            [
                (64.0, 47.0, 39.0, 0.070),
                (73.0, 65.0, 55.0, 0.172),
                (78.0, 74.0, 65.0, 0.386),
                (80.0, 78.0, 69.0, 0.701),
            ],
        ),
    ];
    for ((high, low), rows) in folds {
        for (alpha, (fold, lead, uranium, contrast)) in [0.7, 1.5, 3.0, 5.0].into_iter().zip(rows) {
            let curve = low_at(&beam(high), &beam(low), alpha);
            let at = |z: usize| curve[z - 3].1;
            let found_fold = curve.iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0;
            let found = (found_fold, twin(&curve, at(82)), twin(&curve, at(92)), at(6) - at(26));
            let place =
                format!("{{{high}, {low}}} MeV, α {alpha}: {found:?} for {:?}", (fold, lead, uranium, contrast));
            assert!((found.0 - fold).abs() <= 3.0, "{place}");
            assert!((found.1 - lead).abs() <= 3.5 && (found.2 - uranium).abs() <= 3.5, "{place}");
            assert!((found.3 / contrast - 1.0).abs() <= 0.05, "{place}");
        }
    }
}

/// Noise of a pixel in air at high and low energy, material, bound at 10, 20, 50, 100 and 150 g/cm².
type Bound = ((f64, f64), &'static str, [f64; 5]);

#[test]
fn bound_of_the_atomic_number_is_that_calculated_apart() {
    const FIELD: (f64, f64) = (0.0135, 0.0195);
    let bounds: [((f64, f64), &[Bound]); 2] = [
        (
            (6.0, 4.0),
            &[
                (FIELD, "C6H10O5", [34.0, 19.0, 12.0, 14.0, 22.0]),
                (FIELD, "Al", [39.0, 22.0, 13.0, 16.0, 25.0]),
                (FIELD, "Fe", [77.0, 35.0, 19.0, 22.0, 37.0]),
            ],
        ),
        (
            (10.0, 6.0),
            &[
                ((0.0135, 0.0135), "Fe", [20.0, 11.0, 7.0, 9.0, 14.0]),
                ((0.003, 0.003), "Fe", [4.4, 2.5, 1.6, 1.9, 3.1]),
            ],
        ),
    ];
    for ((high, low), bounds) in bounds {
        let (high, low) = (beam(high), beam(low));
        for (noise, name, expected) in bounds {
            let model = |share: f64| NoiseModel::new(share * share, 0.0).unwrap();
            let options = InversionOptions::new(model(noise.0), model(noise.1));
            let inversion = Inversion::new(&high, &low, options).unwrap();
            let material = Material::from_formula(name).unwrap();
            let found = [10.0, 20.0, 50.0, 100.0, 150.0].map(|lambda| {
                let slab = [(&material, ArealDensity::new(lambda).unwrap())];
                inversion.cramer_rao_z(high.alpha(&slab).unwrap(), low.alpha(&slab).unwrap(), 1.0, 0)
            });
            for (found, expected) in found.into_iter().zip(expected) {
                assert!((found / expected - 1.0).abs() < 0.12, "{name} {noise:?}: {found} for {expected}");
            }
        }
    }
}
