use std::collections::BTreeSet;

use super::*;
use crate::units::Energy;

#[test]
fn every_entry_can_be_made() {
    let mut names = BTreeSet::new();
    for known in KnownMaterial::all() {
        let name = known.name();
        assert!(names.insert(name), "{name} stands twice");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{name}");
        assert!(!known.title().is_empty() && !known.source().is_empty(), "{name}");
        let shares: f64 = known.parts().iter().map(|part| part.1).sum();
        assert!((shares - 1.0).abs() < 1e-3, "{name}: shares add up to {shares}");
        let material = known.material().unwrap();
        let sum: f64 = material.mass_fractions().iter().map(|part| part.1).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{name}: {sum}");
        assert!(material.density().is_some_and(|d| name == "air" || (0.02..22.0).contains(&d)), "{name}");
        assert!((0.38..0.6).contains(&material.z_over_a()), "{name}: {}", material.z_over_a());
    }
    assert!(names.len() > 150, "{}", names.len());
}

/// Each group holds what its name says, by effective atomic number and density.
#[test]
fn groups_lie_where_they_belong() {
    for known in KnownMaterial::all() {
        let material = known.material().unwrap();
        let (z, density) = (material.effective_z_megavolt(), material.density().unwrap());
        let (z_range, densities) = match known.group() {
            MaterialGroup::Liquid => (4.0..12.0, 0.0..2.0),
            MaterialGroup::Food => (5.0..15.0, 0.3..2.3),
            MaterialGroup::Fibre => (5.5..8.0, 0.15..1.6),
            MaterialGroup::Plastic => (4.7..12.0, 0.02..2.3),
            MaterialGroup::Drug => (5.0..9.0, 0.3..1.6),
            MaterialGroup::Explosive => (6.0..61.0, 0.8..5.0),
            MaterialGroup::Chemical => (5.5..18.5, 1.2..2.6),
            MaterialGroup::Mineral => (5.0..66.0, 1.0..8.0),
            MaterialGroup::Metal => (3.0..95.0, 0.5..22.0),
            MaterialGroup::Electronics => (8.0..70.0, 1.9..3.0),
            MaterialGroup::Scanner => (4.7..75.0, 0.9..8.0),
        };
        assert!(z_range.contains(&z) && densities.contains(&density), "{}: Z {z}, {density} g/cm³", known.name());
    }
}

/// NIST, SRD 126, table 2: Z/A.
#[test]
fn electrons_per_gram_equal_published_values() {
    const NIST: [(&str, f64); 20] = [
        ("air", 0.49919),
        ("water", 0.55508),
        ("fat-tissue", 0.55579),
        ("meat", 0.55000),
        ("soft-tissue", 0.54996),
        ("bone", 0.51478),
        ("bakelite", 0.52792),
        ("polyethylene", 0.57033),
        ("pet", 0.52037),
        ("pmma", 0.53937),
        ("polystyrene", 0.53768),
        ("ptfe", 0.47993),
        ("pvc", 0.51201),
        ("concrete", 0.50932),
        ("barite-concrete", 0.45714),
        ("borosilicate-glass", 0.49707),
        ("lead-glass", 0.42101),
        ("caesium-iodide", 0.41569),
        ("gadolinium-oxysulfide", 0.42265),
        ("uranium", 0.38651),
    ];
    for (name, value) in NIST {
        let found = Material::named(name).unwrap().z_over_a();
        assert!((found / value - 1.0).abs() < 6e-4, "{name}: {found} for {value}");
    }
}

/// NIST, SRD 126, table 4: µ/ρ in cm²/g at 60 keV, 100 keV, 1 MeV and 10 MeV.
#[test]
fn attenuation_equals_published_values() {
    const NIST: [(&str, [f64; 4]); 16] = [
        ("air", [1.875e-1, 1.541e-1, 6.358e-2, 2.045e-2]),
        ("water", [2.059e-1, 1.707e-1, 7.072e-2, 2.219e-2]),
        ("polyethylene", [1.970e-1, 1.719e-1, 7.262e-2, 2.145e-2]),
        ("polystyrene", [1.870e-1, 1.624e-1, 6.847e-2, 2.060e-2]),
        ("pmma", [1.924e-1, 1.641e-1, 6.870e-2, 2.105e-2]),
        ("pet", [1.868e-1, 1.586e-1, 6.628e-2, 2.057e-2]),
        ("pvc", [3.325e-1, 1.887e-1, 6.532e-2, 2.356e-2]),
        ("ptfe", [1.880e-1, 1.500e-1, 6.115e-2, 2.020e-2]),
        ("meat", [2.048e-1, 1.693e-1, 7.007e-2, 2.192e-2]),
        ("bone", [3.148e-1, 1.855e-1, 6.566e-2, 2.314e-2]),
        ("concrete", [2.660e-1, 1.738e-1, 6.495e-2, 2.278e-2]),
        ("barite-concrete", [4.143, 1.122, 6.112e-2, 3.138e-2]),
        ("borosilicate-glass", [2.417e-1, 1.657e-1, 6.337e-2, 2.223e-2]),
        ("lead-glass", [3.843, 4.216, 6.914e-2, 4.295e-2]),
        ("caesium-iodide", [7.921, 2.035, 5.848e-2, 4.030e-2]),
        ("gadolinium-oxysulfide", [9.815, 2.613, 6.163e-2, 4.038e-2]),
    ];
    for (name, values) in NIST {
        let material = Material::named(name).unwrap();
        for (kev, value) in [60.0, 100.0, 1000.0, 10_000.0].into_iter().zip(values) {
            let found = material.attenuation(Energy::new(kev).unwrap()).unwrap().total();
            assert!((found / value - 1.0).abs() < 5e-3, "{name}, {kev} keV: {found} for {value}");
        }
    }
}

/// Mayneord's number (exponent 2.94) as radiology textbooks give it, to one decimal.
#[test]
fn effective_numbers_equal_published_values() {
    const PUBLISHED: [(&str, f64); 8] = [
        ("water", 7.42),
        ("air", 7.64),
        ("polyethylene", 5.44),
        ("polystyrene", 5.70),
        ("pmma", 6.47),
        ("nylon", 6.12),
        ("ptfe", 8.43),
        ("aluminium", 13.0),
    ];
    for (name, value) in PUBLISHED {
        let found = Material::named(name).unwrap().effective_z_power();
        assert!((found - value).abs() < 0.05, "{name}: {found} for {value}");
    }
}

#[test]
fn names_and_formulas_are_found() {
    assert_eq!(KnownMaterial::find("steel").unwrap().group(), MaterialGroup::Metal);
    assert_eq!(KnownMaterial::find("W").unwrap().name(), "tungsten");
    assert_eq!(KnownMaterial::find("CdWO4").unwrap().name(), "cadmium-tungstate");
    assert_eq!(KnownMaterial::find("unobtainium"), None);
    assert_eq!(KnownMaterial::find("Xx"), None);
}

#[test]
fn unknown_name_says_where_the_known_stand() {
    let error = Material::named("unobtainium").unwrap_err();
    assert!(error.expectation().unwrap().contains("polyethylene"));
    assert_eq!(Material::parse("SiO2").unwrap().name(), "SiO2");
    assert_eq!(Material::parse("unobtainium").unwrap_err().code(), Code::InputValue);
}
