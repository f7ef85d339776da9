//! Compares the embedded table with what others hold: tables whose values it must return, and a calculation apart.

use std::path::Path;

use super::{Element, MAX_KEV, MIN_KEV};
use crate::units::Energy;

fn at(z: u8, kev: f64) -> super::Attenuation {
    Element::new(z).unwrap().attenuation(Energy::new(kev).unwrap()).unwrap()
}

/// Totals of xraylib 4.3.0 (`CS_Total`) in cm²/g at 30, 60, 100 and 300 keV. They are those of NIST's evaluation up to
/// uranium, where this tests table and interpolation alone.
#[test]
fn totals_agree_with_xraylib() {
    const XRAYLIB: [(u8, [f64; 4]); 8] = [
        (6, [2.5617e-01, 1.7532e-01, 1.5136e-01, 1.0665e-01]),
        (13, [1.1284e+00, 2.7781e-01, 1.7042e-01, 1.0422e-01]),
        (26, [8.1775e+00, 1.2049e+00, 3.7172e-01, 1.0987e-01]),
        (50, [4.1225e+01, 6.5663e+00, 1.6769e+00, 1.6389e-01]),
        (82, [3.0321e+01, 5.0197e+00, 5.5488e+00, 4.0318e-01]),
        (92, [4.1284e+01, 7.0335e+00, 1.9543e+00, 5.1922e-01]),
        (94, [4.4526e+01, 7.6518e+00, 2.1285e+00, 5.5647e-01]),
        (98, [4.9238e+01, 8.6436e+00, 2.4139e+00, 6.1135e-01]),
    ];
    for (z, values) in XRAYLIB {
        for (kev, value) in [30.0, 60.0, 100.0, 300.0].into_iter().zip(values) {
            let found = at(z, kev).total();
            assert!((found / value - 1.0).abs() < 0.02, "Z {z}, {kev} keV: {found} for {value}");
        }
    }
}

/// Photoelectric absorption of FFAST (C. T. Chantler, J. Phys. Chem. Ref. Data 29 (2000) 597, by xraydb 4.5.8,
/// `mu_chantler`), another calculation than NIST's, in cm²/g at 30, 60, 100 and 160 keV. It claims some percent.
#[test]
fn photoelectric_absorption_is_near_that_of_another_calculation() {
    const FFAST: [(u8, [f64; 4]); 7] = [
        (6, [0.054754, 0.0055184, 0.0010201, 0.00021661]),
        (13, [0.85619, 0.093841, 0.0183, 0.0040679]),
        (26, [7.6851, 0.95532, 0.20164, 0.047159]),
        (50, [40.147, 6.1657, 1.4522, 0.37703]),
        (74, [21.001, 3.1209, 4.0996, 1.1543]),
        (82, [28.334, 4.3076, 5.188, 1.5039]),
        (92, [38.78, 6.1317, 1.5569, 1.9794]),
    ];
    for (z, values) in FFAST {
        for (kev, value) in [30.0, 60.0, 100.0, 160.0].into_iter().zip(values) {
            let found = at(z, kev);
            let off = (found.photoelectric - value).abs() / found.total();
            assert!(off < 0.04, "Z {z}, {kev} keV: {} for {value}, {off} of the total", found.photoelectric);
        }
    }
}

/// Reads NN.txt of XCOM (NIST SRD 8): MeV, coherent, incoherent, photoelectric, nuclear and electron pair, totals.
fn xcom(path: &Path) -> Vec<[f64; 8]> {
    let text = std::fs::read_to_string(path).unwrap();
    let row = |line: &str| -> Option<[f64; 8]> {
        let fields: Vec<f64> = line.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        fields.try_into().ok()
    };
    text.lines().filter_map(row).collect()
}

/// Away from edges: total within 0.3 % up to iron and 2 % up to fermium, 10 keV to 20 MeV; each process within 1 % of
/// the total.
#[test]
fn table_agrees_with_xcom() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/xcom");
    if !folder.is_dir() {
        eprintln!("skipped: the XCOM tables are not at {}", folder.display());
        return;
    }
    let mut compared = 0;
    for z in 1..=Element::MAX_Z {
        let rows = xcom(&folder.join(format!("{z:02}.txt")));
        let edges: Vec<f64> = rows.windows(2).filter(|w| w[0][0] == w[1][0]).map(|w| w[0][0]).collect();
        for row in &rows {
            let (kev, total) = (row[0] * 1e3, row[6]);
            if !(MIN_KEV..=MAX_KEV).contains(&kev) || edges.iter().any(|e| (row[0] / e - 1.0).abs() < 0.02) {
                continue;
            }
            let found = at(z, kev);
            let limit = if z <= 26 { 0.003 } else { 0.02 };
            assert!((found.total() / total - 1.0).abs() < limit, "Z {z}, {kev} keV: {} for {total}", found.total());
            let parts = [found.coherent, found.incoherent, found.photoelectric, found.pair];
            for (part, want) in parts.into_iter().zip([row[1], row[2], row[3], row[4] + row[5]]) {
                assert!(
                    (part - want).abs() < limit.max(0.01) * total,
                    "Z {z}, {kev} keV: {part} for {want} of {total}"
                );
            }
            compared += 1;
        }
    }
    assert!(compared > 100 * 30, "{compared} values compared");
}
