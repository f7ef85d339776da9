//! Plates beyond and before the fold that no pair of attenuations tells apart.

use super::Picture;
use super::Plate;
use super::SIZE;
use super::middle;
use super::of_plate;
use super::with_materials;
use crate::accuracy::report::FoldedPlate;
use crate::accuracy::setting::Setting;
use crate::accuracy::setting::TrueBeam;
use crate::error::Result;
use crate::material::Inversion;
use crate::material::MaterialClass;
use crate::physics::Absorber;
use crate::physics::Element;
use crate::physics::Material;

/// Materials of the plates that may be folded.
const MATERIALS: [&str; 5] = ["aluminium", "steel", "tin", "tungsten", "lead"];
/// Their areal densities, g/cm²: thin plates, since with the thickness the fold moves up to the heaviest metals.
const DENSITIES: [f64; 3] = [6.0, 12.0, 18.0];
/// Distance of a twin from the bounds of its class, in Z, from which on it counts as being of that class.
const CLEAR: f64 = 2.0;

/// Finds which plates are folded in truth, and tells what the analysis says of them.
pub(super) fn measure(
    setting: &Setting,
    truth: &(TrueBeam, TrueBeam),
    inversion: &Inversion,
    seed: u64,
) -> Result<Vec<FoldedPlate>> {
    let axis = Axis::new(truth)?;
    let mut plates: Vec<(Plate, f64)> = Vec::new();
    for plate in MATERIALS.into_iter().flat_map(|name| DENSITIES.map(|lambda| (name, lambda))) {
        let [high, low] = of_plate(truth, &plate)?.map(|t| -t.ln());
        let thin = high < inversion.options().thin;
        if let Some(twin) =
            axis.twin(truth, Material::named(plate.0)?.effective_z_megavolt(), high, low).filter(|_| !thin)
        {
            plates.push((plate, twin));
        }
    }
    if plates.is_empty() {
        return Ok(Vec::new());
    }
    let alone: Vec<Plate> = plates.iter().map(|(plate, _)| *plate).collect();
    let picture = Picture::new(truth, setting.noise, &with_materials(&alone)?, SIZE, seed)?;
    let map = inversion.analyze(&picture.high.view(), &picture.low.view(), 0)?;
    let tell = |(index, ((material, lambda), twin_z)): (usize, (Plate, f64))| {
        let z = Material::named(material)?.effective_z_megavolt();
        let codes = map.class.slice(middle(index));
        let own = MaterialClass::of_z(z).code();
        let share =
            |wanted: &dyn Fn(u8) -> bool| codes.iter().filter(|c| wanted(**c)).count() as f64 / codes.len() as f64;
        let wrong = share(&|code| code != own && code != MaterialClass::Undecided.code());
        Ok(FoldedPlate { material: material.to_owned(), lambda, z, twin_z, right: share(&|code| code == own), wrong })
    };
    plates.into_iter().enumerate().map(tell).collect()
}

/// Elements as the two beams see them.
struct Axis(Vec<(f64, Absorber, Absorber)>);

impl Axis {
    fn new(truth: &(TrueBeam, TrueBeam)) -> Result<Self> {
        let one = |element: Element| {
            let material = Material::from_element(element);
            Ok((f64::from(element.z()), truth.0.absorber(&material)?, truth.1.absorber(&material)?))
        };
        // Hydrogen and helium are no cargo. Beyond bismuth nothing is stable: such matter is for the radiation portal to find.
        Ok(Self(Element::all().filter(|e| (3..=83).contains(&e.z())).map(one).collect::<Result<_>>()?))
    }

    /// Returns the atomic number on the other side of the fold that shows the pair of a material of atomic number `z`,
    /// if it is of another class.
    fn twin(&self, truth: &(TrueBeam, TrueBeam), z: f64, high: f64, low: f64) -> Option<f64> {
        let curve: Vec<(f64, f64)> = self.0.iter().map(|(z, h, l)| (*z, low_at(truth, (h, l), high))).collect();
        let fold = curve.iter().min_by(|a, b| a.1.total_cmp(&b.1))?.0;
        let other_side = |pair: &&[(f64, f64)]| if z > fold { pair[1].0 <= fold } else { pair[0].0 >= fold };
        let crosses = |pair: &&[(f64, f64)]| (pair[0].1 - low) * (pair[1].1 - low) <= 0.0;
        let pair = curve.windows(2).filter(other_side).find(crosses)?;
        let twin = pair[0].0 + (low - pair[0].1) / (pair[1].1 - pair[0].1) * (pair[1].0 - pair[0].0);
        let is_of_another = |z_twin: f64| MaterialClass::of_z(z_twin) != MaterialClass::of_z(z);
        [twin - CLEAR, twin, twin + CLEAR].into_iter().all(is_of_another).then_some(twin)
    }
}

/// Returns α_L of a material at the thickness that shows α_H.
fn low_at(truth: &(TrueBeam, TrueBeam), (high, low): (&Absorber, &Absorber), alpha: f64) -> f64 {
    let mut lambda = 0.0;
    for _ in 0..20 {
        let (found, slope) = truth.0.alpha_and_slope(high, lambda);
        lambda += (alpha - found) / slope;
        if (alpha - found).abs() < 1e-9 {
            break;
        }
    }
    truth.1.alpha_and_slope(low, lambda).0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With spectra and response of P. Lalor and A. Danagoulian (arXiv 2301.05783) lead of α_H 0.7 looks like Z 12 at
    /// {6, 4} MeV and like Z 47 at {10, 6} MeV, of α_H 3 like Z 63.
    #[test]
    fn lead_is_folded_where_others_have_it() {
        let twin = |setting: &Setting, alpha: f64| {
            let truth = setting.truth().unwrap();
            let axis = Axis::new(&truth).unwrap();
            let lead = axis.0.iter().find(|one| one.0 == 82.0).unwrap();
            axis.twin(&truth, 82.0, alpha, low_at(&truth, (&lead.1, &lead.2), alpha))
        };
        let [ten_six, six_four] = [&Setting::ALL[0], &Setting::ALL[1]];
        let light = twin(six_four, 0.7).unwrap();
        assert!((light - 12.0).abs() < 3.0, "{light}");
        assert_eq!((twin(six_four, 3.0), twin(ten_six, 0.7)), (None, None));
    }

    /// What looks like a plate looks like it: a plate of the twin has the plate for a twin.
    #[test]
    fn twins_are_twins_of_each_other() {
        let truth = Setting::ALL[1].truth().unwrap();
        let axis = Axis::new(&truth).unwrap();
        let [high, low] = of_plate(&truth, &("lead", 18.0)).unwrap().map(|t| -t.ln());
        let twin = axis.twin(&truth, 82.0, high, low).unwrap();
        assert!((axis.twin(&truth, twin, high, low).unwrap() - 82.0).abs() < 0.5);
    }
}
