//! `uff materials`: the catalogue, and how a material attenuates radiation.

use crate::driver::{folder, uff_in};

#[test]
fn the_catalogue_is_listed() {
    let here = folder();
    let list = uff_in(here.path(), &["materials", "--json"]).exits(0).json();
    assert!(list.len() >= 90, "{}", list.len());
    for entry in &list {
        let (name, density) = (entry["name"].as_str().unwrap(), entry["density"].as_f64().unwrap());
        let shares: f64 = entry["composition"].as_array().unwrap().iter().map(|e| e["share"].as_f64().unwrap()).sum();
        assert!((shares - 1.0).abs() < 1e-9 && density > 0.0, "{name}");
    }
    let text = uff_in(here.path(), &["materials"]).exits(0).stdout;
    assert_eq!(text.lines().count(), list.len() + 1);
    assert!(text.lines().any(|l| l.starts_with("sugar ") && l.contains(" food ") && l.contains("1.58")), "{text}");
}

/// Lead at the line of caesium 137: 0.1110 cm²/g and 5.50 mm halve it (NIST SRD 126, interpolated between 0.6 and
/// 0.8 MeV).
#[test]
fn a_material_is_described() {
    let here = folder();
    let arguments = ["materials", "lead", "--energy", "662keV,6MeV", "--json"];
    let told = &uff_in(here.path(), &arguments).exits(0).json()[0];
    assert_eq!((told["group"].as_str(), told["density"].as_f64()), (Some("metal"), Some(11.35)));
    let at = &told["attenuation"];
    assert_eq!(at[1]["energy"].as_f64(), Some(6000.0));
    let (mu, half) = (at[0]["total"].as_f64().unwrap(), at[0]["halfValueThickness"].as_f64().unwrap());
    assert!((mu / 0.1110 - 1.0).abs() < 0.01 && (half / 5.50 - 1.0).abs() < 0.01, "{mu} {half}");
    let text = uff_in(here.path(), &["materials", "lead", "--energy", "662keV"]).exits(0).stdout;
    for part in ["Lead\n", "Pb 100.00 %", "11.35 g/cm³", "half mm"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_formula_is_described_without_density() {
    let here = folder();
    let told = &uff_in(here.path(), &["materials", "CH3NO3", "--json"]).exits(0).json()[0];
    assert!(told.get("density").is_none() && told.get("group").is_none(), "{told}");
    assert_eq!(told["composition"].as_array().unwrap().len(), 4);
}

/// Iron that leaves α 0.7, 1.5, 3 and 5 at 10 and 6 MeV with the spectra and the response of P. Lalor and A. Danagoulian
/// (arXiv 2301.05783), and the mass of 50 mm of steel.
#[test]
fn slabs_weaken_the_usual_beams_as_published() {
    const IRON: [(&str, [f64; 4]); 2] = [("10MeV", [18.0, 40.0, 84.0, 146.0]), ("6MeV", [15.0, 33.0, 72.0, 127.0])];
    let here = folder();
    for (beam, densities) in IRON {
        let slabs = densities.map(|d| format!("{d}g/cm2")).join(",");
        let arguments = ["materials", "iron", "--beam", beam, "--thickness", &slabs, "--json"];
        let told = &uff_in(here.path(), &arguments).exits(0).json()[0]["beams"][0];
        for (slab, alpha) in told["slabs"].as_array().unwrap().iter().zip([0.7, 1.5, 3.0, 5.0]) {
            let found = slab["alpha"].as_f64().unwrap();
            assert!((found / alpha - 1.0).abs() < 0.03, "{beam}: {slab} for {alpha}");
            assert!((slab["transmission"].as_f64().unwrap() / (-found).exp() - 1.0).abs() < 1e-9, "{slab}");
        }
        let shares: f64 = told["signal"].as_array().unwrap().iter().map(|b| b["share"].as_f64().unwrap()).sum();
        assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    }
    let arguments = ["materials", "steel", "--beam", "160kV,9MeV", "--thickness", "50mm"];
    let text = uff_in(here.path(), &arguments).exits(0).stdout;
    let row = text.lines().last().unwrap();
    assert!(row.split_whitespace().take(2).eq(["39.2", "50.0"]) && text.contains("α 160 kV"), "{text}");
}

#[test]
fn nonsense_is_refused() {
    let here = folder();
    uff_in(here.path(), &["materials", "unobtainium"]).fails_with(2, "usage");
    uff_in(here.path(), &["materials", "iron", "--energy", "5keV"]).fails_with(2, "physics.range");
    uff_in(here.path(), &["materials", "iron", "--energy", "6"]).exits(2);
    uff_in(here.path(), &["materials", "iron", "--beam", "700keV"]).fails_with(2, "physics.range");
    uff_in(here.path(), &["materials", "CH3NO3", "--beam", "160kV", "--thickness", "5mm"]).fails_with(2, "usage");
    uff_in(here.path(), &["materials", "iron", "--beam", "160kV", "--thickness", "5"]).exits(2);
    uff_in(here.path(), &["materials", "iron", "--thickness", "5mm"]).exits(2);
}
